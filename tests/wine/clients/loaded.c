/* SPDX-License-Identifier: MIT
 *
 * A program that loads inpoutx64.dll and DLPortIO.dll and asks for their functions by name, as
 * Visual Basic's Declare and Python's ctypes do. loaded FAKE: the path of the driver with fake
 * ports; the DLLs lie beside the program.
 */
#define TAP_MAIN
#include "cases.h"

#define MARK    0xBEEFu
#define RETRY   150u /* ms: the DLL looks for the driver again after 100 */
#define THREADS 8u
#define ROUNDS  300u

struct dll {
    HMODULE module;
    int(WINAPI *inp)(int port);
    void(WINAPI *out)(int port, int value);
    BOOL(WINAPI *is_open)(void);
};

static struct dll inpout, dlportio;

static FARPROC find(HMODULE module, const char *name)
{
    FARPROC found = GetProcAddress(module, name);

    EXPECT_MSG(found != NULL, "there is no %s", name);
    return found;
}

static void load(struct dll *dll, const char *name)
{
    dll->module = LoadLibraryA(name);
    EXPECT_MSG(dll->module != NULL, "%s cannot be loaded: %lu", name, GetLastError());
    dll->inp = (int(WINAPI *)(int))(void *)find(dll->module, "Inp32");
    dll->out = (void(WINAPI *)(int, int))(void *)find(dll->module, "Out32");
    dll->is_open = (BOOL(WINAPI *)(void))(void *)find(dll->module, "IsInpOutDriverOpen");
}

static void try_names(void)
{
    static const char *const names[] = {
        "Inp32",
        "Out32",
        "IsInpOutDriverOpen",
        "DlPortReadPortUchar",
        "DlPortWritePortUchar",
        "DlPortReadPortUshort",
        "DlPortWritePortUshort",
        "DlPortReadPortUlong",
        "DlPortWritePortUlong",
        "IsXP64Bit",
        "MapPhysToLin",
        "UnmapPhysicalMemory",
        "GetPhysLong",
        "SetPhysLong",
    };
    uintptr_t i;

    load(&inpout, "inpoutx64.dll");
    load(&dlportio, "DLPortIO.dll");
    EXPECT(inpout.module != dlportio.module);
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        EXPECT(find(inpout.module, names[i]) ==
               GetProcAddress(inpout.module, (const char *)(i + 1)));
        find(dlportio.module, names[i]);
    }
}

static void try_no_driver(void)
{
    SetLastError(MARK);
    EXPECT_EQ(inpout.inp(0x378), 255);
    EXPECT_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    SetLastError(MARK);
    inpout.out(0x378, 1);
    EXPECT_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    EXPECT(!inpout.is_open());
    EXPECT(!dlportio.is_open());
}

/* IsInpOutDriverOpen looks at once; an access when it has not looked for a tenth of a second. */
static void try_comes(void)
{
    EXPECT(inpout.is_open());
    inpout.out(0x378, 0x21);
    EXPECT_EQ(inpout.inp(0x378), 0x21);
    Sleep(RETRY);
    EXPECT_EQ(dlportio.inp(0x378), 0x21);
    EXPECT_EQ(device_info().files, 3); /* both, and the one that asks */
}

static void try_buffers(void)
{
    void(WINAPI * write8)(ULONG, PUCHAR, ULONG) = (void(WINAPI *)(ULONG, PUCHAR, ULONG))(
        void *)find(dlportio.module, "DlPortWritePortBufferUchar");
    void(WINAPI * read8)(ULONG, PUCHAR, ULONG) = (void(WINAPI *)(ULONG, PUCHAR, ULONG))(void *)find(
        dlportio.module, "DlPortReadPortBufferUchar");
    void(WINAPI * write16)(ULONG, PUSHORT, ULONG) = (void(WINAPI *)(ULONG, PUSHORT, ULONG))(
        void *)find(dlportio.module, "DlPortWritePortBufferUshort");
    void(WINAPI * read16)(ULONG, PUSHORT, ULONG) = (void(WINAPI *)(ULONG, PUSHORT, ULONG))(
        void *)find(dlportio.module, "DlPortReadPortBufferUshort");
    void(WINAPI * write32)(ULONG, PULONG, ULONG) = (void(WINAPI *)(ULONG, PULONG, ULONG))(
        void *)find(dlportio.module, "DlPortWritePortBufferUlong");
    void(WINAPI * read32)(ULONG, PULONG, ULONG) = (void(WINAPI *)(ULONG, PULONG, ULONG))(
        void *)find(dlportio.module, "DlPortReadPortBufferUlong");
    UCHAR bytes[] = {1, 2, 3, 4, 5, 6, 7, 8}, byte[8] = {0};
    USHORT words[4] = {0};
    ULONG longs[2] = {0};

    SetLastError(MARK);
    write8(FAKE_FIFO, bytes, 8);
    read16(FAKE_FIFO, words, 4);
    EXPECT_EQ(words[3], 0x0807);
    write16(FAKE_FIFO, words, 4);
    read32(FAKE_FIFO, longs, 2);
    EXPECT_EQ(longs[1], 0x08070605);
    write32(FAKE_FIFO, longs, 2);
    read8(FAKE_FIFO, byte, 8);
    EXPECT(memcmp(bytes, byte, sizeof bytes) == 0);
    EXPECT_EQ(GetLastError(), MARK);
    read16(0x380, words, 4);
    EXPECT_EQ(words[0] & words[3], 0xFFFF);
    EXPECT_EQ(GetLastError(), ERROR_ACCESS_DENIED);
}

static DWORD WINAPI use_ports(void *argument)
{
    const int port = 0x1000 + (int)(uintptr_t)argument;
    const struct dll *dll = (uintptr_t)argument % 2 ? &inpout : &dlportio;
    unsigned i;

    for (i = 0; i < ROUNDS; i++) {
        dll->out(port, (int)(i & 0xFF));
        EXPECT_EQ(dll->inp(port), i & 0xFF);
        SetLastError(MARK);
        EXPECT_EQ(dll->inp(0x2000 + port), 255);
        EXPECT_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    }
    return 0;
}

static void try_threads(void)
{
    HANDLE threads[THREADS];
    uintptr_t i;

    for (i = 0; i < THREADS; i++) {
        threads[i] = CreateThread(NULL, 0, use_ports, (void *)i, 0, NULL);
    }
    EXPECT_EQ(WaitForMultipleObjects(THREADS, threads, TRUE, 30000), WAIT_OBJECT_0);
    for (i = 0; i < THREADS; i++) {
        CloseHandle(threads[i]);
    }
}

/* An access is denied, and no handle of this many is left but that of the one who asks. */
static void expect_let_go(const struct dll *dll, uint32_t files)
{
    SetLastError(MARK);
    EXPECT_EQ(dll->inp(0x378), 255);
    EXPECT_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    EXPECT_EQ(device_info().files, files + 1);
}

/*
 * The access that finds the driver suspended closes the handle, so that an administrator's stop
 * need not wait for us.
 */
static void try_suspend(void)
{
    inpout.out(0x378, 0x63);
    EXPECT_EQ(dlportio.inp(0x378), 0x63);
    EXPECT_EQ(dlportio.inp(0x380), 255); /* denied, but not by a suspension */
    EXPECT_EQ(device_info().files, 3);
    EXPECT_EQ(device_order(UP_IOCTL_SUSPEND), 0);
    expect_let_go(&inpout, 1);
    expect_let_go(&dlportio, 0);
    expect_let_go(&inpout, 0); /* without a look */
    Sleep(RETRY);
    expect_let_go(&inpout, 0); /* with one */
    EXPECT(inpout.is_open());
    expect_let_go(&inpout, 0);
    EXPECT_EQ(device_order(UP_IOCTL_RESUME), 0);
    Sleep(RETRY);
    EXPECT_EQ(device_info().files, 1);
    EXPECT_EQ(inpout.inp(0x378), 0x63);
    EXPECT_EQ(dlportio.inp(0x378), 0x63);
    EXPECT_EQ(device_info().files, 3);
}

static LONG volatile threads_end;

/* Denied or done, and never anything else. */
static DWORD WINAPI use_suspended(void *argument)
{
    const int port = 0x1000 + (int)(uintptr_t)argument;
    const struct dll *dll = (uintptr_t)argument % 2 ? &inpout : &dlportio;
    int value = 0, read;

    /*
     * an earlier case left another value, and the first suspend may come before this thread begins
     */
    do {
        SetLastError(MARK);
        dll->out(port, value);
    } while (GetLastError() != MARK && !threads_end);
    while (!threads_end) {
        SetLastError(MARK);
        dll->out(port, value ^ 1);
        EXPECT(GetLastError() == MARK || GetLastError() == ERROR_ACCESS_DENIED);
        value ^= GetLastError() == MARK;
        SetLastError(MARK);
        read = dll->inp(port);
        EXPECT_MSG(GetLastError() == MARK ? read == value
                                          : GetLastError() == ERROR_ACCESS_DENIED && read == 255,
                   "%d, not %d, %lu", read, value, GetLastError());
    }
    return 0;
}

static void try_threads_and_suspends(void)
{
    HANDLE threads[THREADS];
    uintptr_t i;

    threads_end = 0;
    for (i = 0; i < THREADS; i++) {
        threads[i] = CreateThread(NULL, 0, use_suspended, (void *)i, 0, NULL);
    }
    for (i = 0; i < 10; i++) {
        Sleep(RETRY);
        EXPECT_EQ(device_order(UP_IOCTL_SUSPEND), 0);
        Sleep((DWORD)(i * RETRY / 5));
        EXPECT_EQ(device_order(UP_IOCTL_RESUME), 0);
    }
    InterlockedExchange(&threads_end, 1);
    EXPECT_EQ(WaitForMultipleObjects(THREADS, threads, TRUE, 30000), WAIT_OBJECT_0);
    for (i = 0; i < THREADS; i++) {
        CloseHandle(threads[i]);
    }
    Sleep(RETRY);
    EXPECT_EQ(inpout.inp(0x380) + dlportio.inp(0x380), 2 * 255);
    EXPECT_EQ(device_info().files, 3); /* nothing was left open on the way */
}

static void try_restart(void)
{
    EXPECT_EQ(service_stop(), 0);
    service_wait(SERVICE_STOPPED);
    SetLastError(MARK);
    EXPECT_EQ(inpout.inp(0x378), 255);
    EXPECT_MSG(GetLastError() != MARK, "the last error is untouched");
    EXPECT_EQ(inpout.inp(0x378), 255);
    EXPECT(!inpout.is_open());
    EXPECT_EQ(service_start(), 0);
    service_wait(SERVICE_RUNNING);
    Sleep(RETRY);
    inpout.out(0x378, 0x42);
    EXPECT_EQ(inpout.inp(0x378), 0x42);
    dlportio.inp(0x378); /* finds that its handle is dead */
    EXPECT_EQ(dlportio.inp(0x378), 0x42);
}

static void unload(struct dll *dll)
{
    EXPECT(FreeLibrary(dll->module));
    EXPECT(!FreeLibrary(dll->module)); /* it is gone */
    memset(dll, 0, sizeof *dll);
}

/* The next free slot of thread storage: the same one as long as nobody keeps any. */
static DWORD free_slot(void)
{
    const DWORD slot = TlsAlloc();

    TlsFree(slot);
    return slot;
}

static void try_unload(void)
{
    DWORD before, after, slot, heaps;
    unsigned i;

    unload(&inpout);
    unload(&dlportio);
    EXPECT_EQ(device_info().files, 1);
    EXPECT(GetProcessHandleCount(GetCurrentProcess(), &before));
    slot = free_slot();
    heaps = GetProcessHeaps(0, NULL);
    for (i = 0; i < 50; i++) {
        load(&inpout, "inpoutx64.dll");
        EXPECT_EQ(inpout.inp(0x378), 0x42);
        EXPECT_EQ(inpout.inp(0x380), 255); /* a failure, too, is remembered somewhere */
        unload(&inpout);
    }
    EXPECT(GetProcessHandleCount(GetCurrentProcess(), &after));
    EXPECT_EQ(after, before);
    EXPECT_EQ(free_slot(), slot);
    EXPECT_EQ(GetProcessHeaps(0, NULL), heaps);
    EXPECT_EQ(device_info().files, 1);
}

static const struct client_case cases[] = {
    {"inpoutx64.dll, DLPortIO.dll: loaded, every function by name and number", try_names},
    {"inpoutx64.dll, DLPortIO.dll: no driver", try_no_driver},
    {"inpoutx64.dll, DLPortIO.dll: the driver starts", driver_up},
    {"inpoutx64.dll, DLPortIO.dll: both find it in one process", try_comes},
    {"inpoutx64.dll, DLPortIO.dll: buffers", try_buffers},
    {"inpoutx64.dll, DLPortIO.dll: 8 threads", try_threads},
    {"inpoutx64.dll, DLPortIO.dll: suspended, they let the driver go, and come back after a resume",
     try_suspend},
    {"inpoutx64.dll, DLPortIO.dll: 8 threads over suspends and resumes", try_threads_and_suspends},
    {"inpoutx64.dll, DLPortIO.dll: the driver stops and starts in between", try_restart},
    {"inpoutx64.dll, DLPortIO.dll: unloaded and loaded again, nothing is left", try_unload},
    {"inpoutx64.dll, DLPortIO.dll: the driver stops", driver_down},
};

int main(int argc, char **argv)
{
    if (argc != 2) {
        return 2;
    }
    driver_path = argv[1];
    wanted_default();
    return RUN_CASES(cases);
}
