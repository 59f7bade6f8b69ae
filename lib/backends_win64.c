/* SPDX-License-Identifier: MIT
 *
 * The back ends of a 64-bit program on Windows and under Wine. Windows fills no I/O permission map
 * for 64-bit programs; under Wine, Linux does.
 */
#include "wine.h"

const struct up_backend *const up_backends[] = {&up_backend_wine, &up_backend_ioctl,
                                                &up_backend_fake, NULL};

const char *const up_backends_missing = "a 64-bit program has only the back ends ioctl and fake";
