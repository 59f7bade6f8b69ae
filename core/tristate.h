/* SPDX-License-Identifier: MIT
 *
 * An answer that is yes, no or unknown.
 */
#ifndef UP_CORE_TRISTATE_H
#define UP_CORE_TRISTATE_H

enum up_tristate { UP_NO, UP_YES, UP_UNKNOWN };

#endif
