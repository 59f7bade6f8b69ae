/* SPDX-License-Identifier: MIT
 *
 * A JSON writer. Its output is always valid UTF-8, on one line, with ", " and ": " as separators.
 * The program supplies the function that takes the output. up_json_end closes the innermost open
 * object or array.
 */
#ifndef UP_CORE_JSON_H
#define UP_CORE_JSON_H

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

/*
 * Begin an object or an array. key is the member's name. It is NULL for elements of arrays and for
 * the outermost value.
 */
void up_json_object(struct up_json *json, const char *key);
void up_json_array(struct up_json *json, const char *key);
void up_json_end(struct up_json *json); /* ends the innermost object or array */

/*
 * Write a value. Bytes of a text that are not UTF-8, as paths have on old systems, become the
 * characters with those numbers. A NULL text becomes null.
 */
void up_json_text(struct up_json *json, const char *key, const char *text);
void up_json_number(struct up_json *json, const char *key, uint32_t number);
void up_json_large(struct up_json *json, const char *key, uint64_t number);
void up_json_bool(struct up_json *json, const char *key, bool value);

#endif
