/* SPDX-License-Identifier: MIT
 *
 * The internal interface of the automation object UserPort.Ports in userport_com.dll. com_class.c
 * has what COM and regsvr32 call in a DLL, com_object.c the object, com_ports.c its methods,
 * com_values.c their arguments and arrays, com_error.c its errors, and com_register.c the
 * registration. userport.idl defines the interface.
 */
#ifndef UP_COM_COM_H
#define UP_COM_COM_H

#include <stdbool.h>
#include <stdint.h>

#include "com_register.h"
#include "userport_com.h" /* made from userport.idl; includes windows.h */
#include "userport/userport.h"

extern const GUID up_iid_unknown, up_iid_dispatch, up_iid_error_info, up_iid_support_error_info,
    up_iid_class_factory;

bool up_com_same(const GUID *one, const GUID *other);

/* ---- com_class.c ----------------------------------------------------------------------------- */

/*
 * The full path of this DLL. Result: a Windows error code; ERROR_FILENAME_EXCED_RANGE if the path
 * does not fit.
 */
DWORD up_com_own_path(WCHAR path[MAX_PATH]);

/* Count one reason more, or one less, for the DLL to stay loaded. */
void up_com_keep_loaded(void);
void up_com_may_go(void);

/* ---- com_object.c ---------------------------------------------------------------------------- */

/* An open handle, shared by the calls that use it at the moment. */
struct up_com_session {
    LONG volatile users; /* the object itself counts as one */
    up_handle *handle;
};

/* Makes a new object with one reference, returned in *object. */
HRESULT up_com_ports_new(REFIID riid, void **object);

HRESULT up_com_open(uint32_t backends, struct up_com_session **session);

/*
 * Returns the object's session for one call in *session, opening it if necessary. up_com_leave ends
 * the call.
 */
HRESULT up_com_enter(IPorts *ports, struct up_com_session **session);
void up_com_leave(struct up_com_session *session);

/* Replaces the object's session by another one, or by none. */
void up_com_replace(IPorts *ports, struct up_com_session *session);

/* The open back end; 0: none. */
uint32_t up_com_backend(IPorts *ports);

/* IUnknown and IDispatch, for the function table of com_ports.c. */
HRESULT STDMETHODCALLTYPE up_com_query(IPorts *ports, REFIID riid, void **object);
ULONG STDMETHODCALLTYPE up_com_add(IPorts *ports);
ULONG STDMETHODCALLTYPE up_com_release(IPorts *ports);
HRESULT STDMETHODCALLTYPE up_com_type_count(IPorts *ports, UINT *count);
HRESULT STDMETHODCALLTYPE up_com_type(IPorts *ports, UINT index, LCID lcid, ITypeInfo **type);
HRESULT STDMETHODCALLTYPE up_com_ids(IPorts *ports, REFIID riid, LPOLESTR *names, UINT count,
                                     LCID lcid, DISPID *ids);
HRESULT STDMETHODCALLTYPE up_com_invoke(IPorts *ports, DISPID id, REFIID riid, LCID lcid,
                                        WORD flags, DISPPARAMS *parameters, VARIANT *result,
                                        EXCEPINFO *exception, UINT *bad_argument);

/* ---- com_ports.c ----------------------------------------------------------------------------- */

extern IPortsVtbl up_com_ports_functions;

/* ---- com_error.c: HRESULTs with a sentence for Err.Description ------------------------------- */

#define UP_COM_ERROR(error) MAKE_HRESULT(SEVERITY_ERROR, FACILITY_ITF, 0x200u + (error))

/* Discards the error information of earlier calls. */
void up_com_forget_error(void);

/* Turns a result of the library into an HRESULT, with the library's sentence unless it is UP_OK. */
HRESULT up_com_result(up_error error);

/*
 * Report an argument that is not valid, such as "In8: 65536 is not a port: ports are 0 to 65535
 * (&HFFFF)." number: a whole number of any size.
 */
HRESULT up_com_bad_number(const char *method, double number, const char *why);
HRESULT up_com_bad_argument(const char *method, const char *why);

/* ---- com_values.c: arguments and arrays ------------------------------------------------------ */

/*
 * Check an argument: a port; a width, which is 1, 2 or 4; a value of that width. If the result is
 * not S_OK the error has been reported.
 */
HRESULT up_com_port(const char *method, LONG argument, uint16_t *port);
HRESULT up_com_width(const char *method, LONG argument, uint32_t *width);
HRESULT up_com_value(const char *method, double argument, uint32_t width, uint32_t *value);

/* The most elements of a block: as Variants they take 384 MiB in a 64-bit program. */
#define UP_COM_COUNT_MAX 0x1000000

/*
 * Convert between the library's elements of width bytes and arrays. up_com_array_from makes an
 * array of Variants with Longs, since VBScript has no other arrays. up_com_array_to accepts any
 * array of numbers, or of Variants that can be converted to numbers. The caller frees *elements
 * with up_system_free.
 */
HRESULT up_com_array_from(const void *elements, uint32_t count, uint32_t width, VARIANT *array);
HRESULT up_com_array_to(const char *method, const VARIANT *array, uint32_t width, void **elements,
                        uint32_t *count);

#endif
