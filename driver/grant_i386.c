/* SPDX-License-Identifier: MIT
 *
 * The mechanism on i386: the processor's I/O permission map. One map for the whole system lies in each processor's TSS
 * at 0x88; a process has it when its KPROCESS.IopmOffset says so, which a process switch copies to the TSS's IoMapBase.
 * Three undocumented calls reach both. Kernels differ in how far a call reaches, so nothing is assumed: a call acts on
 * this processor only, a changed process is seen at its next switch only. The keeper visits each processor in turn, at
 * the highest priority: that is a process switch there, and the call made there reloads IoMapBase as well.
 */
#include "driver.h"

#define MAP_NONE 0u
#define MAP_ONE  1u

BOOLEAN NTAPI Ke386SetIoAccessMap(ULONG map_number, void *map);
BOOLEAN NTAPI Ke386QueryIoAccessMap(ULONG map_number, void *map);
BOOLEAN NTAPI Ke386IoSetAccessProcess(PEPROCESS process, ULONG map_number);

const uint32_t up_grant_processor = UP_PROCESSOR_I386;
const uint32_t up_grant_mechanisms = UP_MECHANISM_IOPM | UP_MECHANISM_LIST;

static struct up_portset found_one; /* what one processor holds */

uint32_t up_grant_processors(void)
{
    return (uint32_t)KeNumberProcessors;
}

/* KeGetCurrentProcessorNumber, which is no function but the byte KPCR.Number (DDK, ntddk.h: at 0x51). */
static ULONG current_processor(void)
{
    uint8_t number;

    __asm__ volatile("movb %%fs:0x51, %0" : "=q"(number));
    return number;
}

/*
 * Moves the keeper to one processor. ZwSetInformationThread with ThreadAffinityMask does what
 * KeSetSystemAffinityThread does from Windows 2000 on, and NT 4.0 has it; a system thread may run on every processor.
 */
static NTSTATUS go_to_processor(ULONG number)
{
    KAFFINITY mask = (KAFFINITY)1 << number;
    NTSTATUS status = ZwSetInformationThread(NtCurrentThread(), ThreadAffinityMask, &mask, sizeof mask);

    if (NT_SUCCESS(status) && current_processor() != number) {
        return STATUS_UNSUCCESSFUL; /* it did not move at once: a map that is written now is written elsewhere */
    }
    return status;
}

static NTSTATUS leave_processor(void)
{
    ULONG count = (ULONG)KeNumberProcessors;
    KAFFINITY mask = count >= 32 ? ~(KAFFINITY)0 : ((KAFFINITY)1 << count) - 1;

    return ZwSetInformationThread(NtCurrentThread(), ThreadAffinityMask, &mask, sizeof mask);
}

NTSTATUS up_grant_install(const struct up_portset *map)
{
    ULONG count = (ULONG)KeNumberProcessors;
    NTSTATUS first_failure = STATUS_SUCCESS;
    NTSTATUS status;
    ULONG i;

    /*
     * This also takes ports away, so that a failure keeps no processor from being told that can be: the call is made
     * even where the keeper could not go, since on many kernels it reaches the others from anywhere.
     */
    for (i = 0; i < count; i++) {
        status = go_to_processor(i);
        if (!Ke386SetIoAccessMap(MAP_ONE, (void *)map)) {
            status = STATUS_UNSUCCESSFUL;
        }
        if (!NT_SUCCESS(status) && NT_SUCCESS(first_failure)) {
            first_failure = status;
        }
    }
    status = leave_processor();
    return NT_SUCCESS(first_failure) ? status : first_failure;
}

NTSTATUS up_grant_query(struct up_portset *all)
{
    ULONG count = (ULONG)KeNumberProcessors;
    NTSTATUS status = STATUS_SUCCESS;
    NTSTATUS leave_status;
    ULONG i;

    up_portset_deny_all(all);
    for (i = 0; i < count && NT_SUCCESS(status); i++) {
        status = go_to_processor(i);
        if (NT_SUCCESS(status)) {
            status = up_grant_query_one(&found_one);
        }
        if (NT_SUCCESS(status)) {
            up_portset_add(all, &found_one);
        }
    }
    leave_status = leave_processor();
    return NT_SUCCESS(status) ? leave_status : status;
}

NTSTATUS up_grant_query_one(struct up_portset *map)
{
    return Ke386QueryIoAccessMap(MAP_ONE, map) ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

NTSTATUS up_grant_process(PEPROCESS process, bool granted)
{
    return Ke386IoSetAccessProcess(process, granted ? MAP_ONE : MAP_NONE) ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}
