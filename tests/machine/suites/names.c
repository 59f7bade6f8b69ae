/* SPDX-License-Identifier: MIT
 *
 * The device's names: its own, and those that the registry value Aliases adds for programs that
 * open another driver's.
 */
#include "../test.h"
#include "messages.h"

#define PORT      0x378
#define NO_HANDLE 0xFFFFFFFFu

/*
 * A REG_MULTI_SZ of names that are separated by '|', and without its last end if it ends with '!'.
 */
static void set_aliases(const char *names)
{
    static WCHAR text[1200];
    uint32_t length = 0;

    for (; *names != '\0' && *names != '!'; names++) {
        text[length++] = *names == '|' ? 0 : (WCHAR)(unsigned char)*names;
    }
    if (*names != '!') {
        text[length++] = 0;
        text[length++] = 0;
    }
    registry_set("Aliases", REG_MULTI_SZ, text, length * sizeof(WCHAR));
}

static uint32_t aliases_of(void)
{
    struct up_info info = {0};

    EXPECT(get_info(&info));
    return info.aliases;
}

/* What a program for giveio does: it opens, closes at once, and uses ports. */
static void giveio(void)
{
    struct process *puppet;
    uint32_t handle;

    set_aliases("giveio|PortTalk");
    start_with("lpt1", UP_SCOPE_OPENERS, 1);
    EXPECT_EQ(aliases_of(), 2);
    puppet = puppet_start(AS_USER);
    EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), DENIED);
    handle = puppet_open(puppet, 0, "\\\\.\\GiveIO", GENERIC_READ);
    EXPECT(handle != NO_HANDLE);
    puppet_close(puppet, 0, handle);
    EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), 0);
    EXPECT_EQ(puppet_in(puppet, 0, 0x37F + 1, 1), DENIED); /* the grant list holds */
    handle = puppet_open(puppet, 0, "\\\\.\\PortTalk\\", GENERIC_READ);
    EXPECT(handle != NO_HANDLE);
    puppet_close(puppet, 0, handle);
    EXPECT_EQ(puppet_open(puppet, 0, "\\\\.\\giveio2", GENERIC_READ), NO_HANDLE);
    EXPECT_EQ(puppet_open(puppet, 0, "\\\\.\\giveio\\x", GENERIC_READ), NO_HANDLE);
    puppet_end(puppet);
    stop();
    puppet = puppet_start(AS_USER);
    /* gone with the driver */
    EXPECT_EQ(puppet_open(puppet, 0, "\\\\.\\giveio", GENERIC_READ), NO_HANDLE);
    puppet_end(puppet);
}

/* The access list is the device's, whatever its name. */
static void the_same_access_list(void)
{
    struct process *low;

    set_aliases("giveio");
    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    low = puppet_start(AS_LOW_USER);
    EXPECT_EQ(puppet_open(low, 0, "\\\\.\\giveio", GENERIC_READ), NO_HANDLE);
    EXPECT_EQ(low->mail->slots[0].error, ERROR_ACCESS_DENIED);
    puppet_end(low);
    stop();
}

/* A name that somebody else has stays his; the others are made. */
static void taken_names(void)
{
    static const UNICODE_STRING theirs = RTL_CONSTANT_STRING(L"\\DosDevices\\giveio");
    static const UNICODE_STRING target = RTL_CONSTANT_STRING(L"\\Device\\Giveio");

    set_aliases("giveio|UserPort|dlportio");
    name_insert(&theirs, NULL, &target);
    event_log_clear();
    start_with("lpt1", UP_SCOPE_ALL, 0);
    EXPECT_EQ(aliases_of(), 1);
    EXPECT_EQ(event_log_find(UP_MSG_ALIAS_REFUSED), 2);
    name_remove(&theirs); /* before the stop, which wants to see no name at all */
    stop();
}

/*
 * Values that somebody wrote by hand, or wrong: what is good of them counts, and the rest is said.
 */
static void odd_values(void)
{
    static const struct {
        const char *names;
        uint32_t made, refused;
    } table[] = {
        {"", 0, 0},
        {"giveio!", 1, 0},
        {"||giveio||", 1, 0},
        {"giveio|GIVEIO", 1, 1},
        {"C:|a\\b|x/y|sp ace|io*", 0, 5},
        {"abcdefghijklmnopqrstuvwxyz01234", 1, 0},
        {"abcdefghijklmnopqrstuvwxyz012345", 0, 1},
        {"a1|a2|a3|a4|a5|a6|a7|a8|a9|a10", 8, 2},
    };
    static WCHAR many[700];
    unsigned i;

    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        set_aliases(table[i].names);
        event_log_clear();
        start_with("lpt1", UP_SCOPE_ALL, 0);
        EXPECT_MSG(aliases_of() == table[i].made &&
                       event_log_find(UP_MSG_ALIAS_REFUSED) == table[i].refused,
                   "\"%s\": %u refused", table[i].names,
                   (unsigned)event_log_find(UP_MSG_ALIAS_REFUSED));
        stop();
    }
    for (i = 0; i < sizeof many / sizeof many[0]; i++) {
        many[i] = i % 4 == 3 ? 0 : 'a';
    }
    registry_set("Aliases", REG_MULTI_SZ, many, sizeof many); /* too long */
    event_log_clear();
    start_with("lpt1", UP_SCOPE_ALL, 0);
    EXPECT_EQ(event_log_find(UP_MSG_ALIAS_REFUSED), 1);
    stop();
    registry_set("Aliases", REG_SZ, L"giveio", 14);
    event_log_clear();
    start_with("lpt1", UP_SCOPE_ALL, 0);
    EXPECT_EQ(aliases_of(), 0);
    EXPECT_EQ(event_log_find(UP_MSG_ALIAS_REFUSED), 1);
    stop();
    registry_remove("Aliases");
    event_log_clear();
    start_with("lpt1", UP_SCOPE_ALL, 0);
    EXPECT_EQ(aliases_of(), 0);
    EXPECT_EQ(event_log_find(UP_MSG_ALIAS_REFUSED), 0);
    stop();
}

static const struct test tests[] = {
    {"a program for giveio: open, close, ports, under our list", giveio},
    {"the access list is the same", the_same_access_list},
    {"names that somebody else has", taken_names},
    {"values that are odd, or wrong", odd_values},
    {NULL, NULL},
};

const struct suite suite_names = {"names", tests, NULL};
