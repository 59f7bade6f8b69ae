/* SPDX-License-Identifier: MIT
 *
 * The back ends of a 64-bit program on Windows: its processor mode knows no permission map that NT would fill,
 * but one that Linux fills, under Wine.
 */
#include "wine.h"

const struct up_backend *const up_backends[] = {&up_backend_wine, &up_backend_ioctl, &up_backend_fake, NULL};

const char *const up_backends_missing = "a 64-bit program has only the back ends ioctl and fake";
