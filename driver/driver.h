/* SPDX-License-Identifier: MIT
 *
 * The internal interface of userport.sys, shared by its files. main.c starts and stops the driver,
 * device.c answers CreateFile, CloseHandle and DeviceIoControl, state.c keeps the grant list in
 * force, and access.c and transfer.c run port accesses. grant_*.c is what else the processor
 * offers: on i386 its I/O permission map, for the processes that process.c records.
 *
 * Everything runs at PASSIVE_LEVEL except the port instructions. The state and the process records
 * belong to one thread, the keeper of worker.c. Code that reads or changes them runs as a work of
 * the keeper.
 */
#ifndef UP_DRIVER_H
#define UP_DRIVER_H

#define _PSGETCURRENTTHREAD_ /* suppresses the header's inline form, see compat_amd64.c */
#include <ntifs.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/settings.h"
#include "core/portset.h"
#include "userport/userport_abi.h"

#define UP_POOL_TAG 0x74507355u /* "UsPt" in a pool listing */

/* ---- state.c: the grant list in force -------------------------------------------------------- */

struct up_state {
    struct up_settings settings; /* as read last */
    /* The effective map: settings.ports or no ports. It changes only under map_lock. */
    struct up_portset installed;
    /* Held by every port access that the driver runs for a caller. Taken with up_map_lock. */
    KSPIN_LOCK map_lock;
    volatile LONG map_writers; /* 1 while the keeper waits for map_lock or holds it */
    volatile LONG map_changes; /* counts the changes of installed, each after it is made */
    uint32_t state;            /* UP_STATE_... */
    uint32_t ports_granted;    /* by the settings */
    uint32_t foreign_ports;    /* ports open in the map found at the start */
    LONG reloads;
    LONG opens;
    LONG opens_refused;
    LONG controls_refused;
    LONG transfers_denied;
    LONG port_denied;
};
extern struct up_state up_state;

/*
 * Takes and releases the lock under which ports are accessed. IRQL: up_map_lock raises it from
 * PASSIVE_LEVEL to DISPATCH_LEVEL, up_map_unlock restores it. NT's spin locks are not fair. A
 * caller that comes while the keeper waits to change the map therefore lets the keeper go first,
 * and a change waits for at most one batch of each other processor.
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

/* Sets the initial state, in which every port is denied. Runs before everything else uses it. */
void up_state_init(void);

/*
 * Reads the settings at the start. Values that are not valid are no failure: they grant nothing and
 * are logged.
 */
void up_state_read_settings(void);

/*
 * Reads the maps that the processors hold before UserPort's map replaces them, and logs once if
 * another driver had opened ports there. In the keeper.
 */
NTSTATUS up_state_look_for_foreign_map(void);

/*
 * Makes all processors and processes agree with the settings and the state before it returns. On
 * failure every port is denied and the state is UP_STATE_FAULT. In the keeper.
 */
NTSTATUS up_state_apply(void);

/*
 * Sets the given state, which is not UP_STATE_RUNNING, denies every port and takes the map from
 * every process. In the keeper.
 */
void up_state_deny_all(uint32_t state);

/* Handles a failure: denies every port, sets UP_STATE_FAULT and logs. In the keeper. */
void up_state_fault(NTSTATUS status);

/*
 * After a process was given the map or lost it: makes its running threads see that, on every
 * processor. In the keeper.
 */
NTSTATUS up_state_refresh(void);

/* The control codes, in the caller's thread. Each hands its work to a worker and waits for it. */
NTSTATUS up_state_reload(void);
NTSTATUS up_state_suspend(void);
NTSTATUS up_state_resume(void);
void up_state_info(struct up_info *info);
void up_state_map(uint8_t map[UP_MAP_BYTES]);

/* ---- process.c: the processes and their access ----------------------------------------------- */

struct up_process {
    struct up_process *next; /* in its hash bucket */
    PEPROCESS object;        /* only compared, not referenced: the process may be gone */
    HANDLE id;
    uint32_t files; /* open files on the device */
    bool opened;    /* it has opened the device at least once */
    bool granted;   /* it has the map */
    bool announced; /* its start was notified, or it ran before the driver */
    /* it, or a process that it descends from, has given the map up until its end */
    bool renounced;
    bool ended; /* it has ended; the record waits for its last file */
};

struct up_process_counts {
    uint32_t known;
    uint32_t granted;
    uint32_t files;
    uint32_t missed;
    uint32_t renounced;
};
extern struct up_process_counts up_process_counts;

/*
 * Registers for the start and end of processes, and records every running process. Both run in one
 * work of the keeper, so notifications that arrive meanwhile wait for the records.
 */
NTSTATUS up_process_watch(void);
NTSTATUS up_process_remember_running(void);

/*
 * Unregisters and waits for running callbacks. Must not run in the keeper, because a callback may
 * be waiting for it.
 */
void up_process_unwatch(void);

/* Frees every record. Every file has to be closed, and up_process_unwatch has to have returned. */
void up_process_free_all(void);

/*
 * The id of the calling process, in the caller's thread. The record of a process, made if it is
 * missing; NULL if memory is short; in the keeper.
 */
HANDLE up_process_caller(void);
struct up_process *up_process_of(HANDLE id);

/*
 * Count a file that this process opened, or one of its files whose last handle was closed. In the
 * keeper.
 */
NTSTATUS up_process_file_opened(struct up_process *process);
void up_process_file_closed(struct up_process *process);

/*
 * Takes the map from the process until its end, and from the processes that it starts from now on.
 * A failure denies every port to everybody (UP_STATE_FAULT), and the process has renounced
 * nevertheless. In the keeper.
 */
NTSTATUS up_process_renounce(struct up_process *process);

/*
 * Take the map from each process that must not have it, and give it to each process that should
 * have it. *changed becomes true if any process got it. Result: the first failure. After a failure
 * revoking continues with the other processes, and granting stops. In the keeper.
 */
NTSTATUS up_process_revoke_unentitled(void);
NTSTATUS up_process_grant_entitled(bool *changed);

/* ---- grant_*.c: lets programs execute IN and OUT themselves, where possible ------------------ */

extern const uint32_t up_grant_processor;  /* UP_PROCESSOR_... */
extern const uint32_t up_grant_mechanisms; /* UP_MECHANISM_... */

/* The number of processors that hold the map. */
uint32_t up_grant_processors(void);

/*
 * Copies the map to every processor, each of which reloads the access of its current process. In
 * the keeper.
 */
NTSTATUS up_grant_install(const struct up_portset *map);

/*
 * Reads the map of every processor. *all grants each port that any of them grants. In the keeper.
 */
NTSTATUS up_grant_query(struct up_portset *all);

/* Reads the map of the processor that executes this call. */
NTSTATUS up_grant_query_one(struct up_portset *map);

/*
 * Gives the map to the process or takes it away. Running threads see that after the next
 * up_grant_install.
 */
NTSTATUS up_grant_process(PEPROCESS process, bool granted);

/* ---- worker.c: the driver's own system threads ----------------------------------------------- */

typedef NTSTATUS up_work(void *context);

/*
 * Urgent work goes before routine work, because programs can make any number of opens and closes.
 */
enum up_urgency {
    UP_URGENT,  /* start and end of processes, changes of the list or the state */
    UP_ROUTINE, /* everything else */
    UP_URGENCIES
};

struct up_queue {
    struct request *first, *last; /* last is valid only if first is not NULL */
};

struct up_worker {
    KSPIN_LOCK lock; /* protects the queues */
    struct up_queue queues[UP_URGENCIES];
    KEVENT wanted, started;
    PKTHREAD thread; /* referenced, so that its end can be waited for */
    volatile bool ending;
};

/* Owns the state and the process records. On i386 it visits the processors. */
extern struct up_worker up_keeper;
/* Reads the registry and makes links, which may take long and wait for others. */
extern struct up_worker up_reader;

/* Starts the worker's thread and waits until it runs. Result: that of PsCreateSystemThread. */
NTSTATUS up_worker_start(struct up_worker *worker);

/* Waits until the worker's thread has ended. No caller may be waiting for the worker. */
void up_worker_stop(struct up_worker *worker);

/*
 * Runs work in the worker's thread and waits for its result. IRQL: PASSIVE_LEVEL; the caller holds
 * no lock. A call from the worker itself runs the work at once.
 */
NTSTATUS up_worker_run(struct up_worker *worker, enum up_urgency urgency, up_work *work,
                       void *context);

/* ---- settings_registry.c --------------------------------------------------------------------- */

/* Keeps a copy of the path that DriverEntry got. STATUS_NAME_TOO_LONG. */
NTSTATUS up_registry_init(const UNICODE_STRING *path);

/*
 * Reads the settings as they were at one moment. It never fails as a whole: a value that cannot be
 * read grants nothing. In the reader.
 */
void up_registry_read(struct up_settings *settings);

/*
 * Reads a REG_MULTI_SZ of up to *characters characters into names, including the 0 at the end of
 * each string. *characters becomes the number that was read, 0 if the value does not exist. Fails
 * if the value has another type, is too long or cannot be read. In the reader.
 */
NTSTATUS up_registry_read_names(const WCHAR *value, WCHAR *names, uint32_t *characters);

/* ---- aliases.c: other names of the device ---------------------------------------------------- */

/*
 * Works of the reader. They make the links to the device, whose name is the context, and delete
 * them. Failures are logged.
 */
NTSTATUS up_aliases_create(void *device_name);
NTSTATUS up_aliases_delete(void *context);

/* The number of links that exist. */
uint32_t up_aliases_count(void);

/* ---- hazards.c ------------------------------------------------------------------------------- */

/* Logs each kind of hazardous ports that the set grants. */
void up_hazards_log(const struct up_portset *ports);

/* ---- security.c ------------------------------------------------------------------------------ */

/*
 * Puts the access list on the device object. If the system refuses, that is logged; each open is
 * checked in any case.
 */
void up_security_protect(DEVICE_OBJECT *device);

/*
 * Checks whether the access list lets the caller open the device with the access it asks for.
 * create: the stack location of IRP_MJ_CREATE.
 */
NTSTATUS up_security_check_open(const IRP *irp, const IO_STACK_LOCATION *create);

/*
 * Checks whether the caller is SYSTEM or an administrator. file: the file that the control code was
 * sent to.
 */
NTSTATUS up_security_check_control(const IRP *irp, const FILE_OBJECT *file);

/* ---- compat_*.c: kernel functions whose names differ between kernels ------------------------- */

/* The thread that calls. */
PKTHREAD up_current_thread(void);

/*
 * Puts an access list on an object. In a worker, because it passes kernel memory to the system
 * call.
 */
NTSTATUS up_set_access_list(HANDLE handle, const void *descriptor);

/* ---- eventlog.c ------------------------------------------------------------------------------ */

/* Keeps the driver object, under whose name entries are logged. */
void up_log_init(DRIVER_OBJECT *driver);

/*
 * Writes one entry; number is its insertion string %2, in decimal. A failure to write, as to a full
 * log, is ignored.
 */
void up_log(NTSTATUS message, NTSTATUS status, uint32_t number);

/* The same with a text as %2. NT 4.0's log takes UP_LOG_TEXT_MAX characters. */
#define UP_LOG_TEXT_MAX 31u
void up_log_text(NTSTATUS message, NTSTATUS status, const WCHAR *text);

/*
 * up_log_once is up_log, but it writes only the first entry of a message until the driver stops.
 * up_log_again lets the message be logged once more.
 */
void up_log_once(NTSTATUS message, NTSTATUS status, uint32_t number);
void up_log_again(NTSTATUS message);

/* ---- access.c: one access -------------------------------------------------------------------- */

/* The fast path of the control codes, for DRIVER_OBJECT.FastIoDispatch. */
extern FAST_IO_DISPATCH up_access_fast;

/*
 * Read or write one port. where: the caller's UP_ACCESS(port, width). IRQL: PASSIVE_LEVEL.
 * STATUS_INVALID_PARAMETER, STATUS_CANCELLED (the file is closed), STATUS_ACCESS_DENIED.
 */
NTSTATUS up_access_read(uint32_t where, const FILE_OBJECT *file, uint32_t *value);
NTSTATUS up_access_write(uint32_t where, const FILE_OBJECT *file, uint32_t value);

/* ---- transfer.c: lists of operations --------------------------------------------------------- */

/*
 * Checks a list and runs it. list: struct up_io_header, operations and data, length bytes of kernel
 * memory; the results are written there. file: the file that the list was sent to. IRQL:
 * PASSIVE_LEVEL, in the caller's thread, with no lock held. Success means that header->result has
 * the outcome. STATUS_REVISION_MISMATCH, STATUS_INVALID_BUFFER_SIZE and STATUS_INVALID_PARAMETER
 * mean that the header is not valid and the list is unchanged.
 */
NTSTATUS up_io_run(void *list, uint32_t length, const IRP *irp, const FILE_OBJECT *file);

/* Counts a request for a port that is not granted, and logs the first one. */
void up_io_count_denied(uint32_t port);

static inline bool up_io_width_is_good(uint32_t width)
{
    return width == 1 || width == 2 || width == 4;
}

/* ---- ports_x86.c: the port instructions ------------------------------------------------------ */

/*
 * Runs UP_IO_READ and UP_IO_WRITE from the first operation on. Stops when they have moved the given
 * number of bytes (a wide access may exceed it by up to 3), or at an operation of another kind.
 * Result: how many of the count operations ran.
 */
uint32_t up_ports_run(struct up_io_operation *operations, uint32_t count, uint32_t bytes);

/* INS and OUTS: move count elements of width bytes from, or to, one port. */
void up_ports_read_block(uint16_t port, uint32_t width, void *data, uint32_t count);
void up_ports_write_block(uint16_t port, uint32_t width, const void *data, uint32_t count);

/* ---- device.c -------------------------------------------------------------------------------- */

/* The dispatch functions of the device. IRQL: PASSIVE_LEVEL, in the caller's thread. */
DRIVER_DISPATCH up_device_create;
DRIVER_DISPATCH up_device_cleanup;
DRIVER_DISPATCH up_device_close;
DRIVER_DISPATCH up_device_control;

#endif
