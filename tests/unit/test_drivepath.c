/* SPDX-License-Identifier: MIT
 *
 * gui/drivepath.c: what is made of a path and of what the system says of its drive.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "gui/drivepath.h"

static char out[64];

static void becomes(const char *path, const char *root, const char *wanted)
{
    assert_true(up_path_without_drive(path, root, out, sizeof out));
    assert_string_equal(out, wanted);
}

static void stays(const char *path, const char *root)
{
    assert_false(up_path_without_drive(path, root, out, sizeof out));
}

static void network_drives(void **state)
{
    (void)state;
    becomes("X:\\dir\\userport.sys", "\\\\server\\share", "\\\\server\\share\\dir\\userport.sys");
    becomes("x:\\userport.sys", "\\\\server\\share\\below",
            "\\\\server\\share\\below\\userport.sys");
    becomes("Z:\\userport.sys", "\\\\server\\share\\", "\\\\server\\share\\userport.sys");
    becomes("X:\\Ger\303\244t\\u.sys", "\\\\server\\\316\243",
            "\\\\server\\\316\243\\Ger\303\244t\\u.sys");
}

static void subst_drives(void **state)
{
    (void)state;
    becomes("S:\\userport.sys", "\\??\\C:\\some\\folder", "C:\\some\\folder\\userport.sys");
    becomes("S:\\dir\\userport.sys", "\\??\\D:\\", "D:\\dir\\userport.sys");
    becomes("S:\\userport.sys", "\\??\\UNC\\server\\share", "\\\\server\\share\\userport.sys");
}

static void what_everybody_has(void **state)
{
    (void)state;
    stays("C:\\userport.sys", "\\Device\\HarddiskVolume1");
    /* WNetGetConnection has the share */
    stays("X:\\userport.sys", "\\Device\\LanmanRedirector\\;X:0\\server\\share");
    stays("X:\\userport.sys", "\\??\\Volume{0}");
    stays("X:\\userport.sys", "\\??\\");
    stays("X:\\userport.sys", "");
    stays("\\\\server\\share\\userport.sys", "\\\\server\\share");
    stays("X:userport.sys", "\\??\\C:\\folder");
    stays("userport.sys", "\\??\\C:\\folder");
    stays("1:\\userport.sys", "\\??\\C:\\folder");
    stays("", "\\??\\C:\\folder");
    stays("X", "\\??\\C:\\folder");
}

static void too_long(void **state)
{
    const char *wanted = "C:\\folder\\userport.sys";
    const size_t length = strlen(wanted);

    (void)state;
    assert_true(up_path_without_drive("S:\\userport.sys", "\\??\\C:\\folder", out, length + 1));
    assert_string_equal(out, wanted);
    assert_false(up_path_without_drive("S:\\userport.sys", "\\??\\C:\\folder", out, length));
    assert_false(up_path_without_drive("S:\\userport.sys", "\\??\\C:\\folder", NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(network_drives),
        cmocka_unit_test(subst_drives),
        cmocka_unit_test(what_everybody_has),
        cmocka_unit_test(too_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
