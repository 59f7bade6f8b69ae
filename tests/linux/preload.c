/* SPDX-License-Identifier: MIT
 *
 * A library that says so when it is loaded; for LD_PRELOAD and GCONV_PATH.
 */
#include <unistd.h>

__attribute__((constructor)) static void loaded(void)
{
    (void)!write(2, "LOADED\n", 7);
}
