/* SPDX-License-Identifier: MIT
 *
 * The doctor on Linux: facts, which doctor_linux.c collects, and findings, which doctor_report_linux.c makes of them.
 */
#ifndef UP_ADMIN_DOCTOR_LINUX_H
#define UP_ADMIN_DOCTOR_LINUX_H

#include <stdbool.h>

#include "core/portset.h"
#include "findings.h"
#include "run/limits.h"
#include "run/helper.h"

/* A driver of the kernel that has ports which this user may use. */
struct up_port_holder {
    struct up_port_range range;
    char name[64]; /* as in /proc/ioports: "parport0" */
};
#define UP_PORT_HOLDERS_MAX 8u

struct up_doctor_facts {
    char machine[65], release[65]; /* uname(2) */
    uint32_t ioperm_code;          /* errno of an ioperm that takes a port away, which everybody may; 0 */
    enum up_tristate is_locked_down;
    char lockdown[32]; /* "integrity", "confidentiality" */
    bool is_root;
    struct up_helper helper;
    struct up_limits limits;  /* of this process */
    bool is_policy_unknown;   /* userport-run has not said what the policy gives */
    char policy_problem[640]; /* why nobody gets anything, or it is not known; "" */
    char policy_advice[400];  /* if it is not known */
    char rule_problem[640];   /* the first rule whose program it cannot be for, and why; "" */
    char hidden_file[320];    /* of the policy: not everybody may read it; "" */
    uint32_t rule_count;
    char user[64];
    uint32_t ports_any; /* how many this user gets for any program */
    uint32_t program_rules;
    char group_to_come[64];         /* that the user is in from the next login on; "" */
    char group_to_join[64];         /* of a rule that the user could be added to; "" */
    enum up_tristate knows_holders; /* the kernel told the addresses */
    uint32_t holder_count;
    struct up_port_holder holders[UP_PORT_HOLDERS_MAX];
    bool has_parport_pc, has_lp, has_ppdev; /* modules that are loaded */
    bool has_printer_ports;                 /* one of 378, 278, 3BC is this user's */
    char wine[240];                         /* its program; "": none */
    bool has_wine64, has_wine32;
};

/* The subjects, in the order of the report; each gives at least one finding. */
#define UP_LINUX_SUBJECTS                                                                                              \
    "processor", "kernel", "lockdown", "helper", "nosuid", "capability", "bounding-set", "no-new-privs",               \
        "user-namespace", "seccomp", "policy", "user", "drivers", "wine"

/* Pure: what is not known is said to be so, and is a note. Result: how many findings. */
uint32_t up_doctor_linux_findings(const struct up_doctor_facts *facts, struct up_finding findings[UP_FINDINGS_MAX]);

/* Never fails. */
void up_doctor_collect(struct up_doctor_facts *facts);

#endif
