/* SPDX-License-Identifier: MIT
 *
 * Ke386SetIoAccessMap and its two companions, in both ways that kernels are known or believed to
 * have them: reaching every processor at once (by interprocessor interrupt), or acting on this
 * processor alone, a process's new setting being seen at its next switch only (ReactOS 0.4.16).
 */
#include "machine.h"

bool reading_every;

static void reload(void *unused)
{
    struct cpu *cpu = this_cpu();

    UNREFERENCED_PARAMETER(unused);
    cpu->tss.iopm_base = cpu->current->process->iopm_offset;
}

static void copy_and_reload(void *map)
{
    memcpy(this_cpu()->tss.iopm, map, IOPM_BYTES);
    reload(NULL);
}

BOOLEAN NTAPI ke386_set_io_access_map(ULONG number, void *map)
{
    uint32_t flags;

    if (number != 1 || inject("Ke386SetIoAccessMap")) {
        return FALSE;
    }
    if ((uint32_t)map < KERNEL_BASE) {
        violation("Ke386SetIoAccessMap with a user address");
        return FALSE;
    }
    flags = interrupts_off();
    copy_and_reload(map);
    if (reading_every) {
        cpu_call_others(copy_and_reload, map);
    }
    interrupts_restore(flags);
    return TRUE;
}

BOOLEAN NTAPI ke386_query_io_access_map(ULONG number, void *map)
{
    if (inject("Ke386QueryIoAccessMap")) {
        return FALSE;
    }
    if (number == 0) {
        memset(map, 0xFF, IOPM_BYTES);
        return TRUE;
    }
    if (number != 1) {
        return FALSE;
    }
    memcpy(map, this_cpu()->tss.iopm, IOPM_BYTES);
    return TRUE;
}

BOOLEAN NTAPI ke386_io_set_access_process(PEPROCESS eprocess, ULONG number)
{
    struct process *process = (struct process *)eprocess;

    if (number > 1 || inject("Ke386IoSetAccessProcess")) {
        return FALSE;
    }
    if (OBJECT_HEADER(process)->type != OBJECT_PROCESS ||
        OBJECT_HEADER(process)->driver_references <= 0) {
        violation("Ke386IoSetAccessProcess of a process that the driver has not referenced");
        return FALSE;
    }
    process->iopm_offset = number == 0 ? IOPM_NONE : IOPM_OFFSET;
    if (reading_every) {
        uint32_t flags = interrupts_off();

        reload(NULL);
        cpu_call_others(reload, NULL);
        interrupts_restore(flags);
    }
    return TRUE;
}

uint32_t iomap_open_ports(uint32_t cpu)
{
    const uint8_t *map = cpus[cpu].tss.iopm;
    uint32_t count = 0;
    uint32_t i;

    for (i = 0; i < IOPM_BYTES; i++) {
        count += 8u - (uint32_t)__builtin_popcount(map[i]);
    }
    return count;
}

void iomap_foreign(const void *map, bool every_processor)
{
    memcpy(cpus[0].tss.iopm, map, IOPM_BYTES);
    if (every_processor) {
        memcpy(cpus[1].tss.iopm, map, IOPM_BYTES);
    }
}
