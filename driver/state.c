/* SPDX-License-Identifier: MIT
 *
 * Keeps the grant list in force: it turns the settings into the map that the processors hold, and
 * takes it away again. The order in up_state_apply keeps a port from being open to a process that
 * must not have it, even for one instruction: first the processes lose the map, then the map
 * changes everywhere, then processes get it. Accesses through the driver use a new map as soon as
 * it is written, and none uses the old map after that.
 */
#include "driver.h"
#include "messages.h"
#include "version.h"

struct up_state up_state;

/*
 * The settings read last. They belong to the reader, and to the keeper while the reader waits for
 * it.
 */
static struct up_settings fresh;
/* Every port denied; filled at run time to keep the image small */
static struct up_portset nothing;
static struct up_portset found; /* for queries in the keeper */

void up_state_init(void)
{
    KeInitializeSpinLock(&up_state.map_lock);
    up_portset_deny_all(&nothing);
    up_state.installed = nothing;
    up_state.state = UP_STATE_RUNNING;
}

/*
 * Logs one entry for each problem of the settings. After a problem is gone it can be logged again.
 */
static void log_settings_problems(uint32_t problems)
{
    static const struct {
        uint32_t problem;
        NTSTATUS message;
    } table[] = {
        {UP_SETTINGS_IOPM_SHORT, UP_MSG_IOPM_SHORT},
        {UP_SETTINGS_IOPM_ABSENT, UP_MSG_IOPM_ABSENT},
        {UP_SETTINGS_IOPM_UNREADABLE, UP_MSG_IOPM_UNREADABLE},
        {UP_SETTINGS_IOPM_TYPE, UP_MSG_IOPM_TYPE},
        {UP_SETTINGS_IOPM_LONG, UP_MSG_IOPM_LONG},
        {UP_SETTINGS_SCOPE_BAD, UP_MSG_SCOPE_BAD},
        {UP_SETTINGS_STICKY_BAD, UP_MSG_STICKY_BAD},
        {UP_SETTINGS_UNSETTLED, UP_MSG_UNSETTLED},
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

/* Makes the settings that the reader has read the driver's settings. */
static void adopt_settings(void)
{
    up_state.settings = fresh;
    up_state.ports_granted = up_portset_count(&fresh.ports);
    log_settings_problems(fresh.problems);
}

static NTSTATUS read_work(void *context)
{
    UNREFERENCED_PARAMETER(context);
    up_registry_read(&fresh);
    return STATUS_SUCCESS;
}

void up_state_read_settings(void)
{
    (void)up_worker_run(&up_reader, UP_ROUTINE, read_work, NULL);
    adopt_settings();
}

NTSTATUS up_state_look_for_foreign_map(void)
{
    NTSTATUS status = up_grant_query(&found);

    if (!NT_SUCCESS(status)) {
        return status;
    }
    up_state.foreign_ports = up_portset_count(&found);
    if (up_state.foreign_ports != 0) {
        up_log_once(UP_MSG_FOREIGN_MAP, STATUS_SUCCESS, up_state.foreign_ports);
    }
    return STATUS_SUCCESS;
}

NTSTATUS up_state_refresh(void)
{
    return up_grant_install(&up_state.installed);
}

/*
 * Writes a new map under the lock, which waits for the accesses that run now. map_changes is
 * increased last, so whoever reads its new value sees the whole new map; later accesses find that
 * the map has changed.
 */
static NTSTATUS install(const struct up_portset *map)
{
    KIRQL irql;

    InterlockedIncrement(&up_state.map_writers);
    KeAcquireSpinLock(&up_state.map_lock, &irql);
    memcpy(&up_state.installed, map, sizeof *map);
    InterlockedIncrement(&up_state.map_changes);
    KeReleaseSpinLock(&up_state.map_lock, irql);
    InterlockedDecrement(&up_state.map_writers);
    return up_state_refresh();
}

void up_state_deny_all(uint32_t state)
{
    /* The state changes first, so from now on no process is entitled to the map. */
    up_state.state = state;
    /*
     * Refreshes twice: install makes the map deny every port at once, and up_state_refresh makes
     * the processors reload the access of their processes.
     */
    (void)install(&nothing);
    (void)up_process_revoke_unentitled();
    (void)up_state_refresh();
}

void up_state_fault(NTSTATUS status)
{
    up_state_deny_all(UP_STATE_FAULT);
    up_log_once(UP_MSG_FAULT, status, 0);
}

NTSTATUS up_state_apply(void)
{
    bool changed = false;
    NTSTATUS status;

    status = up_process_revoke_unentitled();
    if (NT_SUCCESS(status)) {
        status = install(up_state.state == UP_STATE_RUNNING ? &up_state.settings.ports : &nothing);
    }
    if (NT_SUCCESS(status)) {
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

/* Runs in the keeper while the reader waits for it. */
static NTSTATUS adopt_work(void *context)
{
    NTSTATUS status;

    UNREFERENCED_PARAMETER(context);
    adopt_settings();
    if (up_state.state == UP_STATE_FAULT) {
        up_state.state = UP_STATE_RUNNING;
    }
    status = up_state_apply();
    if (NT_SUCCESS(status)) {
        up_state.reloads++;
        up_log(up_state.state == UP_STATE_RUNNING ? UP_MSG_RELOADED : UP_MSG_RELOADED_SUSPENDED,
               STATUS_SUCCESS, up_state.ports_granted);
    }
    return status;
}

/*
 * Reads the settings outside the keeper. A registry filter may wait for a process to start, and the
 * notification of that process needs the keeper.
 */
static NTSTATUS reload_work(void *context)
{
    (void)read_work(context);
    return up_worker_run(&up_keeper, UP_URGENT, adopt_work, NULL);
}

NTSTATUS up_state_reload(void)
{
    return up_worker_run(&up_reader, UP_ROUTINE, reload_work, NULL);
}

static NTSTATUS change_state(uint32_t state, NTSTATUS message, uint32_t number)
{
    NTSTATUS status;

    if (up_state.state == state) {
        return STATUS_SUCCESS;
    }
    up_state.state = state;
    status = up_state_apply();
    if (NT_SUCCESS(status)) {
        up_log(message, STATUS_SUCCESS, number);
    }
    return status;
}

static NTSTATUS suspend_work(void *context)
{
    UNREFERENCED_PARAMETER(context);
    return change_state(UP_STATE_SUSPENDED, UP_MSG_SUSPENDED, 0);
}

NTSTATUS up_state_suspend(void)
{
    return up_worker_run(&up_keeper, UP_URGENT, suspend_work, NULL);
}

static NTSTATUS resume_work(void *context)
{
    UNREFERENCED_PARAMETER(context);
    return change_state(UP_STATE_RUNNING, UP_MSG_RESUMED, up_state.ports_granted);
}

NTSTATUS up_state_resume(void)
{
    return up_worker_run(&up_keeper, UP_URGENT, resume_work, NULL);
}

static NTSTATUS map_work(void *map)
{
    memcpy(map, &up_state.installed, UP_MAP_BYTES);
    return STATUS_SUCCESS;
}

void up_state_map(uint8_t map[UP_MAP_BYTES])
{
    (void)up_worker_run(&up_keeper, UP_ROUTINE, map_work, map);
}

static NTSTATUS info_work(void *context)
{
    struct up_info *info = context;

    RtlZeroMemory(info, sizeof *info);
    info->abi_version = UP_ABI_VERSION;
    info->driver_version = UP_VERSION_NUMBER;
    info->processor = up_grant_processor;
    info->mechanisms = up_grant_mechanisms;
    info->processors = up_grant_processors();
    info->state = up_state.state;
    info->settings_problems = up_state.settings.problems;
    info->scope = up_state.settings.scope;
    info->sticky = up_state.settings.sticky;
    info->ports_granted = up_state.ports_granted;
    info->foreign_ports = up_state.foreign_ports;
    info->processes = up_process_counts.known;
    info->processes_granted = up_process_counts.granted;
    info->files = up_process_counts.files;
    info->processes_missed = up_process_counts.missed;
    info->processes_renounced = up_process_counts.renounced;
    info->reloads = (uint32_t)up_state.reloads;
    info->opens = (uint32_t)up_state.opens;
    info->opens_refused = (uint32_t)up_state.opens_refused;
    info->controls_refused = (uint32_t)up_state.controls_refused;
    info->transfers_denied = (uint32_t)up_state.transfers_denied;
    info->port_denied = (uint32_t)up_state.port_denied;
    info->aliases = up_aliases_count();
    if (up_state.foreign_ports != 0) {
        info->flags |= UP_FLAG_FOREIGN_MAP;
    }
    if (NT_SUCCESS(up_grant_query_one(&found)) && !up_portset_equal(&found, &up_state.installed)) {
        info->flags |= UP_FLAG_OVERWRITTEN;
    }
    return STATUS_SUCCESS;
}

void up_state_info(struct up_info *info)
{
    (void)up_worker_run(&up_keeper, UP_ROUTINE, info_work, info);
}
