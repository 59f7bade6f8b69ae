/* SPDX-License-Identifier: MIT
 *
 * The doctor on Linux: doctor_linux.c collects the facts, doctor_report_linux.c makes findings of
 * them.
 */
#ifndef UP_DOCTOR_DOCTOR_LINUX_H
#define UP_DOCTOR_DOCTOR_LINUX_H

#include <stdbool.h>

#include "core/portset.h"
#include "doctor_cards.h"
#include "findings.h"
#include "run/limits.h"
#include "run/helper.h"

/* A driver of the kernel that uses ports which this user may use. */
struct up_port_holder {
    struct up_port_range range;
    char name[64]; /* as in /proc/ioports, such as "parport0" */
};
#define UP_PORT_HOLDERS_MAX 8u

struct up_doctor_facts {
    char machine[65], release[65]; /* uname(2) */
    /* errno of an ioperm call that turns a port off, which everybody may do; 0: it works. */
    uint32_t ioperm_code;
    enum up_tristate is_locked_down;
    char lockdown[32]; /* "integrity" or "confidentiality" */
    bool is_root;
    struct up_helper helper;
    struct up_limits limits; /* of this process */
    /* userport-run has not told what the policy gives. */
    bool is_policy_unknown;
    char policy_problem[640]; /* why nobody gets anything, or why it is unknown; "" */
    char policy_advice[400];  /* what to do if it is unknown */
    /* The first rule that cannot apply to the program it names, and why; "". */
    char rule_problem[640];
    /* A file of the policy that not everybody may read; "". */
    char hidden_file[320];
    uint32_t rule_count;
    char user[64];
    uint32_t ports_any; /* how many ports this user gets for any program */
    uint32_t program_rules;
    /* A group that the user is in from the next login on; "". */
    char group_to_come[64];
    /* A group of a rule, to which the user could be added; "". */
    char group_to_join[64];
    enum up_tristate knows_holders; /* the kernel shows the addresses */
    uint32_t holder_count;
    struct up_port_holder holders[UP_PORT_HOLDERS_MAX];
    bool has_parport_pc, has_lp, has_ppdev; /* loaded modules */
    /* One of the ports 378, 278 and 3BC is this user's. */
    bool has_printer_ports;
    struct up_card_facts cards;
    struct up_portset given; /* by the rules for this user; for root by all of them */
    char wine[240];          /* the path of its program; "": none */
    bool has_wine64, has_wine32;
};

/* The subjects, in the order of the report. Each has at least one finding. */
#define UP_LINUX_SUBJECTS                                                                          \
    "processor", "kernel", "lockdown", "helper", "nosuid", "capability", "bounding-set",           \
        "no-new-privs", "debugger", "user-namespace", "seccomp", "policy", "user", "cards",        \
        "drivers", "wine"

/*
 * Makes findings of the facts. Pure C. An unknown fact is reported as a note. Result: the number of
 * findings.
 */
uint32_t up_doctor_linux_findings(const struct up_doctor_facts *facts,
                                  struct up_finding findings[UP_FINDINGS_MAX]);

/* Collects the facts. It never fails. */
void up_doctor_collect(struct up_doctor_facts *facts);

#endif
