/* SPDX-License-Identifier: MIT
 *
 * inpout32.dll, inpoutx64.dll and DLPortIO.dll for programs that cannot be changed: the same
 * exports, implemented by UserPort. Placed beside the program they need nothing but the driver.
 * They install no driver. They open it at the first access, never while they are loaded; if it is
 * not running, accesses try to open it at most once in RETRY_MS. While the driver is suspended they
 * do not keep it open: an administrator who stops the driver suspends it first, and NT then waits
 * until its handles are closed.
 *
 * A read that fails gives all ones of its width, as an empty bus does: 255 from Inp32 and
 * DlPortReadPortUchar, 65535 from DlPortReadPortUshort, 4294967295 from DlPortReadPortUlong.
 * Programs declare ports and values as short or as int. Therefore the upper half of a port is
 * ignored, and a result fills the whole register: a program that reads an int or a short from Inp32
 * sees 0 to 255, never a negative number. After a failure GetLastError tells why (5: denied, 2: the
 * driver is not running); an access that succeeds leaves it unchanged.
 */
#include "userport/userport.h"

#include <windows.h>

#include "backend.h"
#include "system.h"

#define RETRY_MS 100u

/*
 * The handle, opened by the first call that needs it. users counts the calls that may have read it.
 * A handle that has become useless moves to retired, so that the driver can stop. The last of these
 * calls closes it, or else the next attempt to open while users is 0.
 */
static up_handle *volatile device;
static up_handle *volatile retired;
static LONG volatile users;
static CRITICAL_SECTION opening;
static BOOL volatile has_tried;
static DWORD last_try; /* GetTickCount */
static DWORD last_try_error;

/* The state of a call while it runs. */
struct call {
    up_handle *handle;
    DWORD last_error;
};

/* ---- the device ------------------------------------------------------------------------------ */

static DWORD windows_error(up_error error)
{
    static const WORD codes[] = {
        [UP_OK] = ERROR_SUCCESS,
        [UP_ERR_ARGUMENT] = ERROR_INVALID_PARAMETER,
        [UP_ERR_DENIED] = ERROR_ACCESS_DENIED,
        [UP_ERR_NOT_RUNNING] = ERROR_FILE_NOT_FOUND,
        [UP_ERR_NO_ACCESS] = ERROR_ACCESS_DENIED,
        [UP_ERR_VERSION] = ERROR_REVISION_MISMATCH,
        [UP_ERR_UNSUPPORTED] = ERROR_NOT_SUPPORTED,
        [UP_ERR_TIMED_OUT] = ERROR_TIMEOUT,
        [UP_ERR_CANCELLED] = ERROR_OPERATION_ABORTED,
        [UP_ERR_MEMORY] = ERROR_NOT_ENOUGH_MEMORY,
        [UP_ERR_SYSTEM] = ERROR_GEN_FAILURE,
    };

    return error == UP_ERR_SYSTEM && up_system_error() != 0 ? up_system_error() : codes[error];
}

/*
 * Closes the retired handle if no call can use it any more. The caller holds opening and is not
 * counted in users.
 */
static void close_retired(void)
{
    if (retired != NULL && users == 0) {
        up_close(retired);
        retired = NULL;
    }
}

/*
 * Opens the device if there is none; one thread at a time. now: try even if the last attempt was
 * less than RETRY_MS ago. Result: a Windows error code, 0 if the device is open.
 */
static DWORD open_device(BOOL now)
{
    up_handle *opened;
    up_error error;
    DWORD result = 0;

    EnterCriticalSection(&opening);
    close_retired();
    if (device == NULL) {
        if (now || !has_tried || GetTickCount() - last_try >= RETRY_MS) {
            error = up_open(UP_BACKEND_ANY, &opened);
            last_try_error = windows_error(error);
            last_try = GetTickCount();
            has_tried = TRUE;
            if (error == UP_OK) {
                InterlockedExchangePointer((void *volatile *)&device, opened);
            }
        }
        result = device == NULL ? last_try_error : 0;
    }
    LeaveCriticalSection(&opening);
    return result;
}

/*
 * Takes the handle out of use. If another retired handle still waits to be closed, this one stays
 * in use for now. pause: accesses of the next RETRY_MS fail with this error without an attempt to
 * open; otherwise the next access tries at once.
 */
static void retire(up_handle *handle, BOOL pause, DWORD error)
{
    EnterCriticalSection(&opening);
    if (retired == NULL && device == handle) {
        InterlockedExchangePointer((void *volatile *)&device, NULL);
        retired = handle;
        has_tried = pause;
        last_try = GetTickCount();
        last_try_error = error;
    }
    LeaveCriticalSection(&opening);
}

/* True if the access was denied because UserPort is suspended. */
static BOOL is_suspended(up_error error)
{
    up_failure failure;

    if (error != UP_ERR_DENIED) {
        return FALSE;
    }
    up_last_failure(&failure);
    return failure.error == error && failure.state == UP_STATE_SUSPENDED;
}

/*
 * Starts a call: gets the device and counts the call in users. FALSE: there is no device, and the
 * last error tells why.
 */
static BOOL begin(struct call *call, BOOL now)
{
    DWORD error;

    call->last_error = GetLastError();
    InterlockedIncrement(&users); /* before device is read */
    while ((call->handle = device) == NULL) {
        InterlockedDecrement(&users);
        error = open_device(now);
        if (error != 0) {
            SetLastError(error);
            return FALSE;
        }
        InterlockedIncrement(&users);
    }
    return TRUE;
}

/* Ends a call for which begin returned TRUE. */
static void end(struct call *call, up_error error)
{
    const DWORD last_error = error == UP_OK ? call->last_error : windows_error(error);

    /* A handle may also be dead with a system error of its own (Wine: 5). */
    if (error == UP_ERR_NOT_RUNNING || error == UP_ERR_SYSTEM) {
        retire(call->handle, FALSE, 0);
    } else if (is_suspended(error)) {
        retire(call->handle, TRUE, last_error);
    }
    if (InterlockedDecrement(&users) == 0 && retired != NULL) {
        EnterCriticalSection(&opening);
        close_retired();
        LeaveCriticalSection(&opening);
    }
    SetLastError(last_error);
}

/* ---- inpout's functions; port is the full register that the caller passed -------------------- */

#define EXPORTED(type, name, ...)                                                                  \
    type WINAPI name(__VA_ARGS__);                                                                 \
    type WINAPI name(__VA_ARGS__)

/* Where the exported function that uses this returns to: the program's call. */
#define CALLER __builtin_return_address(0)

/* Reads width bytes; all ones of them if that fails. */
static uint32_t read_port(uint8_t width, uint32_t port, const void *caller)
{
    up_operation read = {.kind = UP_IO_READ, .width = width, .port = (uint16_t)port};
    const uint32_t ones = up_ones_of(width);
    struct call call;
    up_error error;

    if (!begin(&call, FALSE)) {
        return ones;
    }
    error = up_access_from(call.handle, &read, NULL, caller);
    end(&call, error);
    return error == UP_OK ? read.value & ones : ones;
}

static void write_port(uint8_t width, uint32_t port, uint32_t value, const void *caller)
{
    up_operation write = {.kind = UP_IO_WRITE,
                          .width = width,
                          .port = (uint16_t)port,
                          .value = value & up_ones_of(width)};
    struct call call;

    if (begin(&call, FALSE)) {
        end(&call, up_access_from(call.handle, &write, NULL, caller));
    }
}

EXPORTED(uint32_t, Inp32, uint32_t port)
{
    return read_port(1, port, CALLER);
}

EXPORTED(void, Out32, uint32_t port, uint32_t value)
{
    write_port(1, port, value, CALLER);
}

EXPORTED(uint32_t, DlPortReadPortUchar, uint32_t port)
{
    return read_port(1, port, CALLER);
}

EXPORTED(void, DlPortWritePortUchar, uint32_t port, uint32_t value)
{
    write_port(1, port, value, CALLER);
}

EXPORTED(uint32_t, DlPortReadPortUshort, uint32_t port)
{
    return read_port(2, port, CALLER);
}

EXPORTED(void, DlPortWritePortUshort, uint32_t port, uint32_t value)
{
    write_port(2, port, value, CALLER);
}

EXPORTED(uint32_t, DlPortReadPortUlong, uint32_t port)
{
    return read_port(4, port, CALLER);
}

EXPORTED(void, DlPortWritePortUlong, uint32_t port, uint32_t value)
{
    write_port(4, port, value, CALLER);
}

/*
 * Returns TRUE if the device is open, opening it if necessary. It always tries, because a program
 * may just have started the driver.
 */
EXPORTED(BOOL, IsInpOutDriverOpen, void)
{
    struct call call;

    if (!begin(&call, TRUE)) {
        return FALSE;
    }
    end(&call, UP_OK);
    return TRUE;
}

/*
 * Returns TRUE if the system is 64-bit. IsWow64Process came with Windows XP SP2, and every 64-bit
 * system has it.
 */
EXPORTED(BOOL, IsXP64Bit, void)
{
    typedef BOOL WINAPI is_wow64_process(HANDLE process, BOOL * result);
    const DWORD last_error = GetLastError();
    union {
        FARPROC any;
        is_wow64_process *ask;
    } function;
    BOOL result = sizeof(void *) == 8;

    function.any = GetProcAddress(GetModuleHandleA("kernel32.dll"), "IsWow64Process");
    if (!result && function.any != NULL && !function.ask(GetCurrentProcess(), &result)) {
        result = FALSE;
    }
    SetLastError(last_error);
    return result;
}

/* ---- physical memory: exported for programs that link to these, but always refused ----------- */

static BOOL refuse(void)
{
    SetLastError(ERROR_NOT_SUPPORTED);
    return FALSE;
}

EXPORTED(BYTE *, MapPhysToLin, BYTE *address, DWORD size, HANDLE *handle)
{
    (void)address, (void)size;
    if (handle != NULL) {
        *handle = NULL;
    }
    refuse();
    return NULL;
}

EXPORTED(BOOL, UnmapPhysicalMemory, HANDLE handle, BYTE *address)
{
    (void)handle, (void)address;
    return refuse();
}

EXPORTED(BOOL, GetPhysLong, BYTE *address, DWORD *value)
{
    (void)address, (void)value;
    return refuse();
}

EXPORTED(BOOL, SetPhysLong, BYTE *address, DWORD value)
{
    (void)address, (void)value;
    return refuse();
}

/* ---- DLPortIO's blocks ----------------------------------------------------------------------- */

static void fill(void *buffer, size_t bytes)
{
    uint8_t *at = buffer;

    while (buffer != NULL && bytes-- != 0) {
        *at++ = 0xFFu;
    }
}

EXPORTED(void, DlPortReadPortBufferUchar, uint32_t port, uint8_t *buffer, uint32_t count)
{
    struct call call;

    if (begin(&call, FALSE)) {
        end(&call, up_in8_block(call.handle, (uint16_t)port, buffer, count));
    } else {
        fill(buffer, count);
    }
}

EXPORTED(void, DlPortReadPortBufferUshort, uint32_t port, uint16_t *buffer, uint32_t count)
{
    struct call call;

    if (begin(&call, FALSE)) {
        end(&call, up_in16_block(call.handle, (uint16_t)port, buffer, count));
    } else {
        fill(buffer, (size_t)count * sizeof *buffer);
    }
}

EXPORTED(void, DlPortReadPortBufferUlong, uint32_t port, uint32_t *buffer, uint32_t count)
{
    struct call call;

    if (begin(&call, FALSE)) {
        end(&call, up_in32_block(call.handle, (uint16_t)port, buffer, count));
    } else {
        fill(buffer, (size_t)count * sizeof *buffer);
    }
}

EXPORTED(void, DlPortWritePortBufferUchar, uint32_t port, const uint8_t *buffer, uint32_t count)
{
    struct call call;

    if (begin(&call, FALSE)) {
        end(&call, up_out8_block(call.handle, (uint16_t)port, buffer, count));
    }
}

EXPORTED(void, DlPortWritePortBufferUshort, uint32_t port, const uint16_t *buffer, uint32_t count)
{
    struct call call;

    if (begin(&call, FALSE)) {
        end(&call, up_out16_block(call.handle, (uint16_t)port, buffer, count));
    }
}

EXPORTED(void, DlPortWritePortBufferUlong, uint32_t port, const uint32_t *buffer, uint32_t count)
{
    struct call call;

    if (begin(&call, FALSE)) {
        end(&call, up_out32_block(call.handle, (uint16_t)port, buffer, count));
    }
}

/* ---- the entry point; it opens nothing ------------------------------------------------------- */

EXPORTED(BOOL, DllMain, HINSTANCE instance, DWORD reason, LPVOID reserved)
{
    (void)instance;
    if (reason == DLL_PROCESS_ATTACH) {
        InitializeCriticalSection(&opening);
    } else if (reason == DLL_THREAD_DETACH) {
        up_system_thread_ends();
    } else if (reason == DLL_PROCESS_DETACH && reserved == NULL) { /* the process continues */
        up_close(device);
        up_close(retired);
        DeleteCriticalSection(&opening);
        up_system_library_ends();
    }
    return TRUE;
}
