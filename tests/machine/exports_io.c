/* SPDX-License-Identifier: MIT
 *
 * The exports of the executive: I/O, objects, processes, security, and the Zw calls.
 */
#include "exports.h"

/* ERROR_LOG_MAXIMUM_SIZE of NT 4.0's ntiologc.h, header included */
#define EVENT_PACKET_BYTES_MAX 0x98u
#define NOTIFY_SLOTS           8u

PCREATE_PROCESS_NOTIFY_ROUTINE process_notify[NOTIFY_SLOTS];
volatile LONG process_notify_running;

/*
 * KeSetAffinityThread and the like are not here on purpose: NT 4.0 lacks them, or no document
 * speaks of them.
 */
NTSTATUS NTAPI ZwQuerySystemInformation(ULONG information_class, void *buffer, ULONG length,
                                        ULONG *needed);

static NTSTATUS NTAPI io_create_device_checked(PDRIVER_OBJECT driver, ULONG extension,
                                               PUNICODE_STRING name, ULONG type,
                                               ULONG characteristics, BOOLEAN exclusive,
                                               PDEVICE_OBJECT *device)
{
    passive("IoCreateDevice");
    *device = NULL;
    if (inject("IoCreateDevice")) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return io_create_device(driver, extension, name, type, characteristics, exclusive, device);
}

static VOID NTAPI io_delete_device_checked(PDEVICE_OBJECT device)
{
    passive("IoDeleteDevice");
    io_delete_device(device);
}

static NTSTATUS NTAPI io_create_symbolic_link(PUNICODE_STRING link, PUNICODE_STRING target)
{
    passive("IoCreateSymbolicLink");
    if (inject("IoCreateSymbolicLink")) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return name_insert(link, NULL, target);
}

static NTSTATUS NTAPI io_delete_symbolic_link(PUNICODE_STRING link)
{
    NTSTATUS status = name_remove(link);

    passive("IoDeleteSymbolicLink");
    if (!NT_SUCCESS(status)) {
        violation("IoDeleteSymbolicLink of a link that is not there");
    }
    return status;
}

static VOID FASTCALL iof_complete_request(PIRP irp, CCHAR boost)
{
    UNREFERENCED_PARAMETER(boost);
    io_complete(irp);
}

/* What lies before an entry, as NT has it there. */
struct log_head {
    uint32_t bytes;
    uint32_t unused;
};

volatile LONG driver_log_entries;

/*
 * The memory is not cleared. It holds references to the driver's object until the entry is written.
 */
static PVOID NTAPI io_allocate_error_log_entry(PVOID source, UCHAR bytes)
{
    const DRIVER_OBJECT *driver = source;
    struct log_head *head;

    if (driver->Type != 4 && driver->Type != 3) {
        violation("IoAllocateErrorLogEntry: neither a driver nor a device object");
    }
    if (bytes < sizeof(IO_ERROR_LOG_PACKET) || bytes > EVENT_PACKET_BYTES_MAX - 0x28 ||
        inject("IoAllocateErrorLogEntry")) {
        return NULL;
    }
    head = pool_take(sizeof *head + bytes, 'goLE');
    memset(head + 1, 0xCD, bytes);
    head->bytes = bytes;
    __sync_fetch_and_add(&driver_log_entries, 1);
    return head + 1;
}

/* Strings and dump lie within the entry, the strings end in it. */
static bool log_entry_is_whole(const IO_ERROR_LOG_PACKET *packet, uint32_t bytes)
{
    const WCHAR *text = (const WCHAR *)((const uint8_t *)packet + packet->StringOffset);
    const WCHAR *end = (const WCHAR *)((const uint8_t *)packet + (bytes & ~1u));
    uint32_t strings = packet->NumberOfStrings;

    if (packet->DumpDataSize % 4 != 0 ||
        FIELD_OFFSET(IO_ERROR_LOG_PACKET, DumpData) + packet->DumpDataSize > bytes ||
        (strings != 0 && (packet->StringOffset <
                              FIELD_OFFSET(IO_ERROR_LOG_PACKET, DumpData) + packet->DumpDataSize ||
                          packet->StringOffset % 2 != 0 || packet->StringOffset >= bytes))) {
        return false;
    }
    for (; strings > 0 && text < end; text++) {
        strings -= *text == 0;
    }
    return strings == 0;
}

static VOID NTAPI io_write_error_log_entry(PVOID entry)
{
    IO_ERROR_LOG_PACKET *packet = entry;
    struct log_head *head = (struct log_head *)entry - 1;
    struct log_entry *log = &event_log[__sync_fetch_and_add(&event_log_count, 1) % 256];
    const WCHAR *text = (const WCHAR *)((uint8_t *)entry + packet->StringOffset);
    unsigned i = 0;

    log->code = (uint32_t)packet->ErrorCode;
    log->status = (uint32_t)packet->FinalStatus;
    if (!log_entry_is_whole(packet, head->bytes)) {
        violation("IoWriteErrorLogEntry: strings or data are not within the entry");
    } else {
        for (; packet->NumberOfStrings != 0 && i + 1 < sizeof log->text && text[i] != 0; i++) {
            log->text[i] = (char)text[i];
        }
    }
    log->text[i] = '\0';
    pool_give(head);
    __sync_fetch_and_sub(&driver_log_entries, 1);
}

static PGENERIC_MAPPING NTAPI io_get_file_object_generic_mapping(VOID)
{
    static GENERIC_MAPPING mapping = {FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE,
                                      FILE_ALL_ACCESS};

    return &mapping;
}

static void count_driver_reference(void *object, LONG change)
{
    if (__sync_add_and_fetch(&OBJECT_HEADER(object)->driver_references, change) < 0) {
        violation("the driver dereferences object %p, which it has not referenced", object);
    }
    __sync_fetch_and_add(&driver_references, change);
}

static LONG_PTR FASTCALL obf_reference_object(PVOID object)
{
    count_driver_reference(object, 1);
    object_reference(object);
    return OBJECT_HEADER(object)->references;
}

void (*driver_dereferences)(void *object);

static LONG_PTR FASTCALL obf_dereference_object(PVOID object)
{
    LONG left = OBJECT_HEADER(object)->references - 1;

    count_driver_reference(object, -1);
    if (driver_dereferences != NULL) {
        driver_dereferences(object);
    }
    object_dereference(object);
    return left;
}

static NTSTATUS NTAPI ob_open_object_by_pointer(PVOID object, ULONG attributes, PACCESS_STATE state,
                                                ACCESS_MASK access, POBJECT_TYPE type,
                                                KPROCESSOR_MODE mode, PHANDLE handle)
{
    passive("ObOpenObjectByPointer");
    *handle = NULL;
    if (attributes & ~0x1F2u) { /* NT 4.0's OBJ_VALID_ATTRIBUTES */
        return STATUS_INVALID_PARAMETER;
    }
    /* without a type only the kernel may */
    if (mode != KernelMode || type != NULL || state != NULL) {
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    if (current_thread()->process != system_process) {
        violation("ObOpenObjectByPointer makes a handle in a program's table");
    }
    if (inject("ObOpenObjectByPointer")) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    *handle = handle_create(&system_handles, object, access, true);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI nt_set_security_object(HANDLE handle, SECURITY_INFORMATION information,
                                             PSECURITY_DESCRIPTOR descriptor)
{
    ACCESS_MASK access;
    DEVICE_OBJECT *device = handle_object(&system_handles, handle, OBJECT_DEVICE, &access);

    passive("NtSetSecurityObject");
    if (!current_thread()->is_system) {
        violation("NtSetSecurityObject from a thread whose previous mode may be user mode");
    }
    kernel_memory("NtSetSecurityObject", descriptor, sizeof(SECURITY_DESCRIPTOR_RELATIVE));
    if (device == NULL) {
        return STATUS_INVALID_HANDLE;
    }
    if (information != DACL_SECURITY_INFORMATION || !(access & WRITE_DAC)) {
        return STATUS_ACCESS_DENIED;
    }
    if (inject("NtSetSecurityObject")) {
        return STATUS_INVALID_SECURITY_DESCR;
    }
    return device_set_security(device, descriptor);
}

static NTSTATUS NTAPI ps_lookup_process_by_process_id(HANDLE id, PEPROCESS *out)
{
    struct process *process;

    passive("PsLookupProcessByProcessId");
    if (inject("PsLookupProcessByProcessId")) {
        return STATUS_INVALID_PARAMETER;
    }
    process = process_by_id((uint32_t)id);
    if (process == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    count_driver_reference(process, 1);
    *out = (PEPROCESS)process;
    return STATUS_SUCCESS;
}

static HANDLE NTAPI ps_get_current_process_id(VOID)
{
    return (HANDLE)current_thread()->process->id;
}

static BOOLEAN NTAPI ps_is_thread_terminating(PETHREAD thread)
{
    /*
     * on NT 4.0 and 2000 a thread that is being ended is marked when it comes to its end, too late
     * for who asks here
     */
    return reading_every && thread_is_ending((const struct thread *)thread);
}

static BOOLEAN NTAPI ps_get_version(PULONG major, PULONG minor, PULONG build, PUNICODE_STRING csd)
{
    UNREFERENCED_PARAMETER(csd);
    if (major != NULL) {
        *major = reading_every ? 5 : 4;
    }
    if (minor != NULL) {
        *minor = reading_every ? 1 : 0;
    }
    if (build != NULL) {
        *build = reading_every ? 2600 : 1381; /* Windows XP, NT 4.0 */
    }
    return FALSE;
}

static NTSTATUS NTAPI ps_set_create_process_notify_routine(PCREATE_PROCESS_NOTIFY_ROUTINE routine,
                                                           BOOLEAN remove)
{
    unsigned i;

    passive("PsSetCreateProcessNotifyRoutine");
    if (!remove && inject("PsSetCreateProcessNotifyRoutine")) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    for (i = 0; i < NOTIFY_SLOTS; i++) {
        if (remove && process_notify[i] == routine) {
            process_notify[i] = NULL;
            if (current_thread()->mutexes != 0) {
                violation("PsSetCreateProcessNotifyRoutine removes with a mutex held: a callback "
                          "may wait for it");
            }
            while (reading_every && process_notify_running != 0) {
                sched_yield(); /* XP waits for running callbacks, NT 4.0 does not */
            }
            return STATUS_SUCCESS;
        }
        if (!remove && process_notify[i] == NULL) {
            process_notify[i] = routine;
            return STATUS_SUCCESS;
        }
    }
    if (remove) {
        violation("PsSetCreateProcessNotifyRoutine removes what is not there");
        return STATUS_PROCEDURE_NOT_FOUND;
    }
    return STATUS_INVALID_PARAMETER; /* no slot is left */
}

struct start {
    PKSTART_ROUTINE routine;
    PVOID context;
};

static void system_thread(void *argument)
{
    struct start start = *(struct start *)argument;

    pool_give(argument);
    current_thread()->in_driver = true;
    start.routine(start.context);
    violation("a system thread returns instead of calling PsTerminateSystemThread");
    __sync_fetch_and_sub(&driver_threads, 1);
}

static NTSTATUS NTAPI ps_create_system_thread(PHANDLE handle, ULONG access,
                                              POBJECT_ATTRIBUTES attributes, HANDLE process,
                                              PCLIENT_ID id, PKSTART_ROUTINE routine, PVOID context)
{
    struct start *start;
    struct thread *thread;

    UNREFERENCED_PARAMETER(attributes);
    UNREFERENCED_PARAMETER(id);
    passive("PsCreateSystemThread");
    if (process != NULL || current_thread()->process != system_process) {
        violation("PsCreateSystemThread in a program's process");
    }
    if (inject("PsCreateSystemThread")) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    start = pool_take(sizeof *start, 'rhTS');
    start->routine = routine;
    start->context = context;
    __sync_fetch_and_add(&driver_threads, 1);
    thread = thread_create(system_process, system_thread, start, 8);
    *handle = handle_create(&system_handles, thread, access, true);
    object_dereference(thread);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI ps_terminate_system_thread(NTSTATUS status)
{
    passive("PsTerminateSystemThread");
    spin_locks_returned("a system thread");
    if (!current_thread()->is_system) {
        violation("PsTerminateSystemThread in a program's thread");
    }
    __sync_fetch_and_sub(&driver_threads, 1);
    thread_exit((uint32_t)status);
}

volatile LONG driver_subjects;

static VOID NTAPI se_capture_subject_context(PSECURITY_SUBJECT_CONTEXT subject)
{
    passive("SeCaptureSubjectContext");
    subject_capture(subject);
    __sync_fetch_and_add(&driver_subjects, 1);
}

static VOID NTAPI se_release_subject_context(PSECURITY_SUBJECT_CONTEXT subject)
{
    passive("SeReleaseSubjectContext");
    if (subject->PrimaryToken == NULL || __sync_sub_and_fetch(&driver_subjects, 1) < 0) {
        violation("SeReleaseSubjectContext without a capture");
    }
    subject->PrimaryToken = subject->ClientToken = NULL;
}

static BOOLEAN NTAPI se_access_check(PSECURITY_DESCRIPTOR descriptor,
                                     PSECURITY_SUBJECT_CONTEXT subject, BOOLEAN locked,
                                     ACCESS_MASK desired, ACCESS_MASK previous,
                                     PPRIVILEGE_SET *privileges, PGENERIC_MAPPING mapping,
                                     KPROCESSOR_MODE mode, PACCESS_MASK granted, PNTSTATUS status)
{
    passive("SeAccessCheck");
    if (privileges != NULL) {
        violation(
            "SeAccessCheck: what it gives here has to be freed, which this machine does not have");
    }
    return access_check_for_driver(descriptor, subject, locked, desired, previous, mapping, mode,
                                   granted, status);
}

static void system_handle(const char *name)
{
    passive(name);
    if (current_thread()->process != system_process) {
        violation("%s: the handle is in a program's table", name);
    }
}

static NTSTATUS NTAPI zw_close(HANDLE handle)
{
    NTSTATUS status;

    system_handle("ZwClose");
    status = handle_close(&system_handles, handle);
    if (!NT_SUCCESS(status)) {
        violation("ZwClose of a handle that is not there");
    }
    return status;
}

static NTSTATUS NTAPI zw_open_key(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes)
{
    system_handle("ZwOpenKey");
    *handle = NULL;
    if (attributes->Length != sizeof *attributes || attributes->RootDirectory != NULL ||
        attributes->Attributes & ~0x1F2u) { /* NT 4.0's OBJ_VALID_ATTRIBUTES */
        return STATUS_INVALID_PARAMETER;
    }
    if (access & ~(ACCESS_MASK)(KEY_READ)) {
        violation("ZwOpenKey asks for more than reading: %08X", (unsigned)access);
    }
    if (inject("ZwOpenKey")) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return registry_open(attributes->ObjectName, handle);
}

static NTSTATUS NTAPI zw_query_value_key(HANDLE handle, PUNICODE_STRING name,
                                         KEY_VALUE_INFORMATION_CLASS information, PVOID out,
                                         ULONG length, PULONG needed)
{
    system_handle("ZwQueryValueKey");
    kernel_memory("ZwQueryValueKey", out, length);
    if (information != KeyValuePartialInformation) {
        panic("ZwQueryValueKey: information class %d is not here", information);
    }
    if (inject("ZwQueryValueKey")) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return registry_query(handle, name, out, length, (uint32_t *)needed);
}

static NTSTATUS NTAPI zw_set_information_thread(HANDLE thread, THREADINFOCLASS information,
                                                PVOID value, ULONG length)
{
    KAFFINITY mask;

    passive("ZwSetInformationThread");
    if (thread != NtCurrentThread() || information != ThreadAffinityMask) {
        panic("ZwSetInformationThread: only ThreadAffinityMask of the current thread is here");
    }
    if (length != sizeof mask) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    kernel_memory("ZwSetInformationThread", value, length);
    mask = *(KAFFINITY *)value;
    if (current_thread()->process != system_process) {
        violation("ZwSetInformationThread changes a program's thread");
    }
    if (inject("ZwSetInformationThread")) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if (mask == 0 || mask >= 1u << PROCESSORS) {
        return STATUS_INVALID_PARAMETER;
    }
    thread_set_affinity(current_thread(), mask);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI zw_query_system_information(ULONG information, PVOID out, ULONG length,
                                                  PULONG needed)
{
    passive("ZwQuerySystemInformation");
    kernel_memory("ZwQuerySystemInformation", out, length);
    if (information != 5) {
        panic("ZwQuerySystemInformation: class %u is not here", (unsigned)information);
    }
    if (inject("ZwQuerySystemInformation")) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return process_list(out, length, (uint32_t *)needed);
}

const struct export exports_io[] = {
    EXPORT(IoAllocateErrorLogEntry, io_allocate_error_log_entry),
    EXPORT(IoCreateDevice, io_create_device_checked),
    EXPORT(IoCreateSymbolicLink, io_create_symbolic_link),
    EXPORT(IoDeleteDevice, io_delete_device_checked),
    EXPORT(IoDeleteSymbolicLink, io_delete_symbolic_link),
    EXPORT(IoGetFileObjectGenericMapping, io_get_file_object_generic_mapping),
    EXPORT(IoWriteErrorLogEntry, io_write_error_log_entry),
    EXPORT(IofCompleteRequest, iof_complete_request),
    EXPORT(NtSetSecurityObject, nt_set_security_object),
    EXPORT(ObOpenObjectByPointer, ob_open_object_by_pointer),
    EXPORT(ObfDereferenceObject, obf_dereference_object),
    EXPORT(ObfReferenceObject, obf_reference_object),
    EXPORT(PsCreateSystemThread, ps_create_system_thread),
    EXPORT(PsGetCurrentProcessId, ps_get_current_process_id),
    EXPORT(PsGetVersion, ps_get_version),
    EXPORT(PsIsThreadTerminating, ps_is_thread_terminating),
    EXPORT(PsLookupProcessByProcessId, ps_lookup_process_by_process_id),
    EXPORT(PsSetCreateProcessNotifyRoutine, ps_set_create_process_notify_routine),
    EXPORT(PsTerminateSystemThread, ps_terminate_system_thread),
    EXPORT(SeAccessCheck, se_access_check),
    EXPORT(SeCaptureSubjectContext, se_capture_subject_context),
    EXPORT(SeReleaseSubjectContext, se_release_subject_context),
    EXPORT(ZwClose, zw_close),
    EXPORT(ZwOpenKey, zw_open_key),
    EXPORT(ZwQuerySystemInformation, zw_query_system_information),
    EXPORT(ZwQueryValueKey, zw_query_value_key),
    EXPORT(ZwSetInformationThread, zw_set_information_thread),
    {NULL, 0},
};
