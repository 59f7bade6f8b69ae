/* SPDX-License-Identifier: MIT
 *
 * Signatures of files, for doctor_windows.c: signature_windows.c.
 */
#ifndef UP_DOCTOR_SIGNATURE_H
#define UP_DOCTOR_SIGNATURE_H

#include <stdbool.h>
#include <windows.h>

#include "core/tristate.h"

/*
 * Is the file signed (in itself, as is_embedded says, or by one of the system's catalogues), and does the system trust
 * that?
 */
void up_signature_verify(const WCHAR *file, bool is_embedded, enum up_tristate *is_signed,
                         enum up_tristate *is_trusted);

#endif
