/* SPDX-License-Identifier: MIT
 *
 * Checks the signature of a file, for doctor_windows.c. signature_windows.c implements it.
 */
#ifndef UP_DOCTOR_SIGNATURE_H
#define UP_DOCTOR_SIGNATURE_H

#include <stdbool.h>
#include <windows.h>

#include "core/tristate.h"

/*
 * Finds out whether the file is signed, in itself (as is_embedded says) or by one of the system's
 * catalogues, and whether the system trusts the signature.
 */
void up_signature_verify(const WCHAR *file, bool is_embedded, enum up_tristate *is_signed,
                         enum up_tristate *is_trusted);

#endif
