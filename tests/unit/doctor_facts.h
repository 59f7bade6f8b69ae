/* SPDX-License-Identifier: MIT
 *
 * Facts for tests/unit/test_doctor.c: a machine on which all is well, and what can be wrong with
 * it, case by case.
 */
#ifndef UP_TEST_DOCTOR_FACTS_H
#define UP_TEST_DOCTOR_FACTS_H

#include <stdio.h>
#include <string.h>

#include "doctor/doctor.h"
#include "version.h"

/* A finding: with this text in it, and with this advice, or none. */
struct expected {
    enum up_finding_level level;
    const char *subject, *text, *advice;
};

static inline void grant(struct up_doctor_facts *f, uint16_t first, uint16_t last)
{
    up_portset_grant(&f->settings.values.ports, first, last);
    memcpy(f->driver.map, f->settings.values.ports.map, sizeof f->driver.map);
    f->driver.info.ports_granted = up_portset_count(&f->settings.values.ports);
}

/* 64-bit Windows 10; UserPort is installed, signed, and runs with LPT1. */
static inline void all_is_well(struct up_doctor_facts *f)
{
    const struct up_info info = {.abi_version = UP_ABI_VERSION,
                                 .driver_version = 3u << 24,
                                 .processor = UP_PROCESSOR_AMD64,
                                 .mechanisms = UP_MECHANISM_LIST,
                                 .state = UP_STATE_RUNNING};
    const struct up_exe_file file = {.kind = UP_EXE_PE,
                                     .machine = UP_EXE_MACHINE_AMD64,
                                     .subsystem = UP_EXE_SUBSYSTEM_NATIVE,
                                     .is_userport = true};

    memset(f, 0, sizeof *f);
    f->system_major = 10;
    f->system_build = 19045;
    f->system_machine = UP_EXE_MACHINE_AMD64;
    f->is_administrator = UP_YES;
    f->driver.service = UP_SERVICE_RUNNING;
    f->driver.startup = UP_STARTUP_DEMAND;
    f->driver.has_file = f->has_file = true;
    strcpy(f->driver.file, "C:\\Windows\\system32\\drivers\\userport.sys");
    f->driver.answers = true;
    f->driver.info = info;
    f->settings.is_there = true;
    up_portset_deny_all(&f->settings.values.ports);
    grant(f, 0x378, 0x37F);
    f->file = file;
    f->signature =
        (struct up_signature){.signer = UP_SIGNER_ATTESTED,
                              .digest = UP_DIGEST_SHA256,
                              .name = "Microsoft Windows Hardware Compatibility Publisher",
                              .certified = 20260102,
                              .has_time_stamp = true};
    f->load_events.has_log = true;
    f->code_integrity = UP_YES;
    f->file_is_safe = f->key_is_safe = f->service_is_safe = f->event_source = f->drivers_are_seen =
        UP_YES;
}

/* A card with its printer port there, which has an ECP register further down, and a device at C000.
 */
static inline void card_at(struct up_doctor_facts *f, const char *name, uint16_t first,
                           const char *note)
{
    struct up_card_facts *cards = &f->cards;
    const uint32_t i = cards->count++;

    if (i == 0) {
        up_portset_deny_all(&cards->taken);
        up_portset_grant(&cards->taken, 0xC000, 0xC00F);
    }
    strcpy(cards->cards[i].name, name);
    strcpy(cards->cards[i].note, note);
    cards->cards[i].ports = (struct up_port_range){first, (uint16_t)(first + 7u)};
    cards->cards[i].has_ecp = true;
    cards->cards[i].ecp =
        (struct up_port_range){(uint16_t)(first - 0x80u), (uint16_t)(first - 0x7Eu)};
    up_portset_grant(&cards->taken, first, (uint16_t)(first + 7u));
    up_portset_grant(&cards->taken, (uint16_t)(first - 0x80u), (uint16_t)(first - 0x7Eu));
}

/* Adds a program with settings. wrong: what is wrong with them, or "". */
static inline void add_program(struct up_doctor_facts *f, const char *name, const char *routes,
                               const char *wrong)
{
    static struct up_program programs[UP_PROGRAMS_MAX];
    struct up_program *program = &programs[f->programs.count++];

    memset(program, 0, sizeof *program);
    strcpy(program->name, name);
    strcpy(program->wrong, wrong);
    (void)up_routes_parse(routes, strlen(routes), &program->settings.routes, NULL);
    f->programs.programs = programs;
}

static inline void add_wrong_programs(struct up_doctor_facts *f, uint32_t count)
{
    while (count-- > 0) {
        add_program(f, "bad", "", "the value Path is not there");
    }
}

static inline void add_routed_programs(struct up_doctor_facts *f, uint32_t count)
{
    while (count-- > 0) {
        add_program(f, "far", "378-37F=D100", "");
    }
}

static inline void signed_by(struct up_doctor_facts *f, enum up_signer signer)
{
    f->signature.signer = signer;
    if (signer == UP_SIGNER_NONE || signer == UP_SIGNER_BROKEN) {
        memset(&f->signature, 0, sizeof f->signature);
        f->signature.signer = signer;
    } else if (signer == UP_SIGNER_UNKNOWN) {
        memset(&f->signature, 0, sizeof f->signature);
    }
}

/* The same on 32-bit Windows XP, where nothing is signed. */
static inline void on_xp(struct up_doctor_facts *f)
{
    f->system_major = 5;
    f->system_minor = 1;
    f->system_build = 2600;
    f->system_machine = f->file.machine = UP_EXE_MACHINE_I386;
    f->driver.info.processor = UP_PROCESSOR_I386;
    f->driver.info.mechanisms |= UP_MECHANISM_IOPM;
    signed_by(f, UP_SIGNER_NONE);
    f->load_events.has_log = false;
    f->code_integrity = f->test_signing = f->memory_integrity = f->secure_boot = f->microsoft_only =
        f->block_list = UP_UNKNOWN;
}

static inline void stopped(struct up_doctor_facts *f)
{
    f->driver.service = UP_SERVICE_STOPPED;
    f->driver.answers = false;
    f->driver.device_code = 2;
    memset(&f->driver.info, 0, sizeof f->driver.info);
    memset(f->driver.map, 0xFF, sizeof f->driver.map);
}

/* It runs, and this user's open fails with that code. */
static inline void silent(struct up_doctor_facts *f, uint32_t code)
{
    stopped(f);
    f->driver.service = UP_SERVICE_RUNNING;
    f->driver.device_code = code;
}

/*
 * A stop by others was accepted while programs had it open: the device is gone, the driver is not.
 */
static inline void stranded(struct up_doctor_facts *f, enum up_service_state service)
{
    stopped(f);
    f->driver.service = service;
    f->driver.may_be_open = true;
}

static inline void absent(struct up_doctor_facts *f)
{
    stopped(f);
    f->driver.service = UP_SERVICE_ABSENT;
    f->driver.has_file = f->has_file = f->settings.is_there = false;
    f->driver.file[0] = '\0';
    signed_by(f, UP_SIGNER_UNKNOWN);
    f->file_is_safe = f->key_is_safe = f->service_is_safe = UP_UNKNOWN;
    f->event_source = UP_NO;
    memset(&f->file, 0, sizeof f->file);
}

static inline void nothing_is_known(struct up_doctor_facts *f)
{
    memset(f, 0, sizeof *f);
    f->driver.service = UP_SERVICE_UNKNOWN;
    f->driver.service_code = 5;
    f->driver.device_code = f->settings_problem.code = 5;
    strcpy(f->settings_problem.text, "cannot read the settings: access is denied (5)");
    f->is_administrator = f->test_signing = f->is_server = f->microsoft_only = UP_UNKNOWN;
    f->code_integrity = f->memory_integrity = f->secure_boot = f->block_list = UP_UNKNOWN;
    f->file_is_safe = f->key_is_safe = f->service_is_safe = f->event_source = f->drivers_are_seen =
        UP_UNKNOWN;
}

static inline void file_is_gone(struct up_doctor_facts *f, uint32_t code)
{
    f->driver.has_file = f->has_file = false;
    f->file_code = code;
    f->file_is_safe = UP_UNKNOWN;
    memset(&f->file, 0, sizeof f->file);
    signed_by(f, UP_SIGNER_UNKNOWN);
}

/* What doctor FILE looks at: UserPort's driver, signed by that one. */
static inline void candidate(struct up_doctor_facts *f, const char *path, enum up_signer signer)
{
    (void)snprintf(f->candidate.path, sizeof f->candidate.path, "%s", path);
    f->candidate.file = f->file;
    f->candidate.file.kind = UP_EXE_PE;
    f->candidate.file.subsystem = UP_EXE_SUBSYSTEM_NATIVE;
    f->candidate.file.machine = f->system_machine;
    f->candidate.file.is_userport = true;
    f->candidate.signature.signer = signer;
}

static inline void on_24h2(struct up_doctor_facts *f, enum up_driver_policy policy)
{
    f->system_build = 26100;
    f->driver_policy = policy;
}

static inline void event(struct up_load_event *event, uint32_t id, enum up_driver_policy policy)
{
    event->id = id;
    strcpy(event->time, "2026-11-30 01:46 UTC");
    event->policy = policy;
}

static inline struct up_doctor_dll *add_dll(struct up_doctor_facts *f, const char *path,
                                            uint8_t wanted, uint16_t machine)
{
    struct up_doctor_dll *dll = &f->dlls[f->dll_count++];

    (void)snprintf(dll->path, sizeof dll->path, "%s", path);
    dll->wanted_bits = wanted;
    dll->file.kind = UP_EXE_PE;
    dll->file.is_dll = dll->file.is_userport = true;
    dll->file.machine = machine;
    dll->file.version = UP_VERSION_NUMBER;
    return dll;
}

static inline void add_other(struct up_doctor_facts *f, const char *name, bool is_running)
{
    uint32_t number = 0;

    while (strcmp(up_known_drivers[number].name, name) != 0) {
        number++;
    }
    f->other_drivers[f->other_driver_count].number = number;
    f->other_drivers[f->other_driver_count++].is_running = is_running;
}

/* Everything at once, with the longest paths there are, of characters of two bytes. */
static inline void worst(struct up_doctor_facts *f)
{
    add_wrong_programs(f, 20);
    add_routed_programs(f, 20);
    for (size_t i = 0; i + 2 < sizeof f->driver.file; i += 2) {
        memcpy(f->driver.file + i, "\xC3\xA4", 3);
    }
    f->file.is_userport = false;
    f->memory_integrity = f->secure_boot = UP_YES;
    signed_by(f, UP_SIGNER_OTHER);
    memset(f->signature.name, 'x', sizeof f->signature.name - 1);
    event(&f->load_events.refused, 3077, UP_POLICY_ENFORCED);
    event(&f->load_events.audited, 3076, UP_POLICY_EVALUATED);
    f->load_events.code = UINT32_MAX;
    f->other_policy_count = UINT32_MAX;
    memset(f->other_policy, 'x', sizeof f->other_policy - 1);
    f->driver.startup = UP_STARTUP_DISABLED;
    f->driver.info.processes_missed = f->driver.info.transfers_denied =
        f->driver.info.opens_refused = UINT32_MAX;
    f->driver.info.controls_refused = f->driver.info.foreign_ports = f->driver.info.driver_version =
        UINT32_MAX;
    f->driver.info.flags = UP_FLAG_FOREIGN_MAP | UP_FLAG_OVERWRITTEN;
    f->driver.info.port_denied = 0xFFFF;
    grant(f, 0, 0xFFFF);
    for (uint16_t port = 0; port < 0xFFFE; port = (uint16_t)(port + 2)) {
        up_portset_deny(&f->settings.values.ports, port, port);
    }
    f->settings.values.problems = UP_SETTINGS_IOPM_SHORT;
    f->file_is_safe = f->key_is_safe = f->service_is_safe = UP_NO;
    memset(f->service_writers, 'x', sizeof f->service_writers - 1);
    memset(f->file_writers, 'x', sizeof f->file_writers - 1);
    memset(f->key_writers, 'x', sizeof f->key_writers - 1);
    for (uint32_t i = 0; i < UP_OTHER_DRIVERS_MAX; i++) {
        f->other_drivers[i].number = i;
        f->other_drivers[i].is_running = true;
    }
    f->other_driver_count = UP_OTHER_DRIVERS_MAX;
    for (unsigned i = 0; i < UP_DOCTOR_DLLS_MAX; i++) {
        struct up_doctor_dll *dll =
            add_dll(f, f->driver.file, i % 2 ? 32 : 64, UP_EXE_MACHINE_AMD64);

        dll->code = i % 5 == 0 ? UINT32_MAX : 0;
        dll->file.is_userport = i % 4 == 0;
        dll->file.version = UINT32_MAX;
        dll->file.damage = i % 3 == 0 ? UP_EXE_CUT_SHORT : UP_EXE_WHOLE;
        dll->file.machine = i == 7 ? UP_EXE_MACHINE_ARM64 : UP_EXE_MACHINE_AMD64;
    }
    f->lacks_trap_32 = f->lacks_trap_64 = true;
}

static inline uint32_t any(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % below;
}

static inline enum up_tristate any_fact(uint32_t *seed)
{
    return (enum up_tristate)any(seed, 3);
}

static inline void random_file(struct up_exe_file *file, uint32_t *seed)
{
    static const uint16_t machines[] = {0, UP_EXE_MACHINE_I386, UP_EXE_MACHINE_AMD64,
                                        UP_EXE_MACHINE_ARM64, 0x1234};

    file->kind = any(seed, 3) == 0 ? (enum up_exe_kind)any(seed, UP_EXE_OTHER + 1) : UP_EXE_PE;
    file->damage =
        any(seed, 3) == 0 ? (enum up_exe_damage)any(seed, UP_EXE_BAD_DOTNET + 1) : UP_EXE_WHOLE;
    file->machine = machines[any(seed, 5)];
    file->subsystem = (uint16_t)any(seed, 4);
    file->is_dll = any(seed, 2);
    file->is_userport = any(seed, 2);
    file->version = any(seed, 2) == 0 ? UP_VERSION_NUMBER : any(seed, UINT32_MAX);
    file->dotnet = (enum up_exe_dotnet)any(seed, UP_DOTNET_PREFERS_32 + 1);
}

static inline void random_signature(struct up_signature *signature, uint32_t *seed)
{
    signature->signer = (enum up_signer)any(seed, UP_SIGNER_TESTED + 1);
    signature->digest = (enum up_digest)any(seed, UP_DIGEST_SHA256 + 1);
    signature->certified = any(seed, 4) == 0 ? 0 : 20140101u + 10000u * any(seed, 13);
    signature->has_time_stamp = any(seed, 2);
    signature->is_expired = any(seed, 2);
    signature->is_in_catalogue = any(seed, 2);
    (void)snprintf(signature->name, sizeof signature->name, "%s", any(seed, 2) ? "Somebody" : "");
}

static inline void random_facts(struct up_doctor_facts *f, uint32_t *seed)
{
    static const uint16_t machines[] = {0, UP_EXE_MACHINE_I386, UP_EXE_MACHINE_AMD64,
                                        UP_EXE_MACHINE_ARM64, 0x1234};
    static const uint32_t codes[] = {0, 2, 3, 5, 31, 32, 1060, UINT32_MAX};

    all_is_well(f);
    add_wrong_programs(f, any(seed, 10));
    add_routed_programs(f, any(seed, 10));
    f->system_major = any(seed, 12);
    f->system_minor = any(seed, 5);
    f->system_build = any(seed, 40000);
    f->system_machine = machines[any(seed, 5)];
    f->lacks_trap_32 = any(seed, 2);
    f->lacks_trap_64 = any(seed, 2);
    f->is_administrator = any_fact(seed);
    f->driver.service = (enum up_service_state)any(seed, UP_SERVICE_UNKNOWN + 1);
    f->driver.service_code = codes[any(seed, 8)];
    f->driver.startup = (enum up_startup)any(seed, UP_STARTUP_DISABLED + 1);
    f->driver.device_code = codes[any(seed, 8)];
    f->driver.answers = any(seed, 2);
    f->driver.is_other_version = any(seed, 6) == 0;
    f->driver.may_be_open = any(seed, 6) == 0;
    f->driver.info.state = any(seed, 5);
    f->driver.info.flags = any(seed, 4);
    f->driver.info.scope = any(seed, 2);
    f->driver.info.transfers_denied = any(seed, 3);
    f->driver.info.port_denied = any(seed, 70000);
    f->driver.info.opens_refused = any(seed, 3);
    f->driver.info.controls_refused = any(seed, 3);
    f->driver.info.processes_missed = any(seed, 3);
    f->settings.is_there = any(seed, 4) != 0;
    f->settings.values.problems = any(seed, 3) == 0 ? any(seed, 128) : 0;
    f->settings.values.scope = any(seed, 2);
    f->settings.values.sticky = any(seed, 2);
    for (unsigned i = any(seed, 60); i > 0; i--) {
        const uint16_t first = (uint16_t)any(seed, any(seed, 2) ? 0x400 : 0x10000);

        grant(f, first, (uint16_t)(first | any(seed, 0x20)));
    }
    f->driver.map[any(seed, 8192)] ^= (uint8_t)any(seed, 2);
    (void)snprintf(f->settings_problem.text, sizeof f->settings_problem.text, "%s",
                   any(seed, 5) == 0 ? "cannot read the settings: access is denied (5)" : "");
    (void)snprintf(f->settings_problem.advice, sizeof f->settings_problem.advice,
                   "Look again as an administrator.");
    f->has_file = any(seed, 3) != 0;
    f->file_code = codes[any(seed, 8)];
    random_file(&f->file, seed);
    random_signature(&f->signature, seed);
    f->is_server = any_fact(seed);
    f->microsoft_only = any_fact(seed);
    f->driver_policy = (enum up_driver_policy)any(seed, UP_POLICY_ENFORCED + 1);
    f->other_policy_count = any(seed, 3);
    strcpy(f->other_policy, "{00000000-0000-0000-0000-000000000001}.cip");
    f->load_events.has_log = any(seed, 2);
    f->load_events.code = any(seed, 2) ? codes[any(seed, 8)] : 0;
    if (any(seed, 2)) {
        event(&f->load_events.refused, 3033, (enum up_driver_policy)any(seed, 4));
    }
    if (any(seed, 2)) {
        event(&f->load_events.audited, 3076, (enum up_driver_policy)any(seed, 4));
    }
    if (any(seed, 3) == 0) {
        strcpy(f->candidate.path, "D:\\amd64\\userport.sys");
        f->candidate.is_asked = any(seed, 2);
        f->candidate.code = any(seed, 3) == 0 ? codes[any(seed, 8)] : 0;
        random_file(&f->candidate.file, seed);
        random_signature(&f->candidate.signature, seed);
    }
    f->test_signing = any_fact(seed);
    f->code_integrity = any_fact(seed);
    f->memory_integrity = any_fact(seed);
    f->secure_boot = any_fact(seed);
    f->block_list = any_fact(seed);
    f->file_is_safe = any_fact(seed);
    (void)snprintf(f->file_writers, sizeof f->file_writers, "BUILTIN\\Users");
    f->key_is_safe = any_fact(seed);
    (void)snprintf(f->key_writers, sizeof f->key_writers, "BUILTIN\\Users");
    f->service_is_safe = any_fact(seed);
    (void)snprintf(f->service_writers, sizeof f->service_writers, "Everyone");
    f->event_source = any_fact(seed);
    f->drivers_are_seen = any(seed, 4) == 0 ? UP_UNKNOWN : UP_YES;
    f->other_driver_count = any(seed, UP_OTHER_DRIVERS_MAX + 1);
    for (unsigned i = 0; i < f->other_driver_count; i++) {
        f->other_drivers[i].number = any(seed, up_known_drivers_count);
        f->other_drivers[i].is_running = any(seed, 2);
    }
    for (unsigned i = any(seed, UP_DOCTOR_DLLS_MAX + 1); i > 0; i--) {
        struct up_doctor_dll *dll =
            add_dll(f, any(seed, 2) ? "C:\\lab\\inpoutx64.dll" : "C:\\lab\\DLPortIO.dll",
                    (uint8_t)(32 * any(seed, 3)), 0);

        dll->code = any(seed, 4) == 0 ? codes[any(seed, 8)] : 0;
        random_file(&dll->file, seed);
    }
}

bool make_case(unsigned number, struct up_doctor_facts *f, struct expected *e);

#endif
