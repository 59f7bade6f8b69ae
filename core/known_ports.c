/* SPDX-License-Identifier: MIT
 *
 * The table of known ports, and the functions that search it. What a PC/AT has at an address has
 * been fixed by decades of boards that decode it. A machine without the device has nothing there,
 * or something else that no table can know.
 *
 * Ports 42, 43 and 61 belong to the timer and the system port, but have no hazard: they are the
 * speaker, which the manual mentions by name, and a question that everybody answers with yes
 * teaches people to answer yes. Port 80 has none either. No DMA channel of a PC uses that page
 * register, and a write to it shows a POST code and takes a microsecond, so Linux's outb_p and many
 * programs use it as a delay.
 */
#include "known_ports.h"
#include "text.h"

/* clang-format off */
const struct up_known_ports up_known_ports[] = {
    {.name = "lpt1", .what = "printer port LPT1",
     .range_count = 1, .ranges = {{0x378, 0x37F}}},
    {.name = "lpt2", .what = "printer port LPT2",
     .range_count = 1, .ranges = {{0x278, 0x27F}}},
    {.name = "lpt3", .what = "printer port LPT3",
     .range_count = 1, .ranges = {{0x3BC, 0x3BF}}},
    {.name = "speaker", .what = "PC speaker and its timer channel",
     .range_count = 2, .ranges = {{0x42, 0x43}, {0x61, 0x61}}},
    {.name = "pause", .what = "POST codes and delay (outb_p)",
     .range_count = 1, .ranges = {{0x80, 0x80}}},
    {.name = "lpt1ecp", .what = "ECP registers of LPT1",
     .range_count = 1, .ranges = {{0x778, 0x77A}}},
    {.name = "lpt2ecp", .what = "ECP registers of LPT2",
     .range_count = 1, .ranges = {{0x678, 0x67A}}},
    {.name = "com1", .what = "serial port COM1",
     .range_count = 1, .ranges = {{0x3F8, 0x3FF}}},
    {.name = "com2", .what = "serial port COM2",
     .range_count = 1, .ranges = {{0x2F8, 0x2FF}}},
    {.name = "com3", .what = "serial port COM3",
     .range_count = 1, .ranges = {{0x3E8, 0x3EF}}},
    {.name = "com4", .what = "serial port COM4",
     .range_count = 1, .ranges = {{0x2E8, 0x2EF}}},
    {.name = "game", .what = "game port (joystick)",
     .range_count = 1, .ranges = {{0x200, 0x207}}},
    {.name = "midi", .what = "MIDI interface (MPU-401)",
     .range_count = 1, .ranges = {{0x330, 0x331}}},
    {.name = "adlib", .what = "AdLib sound card",
     .range_count = 1, .ranges = {{0x388, 0x38B}}},
    {.name = "sb", .what = "Sound Blaster sound card",
     .range_count = 1, .ranges = {{0x220, 0x22F}}},
    {.name = "ne2000", .what = "NE2000 network card",
     .range_count = 1, .ranges = {{0x300, 0x31F}}},

    {.name = "default", .what = "the three printer ports", .preset = true,
     .range_count = 3, .ranges = {{0x278, 0x27F}, {0x378, 0x37F}, {0x3BC, 0x3BF}}},
    {.name = "classic", .what = "the wide default of UserPort 2.0", .preset = true,
     .range_count = 3, .ranges = {{0x200, 0x37F}, {0x3BC, 0x3BF}, {0x3E8, 0x3FF}}},

    {.what = "DMA controllers and page registers",
     .hazard = "can make a device write anywhere in memory, which crashes the machine or takes it over",
     .range_count = 3, .ranges = {{0x00, 0x0F}, {0x81, 0x8F}, {0xC0, 0xDF}}},
    {.what = "interrupt controllers",
     .hazard = "can switch interrupts off or send them astray, which stops the machine",
     .range_count = 3, .ranges = {{0x20, 0x21}, {0xA0, 0xA1}, {0x4D0, 0x4D1}}},
    /*
     * The IMCR of Intel's MultiProcessor Specification 1.4, 3.6.2.1. Cyrix processors and many chip
     * sets of that time use these ports too.
     */
    {.what = "interrupt mode and chip set",
     .hazard = "can send the interrupts astray or change the processor's settings, which stops the machine",
     .range_count = 1, .ranges = {{0x22, 0x23}}},
    /* A chip uses one of the two pairs, selected by one of its pins. */
    {.what = "Super I/O configuration",
     .hazard = "can stop the fans, change voltages, move or switch off the machine's ports, and cut its power",
     .range_count = 2, .ranges = {{0x2E, 0x2F}, {0x4E, 0x4F}}},
    {.what = "system timer",
     .hazard = "can stop or speed up the clock tick that the system runs on",
     .range_count = 1, .ranges = {{0x40, 0x41}}},
    {.what = "keyboard controller",
     .hazard = "can read what is typed, lock the keyboard and the mouse, and reset the machine",
     .range_count = 2, .ranges = {{0x60, 0x60}, {0x64, 0x64}}},
    /* The data and command ports of ACPI, unless the tables of the BIOS name others. */
    {.what = "embedded controller",
     .hazard = "can stop the fans, overcharge the battery, change voltages, and cut the power",
     .range_count = 2, .ranges = {{0x62, 0x62}, {0x66, 0x66}}},
    {.what = "CMOS memory and real-time clock",
     .hazard = "can change the date and spoil the BIOS settings, so that the machine does not start any more",
     .range_count = 1, .ranges = {{0x70, 0x77}}},
    {.what = "system control port 92",
     .hazard = "can reset the machine at once, or corrupt memory by switching address line A20",
     .range_count = 1, .ranges = {{0x92, 0x92}}},
    {.what = "SMI command port",
     .hazard = "can start firmware functions that hang the machine or turn its power management off",
     .range_count = 1, .ranges = {{0xB2, 0xB3}}},
    {.what = "IDE disk registers",
     .hazard = "can damage or erase data on the IDE disks",
     .range_count = 2, .ranges = {{0x170, 0x177}, {0x1F0, 0x1F7}}},
    /*
     * An entry of its own: 3F6 lies in the floppy controller's block, but the controller leaves it
     * to the disk.
     */
    {.what = "IDE disk control registers",
     .hazard = "can reset the IDE disks in the middle of a write, which damages data",
     .range_count = 2, .ranges = {{0x376, 0x376}, {0x3F6, 0x3F6}}},
    {.what = "floppy disk controller",
     .hazard = "can damage data on the floppy disk and disturb the floppy driver",
     .range_count = 1, .ranges = {{0x3F0, 0x3F7}}},
    {.what = "VGA registers",
     .hazard = "can blank or garble the screen, and harm an old monitor with a wrong frequency",
     .range_count = 2, .ranges = {{0x3B0, 0x3BB}, {0x3C0, 0x3DF}}},
    /* Index and data register, since the chip set SB600. */
    {.what = "power management of AMD's chip sets",
     .hazard = "can cut the power, reset the machine, and switch off what its chip set has",
     .range_count = 1, .ranges = {{0xCD6, 0xCD7}}},
    {.what = "PCI configuration",
     .hazard = "can move or switch off any device, which crashes the machine or takes it over",
     .range_count = 1, .ranges = {{0xCF8, 0xCFF}}},
    {.what = "reset control register",
     .hazard = "can reset the machine at once, and what is not saved is lost",
     .range_count = 1, .ranges = {{0xCF9, 0xCF9}}},
};
/* clang-format on */

const size_t up_known_ports_count = sizeof up_known_ports / sizeof up_known_ports[0];

static bool is_named(const struct up_known_ports *entry, const char *name, size_t length)
{
    if (entry->name == NULL) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        /*
         * name may contain a NUL, which must not carry the comparison past the end of the entry's
         * name.
         */
        if (entry->name[i] == '\0' || entry->name[i] != up_ascii_lower(name[i])) {
            return false;
        }
    }
    return entry->name[length] == '\0';
}

const struct up_known_ports *up_known_ports_find(const char *name, size_t length)
{
    for (size_t i = 0; i < up_known_ports_count; i++) {
        if (is_named(&up_known_ports[i], name, length)) {
            return &up_known_ports[i];
        }
    }
    return NULL;
}

static bool covers(const struct up_known_ports *entry, uint16_t port)
{
    for (size_t i = 0; i < entry->range_count; i++) {
        if (port >= entry->ranges[i].first && port <= entry->ranges[i].last) {
            return true;
        }
    }
    return false;
}

static uint32_t port_count(const struct up_known_ports *entry)
{
    uint32_t count = 0;

    for (size_t i = 0; i < entry->range_count; i++) {
        count += (uint32_t)entry->ranges[i].last - entry->ranges[i].first + 1u;
    }
    return count;
}

static bool is_more_particular(const struct up_known_ports *entry,
                               const struct up_known_ports *than)
{
    uint32_t count = port_count(entry);
    uint32_t than_count = port_count(than);

    return count < than_count ||
           (count == than_count && entry->hazard != NULL && than->hazard == NULL);
}

const struct up_known_ports *up_known_ports_at(uint16_t port)
{
    const struct up_known_ports *best = NULL;

    for (size_t i = 0; i < up_known_ports_count; i++) {
        const struct up_known_ports *entry = &up_known_ports[i];

        if (!entry->preset && covers(entry, port) &&
            (best == NULL || is_more_particular(entry, best))) {
            best = entry;
        }
    }
    return best;
}

void up_known_ports_grant(const struct up_known_ports *entry, struct up_portset *set)
{
    for (size_t i = 0; i < entry->range_count; i++) {
        up_portset_grant(set, entry->ranges[i].first, entry->ranges[i].last);
    }
}

const struct up_known_ports *up_known_ports_next_hazard(const struct up_portset *set,
                                                        size_t *cursor, uint16_t *granted)
{
    while (*cursor < up_known_ports_count) {
        const struct up_known_ports *entry = &up_known_ports[(*cursor)++];

        for (size_t i = 0; entry->hazard != NULL && i < entry->range_count; i++) {
            struct up_port_range run;

            if (up_portset_next(set, entry->ranges[i].first, &run) &&
                run.first <= entry->ranges[i].last) {
                if (granted != NULL) {
                    *granted = run.first;
                }
                return entry;
            }
        }
    }
    return NULL;
}
