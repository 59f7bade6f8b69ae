/* SPDX-License-Identifier: MIT
 *
 * The doctor on Windows: judges the facts about this system and UserPort on it, and reports what is
 * wrong and what to do.
 */
#ifndef UP_DOCTOR_DOCTOR_H
#define UP_DOCTOR_DOCTOR_H

#include "findings.h"
#include "windows_facts.h"

/*
 * The subjects of the findings, in the order of the report: "system", "administrator", "service",
 * "driver-file", "file-access", "architecture", "loading", "signature", "load-events",
 * "test-signing", "secure-boot", "memory-integrity", "block-list", "driver-policy", "driver",
 * "other-map", "settings", "scope", "hazards", "wide-list", "applied", "programs", "cards",
 * "denied", "refused", "access", "service-access", "event-source", "other-drivers", "dll".
 */

/*
 * Makes the findings. If a driver file was asked for, they are those from "loading" to
 * "driver-policy", and "system". Otherwise every subject has at least one, so that people see what
 * was examined. An unknown fact is reported as a note, not as an error. Texts are whole sentences
 * in ASCII, except for paths, which are UTF-8. Result: the number of findings.
 */
uint32_t up_doctor_findings(const struct up_doctor_facts *facts,
                            struct up_finding findings[UP_FINDINGS_MAX]);

#endif
