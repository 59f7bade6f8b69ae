/* SPDX-License-Identifier: MIT
 *
 * The back ends of a 32-bit program on Windows and under Wine. Under Wine up_backend_wine is the
 * back end direct. On 64-bit Windows the driver reports that it has no I/O permission map, so
 * up_open skips direct.
 */
#include "wine.h"

const struct up_backend *const up_backends[] = {&up_backend_wine, &up_backend_direct,
                                                &up_backend_ioctl, &up_backend_fake, NULL};

const char *const up_backends_missing = "there is no such back end";
