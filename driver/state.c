/* SPDX-License-Identifier: MIT
 *
 * The grant list in force: from the policy to the map that the processors hold, and back to nothing. The order in
 * up_state_apply is what keeps a port from being open to a process for even one instruction that should not have it:
 * first take the map from processes, then change the map everywhere, then give it to processes.
 */
#include "driver.h"
#include "messages.h"
#include "version.h"

struct up_state up_state;

static KMUTEX lock;
static struct up_portset nothing; /* every port denied; filled in up_lock_init, so that the file stays small */
static struct up_portset scratch; /* for queries; lock held */
static struct up_portset scratch_one;

void up_lock_init(void)
{
    KeInitializeMutex(&lock, 0);
    up_portset_deny_all(&nothing);
    up_state.installed = nothing;
    up_state.state = UP_STATE_RUNNING;
}

void up_lock(void)
{
    KeWaitForSingleObject(&lock, Executive, KernelMode, FALSE, NULL);
}

void up_unlock(void)
{
    KeReleaseMutex(&lock, FALSE);
}

static NTSTATUS install_work(void *context)
{
    return up_grant_install(context);
}

static NTSTATUS query_work(void *context)
{
    UNREFERENCED_PARAMETER(context);
    return up_grant_query(&scratch, &scratch_one);
}

/* One log entry for each thing that is wrong with the policy; a new policy may be wrong anew. */
static void log_policy_problems(uint32_t problems)
{
    static const struct {
        uint32_t problem;
        NTSTATUS message;
    } table[] = {
        {UP_POLICY_IOPM_SHORT, UP_MSG_IOPM_SHORT},
        {UP_POLICY_IOPM_ABSENT, UP_MSG_IOPM_ABSENT},
        {UP_POLICY_IOPM_UNREADABLE, UP_MSG_IOPM_UNREADABLE},
        {UP_POLICY_IOPM_TYPE, UP_MSG_IOPM_TYPE},
        {UP_POLICY_IOPM_LONG, UP_MSG_IOPM_LONG},
        {UP_POLICY_SCOPE_BAD, UP_MSG_SCOPE_BAD},
        {UP_POLICY_STICKY_BAD, UP_MSG_STICKY_BAD},
    };
    unsigned i;

    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (problems & table[i].problem) {
            up_log_once(table[i].message, STATUS_SUCCESS, 0);
        } else {
            up_log_again(table[i].message);
        }
    }
}

void up_state_read_policy(void)
{
    if (!NT_SUCCESS(up_worker_run(up_registry_read, &up_state.policy))) {
        up_state.policy.ports = nothing;
        up_state.policy.problems = UP_POLICY_IOPM_UNREADABLE;
    }
    up_state.ports_granted = up_portset_count(&up_state.policy.ports);
    log_policy_problems(up_state.policy.problems);
}

NTSTATUS up_state_look_for_foreign_map(void)
{
    NTSTATUS status = up_worker_run(query_work, NULL);

    if (!NT_SUCCESS(status)) {
        return status;
    }
    up_state.foreign_ports = up_portset_count(&scratch);
    if (up_state.foreign_ports != 0) {
        up_log_once(UP_MSG_FOREIGN_MAP, STATUS_SUCCESS, up_state.foreign_ports);
    }
    return STATUS_SUCCESS;
}

NTSTATUS up_state_refresh(void)
{
    return up_worker_run(install_work, &up_state.installed);
}

static NTSTATUS install(const struct up_portset *map)
{
    up_state.installed = *map;
    return up_state_refresh();
}

void up_state_fault(NTSTATUS status)
{
    up_state_deny_all();
    up_state.state = UP_STATE_FAULT;
    up_log_once(UP_MSG_FAULT, status, 0);
}

NTSTATUS up_state_apply(void)
{
    bool changed = false;
    NTSTATUS status;

    status = up_process_revoke_unentitled(&changed);
    if (NT_SUCCESS(status)) {
        status = install(up_state.state == UP_STATE_RUNNING ? &up_state.policy.ports : &nothing);
    }
    if (NT_SUCCESS(status)) {
        changed = false;
        status = up_process_grant_entitled(&changed);
    }
    if (NT_SUCCESS(status) && changed) {
        status = up_state_refresh();
    }
    if (!NT_SUCCESS(status)) {
        up_state_fault(status);
    }
    return status;
}

void up_state_deny_all(void)
{
    /* Twice: the map first, since it is what denies; then the processes, and the processors' copies of their access. */
    (void)install(&nothing);
    up_process_revoke_all();
    (void)up_state_refresh();
}

NTSTATUS up_state_reload(void)
{
    NTSTATUS status;

    up_state_read_policy();
    if (up_state.state == UP_STATE_FAULT) {
        up_state.state = UP_STATE_RUNNING;
    }
    status = up_state_apply();
    if (NT_SUCCESS(status)) {
        up_state.reloads++;
        up_log(UP_MSG_RELOADED, STATUS_SUCCESS, up_state.ports_granted);
    }
    return status;
}

NTSTATUS up_state_suspend(void)
{
    NTSTATUS status;

    if (up_state.state == UP_STATE_SUSPENDED) {
        return STATUS_SUCCESS;
    }
    up_state.state = UP_STATE_SUSPENDED;
    status = up_state_apply();
    if (NT_SUCCESS(status)) {
        up_log(UP_MSG_SUSPENDED, STATUS_SUCCESS, 0);
    }
    return status;
}

NTSTATUS up_state_resume(void)
{
    NTSTATUS status;

    if (up_state.state == UP_STATE_RUNNING) {
        return STATUS_SUCCESS;
    }
    up_state.state = UP_STATE_RUNNING;
    status = up_state_apply();
    if (NT_SUCCESS(status)) {
        up_log(UP_MSG_RESUMED, STATUS_SUCCESS, up_state.ports_granted);
    }
    return status;
}

void up_state_info(struct up_info *info)
{
    RtlZeroMemory(info, sizeof *info);
    info->abi_version = UP_ABI_VERSION;
    info->driver_version = UP_VERSION_NUMBER;
    info->processor = up_grant_processor;
    info->mechanisms = up_grant_mechanisms;
    info->state = up_state.state;
    info->policy_problems = up_state.policy.problems;
    info->scope = up_state.policy.scope;
    info->sticky = up_state.policy.sticky;
    info->ports_granted = up_state.ports_granted;
    info->processors = (uint32_t)KeNumberProcessors;
    info->foreign_ports = up_state.foreign_ports;
    info->processes = up_process_counts.known;
    info->processes_granted = up_process_counts.granted;
    info->files = up_process_counts.files;
    info->reloads = up_state.reloads;
    info->opens = up_state.opens;
    info->opens_refused = up_state.opens_refused;
    info->controls_refused = up_state.controls_refused;
    info->processes_missed = up_process_counts.missed;
    if (up_state.foreign_ports != 0) {
        info->flags |= UP_FLAG_FOREIGN_MAP;
    }
    if (NT_SUCCESS(up_grant_query_one(&scratch)) && !up_portset_equal(&scratch, &up_state.installed)) {
        info->flags |= UP_FLAG_OVERWRITTEN;
    }
}
