/* SPDX-License-Identifier: MIT
 *
 * The machine's start: processors, memory, the two first processes, then the suite that the command
 * line names.
 */
#include "machine.h"
#include "test.h"

#define MULTIBOOT_MAGIC 0x2BADB002u

void machine_main(uint32_t magic, uint32_t info);

static void run(void *unused)
{
    UNREFERENCED_PARAMETER(unused);
    machine_exit(suite_run(option("suite")) ? MACHINE_PASSED : MACHINE_FAILED);
}

void machine_main(uint32_t magic, uint32_t info)
{
    struct thread *thread;

    cpu_init_first();
    if (magic != MULTIBOOT_MAGIC) {
        panic("not started by a Multiboot loader");
    }
    memory_init(info);
    if (option_is("reading", "every")) {
        reading_every = true;
    } else if (!option_is("reading", "one")) {
        panic("reading=one or reading=every must say how Ke386* reach");
    }
    sched_deadline = (uint64_t)option_number("seconds", 0) * TICKS_PER_SECOND;
    process_init();
    sched_init();
    cpu_start_others();
    /* low memory is nobody's now */
    memset(boot_page_directory, 0, 64 * sizeof boot_page_directory[0]);
    __asm__ volatile("movl %%cr3, %%eax; movl %%eax, %%cr3" ::: "eax", "memory");
    thread = thread_create(system_process, run, NULL, 8);
    object_dereference(thread);
    sched_run_idle(&cpus[0]);
}
