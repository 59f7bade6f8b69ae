/* SPDX-License-Identifier: MIT
 *
 * The keys and values of the registry that UserPort has on Windows.
 */
#ifndef UP_CONTROL_REGISTRY_H
#define UP_CONTROL_REGISTRY_H

#include <windows.h>

#include "core/settings.h"

#define UP_SERVICE_NAME  L"UserPort"
#define UP_SERVICES_KEY  L"SYSTEM\\CurrentControlSet\\Services"
#define UP_SETTINGS_KEY  UP_SERVICES_KEY L"\\" UP_SERVICE_NAME
#define UP_EVENT_LOG_KEY UP_SERVICES_KEY L"\\EventLog\\System"
#define UP_EVENT_KEY     UP_EVENT_LOG_KEY L"\\" UP_SERVICE_NAME
#define UP_PROGRAMS_KEY  UP_SETTINGS_KEY L"\\Programs"
#define UP_LEGACY_KEY    L"Software\\UserPort"
#define UP_VALUE_IOPM    L"IOPM"
#define UP_VALUE_SCOPE   L"Scope"
#define UP_VALUE_STICKY  L"Sticky"
/* Those of a program, in its key below Programs */
#define UP_VALUE_PATH           L"Path"
#define UP_VALUE_ROUTES         L"Routes"
#define UP_VALUE_TRACE          L"Trace"
#define UP_VALUE_IGNORE_CLI_STI L"IgnoreCliSti"
#define UP_VALUE_FAST           L"Fast"
/* REG_MULTI_SZ: what an uninstall has to remove. */
#define UP_VALUE_RECORD L"Installed"

/*
 * Reads a value of any type and length into data, where bytes are. Of a value that is longer only
 * the length counts. registry_windows.c.
 */
void up_registry_read_value(HKEY key, const WCHAR *name, void *data, DWORD bytes,
                            struct up_registry_value *value);

/* The same places for messages. */
#define UP_SETTINGS_PLACE "HKLM\\SYSTEM\\CurrentControlSet\\Services\\UserPort"
#define UP_PROGRAMS_PLACE UP_SETTINGS_PLACE "\\Programs"
#define UP_EVENT_PLACE    "HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\System\\UserPort"

#endif
