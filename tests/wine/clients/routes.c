/* SPDX-License-Identifier: MIT
 *
 * A program whose ports go elsewhere, through userport.dll, which it is linked with, and through
 * inpoutx64.dll and DLPortIO.dll, which it loads: by the variable USERPORT_PROGRAM, and by the
 * registry's settings of programs. routes FAKE: the path of the driver with fake ports.
 */
#define TAP_MAIN
#include <stdio.h>

#include "cases.h"

#include "userport/userport.h"

#define PROGRAMS "SYSTEM\\CurrentControlSet\\Services\\UserPort\\Programs"
#define VARIABLE "USERPORT_PROGRAM"
#define TARGET   0x1000u
#define MARK     0xBEEFu

/* ---- what a program finds -------------------------------------------------------------------- */

/* Gives the port and its target values of their own, past any route. */
static void mark_ports(void)
{
    HANDLE device = device_open();

    port_write(device, 1, 0x378, 0x11);
    port_write(device, 1, TARGET, 0x22);
    port_write(device, 1, TARGET + 0x100, 0x33);
    CloseHandle(device);
}

/* Result: what userport.dll reads from port 378 by a new handle. */
static unsigned read_by_library(void)
{
    up_handle *handle = NULL;
    uint8_t value = 0;

    EXPECT_EQ(up_open(UP_BACKEND_ANY, &handle), UP_OK);
    EXPECT_EQ(up_in8(handle, 0x378, &value), UP_OK);
    up_close(handle);
    return value;
}

/* The same with the DLL of that name, which opens the driver at its first access. */
static unsigned read_by_dll(const char *name)
{
    HMODULE dll = LoadLibraryA(name);
    int(WINAPI * inp)(int port) = (int(WINAPI *)(int))(void *)GetProcAddress(dll, "Inp32");
    int value;

    EXPECT_MSG(inp != NULL, "%s has no Inp32", name);
    SetLastError(MARK);
    value = inp(0x378);
    EXPECT_EQ(GetLastError(), MARK);
    FreeLibrary(dll);
    return (unsigned)value;
}

#define EXPECT_ALL(wanted)                                                                         \
    do {                                                                                           \
        EXPECT_EQ(read_by_library(), wanted);                                                      \
        EXPECT_EQ(read_by_dll("inpoutx64.dll"), wanted);                                           \
        EXPECT_EQ(read_by_dll("DLPortIO.dll"), wanted);                                            \
    } while (0)

/* ---- settings in the registry ---------------------------------------------------------------- */

static char own_path[MAX_PATH];
static const char *own_name;

static HKEY program_key(const char *name)
{
    char path[300];
    HKEY key = NULL;

    snprintf(path, sizeof path, PROGRAMS "\\%s", name);
    EXPECT_EQ(RegCreateKeyA(HKEY_LOCAL_MACHINE, path, &key), 0);
    return key;
}

static void set_text(const char *name, const char *value, const char *text)
{
    HKEY key = program_key(name);

    EXPECT_EQ(RegSetValueExA(key, value, 0, REG_SZ, (const BYTE *)text, (DWORD)strlen(text) + 1),
              0);
    RegCloseKey(key);
}

static void set_number(const char *name, const char *value, DWORD number)
{
    HKEY key = program_key(name);

    EXPECT_EQ(RegSetValueExA(key, value, 0, REG_DWORD, (const BYTE *)&number, sizeof number), 0);
    RegCloseKey(key);
}

static void set(const char *name, const char *path, const char *routes)
{
    set_text(name, "Path", path);
    set_text(name, "Routes", routes);
}

static void forget(const char *name)
{
    char path[300];

    snprintf(path, sizeof path, PROGRAMS "\\%s", name);
    EXPECT_EQ(RegDeleteKeyA(HKEY_LOCAL_MACHINE, path), 0);
}

/* ---- cases ----------------------------------------------------------------------------------- */

static void try_none(void)
{
    mark_ports();
    EXPECT_ALL(0x11);
}

static void try_variable(void)
{
    mark_ports();
    SetEnvironmentVariableA(VARIABLE, "fast;routes=lpt1=1000");
    EXPECT_ALL(0x22);
    SetEnvironmentVariableA(VARIABLE, "routes=lpt1=none");
    EXPECT_ALL(0xFF);
    SetEnvironmentVariableA(VARIABLE, "routes=lpt1=1000;something");
    EXPECT_ALL(0x11);
    SetEnvironmentVariableA(VARIABLE, NULL);
}

static void try_registry(void)
{
    mark_ports();
    set("Own", own_name, "378-37F=1000");
    EXPECT_ALL(0x22);
    set("Another", "C:\\elsewhere\\routes.exe", "378=none");
    EXPECT_ALL(0x22);
    /* the full path comes first, whatever the order of the keys */
    set("Zzz", own_path, "378=1100");
    EXPECT_ALL(0x33);
    set("Zzz", "other.exe", "378=1100");
    set("Aaa", own_path, "378=1100");
    EXPECT_ALL(0x33);
    /* the variable comes before the registry, also a wrong one */
    SetEnvironmentVariableA(VARIABLE, "routes=378=1000");
    EXPECT_ALL(0x22);
    SetEnvironmentVariableA(VARIABLE, "nonsense");
    EXPECT_ALL(0x11);
    SetEnvironmentVariableA(VARIABLE, NULL);
    EXPECT_ALL(0x33);
    forget("Aaa");
    forget("Zzz");
    forget("Another");
}

static void try_wrong_settings(void)
{
    static const char *const wrong[] = {"378", "378=1000, 379=", "378=1000;fast"};
    static char longest[1700];
    unsigned i;

    mark_ports();
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        set("Own", own_name, wrong[i]);
        EXPECT_ALL(0x11);
    }
    memset(longest, ' ', sizeof longest);
    strcpy(longest + 1600, "378=1000");
    set("Own", own_name, longest);
    EXPECT_ALL(0x11);
    set("Own", own_name, "378=1000");
    set_number("Own", "Fast", 2);
    EXPECT_ALL(0x11);
    set_number("Own", "Fast", 1);
    EXPECT_ALL(0x22);
    set_number("Own", "Routes", 1);
    EXPECT_ALL(0x11);
    set("Own", own_name, "378=1000");
    set_number("Own", "Path", 1);
    EXPECT_ALL(0x11);
    /* wrong settings of the full path are the program's all the same */
    set("Own", own_name, "378=1000");
    set("Full", own_path, "378");
    EXPECT_ALL(0x11);
    forget("Full");
    EXPECT_ALL(0x22);
}

static void try_denied(void)
{
    up_handle *handle = NULL;
    uint8_t map[UP_MAP_BYTES], value = 0, values[3] = {0};
    char text[512];

    set("Own", own_name, "378-37F=D100, 3BC=none");
    EXPECT_EQ(up_open(UP_BACKEND_ANY, &handle), UP_OK);
    EXPECT_EQ(up_in8(handle, 0x37A, &value), UP_ERR_DENIED);
    EXPECT_EQ(value, 0xFF);
    EXPECT(up_failure_text(text, sizeof text) < sizeof text);
    EXPECT_MSG(strstr(text, "port D102, to which port 37A goes, is not granted") != NULL,
               "it says: %s", text);
    EXPECT_EQ(up_in8(handle, 0x3BC, &value), UP_OK);
    EXPECT_EQ(value, 0xFF);
    EXPECT_EQ(up_in8_block(handle, 0x3BC, values, 3), UP_OK);
    EXPECT_EQ(up_query_map(handle, map), UP_OK);
    EXPECT_EQ(map[0x378 / 8], 0xFF);
    EXPECT_EQ(map[0x3BC / 8] >> 4 & 1, 0);
    up_close(handle);
    forget("Own");
}

static void try_list(void)
{
    up_operation list[] = {
        {.kind = UP_IO_WRITE, .width = 1, .port = 0x378, .value = 0x5A},
        {.kind = UP_IO_WRITE, .width = 1, .port = 0x3BC, .value = 0x5A},
        {.kind = UP_IO_READ, .width = 1, .port = 0x378},
        {.kind = UP_IO_WAIT, .width = 1, .port = 0x3BC, .value = 0, .mask = 1, .microseconds = 10},
    };
    HANDLE device;
    up_handle *handle = NULL;
    uint32_t done = 0;

    mark_ports();
    SetEnvironmentVariableA(VARIABLE, "routes=378=1000 3BC=none");
    EXPECT_EQ(up_open(UP_BACKEND_ANY, &handle), UP_OK);
    SetEnvironmentVariableA(VARIABLE, NULL);
    EXPECT_EQ(up_run(handle, list, 4, &done), UP_ERR_TIMED_OUT);
    EXPECT_EQ(done, 3);
    EXPECT_EQ(list[2].value, 0x5A);
    EXPECT_EQ(list[2].port, 0x378);
    EXPECT_EQ(list[3].last, 0xFF);
    up_close(handle);
    device = device_open();
    EXPECT_EQ(port_read(device, 1, 0x378), 0x11);
    EXPECT_EQ(port_read(device, 1, TARGET), 0x5A);
    CloseHandle(device);
}

static const struct client_case cases[] = {
    {"routes: the driver starts", driver_up},
    {"routes: without settings ports are addresses", try_none},
    {"routes: the variable sends ports elsewhere, in each DLL", try_variable},
    {"routes: so do the registry's settings of this program", try_registry},
    {"routes: wrong settings have no route", try_wrong_settings},
    {"routes: what is denied is the target, and nowhere is granted", try_denied},
    {"routes: a list", try_list},
    {"routes: the driver stops", driver_down},
};

int main(int argc, char **argv)
{
    if (argc != 2) {
        return 2;
    }
    driver_path = argv[1];
    GetModuleFileNameA(NULL, own_path, sizeof own_path);
    own_name = strrchr(own_path, '\\') + 1;
    wanted_default();
    return RUN_CASES(cases);
}
