/* SPDX-License-Identifier: MIT
 *
 * What the files of com.exe share. com.c: registration, life and activation; com_late.c: calls by
 * name, as scripts make them; com_types.c: the type library; com_apartments.c: calls from another
 * thread's apartment.
 */
#ifndef CLIENTS_COM_H
#define CLIENTS_COM_H

#define COBJMACROS
#include "cases.h"

#include "userport_com.h"
#include "userport/userport.h"

#define COM_ERROR(error) ((HRESULT)(0x80040200u + (error)))

extern WCHAR dll_path[MAX_PATH], dll_path_i386[MAX_PATH];

/* A new object by its name in the registry; NULL is an expectation that failed. */
IPorts *ports_new(void);

/* An HRESULT as it is written everywhere. */
#define EXPECT_HR(is, wanted)                                                                      \
    ({                                                                                             \
        const HRESULT is_ = (is), wanted_ = (wanted);                                              \
        tap_expect(__FILE__, __LINE__, is_ == wanted_, "%s is %08lX, not %08lX", #is, is_,         \
                   wanted_);                                                                       \
    })

/* ---- com_late.c ------------------------------------------------------------------------------ */

void try_names(void);
void try_arguments(void);
void try_wrong_arguments(void);
void try_ranges(void);
void try_read_arrays(void);
void try_written_arrays(void);
void try_exceptions(void);

/* ---- com_types.c ----------------------------------------------------------------------------- */

void try_type_library(void);
void try_type_library_i386(void);
void try_type_of_object(void);

/* ---- com_apartments.c ------------------------------------------------------------------------ */

void try_apartments(void);

#endif
