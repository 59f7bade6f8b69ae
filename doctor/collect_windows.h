/* SPDX-License-Identifier: MIT
 *
 * The parts of the collection of facts on Windows, for doctor_windows.c: what Windows requires of
 * drivers, and what its log says of ours.
 */
#ifndef UP_DOCTOR_COLLECT_WINDOWS_H
#define UP_DOCTOR_COLLECT_WINDOWS_H

#include <windows.h>

#include "windows_facts.h"

static inline enum up_tristate fact_of(bool is_so)
{
    return is_so ? UP_YES : UP_NO;
}

/* The two policies of 2026, as loading.h says; their files have these names. */
#define UP_POLICY_EVALUATED_GUID                                                                   \
    {                                                                                              \
        0x784C4414, 0x79F4, 0x4C32,                                                                \
        {                                                                                          \
            0xA6, 0xA5, 0xF0, 0xFB, 0x42, 0xA5, 0x1D, 0x0D                                         \
        }                                                                                          \
    }
#define UP_POLICY_ENFORCED_GUID                                                                    \
    {                                                                                              \
        0x8F9CB695, 0x5D48, 0x48D6,                                                                \
        {                                                                                          \
            0xA3, 0x29, 0x72, 0x02, 0xB4, 0x46, 0x07, 0xE3                                         \
        }                                                                                          \
    }

/*
 * Finds what Windows requires of drivers: code integrity, the test mode, Secure Boot, memory
 * integrity, the block list, the policies. The version has to be known. code_integrity_windows.c.
 */
void up_code_integrity_collect(struct up_doctor_facts *facts);

/* Reads what the log of code integrity says of the file. load_events_windows.c. */
void up_load_events_read(const WCHAR *file, struct up_load_events *events);

#endif
