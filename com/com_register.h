/* SPDX-License-Identifier: MIT
 *
 * The registration of UserPort.Ports with COM, below Software\\Classes of the user or of the machine. userport_com.dll
 * registers itself by it, and setup registers and unregisters the DLLs of both bitnesses, also one that is gone.
 */
#ifndef UP_LIB_COM_REGISTER_H
#define UP_LIB_COM_REGISTER_H

#include <windows.h>

#define UP_COM_PROGID           L"UserPort.Ports"
#define UP_COM_PROGID_VERSIONED L"UserPort.Ports.3"
#define UP_COM_SERVER_MAX       (MAX_PATH + 1)

#define UP_COM_VIEW_64 0x0100u /* KEY_WOW64_64KEY and KEY_WOW64_32KEY, for 64-bit Windows alone */
#define UP_COM_VIEW_32 0x0200u

/* Where: for one bitness. */
struct up_com_registration {
    HKEY root;     /* HKEY_LOCAL_MACHINE or HKEY_CURRENT_USER */
    REGSAM view;   /* 0: this program's own; or UP_COM_VIEW_... */
    unsigned bits; /* of the DLL: 32 or 64 */
};

/*
 * Registers the DLL at path, less than MAX_PATH long, in the place of any other. Result: an error of the system; what was
 * written is taken away then.
 */
LONG up_com_registration_write(const struct up_com_registration *registration, const WCHAR *path);

/* Takes away what is written by that, whichever DLL it names, and leaves everything else. */
LONG up_com_registration_delete(const struct up_com_registration *registration);

/* The DLL that is registered, "" if there is none. */
LONG up_com_registration_server(const struct up_com_registration *registration, WCHAR server[UP_COM_SERVER_MAX]);

#endif
