/* SPDX-License-Identifier: MIT
 *
 * What may be wrong on Windows, and what to do: from facts to findings, one line each.
 */
#ifndef UP_DOCTOR_DOCTOR_H
#define UP_DOCTOR_DOCTOR_H

#include "findings.h"
#include "windows_facts.h"

/*
 * The subjects of findings, in the order of the report: "system", "administrator", "service", "driver-file", "file-access",
 * "architecture",
 * "signature", "test-signing", "secure-boot", "memory-integrity", "block-list", "driver", "other-map", "settings",
 * "scope", "hazards", "wide-list", "applied", "denied", "refused", "access", "service-access", "event-source", "other-drivers", "dll".
 */

/*
 * Every subject gives at least one finding, so that people see what was looked at. What is not known is said to be so, and is
 * a note and no error. Texts are whole sentences, UTF-8 where a path is, else ASCII. Result: how many.
 */
uint32_t up_doctor_findings(const struct up_doctor_facts *facts, struct up_finding findings[UP_FINDINGS_MAX]);

#endif
