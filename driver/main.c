/* SPDX-License-Identifier: MIT
 *
 * Starts and stops userport.sys. Unloading is DriverEntry in reverse. If a step of the start fails,
 * the steps before it are undone, so a driver that did not start leaves nothing behind.
 */
#include "driver.h"
#include "messages.h"

static DEVICE_OBJECT *device;

static UNICODE_STRING device_name = RTL_CONSTANT_STRING(L"\\Device\\UserPort");
static UNICODE_STRING link_name = RTL_CONSTANT_STRING(L"\\DosDevices\\UserPort");

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD unload;

/*
 * Puts the grant list in force. From here on the driver is notified of starting and ending
 * processes. *watching becomes true once that has to be undone.
 */
static NTSTATUS start_work(void *watching)
{
    NTSTATUS status;

    status = up_process_watch();
    if (!NT_SUCCESS(status)) {
        return status;
    }
    *(bool *)watching = true;
    status = up_process_remember_running();
    if (NT_SUCCESS(status)) {
        status = up_state_look_for_foreign_map();
    }
    if (NT_SUCCESS(status)) {
        status = up_state_apply(); /* on failure it has denied every port again */
    }
    return status;
}

static NTSTATUS deny_work(void *context)
{
    UNREFERENCED_PARAMETER(context);
    up_state_deny_all(UP_STATE_SUSPENDED);
    return STATUS_SUCCESS;
}

static NTSTATUS free_work(void *context)
{
    UNREFERENCED_PARAMETER(context);
    up_process_free_all();
    return STATUS_SUCCESS;
}

static void forget_processes(void)
{
    up_process_unwatch();
    (void)up_worker_run(&up_keeper, UP_URGENT, free_work, NULL);
}

/* Undoes its own steps on failure. */
static NTSTATUS start_granting(void)
{
    bool watching = false;
    NTSTATUS status = up_worker_run(&up_keeper, UP_URGENT, start_work, &watching);

    if (!NT_SUCCESS(status) && watching) {
        forget_processes();
    }
    return status;
}

static void stop_granting(void)
{
    (void)up_worker_run(&up_keeper, UP_URGENT, deny_work, NULL);
    forget_processes();
}

/*
 * The entry point (DDK: DRIVER_INITIALIZE). IRQL: PASSIVE_LEVEL, in a system thread. Result:
 * success, even if the settings are not valid and grant nothing; otherwise the status of the step
 * that failed, with everything undone.
 */
NTSTATUS NTAPI DriverEntry(DRIVER_OBJECT *driver, UNICODE_STRING *registry_path)
{
    NTSTATUS status;

    up_log_init(driver);
    up_state_init();

    status = up_registry_init(registry_path);
    if (!NT_SUCCESS(status)) {
        goto out;
    }
    status = up_worker_start(&up_reader);
    if (!NT_SUCCESS(status)) {
        goto out;
    }
    status = up_worker_start(&up_keeper);
    if (!NT_SUCCESS(status)) {
        goto stop_reader;
    }
    up_state_read_settings();

    /*
     * The device type is one that GetFileType reports as a character device. The C library's fopen
     * closes a file of unknown type again, and some programs open UserPort with fopen. The control
     * codes have a device type of their own.
     */
    status = IoCreateDevice(driver, 0, &device_name, FILE_DEVICE_PARALLEL_PORT,
                            FILE_DEVICE_SECURE_OPEN, FALSE, &device);
    if (!NT_SUCCESS(status)) {
        goto stop_keeper;
    }
    up_security_protect(device);
    status = IoCreateSymbolicLink(&link_name, &device_name);
    if (!NT_SUCCESS(status)) {
        goto delete_device;
    }
    driver->MajorFunction[IRP_MJ_CREATE] = up_device_create;
    driver->MajorFunction[IRP_MJ_CLEANUP] = up_device_cleanup;
    driver->MajorFunction[IRP_MJ_CLOSE] = up_device_close;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = up_device_control;
    driver->FastIoDispatch = &up_access_fast;
    driver->DriverUnload = unload;

    status = start_granting();
    if (!NT_SUCCESS(status)) {
        goto delete_link;
    }
    (void)up_worker_run(&up_reader, UP_ROUTINE, up_aliases_create, &device_name);
    up_log(UP_MSG_STARTED, STATUS_SUCCESS, up_state.ports_granted);
    up_hazards_log(&up_state.settings.ports);
    /*
     * The I/O manager clears DO_DEVICE_INITIALIZING after this return, and only then can anyone
     * open the device.
     */
    return STATUS_SUCCESS;

delete_link:
    IoDeleteSymbolicLink(&link_name);
delete_device:
    IoDeleteDevice(device);
stop_keeper:
    up_worker_stop(&up_keeper);
stop_reader:
    up_worker_stop(&up_reader);
out:
    up_log(UP_MSG_START_FAILED, status, 0);
    return status;
}

/*
 * Deletes the link in a system thread, because \DosDevices may lead elsewhere in the session of a
 * caller.
 */
static NTSTATUS delete_link_work(void *context)
{
    UNREFERENCED_PARAMETER(context);
    return IoDeleteSymbolicLink(&link_name);
}

/*
 * DDK: DRIVER_UNLOAD. IRQL: PASSIVE_LEVEL, once the last handle is closed; on some systems in the
 * thread that closes it. It writes no entry to the event log: an entry that waits to be written
 * holds a reference to the driver, which then could not be started again.
 */
static void NTAPI unload(DRIVER_OBJECT *driver)
{
    UNREFERENCED_PARAMETER(driver);

    stop_granting();
    (void)up_worker_run(&up_reader, UP_ROUTINE, up_aliases_delete, NULL);
    (void)up_worker_run(&up_reader, UP_ROUTINE, delete_link_work, NULL);
    IoDeleteDevice(device);
    up_worker_stop(&up_keeper);
    up_worker_stop(&up_reader);
}
