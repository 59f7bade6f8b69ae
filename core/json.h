/* SPDX-License-Identifier: MIT
 *
 * A JSON writer: what it writes is always valid UTF-8, on one line, ", " and ": " between. The programs give it the place
 * to write to. Objects and arrays are closed in the order in which they were opened.
 */
#ifndef UP_CLI_JSON_H
#define UP_CLI_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UP_JSON_DEPTH_MAX 8u

struct up_json {
    void (*put)(void *context, const char *text, size_t length);
    void *context;
    unsigned depth;
    struct {
        char close;
        bool has_member;
    } levels[UP_JSON_DEPTH_MAX];
};

/* key: the member's name; NULL for elements of arrays and for the outermost value. */
void up_json_object(struct up_json *json, const char *key);
void up_json_array(struct up_json *json, const char *key);
void up_json_end(struct up_json *json); /* of the innermost object or array */

/* Bytes that are not UTF-8, as paths have on old systems, become the characters of those numbers. NULL: null. */
void up_json_text(struct up_json *json, const char *key, const char *text);
void up_json_number(struct up_json *json, const char *key, uint32_t number);
void up_json_bool(struct up_json *json, const char *key, bool value);

#endif
