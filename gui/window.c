/* SPDX-License-Identifier: MIT
 *
 * The main window (window.h), which is a dialog with a window class of its own, in order to have
 * the keyboard handling of dialogs. A message changes the model, or notes what has to be shown
 * again. At the end of the message this is shown once, and what is next is done. No other file
 * shows the model.
 */
#include "window.h"

#include <commctrl.h>
#include <string.h>

#include "commands.h"
#include "desktop.h"
#include "dialogs.h"
#include "drive.h"
#include "elevate.h"
#include "jobs.h"
#include "mapcontrol.h"
#include "porttests.h"
#include "programrun.h"
#include "programtable.h"
#include "resource.h"
#include "testdialog.h"
#include "view.h"
#include "monitor.h"
#include "work.h"

#define WM_DPI_CHANGED 0x02E0 /* WM_DPICHANGED of Windows 8.1 */
#define WM_UP_CHOSEN   (WM_APP + 5)

struct window {
    HINSTANCE instance;
    HWND window; /* NULL: it was destroyed */
    struct up_session *session;
    struct up_view view;
    /* A job that has ended, kept until the next observation shows what it did. */
    struct up_job *ended;
    const wchar_t *file; /* to install at the start, or NULL */
};

static HWND item(const struct window *self, int id)
{
    return GetDlgItem(self->window, id);
}

/* ---- what is next ---------------------------------------------------------------------------- */

static void show(struct window *self)
{
    if (self->window != NULL) {
        up_view_show(&self->view, &self->session->model);
    }
}

static void run_test(struct window *self)
{
    struct up_session *session = self->session;
    const bool is_speaker = session->test == UP_TEST_SPEAKER;
    char name[UP_TEST_NAME_MAX];

    up_tests_name(session, name);
    session->test = UP_NO_TEST;
    up_testdialog_run(self->instance, self->window, name, is_speaker, session->test_base);
}

static void perform(struct window *self, const struct up_next *next)
{
    enum up_answer answer;
    const char *why;

    if (next->focus_first != 0) {
        up_view_offer_focus(&self->view, next->focus_first);
    }
    switch (next->kind) {
    case UP_NEXT_NOTHING:
        break;
    case UP_NEXT_BOX:
        answer = up_dialogs_box(self->window, next);
        if (next->then != NULL) {
            next->then(self->session, answer);
        }
        break;
    case UP_NEXT_FIELD_ERROR:
        up_view_field_error(&self->view, next->text, &next->error);
        break;
    case UP_NEXT_CLEAR_FIELD:
        SetWindowTextW(item(self, IDC_FIELD), L"");
        break;
    case UP_NEXT_JOB:
        why = up_work_start(&self->session->job, self->window);
        if (why != NULL) {
            up_jobs_failed(self->session, why);
        }
        break;
    case UP_NEXT_TEST:
        run_test(self);
        break;
    case UP_NEXT_CONTINUE:
        up_tests_continue(self->session);
        break;
    case UP_NEXT_CLOSE:
        DestroyWindow(self->window);
        break;
    }
    if (next->focus != 0 && self->window != NULL) {
        up_view_focus(&self->view, next->focus);
    }
}

/* Ends each message: shows what it changed, and does what follows, as long as anything does. */
static void finish(struct window *self)
{
    struct up_next *next = &self->session->next, now;

    if (self->view.is_syncing) {
        return; /* the message comes from a control that is being set */
    }
    /* Also before a job begins, so that its effect is not shown before it runs. */
    show(self);
    while (self->window != NULL &&
           (next->kind != UP_NEXT_NOTHING || next->focus_first != 0 || next->focus != 0)) {
        now = *next;
        memset(next, 0, sizeof *next);
        perform(self, &now);
        self->view.to_show = UP_SHOW_ALL;
        show(self);
    }
}

/* ---- the picture and the list ---------------------------------------------------------------- */

static void picture_add(struct window *self)
{
    struct up_port_range range = up_portmap_range(&self->view.map);
    struct up_portset ports;

    if (up_session_can(self->session, UP_CAN_EDIT)) {
        up_portset_deny_all(&ports);
        up_portset_grant(&ports, range.first, range.last);
        up_command_add_ports(self->session, &ports, NULL);
        self->view.to_show = UP_SHOW_ALL;
    }
}

static void picture_notified(struct window *self, int code)
{
    switch (code) {
    case UP_MAP_SELECTED:
        up_view_picture_selected(&self->view, &self->session->model);
        break;
    case UP_MAP_POINTED:
        self->view.to_show |= UP_SHOW_PORT;
        break;
    case UP_MAP_ADD:
        picture_add(self);
        break;
    case UP_MAP_REMOVE:
        up_command(self->session, IDC_REMOVE);
        self->view.to_show = UP_SHOW_ALL;
        break;
    }
}

/* Shows the menu of the list and the picture, opened with the right button or the keyboard. */
static void context_menu(struct window *self, HWND control, LPARAM point)
{
    HMENU menu = GetSubMenu(GetMenu(self->window), 1);
    POINT at = {(short)LOWORD(point), (short)HIWORD(point)};
    RECT rect;

    if (control != item(self, IDC_LIST) && control != item(self, IDC_MAP)) {
        return;
    }
    if (point == -1) {
        GetWindowRect(control, &rect);
        at.x = (rect.left + rect.right) / 2;
        at.y = (rect.top + rect.bottom) / 2;
    }
    TrackPopupMenu(menu, TPM_LEFTALIGN | TPM_RIGHTBUTTON, at.x, at.y, 0, self->window, NULL);
}

/* ---- messages -------------------------------------------------------------------------------- */

static void printer_chosen(struct window *self, int code)
{
    HWND combo = item(self, IDC_LPT);
    LRESULT chosen = SendMessageW(combo, CB_GETCURSEL, 0, 0);
    wchar_t text[UP_PRINTER_TEXT_MAX] = L"";

    /* The field shows a choice only after this message. */
    if (code == CBN_SELCHANGE && chosen >= 0 &&
        SendMessageW(combo, CB_GETLBTEXTLEN, (WPARAM)chosen, 0) < (LRESULT)UP_PRINTER_TEXT_MAX) {
        SendMessageW(combo, CB_GETLBTEXT, (WPARAM)chosen, (LPARAM)text);
        SetWindowTextW(combo, text);
    }
    if (code != CBN_EDITCHANGE) {
        PostMessageW(self->window, WM_UP_CHOSEN, 0, 0);
    }
    self->view.to_show |= UP_SHOW_PRINTER;
}

static void elevate(struct window *self)
{
    struct up_next *next = &self->session->next;
    DWORD code;

    if (up_elevate(self->window, NULL, &code)) {
        next->kind = UP_NEXT_CLOSE;
    } else if (code != ERROR_CANCELLED) {
        up_elevate_problem(code, &next->problem);
        up_session_box(self->session, UP_BOX_PROBLEM, NULL);
    }
}

static void install(struct window *self, const wchar_t *file)
{
    char path[UP_PATH_MAX];

    up_to_utf8(file, path, sizeof path);
    up_jobs_install(self->session, path, up_drive_is_there(file));
}

static void choose_and_install(struct window *self)
{
    wchar_t file[UP_PATH_MAX];

    if (up_dialogs_choose_driver(self->window, file)) {
        install(self, file);
    }
}

static void add_field(struct window *self)
{
    char text[3072];

    up_get_text(item(self, IDC_FIELD), text, sizeof text);
    up_command_add_text(self->session, text, self->view.is_field_ours);
}

static void test_printer(struct window *self)
{
    char text[UP_PRINTER_TEXT_MAX];

    up_view_printer(&self->view, text);
    up_tests_lpt(self->session, text);
}

/* Runs a command of a button, a menu or a key. Result: false if there is none with that number. */
static bool run_command(struct window *self, int id)
{
    struct up_session *session = self->session;

    if (id == IDC_PRESETS) {
        id = up_dialogs_presets(self->window, item(self, IDC_PRESETS));
        if (id == 0) {
            return true;
        }
    }
    self->view.to_show = UP_SHOW_ALL;
    if (up_dialogs_preset(id) != NULL) {
        up_command_add_preset(session, up_dialogs_preset(id));
        return true;
    }
    switch (id) {
    case IDC_ADD:
        add_field(self);
        return true;
    case IDC_ELEVATE:
        elevate(self);
        return true;
    case IDC_TEST_LPT:
        test_printer(self);
        return true;
    case IDC_TEST_SPEAKER:
        up_tests_speaker(session);
        return true;
    case IDC_ZOOM:
        up_portmap_zoom(&self->view.map,
                        self->view.map.zoom == UP_ZOOM_LOW ? UP_ZOOM_WHOLE : UP_ZOOM_LOW);
        return true;
    case IDM_WHOLE:
    case IDM_LOW:
        up_portmap_zoom(&self->view.map, id == IDM_WHOLE ? UP_ZOOM_WHOLE : UP_ZOOM_LOW);
        return true;
    case IDM_REFRESH:
        up_watch_search_again();
        return true;
    case IDM_INSTALL:
        choose_and_install(self);
        return true;
    case IDM_PROGRAMS:
        if (up_programtable_show(self->instance, self->window, &session->model)) {
            session->next.kind = UP_NEXT_CLOSE;
        }
        return true;
    case IDM_EXIT:
        up_jobs_close(session);
        return true;
    case IDM_HELP:
        up_dialogs_help(self->window);
        return true;
    case IDM_ABOUT:
        up_dialogs_about(self->instance, self->window);
        return true;
    default:
        return up_jobs_command(session, id) || up_command(session, id);
    }
}

static bool command(struct window *self, int id, int code, HWND control)
{
    if (id == IDC_MAP) {
        picture_notified(self, code);
    } else if (id == IDC_FIELD) {
        if (code == EN_CHANGE && !self->view.is_syncing) {
            self->view.is_field_ours = false;
            up_set_text(item(self, IDC_FIELD_ERROR), "");
        }
    } else if (id == IDC_LPT) {
        if (code == CBN_SELCHANGE || code == CBN_CLOSEUP || code == CBN_EDITCHANGE) {
            printer_chosen(self, code);
        }
    } else if (id == IDCANCEL) {
        /* Escape does not close the window, which may have edits. */
        up_view_escape(&self->view, &self->session->model);
    } else if (control == NULL || code == BN_CLICKED) {
        if (id == IDC_ADD && control != NULL && GetParent(GetFocus()) == item(self, IDC_LPT)) {
            id = IDC_TEST_LPT; /* Enter in the choice of the printer port */
        }
        return !self->view.is_syncing && run_command(self, id);
    } else {
        return false;
    }
    return true;
}

static void observed(struct window *self, struct up_watch_report *report)
{
    struct up_model *model = &self->session->model;
    const bool is_first = !model->is_observed;
    struct up_port_range range;

    if (report->generation == up_watch_generation()) {
        if (up_model_observe(model, &report->seen)) {
            /* All ports are in the low range, where they are easier to see. */
            if (is_first && self->view.map.zoom == UP_ZOOM_WHOLE &&
                !up_portset_next(&model->edited.ports, 0x400, &range)) {
                up_portmap_zoom(&self->view.map, UP_ZOOM_LOW);
            }
            self->view.to_show = UP_SHOW_ALL;
        }
        if (self->ended != NULL) {
            up_jobs_done(self->session, self->ended);
            up_work_free(self->ended);
            self->ended = NULL;
            self->view.to_show = UP_SHOW_ALL;
        } else if (is_first && self->file != NULL) {
            install(self, self->file);
        }
    }
    up_watch_free(report);
}

static void dpi_changed(struct window *self, unsigned dpi, const RECT *suggested)
{
    up_layout_set_dpi(&self->view.layout, dpi);
    SetWindowPos(self->window, NULL, suggested->left, suggested->top,
                 suggested->right - suggested->left, suggested->bottom - suggested->top,
                 SWP_NOZORDER | SWP_NOACTIVATE);
    up_layout_place(&self->view.layout);
    InvalidateRect(self->window, NULL, TRUE);
}

static void init(struct window *self, HWND window)
{
    self->window = window;
    SendMessageW(window, WM_SETICON, ICON_SMALL,
                 (LPARAM)LoadImageW(self->instance, MAKEINTRESOURCEW(IDI_MAIN), IMAGE_ICON,
                                    GetSystemMetrics(SM_CXSMICON), GetSystemMetrics(SM_CYSMICON),
                                    LR_SHARED));
    SendMessageW(window, WM_SETICON, ICON_BIG,
                 (LPARAM)LoadIconW(self->instance, MAKEINTRESOURCEW(IDI_MAIN)));
    up_view_init(&self->view, window);
    show(self);
    SetFocus(item(self, IDC_FIELD));
}

static void minimum(struct window *self, MINMAXINFO *info)
{
    SIZE size = up_layout_minimum(&self->view.layout);

    info->ptMinTrackSize.x = size.cx;
    info->ptMinTrackSize.y = size.cy;
}

static bool notified(struct window *self, const NMHDR *header)
{
    if (header->idFrom != IDC_LIST || self->view.is_syncing) {
        return false;
    }
    if (header->code == (UINT)LVN_ITEMCHANGED) {
        const NMLISTVIEW *change = (const NMLISTVIEW *)header;

        if (((change->uNewState ^ change->uOldState) & LVIS_SELECTED) != 0) {
            up_view_list_selected(&self->view, &self->session->model);
        }
    } else if (header->code == (UINT)LVN_KEYDOWN) {
        WORD key = ((const NMLVKEYDOWN *)header)->wVKey;

        if (key == VK_DELETE) {
            up_command(self->session, IDC_REMOVE);
            self->view.to_show = UP_SHOW_ALL;
        }
    }
    return false;
}

static INT_PTR handle(struct window *self, UINT message, WPARAM wparam, LPARAM lparam)
{
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
            up_layout_place(&self->view.layout);
        }
        return TRUE;
    case WM_GETMINMAXINFO:
        minimum(self, (MINMAXINFO *)lparam);
        return TRUE;
    case WM_DPI_CHANGED:
        dpi_changed(self, LOWORD(wparam), (const RECT *)lparam);
        return TRUE;
    case WM_SETTINGCHANGE:
        up_layout_set_dpi(&self->view.layout, self->view.layout.dpi);
        up_layout_place(&self->view.layout);
        return FALSE;
    case WM_SYSCOLORCHANGE:
        SendMessageW(item(self, IDC_LIST), message, wparam, lparam);
        SendMessageW(item(self, IDC_MAP), message, wparam, lparam);
        return FALSE;
    case WM_UP_OBSERVED:
        observed(self, (struct up_watch_report *)lparam);
        return TRUE;
    case WM_UP_DONE:
        self->ended = (struct up_job *)lparam;
        up_watch_again();
        return TRUE;
    case WM_UP_RAN:
        up_programrun_ended(GetLastActivePopup(self->window), (struct up_error_detail *)lparam);
        return TRUE;
    case WM_UP_CHOSEN: /* the field shows the choice now */
        up_view_keep_base(&self->view);
        return TRUE;
    case WM_CLOSE:
        up_jobs_close(self->session);
        return TRUE;
    case WM_DESTROY:
        self->window = NULL;
        PostQuitMessage(0);
        return TRUE;
    }
    return FALSE;
}

static INT_PTR CALLBACK window_proc(HWND window, UINT message, WPARAM wparam, LPARAM lparam)
{
    struct window *self = (struct window *)GetWindowLongPtrW(window, DWLP_USER);
    INT_PTR result;

    if (message == WM_INITDIALOG) {
        SetWindowLongPtrW(window, DWLP_USER, lparam);
        init((struct window *)lparam, window);
        return FALSE;
    }
    if (self == NULL || self->window == NULL) {
        return FALSE;
    }
    result = handle(self, message, wparam, lparam);
    finish(self);
    return result;
}

HWND up_window_open(HINSTANCE instance, struct up_session *session, const wchar_t *file)
{
    static struct window self;
    WNDCLASSW window_class;

    self.instance = instance;
    self.session = session;
    self.file = file;
    memset(&window_class, 0, sizeof window_class);
    window_class.lpfnWndProc = DefDlgProcW;
    window_class.cbWndExtra = DLGWINDOWEXTRA;
    window_class.hInstance = instance;
    window_class.hIcon = LoadIconW(instance, MAKEINTRESOURCEW(IDI_MAIN));
    window_class.hCursor = LoadCursorW(NULL, (const wchar_t *)IDC_ARROW);
    window_class.hbrBackground = (HBRUSH)(COLOR_BTNFACE + 1);
    window_class.lpszClassName = L"UserPort";
    if (RegisterClassW(&window_class) == 0 || !up_mapcontrol_register(instance)) {
        return NULL;
    }
    return CreateDialogParamW(instance, MAKEINTRESOURCEW(IDD_MAIN), NULL, window_proc,
                              (LPARAM)&self);
}
