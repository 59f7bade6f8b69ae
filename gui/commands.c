/* SPDX-License-Identifier: MIT
 *
 * What the buttons and menus do: changes of the list in the model. What takes time is in jobs.c, the tests are in tests.c.
 */
#include "window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elevate.h"
#include "listview.h"
#include "mapcontrol.h"
#include "monitor.h"

#define QUESTION_MAX 4096u

bool up_command_can(const struct up_window *self, uint32_t command)
{
    return (up_model_commands(&self->model) & command) != 0;
}

/* ---- the list ----------------------------------------------------------------------------------------------------------- */

bool up_command_add_ports(struct up_window *self, const struct up_portset *ports)
{
    char question[QUESTION_MAX];

    if (up_model_hazard_question(&self->model, ports, question, sizeof question) &&
        up_message(self->window, question, MB_YESNO | MB_ICONWARNING | MB_DEFBUTTON2) != IDYES) {
        return false;
    }
    up_model_add(&self->model, ports);
    up_window_show(self);
    return true;
}

/* The field shows what is wrong: the words below it, the place selected in it. */
static void show_error(struct up_window *self, const char *text, const struct up_portlist_error *error,
                       const char *message)
{
    HWND field = up_item(self, IDC_FIELD);
    int first = error->offset > 0 ? MultiByteToWideChar(CP_UTF8, 0, text, (int)error->offset, NULL, 0) : 0;
    int length =
        error->length > 0 ? MultiByteToWideChar(CP_UTF8, 0, text + error->offset, (int)error->length, NULL, 0) : 0;

    up_set_text(up_item(self, IDC_FIELD_ERROR), message);
    SendMessageW(self->window, WM_NEXTDLGCTL, (WPARAM)field, TRUE);
    SendMessageW(field, EM_SETSEL, (WPARAM)first, first + length);
}

static void add_field(struct up_window *self)
{
    HWND field = up_item(self, IDC_FIELD);
    char text[3072], message[400], question[QUESTION_MAX];
    struct up_portset ports;
    struct up_portlist_error error;

    if (!up_command_can(self, UP_CAN_EDIT)) {
        return;
    }
    up_get_text(field, text, sizeof text);
    if (!up_model_parse(text, &ports, &error, message, sizeof message)) {
        show_error(self, text, &error, message);
        return;
    }
    if (!self->is_field_ours && /* the picture knows no decimal numbers */
        up_model_decimal_question(&self->model, text, &ports, question, sizeof question) &&
        up_message(self->window, question, MB_YESNO | MB_ICONWARNING | MB_DEFBUTTON2) != IDYES) {
        SendMessageW(self->window, WM_NEXTDLGCTL, (WPARAM)field, TRUE);
        return;
    }
    if (up_portset_count(&ports) > 0 && up_command_add_ports(self, &ports)) {
        SetWindowTextW(field, L"");
    }
    SendMessageW(self->window, WM_NEXTDLGCTL, (WPARAM)field, TRUE);
}

static const struct preset {
    const wchar_t *label;
    const char *list;
} presets[] = {
    {L"LPT&1\t378-37F", "lpt1"},
    {L"LPT&2\t278-27F", "lpt2"},
    {L"LPT&3\t3BC-3BF", "lpt3"},
    {L"LPT1 with &ECP\t378-37F, 778-77A", "lpt1 lpt1ecp"},
    {L"LPT2 &with ECP\t278-27F, 678-67A", "lpt2 lpt2ecp"},
    {NULL, NULL},
    {L"&Speaker\t42-43, 61", "speaker"},
    {L"&Game port\t200-207", "game"},
    {NULL, NULL},
    {L"C&OM1\t3F8-3FF", "com1"},
    {L"CO&M2\t2F8-2FF", "com2"},
    {L"COM&3\t3E8-3EF", "com3"},
    {L"COM&4\t2E8-2EF", "com4"},
    {NULL, NULL},
    {L"&Classic defaults...\t200-37F, 3BC-3BF, 3E8-3FF", "classic"},
};
#define PRESET_COUNT ((int)(sizeof presets / sizeof presets[0]))

void up_command_presets(struct up_window *self)
{
    HMENU menu = CreatePopupMenu();
    RECT button;
    int chosen;

    if (menu == NULL) {
        return;
    }
    for (int i = 0; i < PRESET_COUNT; i++) {
        AppendMenuW(menu, presets[i].label != NULL ? MF_STRING : MF_SEPARATOR, (UINT_PTR)(IDM_PRESET_FIRST + i),
                    presets[i].label);
    }
    GetWindowRect(up_item(self, IDC_PRESETS), &button);
    chosen = TrackPopupMenu(menu, TPM_LEFTALIGN | TPM_RETURNCMD | TPM_NONOTIFY, button.left, button.bottom, 0,
                            self->window, NULL);
    DestroyMenu(menu);
    if (chosen != 0) {
        up_command(self, chosen);
    }
}

static void add_preset(struct up_window *self, const struct preset *preset)
{
    char question[QUESTION_MAX];
    struct up_portset ports;

    up_portset_deny_all(&ports);
    up_portlist_parse(preset->list, strlen(preset->list), &ports, NULL);
    if (strcmp(preset->list, "classic") != 0) {
        up_command_add_ports(self, &ports);
        return;
    }
    up_model_classic_question(&self->model, question, sizeof question);
    if (up_message(self->window, question, MB_YESNO | MB_ICONWARNING | MB_DEFBUTTON2) == IDYES) {
        up_model_add(&self->model, &ports);
        up_window_show(self);
    }
}

static void edit(struct up_window *self, bool (*change)(struct up_model *), uint32_t command)
{
    if (up_command_can(self, command) && change(&self->model)) {
        up_window_show(self);
    }
}

static void choose_zoom(struct up_window *self, enum up_zoom zoom)
{
    up_portmap_zoom(&self->map, zoom);
    up_mapcontrol_refresh(up_item(self, IDC_MAP));
    up_window_show(self);
}

/* ---- all ------------------------------------------------------------------------------------------------------------------ */

static void elevate(struct up_window *self)
{
    struct up_problem problem;
    DWORD code;

    if (up_elevate(self->window, NULL, &code)) {
        DestroyWindow(self->window);
    } else if (code != ERROR_CANCELLED) {
        up_problem_set(&problem, code, "Log on as an administrator, or start UserPort.exe by \"Run as administrator\".",
                       "cannot restart UserPort.exe as administrator");
        up_message_problem(self->window, &problem);
    }
}

static bool edit_command(struct up_window *self, int id)
{
    switch (id) {
    case IDC_ADD:
        add_field(self);
        return true;
    case IDC_PRESETS:
        up_command_presets(self);
        return true;
    case IDC_REMOVE:
        edit(self, up_model_remove, UP_CAN_REMOVE);
        return true;
    case IDC_DEFAULTS:
        edit(self, up_model_defaults, UP_CAN_EDIT);
        return true;
    case IDC_UNDO:
        edit(self, up_model_undo, UP_CAN_UNDO);
        return true;
    case IDC_SCOPE_ALL:
    case IDC_SCOPE_OPEN:
        if (up_command_can(self, UP_CAN_SCOPE)) {
            up_model_set_scope(&self->model, id == IDC_SCOPE_ALL ? UP_SCOPE_ALL : UP_SCOPE_OPENERS);
        }
        up_window_show(self);
        return true;
    case IDC_STICKY:
        if (up_command_can(self, UP_CAN_STICKY)) {
            up_model_set_sticky(&self->model, !self->model.edited.sticky);
        }
        up_window_show(self);
        return true;
    default:
        if (id >= IDM_PRESET_FIRST && id < IDM_PRESET_FIRST + PRESET_COUNT && up_command_can(self, UP_CAN_EDIT)) {
            add_preset(self, &presets[id - IDM_PRESET_FIRST]);
            return true;
        }
        return false;
    }
}

bool up_command(struct up_window *self, int id)
{
    switch (id) {
    case IDC_ELEVATE:
        elevate(self);
        return true;
    case IDC_TEST_LPT:
        up_tests_lpt(self);
        return true;
    case IDC_TEST_SPEAKER:
        up_tests_speaker(self);
        return true;
    case IDC_ZOOM:
        choose_zoom(self, self->map.zoom == UP_ZOOM_LOW ? UP_ZOOM_WHOLE : UP_ZOOM_LOW);
        return true;
    case IDM_WHOLE:
    case IDM_LOW:
        choose_zoom(self, id == IDM_WHOLE ? UP_ZOOM_WHOLE : UP_ZOOM_LOW);
        return true;
    case IDM_REFRESH:
        up_watch_search_again();
        return true;
    default:
        return up_jobs_command(self, id) || edit_command(self, id);
    }
}
