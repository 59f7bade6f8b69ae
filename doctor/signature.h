/* SPDX-License-Identifier: MIT
 *
 * Reads who has signed a driver, for doctor_windows.c, with the system's own libraries, which are
 * loaded only here: wintrust.dll finds the signature and checks it against the file
 * (signature_windows.c); crypt32.dll reads the certificates (signer_windows.c). Nothing is asked
 * over the network.
 */
#ifndef UP_DOCTOR_SIGNATURE_H
#define UP_DOCTOR_SIGNATURE_H

#include <stdbool.h>
#include <string.h>
#include <windows.h>

#include "loading.h"
#include "winutil/winutil.h"

/*
 * Reads the signature that the file has in itself, as exe says, or else in one of the system's
 * catalogues: of several the one that most versions of Windows trust. What cannot be found out is
 * unknown. A 32-bit program sees the file without redirection.
 */
void up_signature_read(const WCHAR *file, const struct up_exe_file *exe,
                       struct up_signature *signature);

/*
 * Reads the signer of a signed message (PKCS #7), which is a signature or a catalogue, and of those
 * that are nested in it. If he is a better one, or has_best is false, he becomes *best. It does not
 * look whether the signature is that of the file. Whoever cannot be read is UP_SIGNER_BROKEN, or
 * UP_SIGNER_UNKNOWN on a system without crypt32.dll.
 */
void up_signer_read(BYTE *message, DWORD bytes, bool has_best, struct up_signature *best);

/*
 * Finds a function of a DLL. The cast goes through up_function, so that each function has its own
 * type and the compiler does not warn.
 */
#define UP_FIND(module, member, name)                                                              \
    do {                                                                                           \
        const up_function function_ = (up_function)GetProcAddress(module, name);                   \
        memcpy(&(member), &function_, sizeof(member));                                             \
    } while (0)

#endif
