/* SPDX-License-Identifier: MIT
 *
 * The facts that the doctor knows about this Windows and UserPort on it. doctor_windows.c collects
 * them; nothing is judged here.
 */
#ifndef UP_DOCTOR_WINDOWS_FACTS_H
#define UP_DOCTOR_WINDOWS_FACTS_H

#include "control/control.h"
#include "control/programs.h"
#include "control/settings_store.h"
#include "core/tristate.h"
#include "exefile/exefile.h"
#include "doctor_cards.h"
#include "loading.h"

/* A DLL of ours, or with the name of one of ours, where programs find it. */
struct up_doctor_dll {
    char path[UP_PATH_MAX];
    /*
     * The bitness that DLLs of this folder need: 32 or 64; 0: either, as in the folder of a
     * program.
     */
    uint8_t wanted_bits;
    uint32_t code; /* why it could not be read; 0: it could */
    struct up_exe_file file;
};
#define UP_DOCTOR_DLLS_MAX 20u

/*
 * Drivers that give ports to programs, by the names of their services: giveio, PortTalk, inpout,
 * WinRing0 and the like.
 */
struct up_known_driver {
    const char *name;
    const char *what; /* for example "it opens every port to any program that opens it" */
    bool has_map;     /* it writes the processor's I/O permission map, as UserPort does */
};
extern const struct up_known_driver up_known_drivers[];
extern const uint32_t up_known_drivers_count;
#define UP_OTHER_DRIVERS_MAX 8u

/*
 * A driver that is not the service's: the file that was asked for, or, if UserPort is not
 * installed, the one that would be. Then the question is whether Windows would load this one.
 */
struct up_candidate {
    char path[UP_PATH_MAX]; /* "": there is none */
    bool is_asked;          /* it was asked for: the report is about this file alone */
    uint32_t code;          /* why it could not be read; 0: it could */
    struct up_exe_file file;
    struct up_signature signature;
};

/* An event of Windows' log of code integrity about the driver's file; id 0: there is none. */
struct up_load_event {
    uint32_t id;
    char time[40]; /* "2026-04-14 08:15 UTC" */
    /* Which policy of 2026 it names; UP_POLICY_NONE: none of them. */
    enum up_driver_policy policy;
};

/* The newest events. */
struct up_load_events {
    bool has_log;  /* this Windows has such a log */
    uint32_t code; /* why it could not be read; 0: it could */
    struct up_load_event refused, audited;
};

struct up_doctor_facts {
    /* The NT version, such as 5.1 or 10.0; major 0: unknown. */
    uint32_t system_major, system_minor, system_build;
    enum up_tristate is_server;
    /* UP_EXE_MACHINE_... of the kernel, not of this program; 0: unknown. */
    uint16_t system_machine;
    enum up_tristate is_administrator;
    struct up_driver_status driver;
    struct up_stored_settings settings;
    struct up_error_detail settings_problem; /* why they could not be read; text "" if they were */
    struct up_programs programs;             /* those with settings of their own */
    struct up_error_detail programs_problem; /* as settings_problem */
    struct up_card_facts cards;
    bool has_file;      /* the driver's file could be read */
    uint32_t file_code; /* if not: why; 0: the service names no file */
    struct up_exe_file file;
    struct up_candidate candidate;
    enum up_tristate file_is_safe; /* only administrators and the system can change it */
    char file_writers[200];        /* if not: who else can */
    struct up_signature signature;
    struct up_load_events load_events;
    enum up_tristate test_signing; /* the system was started in test-signing mode */
    /* The system checks signatures of drivers at all: 64-bit Vista and later. */
    enum up_tristate code_integrity;
    enum up_tristate memory_integrity; /* HVCI is on */
    enum up_tristate secure_boot;
    enum up_tristate microsoft_only;     /* drivers need Microsoft's signature: 1607 and later */
    enum up_driver_policy driver_policy; /* as far as its files in system32 say */
    uint32_t other_policy_count;         /* policies that do not come with Windows */
    char other_policy[48];               /* the file of the first of them */
    enum up_tristate block_list;         /* the vulnerable driver block list is on */
    enum up_tristate key_is_safe; /* only administrators and the system can write the settings */
    char key_writers[200];        /* if not: who else can: "BUILTIN\\Users, Everyone" */
    /* Only administrators and the system can change the service. */
    enum up_tristate service_is_safe;
    char service_writers[200];
    enum up_tristate event_source; /* the event log has our texts */
    /* The service manager has told which of up_known_drivers are installed. */
    enum up_tristate drivers_are_seen;
    uint32_t other_driver_count;
    struct {
        uint32_t number; /* index in up_known_drivers */
        bool is_running;
    } other_drivers[UP_OTHER_DRIVERS_MAX];
    uint32_t dll_count;
    struct up_doctor_dll dlls[UP_DOCTOR_DLLS_MAX];
    /* userportctl run finds no userport-trap.dll for programs of that bitness. */
    bool lacks_trap_32, lacks_trap_64;
};

/*
 * Collects the facts; the caller frees programs. driver_file: the candidate, or NULL. It never
 * fails: a fact that cannot be found is UP_UNKNOWN. doctor_windows.c.
 */
void up_doctor_collect(const char *driver_file, struct up_doctor_facts *facts);

#endif
