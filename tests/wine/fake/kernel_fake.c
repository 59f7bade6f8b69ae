/* SPDX-License-Identifier: MIT
 *
 * A fake of what Wine's ntoskrnl lacks and userport.sys calls: the access check, the event log,
 * whether a thread is being ended. In Wine 8 these are stubs that end the whole driver process. The
 * driver's objects find them here because the __imp_ names that they refer to are variables below
 * instead of entries of the import table; all other calls are Wine's. The entry point of the linked
 * driver is also here: it calls the driver's own, and then stands in front of IRP_MJ_CREATE, where
 * it brings the security context that Wine leaves out, so that driver/security.c runs in full.
 */
#include "driver/driver.h"
#include "fake.h"
#include "fake_kernel.h"
#include "machine_fake.h"

#define LOG_ENTRIES 64u
#define ORDERS      64u

static UNICODE_STRING key_path;
static WCHAR key_path_text[512];
static DRIVER_DISPATCH *create, *control;
static IRP *current; /* the request that the driver has now: Wine gives it one at a time */
static uint32_t act;
static bool terminating;
static LONG subjects;
static uint32_t completed; /* how often current was */
static uint32_t violations;

DRIVER_INITIALIZE DriverEntry, fake_driver_entry;

/*
 * The access check, or what is below, found its input wrong: from now on nothing is allowed, and
 * tests can read it.
 */
void violation(const char *format, ...)
{
    UNREFERENCED_PARAMETER(format);
    violations++;
}

uint32_t up_fake_violations(void)
{
    return violations;
}

/* A REG_DWORD of the service's key, or otherwise. */
static uint32_t setting(const WCHAR *name, uint32_t otherwise)
{
    union {
        KEY_VALUE_PARTIAL_INFORMATION info;
        uint8_t room[64];
    } value;
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING value_name;
    uint32_t result = otherwise;
    HANDLE key;
    ULONG length;

    InitializeObjectAttributes(&attributes, &key_path, OBJ_CASE_INSENSITIVE, NULL, NULL);
    if (!NT_SUCCESS(ZwOpenKey(&key, KEY_QUERY_VALUE, &attributes))) {
        return otherwise;
    }
    RtlInitUnicodeString(&value_name, name);
    if (NT_SUCCESS(ZwQueryValueKey(key, &value_name, KeyValuePartialInformation, &value.info,
                                   sizeof value.room, &length)) &&
        value.info.Type == REG_DWORD) {
        memcpy(&result, value.info.Data, sizeof result);
    }
    ZwClose(key);
    return result;
}

static PACCESS_TOKEN current_token(void)
{
    const uint32_t kind = setting(L"" FAKE_TOKEN, AS_ADMIN);

    if (kind >= AS_KINDS) {
        violation("there is no such token");
    }
    return (PACCESS_TOKEN)token_of(kind < AS_KINDS ? kind : AS_NETWORK_USER);
}

/* ---- the calls ------------------------------------------------------------------------------- */

static VOID NTAPI se_capture_subject_context(SECURITY_SUBJECT_CONTEXT *subject)
{
    memset(subject, 0, sizeof *subject);
    subject->PrimaryToken = current_token();
    subjects++;
}

static VOID NTAPI se_release_subject_context(SECURITY_SUBJECT_CONTEXT *subject)
{
    subject->PrimaryToken = NULL;
    if (--subjects != 0) {
        violation("captured and released");
    }
}

static GENERIC_MAPPING *NTAPI io_get_file_object_generic_mapping(void)
{
    static GENERIC_MAPPING mapping = {FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE,
                                      FILE_ALL_ACCESS};

    return &mapping;
}

static BOOLEAN NTAPI se_access_check(PSECURITY_DESCRIPTOR descriptor,
                                     SECURITY_SUBJECT_CONTEXT *subject, BOOLEAN locked,
                                     ACCESS_MASK desired, ACCESS_MASK previous,
                                     PRIVILEGE_SET **privileges, GENERIC_MAPPING *mapping,
                                     KPROCESSOR_MODE mode, ACCESS_MASK *granted, NTSTATUS *status)
{
    UNREFERENCED_PARAMETER(privileges);
    *granted = 0;
    *status = STATUS_ACCESS_DENIED;
    return violations == 0 &&
           access_check_for_driver(descriptor, subject, locked, desired, previous, mapping, mode,
                                   granted, status) &&
           violations == 0;
}

static BOOLEAN NTAPI ps_is_thread_terminating(PETHREAD thread)
{
    UNREFERENCED_PARAMETER(thread);
    return terminating;
}

/* ---- the event log --------------------------------------------------------------------------- */

static struct {
    uint32_t codes[LOG_ENTRIES];
    uint32_t in, out; /* count for ever */
    bool taken;
    union {
        IO_ERROR_LOG_PACKET packet;
        uint8_t room[256];
    };
} event_log;

static PVOID NTAPI io_allocate_error_log_entry(PVOID object, UCHAR size)
{
    if (object == NULL || size < sizeof(IO_ERROR_LOG_PACKET) || event_log.taken) {
        return NULL;
    }
    event_log.taken = true;
    return &event_log.packet;
}

static VOID NTAPI io_write_error_log_entry(PVOID entry)
{
    const IO_ERROR_LOG_PACKET *packet = entry;

    event_log.codes[event_log.in++ % LOG_ENTRIES] = (uint32_t)packet->ErrorCode & 0xFFFFu;
    event_log.taken = false;
}

uint32_t up_fake_log_next(void)
{
    return event_log.in == event_log.out ? 0 : event_log.codes[event_log.out++ % LOG_ENTRIES];
}

void up_fake_log_reset(void)
{
    event_log.out = event_log.in;
}

/* ---- what administrators ordered ------------------------------------------------------------- */

static struct {
    uint32_t entries[ORDERS];
    uint32_t in, out; /* count for ever */
} orders;

static uint32_t open_ports(void)
{
    static uint8_t map[UP_MAP_BYTES];
    uint32_t open = 0, port;

    up_state_map(map);
    for (port = 0; port < UP_PORT_COUNT; port++) {
        open += !(map[port / 8] >> port % 8 & 1);
    }
    return open;
}

static void note_order(uint32_t code)
{
    if (code == UP_IOCTL_RELOAD || code == UP_IOCTL_SUSPEND || code == UP_IOCTL_RESUME) {
        orders.entries[orders.in++ % ORDERS] = FAKE_ORDER(code, open_ports());
    }
}

uint32_t up_fake_order_next(void)
{
    return orders.in == orders.out ? 0 : orders.entries[orders.out++ % ORDERS];
}

void up_fake_orders_reset(void)
{
    orders.out = orders.in;
}

/* ---- what happens in the middle of a list ---------------------------------------------------- */

void up_fake_act(uint32_t wanted)
{
    if (wanted != 0) {
        act = wanted;
    }
}

/* What is to be done now that a batch is over. */
static uint32_t due(void)
{
    const uint32_t wanted = act;

    if (wanted >= 0x100u) {
        act -= 0x100u;
        return 0;
    }
    act = 0;
    return wanted;
}

static void carry_out(uint32_t wanted)
{
    switch (wanted) {
    case FAKE_ACT_SUSPEND:
        (void)up_state_suspend();
        break;
    case FAKE_ACT_RESUME:
        (void)up_state_resume();
        break;
    case FAKE_ACT_RELOAD:
        (void)up_state_reload();
        break;
    case FAKE_ACT_CANCEL:
        current->Cancel = TRUE;
        break;
    case FAKE_ACT_TERMINATE:
        terminating = true;
        break;
    }
}

typedef VOID NTAPI release(KSPIN_LOCK *spin_lock, KIRQL irql);
static release *release_spin_lock; /* Wine's */

static VOID NTAPI ke_release_spin_lock(KSPIN_LOCK *spin_lock, KIRQL irql)
{
    const uint32_t wanted = current == NULL ? 0 : due();

    release_spin_lock(spin_lock, irql);
    carry_out(wanted);
}

/* ---- completion ------------------------------------------------------------------------------ */

typedef VOID FASTCALL complete(IRP *irp, CCHAR boost);
static complete *complete_request; /* Wine's */

/*
 * Wine hands no length to the caller of a request that failed: what NT would hand out is seen here
 * only.
 */
static VOID FASTCALL io_complete_request(IRP *irp, CCHAR boost)
{
    const ULONG_PTR length = irp->IoStatus.Information;

    if (irp == current) {
        completed++;
        if (length >
            IoGetCurrentIrpStackLocation(irp)->Parameters.DeviceIoControl.OutputBufferLength) {
            violation("the length of the answer");
        }
    }
    if (!NT_SUCCESS(irp->IoStatus.Status) && length != 0) {
        violation("a length with a failure");
    }
    complete_request(irp, boost);
}

/* ---- in front of the driver ------------------------------------------------------------------ */

static NTSTATUS NTAPI fake_create(DEVICE_OBJECT *device, IRP *irp)
{
    ACCESS_STATE state = {.SubjectSecurityContext = {.PrimaryToken = current_token()}};
    IO_SECURITY_CONTEXT context = {.AccessState = &state};

    /* as after the system's own check of the device's list */
    state.PreviouslyGrantedAccess =
        map_generic(setting(L"" FAKE_ACCESS, FILE_GENERIC_READ | FILE_GENERIC_WRITE));
    context.DesiredAccess = state.PreviouslyGrantedAccess & setting(L"" FAKE_REMAINS, 0);
    irp->RequestorMode = UserMode;
    IoGetCurrentIrpStackLocation(irp)->Parameters.Create.SecurityContext = &context;
    return create(device, irp);
}

static NTSTATUS NTAPI fake_control(DEVICE_OBJECT *device, IRP *irp)
{
    const uint32_t code =
        IoGetCurrentIrpStackLocation(irp)->Parameters.DeviceIoControl.IoControlCode;
    NTSTATUS status;

    if (current != NULL) {
        violation("two requests at a time: this fake is not made for that");
    }
    irp->RequestorMode = UserMode;
    current = irp;
    completed = 0;
    status = control(device, irp);
    if (completed != 1) {
        violation("completed so often");
    }
    current = NULL;
    act = 0;
    terminating = false;
    note_order(code);
    return status;
}

NTSTATUS NTAPI fake_driver_entry(DRIVER_OBJECT *driver, UNICODE_STRING *registry_path)
{
    UNICODE_STRING release_name = RTL_CONSTANT_STRING(L"KeReleaseSpinLock");
    UNICODE_STRING complete_name = RTL_CONSTANT_STRING(L"IofCompleteRequest");
    NTSTATUS status;

    release_spin_lock = (release *)MmGetSystemRoutineAddress(&release_name);
    complete_request = (complete *)MmGetSystemRoutineAddress(&complete_name);
    if (release_spin_lock == NULL || complete_request == NULL ||
        registry_path->Length > sizeof key_path_text) {
        return STATUS_PROCEDURE_NOT_FOUND;
    }
    memcpy(key_path_text, registry_path->Buffer, registry_path->Length);
    key_path = (UNICODE_STRING){registry_path->Length, registry_path->Length, key_path_text};
    status = DriverEntry(driver, registry_path);
    create = driver->MajorFunction[IRP_MJ_CREATE];
    control = driver->MajorFunction[IRP_MJ_DEVICE_CONTROL];
    driver->MajorFunction[IRP_MJ_CREATE] = fake_create;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = fake_control;
    return status;
}

/* The names by which the driver's objects call these. */
#define IMPORT(name, function)                                                                     \
    extern const void *const __imp_##name;                                                         \
    const void *const __imp_##name = (const void *)(function)

IMPORT(SeCaptureSubjectContext, se_capture_subject_context);
IMPORT(SeReleaseSubjectContext, se_release_subject_context);
IMPORT(SeAccessCheck, se_access_check);
IMPORT(IoGetFileObjectGenericMapping, io_get_file_object_generic_mapping);
IMPORT(PsIsThreadTerminating, ps_is_thread_terminating);
IMPORT(IoAllocateErrorLogEntry, io_allocate_error_log_entry);
IMPORT(IoWriteErrorLogEntry, io_write_error_log_entry);
IMPORT(KeReleaseSpinLock, ke_release_spin_lock);
IMPORT(IofCompleteRequest, io_complete_request);
