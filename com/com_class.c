/* SPDX-License-Identifier: MIT
 *
 * What COM and regsvr32 call in userport.dll: the class and its factory, registration, and whether the DLL may go.
 */
#include "com.h"

#include <olectl.h>

#include "userport_com_guid.c" /* made from userport.idl */

const GUID up_iid_unknown = {0x00000000, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};
const GUID up_iid_class_factory = {0x00000001, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};
const GUID up_iid_dispatch = {0x00020400, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};
const GUID up_iid_error_info = {0x1CF2B120, 0x547D, 0x101B, {0x8E, 0x65, 0x08, 0x00, 0x2B, 0x2B, 0xD1, 0x19}};
const GUID up_iid_support_error_info = {0xDF0B3D60, 0x548F, 0x101B, {0x8E, 0x65, 0x08, 0x00, 0x2B, 0x2B, 0xD1, 0x19}};

/* Objects, references to the factory and its locks. */
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

void up_com_stay(void)
{
    InterlockedIncrement(&reasons_to_stay);
}

void up_com_may_go(void)
{
    InterlockedDecrement(&reasons_to_stay);
}

/* ---- the factory: one, which is always there --------------------------------------------------------------------------- */

static HRESULT STDMETHODCALLTYPE factory_query(IClassFactory *factory, REFIID riid, void **object)
{
    if (object == NULL) {
        return E_POINTER;
    }
    *object = NULL;
    if (!up_com_same(riid, &up_iid_unknown) && !up_com_same(riid, &up_iid_class_factory)) {
        return E_NOINTERFACE;
    }
    up_com_stay();
    *object = factory;
    return S_OK;
}

static ULONG STDMETHODCALLTYPE factory_add(IClassFactory *factory)
{
    (void)factory;
    up_com_stay();
    return 2;
}

static ULONG STDMETHODCALLTYPE factory_release(IClassFactory *factory)
{
    (void)factory;
    up_com_may_go();
    return 1;
}

static HRESULT STDMETHODCALLTYPE factory_create(IClassFactory *factory, IUnknown *outer, REFIID riid, void **object)
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
        up_com_stay();
    } else {
        up_com_may_go();
    }
    return S_OK;
}

static IClassFactoryVtbl factory_functions = {factory_query, factory_add, factory_release, factory_create,
                                              factory_lock};
static IClassFactory the_factory = {&factory_functions};

/* ---- the DLL's functions ------------------------------------------------------------------------------------------------ */

STDAPI DllGetClassObject(REFCLSID class_id, REFIID riid, void **object)
{
    if (object == NULL) {
        return E_POINTER;
    }
    *object = NULL;
    if (!up_com_same(class_id, &CLSID_Ports)) {
        return CLASS_E_CLASSNOTAVAILABLE;
    }
    if (up_com_oleaut32() == NULL) {
        return HRESULT_FROM_WIN32(GetLastError());
    }
    return factory_query(&the_factory, riid, object);
}

STDAPI DllCanUnloadNow(void)
{
    return reasons_to_stay == 0 ? S_OK : S_FALSE;
}

STDAPI DllRegisterServer(void)
{
    return up_com_register(false);
}

STDAPI DllUnregisterServer(void)
{
    return up_com_unregister(false);
}

static bool is_text(const WCHAR *text, const WCHAR *wanted)
{
    while (*text == *wanted && *text != L'\0') {
        text++;
        wanted++;
    }
    return *text == *wanted;
}

STDAPI DllInstall(BOOL install, PCWSTR where);

/* regsvr32 /n /i:machine, or /i:user: what DllRegisterServer does. */
STDAPI DllInstall(BOOL install, PCWSTR where)
{
    const bool machine = where != NULL && is_text(where, L"machine");

    if (where != NULL && !machine && !is_text(where, L"") && !is_text(where, L"user")) {
        return E_INVALIDARG;
    }
    return install ? up_com_register(machine) : up_com_unregister(machine);
}
