/* SPDX-License-Identifier: MIT
 *
 * A branch of the registry as Wine's server writes it into a file: in a hundredth of a second,
 * where a walk through the keys of Software takes five seconds. Volatile keys are not in it.
 */
#ifndef CLIENTS_SAVED_H
#define CLIENTS_SAVED_H

/* Of a key below HKLM, without the times of its keys; to be freed. NULL: GetLastError says why. */
char *saved_keys(const char *path);

#endif
