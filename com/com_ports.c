/* SPDX-License-Identifier: MIT
 *
 * The methods of IPorts (userport.idl). They translate between a script's arguments and the
 * functions of userport.h.
 */
#include "com.h"
#include "lib/system.h"
#include "version.h"

#define ROOM 64 /* for a name or a version */

/* ---- open and close -------------------------------------------------------------------------- */

/* True if text is the name, in upper or lower case. */
static bool is_named(const WCHAR *text, const char *name)
{
    for (; *text != L'\0' && *name != '\0'; text++, name++) {
        if (*text != (WCHAR)*name && *text != (WCHAR)(*name - 'a' + 'A')) {
            return false;
        }
    }
    return *text == L'\0' && *name == '\0';
}

static HRESULT find_backends(const WCHAR *name, uint32_t *backends)
{
    uint32_t one;

    *backends = UP_BACKEND_ANY;
    if (name == NULL || *name == L'\0') {
        return S_OK;
    }
    for (one = UP_BACKEND_DIRECT; one <= UP_BACKEND_FAKE; one <<= 1) {
        if (is_named(name, up_backend_name(one))) {
            *backends = one;
            return S_OK;
        }
    }
    return up_com_bad_argument(
        "Open", "the back ends are direct, ioctl and fake; without a name, the fastest of the "
                "first two that works.");
}

/* If this fails, what was open stays open. */
static HRESULT STDMETHODCALLTYPE ports_open(IPorts *ports, BSTR name)
{
    struct up_com_session *session;
    uint32_t backends;
    HRESULT result = find_backends(name, &backends);

    if (result == S_OK) {
        result = up_com_open(backends, &session);
    }
    if (result == S_OK) {
        up_com_replace(ports, session);
    }
    return result;
}

static HRESULT STDMETHODCALLTYPE ports_close(IPorts *ports)
{
    up_com_replace(ports, NULL);
    return S_OK;
}

/* ---- one access ------------------------------------------------------------------------------ */

static up_error read_once(up_handle *handle, uint16_t port, uint32_t width, LONG *value)
{
    uint8_t value8 = 0;
    uint16_t value16 = 0;
    uint32_t value32 = 0;
    up_error error;

    switch (width) {
    case 1:
        error = up_in8(handle, port, &value8);
        *value = value8;
        break;
    case 2:
        error = up_in16(handle, port, &value16);
        *value = value16;
        break;
    default:
        error = up_in32(handle, port, &value32);
        *value = (LONG)value32;
        break;
    }
    return error;
}

static up_error write_once(up_handle *handle, uint16_t port, uint32_t width, uint32_t value)
{
    switch (width) {
    case 1:
        return up_out8(handle, port, (uint8_t)value);
    case 2:
        return up_out16(handle, port, (uint16_t)value);
    default:
        return up_out32(handle, port, value);
    }
}

/* A read that fails gives all ones, for callers who do not check for errors. */
static HRESULT read_port(IPorts *ports, const char *method, LONG argument, uint32_t width,
                         LONG *value)
{
    struct up_com_session *session;
    uint16_t port;
    HRESULT result;

    if (value == NULL) {
        return E_POINTER;
    }
    *value = width == 4 ? -1 : (1 << 8 * width) - 1;
    result = up_com_port(method, argument, &port);
    if (result == S_OK) {
        result = up_com_enter(ports, &session);
    }
    if (result == S_OK) {
        result = up_com_result(read_once(session->handle, port, width, value));
        up_com_leave(session);
    }
    return result;
}

static HRESULT write_port(IPorts *ports, const char *method, LONG argument, uint32_t width,
                          double number)
{
    struct up_com_session *session;
    uint16_t port;
    uint32_t value;
    HRESULT result = up_com_port(method, argument, &port);

    if (result == S_OK) {
        result = up_com_value(method, number, width, &value);
    }
    if (result == S_OK) {
        result = up_com_enter(ports, &session);
    }
    if (result == S_OK) {
        result = up_com_result(write_once(session->handle, port, width, value));
        up_com_leave(session);
    }
    return result;
}

static HRESULT STDMETHODCALLTYPE ports_in8(IPorts *ports, LONG port, LONG *value)
{
    return read_port(ports, "In8", port, 1, value);
}

static HRESULT STDMETHODCALLTYPE ports_in16(IPorts *ports, LONG port, LONG *value)
{
    return read_port(ports, "In16", port, 2, value);
}

static HRESULT STDMETHODCALLTYPE ports_in32(IPorts *ports, LONG port, LONG *value)
{
    return read_port(ports, "In32", port, 4, value);
}

static HRESULT STDMETHODCALLTYPE ports_out8(IPorts *ports, LONG port, LONG value)
{
    return write_port(ports, "Out8", port, 1, value);
}

static HRESULT STDMETHODCALLTYPE ports_out16(IPorts *ports, LONG port, LONG value)
{
    return write_port(ports, "Out16", port, 2, value);
}

static HRESULT STDMETHODCALLTYPE ports_out32(IPorts *ports, LONG port, double value)
{
    return write_port(ports, "Out32", port, 4, value);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static up_error read_elements(up_handle *handle, uint16_t port, uint32_t width, void *elements,
                              uint32_t count)
{
    switch (width) {
    case 1:
        return up_in8_block(handle, port, elements, count);
    case 2:
        return up_in16_block(handle, port, elements, count);
    default:
        return up_in32_block(handle, port, elements, count);
    }
}

static up_error write_elements(up_handle *handle, uint16_t port, uint32_t width,
                               const void *elements, uint32_t count)
{
    switch (width) {
    case 1:
        return up_out8_block(handle, port, elements, count);
    case 2:
        return up_out16_block(handle, port, elements, count);
    default:
        return up_out32_block(handle, port, elements, count);
    }
}

/* Checks the arguments that both kinds of blocks have. */
static HRESULT check_block(const char *method, LONG port_argument, LONG width_argument,
                           uint16_t *port, uint32_t *width)
{
    HRESULT result = up_com_port(method, port_argument, port);

    return result == S_OK ? up_com_width(method, width_argument, width) : result;
}

/*
 * Reads into memory first and makes the array from it. An array that was locked during the reads
 * could not be freed if the caller ended midway.
 */
static HRESULT read_into_array(IPorts *ports, uint16_t port, uint32_t width, uint32_t count,
                               VARIANT *values)
{
    void *elements = up_system_allocate((size_t)count * width + 1);
    struct up_com_session *session;
    HRESULT result;

    if (elements == NULL) {
        return E_OUTOFMEMORY;
    }
    result = up_com_enter(ports, &session);
    if (result == S_OK) {
        result = up_com_result(read_elements(session->handle, port, width, elements, count));
        up_com_leave(session);
    }
    if (result == S_OK) {
        result = up_com_array_from(elements, count, width, values);
    }
    up_system_free(elements);
    return result;
}

static HRESULT STDMETHODCALLTYPE ports_in_block(IPorts *ports, LONG port_argument, LONG count,
                                                LONG width_argument, VARIANT *values)
{
    uint32_t width;
    uint16_t port;
    HRESULT result;

    if (values == NULL) {
        return E_POINTER;
    }
    V_VT(values) = VT_EMPTY;
    result = check_block("InBlock", port_argument, width_argument, &port, &width);
    if (result != S_OK) {
        return result;
    }
    if (count < 0 || count > UP_COM_COUNT_MAX) {
        return up_com_bad_number("InBlock", count,
                                 "is not a count of elements, of which a block has 0 to 16777216.");
    }
    return read_into_array(ports, port, width, (uint32_t)count, values);
}

static HRESULT STDMETHODCALLTYPE ports_out_block(IPorts *ports, LONG port_argument, VARIANT values,
                                                 LONG width_argument)
{
    struct up_com_session *session;
    uint32_t width, count;
    void *elements;
    uint16_t port;
    HRESULT result = check_block("OutBlock", port_argument, width_argument, &port, &width);

    if (result == S_OK) {
        result = up_com_array_to("OutBlock", &values, width, &elements, &count);
    }
    if (result != S_OK) {
        return result;
    }
    result = up_com_enter(ports, &session);
    if (result == S_OK) {
        result = up_com_result(write_elements(session->handle, port, width, elements, count));
        up_com_leave(session);
    }
    up_system_free(elements);
    return result;
}

/* ---- the map and the library's version ------------------------------------------------------- */

static HRESULT STDMETHODCALLTYPE ports_granted(IPorts *ports, LONG port_argument,
                                               LONG width_argument, VARIANT_BOOL *granted)
{
    struct up_com_session *session;
    uint32_t width;
    uint16_t port;
    HRESULT result;

    if (granted == NULL) {
        return E_POINTER;
    }
    *granted = VARIANT_FALSE;
    result = check_block("Granted", port_argument, width_argument, &port, &width);
    if (result == S_OK) {
        result = up_com_enter(ports, &session);
    }
    if (result == S_OK) {
        *granted = up_granted(session->handle, port, width) ? VARIANT_TRUE : VARIANT_FALSE;
        up_com_leave(session);
    }
    return result;
}

/* text is ASCII. */
static HRESULT new_string(const char *text, BSTR *string)
{
    WCHAR wide[ROOM];
    UINT length = 0;

    if (string == NULL) {
        return E_POINTER;
    }
    while (*text != '\0' && length < ROOM) {
        wide[length++] = (WCHAR)(unsigned char)*text++;
    }
    *string = SysAllocStringLen(wide, length);
    return *string != NULL ? S_OK : E_OUTOFMEMORY;
}

/* Does not open the ports. */
static HRESULT STDMETHODCALLTYPE ports_backend(IPorts *ports, BSTR *name)
{
    return new_string(up_backend_name(up_com_backend(ports)), name);
}

static HRESULT STDMETHODCALLTYPE ports_version(IPorts *ports, BSTR *version)
{
    (void)ports;
    return new_string(UP_VERSION_STRING, version);
}

IPortsVtbl up_com_ports_functions = {
    .QueryInterface = up_com_query,
    .AddRef = up_com_add,
    .Release = up_com_release,
    .GetTypeInfoCount = up_com_type_count,
    .GetTypeInfo = up_com_type,
    .GetIDsOfNames = up_com_ids,
    .Invoke = up_com_invoke,
    .Open = ports_open,
    .Close = ports_close,
    .In8 = ports_in8,
    .In16 = ports_in16,
    .In32 = ports_in32,
    .Out8 = ports_out8,
    .Out16 = ports_out16,
    .Out32 = ports_out32,
    .InBlock = ports_in_block,
    .OutBlock = ports_out_block,
    .Granted = ports_granted,
    .get_Backend = ports_backend,
    .get_Version = ports_version,
};
