/* SPDX-License-Identifier: MIT
 *
 * The automation object from its registration to its end: com FAKE I386, with the paths of the fake
 * driver and of the 32-bit userport_com.dll. The 64-bit one lies beside the program. Wine looks for
 * classes in HKEY_LOCAL_MACHINE alone, so that the object is made from the machine's registration;
 * the user's, which has the same entries, is compared.
 */
#define TAP_MAIN
#define INITGUID
#include "com.h"
#include "snapshot.h"

#include <stdlib.h>
#include <olectl.h>

#define CLASSES      "Software\\Classes"
#define CLASS_TEXT   "{39C14D05-4E82-4935-BF0F-43CC096974DF}"
#define LIBRARY_TEXT "{DBAE022E-6328-4F27-9263-F0E5284BDF79}"
#define THREADS      4u
#define ROUNDS       200u

WCHAR dll_path[MAX_PATH], dll_path_i386[MAX_PATH];

static struct {
    HMODULE module;
    HRESULT(WINAPI *get_class)(REFCLSID class_id, REFIID riid, void **object);
    HRESULT(WINAPI *can_unload)(void);
    HRESULT(WINAPI *enter)(void);
    HRESULT(WINAPI *leave)(void);
    HRESULT(WINAPI *install)(BOOL install, PCWSTR where);
} dll;

static void *find(const char *name)
{
    void *found = (void *)GetProcAddress(dll.module, name);

    EXPECT_MSG(found != NULL, "there is no %s", name);
    return found;
}

static void load(void)
{
    dll.module = LoadLibraryW(dll_path);
    EXPECT(dll.module != NULL);
    dll.get_class = (HRESULT(WINAPI *)(REFCLSID, REFIID, void **))find("DllGetClassObject");
    dll.can_unload = (HRESULT(WINAPI *)(void))find("DllCanUnloadNow");
    dll.enter = (HRESULT(WINAPI *)(void))find("DllRegisterServer");
    dll.leave = (HRESULT(WINAPI *)(void))find("DllUnregisterServer");
    dll.install = (HRESULT(WINAPI *)(BOOL, PCWSTR))find("DllInstall");
}

static void unload(void)
{
    FreeLibrary(dll.module);
    EXPECT(GetModuleHandleA("userport_com.dll") == NULL);
}

/* ---- registration ---------------------------------------------------------------------------- */

static void expect_value(HKEY root, const char *path, const char *name, const char *wanted)
{
    char value[MAX_PATH] = "";
    DWORD bytes = sizeof value - 1, type = 0;
    HKEY key;

    if (EXPECT_MSG(RegOpenKeyExA(root, path, 0, KEY_READ, &key) == 0, "there is no %s", path)) {
        EXPECT_EQ(RegQueryValueExA(key, name, NULL, &type, (BYTE *)value, &bytes), 0);
        EXPECT_EQ(type, REG_SZ);
        EXPECT_MSG(strcmp(value, wanted) == 0, "%s is %s, not %s", path, value, wanted);
        RegCloseKey(key);
    }
}

static void expect_registered(HKEY root)
{
    char path[MAX_PATH];

    snprintf(path, sizeof path, "%ls", dll_path);
    expect_value(root, CLASSES "\\UserPort.Ports\\CLSID", NULL, CLASS_TEXT);
    expect_value(root, CLASSES "\\UserPort.Ports\\CurVer", NULL, "UserPort.Ports.3");
    expect_value(root, CLASSES "\\UserPort.Ports.3\\CLSID", NULL, CLASS_TEXT);
    expect_value(root, CLASSES "\\CLSID\\" CLASS_TEXT "\\InprocServer32", NULL, path);
    expect_value(root, CLASSES "\\CLSID\\" CLASS_TEXT "\\InprocServer32", "ThreadingModel", "Both");
    expect_value(root, CLASSES "\\CLSID\\" CLASS_TEXT "\\TypeLib", NULL, LIBRARY_TEXT);
    expect_value(root, CLASSES "\\TypeLib\\" LIBRARY_TEXT "\\3.0\\0\\win64", NULL, path);
}

static void try_register_user(void)
{
    char *user = snapshot(HKEY_CURRENT_USER, CLASSES);
    char *machine = snapshot(HKEY_LOCAL_MACHINE, CLASSES);
    char *once;

    EXPECT_HR(dll.leave(), S_OK); /* nothing is there to go */
    EXPECT_HR(dll.enter(), S_OK);
    expect_registered(HKEY_CURRENT_USER);
    once = snapshot(HKEY_CURRENT_USER, CLASSES);
    EXPECT_HR(dll.enter(), S_OK);
    expect_same("registered twice", once, snapshot(HKEY_CURRENT_USER, CLASSES));
    EXPECT_HR(dll.leave(), S_OK);
    expect_same("the user's classes", user, snapshot(HKEY_CURRENT_USER, CLASSES));
    expect_same("the machine's classes", machine, snapshot(HKEY_LOCAL_MACHINE, CLASSES));
}

static void try_register_machine(void)
{
    char *user = snapshot(HKEY_CURRENT_USER, CLASSES);
    char *machine = snapshot(HKEY_LOCAL_MACHINE, CLASSES);

    EXPECT_HR(dll.install(TRUE, L"everywhere"), E_INVALIDARG);
    EXPECT_HR(dll.install(TRUE, L"machine"), S_OK);
    expect_registered(HKEY_LOCAL_MACHINE);
    expect_same("the user's classes", user, snapshot(HKEY_CURRENT_USER, CLASSES));
    user = snapshot(HKEY_CURRENT_USER, CLASSES);
    EXPECT_HR(dll.install(TRUE, L"user"), S_OK);
    expect_registered(HKEY_CURRENT_USER);
    EXPECT_HR(dll.install(FALSE, NULL), S_OK);
    expect_same("the user's classes", user, snapshot(HKEY_CURRENT_USER, CLASSES));
    expect_registered(HKEY_LOCAL_MACHINE);
    EXPECT_HR(dll.install(FALSE, L"machine"), S_OK);
    expect_same("the machine's classes", machine, snapshot(HKEY_LOCAL_MACHINE, CLASSES));
}

/*
 * A key below which only volatile keys can be made: registration fails there, wherever it has come
 * to.
 */
static void try_fails_at(const char *path)
{
    char full[200], *before;
    HKEY key;

    snprintf(full, sizeof full, CLASSES "\\%s", path);
    EXPECT_EQ(RegCreateKeyExA(HKEY_CURRENT_USER, full, 0, NULL, REG_OPTION_VOLATILE, KEY_ALL_ACCESS,
                              NULL, &key, NULL),
              0);
    EXPECT_EQ(RegSetValueExA(key, "Foreign", 0, REG_SZ, (const BYTE *)"kept", 5), 0);
    before = snapshot(HKEY_CURRENT_USER, CLASSES);
    EXPECT_HR(dll.enter(), HRESULT_FROM_WIN32(ERROR_CHILD_MUST_BE_VOLATILE));
    expect_same(path, before, snapshot(HKEY_CURRENT_USER, CLASSES));
    RegCloseKey(key);
    EXPECT_EQ(RegDeleteKeyA(HKEY_CURRENT_USER, full), 0);
}

static void try_half_registration(void)
{
    try_fails_at("CLSID");
    try_fails_at("Interface");
    try_fails_at("TypeLib");
    try_fails_at("UserPort.Ports");
    try_fails_at("UserPort.Ports.3");
}

static void make_key(const char *path, const char *value)
{
    HKEY key;

    EXPECT_EQ(
        RegCreateKeyExA(HKEY_CURRENT_USER, path, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key, NULL), 0);
    EXPECT_EQ(RegSetValueExA(key, NULL, 0, REG_SZ, (const BYTE *)value, (DWORD)strlen(value) + 1),
              0);
    RegCloseKey(key);
}

/*
 * What others wrote into our keys stays, and what the DLL of the other bitness needs, and what
 * another copy registered.
 */
static void try_others(void)
{
    char *before = snapshot(HKEY_CURRENT_USER, CLASSES);
    char *copy;

    EXPECT_HR(dll.enter(), S_OK);
    make_key(CLASSES "\\CLSID\\" CLASS_TEXT "\\Foreign", "kept");
    make_key(CLASSES "\\TypeLib\\" LIBRARY_TEXT "\\3.0\\0\\win32",
             "C:\\elsewhere\\userport_com.dll");
    EXPECT_HR(dll.leave(), S_OK);
    expect_value(HKEY_CURRENT_USER, CLASSES "\\CLSID\\" CLASS_TEXT "\\Foreign", NULL, "kept");
    expect_value(HKEY_CURRENT_USER, CLASSES "\\UserPort.Ports\\CLSID", NULL, CLASS_TEXT);
    EXPECT_EQ(RegDeleteKeyA(HKEY_CURRENT_USER, CLASSES "\\CLSID\\" CLASS_TEXT "\\Foreign"), 0);
    EXPECT_EQ(
        RegDeleteKeyA(HKEY_CURRENT_USER, CLASSES "\\TypeLib\\" LIBRARY_TEXT "\\3.0\\0\\win32"), 0);

    EXPECT_HR(dll.enter(), S_OK);
    /* it exists */
    make_key(CLASSES "\\CLSID\\" CLASS_TEXT "\\InprocServer32", "C:\\windows\\system32\\ole32.dll");
    copy = snapshot(HKEY_CURRENT_USER, CLASSES);
    EXPECT_HR(dll.leave(), S_OK);
    expect_same("another copy's", copy, snapshot(HKEY_CURRENT_USER, CLASSES));
    make_key(CLASSES "\\CLSID\\" CLASS_TEXT "\\InprocServer32", "C:\\gone\\userport_com.dll");
    EXPECT_HR(dll.leave(), S_OK);
    EXPECT_HR(dll.enter(), S_OK); /* the same file by another path */
    make_key(CLASSES "\\CLSID\\" CLASS_TEXT "\\InprocServer32",
             "C:\\clients\\i386\\..\\userport_com.dll");
    EXPECT_HR(dll.leave(), S_OK);
    EXPECT_EQ(RegDeleteKeyA(HKEY_CURRENT_USER, CLASSES "\\CLSID\\" CLASS_TEXT),
              ERROR_FILE_NOT_FOUND);
    expect_same("the user's classes", before, snapshot(HKEY_CURRENT_USER, CLASSES));
}

/* ---- activation and life --------------------------------------------------------------------- */

IPorts *ports_new(void)
{
    IPorts *ports = NULL;
    CLSID class_id;

    /* with a manifest it is another one each time */
    EXPECT_HR(CLSIDFromProgID(L"UserPort.Ports", &class_id), S_OK);
    EXPECT_HR(CoCreateInstance(&class_id, NULL, CLSCTX_INPROC_SERVER, &IID_IPorts, (void **)&ports),
              S_OK);
    if (ports == NULL) {
        abort();
    }
    return ports;
}

static void try_life(void)
{
    IPorts *ports = ports_new();
    ISupportErrorInfo *errors = NULL;
    IUnknown *unknown = NULL, *other = (IUnknown *)&other;
    CLSID class_id;

    EXPECT_HR(CLSIDFromProgID(L"UserPort.Ports.3", &class_id), S_OK);
    EXPECT(IsEqualGUID(&class_id, &CLSID_Ports));
    EXPECT_HR(IPorts_QueryInterface(ports, &IID_ISupportErrorInfo, (void **)&errors), S_OK);
    EXPECT_HR(ISupportErrorInfo_InterfaceSupportsErrorInfo(errors, &IID_IPorts), S_OK);
    EXPECT_HR(ISupportErrorInfo_InterfaceSupportsErrorInfo(errors, &IID_IUnknown), S_FALSE);
    EXPECT_HR(ISupportErrorInfo_QueryInterface(errors, &IID_IUnknown, (void **)&unknown), S_OK);
    EXPECT((void *)unknown == (void *)ports);
    EXPECT_HR(IPorts_QueryInterface(ports, &IID_IClassFactory, (void **)&other), E_NOINTERFACE);
    EXPECT(other == NULL);
    EXPECT_EQ(IUnknown_Release(unknown), 2);
    EXPECT_EQ(ISupportErrorInfo_Release(errors), 1);
    EXPECT_HR(CoCreateInstance(&class_id, (IUnknown *)ports, CLSCTX_INPROC_SERVER, &IID_IUnknown,
                               (void **)&other),
              CLASS_E_NOAGGREGATION);
    EXPECT_EQ(IPorts_Release(ports), 0);
}

static void try_factory(void)
{
    IClassFactory *factory = NULL;
    IPorts *ports = NULL;

    load();
    EXPECT_HR(dll.can_unload(), S_OK);
    EXPECT_HR(dll.get_class(&IID_IPorts, &IID_IClassFactory, (void **)&factory),
              CLASS_E_CLASSNOTAVAILABLE);
    EXPECT_HR(dll.get_class(&CLSID_Ports, &IID_IPorts, (void **)&factory), E_NOINTERFACE);
    EXPECT_HR(dll.can_unload(), S_OK);
    EXPECT_HR(dll.get_class(&CLSID_Ports, &IID_IClassFactory, (void **)&factory), S_OK);
    EXPECT_HR(dll.can_unload(), S_FALSE);
    EXPECT_HR(IClassFactory_CreateInstance(factory, NULL, &IID_IPorts, (void **)&ports), S_OK);
    EXPECT_HR(IClassFactory_LockServer(factory, TRUE), S_OK);
    IClassFactory_Release(factory);
    EXPECT_HR(dll.can_unload(), S_FALSE);
    EXPECT_HR(IClassFactory_LockServer(factory, FALSE), S_OK);
    EXPECT_HR(dll.can_unload(), S_FALSE);
    EXPECT_HR(IPorts_Open(ports, (BSTR)L"fake"), S_OK);
    EXPECT_EQ(IPorts_Release(ports), 0);
    EXPECT_HR(dll.can_unload(), S_OK);
    FreeLibrary(dll.module);
}

/* COM unloads the DLL when nothing needs it any more. */
static void try_unload(void)
{
    CoFreeUnusedLibrariesEx(0, 0);
    CoFreeUnusedLibrariesEx(0, 0);
    EXPECT(GetModuleHandleA("userport_com.dll") == NULL);
}

/* ---- early binding: through the table of functions ------------------------------------------- */

static void try_early(void)
{
    IPorts *ports = ports_new();
    IErrorInfo *info = NULL;
    BSTR text = NULL;
    GUID guid;
    LONG value = 0;

    SetErrorInfo(0, NULL);
    EXPECT_HR(IPorts_Out32(ports, 0x1000, 2882400001.0), S_OK);
    EXPECT_HR(IPorts_In32(ports, 0x1000, &value), S_OK);
    EXPECT_EQ((ULONG)value, 0xABCDEF01);
    EXPECT_HR(GetErrorInfo(0, &info), S_FALSE);
    EXPECT_HR(IPorts_In16(ports, 0x377, &value), COM_ERROR(UP_ERR_DENIED));
    EXPECT_EQ(value, 0xFFFF);
    EXPECT_HR(GetErrorInfo(0, &info), S_OK);
    EXPECT_HR(IErrorInfo_GetDescription(info, &text), S_OK);
    EXPECT_MSG(wcsstr(text, L"port 377 is not granted") != NULL, "it says: %ls", text);
    EXPECT_HR(IErrorInfo_GetGUID(info, &guid), S_OK);
    EXPECT(IsEqualGUID(&guid, &IID_IPorts));
    SysFreeString(text);
    IErrorInfo_Release(info);
    EXPECT_HR(IPorts_get_Version(ports, &text), S_OK);
    EXPECT(wcsncmp(text, L"3.", 2) == 0);
    SysFreeString(text);
    IPorts_Release(ports);
}

static IPorts *volatile shared;

static DWORD WINAPI use_ports(void *argument)
{
    const LONG port = 0x1000 + (LONG)(uintptr_t)argument;
    LONG value, i;

    for (i = 0; i < (LONG)ROUNDS; i++) {
        EXPECT_HR(IPorts_Out8(shared, port, i & 0xFF), S_OK);
        EXPECT_HR(IPorts_In8(shared, port, &value), S_OK);
        EXPECT_EQ(value, i & 0xFF);
        EXPECT_HR(IPorts_In8(shared, 0x377, &value), COM_ERROR(UP_ERR_DENIED));
    }
    return 0;
}

/* Meanwhile this thread opens and closes what they use. */
static void try_threads(void)
{
    HANDLE threads[THREADS];
    uintptr_t i;

    shared = ports_new();
    for (i = 0; i < THREADS; i++) {
        threads[i] = CreateThread(NULL, 0, use_ports, (void *)i, 0, NULL);
    }
    while (WaitForMultipleObjects(THREADS, threads, TRUE, 0) == WAIT_TIMEOUT) {
        EXPECT_HR(IPorts_Open(shared, NULL), S_OK);
        EXPECT_HR(IPorts_Close(shared), S_OK);
    }
    for (i = 0; i < THREADS; i++) {
        CloseHandle(threads[i]);
    }
    EXPECT_EQ(IPorts_Release(shared), 0);
    EXPECT_EQ(device_info().files, 1);
}

/* ---- without registration -------------------------------------------------------------------- */

/*
 * UserPort.Ports.manifest and userport_com.dll beside the program, whose own manifest (here a file)
 * names the assembly.
 */
static void try_manifest(void)
{
    ACTCTXW context = {.cbSize = sizeof context, .lpSource = L"C:\\clients\\client.manifest"};
    HANDLE made = CreateActCtxW(&context);
    ULONG_PTR cookie = 0;
    IPorts *ports;
    CLSID class_id;
    LONG value = 0;

    EXPECT(FAILED(CLSIDFromProgID(L"UserPort.Ports", &class_id)));
    if (!EXPECT_MSG(made != INVALID_HANDLE_VALUE, "the manifest is not accepted: %lu",
                    GetLastError())) {
        return;
    }
    EXPECT(ActivateActCtx(made, &cookie));
    ports = ports_new();
    EXPECT_HR(IPorts_Out8(ports, 0x1000, 77), S_OK);
    EXPECT_HR(IPorts_In8(ports, 0x1000, &value), S_OK);
    EXPECT_EQ(value, 77);
    IPorts_Release(ports);
    EXPECT(DeactivateActCtx(0, cookie));
    ReleaseActCtx(made);
}

static void try_driver_gone(void)
{
    IPorts *ports;
    LONG value = 0;

    driver_down();
    ports = ports_new();
    EXPECT_HR(IPorts_In8(ports, 0x1000, &value), COM_ERROR(UP_ERR_NOT_RUNNING));
    EXPECT_EQ(value, 0xFF);
    driver_up();
    EXPECT_HR(IPorts_In8(ports, 0x1000, &value), S_OK); /* it tries again */
    IPorts_Release(ports);
}

static void install(void)
{
    load();
    EXPECT_HR(dll.install(TRUE, L"machine"), S_OK);
    unload();
}

static void uninstall(void)
{
    load();
    EXPECT_HR(dll.install(FALSE, L"machine"), S_OK);
    unload();
}

static const struct client_case cases[] = {
    {"the driver starts", driver_up},
    {"COM: loaded", load},
    {"COM: registered for the user, twice, and not any more", try_register_user},
    {"COM: registered for the machine, by DllInstall", try_register_machine},
    {"COM: half a registration is undone", try_half_registration},
    {"COM: what others registered stays", try_others},
    {"COM: unloaded", unload},
    {"COM: the type library", try_type_library},
    {"COM: the type library of the 32-bit DLL", try_type_library_i386},
    {"COM: registered for the machine", install},
    {"COM: interfaces, references, aggregation", try_life},
    {"COM: the class factory, and when the DLL may go", try_factory},
    {"COM: the object's type", try_type_of_object},
    {"COM: calls through the table of functions, IErrorInfo", try_early},
    {"COM: names, named arguments", try_names},
    {"COM: arguments of every type", try_arguments},
    {"COM: wrong arguments", try_wrong_arguments},
    {"COM: ranges", try_ranges},
    {"COM: errors with their sentences", try_exceptions},
    {"COM: arrays that are read", try_read_arrays},
    {"COM: arrays that are written", try_written_arrays},
    {"COM: threads, while others open and close", try_threads},
    {"COM: called from another apartment", try_apartments},
    {"COM: without the driver, and with it again", try_driver_gone},
    {"COM: unloaded when nothing needs it", try_unload},
    {"COM: registered no more", uninstall},
    {"COM: without registration, by a manifest", try_manifest},
    {"the driver stops", driver_down},
};

int main(int argc, char **argv)
{
    WCHAR *end;
    HKEY classes;

    if (argc != 3) {
        return 2;
    }
    driver_path = argv[1];
    MultiByteToWideChar(CP_ACP, 0, argv[2], -1, dll_path_i386, MAX_PATH);
    RegCreateKeyA(HKEY_CURRENT_USER, CLASSES, &classes); /* Windows always has it */
    RegCloseKey(classes);
    GetModuleFileNameW(NULL, dll_path, MAX_PATH);
    end = wcsrchr(dll_path, L'\\');
    wcscpy(end != NULL ? end + 1 : dll_path, L"userport_com.dll");
    wanted_default();
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    return RUN_CASES(cases);
}
