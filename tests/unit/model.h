/* SPDX-License-Identifier: MIT
 *
 * What the tests of gui/model*.c share: a model, observations of systems in all states, and the
 * system's words.
 */
#ifndef UP_UNIT_MODEL_H
#define UP_UNIT_MODEL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "gui/model.h"

static struct up_model model;
static struct up_observation seen;
static char text[4096];

/* In the place of control/error_detail_windows.c. */
void up_error_detail_system_text(uint32_t code, char *out, uint32_t size)
{
    snprintf(out, size, "%s", code == 5 ? "access is denied" : "");
}

/* In the place of setup/install_places_windows.c. */
const char *up_install_step_text(enum up_install_step step)
{
    static const char *const texts[UP_STEP_COUNT] = {[UP_STEP_DRIVER_FILE] = "the driver's file",
                                                     [UP_STEP_LIBRARY] = "userport.dll",
                                                     [UP_STEP_COM] = "the automation object"};

    return texts[step] != NULL ? texts[step] : "another step";
}

static void set_of(const char *list, struct up_portset *ports)
{
    up_portset_deny_all(ports);
    assert_true(up_portlist_parse(list, strlen(list), ports, NULL));
}

static void store(const char *list, uint32_t scope, uint32_t sticky)
{
    seen.has_settings = true;
    seen.settings.is_there = true;
    seen.settings.values.problems = 0;
    seen.settings.values.scope = scope;
    seen.settings.values.sticky = sticky;
    set_of(list, &seen.settings.values.ports);
}

static void stopped(void)
{
    memset(&seen.driver, 0, sizeof seen.driver);
    seen.driver.service = UP_SERVICE_STOPPED;
    seen.driver.has_file = true;
    seen.driver.device_code = 2;
    snprintf(seen.driver.file, sizeof seen.driver.file, "%s", "C:\\w\\userport.sys");
    memset(seen.driver.map, 0xFF, sizeof seen.driver.map);
}

/* An i386 driver that has in force what is stored. */
static void running(void)
{
    stopped();
    seen.driver.service = UP_SERVICE_RUNNING;
    seen.driver.answers = true;
    seen.driver.device_code = 0;
    seen.driver.info.abi_version = UP_ABI_VERSION;
    seen.driver.info.state = UP_STATE_RUNNING;
    seen.driver.info.mechanisms = UP_MECHANISM_IOPM | UP_MECHANISM_LIST;
    seen.driver.info.scope = seen.settings.values.scope;
    seen.driver.info.sticky = seen.settings.values.sticky;
    memcpy(seen.driver.map, seen.settings.values.ports.map, sizeof seen.driver.map);
}

static bool look(void)
{
    return up_model_observe(&model, &seen);
}

static bool add(const char *list)
{
    struct up_portset ports;

    set_of(list, &ports);
    return up_model_add(&model, &ports);
}

static void choose(const char *list)
{
    struct up_portset ports;

    set_of(list, &ports);
    up_model_select(&model, &ports);
}

/* An administrator; nothing installed, a driver lies in system32\drivers. */
static int setup(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof seen);
    seen.has_settings = true;
    seen.settings.values.problems = UP_SETTINGS_IOPM_ABSENT;
    up_portset_deny_all(&seen.settings.values.ports);
    memset(seen.driver.map, 0xFF, sizeof seen.driver.map);
    seen.driver.device_code = 2;
    strcpy(seen.places.installed, "C:\\w\\userport.sys");
    strcpy(seen.places.beside, "C:\\up\\userport.sys");
    strcpy(seen.places.in_folder, "C:\\up\\i386\\userport.sys");
    strcpy(seen.found, "C:\\w\\userport.sys");
    up_model_init(&model, true, true, true);
    return 0;
}

/* An administrator; installed, not running, the three printer ports stored. */
static int setup_stopped(void **state)
{
    setup(state);
    store("default", 0, 0);
    stopped();
    look();
    return 0;
}

static int setup_running(void **state)
{
    setup(state);
    store("default", 0, 0);
    running();
    look();
    return 0;
}

#endif
