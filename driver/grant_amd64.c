/* SPDX-License-Identifier: MIT
 *
 * The grant mechanism on amd64, where programs cannot execute IN and OUT themselves. 64-bit Windows
 * has no I/O permission map in its TSS, and only the system may change the GDT, IDT, TSS and
 * control registers. The driver runs lists of operations instead, so processes need no records;
 * only their open files are counted.
 */
#include "driver.h"

const uint32_t up_grant_processor = UP_PROCESSOR_AMD64;
const uint32_t up_grant_mechanisms = UP_MECHANISM_LIST;

struct up_process_counts up_process_counts;

static struct up_process everyone; /* stands for every process that opens the device */

uint32_t up_grant_processors(void)
{
    return 0;
}

NTSTATUS up_grant_install(const struct up_portset *map)
{
    UNREFERENCED_PARAMETER(map);
    return STATUS_SUCCESS;
}

/* Reports that no port is granted, because there is no map. */
NTSTATUS up_grant_query(struct up_portset *all)
{
    up_portset_deny_all(all);
    return STATUS_SUCCESS;
}

NTSTATUS up_grant_query_one(struct up_portset *map)
{
    UNREFERENCED_PARAMETER(map);
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS up_process_watch(void)
{
    return STATUS_SUCCESS;
}

void up_process_unwatch(void)
{
}

NTSTATUS up_process_remember_running(void)
{
    return STATUS_SUCCESS;
}

void up_process_free_all(void)
{
}

HANDLE up_process_caller(void)
{
    return NULL;
}

struct up_process *up_process_of(HANDLE id)
{
    UNREFERENCED_PARAMETER(id);
    return &everyone;
}

NTSTATUS up_process_file_opened(struct up_process *process)
{
    process->files++;
    up_process_counts.files++;
    return STATUS_SUCCESS;
}

void up_process_file_closed(struct up_process *process)
{
    process->files--;
    up_process_counts.files--;
}

/* No process has a map that it could give up. */
NTSTATUS up_process_renounce(struct up_process *process)
{
    UNREFERENCED_PARAMETER(process);
    return STATUS_SUCCESS;
}

NTSTATUS up_process_revoke_unentitled(void)
{
    return STATUS_SUCCESS;
}

NTSTATUS up_process_grant_entitled(bool *changed)
{
    *changed = false;
    return STATUS_SUCCESS;
}
