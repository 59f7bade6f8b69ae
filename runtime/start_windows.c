/* SPDX-License-Identifier: MIT
 *
 * The entry point of a Windows program with main, in place of the compiler's start files. Debian
 * compiles those for a Pentium Pro: on a 486 or a Pentium each program would end before its main,
 * at the first CMOV. The start files also handle C++, thread-local storage and undeclared data
 * imports from DLLs, which these programs do not need.
 */
#include "start.h"

extern int
    /*
     * 1 with CRT_glob.o, which is linked to programs that expand their arguments; otherwise
     * libmingw32.a's 0.
     */
    _dowildcard;

int main(int argc, char **argv);

/* gcc's main calls it for the constructors of C++. */
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
