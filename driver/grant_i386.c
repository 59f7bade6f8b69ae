/* SPDX-License-Identifier: MIT
 *
 * The grant mechanism on i386: the processor's I/O permission map. Each processor's TSS holds one
 * map for the whole system at 0x88. A process has the map if its KPROCESS.IopmOffset says so; a
 * process switch copies that to the TSS's IoMapBase. Three undocumented calls reach both. Kernels
 * differ in how far a call reaches, so the driver assumes the least: a call acts on the current
 * processor only, and a changed process is seen only at its next switch. The keeper visits each
 * processor in turn, at the highest priority. Its arrival there is a process switch, and the call
 * that it makes there reloads IoMapBase as well.
 */
#include "driver.h"

#define MAP_NONE 0u
#define MAP_ONE  1u

BOOLEAN NTAPI Ke386SetIoAccessMap(ULONG map_number, void *map);
BOOLEAN NTAPI Ke386QueryIoAccessMap(ULONG map_number, void *map);
BOOLEAN NTAPI Ke386IoSetAccessProcess(PEPROCESS process, ULONG map_number);

const uint32_t up_grant_processor = UP_PROCESSOR_I386;
const uint32_t up_grant_mechanisms = UP_MECHANISM_IOPM | UP_MECHANISM_LIST;

static struct up_portset found_one; /* the map of one processor */

uint32_t up_grant_processors(void)
{
    return (uint32_t)KeNumberProcessors;
}

/*
 * The number of the current processor. KeGetCurrentProcessorNumber is not a function here; the
 * number is the byte KPCR.Number (DDK, ntddk.h: at 0x51).
 */
static ULONG current_processor(void)
{
    uint8_t number;

    __asm__ volatile("movb %%fs:0x51, %0" : "=q"(number));
    return number;
}

/*
 * Moves the keeper to one processor. NT 4.0 has no KeSetSystemAffinityThread, which came with
 * Windows 2000; ZwSetInformationThread with ThreadAffinityMask does the same. A system thread may
 * run on every processor.
 */
static NTSTATUS go_to_processor(ULONG number)
{
    KAFFINITY mask = (KAFFINITY)1 << number;
    NTSTATUS status =
        ZwSetInformationThread(NtCurrentThread(), ThreadAffinityMask, &mask, sizeof mask);

    if (NT_SUCCESS(status) && current_processor() != number) {
        /*
         * The thread did not move at once, so a map that is written now would go to another
         * processor.
         */
        return STATUS_UNSUCCESSFUL;
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
     * Installing a map also takes ports away, so it must reach as many processors as possible. The
     * call is made even if the keeper could not move, since on many kernels it reaches every
     * processor from any of them.
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
    return Ke386IoSetAccessProcess(process, granted ? MAP_ONE : MAP_NONE) ? STATUS_SUCCESS
                                                                          : STATUS_UNSUCCESSFUL;
}
