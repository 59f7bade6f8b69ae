/* SPDX-License-Identifier: MIT
 *
 * The settings of this process on POSIX systems: those of the variable USERPORT_PROGRAM alone.
 * secure_getenv ignores it in a program with more rights than its user, such as a set-user-ID one.
 */
#include "program_settings.h"

#include <stdlib.h>
#include <string.h>

void up_program_settings_of_process(struct up_program_settings *settings)
{
    const char *text = secure_getenv(UP_PROGRAM_VARIABLE);

    *settings = (struct up_program_settings){.ignore_cli_sti = false};
    if (text != NULL) {
        (void)up_program_settings_parse(text, strlen(text), settings);
    }
}
