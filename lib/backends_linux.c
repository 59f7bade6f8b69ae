/* SPDX-License-Identifier: MIT
 *
 * The back ends of Linux.
 */
#include "backend.h"

const struct up_backend *const up_backends[] = {&up_backend_direct, &up_backend_devport, &up_backend_fake, NULL};

const char *const up_backends_missing = "there is no such back end on Linux";
