/* SPDX-License-Identifier: MIT
 *
 * The service manager's part: loads the driver's file, runs DriverEntry, unloads, and looks whether
 * anything was left. The image's pages are gone after the unload: a callback, thread or timer that
 * was left behind faults at once.
 */
#include "machine.h"
#include "pe.h"

static enum { UNLOADED, LOADING, LOADED, UNLOAD_PENDING, UNLOADING } phase;
static DRIVER_OBJECT driver_object;
static uint8_t *image;
static struct pe_info image_info;
static NTSTATUS entry_status;

uint32_t driver_image_bytes, driver_file_crc;
uint64_t driver_entry_cost, driver_unload_cost;
volatile LONG driver_threads;
bool stop_is_forgotten;

static uint32_t crc32(const uint8_t *data, uint32_t bytes)
{
    uint32_t crc = 0xFFFFFFFF;
    unsigned bit;

    for (; bytes > 0; bytes--) {
        crc ^= *data++;
        for (bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
        }
    }
    return ~crc;
}

static uint32_t resolve(void *context, const char *dll, const char *name, uint32_t ordinal)
{
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(ordinal);
    return name != NULL ? export_address(dll, name) : 0;
}

bool driver_is_loaded(void)
{
    return phase == LOADED || phase == UNLOAD_PENDING;
}

uint32_t driver_service_state(void)
{
    static const uint32_t states[] = {/* winsvc.h */
                                      [UNLOADED] = 1,
                                      [LOADING] = 2,
                                      [LOADED] = 4,
                                      [UNLOAD_PENDING] = 3,
                                      [UNLOADING] = 3};

    return phase == UNLOAD_PENDING && stop_is_forgotten ? states[UNLOADED] : states[phase];
}

bool driver_takes_opens(void)
{
    return phase == LOADED;
}

bool driver_owns(uint32_t address)
{
    return image != NULL && address - (uint32_t)image < image_info.image_bytes;
}

uint32_t driver_base(void)
{
    return (uint32_t)image;
}

static void image_free(void)
{
    kva_give(image, (image_info.image_bytes + PAGE_BYTES - 1) / PAGE_BYTES);
    image = NULL;
}

/* After an unload or a start that failed: is there anything that should not be? */
static void check_nothing_left(const char *after)
{
    struct process *process;
    unsigned i;

    if (pool_driver_blocks() != 0) {
        violation("%s: %u pool blocks of %u bytes are left", after, (unsigned)pool_driver_blocks(),
                  (unsigned)pool_driver_bytes());
        pool_report_leaks();
    }
    if (driver_handles() != 0) {
        violation("%s: %u handles are left", after, (unsigned)driver_handles());
    }
    if (driver_references != 0) {
        violation("%s: %d references are left", after, (int)driver_references);
    }
    if (driver_log_entries != 0) {
        violation("%s: %d entries for the event log are left", after, (int)driver_log_entries);
    }
    if (driver_subjects != 0) {
        violation("%s: %d security contexts are left", after, (int)driver_subjects);
    }
    if (names_count() != 0) {
        violation("%s: %u names are left", after, (unsigned)names_count());
    }
    if (driver_object.DeviceObject != NULL) {
        violation("%s: a device is left", after);
    }
    if (driver_threads != 0) {
        violation("%s: %d threads are left", after, (int)driver_threads);
    }
    for (i = 0; i < sizeof process_notify / sizeof process_notify[0]; i++) {
        if (driver_owns((uint32_t)process_notify[i])) {
            violation("%s: a process notification is left", after);
        }
    }
    for (process = all_processes; process != NULL; process = process->next) {
        /* one without a thread is ending: it never runs again */
        if (process->iopm_offset != IOPM_NONE && inject_always("Ke386IoSetAccessProcess")) {
            process->iopm_offset =
                /* the driver could not; the map denies everything, which the tests look at */
                IOPM_NONE;
        } else if (process->iopm_offset != IOPM_NONE &&
                   (process->threads != 0 || process == system_process)) {
            violation("%s: process %u still has the map", after, (unsigned)process->id);
        }
    }
}

static void run_entry(void *unused)
{
    struct thread *thread = current_thread();
    UNICODE_STRING *path;

    UNREFERENCED_PARAMETER(unused);
    /* the path is there for as long as DriverEntry runs, without a closing zero */
    path = pool_take_for_driver(sizeof *path, 'htaP');
    *path = registry_service_path;
    path->MaximumLength = path->Length;
    path->Buffer = pool_take_for_driver(path->Length, 'htaP');
    memcpy(path->Buffer, registry_service_path.Buffer, path->Length);
    thread->in_driver = true;
    driver_entry_cost = read_tsc();
    entry_status = driver_object.DriverInit(&driver_object, path);
    driver_entry_cost = read_tsc() - driver_entry_cost;
    pool_give_for_driver(path->Buffer);
    pool_give_for_driver(path);
    thread->in_driver = false;
    if (thread->mutexes != 0) {
        violation("DriverEntry returns with a mutex held");
    }
    spin_locks_returned("DriverEntry");
}

static void run_unload(void *unused)
{
    struct thread *thread = current_thread();
    bool was_in_driver = thread->in_driver;

    UNREFERENCED_PARAMETER(unused);
    thread->in_driver = true;
    driver_unload_cost = read_tsc();
    driver_object.DriverUnload(&driver_object);
    driver_unload_cost = read_tsc() - driver_unload_cost;
    thread->in_driver = was_in_driver;
    if (thread->mutexes != 0) {
        violation("DriverUnload returns with a mutex held");
    }
    spin_locks_returned("DriverUnload");
}

static void in_system_thread(void (*function)(void *))
{
    struct thread *thread = thread_create(system_process, function, NULL, 13);

    wait_for(thread, ~0ull, false);
    object_dereference(thread);
    thread_reap();
}

/*
 * In a system thread; with the last close, in the reading "one", in the thread that closes, as some
 * systems may.
 */
static void unload(bool by_close)
{
    phase = UNLOADING;
    if (by_close && !reading_every) {
        run_unload(NULL);
    } else {
        in_system_thread(run_unload);
    }
    check_nothing_left("unload");
    image_free();
    phase = UNLOADED;
}

NTSTATUS driver_start(const char *name)
{
    const struct file *file = file_find(name);
    const char *problem;
    uint32_t i;

    if (phase != UNLOADED) {
        return STATUS_IMAGE_ALREADY_LOADED;
    }
    if (file == NULL) {
        panic("%s is not among the machine's files", name);
    }
    problem = pe_read(file->data, file->size, &image_info);
    if (problem == NULL && image_info.subsystem != 1) {
        problem = "not for the native subsystem";
    }
    if (problem == NULL) {
        image = kva_take((image_info.image_bytes + PAGE_BYTES - 1) / PAGE_BYTES);
        problem =
            pe_load(file->data, file->size, &image_info, image, (uint32_t)image, resolve, NULL);
    }
    if (problem != NULL) {
        panic("%s cannot be loaded: %s", name, problem);
    }
    for (i = 0; i < image_info.section_count; i++) {
        if (!image_info.sections[i].writable && image_info.sections[i].bytes != 0) {
            kva_protect(image + image_info.sections[i].rva, image_info.sections[i].bytes, false);
        }
    }
    if (driver_file_crc == 0) {
        driver_file_crc = crc32(file->data, file->size);
    }
    driver_image_bytes = file->size;
    memset(&driver_object, 0, sizeof driver_object);
    driver_object.Type = 4; /* IO_TYPE_DRIVER */
    driver_object.Size = sizeof driver_object;
    driver_object.DriverStart = image;
    driver_object.DriverSize = image_info.image_bytes;
    driver_object.DriverInit = (PDRIVER_INITIALIZE)(image + image_info.entry_rva);
    phase = LOADING;
    in_system_thread(run_entry);
    if (!NT_SUCCESS(entry_status)) {
        check_nothing_left("failed start");
        image_free();
        phase = UNLOADED;
        return entry_status;
    }
    if (driver_object.DriverUnload == NULL) {
        violation("the driver has no DriverUnload");
    }
    if (driver_object.DeviceObject != NULL) {
        driver_object.DeviceObject->Flags &= ~DO_DEVICE_INITIALIZING;
    }
    phase = LOADED;
    return entry_status;
}

NTSTATUS driver_stop(void)
{
    if (phase != LOADED) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    if (driver_object.DeviceObject != NULL && driver_object.DeviceObject->ReferenceCount != 0) {
        phase = UNLOAD_PENDING;
        return STATUS_PENDING;
    }
    unload(false);
    return STATUS_SUCCESS;
}

void driver_files_gone(void)
{
    if (phase == UNLOAD_PENDING && !stop_is_forgotten) {
        unload(true);
    }
}
