/* SPDX-License-Identifier: MIT
 *
 * The automation object UserPort.Ports of userport_com.dll from the inside. com_class.c has what COM and regsvr32 call in a
 * DLL, com_object.c the object, com_ports.c its methods, com_values.c their arguments and arrays, com_error.c its errors,
 * com_register.c the registration. userport.idl is the interface.
 */
#ifndef UP_LIB_COM_H
#define UP_LIB_COM_H

#include <stdbool.h>
#include <stdint.h>

#include "com_register.h"
#include "userport_com.h" /* made from userport.idl; brings windows.h */
#include "userport/userport.h"

extern const GUID up_iid_unknown, up_iid_dispatch, up_iid_error_info, up_iid_support_error_info, up_iid_class_factory;

bool up_com_same(const GUID *one, const GUID *other);

/* ---- com_class.c ---------------------------------------------------------------------------------------------------- */

/* The full path of this DLL. Result: a Windows code; a path that does not fit is ERROR_FILENAME_EXCED_RANGE. */
DWORD up_com_own_path(WCHAR path[MAX_PATH]);

/* One more, or one less, reason for the DLL to stay loaded. */
void up_com_keep_loaded(void);
void up_com_may_go(void);

/* ---- com_object.c ---------------------------------------------------------------------------------------------------- */

/* What is open, shared by the calls that use it at this moment. */
struct up_com_session {
    LONG volatile users; /* the object is one */
    up_handle *handle;
};

/* A new object, with one reference, which is *object. */
HRESULT up_com_ports_new(REFIID riid, void **object);

HRESULT up_com_open(uint32_t backends, struct up_com_session **session);

/* The object's session for one call, opened if need be; up_com_leave when the call is over. */
HRESULT up_com_enter(IPorts *ports, struct up_com_session **session);
void up_com_leave(struct up_com_session *session);

/* Puts another session, or none, in the place of the object's. */
void up_com_replace(IPorts *ports, struct up_com_session *session);

/* The back end that is open; 0: none. */
uint32_t up_com_backend(IPorts *ports);

/* IUnknown and IDispatch, for the table of com_ports.c. */
HRESULT STDMETHODCALLTYPE up_com_query(IPorts *ports, REFIID riid, void **object);
ULONG STDMETHODCALLTYPE up_com_add(IPorts *ports);
ULONG STDMETHODCALLTYPE up_com_release(IPorts *ports);
HRESULT STDMETHODCALLTYPE up_com_type_count(IPorts *ports, UINT *count);
HRESULT STDMETHODCALLTYPE up_com_type(IPorts *ports, UINT index, LCID lcid, ITypeInfo **type);
HRESULT STDMETHODCALLTYPE up_com_ids(IPorts *ports, REFIID riid, LPOLESTR *names, UINT count, LCID lcid, DISPID *ids);
HRESULT STDMETHODCALLTYPE up_com_invoke(IPorts *ports, DISPID id, REFIID riid, LCID lcid, WORD flags,
                                        DISPPARAMS *parameters, VARIANT *result, EXCEPINFO *exception,
                                        UINT *bad_argument);

/* ---- com_ports.c ---------------------------------------------------------------------------------------------------- */

extern IPortsVtbl up_com_ports_functions;

/* ---- com_error.c: HRESULTs with a sentence for Err.Description --------------------------------------------------------- */

#define UP_COM_ERROR(error) MAKE_HRESULT(SEVERITY_ERROR, FACILITY_ITF, 0x200u + (error))

/* Nothing is remembered of errors before. */
void up_com_forget_error(void);

/* What the library said, if it is not UP_OK. */
HRESULT up_com_result(up_error error);

/* An argument that makes no sense: "In8: 65536 is not a port, which are 0 to 65535." number: whole, of any size. */
HRESULT up_com_bad_number(const char *method, double number, const char *why);
HRESULT up_com_bad_argument(const char *method, const char *why);

/* ---- com_values.c: arguments and arrays -------------------------------------------------------------------------------- */

/* The port of an argument; width 1, 2 or 4; a value for that width. What they return but S_OK has been reported. */
HRESULT up_com_port(const char *method, LONG argument, uint16_t *port);
HRESULT up_com_width(const char *method, LONG argument, uint32_t *width);
HRESULT up_com_value(const char *method, double argument, uint32_t width, uint32_t *value);

/* The most elements of a block: so many Variants are 384 MiB in a 64-bit program. */
#define UP_COM_COUNT_MAX 0x1000000

/*
 * From the library's elements of width bytes to an array of Variants with Longs, as VBScript has no other arrays, and
 * back from any array of numbers, or of Variants that can be numbers. *elements: to be freed by up_system_free.
 */
HRESULT up_com_array_from(const void *elements, uint32_t count, uint32_t width, VARIANT *array);
HRESULT up_com_array_to(const char *method, const VARIANT *array, uint32_t width, void **elements, uint32_t *count);

#endif
