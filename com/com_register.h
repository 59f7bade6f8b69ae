/* SPDX-License-Identifier: MIT
 *
 * The COM registration of UserPort.Ports, below Software\Classes of the user or of the machine.
 * userport_com.dll registers itself with it. Setup registers and unregisters the DLLs of both
 * bitnesses with it, even a DLL that no longer exists.
 */
#ifndef UP_COM_COM_REGISTER_H
#define UP_COM_COM_REGISTER_H

#include <windows.h>

#define UP_COM_PROGID           L"UserPort.Ports"
#define UP_COM_PROGID_VERSIONED L"UserPort.Ports.3"
#define UP_COM_SERVER_MAX       (MAX_PATH + 1)

/* KEY_WOW64_64KEY and KEY_WOW64_32KEY, which only 64-bit Windows has. */
#define UP_COM_VIEW_64 0x0100u
#define UP_COM_VIEW_32 0x0200u

/* Where to register a DLL of one bitness. */
struct up_com_registration {
    HKEY root;     /* HKEY_LOCAL_MACHINE or HKEY_CURRENT_USER */
    REGSAM view;   /* 0: this program's own; otherwise UP_COM_VIEW_... */
    unsigned bits; /* the DLL's bitness: 32 or 64 */
};

/*
 * Registers the DLL at path, which is shorter than MAX_PATH, in place of any other. Result: a
 * Windows error code; after an error everything that was written is deleted again.
 */
LONG up_com_registration_write(const struct up_com_registration *registration, const WCHAR *path);

/*
 * Deletes what up_com_registration_write writes, whichever DLL it names, and nothing else. Result:
 * a Windows error code.
 */
LONG up_com_registration_delete(const struct up_com_registration *registration);

/*
 * Returns the path of the registered DLL in server, "" if there is none. Result: a Windows error
 * code.
 */
LONG up_com_registration_server(const struct up_com_registration *registration,
                                WCHAR server[UP_COM_SERVER_MAX]);

#endif
