/* SPDX-License-Identifier: MIT
 *
 * The back ends of Linux: in this version the fake alone.
 */
#include "backend.h"

const struct up_backend *const up_backends[] = {&up_backend_fake, NULL};

const char *const up_backends_missing = "this version has only the back end fake on Linux";
