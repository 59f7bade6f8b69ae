/* SPDX-License-Identifier: MIT
 *
 * What the test DLLs and dllcheck.exe call of one another.
 */
#ifndef MACHINE_TESTDLL_H
#define MACHINE_TESTDLL_H

#include <stdint.h>

void base_note(char letter, uint32_t reason);
const char *base_journal(void);
const char *base_word(unsigned number);
void base_watch(volatile uint32_t *counter);
int base_seven(void); /* by ordinal */
#ifdef BUILDS_BASE
extern int base_refuse;
#else
extern __declspec(dllimport) int base_refuse;
#endif

const char *user_word(unsigned number);
int user_fourteen(void);
const char *user_forward_by_name(unsigned number);
int user_forward_by_ordinal(void);

void absent_function(void); /* of testdll_absent.dll, which is nowhere */

#endif
