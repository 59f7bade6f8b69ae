/* SPDX-License-Identifier: MIT
 *
 * Whose token a program has: the kinds that tests start programs with. Plain C: the tests under
 * Wine read it as well. security.c says what is in each.
 */
#ifndef MACHINE_TOKENS_H
#define MACHINE_TOKENS_H

#define TOKEN_KINDS(X)                                                                             \
    X(AS_SYSTEM, "SYSTEM")                                                                         \
    X(AS_ADMIN, "administrator")                                                                   \
    X(AS_FILTERED_ADMIN, "filtered administrator")                                                 \
    X(AS_USER, "interactive user")                                                                 \
    X(AS_LOW_USER, "low-integrity user")                                                           \
    X(AS_NETWORK_ADMIN, "administrator over the network")                                          \
    X(AS_SERVICE, "service")                                                                       \
    X(AS_NETWORK_USER, "user over the network")                                                    \
    X(AS_RESTRICTED_USER, "interactive user with a restricted token")                              \
    X(AS_RESTRICTED_ADMIN, "administrator with a restricted token")                                \
    X(AS_LOW_ADMIN, "administrator at low integrity")                                              \
    X(AS_PRIVILEGED_USER, "interactive user with privileges")

#define TOKEN_KIND(kind, name) kind,
#define TOKEN_NAME(kind, name) [kind] = (name),

enum token_kind { TOKEN_KINDS(TOKEN_KIND) AS_KINDS };

#endif
