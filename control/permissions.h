/* SPDX-License-Identifier: MIT
 *
 * Finds out who may change something that decides what is loaded into the kernel: a registry key,
 * the service, a file or a folder. An install corrects what others than administrators can change;
 * the doctor reports it. permissions_windows.c.
 */
#ifndef UP_CONTROL_PERMISSIONS_H
#define UP_CONTROL_PERMISSIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

#include "core/tristate.h"

/*
 * Can nobody but SYSTEM, administrators and Windows' installer change this key of
 * HKEY_LOCAL_MACHINE and the keys below it? For UP_NO, writers receives the names of the others,
 * cut to size bytes. The user of this program counts as an administrator if it has their rights.
 */
enum up_tristate up_key_is_safe(const WCHAR *key, char *writers, uint32_t size);

/*
 * The same for one open key, without the keys below it. Adds to writers, which has to be a
 * terminated string already.
 */
enum up_tristate up_open_key_is_safe(HKEY key, char *writers, uint32_t size);

/*
 * Opens a key. A link is opened itself, not its target: whoever may create keys may create links to
 * keys of others. Result: an error code of the system.
 */
LONG up_open_key(HKEY above, const WCHAR *name, REGSAM access, HKEY *key);
#define UP_KEY_NAME_MAX 256u /* characters, with the terminating 0 */

/* The same for the service, by the access list that the service manager keeps. */
enum up_tristate up_service_is_safe(char *writers, uint32_t size);

/*
 * The calls of the service manager for that. Tests replace them; guard_windows.c has the real ones.
 */
struct up_service_security {
    BOOL(WINAPI *query)
    (SC_HANDLE service, SECURITY_INFORMATION what, PSECURITY_DESCRIPTOR descriptor, DWORD bytes,
     DWORD *needed);
    BOOL(WINAPI *set)
    (SC_HANDLE service, SECURITY_INFORMATION what, PSECURITY_DESCRIPTOR descriptor);
};
extern const struct up_service_security up_service_security;
enum up_tristate up_open_service_is_safe(const struct up_service_security *calls, SC_HANDLE service,
                                         char *writers, uint32_t size);

/* The same for a file, as the system sees it, without redirection. */
enum up_tristate up_file_is_safe(const WCHAR *path, char *writers, uint32_t size);

/*
 * The same for a folder: can nobody else use one of these rights to it? with_heirs: entries that
 * apply only to what is created in it count too.
 */
#define UP_FOLDER_WRITING                                                                          \
    (FILE_ADD_FILE | FILE_ADD_SUBDIRECTORY | FILE_DELETE_CHILD | DELETE | WRITE_DAC |              \
     WRITE_OWNER | GENERIC_WRITE | GENERIC_ALL)
enum up_tristate up_folder_is_safe(const WCHAR *path, DWORD rights, bool with_heirs, char *writers,
                                   uint32_t size);

#endif
