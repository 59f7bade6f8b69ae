/* SPDX-License-Identifier: MIT
 *
 * What COM and regsvr32 call in userport_com.dll: the class and its factory, the registration, and
 * whether the DLL can be unloaded.
 */
#include "com.h"

#include <olectl.h>

#include "userport_com_guid.c" /* made from userport.idl */

const GUID up_iid_unknown = {0x00000000, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};
const GUID up_iid_class_factory = {0x00000001, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};
const GUID up_iid_dispatch = {0x00020400, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};
const GUID up_iid_error_info = {
    0x1CF2B120, 0x547D, 0x101B, {0x8E, 0x65, 0x08, 0x00, 0x2B, 0x2B, 0xD1, 0x19}};
const GUID up_iid_support_error_info = {
    0xDF0B3D60, 0x548F, 0x101B, {0x8E, 0x65, 0x08, 0x00, 0x2B, 0x2B, 0xD1, 0x19}};

/* Counts objects, references to the factory and locks of the factory. */
static LONG volatile reasons_to_stay;

bool up_com_same(const GUID *one, const GUID *other)
{
    uint32_t i = 0;

    while (i < sizeof one->Data4 && one->Data4[i] == other->Data4[i]) {
        i++;
    }
    return i == sizeof one->Data4 && one->Data1 == other->Data1 && one->Data2 == other->Data2 &&
           one->Data3 == other->Data3;
}

void up_com_keep_loaded(void)
{
    InterlockedIncrement(&reasons_to_stay);
}

void up_com_may_go(void)
{
    InterlockedDecrement(&reasons_to_stay);
}

/* ---- the factory: a single one, which always exists ------------------------------------------ */

static HRESULT STDMETHODCALLTYPE factory_query(IClassFactory *factory, REFIID riid, void **object)
{
    if (object == NULL) {
        return E_POINTER;
    }
    *object = NULL;
    if (!up_com_same(riid, &up_iid_unknown) && !up_com_same(riid, &up_iid_class_factory)) {
        return E_NOINTERFACE;
    }
    up_com_keep_loaded();
    *object = factory;
    return S_OK;
}

static ULONG STDMETHODCALLTYPE factory_add(IClassFactory *factory)
{
    (void)factory;
    up_com_keep_loaded();
    return 2;
}

static ULONG STDMETHODCALLTYPE factory_release(IClassFactory *factory)
{
    (void)factory;
    up_com_may_go();
    return 1;
}

static HRESULT STDMETHODCALLTYPE factory_create(IClassFactory *factory, IUnknown *outer,
                                                REFIID riid, void **object)
{
    (void)factory;
    if (object == NULL) {
        return E_POINTER;
    }
    *object = NULL;
    if (outer != NULL) {
        return CLASS_E_NOAGGREGATION;
    }
    return up_com_ports_new(riid, object);
}

static HRESULT STDMETHODCALLTYPE factory_lock(IClassFactory *factory, BOOL lock)
{
    (void)factory;
    if (lock) {
        up_com_keep_loaded();
    } else {
        up_com_may_go();
    }
    return S_OK;
}

static IClassFactoryVtbl factory_functions = {factory_query, factory_add, factory_release,
                                              factory_create, factory_lock};
static IClassFactory the_factory = {&factory_functions};

/* ---- registration ---------------------------------------------------------------------------- */

/*
 * The linker's name for the first byte of the DLL, which is its module handle. It makes an entry
 * point that stores the handle unnecessary.
 */
extern IMAGE_DOS_HEADER __ImageBase;

DWORD up_com_own_path(WCHAR path[MAX_PATH])
{
    DWORD length = GetModuleFileNameW((HMODULE)&__ImageBase, path, MAX_PATH);

    if (length == 0) {
        return GetLastError();
    }
    return length < MAX_PATH ? 0 : ERROR_FILENAME_EXCED_RANGE;
}

/* The registration for the machine, or for the current user. */
static struct up_com_registration own_registration(bool machine)
{
    return (struct up_com_registration){.root = machine ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER,
                                        .bits = (unsigned)sizeof(void *) * 8u};
}

static bool identify(const WCHAR *path, BY_HANDLE_FILE_INFORMATION *identity)
{
    HANDLE file = CreateFileW(path, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                              OPEN_EXISTING, 0, NULL);
    bool done;

    if (file == INVALID_HANDLE_VALUE) {
        return false;
    }
    done = GetFileInformationByHandle(file, identity);
    CloseHandle(file);
    return done;
}

/* Compares identities, because a file has many paths: short names, other drive letters. */
static bool is_same_file(const WCHAR *one, const WCHAR *other)
{
    BY_HANDLE_FILE_INFORMATION first, second;

    if (lstrcmpiW(one, other) == 0) {
        return true;
    }
    return identify(one, &first) && identify(other, &second) &&
           first.dwVolumeSerialNumber == second.dwVolumeSerialNumber &&
           first.nFileIndexHigh == second.nFileIndexHigh &&
           first.nFileIndexLow == second.nFileIndexLow;
}

static HRESULT register_self(bool machine)
{
    const struct up_com_registration registration = own_registration(machine);
    WCHAR path[MAX_PATH];
    DWORD error = up_com_own_path(path);

    if (error == 0) {
        error = (DWORD)up_com_registration_write(&registration, path);
    }
    return HRESULT_FROM_WIN32(error);
}

/* If another existing copy is registered, its registration is left unchanged. */
static HRESULT unregister_self(bool machine)
{
    const struct up_com_registration registration = own_registration(machine);
    WCHAR path[MAX_PATH], server[UP_COM_SERVER_MAX];
    DWORD error = up_com_own_path(path);

    if (error == 0) {
        error = (DWORD)up_com_registration_server(&registration, server);
    }
    if (error == 0 && (server[0] == L'\0' || is_same_file(server, path) ||
                       GetFileAttributesW(server) == INVALID_FILE_ATTRIBUTES)) {
        error = (DWORD)up_com_registration_delete(&registration);
    }
    return HRESULT_FROM_WIN32(error);
}

/* ---- the DLL's functions --------------------------------------------------------------------- */

STDAPI DllGetClassObject(REFCLSID class_id, REFIID riid, void **object)
{
    if (object == NULL) {
        return E_POINTER;
    }
    *object = NULL;
    if (!up_com_same(class_id, &CLSID_Ports)) {
        return CLASS_E_CLASSNOTAVAILABLE;
    }
    return factory_query(&the_factory, riid, object);
}

STDAPI DllCanUnloadNow(void)
{
    return reasons_to_stay == 0 ? S_OK : S_FALSE;
}

static bool is_text(const WCHAR *text, const WCHAR *wanted)
{
    while (*text == *wanted && *text != L'\0') {
        text++;
        wanted++;
    }
    return *text == *wanted;
}

STDAPI DllRegisterServer(void)
{
    return register_self(false);
}

STDAPI DllUnregisterServer(void)
{
    return unregister_self(false);
}

STDAPI DllInstall(BOOL install, PCWSTR where);

/* regsvr32 /n /i:machine registers for the machine. /i:user does the same as DllRegisterServer. */
STDAPI DllInstall(BOOL install, PCWSTR where)
{
    const bool machine = where != NULL && is_text(where, L"machine");

    if (where != NULL && !machine && !is_text(where, L"") && !is_text(where, L"user")) {
        return E_INVALIDARG;
    }
    return install ? register_self(machine) : unregister_self(machine);
}
