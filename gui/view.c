/* SPDX-License-Identifier: MIT
 *
 * Passes the model to the controls, and the user's selection in them to the model (view.h).
 */
#include "view.h"

#include <commctrl.h>
#include <string.h>

#include "desktop.h"
#include "listview.h"
#include "mapcontrol.h"
#include "model_cards.h"
#include "resource.h"

static HWND item(const struct up_view *view, int id)
{
    return GetDlgItem(view->window, id);
}

void up_view_focus(const struct up_view *view, int id)
{
    SendMessageW(view->window, WM_NEXTDLGCTL, (WPARAM)item(view, id), TRUE);
}

void up_view_offer_focus(const struct up_view *view, int id)
{
    HWND now = GetFocus();

    if (IsWindowEnabled(item(view, id)) && (now == NULL || now == item(view, IDC_LIST))) {
        up_view_focus(view, id);
    }
}

/* ---- showing --------------------------------------------------------------------------------- */

static void show_port(struct up_view *view)
{
    char text[300];

    up_portmap_text(&view->map, up_mapcontrol_subject(item(view, IDC_MAP)), text, sizeof text);
    up_set_text(item(view, IDC_PORT), text);
}

static const struct {
    int id;
    uint32_t command;
} enabled_by[] = {
    {IDC_ADD, UP_CAN_EDIT},         {IDC_PRESETS, UP_CAN_EDIT},
    {IDC_REMOVE, UP_CAN_REMOVE},    {IDC_DEFAULTS, UP_CAN_EDIT},
    {IDC_UNDO, UP_CAN_UNDO},        {IDC_SCOPE_ALL, UP_CAN_SCOPE},
    {IDC_SCOPE_OPEN, UP_CAN_SCOPE}, {IDC_STICKY, UP_CAN_STICKY},
    {IDC_START, UP_CAN_START},      {IDC_STOP, UP_CAN_STOP},
    {IDC_APPLY, UP_CAN_APPLY},      {IDC_LPT, UP_CAN_TEST},
    {IDC_TEST_LPT, UP_CAN_TEST},    {IDC_TEST_SPEAKER, UP_CAN_TEST},
    {IDM_INSTALL, UP_CAN_INSTALL},  {IDM_UNINSTALL, UP_CAN_UNINSTALL},
};

static void show_commands(struct up_view *view, const struct up_model *model)
{
    uint32_t commands = up_model_commands(model);
    HMENU menu = GetMenu(view->window);
    char label[UP_UNDO_TEXT_MAX + 24];
    wchar_t wide[UP_UNDO_TEXT_MAX + 24];

    for (size_t i = 0; i < sizeof enabled_by / sizeof enabled_by[0]; i++) {
        bool is_enabled = (commands & enabled_by[i].command) != 0;
        HWND control = item(view, enabled_by[i].id);

        if (control != NULL && (IsWindowEnabled(control) != FALSE) != is_enabled) {
            /* Otherwise the keyboard focus would be lost. */
            if (GetFocus() == control && !is_enabled) {
                up_view_focus(view, IDC_LIST);
            }
            EnableWindow(control, is_enabled);
        }
        EnableMenuItem(menu, (UINT)enabled_by[i].id,
                       (UINT)(MF_BYCOMMAND | (is_enabled ? MF_ENABLED : MF_GRAYED)));
    }
    SendMessageW(item(view, IDC_FIELD), EM_SETREADONLY, (commands & UP_CAN_EDIT) == 0, 0);
    ShowWindow(item(view, IDC_ELEVATE), (commands & UP_CAN_ELEVATE) != 0 ? SW_SHOW : SW_HIDE);
    up_model_undo_label(model, label, sizeof label - 10);
    strcat(label, "\tCtrl+Z");
    ModifyMenuW(
        menu, IDC_UNDO,
        (UINT)(MF_BYCOMMAND | MF_STRING | ((commands & UP_CAN_UNDO) != 0 ? MF_ENABLED : MF_GRAYED)),
        IDC_UNDO, up_to_wide(label, wide, sizeof wide / sizeof wide[0]));
    CheckMenuRadioItem(menu, IDM_WHOLE, IDM_LOW,
                       view->map.zoom == UP_ZOOM_LOW ? IDM_LOW : IDM_WHOLE, MF_BYCOMMAND);
}

static void show_choices(struct up_view *view, const struct up_model *model)
{
    const struct up_choice *edited = &model->edited;

    SendMessageW(item(view, IDC_SCOPE_ALL), BM_SETCHECK, edited->scope == UP_SCOPE_ALL, 0);
    SendMessageW(item(view, IDC_SCOPE_OPEN), BM_SETCHECK, edited->scope != UP_SCOPE_ALL, 0);
    SendMessageW(item(view, IDC_STICKY), BM_SETCHECK, edited->sticky != 0, 0);
    SendMessageW(item(view, IDC_ZOOM), BM_SETCHECK, view->map.zoom == UP_ZOOM_LOW, 0);
}

/*
 * Keeps the selection in step with the list: rows that are gone are no longer selected, unless the
 * selection was made in the picture.
 */
static void keep_selection(struct up_view *view, struct up_model *model)
{
    struct up_portset ports;

    if (!view->map.has_range) {
        up_list_selected(item(view, IDC_LIST), &ports);
        up_model_select(model, &ports);
        up_portmap_show(&view->map, &ports);
    }
}

void up_view_printer(const struct up_view *view, char text[UP_PRINTER_TEXT_MAX])
{
    up_get_text(item(view, IDC_LPT), text, UP_PRINTER_TEXT_MAX);
    up_card_choice_base(text);
}

void up_view_keep_base(const struct up_view *view)
{
    char text[UP_PRINTER_TEXT_MAX], base[UP_PRINTER_TEXT_MAX];

    up_get_text(item(view, IDC_LPT), text, sizeof text);
    up_view_printer(view, base);
    if (strcmp(text, base) != 0) {
        up_set_text(item(view, IDC_LPT), base);
        SendMessageW(item(view, IDC_LPT), CB_SETEDITSEL, 0, MAKELPARAM(0, -1));
    }
}

/* Shows the chosen printer port on the button, such as "Test LPT1". */
static void show_printer(struct up_view *view)
{
    char text[UP_PRINTER_TEXT_MAX], label[UP_TEST_NAME_MAX];

    up_view_printer(view, text);
    up_model_test_label(text, label);
    up_set_text(item(view, IDC_TEST_LPT), label);
}

static void show_state(struct up_view *view, struct up_model *model)
{
    struct up_portset in_force;
    char text[2048];

    up_model_headline(model, text, sizeof text);
    up_set_text(item(view, IDC_HEADLINE), text);
    up_model_details(model, text, sizeof text);
    up_set_text(item(view, IDC_DETAILS), text);
    up_model_scope_note(model, text, sizeof text);
    up_set_text(item(view, IDC_SCOPE_NOTE), text);
    ShowWindow(item(view, IDC_SCOPE_NOTE), text[0] != '\0' ? SW_SHOW : SW_HIDE);
    up_list_show(item(view, IDC_LIST), model);
    keep_selection(view, model);
    up_model_in_force(model, &in_force);
    up_portmap_classify(&view->map, &model->edited.ports, &in_force, up_model_is_running(model));
    show_choices(view, model);
}

void up_view_show(struct up_view *view, struct up_model *model)
{
    const unsigned to_show = view->to_show;

    view->to_show = 0;
    view->is_syncing = true;
    if (to_show == UP_SHOW_ALL) {
        show_state(view, model);
    }
    if ((to_show & UP_SHOW_SELECTION) != 0) {
        up_mapcontrol_refresh(item(view, IDC_MAP));
        show_commands(view, model);
    }
    if ((to_show & (UP_SHOW_SELECTION | UP_SHOW_PORT)) != 0) {
        show_port(view);
    }
    if ((to_show & UP_SHOW_PRINTER) != 0) {
        show_printer(view);
        up_layout_place(&view->layout);
    }
    view->is_syncing = false;
}

/* The cards below LPT1 to LPT3. */
static void add_cards(const struct up_view *view)
{
    static struct up_card_choice cards[UP_PRINTERS_MAX];
    static struct up_devices devices;
    wchar_t wide[sizeof cards[0].box];
    uint32_t count;

    up_devices_find(&devices);
    count = up_card_choices(&devices, cards);
    for (uint32_t i = 0; i < count; i++) {
        SendMessageW(item(view, IDC_LPT), CB_ADDSTRING, 0,
                     (LPARAM)up_to_wide(cards[i].box, wide, sizeof wide / sizeof wide[0]));
    }
}

void up_view_init(struct up_view *view, HWND window)
{
    static const wchar_t *const printers[] = {L"LPT1", L"LPT2", L"LPT3"};
    SIZE size;

    view->window = view->layout.window = window;
    view->is_syncing = true;
    up_portmap_init(&view->map);
    up_mapcontrol_attach(item(view, IDC_MAP), &view->map);
    up_list_init(item(view, IDC_LIST));
    SendMessageW(item(view, IDC_FIELD), EM_LIMITTEXT, 1000, 0);
    SendMessageW(item(view, IDC_LPT), CB_LIMITTEXT, 20, 0);
    for (unsigned i = 0; i < sizeof printers / sizeof printers[0]; i++) {
        SendMessageW(item(view, IDC_LPT), CB_ADDSTRING, 0, (LPARAM)printers[i]);
    }
    add_cards(view);
    SetWindowTextW(item(view, IDC_LPT), printers[0]);
    up_layout_set_dpi(&view->layout, up_desktop_dpi(window));
    size = up_layout_first(&view->layout);
    SetWindowPos(window, NULL, 0, 0, size.cx, size.cy, SWP_NOMOVE | SWP_NOZORDER | SWP_NOACTIVATE);
    view->is_syncing = false;
    view->to_show = UP_SHOW_ALL;
}

/* ---- what the user selects ------------------------------------------------------------------- */

void up_view_list_selected(struct up_view *view, struct up_model *model)
{
    struct up_portset ports;

    up_list_selected(item(view, IDC_LIST), &ports);
    up_model_select(model, &ports);
    up_portmap_show(&view->map, &ports);
    view->to_show |= UP_SHOW_SELECTION;
}

/*
 * Puts the range selected in the picture into the field, unless the user has written something
 * there.
 */
static void fill_field(struct up_view *view)
{
    HWND field = item(view, IDC_FIELD);
    char text[16] = "";

    if (GetWindowTextLengthW(field) > 0 && !view->is_field_ours) {
        return;
    }
    if (view->map.has_range) {
        up_portlist_format(&view->map.selected, text, sizeof text);
    }
    view->is_syncing = true;
    up_set_text(field, text);
    view->is_syncing = false;
    view->is_field_ours = text[0] != '\0';
    up_set_text(item(view, IDC_FIELD_ERROR), "");
}

void up_view_picture_selected(struct up_view *view, struct up_model *model)
{
    view->is_syncing = true;
    up_list_clear_selection(item(view, IDC_LIST));
    view->is_syncing = false;
    up_model_select(model, &view->map.selected);
    fill_field(view);
    view->to_show |= UP_SHOW_SELECTION;
}

void up_view_escape(struct up_view *view, struct up_model *model)
{
    if (GetWindowTextLengthW(item(view, IDC_FIELD)) > 0) {
        SetWindowTextW(item(view, IDC_FIELD), L"");
    }
    up_portmap_clear(&view->map);
    up_view_picture_selected(view, model);
}

void up_view_field_error(struct up_view *view, const char *message,
                         const struct up_portlist_error *error)
{
    char text[3072];

    up_get_text(item(view, IDC_FIELD), text, sizeof text);
    up_set_text(item(view, IDC_FIELD_ERROR), message);
    up_view_focus(view, IDC_FIELD);
    up_select_part(item(view, IDC_FIELD), text, error->offset, error->length);
}
