/* SPDX-License-Identifier: MIT
 *
 * Where a program for Windows with main begins, in place of the compiler's start files. Debian compiles those for a Pentium Pro:
 * on a 486 or a Pentium they end each program before its main, at the first CMOV. What else they do, for C++, for thread-local
 * storage and for data of DLLs that is not declared as such, these programs have no use for.
 */
#include "start.h"

extern int
    _dowildcard; /* 1 with CRT_glob.o, which is linked where arguments shall be expanded; else libmingw32.a's, 0 */

int main(int argc, char **argv);

/* gcc's main calls it, for the constructors of C++. */
void __main(void);

void __main(void)
{
}

void up_start(void)
{
    static struct up_startup_info info;
    char **arguments = NULL, **environment;
    int count = 0;

    up_start_set_kind();
    __getmainargs(&count, &arguments, &environment, _dowildcard, &info);
    if (arguments == NULL) {
        _amsg_exit(UP_NO_SPACE_FOR_ARGUMENTS);
    }
    exit(main(count, arguments));
}
