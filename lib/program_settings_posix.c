/* SPDX-License-Identifier: MIT
 *
 * The routes of this process on POSIX systems: those of the variable USERPORT_PROGRAM alone.
 * secure_getenv ignores it in a program with more rights than its user, such as a set-user-ID one.
 */
#include <stdlib.h>
#include <string.h>

#include "core/program_settings.h"
#include "backend.h"

void up_program_routes(struct up_routes *routes)
{
    const char *text = secure_getenv(UP_PROGRAM_VARIABLE);
    struct up_program_settings settings = {0};

    if (text != NULL) {
        (void)up_program_settings_parse(text, strlen(text), &settings);
    }
    *routes = settings.routes;
}
