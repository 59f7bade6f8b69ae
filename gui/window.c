/* SPDX-License-Identifier: MIT
 *
 * The main window: a dialog of a window class of its own, for the keyboard's sake. It shows what the model says, and passes on
 * what the user does.
 */
#include "window.h"

#include <commctrl.h>
#include <stdio.h>
#include <string.h>

#include "listview.h"
#include "mapcontrol.h"
#include "version.h"
#include "monitor.h"

#define WM_DPI_CHANGED 0x02E0 /* WM_DPICHANGED of Windows 8.1 */

HWND up_item(const struct up_window *self, int id)
{
    return GetDlgItem(self->window, id);
}

/* ---- showing ------------------------------------------------------------------------------------------------------------------ */

static void show_port(struct up_window *self)
{
    char text[300];

    up_portmap_text(&self->map, up_mapcontrol_subject(up_item(self, IDC_MAP)), text, sizeof text);
    up_set_text(up_item(self, IDC_PORT), text);
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

static void show_commands(struct up_window *self)
{
    uint32_t commands = up_model_commands(&self->model);
    HMENU menu = GetMenu(self->window);
    char label[UP_UNDO_TEXT_MAX + 24];
    wchar_t wide[UP_UNDO_TEXT_MAX + 24];

    for (size_t i = 0; i < sizeof enabled_by / sizeof enabled_by[0]; i++) {
        bool is_enabled = (commands & enabled_by[i].command) != 0;
        HWND control = up_item(self, enabled_by[i].id);

        if (control != NULL && (IsWindowEnabled(control) != FALSE) != is_enabled) {
            if (GetFocus() == control && !is_enabled) { /* the keyboard would be lost with it */
                SendMessageW(self->window, WM_NEXTDLGCTL, (WPARAM)up_item(self, IDC_LIST), TRUE);
            }
            EnableWindow(control, is_enabled);
        }
        EnableMenuItem(menu, (UINT)enabled_by[i].id, (UINT)(MF_BYCOMMAND | (is_enabled ? MF_ENABLED : MF_GRAYED)));
    }
    SendMessageW(up_item(self, IDC_FIELD), EM_SETREADONLY, (commands & UP_CAN_EDIT) == 0, 0);
    ShowWindow(up_item(self, IDC_ELEVATE), (commands & UP_CAN_ELEVATE) != 0 ? SW_SHOW : SW_HIDE);
    up_model_undo_label(&self->model, label, sizeof label - 10);
    strcat(label, "\tCtrl+Z");
    ModifyMenuW(menu, IDC_UNDO,
                (UINT)(MF_BYCOMMAND | MF_STRING | ((commands & UP_CAN_UNDO) != 0 ? MF_ENABLED : MF_GRAYED)), IDC_UNDO,
                up_to_wide(label, wide, sizeof wide / sizeof wide[0]));
    CheckMenuRadioItem(menu, IDM_WHOLE, IDM_LOW, self->map.zoom == UP_ZOOM_LOW ? IDM_LOW : IDM_WHOLE, MF_BYCOMMAND);
}

static void show_choices(struct up_window *self)
{
    const struct up_choice *edited = &self->model.edited;

    SendMessageW(up_item(self, IDC_SCOPE_ALL), BM_SETCHECK, edited->scope == UP_SCOPE_ALL, 0);
    SendMessageW(up_item(self, IDC_SCOPE_OPEN), BM_SETCHECK, edited->scope != UP_SCOPE_ALL, 0);
    SendMessageW(up_item(self, IDC_STICKY), BM_SETCHECK, edited->sticky != 0, 0);
    SendMessageW(up_item(self, IDC_ZOOM), BM_SETCHECK, self->map.zoom == UP_ZOOM_LOW, 0);
}

/* What is selected goes by the list, unless it was selected in the picture: rows that are gone are selected no more. */
static void keep_selection(struct up_window *self)
{
    struct up_portset ports;

    if (!self->map.has_range) {
        up_list_selected(up_item(self, IDC_LIST), &ports);
        up_model_select(&self->model, &ports);
        up_portmap_show(&self->map, &ports);
    }
}

void up_window_show(struct up_window *self)
{
    struct up_portset in_force;
    char text[2048];

    self->is_syncing = true;
    up_model_headline(&self->model, text, sizeof text);
    up_set_text(up_item(self, IDC_HEADLINE), text);
    up_model_details(&self->model, text, sizeof text);
    up_set_text(up_item(self, IDC_DETAILS), text);
    up_model_scope_note(&self->model, text, sizeof text);
    up_set_text(up_item(self, IDC_SCOPE_NOTE), text);
    ShowWindow(up_item(self, IDC_SCOPE_NOTE), text[0] != '\0' ? SW_SHOW : SW_HIDE);
    up_list_show(up_item(self, IDC_LIST), &self->model);
    keep_selection(self);
    up_model_in_force(&self->model, &in_force);
    up_portmap_classify(&self->map, &self->model.edited.ports, &in_force, up_model_is_running(&self->model));
    up_mapcontrol_refresh(up_item(self, IDC_MAP));
    show_port(self);
    show_choices(self);
    show_commands(self);
    up_layout_place(self);
    self->is_syncing = false;
}

/* ---- what the user selects ------------------------------------------------------------------------------------------------------ */

static void list_selected(struct up_window *self)
{
    struct up_portset ports;

    up_list_selected(up_item(self, IDC_LIST), &ports);
    up_model_select(&self->model, &ports);
    up_portmap_show(&self->map, &ports);
    up_mapcontrol_refresh(up_item(self, IDC_MAP));
    show_port(self);
    show_commands(self);
}

/* The field takes the range from the picture, unless the user has written something there. */
static void fill_field(struct up_window *self)
{
    HWND field = up_item(self, IDC_FIELD);
    char text[16] = "";

    if (GetWindowTextLengthW(field) > 0 && !self->is_field_ours) {
        return;
    }
    if (self->map.has_range) {
        up_portlist_format(&self->map.selected, text, sizeof text);
    }
    self->is_syncing = true;
    up_set_text(field, text);
    self->is_syncing = false;
    self->is_field_ours = text[0] != '\0';
    up_set_text(up_item(self, IDC_FIELD_ERROR), "");
}

static void picture_selected(struct up_window *self)
{
    self->is_syncing = true;
    up_list_clear_selection(up_item(self, IDC_LIST));
    self->is_syncing = false;
    up_model_select(&self->model, &self->map.selected);
    fill_field(self);
    show_commands(self);
}

static void picture_add(struct up_window *self)
{
    struct up_port_range range = up_portmap_range(&self->map);
    struct up_portset ports;

    if ((up_model_commands(&self->model) & UP_CAN_EDIT) != 0) {
        up_portset_deny_all(&ports);
        up_portset_grant(&ports, range.first, range.last);
        up_command_add_ports(self, &ports);
    }
}

static void picture_notified(struct up_window *self, int code)
{
    switch (code) {
    case UP_MAP_SELECTED:
        picture_selected(self);
        break;
    case UP_MAP_POINTED:
        show_port(self);
        break;
    case UP_MAP_ADD:
        picture_add(self);
        break;
    case UP_MAP_REMOVE:
        up_command(self, IDC_REMOVE);
        break;
    }
}

/* The menu of the list and the picture, by the right button or by the keyboard. */
static void context_menu(struct up_window *self, HWND control, LPARAM point)
{
    HMENU menu = GetSubMenu(GetMenu(self->window), 1);
    POINT at = {(short)LOWORD(point), (short)HIWORD(point)};
    RECT rect;

    if (control != up_item(self, IDC_LIST) && control != up_item(self, IDC_MAP)) {
        return;
    }
    if (point == -1) {
        GetWindowRect(control, &rect);
        at.x = (rect.left + rect.right) / 2;
        at.y = (rect.top + rect.bottom) / 2;
    }
    TrackPopupMenu(menu, TPM_LEFTALIGN | TPM_RIGHTBUTTON, at.x, at.y, 0, self->window, NULL);
}

/* Escape gives up what was begun, one thing after the other; it does not close the window, which may have edits. */
static void escape(struct up_window *self)
{
    if (GetWindowTextLengthW(up_item(self, IDC_FIELD)) > 0) {
        SetWindowTextW(up_item(self, IDC_FIELD), L"");
    }
    up_portmap_clear(&self->map);
    up_mapcontrol_refresh(up_item(self, IDC_MAP));
    picture_selected(self);
    show_port(self);
}

/* ---- messages --------------------------------------------------------------------------------------------------------------------- */

static void choose_printer(struct up_window *self, int code)
{
    HWND combo = up_item(self, IDC_LPT);
    LRESULT chosen = SendMessageW(combo, CB_GETCURSEL, 0, 0);
    wchar_t text[64] = L"";

    /* The field shows a choice only after the message that tells of it. */
    if (code == CBN_SELCHANGE && chosen >= 0 && SendMessageW(combo, CB_GETLBTEXTLEN, (WPARAM)chosen, 0) < 64) {
        SendMessageW(combo, CB_GETLBTEXT, (WPARAM)chosen, (LPARAM)text);
        SetWindowTextW(combo, text);
    }
    up_tests_name_button(self);
    up_layout_place(self);
}

static INT_PTR CALLBACK about_proc(HWND dialog, UINT message, WPARAM wparam, LPARAM lparam)
{
    (void)lparam;
    if (message == WM_INITDIALOG) {
        up_desktop_center(dialog);
        up_set_text(
            GetDlgItem(dialog, IDC_TEXT),
            "UserPort " UP_VERSION_STRING "\n\n"
            "Gives chosen x86 I/O ports to ordinary programs: printer ports, serial ports, ISA and PCI cards.\n\n"
            "It does what UserPort 2.0 by Tomas Franzon did, built anew.\n\n"
            "MIT licence: everybody may use it, change it and pass it on. It comes without any warranty. "
            "An open port gives programs the hardware behind it: list what you need and no more.");
        return TRUE;
    }
    if (message == WM_COMMAND && (LOWORD(wparam) == IDOK || LOWORD(wparam) == IDCANCEL)) {
        EndDialog(dialog, 0);
        return TRUE;
    }
    return FALSE;
}

static void help(struct up_window *self)
{
    up_message(
        self->window,
        "1. List the ports that programs may use: type them (hexadecimal: 378, 378-37F, lpt1), choose a preset, or "
        "drag over "
        "the picture; then Add.\n"
        "2. Start opens them. Changes made later are in force after Apply, without a restart.\n"
        "3. Test LPT1 resets the printer, Test Spkr plays a tune, and both say what they read back.\n"
        "4. Stop closes every port.\n\n"
        "In the picture: arrows, Page Up and Down, Home and End move, with Shift they select; Space selects one port, "
        "Ins adds, Del removes, Escape selects nothing.",
        MB_ICONINFORMATION);
}

static bool command(struct up_window *self, int id, int code, HWND control)
{
    if (id == IDC_MAP) {
        picture_notified(self, code);
    } else if (id == IDC_FIELD) {
        if (code == EN_CHANGE && !self->is_syncing) {
            self->is_field_ours = false;
            up_set_text(up_item(self, IDC_FIELD_ERROR), "");
        }
    } else if (id == IDC_LPT) {
        if (code == CBN_SELCHANGE || code == CBN_EDITCHANGE) {
            choose_printer(self, code);
        }
    } else if (id == IDCANCEL) {
        escape(self);
    } else if (id == IDM_EXIT) {
        SendMessageW(self->window, WM_CLOSE, 0, 0);
    } else if (id == IDM_HELP) {
        help(self);
    } else if (id == IDM_ABOUT) {
        DialogBoxParamW(self->instance, MAKEINTRESOURCEW(IDD_ABOUT), self->window, about_proc, 0);
    } else if (control == NULL || code == BN_CLICKED) {
        if (id == IDC_ADD && control != NULL && GetParent(GetFocus()) == up_item(self, IDC_LPT)) {
            id = IDC_TEST_LPT; /* Enter in the choice of the printer port */
        }
        return !self->is_syncing && up_command(self, id);
    } else {
        return false;
    }
    return true;
}

static void observed(struct up_window *self, struct up_watch_report *report)
{
    bool is_first = !self->model.is_observed;

    if (report->generation == up_watch_generation()) {
        if (up_model_observe(&self->model, &report->seen)) {
            if (is_first && self->map.zoom == UP_ZOOM_WHOLE) {
                struct up_port_range range;

                /* what can be seen there is seen better there */
                if (!up_portset_next(&self->model.edited.ports, 0x400, &range)) {
                    up_portmap_zoom(&self->map, UP_ZOOM_LOW);
                }
            }
            up_window_show(self);
        }
        if (self->ended != NULL) {
            up_jobs_done(self);
        } else if (is_first && self->file != NULL) {
            up_jobs_install(self, self->file);
        }
    }
    up_watch_free(report);
}

static void dpi_changed(struct up_window *self, unsigned dpi, const RECT *suggested)
{
    up_layout_set_dpi(self, dpi);
    SetWindowPos(self->window, NULL, suggested->left, suggested->top, suggested->right - suggested->left,
                 suggested->bottom - suggested->top, SWP_NOZORDER | SWP_NOACTIVATE);
    up_layout_place(self);
    InvalidateRect(self->window, NULL, TRUE);
}

static void init(struct up_window *self, HWND window)
{
    static const wchar_t *const printers[] = {L"LPT1", L"LPT2", L"LPT3"};
    SIZE size;

    self->window = window;
    SendMessageW(window, WM_SETICON, ICON_SMALL,
                 (LPARAM)LoadImageW(self->instance, MAKEINTRESOURCEW(IDI_MAIN), IMAGE_ICON,
                                    GetSystemMetrics(SM_CXSMICON), GetSystemMetrics(SM_CYSMICON), LR_SHARED));
    SendMessageW(window, WM_SETICON, ICON_BIG, (LPARAM)LoadIconW(self->instance, MAKEINTRESOURCEW(IDI_MAIN)));
    up_portmap_init(&self->map);
    up_mapcontrol_attach(up_item(self, IDC_MAP), &self->map);
    up_list_init(up_item(self, IDC_LIST));
    SendMessageW(up_item(self, IDC_FIELD), EM_LIMITTEXT, 1000, 0);
    SendMessageW(up_item(self, IDC_LPT), CB_LIMITTEXT, 20, 0);
    for (unsigned i = 0; i < 3; i++) {
        SendMessageW(up_item(self, IDC_LPT), CB_ADDSTRING, 0, (LPARAM)printers[i]);
    }
    SetWindowTextW(up_item(self, IDC_LPT), printers[0]);
    up_layout_set_dpi(self, up_desktop_dpi(window));
    size = up_layout_first(self);
    SetWindowPos(window, NULL, 0, 0, size.cx, size.cy, SWP_NOMOVE | SWP_NOZORDER | SWP_NOACTIVATE);
    up_window_show(self);
}

static void minimum(struct up_window *self, MINMAXINFO *info)
{
    SIZE size = up_layout_minimum(self);

    info->ptMinTrackSize.x = size.cx;
    info->ptMinTrackSize.y = size.cy;
}

static bool notified(struct up_window *self, const NMHDR *header)
{
    if (header->idFrom != IDC_LIST || self->is_syncing) {
        return false;
    }
    if (header->code == (UINT)LVN_ITEMCHANGED) {
        const NMLISTVIEW *change = (const NMLISTVIEW *)header;

        if (((change->uNewState ^ change->uOldState) & LVIS_SELECTED) != 0) {
            list_selected(self);
        }
    } else if (header->code == (UINT)LVN_KEYDOWN) {
        WORD key = ((const NMLVKEYDOWN *)header)->wVKey;

        if (key == VK_DELETE) {
            up_command(self, IDC_REMOVE);
        }
    }
    return false;
}

static INT_PTR CALLBACK window_proc(HWND window, UINT message, WPARAM wparam, LPARAM lparam)
{
    struct up_window *self = (struct up_window *)GetWindowLongPtrW(window, DWLP_USER);

    if (message == WM_INITDIALOG) {
        self = (struct up_window *)lparam;
        SetWindowLongPtrW(window, DWLP_USER, lparam);
        init(self, window);
        SetFocus(up_item(self, IDC_FIELD));
        return FALSE;
    }
    if (self == NULL) {
        return FALSE;
    }
    switch (message) {
    case WM_COMMAND:
        return command(self, LOWORD(wparam), HIWORD(wparam), (HWND)lparam);
    case WM_NOTIFY:
        return notified(self, (const NMHDR *)lparam);
    case WM_CONTEXTMENU:
        context_menu(self, (HWND)wparam, lparam);
        return TRUE;
    case WM_SIZE:
        if (wparam != SIZE_MINIMIZED) {
            up_layout_place(self);
        }
        return TRUE;
    case WM_GETMINMAXINFO:
        minimum(self, (MINMAXINFO *)lparam);
        return TRUE;
    case WM_DPI_CHANGED:
        dpi_changed(self, LOWORD(wparam), (const RECT *)lparam);
        return TRUE;
    case WM_SETTINGCHANGE:
        up_layout_set_dpi(self, self->dpi);
        up_layout_place(self);
        return FALSE;
    case WM_SYSCOLORCHANGE:
        SendMessageW(up_item(self, IDC_LIST), message, wparam, lparam);
        SendMessageW(up_item(self, IDC_MAP), message, wparam, lparam);
        return FALSE;
    case WM_UP_OBSERVED:
        observed(self, (struct up_watch_report *)lparam);
        return TRUE;
    case WM_UP_DONE:
        self->ended = (struct up_job *)lparam;
        up_watch_again();
        return TRUE;
    case WM_CLOSE:
        if (up_jobs_may_close(self)) {
            DestroyWindow(window);
        }
        return TRUE;
    case WM_DESTROY:
        PostQuitMessage(0);
        return TRUE;
    }
    return FALSE;
}

HWND up_window_open(struct up_window *self)
{
    WNDCLASSW window_class;

    memset(&window_class, 0, sizeof window_class);
    window_class.lpfnWndProc = DefDlgProcW;
    window_class.cbWndExtra = DLGWINDOWEXTRA;
    window_class.hInstance = self->instance;
    window_class.hIcon = LoadIconW(self->instance, MAKEINTRESOURCEW(IDI_MAIN));
    window_class.hCursor = LoadCursorW(NULL, (const wchar_t *)IDC_ARROW);
    window_class.hbrBackground = (HBRUSH)(COLOR_BTNFACE + 1);
    window_class.lpszClassName = L"UserPort";
    if (RegisterClassW(&window_class) == 0 || !up_mapcontrol_register(self->instance)) {
        return NULL;
    }
    return CreateDialogParamW(self->instance, MAKEINTRESOURCEW(IDD_MAIN), NULL, window_proc, (LPARAM)self);
}
