/* SPDX-License-Identifier: MIT
 *
 * The table of printer port cards (cards.h). The identifiers and the numbers of the base address
 * registers are those by which Linux drives the cards: PC, drivers/parport/parport_pc.c, and
 * SERIAL, parport_serial.c there; most names, and the rows of IDS, are of the list pci.ids. A
 * WCH chip's device number tells all, so that its rows are for every subsystem, unlike Linux'.
 */
#include "cards.h"

#define NONE UP_CARD_NO_ECP
#define ANY  UP_PCI_ANY, UP_PCI_ANY

#define ONE(port, ecp)                                                                             \
    1,                                                                                             \
    {                                                                                              \
        {                                                                                          \
            port, ecp                                                                              \
        }                                                                                          \
    }
#define TWO(port, ecp, port_two, ecp_two)                                                          \
    2,                                                                                             \
    {                                                                                              \
        {port, ecp},                                                                               \
        {                                                                                          \
            port_two, ecp_two                                                                      \
        }                                                                                          \
    }
#define NOWHERE                                                                                    \
    0,                                                                                             \
    {                                                                                              \
        {                                                                                          \
            NONE, NONE                                                                             \
        }                                                                                          \
    }

#define PC     UP_CARD_PARPORT_PC
#define SERIAL UP_CARD_PARPORT_SERIAL
#define IDS    UP_CARD_PCI_IDS

/* parport_pc.c: the chips have no service interrupts, and its ECR's low bits are always 00001. */
#define OX_ECR "Writes to its ECP register ECR need 00001 in the five low bits."
#define OX_840                                                                                     \
    "A 1 in bit 2 of its ECP register ECR locks the card up: grant no ECP registers to programs "  \
    "that need none."
/* parport_pc.c has offsets for them, not registers. */
#define SYBA "Its printer ports begin 78 and, with two of them, 178 above its range of 400 ports."

/*
 * Where the sources differ: of the MCS9845 with one printer port and four serial ones, Linux has
 * the printer port at register 2, where the third serial port is; pci.ids and NetBSD's pucdata.c
 * have it at 4.
 */
/* clang-format off */
const struct up_card up_cards[] = {
    /* Oxford Semiconductor */
    {{0x1415, 0x8403, ANY}, ONE(0, 1), false, PC, "Oxford OX12PCI840", OX_840},
    {{0x1415, 0x9513, ANY}, ONE(0, NONE), false, PC, "Oxford OX16PCI954", OX_ECR},
    {{0x1415, 0x9523, ANY}, ONE(0, 1), false, PC, "Oxford OX16PCI952", OX_ECR},
    {{0x1415, 0xC000, ANY}, ONE(0, 1), false, PC, "Oxford OXPCIe840", OX_ECR},
    {{0x1415, 0xC004, ANY}, ONE(0, 1), false, PC, "Oxford OXPCIe840", OX_ECR},
    {{0x1415, 0xC100, ANY}, ONE(0, 1), false, PC, "Oxford OXPCIe952", OX_ECR},
    {{0x1415, 0xC104, ANY}, ONE(0, 1), false, PC, "Oxford OXPCIe952", OX_ECR},
    {{0x1415, 0xC108, ANY}, NOWHERE, false, IDS, "Oxford OXPCIe952", OX_ECR},
    {{0x1415, 0xC10C, ANY}, NOWHERE, false, IDS, "Oxford OXPCIe952", OX_ECR},
    {{0x1415, 0xC110, ANY}, ONE(0, 1), false, PC, "Oxford OXPCIe952", OX_ECR},
    {{0x1415, 0xC114, ANY}, ONE(0, 1), false, PC, "Oxford OXPCIe952", OX_ECR},
    {{0x1415, 0xC118, ANY}, ONE(0, 1), false, PC, "Oxford OXPCIe952", OX_ECR},
    {{0x1415, 0xC11C, ANY}, ONE(0, 1), false, PC, "Oxford OXPCIe952", OX_ECR},
    /* WCH, PCI Express */
    {{0x1C00, 0x3050, ANY}, ONE(2, NONE), false, PC, "WCH CH382", NULL},
    {{0x1C00, 0x3250, ANY}, ONE(2, NONE), false, SERIAL, "WCH CH382", NULL},
    /* WCH, PCI */
    {{0x4348, 0x5053, ANY}, ONE(1, NONE), false, SERIAL, "WCH CH353", NULL},
    {{0x4348, 0x7053, ANY}, ONE(2, NONE), false, SERIAL, "WCH CH353", NULL},
    {{0x4348, 0x7073, ANY}, NOWHERE, false, IDS, "WCH CH356", NULL},
    /* NetMos, later MosChip, later ASIX */
    {{0x9710, 0x9705, ANY}, ONE(0, NONE), false, PC, "MosChip MCS9705", NULL},
    {{0x9710, 0x9715, ANY}, TWO(0, 1, 2, 3), false, PC, "MosChip MCS9715", NULL},
    {{0x9710, 0x9735, ANY}, ONE(2, NONE), true, SERIAL, "MosChip MCS9735", NULL},
    {{0x9710, 0x9745, ANY}, ONE(2, NONE), true, SERIAL, "MosChip MCS9745", NULL},
    {{0x9710, 0x9755, ANY}, TWO(0, 1, 2, 3), false, PC, "MosChip MCS9755", NULL},
    {{0x9710, 0x9805, ANY}, ONE(0, 1), false, PC, "MosChip MCS9805", NULL},
    {{0x9710, 0x9815, ANY}, TWO(0, 1, 2, 3), false, PC, "MosChip MCS9815", NULL},
    {{0x9710, 0x9835, ANY}, ONE(2, NONE), true, SERIAL, "MosChip MCS9835", NULL},
    {{0x9710, 0x9845, 0x1000, 0x0014}, ONE(4, NONE), false, IDS, "MosChip MCS9845", NULL},
    {{0x9710, 0x9845, ANY}, ONE(2, NONE), true, SERIAL, "MosChip MCS9845", NULL},
    {{0x9710, 0x9855, 0x1000, 0x0020}, TWO(0, NONE, 2, NONE), false, SERIAL, "MosChip MCS9855", NULL},
    {{0x9710, 0x9855, 0x1000, 0x0022}, TWO(0, NONE, 2, NONE), false, SERIAL, "MosChip MCS9855", NULL},
    {{0x9710, 0x9855, ANY}, ONE(0, NONE), true, SERIAL, "MosChip MCS9855", NULL},
    {{0x9710, 0x9865, 0xA000, 0x1000}, ONE(0, NONE), false, PC, "MosChip MCS9865", NULL},
    {{0x9710, 0x9865, 0xA000, 0x2000}, ONE(0, NONE), false, PC, "MosChip MCS9865", NULL},
    {{0x9710, 0x9900, 0xA000, 0x2000}, ONE(0, NONE), false, PC, "MosChip MCS9900", NULL},
    {{0x9710, 0x9900, 0xA000, 0x3011}, ONE(3, 4), false, SERIAL, "MosChip MCS9900", NULL},
    {{0x9710, 0x9900, 0xA000, 0x3012}, ONE(3, 4), false, SERIAL, "MosChip MCS9900", NULL},
    {{0x9710, 0x9900, 0xA000, 0x3020}, TWO(0, 1, 3, 4), false, SERIAL, "MosChip MCS9900", NULL},
    {{0x9710, 0x9901, 0xA000, 0x2000}, ONE(0, NONE), false, PC, "MosChip MCS9901", NULL},
    {{0x9710, 0x9912, 0xA000, 0x2000}, ONE(0, 1), false, SERIAL, "MosChip MCS9912", NULL},
    /* ASIX */
    {{0x125B, 0x9100, 0xA000, 0x2000}, ONE(0, 1), false, PC, "ASIX AX99100", NULL},
    /* SUNIX */
    {{0x1FD4, 0x1999, 0x1FD4, 0x0100}, ONE(1, 2), false, SERIAL, "SUNIX 4008A", NULL},
    {{0x1FD4, 0x1999, 0x1FD4, 0x0101}, ONE(1, 2), false, SERIAL, "SUNIX 5069A", NULL},
    {{0x1FD4, 0x1999, 0x1FD4, 0x0102}, ONE(1, 2), false, SERIAL, "SUNIX 5079A", NULL},
    {{0x1FD4, 0x1999, 0x1FD4, 0x0104}, ONE(1, 2), false, SERIAL, "SUNIX 5099A", NULL},
    /* Timedia, also sold as SUNIX */
    {{0x1409, 0x7168, 0x1409, 0x4078}, ONE(2, NONE), false, SERIAL, "Timedia 4078A", NULL},
    {{0x1409, 0x7168, 0x1409, 0x4079}, ONE(2, 3), false, SERIAL, "Timedia 4079H", NULL},
    {{0x1409, 0x7168, 0x1409, 0x4085}, TWO(2, NONE, 4, NONE), false, SERIAL, "Timedia 4085H", NULL},
    {{0x1409, 0x7168, 0x1409, 0x4088}, TWO(2, 3, 4, 5), false, SERIAL, "Timedia 4088A", NULL},
    {{0x1409, 0x7168, 0x1409, 0x4089}, TWO(2, 3, 4, 5), false, SERIAL, "Timedia 4089A", NULL},
    {{0x1409, 0x7168, 0x1409, 0x4095}, TWO(2, 3, 4, 5), false, SERIAL, "Timedia 4095A", NULL},
    {{0x1409, 0x7168, 0x1409, 0x4096}, TWO(2, 3, 4, 5), false, SERIAL, "Timedia 4096A", NULL},
    {{0x1409, 0x7168, 0x1409, 0x5078}, ONE(2, NONE), false, SERIAL, "Timedia 4078U", NULL},
    {{0x1409, 0x7168, 0x1409, 0x5079}, ONE(2, 3), false, SERIAL, "Timedia 4079A", NULL},
    {{0x1409, 0x7168, 0x1409, 0x5085}, TWO(2, NONE, 4, NONE), false, SERIAL, "Timedia 4085U", NULL},
    {{0x1409, 0x7168, 0x1409, 0x6079}, ONE(2, 3), false, SERIAL, "Timedia 4079R", NULL},
    {{0x1409, 0x7168, 0x1409, 0x7079}, ONE(2, 3), false, SERIAL, "Timedia 4079S", NULL},
    {{0x1409, 0x7168, 0x1409, 0x8079}, ONE(2, 3), false, SERIAL, "Timedia 4079D", NULL},
    {{0x1409, 0x7168, 0x1409, 0x9079}, ONE(2, 3), false, SERIAL, "Timedia 4079E", NULL},
    {{0x1409, 0x7168, 0x1409, 0xA079}, ONE(2, 3), false, SERIAL, "Timedia 4079F", NULL},
    {{0x1409, 0x7168, 0x1409, 0xB079}, ONE(2, 3), false, SERIAL, "Timedia 9079A", NULL},
    {{0x1409, 0x7168, 0x1409, 0xC079}, ONE(2, 3), false, SERIAL, "Timedia 9079B", NULL},
    {{0x1409, 0x7168, 0x1409, 0xD079}, ONE(2, 3), false, SERIAL, "Timedia 9079C", NULL},
    {{0x1409, 0x7268, 0x1409, 0x0101}, ONE(0, NONE), false, PC, "Timedia 4006A", NULL},
    {{0x1409, 0x7268, 0x1409, 0x0102}, TWO(0, NONE, 2, NONE), false, PC, "Timedia 4014", NULL},
    {{0x1409, 0x7268, 0x1409, 0x0103}, ONE(0, 1), false, PC, "Timedia 4008A", NULL},
    {{0x1409, 0x7268, 0x1409, 0x0104}, TWO(0, 1, 2, 3), false, PC, "Timedia 4018", NULL},
    {{0x1409, 0x7268, 0x1409, 0x9018}, TWO(0, 1, 2, 3), false, PC, "Timedia 9018A", NULL},
    /* Titan */
    {{0x14D2, 0x8001, ANY}, ONE(3, NONE), false, PC, "Titan VScom 010L", NULL},
    {{0x14D2, 0x8002, ANY}, NOWHERE, false, IDS, "Titan VScom 020L", NULL},
    {{0x14D2, 0x8011, ANY}, ONE(3, NONE), false, SERIAL, "Titan VScom 110L", NULL},
    {{0x14D2, 0x8021, ANY}, ONE(3, NONE), false, SERIAL, "Titan VScom 210L", NULL},
    {{0x14D2, 0x8043, ANY}, NOWHERE, false, IDS, "Titan VScom 430L", NULL},
    {{0x14D2, 0xA000, ANY}, NOWHERE, false, IDS, "Titan VScom 010H", NULL},
    {{0x14D2, 0xE001, ANY}, NOWHERE, false, IDS, "Titan VScom 010HV2", NULL},
    /* Lava */
    {{0x1407, 0x8000, ANY}, ONE(0, NONE), false, PC, "Lava Parallel", NULL},
    {{0x1407, 0x8001, ANY}, NOWHERE, false, IDS, "Lava Dual Parallel, port A", NULL},
    {{0x1407, 0x8002, ANY}, ONE(0, NONE), false, PC, "Lava Dual Parallel, port A", NULL},
    {{0x1407, 0x8003, ANY}, ONE(0, NONE), false, PC, "Lava Dual Parallel, port B", NULL},
    {{0x1407, 0x8800, ANY}, ONE(0, NONE), false, PC, "Boca Research IOPPAR", NULL},
    /* SIIG */
    {{0x131F, 0x1010, ANY}, ONE(3, 4), false, SERIAL, "SIIG Duet 1S1P (10x)", NULL},
    {{0x131F, 0x1011, ANY}, ONE(3, 4), false, SERIAL, "SIIG Duet 1S1P (10x)", NULL},
    {{0x131F, 0x1012, ANY}, ONE(3, 4), false, SERIAL, "SIIG Duet 1S1P (10x)", NULL},
    {{0x131F, 0x1020, ANY}, ONE(2, 3), false, PC, "SIIG CyberParallel 1P (10x)", NULL},
    {{0x131F, 0x1021, ANY}, TWO(2, 3, 4, 5), false, PC, "SIIG CyberParallel 2P (10x)", NULL},
    {{0x131F, 0x1034, ANY}, ONE(4, 5), false, SERIAL, "SIIG Trio 2S1P (10x)", NULL},
    {{0x131F, 0x1035, ANY}, ONE(4, 5), false, SERIAL, "SIIG Trio 2S1P (10x)", NULL},
    {{0x131F, 0x1036, ANY}, ONE(4, 5), false, SERIAL, "SIIG Trio 2S1P (10x)", NULL},
    {{0x131F, 0x2010, ANY}, ONE(2, 3), false, SERIAL, "SIIG Duet 1S1P (20x)", NULL},
    {{0x131F, 0x2011, ANY}, ONE(1, 2), false, SERIAL, "SIIG Duet 1S1P (20x)", NULL},
    {{0x131F, 0x2012, ANY}, ONE(1, 2), false, SERIAL, "SIIG Duet 1S1P (20x)", NULL},
    {{0x131F, 0x2020, ANY}, ONE(0, 1), false, PC, "SIIG CyberParallel 1P (20x)", NULL},
    {{0x131F, 0x2021, ANY}, TWO(0, 1, 2, 3), false, PC, "SIIG CyberParallel 2P (20x)", NULL},
    {{0x131F, 0x2040, ANY}, TWO(1, 2, 3, 4), false, SERIAL, "SIIG Trio 1S2P (20x)", NULL},
    {{0x131F, 0x2041, ANY}, TWO(1, 2, 3, 4), false, SERIAL, "SIIG Trio 1S2P (20x)", NULL},
    {{0x131F, 0x2042, ANY}, TWO(1, 2, 3, 4), false, SERIAL, "SIIG Trio 1S2P (20x)", NULL},
    {{0x131F, 0x2060, ANY}, ONE(2, 3), false, SERIAL, "SIIG Trio 2S1P (20x)", NULL},
    {{0x131F, 0x2061, ANY}, ONE(2, 3), false, SERIAL, "SIIG Trio 2S1P (20x)", NULL},
    {{0x131F, 0x2062, ANY}, ONE(2, 3), false, SERIAL, "SIIG Trio 2S1P (20x)", NULL},
    /* Quatech */
    {{0x135C, 0x0278, ANY}, ONE(0, 1), false, PC, "Quatech SPPXP-100", NULL},
    /* Brainboxes */
    {{0x135A, 0x0861, ANY}, ONE(3, NONE), false, SERIAL, "Brainboxes UC-257", NULL},
    {{0x135A, 0x0862, ANY}, ONE(3, NONE), false, SERIAL, "Brainboxes UC-257", NULL},
    {{0x135A, 0x0863, ANY}, ONE(3, NONE), false, SERIAL, "Brainboxes UC-257", NULL},
    {{0x135A, 0x0981, ANY}, ONE(3, NONE), false, SERIAL, "Brainboxes UC-475", NULL},
    {{0x135A, 0x0982, ANY}, ONE(3, NONE), false, SERIAL, "Brainboxes UC-475", NULL},
    {{0x135A, 0x0BC1, ANY}, ONE(3, NONE), false, SERIAL, "Brainboxes UC-203", NULL},
    {{0x135A, 0x0BC2, ANY}, ONE(3, NONE), false, SERIAL, "Brainboxes UC-203", NULL},
    {{0x135A, 0x0BE1, ANY}, ONE(3, NONE), false, PC, "Brainboxes UC-146/UC-157", NULL},
    {{0x135A, 0x0BE2, ANY}, ONE(3, NONE), false, PC, "Brainboxes UC-146/UC-157", NULL},
    {{0x135A, 0x0DA0, ANY}, ONE(3, NONE), false, SERIAL, "Brainboxes IS-300/IS-500", NULL},
    {{0x135A, 0x0E61, ANY}, ONE(3, NONE), false, SERIAL, "Brainboxes UC-414", NULL},
    {{0x135A, 0x4007, ANY}, ONE(0, NONE), false, PC, "Brainboxes PX-203", NULL},
    {{0x135A, 0x401C, ANY}, ONE(0, 1), false, PC, "Brainboxes PX-146/PX-157", NULL},
    {{0x135A, 0x401F, ANY}, ONE(0, 1), false, PC, "Brainboxes PX-475", NULL},
    {{0x135A, 0x402A, ANY}, ONE(0, 1), false, PC, "Brainboxes IX-500/IX-550", NULL},
    {{0x135A, 0x402C, ANY}, ONE(3, NONE), false, SERIAL, "Brainboxes PX-263/PX-295", NULL},
    {{0x135A, 0x4100, ANY}, ONE(3, NONE), false, SERIAL, "Brainboxes PX-272/PX-306", NULL},
    /* AFAVLAB */
    {{0x14DB, 0x2110, ANY}, ONE(1, 2), false, SERIAL, "AFAVLAB 1S1P", NULL},
    {{0x14DB, 0x2111, ANY}, ONE(1, 2), false, SERIAL, "AFAVLAB 1S1P", NULL},
    {{0x14DB, 0x2112, ANY}, ONE(1, 2), false, SERIAL, "AFAVLAB 1S1P", NULL},
    {{0x14DB, 0x2120, ANY}, ONE(0, 1), false, PC, "AFAVLAB TK9902", NULL},
    {{0x14DB, 0x2121, ANY}, TWO(0, 1, 2, 3), false, PC, "AFAVLAB 2P", NULL},
    {{0x14DB, 0x2140, ANY}, TWO(1, 2, 3, 4), false, SERIAL, "AFAVLAB 1S2P", NULL},
    {{0x14DB, 0x2141, ANY}, TWO(1, 2, 3, 4), false, SERIAL, "AFAVLAB 1S2P", NULL},
    {{0x14DB, 0x2142, ANY}, TWO(1, 2, 3, 4), false, SERIAL, "AFAVLAB 1S2P", NULL},
    {{0x14DB, 0x2160, ANY}, ONE(2, 3), false, SERIAL, "AFAVLAB 2S1P", NULL},
    {{0x14DB, 0x2161, ANY}, ONE(2, 3), false, SERIAL, "AFAVLAB 2S1P", NULL},
    {{0x14DB, 0x2162, ANY}, ONE(2, 3), false, SERIAL, "AFAVLAB 2S1P", NULL},
    /* Mobility */
    {{0x14F2, 0x0121, ANY}, ONE(0, 1), false, PC, "Mobility EV1000", NULL},
    /* Aladdin */
    {{0x416C, 0x0100, ANY}, ONE(0, NONE), false, PC, "Aladdin (AKS) card", NULL},
    /* PLX: the chip of cards of many kinds */
    {{0x10B5, 0x1078, ANY}, NOWHERE, false, IDS, "Titan VScom 210", NULL},
    {{0x10B5, 0x1146, ANY}, NOWHERE, false, IDS, "Titan VScom 010", NULL},
    {{0x10B5, 0x1147, ANY}, NOWHERE, false, IDS, "Titan VScom 020", NULL},
    {{0x10B5, 0x9050, 0xD84D, 0x4014}, TWO(4, NONE, 5, NONE), false, PC, "Exsys EX-4014", NULL},
    /* Syba */
    {{0x1592, 0x0782, ANY}, NOWHERE, false, PC, "Syba 2P EPP", SYBA},
    {{0x1592, 0x0783, ANY}, NOWHERE, false, PC, "Syba 1P ECP", SYBA},
};
/* clang-format on */
const uint32_t up_cards_count = sizeof up_cards / sizeof up_cards[0];

/* An MCS9835 of IBM's whose subsystem does not count its ports: parport_serial.c leaves it out. */
static const struct up_pci_id no_printer = {0x9710, 0x9835, 0x1014, 0x0299};

static bool is_same(const struct up_pci_id *one, const struct up_pci_id *other)
{
    return one->vendor == other->vendor && one->device == other->device &&
           one->subvendor == other->subvendor && one->subdevice == other->subdevice;
}

static uint32_t counted(const struct up_card *card, const struct up_pci_id *id)
{
    const uint32_t told = (id->subdevice & 0xF0u) >> 4;

    if (!card->counts_by_subdevice || id->subvendor == UP_PCI_ANY) {
        return card->count;
    }
    return told < card->count ? told : card->count;
}

const struct up_card *up_card_find(const struct up_pci_id *id)
{
    const struct up_card *found = NULL;
    uint32_t i;

    if (id->vendor == 0 || is_same(id, &no_printer)) {
        return NULL;
    }
    for (i = 0; i < up_cards_count; i++) {
        const struct up_card *card = &up_cards[i];

        if (card->id.vendor != id->vendor || card->id.device != id->device) {
            continue;
        }
        if (is_same(&card->id, id)) {
            return card;
        }
        if (card->id.subvendor == UP_PCI_ANY) {
            found = card;
        }
    }
    return found != NULL && (found->count == 0 || counted(found, id) > 0) ? found : NULL;
}

uint32_t up_card_ports(const struct up_card *card, const struct up_pci_id *id)
{
    return counted(card, id);
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Passes over a word, whatever its letter case. Result: what follows; NULL: it is not there. */
static const char *after(const char *text, const char *word)
{
    for (; *word != '\0'; text++, word++) {
        if (upper(*text) != *word) {
            return NULL;
        }
    }
    return text;
}

/* Reads four hexadecimal digits. Result: what follows; NULL: they are not there. */
static const char *read_four(const char *text, uint16_t *number)
{
    uint32_t value = 0;
    unsigned i;

    if (text == NULL) {
        return NULL;
    }
    for (i = 0; i < 4; i++, text++) {
        const char c = upper(*text);

        if (c >= '0' && c <= '9') {
            value = value << 4 | (uint32_t)(c - '0');
        } else if (c >= 'A' && c <= 'F') {
            value = value << 4 | (uint32_t)(c - 'A' + 10);
        } else {
            return NULL;
        }
    }
    *number = (uint16_t)value;
    return text;
}

static bool is_end(char c)
{
    return c == '\0' || c == '&' || c == '\\';
}

bool up_pci_id_read(const char *name, struct up_pci_id *id)
{
    struct up_pci_id read = {0, 0, UP_PCI_ANY, UP_PCI_ANY};
    const char *at = after(name, "PCI\\VEN_");

    id->vendor = id->device = 0;
    id->subvendor = id->subdevice = UP_PCI_ANY;
    if ((at = read_four(at, &read.vendor)) == NULL || (at = after(at, "&DEV_")) == NULL ||
        (at = read_four(at, &read.device)) == NULL || !is_end(*at) || read.vendor == 0) {
        return false;
    }
    if ((at = after(at, "&SUBSYS_")) != NULL) {
        at = read_four(read_four(at, &read.subdevice), &read.subvendor);
        if (at == NULL || !is_end(*at)) {
            read.subvendor = read.subdevice = UP_PCI_ANY;
        }
    }
    *id = read;
    return true;
}
