/* SPDX-License-Identifier: MIT
 *
 * \Device\UserPort: answers CreateFile, CloseHandle and DeviceIoControl. The caller is assumed to
 * be hostile: each control code has exact lengths and contains the access rights it needs, and one
 * function completes every IRP.
 */
#include "driver.h"
#include "messages.h"

/*
 * A request that passed the checks. buffer is the system buffer, which holds the input and then the
 * output.
 */
struct call {
    void *buffer;
    ULONG in_length;
    const IRP *irp;
    const FILE_OBJECT *file;
};

#define AS_INPUT 0xFFFFFFFFu /* the output is as long as the input */

struct control {
    ULONG code;
    ULONG in_min, in_max;
    ULONG out_length;
    bool administrators;
    NTSTATUS (*handler)(const struct call *call);
};

static NTSTATUS complete(IRP *irp, NTSTATUS status, ULONG_PTR information)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = NT_SUCCESS(status) ? information : 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

/*
 * True for an open of the device itself. The device has no names below its own; some programs add a
 * backslash.
 */
static bool is_device_itself(const UNICODE_STRING *name)
{
    return name->Length == 0 || (name->Length == sizeof(WCHAR) && name->Buffer[0] == L'\\');
}

struct opening {
    FILE_OBJECT *file;
    HANDLE process;
};

static NTSTATUS open_work(void *context)
{
    const struct opening *opening = context;
    struct up_process *process = up_process_of(opening->process);
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;

    if (process != NULL) {
        status = up_process_file_opened(process);
    }
    if (NT_SUCCESS(status)) {
        opening->file->FsContext = process;
        up_state.opens++;
    }
    return status;
}

static NTSTATUS open_file(FILE_OBJECT *file)
{
    struct opening opening = {.file = file, .process = up_process_caller()};

    return up_worker_run(&up_keeper, UP_ROUTINE, open_work, &opening);
}

static NTSTATUS close_work(void *context)
{
    FILE_OBJECT *file = context;

    if (file->FsContext != NULL) {
        up_process_file_closed(file->FsContext);
        file->FsContext = NULL;
    }
    return STATUS_SUCCESS;
}

static void close_file(FILE_OBJECT *file)
{
    if (file->FsContext != NULL) { /* NULL after IRP_MJ_CLEANUP, which comes before IRP_MJ_CLOSE */
        (void)up_worker_run(&up_keeper, UP_ROUTINE, close_work, file);
    }
}

/*
 * IRP_MJ_CREATE. IRQL: PASSIVE_LEVEL, in the caller's thread. After success the caller's ports
 * work.
 */
NTSTATUS NTAPI up_device_create(DEVICE_OBJECT *device, IRP *irp)
{
    const IO_STACK_LOCATION *stack = IoGetCurrentIrpStackLocation(irp);
    NTSTATUS status;

    UNREFERENCED_PARAMETER(device);
    if (!is_device_itself(&stack->FileObject->FileName)) {
        InterlockedIncrement(&up_state.opens_refused);
        return complete(irp, STATUS_OBJECT_NAME_NOT_FOUND, 0);
    }
    status = up_security_check_open(irp, stack);
    if (!NT_SUCCESS(status)) {
        InterlockedIncrement(&up_state.opens_refused);
        up_log_once(UP_MSG_OPEN_REFUSED, status, 0);
        return complete(irp, status, 0);
    }
    return complete(irp, open_file(stack->FileObject), 0);
}

/* IRP_MJ_CLEANUP: the file's last handle was closed, in whichever process. IRQL: PASSIVE_LEVEL. */
NTSTATUS NTAPI up_device_cleanup(DEVICE_OBJECT *device, IRP *irp)
{
    UNREFERENCED_PARAMETER(device);
    close_file(IoGetCurrentIrpStackLocation(irp)->FileObject);
    return complete(irp, STATUS_SUCCESS, 0);
}

/*
 * IRP_MJ_CLOSE: normally nothing is left to do. If the system had no memory to send IRP_MJ_CLEANUP,
 * the file is closed here. IRQL: PASSIVE_LEVEL.
 */
NTSTATUS NTAPI up_device_close(DEVICE_OBJECT *device, IRP *irp)
{
    UNREFERENCED_PARAMETER(device);
    close_file(IoGetCurrentIrpStackLocation(irp)->FileObject);
    return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS io(const struct call *call)
{
    return up_io_run(call->buffer, call->in_length, call->irp, call->file);
}

static NTSTATUS read(const struct call *call)
{
    uint32_t *const where_and_value = call->buffer;

    return up_access_read(*where_and_value, call->file, where_and_value);
}

static NTSTATUS write(const struct call *call)
{
    const struct up_write *const in = call->buffer;

    return up_access_write(in->where, call->file, in->value);
}

static NTSTATUS info(const struct call *call)
{
    up_state_info(call->buffer);
    return STATUS_SUCCESS;
}

static NTSTATUS map(const struct call *call)
{
    up_state_map(call->buffer);
    return STATUS_SUCCESS;
}

static NTSTATUS reload(const struct call *call)
{
    UNREFERENCED_PARAMETER(call);
    return up_state_reload();
}

static NTSTATUS suspend(const struct call *call)
{
    UNREFERENCED_PARAMETER(call);
    return up_state_suspend();
}

static NTSTATUS resume(const struct call *call)
{
    UNREFERENCED_PARAMETER(call);
    return up_state_resume();
}

static NTSTATUS renounce_work(void *context)
{
    const HANDLE *id = context;
    struct up_process *process = up_process_of(*id);

    return process != NULL ? up_process_renounce(process) : STATUS_INSUFFICIENT_RESOURCES;
}

/*
 * The calling process gives its map up, whoever opened the file. It is routine work, because
 * programs can ask for it as often as they like.
 */
static NTSTATUS renounce(const struct call *call)
{
    HANDLE id = up_process_caller();

    UNREFERENCED_PARAMETER(call);
    return up_worker_run(&up_keeper, UP_ROUTINE, renounce_work, &id);
}

#define IO_MIN (sizeof(struct up_io_header) + sizeof(struct up_io_operation))
#define IO_MAX (sizeof(struct up_io_header) + UP_IO_BYTES_MAX)

/* clang-format off */
static const struct control controls[] = {
    {UP_IOCTL_READ, sizeof(uint32_t), sizeof(uint32_t), sizeof(uint32_t), false, read},
    {UP_IOCTL_WRITE, sizeof(struct up_write), sizeof(struct up_write), 0, false, write},
    {UP_IOCTL_IO, IO_MIN, IO_MAX, AS_INPUT, false, io},
    {UP_IOCTL_INFO, 0, 0, sizeof(struct up_info), false, info},
    {UP_IOCTL_MAP, 0, 0, UP_MAP_BYTES, false, map},
    {UP_IOCTL_RELOAD, 0, 0, 0, true, reload},
    {UP_IOCTL_SUSPEND, 0, 0, 0, true, suspend},
    {UP_IOCTL_RESUME, 0, 0, 0, true, resume},
    {UP_IOCTL_RENOUNCE, 0, 0, 0, false, renounce},
};
/* clang-format on */

static const struct control *find_control(ULONG code)
{
    unsigned i;

    for (i = 0; i < sizeof controls / sizeof controls[0]; i++) {
        if (controls[i].code == code) {
            return &controls[i];
        }
    }
    return NULL;
}

static NTSTATUS check_control(const struct control *control, const struct call *call,
                              ULONG out_length)
{
    ULONG out_wanted;
    NTSTATUS status;

    if (control == NULL) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    out_wanted = control->out_length == AS_INPUT ? call->in_length : control->out_length;
    if (out_length < out_wanted) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    if (call->in_length < control->in_min || call->in_length > control->in_max ||
        out_length != out_wanted) {
        return STATUS_INVALID_BUFFER_SIZE;
    }
    if (control->administrators) {
        status = up_security_check_control(call->irp, call->file);
        if (!NT_SUCCESS(status)) {
            InterlockedIncrement(&up_state.controls_refused);
            up_log_once(UP_MSG_CONTROL_REFUSED, status, 0);
            return status;
        }
    }
    return STATUS_SUCCESS;
}

/* IRP_MJ_DEVICE_CONTROL. IRQL: PASSIVE_LEVEL, in the caller's thread. */
NTSTATUS NTAPI up_device_control(DEVICE_OBJECT *device, IRP *irp)
{
    const IO_STACK_LOCATION *stack = IoGetCurrentIrpStackLocation(irp);
    const struct control *control = find_control(stack->Parameters.DeviceIoControl.IoControlCode);
    const ULONG out_length = stack->Parameters.DeviceIoControl.OutputBufferLength;
    const struct call call = {
        .buffer = irp->AssociatedIrp.SystemBuffer,
        .in_length = stack->Parameters.DeviceIoControl.InputBufferLength,
        .irp = irp,
        .file = stack->FileObject,
    };
    NTSTATUS status;

    UNREFERENCED_PARAMETER(device);
    /* Another driver may send a request that has no file. */
    status = call.file != NULL ? check_control(control, &call, out_length) : STATUS_INVALID_HANDLE;
    if (NT_SUCCESS(status)) {
        status = control->handler(&call);
    }
    return complete(irp, status, out_length); /* the checks found it equal to the answer's length */
}
