/* SPDX-License-Identifier: MIT
 *
 * Shows a watched program (watchwindow.h). A timer reads on, tells the model what time it is, and
 * shows what has changed: the picture at each column, words and numbers four times a second.
 */
#include "watchwindow.h"

#include <commctrl.h>
#include <stdlib.h>
#include <string.h>

#include "desktop.h"
#include "dialogs.h"
#include "listview.h"
#include "model_programs.h"
#include "programrun.h"
#include "resource.h"
#include "watchdraw.h"
#include "watchfile.h"

#define EACH_MILLISECONDS  40u
#define READ_MILLISECONDS  20u  /* at most, of each EACH_MILLISECONDS */
#define WORDS_MILLISECONDS 250u /* between two changes of words and numbers */
#define WORDS_MAX          1600u

struct watch {
    HINSTANCE instance;
    HWND window;
    const char *path;
    bool is_administrator, is_started;
    struct up_error_detail *problem;
    HANDLE process; /* userportctl's; NULL: it is not known, or has ended */
    uint64_t clock; /* in ms */
    DWORD ticks, words_at;
    bool has_picture;
    int minimum_width, minimum_height; /* of the window; 0: not known yet */
    uint32_t rows;
    uint16_t shown[UP_WATCHING_PORTS]; /* the ports of the rows */
    struct up_watchfile file;
    struct up_watching watching;
};

static HWND item(const struct watch *self, int id)
{
    return GetDlgItem(self->window, id);
}

/* ---- places ---------------------------------------------------------------------------------- */

static void move(const struct watch *self, int id, int x, int y, int width, int height)
{
    SetWindowPos(item(self, id), NULL, x, y, width, height, SWP_NOZORDER | SWP_NOACTIVATE);
}

/* Places every control. The picture has at least the room that it needs, if there is any. */
static void place(const struct watch *self)
{
    /* Margin, gap, the heights of label, words and button, the widths of buttons. */
    RECT units[3] = {{7, 4, 0, 9}, {0, 18, 0, 14}, {50, 0, 59, 0}};
    int margin, gap, label, words, button, pause, save, width, bottom, top, room;
    RECT client;

    for (int i = 0; i < 3; i++) {
        MapDialogRect(self->window, &units[i]);
    }
    margin = units[0].left;
    gap = units[0].top;
    label = units[0].bottom;
    words = units[1].top;
    button = units[1].bottom;
    pause = units[2].left;
    save = units[2].right;
    GetClientRect(self->window, &client);
    width = client.right - 2 * margin;
    bottom = client.bottom - margin - button;
    move(self, IDCANCEL, client.right - margin - pause, bottom, pause, button);
    move(self, IDC_SAVE, client.right - margin - pause - gap - save, bottom, save, button);
    move(self, IDC_PAUSE, client.right - margin - 2 * (pause + gap) - save, bottom, pause, button);
    bottom -= margin + words;
    move(self, IDC_TEXT, margin, bottom, width, words);
    bottom -= gap;
    top = margin;
    if (self->has_picture) {
        const int least = up_watchdraw_height(item(self, IDC_WAVE));

        room = bottom - top - gap - label;
        room = room * 3 / 4 > least ? room * 3 / 4 : least;
        move(self, IDC_WAVE, margin, top, width, room);
        top += room + gap;
    }
    move(self, IDC_PORTS_LABEL, margin, top, width, label);
    top += label;
    move(self, IDC_PORTS, margin, top, width, bottom > top ? bottom - top : 0);
}

static void init_columns(HWND list)
{
    static const wchar_t *const titles[UP_WATCHING_COLUMNS] = {
        L"Port", L"What is there", L"Read last", L"Written last", L"A second", L"Total", L"Denied"};
    LVCOLUMNW column;

    up_list_columns(list, titles, UP_WATCHING_COLUMNS);
    memset(&column, 0, sizeof column);
    column.mask = LVCF_FMT;
    column.fmt = LVCFMT_RIGHT;
    for (int i = UP_WATCHING_RATE; i < UP_WATCHING_COLUMNS; i++) {
        SendMessageW(list, LVM_SETCOLUMNW, (WPARAM)i, (LPARAM)&column);
    }
    /* LVS_EX_DOUBLEBUFFER of Windows XP; older common controls ignore it. */
    SendMessageW(list, LVM_SETEXTENDEDLISTVIEWSTYLE, 0x00010000, 0x00010000);
}

/* Divides the width of the list among the columns. */
static void set_widths(HWND list)
{
    static const int percent[UP_WATCHING_COLUMNS] = {9, 0, 12, 15, 12, 14, 11};
    RECT client;
    int left;

    GetClientRect(list, &client);
    left = client.right;
    for (int i = 0; i < UP_WATCHING_COLUMNS; i++) {
        const int width = MulDiv(client.right, percent[i], 100);

        if (i != UP_WATCHING_NAME) {
            SendMessageW(list, LVM_SETCOLUMNWIDTH, (WPARAM)i, MAKELPARAM(width, 0));
            left -= width;
        }
    }
    SendMessageW(list, LVM_SETCOLUMNWIDTH, UP_WATCHING_NAME, MAKELPARAM(left, 0));
}

/* ---- showing --------------------------------------------------------------------------------- */

/* Sets a cell if its text differs. */
static void set_cell(const struct watch *self, uint32_t row, int column)
{
    const HWND list = item(self, IDC_PORTS);
    wchar_t wide[120], now[120];
    char text[120];
    LVITEMW cell;

    up_watching_cell(&self->watching, row, (enum up_watching_column)column, text, sizeof text);
    memset(&cell, 0, sizeof cell);
    cell.mask = LVIF_TEXT;
    cell.iItem = (int)row;
    cell.iSubItem = column;
    cell.pszText = now;
    cell.cchTextMax = sizeof now / sizeof now[0];
    now[0] = L'\0';
    SendMessageW(list, LVM_GETITEMTEXTW, (WPARAM)row, (LPARAM)&cell);
    up_to_wide(text, wide, sizeof wide / sizeof wide[0]);
    if (wcscmp(now, wide) != 0) {
        cell.pszText = wide;
        SendMessageW(list, LVM_SETITEMW, 0, (LPARAM)&cell);
    }
}

static void show_rows(struct watch *self)
{
    const HWND list = item(self, IDC_PORTS);
    const uint32_t before = self->rows;
    LVITEMW cell;

    for (uint32_t row = 0; row < self->watching.port_count; row++) {
        const uint16_t port = self->watching.ports[row].port;

        if (row == self->rows || self->shown[row] != port) { /* rows are never taken away */
            memset(&cell, 0, sizeof cell);
            cell.mask = LVIF_TEXT;
            cell.iItem = (int)row;
            cell.pszText = (wchar_t *)L"";
            SendMessageW(list, LVM_INSERTITEMW, 0, (LPARAM)&cell);
            memmove(&self->shown[row + 1u], &self->shown[row],
                    (self->rows - row) * sizeof self->shown[0]);
            self->shown[row] = port;
            self->rows++;
        }
        for (int column = 0; column < UP_WATCHING_COLUMNS; column++) {
            set_cell(self, row, column);
        }
    }
    if (self->rows != before) { /* a scroll bar may have appeared */
        set_widths(list);
    }
}

static void show_words(struct watch *self)
{
    char text[WORDS_MAX];
    uint64_t now;
    const bool has_picture = up_watching_wave(&self->watching, &now) != NULL;

    up_watching_text(&self->watching, text, sizeof text);
    up_set_text(item(self, IDC_TEXT), text);
    up_watching_headline(&self->watching, text, sizeof text);
    up_set_text(item(self, IDC_WAVE), text);
    InvalidateRect(item(self, IDC_WAVE), NULL, FALSE); /* which has these words */
    EnableWindow(item(self, IDC_SAVE), up_watchfile_can_save(&self->file));
    if (has_picture != self->has_picture) {
        self->has_picture = has_picture;
        ShowWindow(item(self, IDC_WAVE), has_picture ? SW_SHOW : SW_HIDE);
        place(self);
    }
    show_rows(self);
}

/* The clock of GetTickCount, which begins again after 49 days, goes on here. */
static void read_clock(struct watch *self)
{
    const DWORD ticks = GetTickCount();

    self->clock += ticks - self->ticks;
    self->ticks = ticks;
}

/* Has userportctl ended, before this reading? Then the model has to know when all is read. */
static void look(struct watch *self)
{
    const bool has_ended =
        self->process != NULL && WaitForSingleObject(self->process, 0) == WAIT_OBJECT_0;
    const bool is_all = up_watchfile_read(&self->file, &self->watching, READ_MILLISECONDS);
    DWORD code = 0;

    if (has_ended && is_all) {
        GetExitCodeProcess(self->process, &code);
        CloseHandle(self->process);
        self->process = NULL;
        up_watching_exit(&self->watching, code);
    }
    read_clock(self);
    if (up_watching_tick(&self->watching, self->clock) && !self->watching.is_paused) {
        InvalidateRect(item(self, IDC_WAVE), NULL, FALSE);
    }
    if (self->ticks - self->words_at >= WORDS_MILLISECONDS) {
        self->words_at = self->ticks;
        show_words(self);
    }
}

/* ---- what the user does ---------------------------------------------------------------------- */

static void pause(struct watch *self)
{
    up_watching_pause(&self->watching, !self->watching.is_paused);
    up_set_text(item(self, IDC_PAUSE), self->watching.is_paused ? "&Go on" : "&Pause");
    show_words(self);
    InvalidateRect(item(self, IDC_WAVE), NULL, FALSE);
}

static void save(struct watch *self)
{
    struct up_error_detail problem;
    char path[3 * UP_PATH_MAX];
    wchar_t file[UP_PATH_MAX], *ending;
    bool is_saved;

    up_to_wide(up_program_file_name(self->path), file, UP_PATH_MAX - 4);
    ending = wcsrchr(file, L'.');
    wcscpy(ending != NULL ? ending : file + wcslen(file), L".csv");
    if (!up_dialogs_choose_recording(self->window, L"UserPort: save the recording", true, file)) {
        return;
    }
    SetCursor(LoadCursorW(NULL, (const wchar_t *)IDC_WAIT));
    is_saved = up_watchfile_save(&self->file, up_to_utf8(file, path, sizeof path), &problem);
    SetCursor(LoadCursorW(NULL, (const wchar_t *)IDC_ARROW));
    if (!is_saved) {
        up_message_problem(self->window, &problem);
    }
}

/* userportctl could not start the program, and has said why. */
static void failed(struct watch *self, struct up_error_detail *problem)
{
    char why[sizeof problem->text + sizeof problem->advice + 4];
    const size_t length = strlen(problem->text);

    strcpy(why, problem->text);
    strcat(why, length > 0 && problem->text[length - 1] == '.' ? " " : ". ");
    strcat(why, problem->advice);
    why[strlen(why) - (problem->advice[0] == '\0')] = '\0';
    free(problem);
    look(self);
    up_watching_fail(&self->watching, why);
    show_words(self);
}

/* ---- the window ------------------------------------------------------------------------------ */

static void begin(struct watch *self, HWND window)
{
    char title[UP_PROGRAM_PATH_MAX];
    RECT frame;

    self->window = window;
    self->ticks = self->words_at = GetTickCount();
    GetWindowRect(window, &frame);
    self->minimum_width = frame.right - frame.left;
    self->minimum_height = frame.bottom - frame.top;
    up_desktop_center(window);
    up_watching_title(self->path, title, sizeof title);
    up_set_text(window, title);
    init_columns(item(self, IDC_PORTS));
    up_watchdraw_attach(item(self, IDC_WAVE), &self->watching);
    ShowWindow(item(self, IDC_WAVE), SW_HIDE);
    place(self);
    set_widths(item(self, IDC_PORTS));
    show_words(self);
    if (!up_programrun_start(window, self->path, self->file.path, self->is_administrator,
                             &self->process, self->problem)) {
        EndDialog(window, FALSE);
        return;
    }
    self->is_started = true;
    SetTimer(window, 1, EACH_MILLISECONDS, NULL);
    SetFocus(item(self, IDC_PAUSE));
}

static void command(struct watch *self, int id)
{
    switch (id) {
    case IDC_PAUSE:
        pause(self);
        break;
    case IDC_SAVE:
        save(self);
        break;
    case IDCANCEL:
        EndDialog(self->window, TRUE);
        break;
    }
}

static INT_PTR CALLBACK watch_proc(HWND window, UINT message, WPARAM wparam, LPARAM lparam)
{
    struct watch *self = (struct watch *)GetWindowLongPtrW(window, DWLP_USER);

    if (message == WM_INITDIALOG) {
        SetWindowLongPtrW(window, DWLP_USER, lparam);
        begin((struct watch *)lparam, window);
        return FALSE; /* a button has the focus */
    }
    if (self == NULL) {
        return FALSE;
    }
    switch (message) {
    case WM_TIMER:
        look(self);
        return TRUE;
    case WM_UP_RAN:
        failed(self, (struct up_error_detail *)lparam);
        return TRUE;
    case WM_SIZE:
        place(self);
        set_widths(item(self, IDC_PORTS));
        return TRUE;
    case WM_GETMINMAXINFO:
        ((MINMAXINFO *)lparam)->ptMinTrackSize.x = self->minimum_width;
        ((MINMAXINFO *)lparam)->ptMinTrackSize.y = self->minimum_height;
        return TRUE;
    case WM_SYSCOLORCHANGE:
        SendMessageW(item(self, IDC_PORTS), message, wparam, lparam);
        SendMessageW(item(self, IDC_WAVE), message, wparam, lparam);
        return FALSE;
    case WM_COMMAND:
        if (HIWORD(wparam) == BN_CLICKED) {
            command(self, LOWORD(wparam));
        }
        return TRUE;
    }
    return FALSE;
}

bool up_watchwindow_show(HINSTANCE instance, HWND owner, const char *path, bool is_administrator,
                         struct up_error_detail *problem)
{
    struct watch *self = calloc(1, sizeof *self);
    bool is_started;

    if (self == NULL) {
        up_error_detail_set(problem, ERROR_NOT_ENOUGH_MEMORY, NULL, "cannot watch the program");
        return false;
    }
    if (!up_watchfile_open(&self->file, problem)) {
        free(self);
        return false;
    }
    (void)up_watchdraw_register(instance); /* it may be registered already */
    self->instance = instance;
    self->path = path;
    self->is_administrator = is_administrator;
    self->problem = problem;
    up_watching_init(&self->watching);
    up_error_detail_set(problem, ERROR_NOT_ENOUGH_MEMORY, NULL, "cannot watch the program");
    (void)DialogBoxParamW(instance, MAKEINTRESOURCEW(IDD_WATCH), owner, watch_proc, (LPARAM)self);
    is_started = self->is_started;
    if (self->process != NULL) {
        CloseHandle(self->process);
    }
    up_watchfile_close(&self->file);
    free(self);
    return is_started;
}
