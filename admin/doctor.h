/* SPDX-License-Identifier: MIT
 *
 * What may be wrong, and what to do: from facts (doctor_windows.c collects them) to findings, one line each.
 */
#ifndef UP_ADMIN_DOCTOR_H
#define UP_ADMIN_DOCTOR_H

#include "../core/exefile.h"
#include "driver.h"
#include "settings.h"

enum up_fact { UP_NO, UP_YES, UP_NOT_KNOWN };

/* A DLL of ours, or under the name of one of ours, where programs find it. */
struct up_doctor_dll {
    char path[UP_PATH_MAX];
    uint8_t wanted_bits; /* that this folder's DLLs must have: 32 or 64 */
    struct up_exe_file file;
};
#define UP_DOCTOR_DLLS_MAX 12u

struct up_doctor_facts {
    uint32_t system_major, system_minor, system_build; /* of NT: 5.1, 10.0 */
    uint16_t system_machine;                           /* UP_EXE_MACHINE_... of the kernel, not of this program */
    enum up_fact is_administrator;
    struct up_driver_status driver;
    struct up_settings settings;
    struct up_problem settings_problem; /* why they could not be read; text "" if they were */
    bool has_file;                      /* the driver's file could be read */
    uint32_t file_code;                 /* if not: why */
    struct up_exe_file file;
    enum up_fact file_is_signed; /* has a signature embedded, or is in a catalogue that the system trusts */
    enum up_fact signature_is_trusted;
    enum up_fact test_signing;     /* the system was started with it */
    enum up_fact code_integrity;   /* the system checks drivers' signatures at all: 64-bit Vista and later */
    enum up_fact memory_integrity; /* HVCI is on */
    enum up_fact secure_boot;
    enum up_fact block_list;     /* the vulnerable driver block list is on */
    enum up_fact key_is_safe;    /* only administrators and the system can write the settings */
    enum up_fact event_source;   /* the event log has our texts */
    uint32_t other_driver_count; /* giveio, PortTalk, inpout, WinRing0 and their like as services */
    struct {
        char name[64];
        bool is_running;
    } other_drivers[8];
    uint32_t dll_count;
    struct up_doctor_dll dlls[UP_DOCTOR_DLLS_MAX];
};

enum up_finding_level { UP_FINDING_OK, UP_FINDING_NOTE, UP_FINDING_WARNING, UP_FINDING_ERROR };
struct up_finding {
    enum up_finding_level level;
    const char *
        subject; /* a word for scripts: "driver-file", "service", "architecture", "signature", "test-signing", "memory-integrity",
                            "other-map", "policy", "hazards", "access", "event-source", "dll" ... */
    char text[700];   /* what is so */
    char advice[500]; /* what to do, "" when nothing */
};
#define UP_FINDINGS_MAX 48u

/* Every subject gives at least one finding, so that people see what was looked at. Result: how many. */
uint32_t up_doctor_findings(const struct up_doctor_facts *facts, struct up_finding findings[UP_FINDINGS_MAX]);

/* Collects the facts; never fails, what cannot be had is UP_NOT_KNOWN. doctor_windows.c. */
void up_doctor_collect(struct up_doctor_facts *facts);

#endif
