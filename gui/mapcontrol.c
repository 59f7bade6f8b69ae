/* SPDX-License-Identifier: MIT
 *
 * The picture as a control (mapcontrol.h): pointer, keys and names; mapdraw.c draws it. The window
 * text describes what is under the caret, and screen readers read it as the name of the control
 * after each change. The tooltip is one tool of the size of a cell that moves with the pointer,
 * since tracking tooltips came with version 4.70 of the common controls.
 */
#include "mapcontrol.h"

#include "mapdraw.h"

#include <commctrl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct control {
    HWND window, tip;
    struct up_map_view view;
    bool is_dragged, is_over;
    uint16_t over; /* the port under the pointer */
    wchar_t tip_text[200];
};

static struct control *control_of(HWND window)
{
    return (struct control *)GetWindowLongPtrW(window, GWLP_USERDATA);
}

/* ---- what is pointed at ---------------------------------------------------------------------- */

struct up_port_range up_mapcontrol_subject(HWND window)
{
    const struct control *control = control_of(window);
    struct up_port_range over = {control->over, control->over};

    return control->is_over && !control->is_dragged ? over : up_portmap_range(control->view.map);
}

static void notify(const struct control *control, int code)
{
    int id = GetDlgCtrlID(control->window);

    SendMessageW(GetParent(control->window), WM_COMMAND, (WPARAM)MAKELONG(id, code),
                 (LPARAM)control->window);
}

void up_mapcontrol_refresh(HWND window)
{
    struct control *control = control_of(window);
    char text[300], name[340];

    up_portmap_text(control->view.map, up_portmap_range(control->view.map), text, sizeof text);
    snprintf(name, sizeof name, "%s %s", control->view.map->has_range ? "Selected ports" : "Port",
             text);
    up_set_text(window, name);
    InvalidateRect(window, NULL, FALSE);
}

static void moved(struct control *control, bool is_selected)
{
    up_mapcontrol_refresh(control->window);
    notify(control, UP_MAP_POINTED);
    if (is_selected) {
        notify(control, UP_MAP_SELECTED);
    }
}

static bool port_at(const struct control *control, LPARAM point, uint16_t *port)
{
    return up_portmap_port_at(control->view.map, (short)LOWORD(point) - control->view.origin.x,
                              (short)HIWORD(point) - control->view.origin.y, port);
}

static TOOLINFOW tool_of(struct control *control)
{
    TOOLINFOW tool;

    memset(&tool, 0, sizeof tool);
    /* The size of version 4.0, which all versions accept. */
    tool.cbSize = offsetof(TOOLINFOW, lParam);
    tool.uFlags = TTF_SUBCLASS;
    tool.hwnd = control->window;
    tool.uId = 1;
    tool.lpszText = LPSTR_TEXTCALLBACKW;
    return tool;
}

static void move_tip(struct control *control)
{
    TOOLINFOW tool = tool_of(control);
    struct up_portmap_rect cell;

    if (control->is_over && !control->is_dragged) {
        up_portmap_rect(control->view.map, control->over, &cell);
        SetRect(&tool.rect, control->view.origin.x + (int)cell.left,
                control->view.origin.y + (int)cell.top,
                control->view.origin.x + (int)(cell.left + cell.width),
                control->view.origin.y + (int)(cell.top + cell.height));
    }
    SendMessageW(control->tip, TTM_NEWTOOLRECTW, 0, (LPARAM)&tool);
}

static void mouse_moved(struct control *control, LPARAM point)
{
    uint16_t port;
    bool is_over = port_at(control, point, &port);

    if (control->is_dragged) {
        if (port != control->view.map->caret) {
            up_portmap_point(control->view.map, port, true);
            moved(control, true);
        }
        return;
    }
    if (is_over != control->is_over || port != control->over) {
        control->is_over = is_over;
        control->over = port;
        move_tip(control);
        notify(control, UP_MAP_POINTED);
        /*
         * TrackMouseEvent tells that the pointer has left, but needs newer versions of comctl32 and
         * user32. A timer that checks the pointer works on every version.
         */
        if (is_over) {
            SetTimer(control->window, 1, 200, NULL);
        }
    }
}

static void look_for_pointer(struct control *control)
{
    POINT point;
    uint16_t port;

    GetCursorPos(&point);
    if (WindowFromPoint(point) == control->window) {
        ScreenToClient(control->window, &point);
        if (port_at(control, MAKELPARAM(point.x, point.y), &port)) {
            return;
        }
    }
    KillTimer(control->window, 1);
    control->is_over = false;
    notify(control, UP_MAP_POINTED);
}

static void button_down(struct control *control, WPARAM keys, LPARAM point)
{
    uint16_t port;

    SetFocus(control->window);
    if (!port_at(control, point, &port)) {
        return;
    }
    if ((keys & MK_SHIFT) == 0) {
        up_portmap_point(control->view.map, port, false);
    }
    up_portmap_point(control->view.map, port, true);
    SetCapture(control->window);
    control->is_dragged = true;
    /* The text describes the selection until the pointer moves on. */
    control->is_over = false;
    moved(control, true);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static bool move_of(WPARAM key, bool has_control, enum up_caret_move *move)
{
    static const struct {
        WPARAM key;
        enum up_caret_move move, with_control;
    } moves[] = {
        {VK_LEFT, UP_MOVE_LEFT, UP_MOVE_ROW_START},
        {VK_RIGHT, UP_MOVE_RIGHT, UP_MOVE_ROW_END},
        {VK_UP, UP_MOVE_UP, UP_MOVE_PAGE_UP},
        {VK_DOWN, UP_MOVE_DOWN, UP_MOVE_PAGE_DOWN},
        {VK_PRIOR, UP_MOVE_PAGE_UP, UP_MOVE_PAGE_UP},
        {VK_NEXT, UP_MOVE_PAGE_DOWN, UP_MOVE_PAGE_DOWN},
        {VK_HOME, UP_MOVE_ROW_START, UP_MOVE_FIRST},
        {VK_END, UP_MOVE_ROW_END, UP_MOVE_LAST},
    };

    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        if (moves[i].key == key) {
            *move = has_control ? moves[i].with_control : moves[i].move;
            return true;
        }
    }
    return false;
}

static void key_down(struct control *control, WPARAM key)
{
    enum up_caret_move move;
    bool was_range = control->view.map->has_range;

    if (move_of(key, GetKeyState(VK_CONTROL) < 0, &move)) {
        bool extend = GetKeyState(VK_SHIFT) < 0;

        up_portmap_move(control->view.map, move, extend);
        moved(control, extend || was_range);
    } else if (key == VK_SPACE) {
        up_portmap_point(control->view.map, control->view.map->caret, true);
        moved(control, true);
    } else if (key == VK_INSERT) {
        notify(control, UP_MAP_ADD);
    } else if (key == VK_DELETE) {
        notify(control, UP_MAP_REMOVE);
    }
}

/* ---- the window class ------------------------------------------------------------------------ */

static bool create(HWND window)
{
    struct control *control = calloc(1, sizeof *control);
    TOOLINFOW tool;

    if (control == NULL) {
        return false;
    }
    control->window = window;
    control->view.dpi = 96;
    control->view.line = 13;
    control->view.number = 24;
    SetWindowLongPtrW(window, GWLP_USERDATA, (LONG_PTR)control);
    control->tip =
        CreateWindowExW(0, TOOLTIPS_CLASSW, NULL, WS_POPUP | TTS_ALWAYSTIP | TTS_NOPREFIX,
                        CW_USEDEFAULT, CW_USEDEFAULT, CW_USEDEFAULT, CW_USEDEFAULT, window, NULL,
                        (HINSTANCE)GetWindowLongPtrW(window, GWLP_HINSTANCE), NULL);
    tool = tool_of(control);
    SendMessageW(control->tip, TTM_ADDTOOLW, 0, (LPARAM)&tool);
    return true;
}

static void destroy(struct control *control)
{
    SetWindowLongPtrW(control->window, GWLP_USERDATA, 0);
    free(control->view.pixels);
    free(control);
}

static void set_tip_text(struct control *control, NMTTDISPINFOW *info)
{
    struct up_port_range range = {control->over, control->over};
    char text[300];

    up_portmap_text(control->view.map, range, text, sizeof text);
    info->lpszText =
        up_to_wide(text, control->tip_text, sizeof control->tip_text / sizeof control->tip_text[0]);
}

static LRESULT CALLBACK control_proc(HWND window, UINT message, WPARAM wparam, LPARAM lparam)
{
    struct control *control = control_of(window);

    if (message == WM_NCCREATE) {
        return create(window) ? DefWindowProcW(window, message, wparam, lparam) : FALSE;
    }
    if (control == NULL || control->view.map == NULL) {
        if (control != NULL && message == WM_NCDESTROY) {
            destroy(control);
        }
        return DefWindowProcW(window, message, wparam, lparam);
    }
    switch (message) {
    case WM_NCDESTROY:
        destroy(control);
        break;
    case WM_SIZE:
        up_mapdraw_place(&control->view, window);
        InvalidateRect(window, NULL, FALSE);
        return 0;
    case WM_PAINT:
        up_mapdraw_paint(&control->view, window);
        return 0;
    case WM_ERASEBKGND:
        return 1;
    case WM_GETDLGCODE:
        return DLGC_WANTARROWS;
    case WM_SETFOCUS:
    case WM_KILLFOCUS:
    case WM_SYSCOLORCHANGE:
        InvalidateRect(window, NULL, FALSE);
        return 0;
    case WM_LBUTTONDOWN:
        button_down(control, wparam, lparam);
        return 0;
    case WM_LBUTTONUP:
        if (control->is_dragged) {
            ReleaseCapture();
        }
        return 0;
    case WM_CAPTURECHANGED:
        control->is_dragged = false;
        notify(control, UP_MAP_POINTED);
        return 0;
    case WM_MOUSEMOVE:
        mouse_moved(control, lparam);
        return 0;
    case WM_TIMER:
        look_for_pointer(control);
        return 0;
    case WM_KEYDOWN:
        key_down(control, wparam);
        return 0;
    case WM_NOTIFY:
        if (((const NMHDR *)lparam)->code == (UINT)TTN_GETDISPINFOW) {
            set_tip_text(control, (NMTTDISPINFOW *)lparam);
        }
        return 0;
    }
    return DefWindowProcW(window, message, wparam, lparam);
}

bool up_mapcontrol_register(HINSTANCE instance)
{
    WNDCLASSW window_class;

    memset(&window_class, 0, sizeof window_class);
    window_class.style = CS_HREDRAW | CS_VREDRAW;
    window_class.lpfnWndProc = control_proc;
    window_class.hInstance = instance;
    window_class.hCursor = LoadCursorW(NULL, (const wchar_t *)IDC_CROSS);
    window_class.lpszClassName = L"UserPortMap";
    return RegisterClassW(&window_class) != 0;
}

void up_mapcontrol_attach(HWND window, struct up_portmap *map)
{
    control_of(window)->view.map = map;
    up_mapdraw_place(&control_of(window)->view, window);
    up_mapcontrol_refresh(window);
}

SIZE up_mapcontrol_size(HWND window)
{
    return up_mapdraw_size(&control_of(window)->view);
}

int up_mapcontrol_height(HWND window, int width, int height)
{
    return up_mapdraw_height(&control_of(window)->view, width, height);
}

void up_mapcontrol_set_font(HWND window, HFONT font, unsigned dpi)
{
    struct control *control = control_of(window);
    TEXTMETRICW metrics;
    SIZE digits;
    HDC screen = GetDC(window);
    HGDIOBJ old = SelectObject(screen, font);

    GetTextMetricsW(screen, &metrics);
    GetTextExtentPoint32W(screen, L"C000", 4, &digits);
    SelectObject(screen, old);
    ReleaseDC(window, screen);
    control->view.font = font;
    control->view.dpi = dpi;
    control->view.line = metrics.tmHeight;
    control->view.number = digits.cx;
    up_mapdraw_place(&control->view, window);
    InvalidateRect(window, NULL, FALSE);
}
