/* SPDX-License-Identifier: MIT
 *
 * Makes the doctor's report on Windows, in the order of the subjects in doctor.h.
 */
#include "doctor.h"

#include "doctor_report.h"

uint32_t up_doctor_findings(const struct up_doctor_facts *facts,
                            struct up_finding findings[UP_FINDINGS_MAX])
{
    struct up_report report = {facts, findings, 0, NULL};

    if (facts->candidate.is_asked) {
        up_doctor_loading(&report);
        up_doctor_signing(&report);
        up_doctor_version(&report);
        return report.count;
    }
    up_doctor_version(&report);
    up_doctor_user(&report);
    up_doctor_service(&report);
    up_doctor_file(&report);
    up_doctor_loading(&report);
    up_doctor_signing(&report);
    up_doctor_running(&report);
    up_doctor_settings(&report);
    up_doctor_refusals(&report);
    up_doctor_places(&report);
    up_doctor_other_drivers(&report);
    up_doctor_dlls(&report);
    return report.count;
}
