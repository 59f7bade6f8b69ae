/* SPDX-License-Identifier: MIT
 *
 * What doctor_windows.c has of its other files.
 */
#ifndef UP_ADMIN_DOCTOR_WINDOWS_H
#define UP_ADMIN_DOCTOR_WINDOWS_H

#include "doctor.h"
#include "system.h"

/*
 * Is the file signed (in itself, as is_embedded says, or by one of the system's catalogues), and does the system trust
 * that? doctor_signature_windows.c.
 */
void up_doctor_verify(const WCHAR *file, bool is_embedded, enum up_fact *is_signed, enum up_fact *is_trusted);

/*
 * Who may change the key of HKEY_LOCAL_MACHINE, but SYSTEM, administrators and Windows' installer? Their names, cut to size
 * bytes, for UP_NO. The user of this program counts as one of the administrators if it has their rights.
 * doctor_access_windows.c.
 */
enum up_fact up_doctor_key_is_safe(const WCHAR *key, char *writers, uint32_t size);

/* The same of a file, as the system sees it, without redirection. */
enum up_fact up_doctor_file_is_safe(const WCHAR *path, char *writers, uint32_t size);

#endif
