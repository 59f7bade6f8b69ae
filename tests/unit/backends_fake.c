/* SPDX-License-Identifier: MIT
 *
 * The back ends of the tests that run lib/'s files for every system on this host: the fake alone.
 */
#include "lib/backend.h"

const struct up_backend *const up_backends[] = {&up_backend_fake, NULL};

const char *const up_backends_missing = "this test has the back end fake alone";
