/* SPDX-License-Identifier: MIT
 *
 * inpout32.dll, inpoutx64.dll and DLPortIO.dll for programs that cannot be changed: the same exports over UserPort. Put
 * beside the program they need nothing but the driver. They install no driver, and open it at the first access, never
 * while they are loaded; while it is not there, an access tries to open it once in RETRY_MS. While it is suspended they
 * do not keep it: an administrator who stops it suspends it first, and NT then waits for its handles to be closed.
 *
 * A read that fails gives all ones of its width, as an empty bus does: 255 from Inp32 and DlPortReadPortUchar, 65535 from
 * DlPortReadPortUshort, 4294967295 from DlPortReadPortUlong. Programs declare ports and values as short or as int, so
 * the upper half of a port is not looked at, and a result fills the whole register: who reads an int or a short from Inp32
 * sees 0 to 255, never a negative number. After a failure GetLastError says why (5 denied, 2 the driver is not running);
 * an access that succeeds leaves it as it was.
 */
#include "userport/userport.h"

#include <windows.h>

#include "system.h"

#define RETRY_MS 100u

/*
 * The handle, opened by the first who needs it. users counts the calls that may have read it. A handle that is of no more
 * use is taken away, so that the driver can go, and closed by the last of these calls, or at an opening that sees none.
 */
static up_handle *volatile device;
static up_handle *volatile retired;
static LONG volatile users;
static CRITICAL_SECTION opening;
static BOOL volatile has_tried;
static DWORD last_try; /* GetTickCount */
static DWORD last_try_error;

/* What a call keeps while it runs. */
struct call {
    up_handle *handle;
    DWORD last_error;
};

/* ---- the device ---------------------------------------------------------------------------------------------------------- */

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

/* Closes what was taken away, if no call can have it any more. opening is held, and this thread is not in users. */
static void close_retired(void)
{
    if (retired != NULL && users == 0) {
        up_close(retired);
        retired = NULL;
    }
}

/* One look at a time for whoever has no device. now: also when the last one was just before. Result: a Windows code. */
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
 * The handle is of no more use. If another one still waits to be closed, this one stays for the time being. pause: the
 * accesses of the next RETRY_MS fail by this error without a look, or else the next one looks at once.
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

/* Was it denied because everything is? */
static BOOL is_suspended(up_error error)
{
    up_failure failure;

    if (error != UP_ERR_DENIED) {
        return FALSE;
    }
    up_last_failure(&failure);
    return failure.error == error && failure.state == UP_STATE_SUSPENDED;
}

/* Is there a device, this call counted among its users? If not, the last error says why. */
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

/* Every begin that was TRUE has its end. */
static void end(struct call *call, up_error error)
{
    const DWORD last_error = error == UP_OK ? call->last_error : windows_error(error);

    if (error == UP_ERR_NOT_RUNNING || error == UP_ERR_SYSTEM) { /* a handle may be dead in ways of its own (Wine: 5) */
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

/* ---- inpout's functions: port is what the caller pushed, whatever it calls that ------------------------------------------- */

#define EXPORTED(type, name, ...)                                                                                      \
    type WINAPI name(__VA_ARGS__);                                                                                     \
    type WINAPI name(__VA_ARGS__)

static uint32_t read8(uint32_t port)
{
    uint8_t value = 0xFFu;
    struct call call;

    if (begin(&call, FALSE)) {
        end(&call, up_in8(call.handle, (uint16_t)port, &value));
    }
    return value;
}

static void write8(uint32_t port, uint32_t value)
{
    struct call call;

    if (begin(&call, FALSE)) {
        end(&call, up_out8(call.handle, (uint16_t)port, (uint8_t)value));
    }
}

EXPORTED(uint32_t, Inp32, uint32_t port)
{
    return read8(port);
}

EXPORTED(void, Out32, uint32_t port, uint32_t value)
{
    write8(port, value);
}

EXPORTED(uint32_t, DlPortReadPortUchar, uint32_t port)
{
    return read8(port);
}

EXPORTED(void, DlPortWritePortUchar, uint32_t port, uint32_t value)
{
    write8(port, value);
}

EXPORTED(uint32_t, DlPortReadPortUshort, uint32_t port)
{
    uint16_t value = 0xFFFFu;
    struct call call;

    if (begin(&call, FALSE)) {
        end(&call, up_in16(call.handle, (uint16_t)port, &value));
    }
    return value;
}

EXPORTED(void, DlPortWritePortUshort, uint32_t port, uint32_t value)
{
    struct call call;

    if (begin(&call, FALSE)) {
        end(&call, up_out16(call.handle, (uint16_t)port, (uint16_t)value));
    }
}

EXPORTED(uint32_t, DlPortReadPortUlong, uint32_t port)
{
    uint32_t value = 0xFFFFFFFFu;
    struct call call;

    if (begin(&call, FALSE)) {
        end(&call, up_in32(call.handle, (uint16_t)port, &value));
    }
    return value;
}

EXPORTED(void, DlPortWritePortUlong, uint32_t port, uint32_t value)
{
    struct call call;

    if (begin(&call, FALSE)) {
        end(&call, up_out32(call.handle, (uint16_t)port, value));
    }
}

/* TRUE: the device is open, by this call if it was not. This one always looks: a program may just have started it. */
EXPORTED(BOOL, IsInpOutDriverOpen, void)
{
    struct call call;

    if (!begin(&call, TRUE)) {
        return FALSE;
    }
    end(&call, UP_OK);
    return TRUE;
}

/* Is the system 64-bit? IsWow64Process came with XP SP2, and a 64-bit system has it. */
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

/* ---- physical memory: here for those who link to them, and never done ------------------------------------------------------ */

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

/* ---- DLPortIO's blocks ------------------------------------------------------------------------------------------------------ */

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

/* ---- the entry point: opens nothing --------------------------------------------------------------------------------------- */

EXPORTED(BOOL, DllMain, HINSTANCE instance, DWORD reason, LPVOID reserved)
{
    (void)instance;
    if (reason == DLL_PROCESS_ATTACH) {
        InitializeCriticalSection(&opening);
    } else if (reason == DLL_THREAD_DETACH) {
        up_system_thread_ends();
    } else if (reason == DLL_PROCESS_DETACH && reserved == NULL) { /* unloaded, while the process goes on */
        up_close(device);
        up_close(retired);
        DeleteCriticalSection(&opening);
        up_system_library_ends();
    }
    return TRUE;
}
