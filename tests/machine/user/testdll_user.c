/* SPDX-License-Identifier: MIT
 *
 * A DLL for the machine's own tests: it imports from testdll_base.dll by name and by ordinal, and
 * passes two of its functions on as forwarders.
 */
#include <windows.h>

#include "testdll.h"

static const char *const words[] = {"null", "eins", "zwei"};
static const char *const *const words_of_user = words;

const char *user_word(unsigned number)
{
    return words_of_user[number];
}

int user_fourteen(void)
{
    return 2 * base_seven();
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved)
{
    (void)instance, (void)reserved;
    base_note('u', reason);
    return TRUE;
}
