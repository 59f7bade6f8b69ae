/* SPDX-License-Identifier: MIT
 *
 * The test machine: a small i386 kernel that gives userport.sys what NT gives it, on real rings, a
 * real TSS and two real processors of QEMU, and watches it as Driver Verifier does. This header is
 * what the kernel's files share. The DDK's own structures come from the same headers as the
 * driver's, so that both sides agree on them.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <ntifs.h>
#include <stdbool.h>
#include <stdint.h>

#include "security.h"

#define KERNEL_BASE      0x80000000u
#define PAGE_BYTES       4096u
#define PROCESSORS       2u
#define STACK_BYTES      (3u * PAGE_BYTES) /* as NT's kernel stacks */
#define TICKS_PER_SECOND 1000u

#define PHYSICAL(p) ((uint32_t)(p)-KERNEL_BASE)
#define LINEAR(p)   ((void *)((uint32_t)(p) + KERNEL_BASE))

/* ---- processor: cpu.c ------------------------------------------------------------------------ */

#define SELECTOR_KERNEL_CODE 0x08
#define SELECTOR_KERNEL_DATA 0x10
#define SELECTOR_USER_CODE   0x1B
#define SELECTOR_USER_DATA   0x23
#define SELECTOR_TSS         0x28
#define SELECTOR_PCR         0x30
#define SELECTOR_TEB         0x3B
#define SELECTOR_FAULT_TSS   0x50

#define IOPM_BYTES  8192u
#define IOPM_OFFSET 0x88u   /* map 1 */
#define IOPM_NONE   0x20ACu /* beyond the limit: no map, everything denied */

/* NT's KTSS: Intel's TSS, a direction map, map 1 with its closing bytes, a second direction map. */
struct ktss {
    uint32_t back_link;
    uint32_t esp0, ss0, esp1, ss1, esp2, ss2;
    uint32_t cr3, eip, eflags, eax, ecx, edx, ebx, esp, ebp, esi, edi, es, cs, ss, ds, fs, gs, ldt;
    uint16_t flags;
    uint16_t iopm_base;
    uint8_t direction_map[32];
    uint8_t iopm[IOPM_BYTES];
    uint8_t iopm_end[4];
    uint8_t int_direction_map[32];
} __attribute__((packed));
C_ASSERT(sizeof(struct ktss) == 0x20AC);
C_ASSERT(FIELD_OFFSET(struct ktss, iopm_base) == 0x66);
C_ASSERT(FIELD_OFFSET(struct ktss, iopm) == IOPM_OFFSET);

struct trap_frame {
    uint32_t fs, es, ds;
    uint32_t edi, esi, ebp, esp_ignored, ebx, edx, ecx, eax;
    uint32_t vector, error;
    uint32_t eip, cs, eflags;
    uint32_t esp, ss; /* from ring 3 only */
};

struct thread;
struct process;

struct cpu {
    struct cpu *self;
    uint32_t number;
    struct thread *current;
    struct thread *idle;
    bool reschedule;
    uint8_t unused[0x51 - 17];
    uint8_t kpcr_number; /* where NT's KPCR has the processor's number, and drivers look for it */
    uint64_t gdt[11] __attribute__((aligned(8)));
    struct ktss tss __attribute__((aligned(16)));
    struct ktss fault_tss __attribute__((aligned(16)));
    uint8_t fault_stack[4096];
};
C_ASSERT(FIELD_OFFSET(struct cpu, kpcr_number) == 0x51);
extern struct cpu cpus[PROCESSORS];

static inline struct cpu *this_cpu(void)
{
    struct cpu *cpu;

    __asm__ volatile("movl %%fs:0, %0" : "=r"(cpu));
    return cpu;
}

#define EFLAGS_TRAP      0x100u
#define EFLAGS_INTERRUPT 0x200u

static inline uint32_t interrupts_off(void)
{
    uint32_t flags;

    __asm__ volatile("pushfl; popl %0; cli" : "=r"(flags)::"memory");
    return flags;
}

static inline void interrupts_restore(uint32_t flags)
{
    __asm__ volatile("pushl %0; popfl" ::"r"(flags) : "memory", "cc");
}

static inline uint8_t in8(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port));
}

static inline uint64_t read_tsc(void)
{
    uint64_t value;

    __asm__ volatile("rdtsc" : "=A"(value));
    return value;
}

static inline void cpu_relax(void)
{
    __asm__ volatile("pause" ::: "memory");
}

extern uint64_t tsc_hz; /* of the time-stamp counter, measured at the start */
void cpu_init_first(void);
void cpu_start_others(void);
void cpu_interrupt_done(void);
void cpu_ask_to_reschedule(struct cpu *cpu);
void cpu_set_teb(uint32_t base);
/* Runs function on every other processor, with interrupts off there, and waits. */
void cpu_call_others(void (*function)(void *), void *argument);
void cpu_answer_call(void);
void cpu_stop_others(void);
void cpu_is_up(void);                                 /* the second processor's first words */
void __attribute__((noreturn)) machine_ap_main(void); /* where its trampoline comes out */
void double_fault(void);

#define VECTOR_TICK       0x30
#define VECTOR_RESCHEDULE 0x31
#define VECTOR_CALL       0x32
#define VECTOR_STOP       0x33
#define VECTOR_SYSCALL    0x2E
#define VECTOR_SPURIOUS   0x3F

/* ---- locks: spinning, interrupts off --------------------------------------------------------- */

typedef struct {
    volatile uint32_t held;
} spinlock;

static inline uint32_t lock_take(spinlock *lock)
{
    uint32_t flags = interrupts_off();

    while (__sync_lock_test_and_set(&lock->held, 1)) {
        cpu_answer_call(); /* whoever holds it may be waiting for us in cpu_call_others */
        cpu_relax();
    }
    return flags;
}

static inline void lock_drop(spinlock *lock, uint32_t flags)
{
    __sync_lock_release(&lock->held);
    interrupts_restore(flags);
}

/* ---- console.c ------------------------------------------------------------------------------- */

void say(const char *format, ...) __attribute__((format(gnu_printf, 1, 2))); /* one line on COM1 */
void say_list(const char *format, va_list args);
/* Bail out!, and the end */
void __attribute__((noreturn, format(gnu_printf, 1, 2))) panic(const char *format, ...);
void __attribute__((noreturn)) machine_exit(int code);
/* the value of name=value on the kernel's command line, or NULL */
const char *option(const char *name);
bool option_is(const char *name, const char *value);
uint32_t option_number(const char *name, uint32_t otherwise);
extern char kernel_command_line[512];

/* ---- memory.c -------------------------------------------------------------------------------- */

struct file {         /* a Multiboot module */
    const char *name; /* after the last slash */
    const uint8_t *data;
    uint32_t size;
};
/* NULL when there is none; upper or lower case, as in Windows */
const struct file *file_find(const char *name);
bool same_name(const char *a, const char *b); /* but for upper and lower case */

void memory_init(uint32_t multiboot_info);
void *page_take(void); /* zeroed; linear address; never NULL */
void page_give(void *page);
uint32_t pages_free(void);

#define PTE_PRESENT 0x1u
#define PTE_WRITE   0x2u
#define PTE_USER    0x4u

extern uint32_t boot_page_directory[1024];

/* Kernel address space in pages of its own, each range followed by an unmapped guard page. */
void *kva_take(uint32_t pages);
void kva_protect(void *start, uint32_t bytes, bool writable);
void kva_give(void *start, uint32_t pages);

static inline void space_load(const uint32_t *directory)
{
    __asm__ volatile("movl %0, %%cr3" ::"r"(PHYSICAL(directory)) : "memory");
}

uint32_t *space_create(void);
void space_destroy(uint32_t *directory);
/* result: the page, in kernel space */
void *space_map(uint32_t *directory, uint32_t user_address, bool writable);
void space_unmap(uint32_t *directory, uint32_t user_address, uint32_t bytes);
void *space_at(uint32_t *directory, uint32_t user_address); /* NULL when not mapped */

/* Between the kernel and the current process. False: some of it is not mapped. */
bool user_copy_in(uint32_t address, void *out, uint32_t bytes);
bool user_copy_out(uint32_t address, const void *data, uint32_t bytes);

/* ---- pool.c ---------------------------------------------------------------------------------- */

void *pool_take(uint32_t bytes, uint32_t tag); /* for the machine itself; never NULL */
void pool_give(void *block);
void *pool_take_for_driver(uint32_t bytes, uint32_t tag);
void pool_give_for_driver(void *block);
uint32_t pool_driver_bytes(void);
uint32_t pool_driver_blocks(void);
void pool_report_leaks(void);
extern bool pool_plain; /* for benchmarks: no guard pages */

/* ---- sched.c --------------------------------------------------------------------------------- */

enum thread_state { THREAD_READY, THREAD_RUNNING, THREAD_WAITING, THREAD_DEAD };

#define SPINS_MAX 4u

struct thread {
    DISPATCHER_HEADER header; /* first: a thread can be waited for */
    uint32_t esp;
    uint8_t *stack; /* STACK_BYTES */
    struct process *process;
    struct thread *next_ready;
    struct thread *next_of_all;
    enum thread_state state;
    int priority;
    uint32_t affinity;
    struct cpu *last_cpu;
    void *waiting_for;  /* a dispatcher object */
    uint64_t wake_tick; /* 0: no time-out */
    NTSTATUS wait_status;
    int mutexes;         /* kernel mutexes held */
    uint32_t spin_count; /* spin locks of the driver held: interrupts are off */
    ULONG_PTR *spins[SPINS_MAX];
    bool in_driver;     /* the driver's code is on its stack */
    bool interruptible; /* its wait ends when its process is killed */
    uint32_t teb;
    const struct token *client; /* NULL: it impersonates nobody */
    SECURITY_IMPERSONATION_LEVEL level;
    uint32_t id;
    uint32_t exit_status;
    bool is_system;
};

extern struct thread *all_threads;
extern spinlock sched_lock;
extern volatile uint64_t ticks;
/* when the machine gives up and says what its threads do; 0: never */
extern uint64_t sched_deadline;

static inline struct thread *current_thread(void)
{
    return this_cpu()->current;
}

void sched_init(void);
void __attribute__((noreturn)) sched_run_idle(struct cpu *cpu);
struct thread *thread_create(struct process *process, void (*function)(void *), void *argument,
                             int priority);
/* In ring 3; referenced for the caller, as the other one. */
struct thread *thread_create_user(struct process *process, uint32_t eip, uint32_t esp,
                                  uint32_t argument);
void __attribute__((noreturn)) thread_exit(uint32_t status);
void thread_set_affinity(struct thread *thread, uint32_t affinity);
int thread_set_priority(struct thread *thread, int priority);
void sched_yield(void);
void sched_tick(void);
void sched_preempt(void);
void thread_reap(void); /* frees the stacks of dead threads */
/* Waits for a dispatcher object; timeout_ticks 0: poll, ~0: for ever. */
NTSTATUS wait_for(void *object, uint64_t timeout_ticks, bool interruptible);
void signal_event(KEVENT *event);
void signal_for_good(DISPATCHER_HEADER *header); /* a thread or process has ended */
void mutex_release(KMUTEX *mutex);
void sleep_ticks(uint64_t count, bool interruptible);
void wake_interruptible(struct process *process);
void sched_report(void);

/* ---- object.c -------------------------------------------------------------------------------- */

enum object_type { OBJECT_PROCESS = 1, OBJECT_THREAD, OBJECT_FILE, OBJECT_DEVICE, OBJECT_KEY };

struct object_header {
    enum object_type type;
    LONG references;
    LONG driver_references; /* that the driver took and has not given back */
    LONG handles;
    void (*destroy)(void *body);
};
#define OBJECT_HEADER(body) ((struct object_header *)(body)-1)

void *object_create(enum object_type type, uint32_t bytes, void (*destroy)(void *));
void object_reference(void *body);
bool object_reference_safe(void *body); /* false: it is being deleted */
void object_dereference(void *body);
extern volatile LONG driver_references; /* all that it holds */
/*
 * Called as the driver gives a reference back: with a process's last one NT closes what the process
 * had open, there.
 */
extern void (*driver_dereferences)(void *object);
extern volatile LONG driver_log_entries; /* that it took and has not written */
/* security contexts that it captured and has not released */
extern volatile LONG driver_subjects;

#define HANDLES 64u
struct handle_table {
    struct {
        void *object;
        ACCESS_MASK access;
        bool by_driver;
    } entries[HANDLES];
};
extern struct handle_table system_handles;

HANDLE handle_create(struct handle_table *table, void *object, ACCESS_MASK access, bool by_driver);
void *handle_object(struct handle_table *table, HANDLE handle, enum object_type type,
                    ACCESS_MASK *access); /* or NULL */
NTSTATUS handle_close(struct handle_table *table, HANDLE handle);
uint32_t driver_handles(void);

/* Names: \Device\X is a device, \DosDevices\X and \??\X are links. */
NTSTATUS name_insert(const UNICODE_STRING *name, void *object, const UNICODE_STRING *target);
NTSTATUS name_remove(const UNICODE_STRING *name);
DEVICE_OBJECT *name_find_device(const WCHAR *path, uint32_t length, uint32_t *remaining_offset);
uint32_t names_count(void);

/* ---- process.c ------------------------------------------------------------------------------- */

struct process {
    DISPATCHER_HEADER header; /* first: a process can be waited for */
    uint32_t id;
    uint32_t parent; /* whoever has this id now */
    uint32_t *directory;
    volatile uint16_t iopm_offset;
    enum token_kind token;
    volatile LONG threads;
    volatile bool killed;
    /* its last thread is gone; the object stays while somebody has it */
    volatile bool over;
    /* the one thread that may go on, of a process that ends itself; NULL: all */
    struct thread *volatile survivor;
    uint32_t exit_status;
    struct process *next;
    struct handle_table handles;
    const char *image;
    char command_line[256];
    char *output; /* what it wrote, NUL-terminated */
    uint32_t output_length;
    uint32_t next_alloc, next_stack, next_teb;
    uint32_t images;       /* that are mapped, a bit each (program.h) */
    uint32_t dispatcher;   /* the user-mode exception dispatcher, 0: none */
    uint32_t start_thread; /* kernel32's thread start */
    struct mailbox *mail;  /* in kernel space */
};
extern struct process *idle_process, *system_process;
extern struct process *all_processes;

void process_init(void);
/* notifies; referenced once for the caller */
struct process *process_create(enum token_kind token, const char *image);
/*
 * Off: process_create tells nobody, and process_announce does so later, as when the creating thread
 * is slow. Nor is the end of a process told.
 */
extern bool process_announces;
/*
 * What process_create takes for the next processes: the id of a parent that their creator chooses,
 * and an id that belonged to another process before. 0: the creator's process, a new id.
 */
extern uint32_t process_parent_wanted, process_id_wanted;
void process_announce(struct process *process);
/* of the current thread: whom it impersonates, its process */
void subject_capture(SECURITY_SUBJECT_CONTEXT *subject);
struct process *process_by_id(uint32_t id); /* referenced, or NULL */
void process_kill(struct process *process, uint32_t status);
/*
 * Ends the other threads of the current process; those that are in the driver end when they leave
 * it.
 */
void process_end_others(void);
bool thread_is_ending(const struct thread *thread); /* it ends when it comes back to ring 3 */
void process_last_thread_gone(struct process *process, uint32_t status);
uint32_t process_wait(struct process *process); /* its exit status; drops the caller's reference */
uint32_t processes_alive(void);

/* Runs raw bytes in ring 3; they end with the exit system call. */
struct process *snippet_start(const uint8_t *code, uint32_t bytes, enum token_kind token);
/* SYSTEM_PROCESS_INFORMATION of all processes. */
NTSTATUS process_list(void *out, uint32_t length, uint32_t *needed);

extern PCREATE_PROCESS_NOTIFY_ROUTINE process_notify[8];
extern volatile LONG process_notify_running;
extern uint64_t
    /* of all notifications so far, by the time-stamp counter: [1] starts, [0] ends */
    process_notify_cost[2];
extern volatile LONG driver_threads; /* system threads of the driver that have not ended */

/* ---- io.c ------------------------------------------------------------------------------------ */

/* The service manager: start, stop. */
NTSTATUS driver_start(const char *file);
/* STATUS_PENDING: handles are open, the unload comes with the last close */
NTSTATUS driver_stop(void);
bool driver_is_loaded(void);
/* as the service manager tells programs: SERVICE_STOPPED and so on */
uint32_t driver_service_state(void);
/*
 * Stops that programs asked the service manager for; the ports that were open on both processors
 * together at the last one.
 */
extern uint32_t stop_requests, open_at_stop;
/*
 * ReactOS's way, set by a test: a stop that finds files open is "stopped" for the service manager,
 * and nobody unloads the driver after the last close. driver_files_gone() does, once this is false.
 */
extern bool stop_is_forgotten;
bool driver_takes_opens(void); /* loaded, and no stop is pending */
void driver_files_gone(void);  /* the last file of its device is closed */
bool driver_owns(uint32_t address);
uint32_t driver_base(void);
extern uint32_t driver_image_bytes, driver_file_crc;
/* of the last start and stop, by the time-stamp counter */
extern uint64_t driver_entry_cost, driver_unload_cost;

/* NtOpenFile in the current process. */
NTSTATUS io_open(struct process *process, const char *win32_name, ACCESS_MASK access,
                 HANDLE *handle);
NTSTATUS io_control(struct process *process, HANDLE handle, uint32_t code, const void *in,
                    uint32_t in_length, void *out, uint32_t out_length, uint32_t *returned);
/*
 * The driver's fast way, with the caller's own arguments. False: there is none, or the driver wants
 * a request.
 */
bool io_fast_control(struct process *process, HANDLE handle, uint32_t code, uint32_t user_in,
                     uint32_t in_length, uint32_t user_out, uint32_t out_length, NTSTATUS *status,
                     uint32_t *returned);
/* off: a filter driver above the device that makes requests of everything */
extern bool io_has_fast_path;
/* off: an NT that does not check the list of a device for itself */
extern bool io_checks_device_list;
void io_file_cleanup(FILE_OBJECT *file);
void io_complete(IRP *irp);
NTSTATUS io_create_device(DRIVER_OBJECT *driver, ULONG extension, const UNICODE_STRING *name,
                          ULONG type, ULONG characteristics, bool exclusive,
                          DEVICE_OBJECT **device);
void io_delete_device(DEVICE_OBJECT *device);
NTSTATUS device_set_security(DEVICE_OBJECT *device, const void *descriptor);

struct log_entry {
    uint32_t code, status;
    char text[32];
};
extern struct log_entry event_log[256];
extern volatile LONG event_log_count;
uint32_t event_log_find(uint32_t code); /* how often since the last event_log_clear */
void event_log_clear(void);

/* ---- registry.c ------------------------------------------------------------------------------ */

void registry_set(const char *value, uint32_t type, const void *data, uint32_t length);
void registry_set_dword(const char *value, uint32_t number);
void registry_set_ports(const char *list); /* IOPM, in the list syntax */
void registry_remove(const char *value);
void registry_remove_all(void);
/* as a filter that asks its own service before a value is read */
extern bool registry_filter_starts_process;
/* called before each reading of a value, the first is 1 */
extern void (*registry_before_query)(uint32_t number);
extern uint32_t registry_queries; /* so many values were read */
void registry_make_unreadable(const char *value, bool unreadable);
/* A value as it is, for programs; *data is the registry's own. */
NTSTATUS registry_get(const char *value, uint32_t *type, const uint8_t **data, uint32_t *length);
extern const UNICODE_STRING registry_service_path;
NTSTATUS registry_open(const UNICODE_STRING *path, HANDLE *handle);
NTSTATUS registry_query(HANDLE handle, const UNICODE_STRING *name, void *out, uint32_t length,
                        uint32_t *needed);

/* ---- iomap.c --------------------------------------------------------------------------------- */

/*
 * How this NT's Ke386* calls reach: every processor at once, or this processor and the next process
 * switch only.
 */
extern bool reading_every;
uint32_t iomap_open_ports(uint32_t cpu);                   /* zero bits in a processor's map */
void iomap_foreign(const void *map, bool every_processor); /* another driver writes its map */

BOOLEAN NTAPI ke386_set_io_access_map(ULONG number, void *map);
BOOLEAN NTAPI ke386_query_io_access_map(ULONG number, void *map);
BOOLEAN NTAPI ke386_io_set_access_process(PEPROCESS process, ULONG number);

/* ---- exports.c ------------------------------------------------------------------------------- */

/*
 * The address of an export of ntoskrnl.exe or hal.dll; of a stub that panics with the name when
 * this kernel lacks it.
 */
uint32_t export_address(const char *dll, const char *name);

/* ---- trap.c, syscall.c ----------------------------------------------------------------------- */

void trap(struct trap_frame *frame);

uint32_t syscall(struct trap_frame *frame);
extern uint32_t trap_stubs[], trap_return[];
void switch_stack(uint32_t *save_esp, uint32_t load_esp);
void thread_first_entry(void);
void thread_began(void);

#include "verify.h"

#endif
