/* SPDX-License-Identifier: MIT
 *
 * Shows the table of the programs (programtable.h). The registry is read again each second, since
 * userportctl changes it too. model_programs.c decides what is shown and asked.
 */
#include "programtable.h"

#include <commctrl.h>
#include <string.h>

#include "desktop.h"
#include "dialogs.h"
#include "elevate.h"
#include "listview.h"
#include "model_programs.h"
#include "programedit.h"
#include "programrun.h"
#include "resource.h"
#include "watchwindow.h"

#define EACH_MILLISECONDS 1000u

struct table {
    HINSTANCE instance;
    HWND window; /* the main window */
    HWND dialog;
    const struct up_model *model;
    struct up_portset granted; /* as shown */
    struct up_page page;
    /* The program is setting the list, whose notifications do not count. */
    bool is_syncing;
};

static HWND item(const struct table *table, int id)
{
    return GetDlgItem(table->dialog, id);
}

/* ---- showing --------------------------------------------------------------------------------- */

static void init_columns(HWND list)
{
    static const wchar_t *const titles[UP_PAGE_COLUMNS] = {L"Program", L"Its ports", L"Go to",
                                                           L"Notes"};

    up_list_columns(list, titles, UP_PAGE_COLUMNS);
}

/* Divides the width of the list, without the scroll bar if there is one, among the columns. */
static void set_widths(HWND list)
{
    static const int percent[UP_PAGE_NOTES] = {24, 18, 23};
    RECT client;
    int left;

    GetClientRect(list, &client);
    left = client.right;
    for (int i = 0; i < UP_PAGE_NOTES; i++) {
        const int width = MulDiv(client.right, percent[i], 100);

        SendMessageW(list, LVM_SETCOLUMNWIDTH, (WPARAM)i, MAKELPARAM(width, 0));
        left -= width;
    }
    SendMessageW(list, LVM_SETCOLUMNWIDTH, UP_PAGE_NOTES, MAKELPARAM(left, 0));
}

static void select_row(HWND list, uint32_t row)
{
    LVITEMW state;

    memset(&state, 0, sizeof state);
    state.stateMask = state.state = LVIS_SELECTED | LVIS_FOCUSED;
    SendMessageW(list, LVM_SETITEMSTATE, (WPARAM)row, (LPARAM)&state);
    SendMessageW(list, LVM_ENSUREVISIBLE, (WPARAM)row, FALSE);
}

static void fill(struct table *table)
{
    HWND list = item(table, IDC_PROGRAMS);
    char text[UP_PROGRAM_PATH_MAX];
    wchar_t wide[UP_PROGRAM_PATH_MAX];
    LVITEMW cell;

    table->is_syncing = true;
    SendMessageW(list, WM_SETREDRAW, FALSE, 0);
    SendMessageW(list, LVM_DELETEALLITEMS, 0, 0);
    memset(&cell, 0, sizeof cell);
    cell.mask = LVIF_TEXT;
    cell.pszText = wide;
    for (uint32_t row = 0; row < table->page.programs.count; row++) {
        cell.iItem = (int)row;
        for (int column = 0; column < UP_PAGE_COLUMNS; column++) {
            up_page_cell(&table->page, row, (enum up_page_column)column, text, sizeof text);
            up_to_wide(text, wide, sizeof wide / sizeof wide[0]);
            cell.iSubItem = column;
            SendMessageW(list, column == 0 ? LVM_INSERTITEMW : LVM_SETITEMW, 0, (LPARAM)&cell);
        }
    }
    if (table->page.selected != UP_PAGE_NONE) {
        select_row(list, table->page.selected);
    }
    SendMessageW(list, WM_SETREDRAW, TRUE, 0);
    set_widths(list);
    InvalidateRect(list, NULL, TRUE);
    table->is_syncing = false;
}

static void show_state(struct table *table)
{
    static const struct {
        int id;
        uint32_t command;
    } enabled_by[] = {{IDC_PROGRAM_ADD, UP_PAGE_CAN_ADD},
                      {IDC_PROGRAM_CHANGE, UP_PAGE_CAN_CHANGE},
                      {IDC_PROGRAM_REMOVE, UP_PAGE_CAN_REMOVE},
                      {IDC_PROGRAM_RUN, UP_PAGE_CAN_RUN},
                      {IDC_PROGRAM_WATCH, UP_PAGE_CAN_RUN}};
    const uint32_t commands = up_page_commands(&table->page);
    char text[UP_PROGRAM_PATH_MAX + UP_PROGRAM_WRONG_MAX + 100];

    up_page_details(&table->page, text, sizeof text);
    up_set_text(item(table, IDC_TEXT), text);
    for (size_t i = 0; i < sizeof enabled_by / sizeof enabled_by[0]; i++) {
        const bool is_enabled = (commands & enabled_by[i].command) != 0;
        HWND control = item(table, enabled_by[i].id);

        if (GetFocus() == control && !is_enabled) { /* the keyboard focus would be lost */
            SendMessageW(table->dialog, WM_NEXTDLGCTL, (WPARAM)item(table, IDC_PROGRAMS), TRUE);
        }
        EnableWindow(control, is_enabled);
    }
    ShowWindow(item(table, IDC_PROGRAMS_ELEVATE),
               (commands & UP_PAGE_CAN_ELEVATE) != 0 ? SW_SHOW : SW_HIDE);
}

/* Reads the programs, and shows what has changed. select: the name of the one to select, or NULL.
 */
static void refresh(struct table *table, const char *select)
{
    struct up_error_detail problem;
    struct up_programs programs;
    const bool is_read = up_programs_read(&programs, &problem);
    bool is_changed = up_page_take(&table->page, &programs, is_read ? NULL : &problem);
    const struct up_program *chosen =
        select != NULL ? up_programs_find(&table->page.programs, select) : NULL;

    up_programs_free(&programs);
    if (chosen != NULL) {
        table->page.selected = (uint32_t)(chosen - table->page.programs.programs);
        is_changed = true;
    }
    if (!up_portset_equal(&table->granted, &table->model->stored.ports)) {
        table->granted = table->model->stored.ports;
        is_changed = true;
    }
    if (is_changed) {
        fill(table);
        show_state(table);
    }
}

/* ---- what the user does ---------------------------------------------------------------------- */

static bool ask(const struct table *table, const char *question)
{
    return up_message(table->dialog, question, MB_YESNO | MB_ICONWARNING | MB_DEFBUTTON2) == IDYES;
}

/*
 * Stores the settings if the user agrees. was: as they were when the edit began, NULL: new ones.
 * Result: false if they are not stored.
 */
static bool store(struct table *table, const struct up_program *was,
                  const struct up_program *program)
{
    char question[2 * UP_PROGRAM_PATH_MAX];
    struct up_error_detail problem;

    refresh(table, NULL);
    if (up_page_write_question(was, up_programs_find(&table->page.programs, program->name),
                               question, sizeof question) &&
        !ask(table, question)) {
        return false;
    }
    if (!up_program_write(program, &problem)) {
        up_message_problem(table->dialog, &problem);
        return false;
    }
    return true;
}

/* Edits until the settings are stored, or the user cancels. */
static void edit(struct table *table, struct up_edit *edited)
{
    struct up_program program;

    while (up_programedit_show(table->instance, table->dialog, edited, &table->granted, &program)) {
        if (edited->is_new) {
            refresh(table, NULL);
            up_page_name(&table->page.programs, program.path, up_programs_find, program.name);
        }
        if (store(table, edited->is_new ? NULL : &edited->was, &program)) {
            refresh(table, program.name);
            return;
        }
    }
}

static void add(struct table *table)
{
    static struct up_edit edited;
    wchar_t file[UP_PATH_MAX] = L"";
    char path[UP_PROGRAM_PATH_MAX];

    if (up_dialogs_choose_program(table->dialog, L"UserPort: add a program", file)) {
        up_edit_begin_new(&edited, up_to_utf8(file, path, sizeof path));
        edit(table, &edited);
    }
}

static void change(struct table *table)
{
    static struct up_edit edited;

    up_edit_begin(&edited, up_page_selected(&table->page));
    edit(table, &edited);
}

static void remove_selected(struct table *table)
{
    char question[UP_PROGRAM_PATH_MAX + 200], name[UP_PROGRAM_NAME_MAX];
    struct up_error_detail problem;

    strcpy(name, up_page_selected(&table->page)->name);
    up_page_remove_question(up_page_selected(&table->page), question, sizeof question);
    if (ask(table, question) && !up_program_remove(name, &problem)) {
        up_message_problem(table->dialog, &problem);
    }
    refresh(table, NULL);
}

/*
 * The full path of the selected program, which the user chooses if only its name is known. Result:
 * false if none was chosen. title: of the dialog.
 */
static bool find_path(const struct table *table, const wchar_t *title,
                      char path[UP_PROGRAM_PATH_MAX])
{
    const struct up_program *selected = up_page_selected(&table->page);
    wchar_t file[UP_PATH_MAX];

    strcpy(path, selected->path);
    if (up_page_is_any_folder(selected)) {
        up_to_wide(path, file, UP_PATH_MAX);
        if (!up_dialogs_choose_program(table->dialog, title, file)) {
            return false;
        }
        up_to_utf8(file, path, UP_PROGRAM_PATH_MAX);
    }
    return true;
}

static void run(struct table *table)
{
    struct up_error_detail problem;
    char path[UP_PROGRAM_PATH_MAX];

    if (find_path(table, L"UserPort: run a program", path) &&
        !up_programrun_start(table->window, path, NULL, table->page.is_administrator, NULL,
                             &problem)) {
        up_message_problem(table->dialog, &problem);
    }
}

static void watch(struct table *table)
{
    struct up_error_detail problem;
    char path[UP_PROGRAM_PATH_MAX];

    if (find_path(table, L"UserPort: watch a program", path) &&
        !up_watchwindow_show(table->instance, table->dialog, path, table->page.is_administrator,
                             &problem)) {
        up_message_problem(table->dialog, &problem);
    }
}

static void elevate(struct table *table)
{
    struct up_error_detail problem;
    DWORD code;

    if (up_elevate(table->dialog, UP_SHOW_PROGRAMS, &code)) {
        EndDialog(table->dialog, TRUE);
    } else if (code != ERROR_CANCELLED) {
        up_elevate_problem(code, &problem);
        up_message_problem(table->dialog, &problem);
    }
}

static void command(struct table *table, int id)
{
    static const struct {
        int id;
        uint32_t command;
        void (*handle)(struct table *table);
    } commands[] = {{IDC_PROGRAM_ADD, UP_PAGE_CAN_ADD, add},
                    {IDC_PROGRAM_CHANGE, UP_PAGE_CAN_CHANGE, change},
                    {IDC_PROGRAM_REMOVE, UP_PAGE_CAN_REMOVE, remove_selected},
                    {IDC_PROGRAM_RUN, UP_PAGE_CAN_RUN, run},
                    {IDC_PROGRAM_WATCH, UP_PAGE_CAN_RUN, watch},
                    {IDC_PROGRAMS_ELEVATE, UP_PAGE_CAN_ELEVATE, elevate}};

    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (commands[i].id == id && (up_page_commands(&table->page) & commands[i].command) != 0) {
            commands[i].handle(table);
        }
    }
}

static void notified(struct table *table, const NMHDR *header)
{
    if (header->idFrom != IDC_PROGRAMS || table->is_syncing) {
        return;
    }
    if (header->code == (UINT)LVN_ITEMCHANGED) {
        const LRESULT row = SendMessageW(header->hwndFrom, LVM_GETNEXTITEM, (WPARAM)-1,
                                         MAKELPARAM(LVNI_SELECTED, 0));

        table->page.selected = row >= 0 ? (uint32_t)row : UP_PAGE_NONE;
        show_state(table);
    } else if (header->code == (UINT)NM_DBLCLK) {
        command(table, IDC_PROGRAM_CHANGE);
    } else if (header->code == (UINT)LVN_KEYDOWN) {
        const WORD key = ((const NMLVKEYDOWN *)header)->wVKey;

        command(table, key == VK_DELETE   ? IDC_PROGRAM_REMOVE
                       : key == VK_INSERT ? IDC_PROGRAM_ADD
                                          : 0);
    }
}

/* ---- the dialog ------------------------------------------------------------------------------ */

static void begin(struct table *table, HWND dialog)
{
    table->dialog = dialog;
    up_desktop_center(dialog);
    init_columns(item(table, IDC_PROGRAMS));
    refresh(table, NULL);
    SetTimer(dialog, 1, EACH_MILLISECONDS, NULL);
    SetFocus(item(table, IDC_PROGRAMS));
}

static INT_PTR CALLBACK table_proc(HWND dialog, UINT message, WPARAM wparam, LPARAM lparam)
{
    struct table *table = (struct table *)GetWindowLongPtrW(dialog, DWLP_USER);

    switch (message) {
    case WM_INITDIALOG:
        SetWindowLongPtrW(dialog, DWLP_USER, lparam);
        begin((struct table *)lparam, dialog);
        return FALSE; /* the list has the focus */
    case WM_TIMER:
        /* Not while a dialog is in front, which is about what is shown. */
        if (IsWindowEnabled(dialog)) {
            refresh(table, NULL);
        }
        return TRUE;
    case WM_SIZE:
        if (table != NULL) {
            set_widths(item(table, IDC_PROGRAMS));
        }
        return TRUE;
    case WM_SYSCOLORCHANGE:
        SendMessageW(GetDlgItem(dialog, IDC_PROGRAMS), message, wparam, lparam);
        return FALSE;
    case WM_NOTIFY:
        if (table != NULL) {
            notified(table, (const NMHDR *)lparam);
        }
        return FALSE;
    case WM_COMMAND:
        if (LOWORD(wparam) == IDCANCEL) {
            EndDialog(dialog, FALSE);
        } else if (HIWORD(wparam) == BN_CLICKED) {
            command(table, LOWORD(wparam));
        }
        return TRUE;
    }
    return FALSE;
}

bool up_programtable_show(HINSTANCE instance, HWND owner, const struct up_model *model)
{
    static struct table table;
    INT_PTR result;

    memset(&table, 0, sizeof table);
    table.instance = instance;
    table.window = owner;
    table.model = model;
    table.granted = model->stored.ports;
    table.page.is_administrator = model->is_administrator;
    table.page.can_elevate = model->can_elevate;
    table.page.granted = &table.granted;
    table.page.selected = UP_PAGE_NONE;
    result = DialogBoxParamW(instance, MAKEINTRESOURCEW(IDD_PROGRAMS), owner, table_proc,
                             (LPARAM)&table);
    up_programs_free(&table.page.programs);
    return result == TRUE;
}
