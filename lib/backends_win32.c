/* SPDX-License-Identifier: MIT
 *
 * The back ends of a 32-bit program on Windows, and under Wine, where up_backend_wine is direct. On 64-bit Windows the driver says that it has no map for it, and direct
 * is passed over.
 */
#include "wine.h"

const struct up_backend *const up_backends[] = {&up_backend_wine, &up_backend_direct, &up_backend_ioctl,
                                                &up_backend_fake, NULL};

const char *const up_backends_missing = "there is no such back end";
