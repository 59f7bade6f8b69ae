/* SPDX-License-Identifier: MIT
 *
 * Who may change a thing that decides what is loaded into the kernel: a key of the registry, the service, a file, a folder. An install
 * sets right what others than administrators can change; the doctor names them. permissions_windows.c.
 */
#ifndef UP_CONTROL_PERMISSIONS_H
#define UP_CONTROL_PERMISSIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

#include "core/tristate.h"

/*
 * Who may change the key of HKEY_LOCAL_MACHINE, or one below it, but SYSTEM, administrators and Windows' installer? Their
 * names, cut to size bytes, for UP_NO. The user of this program counts as one of the administrators if it has their rights.
 */
enum up_tristate up_key_is_safe(const WCHAR *key, char *writers, uint32_t size);

/* One key, without those below. Adds to writers, which has to be a text. */
enum up_tristate up_open_key_is_safe(HKEY key, char *writers, uint32_t size);

/* Opens a key, or a link to a key and not where that leads: who may make keys may make links to other people's. */
LONG up_open_key(HKEY above, const WCHAR *name, REGSAM access, HKEY *key);
#define UP_KEY_NAME_MAX 256u /* characters, with the final 0 */

/* The same of the service, by the service manager's own list. */
enum up_tristate up_service_is_safe(char *writers, uint32_t size);

/* The service manager's calls for that: tests give others. guard_windows.c has the real ones. */
struct up_service_security {
    BOOL(WINAPI *query)
    (SC_HANDLE service, SECURITY_INFORMATION what, PSECURITY_DESCRIPTOR descriptor, DWORD bytes, DWORD *needed);
    BOOL(WINAPI *set)(SC_HANDLE service, SECURITY_INFORMATION what, PSECURITY_DESCRIPTOR descriptor);
};
extern const struct up_service_security up_service_security;
enum up_tristate up_open_service_is_safe(const struct up_service_security *calls, SC_HANDLE service, char *writers,
                                         uint32_t size);

/* The same of a file, as the system sees it, without redirection. */
enum up_tristate up_file_is_safe(const WCHAR *path, char *writers, uint32_t size);

/* Who has one of these rights to a folder. with_heirs: or will have it to what is made in it. */
#define UP_FOLDER_WRITING                                                                                              \
    (FILE_ADD_FILE | FILE_ADD_SUBDIRECTORY | FILE_DELETE_CHILD | DELETE | WRITE_DAC | WRITE_OWNER | GENERIC_WRITE |    \
     GENERIC_ALL)
enum up_tristate up_folder_is_safe(const WCHAR *path, DWORD rights, bool with_heirs, char *writers, uint32_t size);

#endif
