/* SPDX-License-Identifier: MIT
 *
 * The I/O manager: devices, files and requests. A request is checked as Driver Verifier does:
 * completed exactly once, with the status that the dispatch routine returns, not touched after its
 * completion (its memory is gone by then), no more Information than there is room, and the thread
 * comes back as it went: no mutex, no other affinity or priority.
 */
#include "machine.h"

struct request {
    volatile LONG completed;
    NTSTATUS status;
    ULONG_PTR information;
    void *out;
    uint32_t out_length;
};

struct device_body {
    DEVICE_OBJECT device;
    uint8_t *security;
};

bool io_checks_device_list = true;
bool io_has_fast_path = true;
struct log_entry event_log[256];
volatile LONG event_log_count;

static LONG log_cleared_at;

static void device_destroy(void *body)
{
    pool_give(((struct device_body *)body)->security);
}

/*
 * What a new device has: SYSTEM and administrators in full, everybody to read, write and execute,
 * restricted tokens to read and execute; the owner is the administrators.
 */
static const struct {
    SECURITY_DESCRIPTOR_RELATIVE head;
    uint8_t owner[16], group[12];
    ACL acl;
    struct {
        ACE_HEADER header;
        ACCESS_MASK rights;
        uint8_t sid[12];
    } everyone, system, restricted;
    struct {
        ACE_HEADER header;
        ACCESS_MASK rights;
        uint8_t sid[16];
    } administrators;
    uint8_t rest[DESCRIPTOR_BYTES];
} default_list = {
    .head = {.Revision = 1,
             .Control = SE_SELF_RELATIVE | SE_DACL_PRESENT,
             .Owner = 20,
             .Group = 36,
             .Dacl = 48},
    .owner = {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2},
    .group = {1, 1, 0, 0, 0, 0, 0, 5, 18},
    .acl = {.AclRevision = ACL_REVISION, .AclSize = 8 + 3 * 20 + 24, .AceCount = 4},
    .everyone = {{ACCESS_ALLOWED_ACE_TYPE, 0, 20},
                 FILE_GENERIC_READ | FILE_GENERIC_WRITE | FILE_GENERIC_EXECUTE,
                 {1, 1, 0, 0, 0, 0, 0, 1}},
    .system = {{ACCESS_ALLOWED_ACE_TYPE, 0, 20}, FILE_ALL_ACCESS, {1, 1, 0, 0, 0, 0, 0, 5, 18}},
    .restricted = {{ACCESS_ALLOWED_ACE_TYPE, 0, 20},
                   FILE_GENERIC_READ | FILE_GENERIC_EXECUTE,
                   {1, 1, 0, 0, 0, 0, 0, 5, 12}},
    .administrators = {{ACCESS_ALLOWED_ACE_TYPE, 0, 24},
                       FILE_ALL_ACCESS,
                       {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2}},
};

NTSTATUS io_create_device(DRIVER_OBJECT *driver, ULONG extension, const UNICODE_STRING *name,
                          ULONG type, ULONG characteristics, bool exclusive, DEVICE_OBJECT **out)
{
    DEVICE_OBJECT *device =
        object_create(OBJECT_DEVICE, sizeof(struct device_body) + extension, device_destroy);
    NTSTATUS status;

    device->Type = 3; /* IO_TYPE_DEVICE */
    device->Size = sizeof *device;
    device->DriverObject = driver;
    device->DeviceType = type;
    device->Characteristics = characteristics;
    device->StackSize = 1;
    device->Flags = DO_DEVICE_INITIALIZING | (exclusive ? DO_EXCLUSIVE : 0);
    device_set_security(device, &default_list);
    status = name_insert(name, device, NULL);
    if (!NT_SUCCESS(status)) {
        object_dereference(device);
        return status;
    }
    device->NextDevice = driver->DeviceObject;
    driver->DeviceObject = device;
    *out = device;
    return STATUS_SUCCESS;
}

void io_delete_device(DEVICE_OBJECT *device)
{
    static const UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\UserPort");
    DEVICE_OBJECT **link = &device->DriverObject->DeviceObject;

    if (device->ReferenceCount != 0) {
        violation("IoDeleteDevice with %d files open", (int)device->ReferenceCount);
    }
    while (*link != NULL && *link != device) {
        link = &(*link)->NextDevice;
    }
    if (*link == NULL) {
        violation("IoDeleteDevice of %p, which is not a device of the driver", device);
        return;
    }
    *link = device->NextDevice;
    name_remove(&name);
    object_dereference(device);
}

/*
 * DACL_SECURITY_INFORMATION: owner, group and system list stay the device's own; the new list takes
 * the place of the old one. Nobody looks into it before the first open, but here a malformed one is
 * said now.
 */
NTSTATUS device_set_security(DEVICE_OBJECT *device, const void *descriptor)
{
    struct device_body *body = (struct device_body *)device;
    const SECURITY_SUBJECT_CONTEXT system = {.PrimaryToken = (PACCESS_TOKEN)token_of(AS_SYSTEM)};
    const SECURITY_DESCRIPTOR_RELATIVE *head = descriptor;
    const ACL *dacl = (const ACL *)((const uint8_t *)descriptor + head->Dacl);
    SECURITY_DESCRIPTOR_RELATIVE *own;
    ACCESS_MASK granted;

    if (head->Revision != 1) {
        return STATUS_UNKNOWN_REVISION;
    }
    if (!(head->Control & SE_DACL_PRESENT) || head->Dacl == 0) {
        violation("a device's list is taken away: everybody may do everything");
        return STATUS_SUCCESS;
    }
    if (body->security == NULL) {
        body->security = pool_take(DESCRIPTOR_BYTES, 'rceS');
        memcpy(body->security, &default_list, DESCRIPTOR_BYTES);
    }
    own = (SECURITY_DESCRIPTOR_RELATIVE *)body->security;
    if (dacl->AclSize > DESCRIPTOR_BYTES - own->Dacl) {
        violation("a device's list of %u bytes", dacl->AclSize);
        return STATUS_INVALID_SECURITY_DESCR;
    }
    memcpy(body->security + own->Dacl, dacl, dacl->AclSize);
    access_check(body->security, DESCRIPTOR_BYTES, &system, FILE_READ_DATA, 0, &granted);
    return STATUS_SUCCESS;
}

/* The requests that are under way. A pointer that is not among them must not even be looked at. */
static IRP *volatile alive[32];

static void set_alive(IRP *irp)
{
    unsigned i;

    for (i = 0; i < sizeof alive / sizeof alive[0]; i++) {
        if (__sync_bool_compare_and_swap(&alive[i], NULL, irp)) {
            return;
        }
    }
    panic("too many requests at once");
}

static bool set_done(IRP *irp)
{
    unsigned i;

    for (i = 0; i < sizeof alive / sizeof alive[0]; i++) {
        if (__sync_bool_compare_and_swap(&alive[i], irp, NULL)) {
            return true;
        }
    }
    return false;
}

void io_complete(IRP *irp)
{
    struct request *request;

    if (!set_done(irp)) {
        violation("a request was completed twice");
        return;
    }
    if (irp->IoStatus.Status == STATUS_PENDING) {
        violation("a request was completed with STATUS_PENDING");
    }
    request = (struct request *)irp->UserIosb;
    request->completed++;
    request->status = irp->IoStatus.Status;
    request->information = irp->IoStatus.Information;
    if (!NT_SUCCESS(request->status) && request->information != 0) {
        violation("a request failed with %08X and Information %u", (unsigned)request->status,
                  (unsigned)request->information);
    }
    if (request->information > request->out_length) {
        violation("Information %u, room for %u", (unsigned)request->information,
                  (unsigned)request->out_length);
        request->information = request->out_length;
    }
    if (irp->AssociatedIrp.SystemBuffer != NULL) {
        memcpy(request->out, irp->AssociatedIrp.SystemBuffer, request->information);
        pool_give_for_driver(irp->AssociatedIrp.SystemBuffer);
    }
    /* whoever still uses the request finds it gone */
    pool_give_for_driver(irp);
}

static IRP *irp_create(FILE_OBJECT *file, UCHAR major, struct request *request,
                       KPROCESSOR_MODE mode)
{
    IRP *irp = pool_take_for_driver(sizeof *irp + sizeof(IO_STACK_LOCATION), ' prI');
    IO_STACK_LOCATION *stack = (IO_STACK_LOCATION *)(irp + 1);

    memset(irp, 0, sizeof *irp + sizeof *stack);
    memset(request, 0, sizeof *request);
    irp->Type = 6; /* IO_TYPE_IRP */
    irp->Size = (USHORT)(sizeof *irp + sizeof *stack);
    irp->StackCount = 1;
    irp->CurrentLocation = 1;
    irp->RequestorMode = mode;
    irp->UserIosb = (IO_STATUS_BLOCK *)request;
    irp->Tail.Overlay.Thread = (PETHREAD)current_thread();
    irp->Tail.Overlay.CurrentStackLocation = stack;
    stack->MajorFunction = major;
    stack->FileObject = file;
    stack->DeviceObject = file->DeviceObject;
    set_alive(irp);
    return irp;
}

static NTSTATUS call_driver(IRP *irp, struct request *request)
{
    IO_STACK_LOCATION *stack = IoGetCurrentIrpStackLocation(irp);
    DRIVER_DISPATCH *dispatch =
        stack->DeviceObject->DriverObject->MajorFunction[stack->MajorFunction];
    struct thread *thread = current_thread();
    int priority = thread->priority;
    uint32_t affinity = thread->affinity;
    UCHAR major = stack->MajorFunction;
    NTSTATUS status;

    if (dispatch == NULL) { /* the I/O manager's own answer for what a driver does not do */
        irp->IoStatus.Status = STATUS_INVALID_DEVICE_REQUEST;
        io_complete(irp);
        return request->status;
    }
    thread->in_driver = true;
    driver_count_begin();
    status = dispatch(stack->DeviceObject, irp);
    driver_count_end();
    thread->in_driver = false;
    spin_locks_returned("a dispatch routine");
    if (request->completed != 1) {
        violation("major function %u: completed %d times", major, (int)request->completed);
    }
    if (status != request->status) {
        violation("major function %u: returned %08X, completed with %08X", major, (unsigned)status,
                  (unsigned)request->status);
    }
    if (thread->mutexes != 0 || thread->priority != priority || thread->affinity != affinity) {
        violation("major function %u: returned with %d mutexes, priority %d, affinity %u", major,
                  thread->mutexes, thread->priority, (unsigned)thread->affinity);
    }
    return request->status;
}

static void file_destroy(void *body)
{
    FILE_OBJECT *file = body;
    struct request request;

    if (file->Flags & FO_HANDLE_CREATED) {
        call_driver(irp_create(file, IRP_MJ_CLOSE, &request, KernelMode), &request);
    }
    if (file->FileName.Buffer != NULL) {
        pool_give(file->FileName.Buffer);
    }
    if (InterlockedDecrement(&file->DeviceObject->ReferenceCount) == 0) {
        driver_files_gone();
    }
}

void io_file_cleanup(FILE_OBJECT *file)
{
    struct request request;

    call_driver(irp_create(file, IRP_MJ_CLEANUP, &request, KernelMode), &request);
}

/* Turns \\.\X into \??\X. Result: its length in characters, 0: not such a name. */
static uint32_t nt_name(const char *win32_name, WCHAR out[128])
{
    uint32_t length = 4;

    if (win32_name[0] != '\\' || win32_name[1] != '\\' || win32_name[2] != '.' ||
        win32_name[3] != '\\') {
        return 0;
    }
    memcpy(out, L"\\??\\", 4 * sizeof(WCHAR));
    for (win32_name += 4; *win32_name != '\0' && length < 127; win32_name++) {
        out[length++] = (WCHAR)(unsigned char)*win32_name;
    }
    return length;
}

/*
 * What the I/O manager does with the device's own list. What that grants is granted before the
 * driver is asked: it moves to PreviouslyGrantedAccess, and in the reading "one" (ReactOS today,
 * and Windows) it leaves RemainingDesiredAccess, which is what the driver is told of; in "every"
 * (older ReactOS) the whole stays there.
 */
static NTSTATUS check_device(const struct device_body *body, bool whole_name, ACCESS_STATE *state)
{
    ACCESS_MASK granted;
    NTSTATUS status;

    /*
     * FILE_DEVICE_SECURE_OPEN: the list holds for every name behind the device; NT 4.0 does not
     * know it
     */
    if (!io_checks_device_list || (!whole_name && !(reading_every && (body->device.Characteristics &
                                                                      FILE_DEVICE_SECURE_OPEN)))) {
        return STATUS_SUCCESS;
    }
    status = access_check(body->security, DESCRIPTOR_BYTES, &state->SubjectSecurityContext,
                          state->RemainingDesiredAccess, 0, &granted);
    if (NT_SUCCESS(status)) {
        state->PreviouslyGrantedAccess |= granted;
        if (!reading_every) {
            state->RemainingDesiredAccess &= ~(granted | MAXIMUM_ALLOWED);
        }
    }
    return status;
}

/*
 * What the handle has: the object manager makes everything of a MAXIMUM_ALLOWED that nobody has
 * dealt with.
 */
static ACCESS_MASK handle_access(const ACCESS_STATE *state)
{
    ACCESS_MASK access = state->RemainingDesiredAccess | state->PreviouslyGrantedAccess;

    return access & MAXIMUM_ALLOWED ? (access & ~(ACCESS_MASK)MAXIMUM_ALLOWED) | FILE_ALL_ACCESS
                                    : access;
}

NTSTATUS io_open(struct process *process, const char *win32_name, ACCESS_MASK access,
                 HANDLE *handle)
{
    WCHAR path[128];
    uint32_t length = nt_name(win32_name, path);
    uint32_t remaining;
    DEVICE_OBJECT *device = length != 0 ? name_find_device(path, length, &remaining) : NULL;
    IO_SECURITY_CONTEXT security;
    ACCESS_STATE state;
    struct request request;
    FILE_OBJECT *file;
    NTSTATUS status;
    IRP *irp;

    if (device == NULL) {
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    if ((device->Flags & DO_DEVICE_INITIALIZING) || !driver_takes_opens()) {
        return STATUS_NO_SUCH_DEVICE;
    }
    if ((device->Flags & DO_EXCLUSIVE) && device->ReferenceCount != 0) {
        return STATUS_ACCESS_DENIED;
    }
    memset(&state, 0, sizeof state);
    subject_capture(&state.SubjectSecurityContext);
    state.OriginalDesiredAccess = state.RemainingDesiredAccess = map_generic(access);
    status = check_device((struct device_body *)device, remaining == length, &state);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    InterlockedIncrement(&device->ReferenceCount);
    file = object_create(OBJECT_FILE, sizeof *file, file_destroy);
    file->Type = 5; /* IO_TYPE_FILE */
    file->Size = sizeof *file;
    file->DeviceObject = device;
    file->FileName.Length = file->FileName.MaximumLength =
        (USHORT)((length - remaining) * sizeof(WCHAR));
    if (remaining != length) {
        file->FileName.Buffer = pool_take(file->FileName.Length, 'maNF');
        memcpy(file->FileName.Buffer, path + remaining, file->FileName.Length);
    }
    memset(&security, 0, sizeof security);
    security.AccessState = &state;
    security.DesiredAccess = state.RemainingDesiredAccess;
    irp = irp_create(file, IRP_MJ_CREATE, &request, UserMode);
    IoGetCurrentIrpStackLocation(irp)->Parameters.Create.SecurityContext = &security;
    status = call_driver(irp, &request);
    if (NT_SUCCESS(status)) {
        file->Flags |= FO_HANDLE_CREATED;
        *handle = handle_create(&process->handles, file, handle_access(&state), false);
    }
    object_dereference(file);
    return status;
}

/* The file behind a handle that has the rights which the code asks for; referenced. */
static NTSTATUS file_for_control(struct process *process, HANDLE handle, uint32_t code,
                                 FILE_OBJECT **out)
{
    ACCESS_MASK access;
    FILE_OBJECT *file = handle_object(&process->handles, handle, OBJECT_FILE, &access);
    uint32_t needed = code >> 14 & 3;

    if (file == NULL) {
        return STATUS_INVALID_HANDLE;
    }
    if (((needed & FILE_READ_ACCESS) && !(access & FILE_READ_DATA)) ||
        ((needed & FILE_WRITE_ACCESS) && !(access & FILE_WRITE_DATA))) {
        return STATUS_ACCESS_DENIED;
    }
    if ((code & 3) != METHOD_BUFFERED) {
        violation("a control code that is not METHOD_BUFFERED reached the machine: %08X",
                  (unsigned)code);
    }
    object_reference(file);
    *out = file;
    return STATUS_SUCCESS;
}

/*
 * The caller's addresses go to the driver as they are, probed only where a length says that there
 * is something: so a driver that uses one without a length of its own has been led by the nose.
 * Here that faults.
 */
bool io_fast_control(struct process *process, HANDLE handle, uint32_t code, uint32_t user_in,
                     uint32_t in_length, uint32_t user_out, uint32_t out_length, NTSTATUS *status,
                     uint32_t *returned)
{
    struct thread *thread = current_thread();
    IO_STATUS_BLOCK block = {.Information = 0x5A5A5A5A};
    const FAST_IO_DISPATCH *fast;
    FILE_OBJECT *file;
    BOOLEAN taken;

    *returned = 0;
    *status = file_for_control(process, handle, code, &file);
    if (!NT_SUCCESS(*status)) {
        return true;
    }
    fast = file->DeviceObject->DriverObject->FastIoDispatch;
    if (!io_has_fast_path || fast == NULL || fast->FastIoDeviceControl == NULL) {
        object_dereference(file);
        return false;
    }
    thread->in_driver = true;
    driver_count_begin();
    taken = fast->FastIoDeviceControl(file, TRUE, (void *)user_in, user_in != 0 ? in_length : 0,
                                      (void *)user_out, user_out != 0 ? out_length : 0, code,
                                      &block, file->DeviceObject);
    driver_count_end();
    thread->in_driver = false;
    spin_locks_returned("FastIoDeviceControl");
    if (taken && !NT_SUCCESS(block.Status) && block.Information != 0) {
        violation("FastIoDeviceControl failed with %08X and Information %X", (unsigned)block.Status,
                  (unsigned)block.Information);
    }
    *status = block.Status;
    *returned = (uint32_t)block.Information;
    object_dereference(file);
    return taken;
}

NTSTATUS io_control(struct process *process, HANDLE handle, uint32_t code, const void *in,
                    uint32_t in_length, void *out, uint32_t out_length, uint32_t *returned)
{
    FILE_OBJECT *file;
    uint32_t room = in_length > out_length ? in_length : out_length;
    struct request request;
    IO_STACK_LOCATION *stack;
    NTSTATUS status = file_for_control(process, handle, code, &file);
    IRP *irp;

    *returned = 0;
    if (!NT_SUCCESS(status)) {
        return status;
    }
    irp = irp_create(file, IRP_MJ_DEVICE_CONTROL, &request, UserMode);
    request.out = out;
    request.out_length = out_length;
    if (room != 0) {
        irp->AssociatedIrp.SystemBuffer = pool_take_for_driver(room, 'ffuB');
        memcpy(irp->AssociatedIrp.SystemBuffer, in, in_length);
    }
    stack = IoGetCurrentIrpStackLocation(irp);
    stack->Parameters.DeviceIoControl.IoControlCode = code;
    stack->Parameters.DeviceIoControl.InputBufferLength = in_length;
    stack->Parameters.DeviceIoControl.OutputBufferLength = out_length;
    status = call_driver(irp, &request);
    *returned = (uint32_t)request.information;
    object_dereference(file);
    return status;
}

uint32_t event_log_find(uint32_t code)
{
    uint32_t found = 0;
    LONG i;

    for (i = log_cleared_at; i < event_log_count; i++) {
        found += event_log[i % 256].code == code;
    }
    return found;
}

void event_log_clear(void)
{
    log_cleared_at = event_log_count;
}
