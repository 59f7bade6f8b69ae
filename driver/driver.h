/* SPDX-License-Identifier: MIT
 *
 * userport.sys from the inside: what its files share. main.c starts and stops it, device.c answers CreateFile,
 * CloseHandle and DeviceIoControl, state.c keeps the grant list in force, access.c and transfer.c run port accesses,
 * grant_*.c is what else the processor offers: on i386 its permission map, for the processes that process.c knows.
 * Everything runs at PASSIVE_LEVEL but port instructions. The state and the records belong to one thread, the keeper of
 * worker.c: what changes or reads them is handed to it.
 */
#ifndef UP_DRIVER_H
#define UP_DRIVER_H

#define _PSGETCURRENTTHREAD_ /* the header's inline form, see compat_amd64.c */
#include <ntifs.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/settings.h"
#include "core/portset.h"
#include "userport/userport_abi.h"

#define UP_POOL_TAG 0x74507355u /* "UsPt" in a pool listing */

/* ---- state.c: the grant list in force -------------------------------------------------------------------------- */

struct up_state {
    struct up_settings settings; /* as they were read last */
    struct up_portset installed; /* the effective map: settings.ports, or nothing. Changed under map_lock */
    KSPIN_LOCK map_lock;         /* whoever uses ports for a caller holds it: up_map_lock */
    volatile LONG map_writers;   /* 1 while the keeper waits for map_lock, or has it */
    volatile LONG map_changes;   /* counts the changes of installed, each after it was made */
    uint32_t state;              /* UP_STATE_... */
    uint32_t ports_granted;      /* by the settings */
    uint32_t foreign_ports;      /* ports that were open in the map found at the start */
    LONG reloads;
    LONG opens;
    LONG opens_refused;
    LONG controls_refused;
    LONG transfers_denied;
    LONG port_denied;
};
extern struct up_state up_state;

/*
 * Takes the lock under which ports are used, and gives it back. IRQL: from PASSIVE_LEVEL to DISPATCH_LEVEL, and back. NT's
 * spin locks are not fair: so whoever comes while the keeper waits to change the map lets it go first, and a change waits
 * for one batch of each other processor at the most.
 */
static inline void up_map_lock(KIRQL *irql)
{
    while (up_state.map_writers != 0) {
        YieldProcessor();
    }
    KeAcquireSpinLock(&up_state.map_lock, irql);
}

static inline void up_map_unlock(KIRQL irql)
{
    KeReleaseSpinLock(&up_state.map_lock, irql);
}

void up_state_init(void);

/* At the start: reads the settings. Values that are not valid are no failure: they grant nothing, and are logged. */
void up_state_read_settings(void);

/*
 * Reads what the processors hold before ours is written over it, and says once if another driver opened ports there. In
 * the keeper.
 */
NTSTATUS up_state_look_for_foreign_map(void);

/*
 * Makes the processors and processes agree with the settings and the state, on every processor before it returns. On a
 * failure every port is denied and the state is UP_STATE_FAULT. In the keeper.
 */
NTSTATUS up_state_apply(void);

/* Denies every port and takes the map from every process, in a state that is not UP_STATE_RUNNING. In the keeper. */
void up_state_deny_all(uint32_t state);

/* The way out of a failure: denies every port, sets UP_STATE_FAULT, logs. In the keeper. */
void up_state_fault(NTSTATUS status);

/* After a process was given, or lost, the map: makes its running threads see that, on every processor. In the keeper. */
NTSTATUS up_state_refresh(void);

/* The control codes, in the caller's thread: they hand their work over. */
NTSTATUS up_state_reload(void);
NTSTATUS up_state_suspend(void);
NTSTATUS up_state_resume(void);
void up_state_info(struct up_info *info);
void up_state_map(uint8_t map[UP_MAP_BYTES]);

/* ---- process.c: every process, and what it may ------------------------------------------------------------------ */

struct up_process {
    struct up_process *next; /* in its hash bucket */
    PEPROCESS object;        /* to compare with, not referenced: the process may be gone */
    HANDLE id;
    uint32_t files; /* its open files on the device */
    bool opened;    /* it has opened the device at some time */
    bool granted;   /* it has the map */
    bool announced; /* its start was notified, or it ran before the driver */
    bool ended;     /* gone; the record waits for its last file */
};

struct up_process_counts {
    uint32_t known;
    uint32_t granted;
    uint32_t files;
    uint32_t missed;
};
extern struct up_process_counts up_process_counts;

/*
 * Registers for process start and end, and records every process that runs. In the keeper, in one piece: notifications
 * that come meanwhile wait for the records.
 */
NTSTATUS up_process_watch(void);
NTSTATUS up_process_remember_running(void);

/* Unregisters, and waits for callbacks. NOT in the keeper: a callback may be waiting for it. */
void up_process_unwatch(void);

/* Frees every record. Every file is closed, up_process_unwatch has run. */
void up_process_free_all(void);

/* The id of the calling process, in its thread; its record, made if it is missing. NULL: memory is short. In the keeper. */
HANDLE up_process_caller(void);
struct up_process *up_process_of(HANDLE id);

/* A file was opened by, or the last handle of one closed for, this process. In the keeper. */
NTSTATUS up_process_file_opened(struct up_process *process);
void up_process_file_closed(struct up_process *process);

/*
 * Takes the map from each process that should not have it, or gives it to each that should and says in *changed whether
 * there was any. Result: the first failure; revoke goes on after one. In the keeper.
 */
NTSTATUS up_process_revoke_unentitled(void);
NTSTATUS up_process_grant_entitled(bool *changed);

/* ---- grant_*.c: the mechanism that lets programs run IN and OUT themselves, where there is one -------------------- */

extern const uint32_t up_grant_processor;  /* UP_PROCESSOR_... */
extern const uint32_t up_grant_mechanisms; /* UP_MECHANISM_... */

/* The number of processors that hold the map. */
uint32_t up_grant_processors(void);

/* Copies the map to every processor and lets each reload its current process's access. In the keeper. */
NTSTATUS up_grant_install(const struct up_portset *map);

/* Reads the map of every processor: *all grants what any of them grants. In the keeper. */
NTSTATUS up_grant_query(struct up_portset *all);

/* Reads the map of the processor that happens to run this. */
NTSTATUS up_grant_query_one(struct up_portset *map);

/* Gives the process the map, or takes it. Seen by running threads after the next up_grant_install. */
NTSTATUS up_grant_process(PEPROCESS process, bool granted);

/* ---- worker.c: the driver's own system threads ------------------------------------------------------------------- */

typedef NTSTATUS up_work(void *context);

/* What is urgent goes before what is not: programs can make as many opens and closes as they like. */
enum up_urgency {
    UP_URGENT,  /* processes that start and end, a change of the list or the state */
    UP_ROUTINE, /* all else */
    UP_URGENCIES
};

struct up_queue {
    struct request *first, *last; /* last counts only if there is a first */
};

struct up_worker {
    KSPIN_LOCK lock; /* of the queues */
    struct up_queue queues[UP_URGENCIES];
    KEVENT wanted, started;
    PKTHREAD thread; /* referenced: its end is waited for */
    volatile bool ending;
};

extern struct up_worker up_keeper; /* owns the state and the records; on i386 it visits the processors */
extern struct up_worker up_reader; /* the registry and names, which may take long and wait for others */

NTSTATUS up_worker_start(struct up_worker *worker);

/* Waits until its thread has ended. Nobody may be waiting for it. */
void up_worker_stop(struct up_worker *worker);

/*
 * Runs work in the worker's thread and waits for its result, holding nothing. IRQL: PASSIVE_LEVEL. In the worker itself the
 * work runs at once.
 */
NTSTATUS up_worker_run(struct up_worker *worker, enum up_urgency urgency, up_work *work, void *context);

/* ---- settings_registry.c ------------------------------------------------------------------------------------------- */

/* Keeps a copy of the path that DriverEntry got. STATUS_NAME_TOO_LONG. */
NTSTATUS up_registry_init(const UNICODE_STRING *path);

/* Reads the settings, as they were at one moment. Never fails as a whole: what cannot be read grants nothing. In the reader. */
void up_registry_read(struct up_settings *settings);

/*
 * Reads a REG_MULTI_SZ: up to *characters at names, with the ends of the strings among them; *characters becomes what was
 * read, 0 if there is no such value. In the reader. A failure: of another type, too long, or unreadable.
 */
NTSTATUS up_registry_read_names(const WCHAR *value, WCHAR *names, uint32_t *characters);

/* ---- aliases.c: other names of the device ------------------------------------------------------------------------- */

/* Works of the reader: make the links to the device, whose name is the context; delete them. What fails is logged. */
NTSTATUS up_aliases_create(void *device_name);
NTSTATUS up_aliases_delete(void *context);

uint32_t up_aliases_count(void);

/* ---- hazards.c ----------------------------------------------------------------------------------------------------- */

/* Logs each kind of hazardous ports that the set grants. */
void up_hazards_log(const struct up_portset *ports);

/* ---- security.c -------------------------------------------------------------------------------------------------- */

/* Puts the access list on the device object. A system that refuses is logged: each open is checked in any case. */
void up_security_protect(DEVICE_OBJECT *device);

/* Does the access list let the caller open the device as it asks? create: the stack location of IRP_MJ_CREATE. */
NTSTATUS up_security_check_open(const IRP *irp, const IO_STACK_LOCATION *create);

/* Is the caller SYSTEM or an administrator? file: the one that the control code is for. */
NTSTATUS up_security_check_control(const IRP *irp, const FILE_OBJECT *file);

/* ---- compat_*.c: the same call, by the name that the oldest kernel of the architecture has for it ----------------- */

PKTHREAD up_current_thread(void);

/* Puts an access list on an object. In a worker: a system thread, whose memory is the kernel's. */
NTSTATUS up_set_access_list(HANDLE handle, const void *descriptor);

/* ---- eventlog.c -------------------------------------------------------------------------------------------------- */

void up_log_init(DRIVER_OBJECT *driver);

/*
 * Writes one entry; number is its insertion string %2, in decimal. Never fails: a log that is full is not our failure.
 */
void up_log(NTSTATUS message, NTSTATUS status, uint32_t number);

/* The same with a text as %2, of up to UP_LOG_TEXT_MAX characters: what NT 4.0's log takes. */
#define UP_LOG_TEXT_MAX 31u
void up_log_text(NTSTATUS message, NTSTATUS status, const WCHAR *text);

/* up_log, but once only until the driver stops, or up_log_again. */
void up_log_once(NTSTATUS message, NTSTATUS status, uint32_t number);
void up_log_again(NTSTATUS message);

/* ---- access.c: one access -------------------------------------------------------------------------------------------- */

extern FAST_IO_DISPATCH up_access_fast;

/*
 * Reads or writes: where is UP_ACCESS(port, width) of a caller. IRQL: PASSIVE_LEVEL. STATUS_INVALID_PARAMETER,
 * STATUS_CANCELLED (the file is closed), STATUS_ACCESS_DENIED.
 */
NTSTATUS up_access_read(uint32_t where, const FILE_OBJECT *file, uint32_t *value);
NTSTATUS up_access_write(uint32_t where, const FILE_OBJECT *file, uint32_t value);

/* ---- transfer.c: lists of operations ------------------------------------------------------------------------------- */

/*
 * Checks a list and runs it: struct up_io_header, operations and data in length bytes at list, which is memory of the
 * kernel; the results go back there. file: the one that it was sent to. Success: header->result says what became of it.
 * STATUS_REVISION_MISMATCH, STATUS_INVALID_BUFFER_SIZE, STATUS_INVALID_PARAMETER: the header makes no sense, and the
 * list was left alone.
 */
NTSTATUS up_io_run(void *list, uint32_t length, const IRP *irp, const FILE_OBJECT *file);

/* A port that is not granted was asked for: counts it, and logs the first. */
void up_io_count_denied(uint32_t port);

static inline bool up_io_width_is_good(uint32_t width)
{
    return width == 1 || width == 2 || width == 4;
}

/* ---- ports_x86.c: the port instructions, and nobody else's --------------------------------------------------------- */

/*
 * Runs UP_IO_READ and UP_IO_WRITE from the first operation on, and stops when these have moved so many bytes (or a wide
 * one up to 3 more), or at one of another kind. Result: how many of the count it ran.
 */
uint32_t up_ports_run(struct up_io_operation *operations, uint32_t count, uint32_t bytes);

/* INS and OUTS: count times width bytes from, or to, one port. */
void up_ports_read_block(uint16_t port, uint32_t width, void *data, uint32_t count);
void up_ports_write_block(uint16_t port, uint32_t width, const void *data, uint32_t count);

/* ---- device.c ---------------------------------------------------------------------------------------------------- */

DRIVER_DISPATCH up_device_create;
DRIVER_DISPATCH up_device_cleanup;
DRIVER_DISPATCH up_device_close;
DRIVER_DISPATCH up_device_control;

#endif
