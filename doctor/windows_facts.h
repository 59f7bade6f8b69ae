/* SPDX-License-Identifier: MIT
 *
 * What the doctor knows of this Windows and of UserPort on it. doctor_windows.c collects it; nothing is judged here.
 */
#ifndef UP_DOCTOR_WINDOWS_FACTS_H
#define UP_DOCTOR_WINDOWS_FACTS_H

#include "control/control.h"
#include "control/settings_store.h"
#include "core/tristate.h"
#include "exefile/exefile.h"

/* A DLL of ours, or under the name of one of ours, where programs find it. */
struct up_doctor_dll {
    char path[UP_PATH_MAX];
    uint8_t wanted_bits; /* that this folder's DLLs must have: 32 or 64; 0: either, as beside a program */
    uint32_t code;       /* why it could not be read; 0: it could */
    struct up_exe_file file;
};
#define UP_DOCTOR_DLLS_MAX 15u

/* Drivers that give programs ports, under the names of their services: giveio, PortTalk, inpout, WinRing0 and their like. */
struct up_known_driver {
    const char *name;
    const char *what; /* "it opens every port to any program that opens it" */
    bool has_map;     /* it writes the processor's permission map, as UserPort does */
};
extern const struct up_known_driver up_known_drivers[];
extern const uint32_t up_known_drivers_count;
#define UP_OTHER_DRIVERS_MAX 8u

struct up_doctor_facts {
    uint32_t system_major, system_minor, system_build; /* of NT: 5.1, 10.0; major 0: not known */
    uint16_t system_machine; /* UP_EXE_MACHINE_... of the kernel, not of this program; 0: not known */
    enum up_tristate is_administrator;
    struct up_driver_status driver;
    struct up_stored_settings settings;
    struct up_error_detail settings_problem; /* why they could not be read; text "" if they were */
    bool has_file;                           /* the driver's file could be read */
    uint32_t file_code;                      /* if not: why; 0: the service names none */
    struct up_exe_file file;
    enum up_tristate file_is_safe;   /* only administrators and the system can change it */
    char file_writers[200];          /* who else can, if not */
    enum up_tristate file_is_signed; /* has a signature embedded, or is in a catalogue that the system trusts */
    enum up_tristate signature_is_trusted;
    enum up_tristate test_signing;     /* the system was started with it */
    enum up_tristate code_integrity;   /* the system checks drivers' signatures at all: 64-bit Vista and later */
    enum up_tristate memory_integrity; /* HVCI is on */
    enum up_tristate secure_boot;
    enum up_tristate block_list;      /* the vulnerable driver block list is on */
    enum up_tristate key_is_safe;     /* only administrators and the system can write the settings */
    char key_writers[200];            /* who else can, if not: "BUILTIN\\Users, Everyone" */
    enum up_tristate service_is_safe; /* only administrators and the system can change the service */
    char service_writers[200];
    enum up_tristate event_source;     /* the event log has our texts */
    enum up_tristate drivers_are_seen; /* the service manager said which of up_known_drivers are installed */
    uint32_t other_driver_count;
    struct {
        uint32_t number; /* in up_known_drivers */
        bool is_running;
    } other_drivers[UP_OTHER_DRIVERS_MAX];
    uint32_t dll_count;
    struct up_doctor_dll dlls[UP_DOCTOR_DLLS_MAX];
};

/* Collects the facts; never fails, what cannot be had is UP_UNKNOWN. doctor_windows.c. */
void up_doctor_collect(struct up_doctor_facts *facts);

#endif
