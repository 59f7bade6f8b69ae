/* SPDX-License-Identifier: MIT
 *
 * A DLL for the machine's own tests: it keeps the journal of all DllMain calls, and writes it out
 * when the process ends. It prefers the same address as testdll_user.dll.
 */
#include <windows.h>

#include "system_call.h"
#define BUILDS_BASE
#include "testdll.h"

static char journal[256];
static unsigned length;
static volatile uint32_t *watched;
static const char *const words[] = {"zero", "one", "two"};
static const char *const *const words_of_base = words; /* a pointer for the relocation */
int base_refuse;

void base_note(char letter, uint32_t reason)
{
    if (length + 2 < sizeof journal) {
        journal[length++] = letter;
        journal[length++] = (char)('0' + reason);
    }
}

const char *base_journal(void)
{
    return journal;
}

const char *base_word(unsigned number)
{
    return words_of_base[number];
}

int base_seven(void)
{
    return 7;
}

/* What must stand still once the DLLs are told of the process's end. */
void base_watch(volatile uint32_t *counter)
{
    watched = counter;
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved)
{
    (void)instance, (void)reserved;
    base_note('b', reason);
    if (reason == DLL_PROCESS_DETACH) {
        uint32_t before = watched != NULL ? *watched : 0;

        SYSTEM_CALL(SYS_SLEEP, 5);
        if (watched != NULL && *watched != before) {
            base_note('!', 0);
        }
        SYSTEM_CALL(SYS_WRITE, (uint32_t)journal, length);
    }
    return TRUE;
}
