/* SPDX-License-Identifier: MIT
 *
 * A driver that does wrong, one thing for each value of its registry value Case: the test machine
 * must see each of them (bad.sh lists what it must say). Case 0 does everything right, and so do
 * COUNT_TOGETHER and WORK_TO_THE_END, which show that a spin lock holds off the other processor and
 * that nobody is torn out of the driver.
 */
#include <ntifs.h>

enum {
    RIGHT,
    LEAK_POOL,
    LEAK_HANDLE,
    LEAK_REFERENCE,
    LEAK_LINK,
    LEAK_DEVICE,
    LEAK_NOTIFY,
    LEAK_THREAD,
    WRITE_BEHIND_BLOCK,
    WRITE_FAR_BEHIND_BLOCK,
    USE_AFTER_FREE,
    FREE_TWICE,
    COMPLETE_TWICE,
    NEVER_COMPLETE,
    USE_IRP_AFTER_COMPLETION,
    INFORMATION_TOO_LARGE,
    OTHER_STATUS,
    KEEP_MUTEX,
    HIGH_IRQL,
    MISSING_IMPORT,
    WRITE_TO_CODE,
    LEAVE_MAP,
    DEREFERENCE_TOO_MUCH,
    KEEP_SPIN_LOCK,
    RELEASE_FREE_SPIN_LOCK,
    TAKE_SPIN_LOCK_TWICE,
    PASSIVE_CALL_UNDER_SPIN_LOCK,
    WAIT_UNDER_SPIN_LOCK,
    SPIN_LOCK_NOT_INITIALIZED,
    RELEASE_TO_PASSIVE_TOO_EARLY,
    COUNT_TOGETHER,
    COUNT_APART,
    WORK_TO_THE_END,
    LEAK_SUBJECT,
    CHECK_RELEASED_SUBJECT,
    CHECK_UNMAPPED_RIGHTS,
    LEAK_LOG_ENTRY,
    LOG_TEXT_WITHOUT_END,
    COMPLETE_AS_PENDING,
    POOL_WITHOUT_TAG,
    COPY_ONTO_ITSELF,
    WAIT_ALERTABLY,
    READ_PATH_LATER
};

BOOLEAN NTAPI Ke386IoSetAccessProcess(PEPROCESS process, ULONG map_number);
NTSTATUS NTAPI DriverEntry(DRIVER_OBJECT *driver, UNICODE_STRING *path);

static ULONG wrong;
static UNICODE_STRING *registry_path;
static DEVICE_OBJECT *device;
static KMUTEX mutex;
static KEVENT event;
static KSPIN_LOCK lock, other_lock;
static volatile ULONG count;
static UNICODE_STRING device_name = RTL_CONSTANT_STRING(L"\\Device\\UserPort");
static UNICODE_STRING link_name = RTL_CONSTANT_STRING(L"\\DosDevices\\UserPort");

static void NTAPI on_process(HANDLE parent, HANDLE id, BOOLEAN created)
{
    UNREFERENCED_PARAMETER(parent);
    UNREFERENCED_PARAMETER(id);
    UNREFERENCED_PARAMETER(created);
}

static void NTAPI thread(void *context)
{
    UNREFERENCED_PARAMETER(context);
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

/* A read and a write that are far apart, under one lock, or each processor under its own. */
static void count_up(void)
{
    ULONG i, before;
    volatile ULONG pause;
    UCHAR processor;
    KSPIN_LOCK *mine = &lock;
    KIRQL irql;

    __asm__("movb %%fs:0x51, %0" : "=q"(processor)); /* KPCR.Number */
    if (wrong == COUNT_APART && processor == 1) {
        mine = &other_lock;
    }
    for (i = 0; i < 50000; i++) {
        KeAcquireSpinLock(mine, &irql);
        before = count;
        for (pause = 0; pause < 3; pause++) {
        }
        count = before + 1;
        KeReleaseSpinLock(mine, irql);
    }
}

static void work_to_the_end(DEVICE_OBJECT *source)
{
    PVOID packet;

    while (!PsIsThreadTerminating(PsGetCurrentThread())) {
        count++;
    }
    packet = IoAllocateErrorLogEntry(source, sizeof(IO_ERROR_LOG_PACKET));
    RtlZeroMemory(packet, sizeof(IO_ERROR_LOG_PACKET));
    ((IO_ERROR_LOG_PACKET *)packet)->ErrorCode = 0x600D;
    IoWriteErrorLogEntry(packet);
}

static void spin_locks(void)
{
    LARGE_INTEGER soon = {.QuadPart = -10000};
    KIRQL irql, irql_2;
    HANDLE key;
    OBJECT_ATTRIBUTES attributes;

    switch (wrong) {
    case RELEASE_FREE_SPIN_LOCK:
        KeReleaseSpinLock(&lock, PASSIVE_LEVEL);
        return;
    case SPIN_LOCK_NOT_INITIALIZED:
        lock = 0xBAADF00D;
        break;
    default:
        break;
    }
    KeAcquireSpinLock(&lock, &irql);
    if (wrong == TAKE_SPIN_LOCK_TWICE) {
        KeAcquireSpinLock(&lock, &irql_2);
    }
    if (wrong == PASSIVE_CALL_UNDER_SPIN_LOCK) {
        InitializeObjectAttributes(&attributes, &device_name, 0, NULL, NULL);
        ZwOpenKey(&key, KEY_QUERY_VALUE, &attributes);
    }
    if (wrong == WAIT_UNDER_SPIN_LOCK) {
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &soon);
    }
    KeAcquireSpinLock(&other_lock, &irql_2);
    KeReleaseSpinLock(&other_lock, wrong == RELEASE_TO_PASSIVE_TOO_EARLY ? PASSIVE_LEVEL : irql_2);
    KeReleaseSpinLock(&lock, irql);
}

/* A descriptor without a list: everybody may do everything. */
static void access_checks(void)
{
    static const struct {
        SECURITY_DESCRIPTOR_RELATIVE head;
        UCHAR owner[16], rest[256];
    } descriptor = {{1, 0, SE_SELF_RELATIVE, sizeof descriptor.head, sizeof descriptor.head, 0, 0},
                    {1, 1},
                    {0}};
    SECURITY_SUBJECT_CONTEXT subject;
    ACCESS_MASK granted;
    NTSTATUS status;

    SeCaptureSubjectContext(&subject);
    if (wrong == LEAK_SUBJECT) {
        return;
    }
    if (wrong == CHECK_RELEASED_SUBJECT) {
        SeReleaseSubjectContext(&subject);
    }
    SeAccessCheck((PSECURITY_DESCRIPTOR)&descriptor, &subject, FALSE,
                  wrong == CHECK_UNMAPPED_RIGHTS ? GENERIC_READ : FILE_READ_DATA, 0, NULL,
                  IoGetFileObjectGenericMapping(), UserMode, &granted, &status);
    if (wrong != CHECK_RELEASED_SUBJECT) {
        SeReleaseSubjectContext(&subject);
    }
}

static void log_entry(DRIVER_OBJECT *driver)
{
    IO_ERROR_LOG_PACKET *packet = IoAllocateErrorLogEntry(driver, sizeof *packet + sizeof(WCHAR));

    RtlZeroMemory(packet, sizeof *packet);
    packet->NumberOfStrings = 1;
    packet->StringOffset = sizeof *packet;
    *(WCHAR *)(packet + 1) = wrong == LOG_TEXT_WITHOUT_END ? L'A' : 0;
    if (wrong != LEAK_LOG_ENTRY) {
        IoWriteErrorLogEntry(packet);
    }
}

static void copies_and_waits(void)
{
    static char text[] = "0123456789";
    LARGE_INTEGER soon = {.QuadPart = -10000};

    if (wrong == COPY_ONTO_ITSELF) {
        memcpy(text + 1, text,
               /* of a length that the compiler does not copy by itself */
               wrong - COPY_ONTO_ITSELF + 8);
    }
    if (wrong == WAIT_ALERTABLY) {
        KeDelayExecutionThread(UserMode, TRUE, &soon);
    }
}

static void control_wrongly(DEVICE_OBJECT *source)
{
    KIRQL irql;

    switch (wrong) {
    case KEEP_MUTEX:
        KeWaitForSingleObject(&mutex, Executive, KernelMode, FALSE, NULL);
        break;
    case KEEP_SPIN_LOCK:
        KeAcquireSpinLock(&lock, &irql);
        break;
    case COUNT_TOGETHER:
    case COUNT_APART:
        count_up();
        break;
    case WORK_TO_THE_END:
        work_to_the_end(source);
        break;
    default:
        break;
    }
}

static NTSTATUS NTAPI dispatch(DEVICE_OBJECT *source, IRP *irp)
{
    BOOLEAN control = IoGetCurrentIrpStackLocation(irp)->MajorFunction == IRP_MJ_DEVICE_CONTROL;

    if (control) {
        control_wrongly(source);
        *(ULONG *)irp->AssociatedIrp.SystemBuffer = count;
    }
    irp->IoStatus.Status =
        control && wrong == COMPLETE_AS_PENDING ? STATUS_PENDING : STATUS_SUCCESS;
    irp->IoStatus.Information = !control                         ? 0
                                : wrong == INFORMATION_TOO_LARGE ? 1000
                                                                 : sizeof(ULONG);
    if (control && wrong == NEVER_COMPLETE) {
        return STATUS_SUCCESS;
    }
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    if (control && wrong == COMPLETE_TWICE) {
        IoCompleteRequest(irp, IO_NO_INCREMENT);
    }
    if (control && wrong == USE_IRP_AFTER_COMPLETION) {
        return irp->IoStatus.Status;
    }
    return control && wrong == OTHER_STATUS ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS;
}

static void memory(void)
{
    volatile char *block =
        ExAllocatePoolWithTag(NonPagedPool, 29, wrong == POOL_WITHOUT_TAG ? 0 : 'daB ');

    switch (wrong) {
    case LEAK_POOL:
        return;
    case WRITE_BEHIND_BLOCK:
        block[29] = 1;
        break;
    case WRITE_FAR_BEHIND_BLOCK:
        block[64] = 1;
        break;
    case USE_AFTER_FREE:
        ExFreePool((void *)block);
        block[0] = 1;
        return;
    case FREE_TWICE:
        ExFreePool((void *)block);
        break;
    default:
        break;
    }
    ExFreePool((void *)block);
}

static void NTAPI unload(DRIVER_OBJECT *driver)
{
    UNREFERENCED_PARAMETER(driver);
    if (wrong == READ_PATH_LATER) {
        count = registry_path->Length + registry_path->Buffer[0];
    }
    if (wrong != LEAK_NOTIFY) {
        PsSetCreateProcessNotifyRoutine(on_process, TRUE);
    }
    if (wrong != LEAK_LINK) {
        IoDeleteSymbolicLink(&link_name);
    }
    if (wrong != LEAK_DEVICE) {
        IoDeleteDevice(device);
    }
}

NTSTATUS NTAPI DriverEntry(DRIVER_OBJECT *driver, UNICODE_STRING *path)
{
    struct {
        KEY_VALUE_PARTIAL_INFORMATION info;
        ULONG room;
    } value;
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"Case");
    OBJECT_ATTRIBUTES attributes;
    PEPROCESS process;
    HANDLE key, handle;
    ULONG length;

    InitializeObjectAttributes(&attributes, path, OBJ_CASE_INSENSITIVE, NULL, NULL);
    ZwOpenKey(&key, KEY_QUERY_VALUE, &attributes);
    ZwQueryValueKey(key, &name, KeyValuePartialInformation, &value, sizeof value, &length);
    wrong = *(ULONG *)value.info.Data;
    registry_path = path;
    if (wrong != LEAK_HANDLE) {
        ZwClose(key);
    }
    KeInitializeMutex(&mutex, 0);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    IoCreateDevice(driver, 0, &device_name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    IoCreateSymbolicLink(&link_name, &device_name);
    PsSetCreateProcessNotifyRoutine(on_process, FALSE);
    KeInitializeSpinLock(&lock);
    KeInitializeSpinLock(&other_lock);
    memory();
    spin_locks();
    access_checks();
    copies_and_waits();
    if (wrong >= LEAK_SUBJECT) {
        log_entry(driver);
    }
    PsLookupProcessByProcessId(PsGetCurrentProcessId(), &process);
    if (wrong == LEAVE_MAP) {
        Ke386IoSetAccessProcess(process, 1);
    }
    if (wrong != LEAK_REFERENCE) {
        ObDereferenceObject(process);
    }
    if (wrong == DEREFERENCE_TOO_MUCH) {
        ObDereferenceObject(process);
    }
    if (wrong == LEAK_THREAD) {
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, thread, NULL);
        ZwClose(handle);
    }
    if (wrong == HIGH_IRQL) {
        __asm__ volatile("cli");
        ZwOpenKey(&key, KEY_QUERY_VALUE, &attributes);
        ZwClose(key);
        __asm__ volatile("sti");
    }
    if (wrong == MISSING_IMPORT) {
        DbgBreakPoint();
    }
    if (wrong == WRITE_TO_CODE) {
        *(volatile char *)(void *)DriverEntry = 0;
    }
    driver->MajorFunction[IRP_MJ_CREATE] = dispatch;
    driver->MajorFunction[IRP_MJ_CLEANUP] = dispatch;
    driver->MajorFunction[IRP_MJ_CLOSE] = dispatch;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = dispatch;
    driver->DriverUnload = unload;
    return STATUS_SUCCESS;
}
