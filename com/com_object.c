/* SPDX-License-Identifier: MIT
 *
 * The object UserPort.Ports: IUnknown, IDispatch through the type library, ISupportErrorInfo, and
 * the object's session. Any thread may call any method at any time. A session counts its users, so
 * Close and Open never take the handle away from a call that runs in another thread: the last user
 * closes it. The lock covers the change of sessions, not accesses.
 */
#include "com.h"
#include "lib/system.h"

struct object {
    IPorts ports; /* first: a pointer to it is a pointer to the object */
    ISupportErrorInfo errors;
    LONG volatile references;
    struct up_system_lock *lock;
    struct up_com_session *session; /* NULL: nothing is open */
    ITypeInfo *volatile type;       /* read from the DLL on the first request */
};

static struct object *object_of(IPorts *ports)
{
    return (struct object *)ports;
}

/* ---- sessions -------------------------------------------------------------------------------- */

void up_com_leave(struct up_com_session *session)
{
    if (session != NULL && InterlockedDecrement(&session->users) == 0) {
        up_close(session->handle);
        up_system_free(session);
    }
}

HRESULT up_com_open(uint32_t backends, struct up_com_session **session)
{
    struct up_com_session *made = up_system_allocate(sizeof *made);
    HRESULT result;

    *session = NULL;
    if (made == NULL) {
        return E_OUTOFMEMORY;
    }
    made->users = 1;
    result = up_com_result(up_open(backends, &made->handle));
    if (result != S_OK) {
        up_system_free(made);
        return result;
    }
    *session = made;
    return S_OK;
}

void up_com_replace(IPorts *ports, struct up_com_session *session)
{
    struct object *object = object_of(ports);
    struct up_com_session *before;

    up_system_lock_take(object->lock);
    before = object->session;
    object->session = session;
    up_system_lock_release(object->lock);
    up_com_leave(before);
}

/* If several threads make their first call at once, one opens and the others wait for it. */
HRESULT up_com_enter(IPorts *ports, struct up_com_session **session)
{
    struct object *object = object_of(ports);
    HRESULT result = S_OK;

    up_system_lock_take(object->lock);
    if (object->session == NULL) {
        result = up_com_open(UP_BACKEND_ANY, &object->session);
    }
    *session = object->session;
    if (result == S_OK) {
        InterlockedIncrement(&object->session->users);
    }
    up_system_lock_release(object->lock);
    return result;
}

uint32_t up_com_backend(IPorts *ports)
{
    struct object *object = object_of(ports);
    uint32_t backend;

    up_system_lock_take(object->lock);
    backend = object->session != NULL ? up_backend(object->session->handle) : 0;
    up_system_lock_release(object->lock);
    return backend;
}

/* ---- IUnknown -------------------------------------------------------------------------------- */

HRESULT STDMETHODCALLTYPE up_com_query(IPorts *ports, REFIID riid, void **object)
{
    if (object == NULL) {
        return E_POINTER;
    }
    if (up_com_same(riid, &up_iid_unknown) || up_com_same(riid, &up_iid_dispatch) ||
        up_com_same(riid, &IID_IPorts)) {
        *object = ports;
    } else if (up_com_same(riid, &up_iid_support_error_info)) {
        *object = &object_of(ports)->errors;
    } else {
        *object = NULL;
        return E_NOINTERFACE;
    }
    up_com_add(ports);
    return S_OK;
}

ULONG STDMETHODCALLTYPE up_com_add(IPorts *ports)
{
    return (ULONG)InterlockedIncrement(&object_of(ports)->references);
}

static void delete_object(struct object *object)
{
    if (object->type != NULL) {
        object->type->lpVtbl->Release(object->type);
    }
    up_com_leave(object->session);
    up_system_lock_delete(object->lock);
    up_system_free(object);
    up_com_may_go();
}

ULONG STDMETHODCALLTYPE up_com_release(IPorts *ports)
{
    const LONG left = InterlockedDecrement(&object_of(ports)->references);

    if (left == 0) {
        delete_object(object_of(ports));
    }
    return (ULONG)left;
}

/* ---- IDispatch, through the type library ----------------------------------------------------- */

static HRESULT read_type(ITypeInfo **type)
{
    WCHAR path[MAX_PATH];
    ITypeLib *library;
    HRESULT result;
    DWORD error = up_com_own_path(path);

    if (error != 0) {
        return HRESULT_FROM_WIN32(error);
    }
    result = LoadTypeLib(path, &library); /* with a full path it registers nothing */
    if (SUCCEEDED(result)) {
        result = library->lpVtbl->GetTypeInfoOfGuid(library, &IID_IPorts, type);
        library->lpVtbl->Release(library);
    }
    return result;
}

/*
 * Returns the object's own reference, which the caller does not release. If two threads read the
 * type at once, one releases its own.
 */
static HRESULT get_type(struct object *object, ITypeInfo **type)
{
    ITypeInfo *made;
    HRESULT result;

    if (object->type == NULL) {
        result = read_type(&made);
        if (FAILED(result)) {
            return result;
        }
        if (InterlockedCompareExchangePointer((void *volatile *)&object->type, made, NULL) !=
            NULL) {
            made->lpVtbl->Release(made);
        }
    }
    *type = object->type;
    return S_OK;
}

HRESULT STDMETHODCALLTYPE up_com_type_count(IPorts *ports, UINT *count)
{
    (void)ports;
    if (count == NULL) {
        return E_POINTER;
    }
    *count = 1;
    return S_OK;
}

HRESULT STDMETHODCALLTYPE up_com_type(IPorts *ports, UINT index, LCID lcid, ITypeInfo **type)
{
    HRESULT result;

    (void)lcid;
    if (type == NULL) {
        return E_POINTER;
    }
    *type = NULL;
    if (index != 0) {
        return DISP_E_BADINDEX;
    }
    result = get_type(object_of(ports), type);
    if (result == S_OK) {
        (*type)->lpVtbl->AddRef(*type);
    }
    return result;
}

HRESULT STDMETHODCALLTYPE up_com_ids(IPorts *ports, REFIID riid, LPOLESTR *names, UINT count,
                                     LCID lcid, DISPID *ids)
{
    static const GUID null;
    ITypeInfo *type;
    HRESULT result;

    (void)lcid;
    if (!up_com_same(riid, &null)) {
        return DISP_E_UNKNOWNINTERFACE;
    }
    result = get_type(object_of(ports), &type);
    return result == S_OK ? type->lpVtbl->GetIDsOfNames(type, names, count, ids) : result;
}

HRESULT STDMETHODCALLTYPE up_com_invoke(IPorts *ports, DISPID id, REFIID riid, LCID lcid,
                                        WORD flags, DISPPARAMS *parameters, VARIANT *result,
                                        EXCEPINFO *exception, UINT *bad_argument)
{
    static const GUID null;
    ITypeInfo *type;
    HRESULT answer;

    (void)lcid;
    if (!up_com_same(riid, &null)) {
        return DISP_E_UNKNOWNINTERFACE;
    }
    answer = get_type(object_of(ports), &type);
    if (answer != S_OK) {
        return answer;
    }
    up_com_forget_error(); /* an error without a sentence must not show an older one */
    return type->lpVtbl->Invoke(type, ports, id, flags, parameters, result, exception,
                                bad_argument);
}

/* ---- ISupportErrorInfo ----------------------------------------------------------------------- */

static IPorts *ports_of(ISupportErrorInfo *errors)
{
    return (IPorts *)((uint8_t *)errors - offsetof(struct object, errors));
}

static HRESULT STDMETHODCALLTYPE errors_query(ISupportErrorInfo *errors, REFIID riid, void **object)
{
    return up_com_query(ports_of(errors), riid, object);
}

static ULONG STDMETHODCALLTYPE errors_add(ISupportErrorInfo *errors)
{
    return up_com_add(ports_of(errors));
}

static ULONG STDMETHODCALLTYPE errors_release(ISupportErrorInfo *errors)
{
    return up_com_release(ports_of(errors));
}

static HRESULT STDMETHODCALLTYPE errors_supports(ISupportErrorInfo *errors, REFIID riid)
{
    (void)errors;
    return up_com_same(riid, &IID_IPorts) ? S_OK : S_FALSE;
}

static ISupportErrorInfoVtbl errors_functions = {errors_query, errors_add, errors_release,
                                                 errors_supports};

/* ---- creation -------------------------------------------------------------------------------- */

HRESULT up_com_ports_new(REFIID riid, void **object)
{
    struct object *made = up_system_allocate(sizeof *made);
    HRESULT result;

    if (made == NULL) {
        return E_OUTOFMEMORY;
    }
    made->lock = up_system_lock_new();
    if (made->lock == NULL) {
        up_system_free(made);
        return E_OUTOFMEMORY;
    }
    made->ports.lpVtbl = &up_com_ports_functions;
    made->errors.lpVtbl = &errors_functions;
    made->references = 1;
    up_com_keep_loaded();
    result = up_com_query(&made->ports, riid, object);
    up_com_release(&made->ports);
    return result;
}
