/* SPDX-License-Identifier: MIT
 *
 * The paths of the policy, and its limits. They are separate from policy_files.h for code that only
 * names the paths.
 */
#ifndef UP_POLICY_POLICY_PLACES_H
#define UP_POLICY_POLICY_PLACES_H

#define UP_POLICY_FILE   "/etc/userport.conf"
#define UP_POLICY_FOLDER "/etc/userport.conf.d"
#define UP_POLICY_FILES  32u
#define UP_POLICY_BYTES  65536u     /* of one file */
#define UP_ACCOUNT_BYTES (1u << 20) /* of /etc/passwd, and of /etc/group */

#endif
