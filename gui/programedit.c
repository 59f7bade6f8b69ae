/* SPDX-License-Identifier: MIT
 *
 * Shows the settings of one program (programedit.h). What is typed is checked at each letter, and
 * the words below the routes say what they mean or what is wrong.
 */
#include "programedit.h"

#include <string.h>

#include "desktop.h"
#include "devices/printers.h"
#include "dialogs.h"
#include "resource.h"

struct dialog {
    HWND window;
    struct up_edit *edit;
    const struct up_portset *granted;
    struct up_program *program; /* the result */
    struct up_targets targets;
    /* The program is setting controls, whose notifications do not count. */
    bool is_syncing;
};

#define WORDS_MAX 1024u

static HWND item(const struct dialog *self, int id)
{
    return GetDlgItem(self->window, id);
}

static void check(const struct dialog *self, int id, bool is_checked)
{
    SendMessageW(item(self, id), BM_SETCHECK, is_checked ? BST_CHECKED : BST_UNCHECKED, 0);
}

static bool is_checked(const struct dialog *self, int id)
{
    return SendMessageW(item(self, id), BM_GETCHECK, 0, 0) == BST_CHECKED;
}

/* ---- showing --------------------------------------------------------------------------------- */

static void show_file(struct dialog *self)
{
    up_set_text(item(self, IDC_PATH), self->edit->path);
    check(self, IDC_ANY_FOLDER, self->edit->is_any_folder);
}

static void show_words(struct dialog *self)
{
    struct up_routes_error error;
    char text[WORDS_MAX];

    (void)up_edit_routes_text(self->edit, self->granted, &error, text, sizeof text);
    up_set_text(item(self, IDC_TEXT), text);
}

static void show_routes(struct dialog *self)
{
    self->is_syncing = true;
    up_set_text(item(self, IDC_ROUTES), self->edit->routes);
    self->is_syncing = false;
    show_words(self);
}

static void show_trace(struct dialog *self)
{
    self->is_syncing = true;
    up_set_text(item(self, IDC_TRACE), self->edit->trace);
    self->is_syncing = false;
}

static void show_targets(struct dialog *self)
{
    static struct up_devices devices;
    HWND combo = item(self, IDC_TARGET);
    char text[UP_PRINTER_LABEL_MAX];
    wchar_t wide[UP_PRINTER_LABEL_MAX];

    up_devices_find(&devices);
    up_targets_find(&devices, &self->targets);
    for (uint32_t i = 0; i < self->targets.count; i++) {
        (void)up_printer_label(&devices, self->targets.devices[i], text, sizeof text);
        SendMessageW(combo, CB_ADDSTRING, 0,
                     (LPARAM)up_to_wide(text, wide, sizeof wide / sizeof wide[0]));
    }
    if (self->targets.count == 0) {
        SendMessageW(combo, CB_ADDSTRING, 0, (LPARAM)L"none");
        EnableWindow(combo, FALSE);
        EnableWindow(item(self, IDC_SEND_LPT1), FALSE);
    }
    SendMessageW(combo, CB_SETCURSEL, 0, 0);
}

static void begin(struct dialog *self, HWND window)
{
    const struct up_edit *edit = self->edit;
    char text[WORDS_MAX];

    self->window = window;
    up_desktop_center(window);
    SendMessageW(item(self, IDC_ROUTES), EM_LIMITTEXT, UP_EDIT_ROUTES_MAX / 3u, 0);
    SendMessageW(item(self, IDC_TRACE), EM_LIMITTEXT, UP_EDIT_TRACE_MAX / 3u, 0);
    show_file(self);
    show_routes(self);
    show_targets(self);
    show_trace(self);
    check(self, IDC_IGNORE_CLI, edit->ignore_cli_sti);
    check(self, IDC_FAST, edit->fast);
    if (up_edit_wrong_text(edit, text, sizeof text)) {
        up_set_text(item(self, IDC_TEXT), text);
    }
    SetFocus(item(self, IDC_ROUTES));
}

/* ---- what the user does ---------------------------------------------------------------------- */

static void read_routes(struct dialog *self)
{
    up_get_text(item(self, IDC_ROUTES), self->edit->routes, sizeof self->edit->routes);
    show_words(self);
}

static bool browse(struct dialog *self)
{
    wchar_t file[UP_PATH_MAX];
    char path[UP_PROGRAM_PATH_MAX];

    up_to_wide(self->edit->full[0] != '\0' ? self->edit->full : self->edit->path, file,
               UP_PATH_MAX);
    if (!up_dialogs_choose_program(self->window, L"UserPort: choose the program", file)) {
        return false;
    }
    up_edit_set_file(self->edit, up_to_utf8(file, path, sizeof path));
    return true;
}

static void choose_folder(struct dialog *self)
{
    const bool is_any = is_checked(self, IDC_ANY_FOLDER);

    if (up_edit_set_any_folder(self->edit, is_any) || browse(self)) {
        (void)up_edit_set_any_folder(self->edit, is_any);
    }
    show_file(self);
}

static void send_lpt1(struct dialog *self)
{
    const LRESULT chosen = SendMessageW(item(self, IDC_TARGET), CB_GETCURSEL, 0, 0);
    char text[WORDS_MAX];

    if (chosen < 0 || (uint32_t)chosen >= self->targets.count) {
        return;
    }
    if (up_edit_send_lpt1(self->edit, &self->targets.ranges[chosen], text, sizeof text)) {
        show_routes(self);
    } else {
        up_set_text(item(self, IDC_TEXT), text);
    }
}

static void add_device(struct dialog *self)
{
    const int chosen = up_dialogs_devices(self->window, item(self, IDC_DEVICE));
    size_t offset, length;

    if (chosen < 0 || !up_edit_add_device(self->edit, (uint32_t)chosen, &offset, &length)) {
        return;
    }
    show_routes(self);
    SendMessageW(self->window, WM_NEXTDLGCTL, (WPARAM)item(self, IDC_ROUTES), TRUE);
    up_select_part(item(self, IDC_ROUTES), self->edit->routes, offset, length);
}

static void read_trace(struct dialog *self)
{
    up_get_text(item(self, IDC_TRACE), self->edit->trace, sizeof self->edit->trace);
    show_words(self); /* no longer what was wrong with the name before */
}

static void browse_trace(struct dialog *self)
{
    wchar_t file[UP_PATH_MAX];

    up_to_wide(self->edit->trace, file, UP_PATH_MAX);
    if (up_dialogs_choose_recording(self->window, L"UserPort: record into", false, file)) {
        up_to_utf8(file, self->edit->trace, sizeof self->edit->trace);
        show_trace(self);
        show_words(self);
    }
}

/* Shows what is wrong, and selects the place in the routes if it is there. */
static void refuse(struct dialog *self, const char *why)
{
    struct up_routes_error error;
    char text[WORDS_MAX];

    up_set_text(item(self, IDC_TEXT), why);
    if (!up_edit_routes_text(self->edit, self->granted, &error, text, sizeof text)) {
        SendMessageW(self->window, WM_NEXTDLGCTL, (WPARAM)item(self, IDC_ROUTES), TRUE);
        up_select_part(item(self, IDC_ROUTES), self->edit->routes, error.offset, error.length);
    } else if (!up_edit_trace_text(self->edit, text, sizeof text)) {
        SendMessageW(self->window, WM_NEXTDLGCTL, (WPARAM)item(self, IDC_TRACE), TRUE);
    }
}

static void accept(struct dialog *self)
{
    char text[WORDS_MAX];

    self->edit->ignore_cli_sti = is_checked(self, IDC_IGNORE_CLI);
    self->edit->fast = is_checked(self, IDC_FAST);
    if (up_edit_finish(self->edit, self->program, text, sizeof text)) {
        EndDialog(self->window, TRUE);
    } else {
        refuse(self, text);
    }
}

static void command(struct dialog *self, int id, int code)
{
    if (id == IDC_ROUTES) {
        if (code == EN_CHANGE && !self->is_syncing) {
            read_routes(self);
        }
        return;
    }
    if (id == IDC_TRACE) {
        if (code == EN_CHANGE && !self->is_syncing) {
            read_trace(self);
        }
        return;
    }
    switch (code == BN_CLICKED ? id : 0) {
    case IDC_DEVICE:
        add_device(self);
        break;
    case IDC_TRACE_BROWSE:
        browse_trace(self);
        break;
    case IDC_BROWSE:
        (void)browse(self);
        show_file(self);
        break;
    case IDC_ANY_FOLDER:
        choose_folder(self);
        break;
    case IDC_SEND_LPT1:
        send_lpt1(self);
        break;
    case IDOK:
        accept(self);
        break;
    case IDCANCEL:
        EndDialog(self->window, FALSE);
        break;
    }
}

static INT_PTR CALLBACK edit_proc(HWND window, UINT message, WPARAM wparam, LPARAM lparam)
{
    switch (message) {
    case WM_INITDIALOG:
        SetWindowLongPtrW(window, DWLP_USER, lparam);
        begin((struct dialog *)lparam, window);
        return FALSE; /* the routes have the focus */
    case WM_COMMAND:
        if (GetWindowLongPtrW(window, DWLP_USER) != 0) {
            command((struct dialog *)GetWindowLongPtrW(window, DWLP_USER), LOWORD(wparam),
                    HIWORD(wparam));
        }
        return TRUE;
    }
    return FALSE;
}

bool up_programedit_show(HINSTANCE instance, HWND owner, struct up_edit *edit,
                         const struct up_portset *granted, struct up_program *program)
{
    struct dialog self;

    memset(&self, 0, sizeof self);
    self.edit = edit;
    self.granted = granted;
    self.program = program;
    return DialogBoxParamW(instance, MAKEINTRESOURCEW(IDD_PROGRAM), owner, edit_proc,
                           (LPARAM)&self) == TRUE;
}
