/* SPDX-License-Identifier: MIT
 *
 * The tests of printer port and speaker (porttest.h). The registers are those of the PC/AT: the
 * printer port's status at base + 1 and control at base + 2; for the speaker, channel 2 of the
 * timer (8254) at 42 and 43, and port 61. The results are reported as sentences for people. In any
 * case the registers are restored to what they were, if possible.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "porttest.h"

static void add(struct up_test_result *result, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add(struct up_test_result *result, const char *format, ...)
{
    const size_t used = strlen(result->text);
    struct up_writer text;
    va_list arguments;

    up_writer_init(&text, result->text + used, sizeof result->text - used);
    va_start(arguments, format);
    up_writer_format_list(&text, format, arguments);
    va_end(arguments);
}

/*
 * Adds the library's sentence about the last failure, which says what could not be done and begins
 * with a small letter.
 */
static void add_failure(struct up_test_result *result, const char *what)
{
    char why[400];

    (void)up_failure_text(why, sizeof why);
    add(result, "%s: %s", what, why);
}

/* ---- printer --------------------------------------------------------------------------------- */

#define INIT         0x04u
#define CONTROL_BITS 0x0Fu /* 4: interrupts; 5: direction, maybe unreadable; 6, 7: unused */
#define RESET_MS     100u

enum {
    STATUS_READY = 0x80,
    STATUS_PAPER_OUT = 0x20,
    STATUS_SELECTED = 0x10,
    STATUS_NO_ERROR = 0x08
};
#define STATUS_BITS         0xF8u
#define STATUS_NO_CONNECTOR 0x78u /* the port's own resistors pull its inputs like this */

void up_test_lpt_ports(uint16_t base, struct up_portset *ports)
{
    up_portset_deny_all(ports);
    up_portset_grant(ports, base, (uint16_t)(base + 2u));
}

uint16_t up_test_lpt_base(uint32_t number)
{
    static const uint16_t bases[] = {0x378, 0x278, 0x3BC};

    return number >= 1 && number <= 3 ? bases[number - 1] : 0;
}

static void add_status(struct up_test_result *result, uint8_t status)
{
    add(result, "%s, %s, %s, %s.", status & STATUS_READY ? "ready" : "busy",
        status & STATUS_PAPER_OUT ? "out of paper" : "paper is there",
        status & STATUS_SELECTED ? "selected (online)" : "not selected (offline)",
        status & STATUS_NO_ERROR ? "no error" : "error");
}

/* Compares what the control register returned with what was written to it. */
static void judge_lpt(struct up_test_result *result, uint16_t base)
{
    const uint32_t written[2] = {result->control_before & ~INIT, result->control_before | INIT};
    const uint32_t wrong =
        ((written[0] ^ result->control_during) | (written[1] ^ result->control_after)) &
        CONTROL_BITS;

    add(result,
        "Control register %X: %02X before, %02X during, %02X after. Status register %X: %02X "
        "before, %02X after. ",
        base + 2u, result->control_before, result->control_during, result->control_after, base + 1u,
        result->status_before, result->status_after);
    if ((result->status_before & result->control_before & result->control_during &
         result->control_after & result->status_after) == 0xFF) {
        result->is_silent = true;
        add(result,
            "All bits are ones, as where nothing is: there is no printer port at %X, or it is "
            "switched off in the "
            "BIOS setup, or a PCI card has it at another address.",
            base);
    } else if (wrong != 0) {
        add(result,
            "The control register did not keep what was written (bits %02X differ): this is no "
            "printer port, or "
            "another program or driver writes to it, or its INIT line is stuck.",
            (unsigned)wrong);
    } else {
        result->as_expected = true;
        add(result, "The register kept what was written: a printer port answers, and its INIT line "
                    "was low for 100 ms. The "
                    "printer says: ");
        add_status(result, result->status_after);
        if ((result->status_after & STATUS_BITS) == STATUS_NO_CONNECTOR) {
            add(result,
                " A port says the same when no printer is connected or it is switched off.");
        } else if (!(result->status_after & STATUS_READY)) {
            add(result, " Printers are busy for some seconds after a reset.");
        }
    }
}

/* Restores the control register after a failure, when INIT is low or may be. */
static void give_up_lpt(up_handle *handle, uint16_t base, struct up_test_result *result)
{
    if (up_out8(handle, (uint16_t)(base + 2u), result->control_before) == UP_OK) {
        add(result, " The control register was put back as it was found (%02X).",
            result->control_before);
    } else {
        add(result,
            " The control register %X could not be put back to %02X: the printer may be held in "
            "reset.",
            base + 2u, result->control_before);
    }
}

/* Runs the manual's reset sequence. False: INIT may be low, and error says why it ended. */
static bool reset_printer(up_handle *handle, uint16_t base, up_test_pause *pause, void *context,
                          struct up_test_result *result)
{
    const uint16_t control = (uint16_t)(base + 2u);
    uint8_t value = (uint8_t)(result->control_before & ~INIT);

    result->error = up_out8(handle, control, value);
    if (result->error != UP_OK) {
        return false;
    }
    if (!pause(context, RESET_MS)) {
        result->error = UP_ERR_CANCELLED;
        return false;
    }
    result->error = up_in8(handle, control, &result->control_during);
    if (result->error == UP_OK) {
        result->error = up_out8(handle, control, (uint8_t)(value | INIT));
    }
    return result->error == UP_OK;
}

void up_test_lpt(up_handle *handle, uint16_t base, up_test_pause *pause, void *context,
                 struct up_test_result *result)
{
    const uint16_t status = (uint16_t)(base + 1u);
    const uint16_t control = (uint16_t)(base + 2u);

    memset(result, 0, sizeof *result);
    result->error = up_in8(handle, status, &result->status_before);
    if (result->error == UP_OK) {
        result->error = up_in8(handle, control, &result->control_before);
    }
    if (result->error != UP_OK) {
        add_failure(result, "The printer was not reset");
        return;
    }
    if (!reset_printer(handle, base, pause, context, result)) {
        if (result->error == UP_ERR_CANCELLED) {
            add(result, "The reset was cancelled.");
        } else {
            add_failure(result, "The reset failed");
        }
        give_up_lpt(handle, base, result);
        return;
    }
    result->error = up_in8(handle, control, &result->control_after);
    if (result->error == UP_OK) {
        result->error = up_in8(handle, status, &result->status_after);
    }
    if (result->error == UP_OK) {
        judge_lpt(result, base);
    } else {
        add_failure(result, "The printer was reset, but not all could be read back");
    }
}

/* ---- speaker --------------------------------------------------------------------------------- */

#define TIMER_2       0x42u
#define TIMER_MODE    0x43u
#define SPEAKER       0x61u
#define TIMER_HZ      1193182u /* the timer counts down at this rate on every PC */
#define SQUARE_WAVE_2 0xB6u    /* to 43: channel 2, low byte then high byte, mode 3 */
#define TONE_ON       0x03u    /* bit 0 lets the channel count, bit 1 connects it to the speaker */
#define WRITABLE      0x0Fu    /* bits 4 to 7 can only be read */
#define OUTPUT        0x20u    /* the channel's output */
#define SILENCE_MS    20u

/*
 * A list of reads spans 3 ms, one and a half periods of the lowest tone. Its interval divides no
 * tone's period.
 */
#define LOOKS   32u
#define LOOK_US 97u

static const struct {
    uint16_t hz, ms;
} tune[] = {{523, 180}, {659, 180}, {784, 180}, {1047, 180}, {880, 180}, {784, 180}, {1047, 300}};

#define NOTES (sizeof tune / sizeof tune[0])

struct looks {
    uint32_t low, high, without_tone; /* without_tone: bits 0 and 1 were not read as written */
};

void up_test_speaker_ports(struct up_portset *ports)
{
    up_portset_deny_all(ports);
    up_portset_grant(ports, TIMER_2, TIMER_MODE);
    up_portset_grant(ports, SPEAKER, SPEAKER);
}

static up_operation write_of(uint16_t port, uint32_t value)
{
    const up_operation operation = {
        .kind = UP_IO_WRITE, .width = 1, .port = port, .value = value & 0xFFu};

    return operation;
}

/*
 * Starts a tone with one list. A list is checked as a whole, so a port that is not granted leaves
 * the timer unchanged.
 */
static up_error start_tone(up_handle *handle, uint32_t hz, uint32_t found)
{
    const uint32_t count = TIMER_HZ / hz;
    up_operation list[] = {write_of(TIMER_MODE, SQUARE_WAVE_2), write_of(TIMER_2, count),
                           write_of(TIMER_2, count >> 8), write_of(SPEAKER, found | TONE_ON)};

    return up_run(handle, list, sizeof list / sizeof list[0], NULL);
}

static up_error look(up_handle *handle, struct looks *looks)
{
    up_operation list[2 * LOOKS - 1];
    up_error error;

    memset(list, 0, sizeof list);
    for (uint32_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        list[i].kind = i % 2 == 0 ? UP_IO_READ : UP_IO_DELAY;
        list[i].width = 1;
        list[i].port = SPEAKER;
        list[i].microseconds = LOOK_US;
    }
    error = up_run(handle, list, sizeof list / sizeof list[0], NULL);
    for (uint32_t i = 0; error == UP_OK && i < sizeof list / sizeof list[0]; i += 2) {
        *(list[i].value & OUTPUT ? &looks->high : &looks->low) += 1;
        looks->without_tone += (list[i].value & TONE_ON) != TONE_ON;
    }
    return error;
}

static up_error play_note(up_handle *handle, uint32_t note, uint32_t found, up_test_pause *pause,
                          void *context, struct looks *looks)
{
    up_error error = start_tone(handle, tune[note].hz, found);

    if (error == UP_OK && !pause(context, tune[note].ms / 2u)) {
        error = UP_ERR_CANCELLED;
    }
    if (error == UP_OK) {
        error = look(handle, looks);
    }
    if (error == UP_OK && !pause(context, tune[note].ms - tune[note].ms / 2u)) {
        error = UP_ERR_CANCELLED;
    }
    if (error == UP_OK) {
        error = up_out8(handle, SPEAKER, (uint8_t)(found & ~TONE_ON));
    }
    if (error == UP_OK && !pause(context, SILENCE_MS)) {
        error = UP_ERR_CANCELLED;
    }
    return error;
}

static void judge_speaker(struct up_test_result *result, const struct looks *looks)
{
    const uint32_t all = looks->low + looks->high;

    add(result,
        "Played %u notes. Port 61 bit 5, the timer's output, was high in %u and low in %u of %u "
        "looks. ",
        (unsigned)NOTES, (unsigned)looks->high, (unsigned)looks->low, (unsigned)all);
    if (looks->high > 0 && looks->low > 0 && looks->without_tone == 0) {
        result->as_expected = true;
        add(result, "It toggles: the timer makes the tones, and port 61 answers. Whether a speaker "
                    "is connected cannot be "
                    "read; if you heard nothing, the machine may have none, or its sound is off.");
    } else if (looks->without_tone > 0) {
        add(result, "Bits 0 and 1 of port 61 were not read as they were written: another program "
                    "or driver writes to "
                    "it, or this machine has no such port.");
    } else {
        add(result,
            "It stayed %s and has to toggle: the timer's channel 2 does not run, or this machine "
            "does not show it in "
            "port 61.",
            looks->high > 0 ? "high" : "low");
    }
}

void up_test_speaker(up_handle *handle, up_test_pause *pause, void *context,
                     struct up_test_result *result)
{
    struct looks looks = {0, 0, 0};
    up_error put_back;
    uint8_t found;

    memset(result, 0, sizeof *result);
    result->error = up_in8(handle, SPEAKER, &found);
    if (result->error != UP_OK) {
        add_failure(result, "The tune was not played");
        return;
    }
    found &= WRITABLE;
    for (uint32_t note = 0; note < NOTES && result->error == UP_OK; note++) {
        result->error = play_note(handle, note, found, pause, context, &looks);
    }
    if (result->error == UP_ERR_CANCELLED) {
        add(result, "The tune was cancelled.");
    } else if (result->error != UP_OK) {
        add_failure(result, "The tune was not played to its end");
    }
    put_back = up_out8(handle, SPEAKER, found);
    if (put_back != UP_OK) {
        result->error = result->error == UP_OK ? put_back : result->error;
        add(result, "%sPort 61 could not be put back to %02X: the speaker may sound on.",
            result->text[0] != '\0' ? " " : "", found);
    } else if (result->error != UP_OK) {
        add(result, " Port 61 was put back as it was found.");
    } else {
        judge_speaker(result, &looks);
    }
}
