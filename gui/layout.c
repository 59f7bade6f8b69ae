/* SPDX-License-Identifier: MIT
 *
 * Places the controls of the main window (layout.h). All measures come from the font and the dots
 * per inch. There are two columns: the list and its controls get the remaining width, the picture
 * next to them gets what it needs. The state is above, the buttons are below.
 */
#include "layout.h"

#include <string.h>

#include "desktop.h"
#include "listview.h"
#include "mapcontrol.h"
#include "resource.h"

#define CARD_LETTERS 36 /* in the list of printer ports: an address and the name of a card */

struct measures {
    int line;    /* height of a line of text */
    int letter;  /* width of a letter */
    int margin;  /* around the contents of the window */
    int gap;     /* between controls that belong together */
    int section; /* between groups of controls */
    int button;  /* height of a button */
    int field;   /* height of a field */
};

static HWND item(const struct up_layout *layout, int id)
{
    return GetDlgItem(layout->window, id);
}

static int scaled(const struct up_layout *layout, int pixels)
{
    return MulDiv(pixels, (int)layout->dpi, 96);
}

static SIZE text_size(const struct up_layout *layout, HFONT font, const wchar_t *text)
{
    HDC dc = GetDC(layout->window);
    HGDIOBJ old = SelectObject(dc, font);
    SIZE size;

    GetTextExtentPoint32W(dc, text, (int)wcslen(text), &size);
    SelectObject(dc, old);
    ReleaseDC(layout->window, dc);
    return size;
}

static void measure(const struct up_layout *layout, struct measures *m)
{
    SIZE letters =
        text_size(layout, layout->font, L"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    m->line = letters.cy;
    m->letter = (letters.cx + 26) / 52;
    m->margin = scaled(layout, 11);
    m->gap = scaled(layout, 6);
    m->section = scaled(layout, 14);
    m->button = m->line + scaled(layout, 10);
    /* The text is at the top, below a border that does not scale. */
    m->field = m->line + scaled(layout, 4) + 4;
}

/* The width of a button: as wide as its text needs, but no narrower than the others. */
static int button_width(const struct up_layout *layout, const struct measures *m, int id)
{
    wchar_t text[64] = L"";
    int width;

    GetWindowTextW(item(layout, id), text, sizeof text / sizeof text[0]);
    width = text_size(layout, layout->font, text).cx + scaled(layout, 24);
    return width > m->letter * 12 ? width : m->letter * 12;
}

static void put(const struct up_layout *layout, HDWP *places, int id, int x, int y, int width,
                int height)
{
    if (*places != NULL) {
        *places = DeferWindowPos(*places, item(layout, id), NULL, x, y, width > 0 ? width : 0,
                                 height > 0 ? height : 0, SWP_NOZORDER | SWP_NOACTIVATE);
    }
}

/* Places buttons in a row. Result: where the next one would be. */
static int put_buttons(const struct up_layout *layout, HDWP *places, const struct measures *m,
                       const int *ids, int x, int y)
{
    for (; *ids != 0; ids++) {
        int width = button_width(layout, m, *ids);

        put(layout, places, *ids, x, y, width, m->button);
        x += width + m->gap;
    }
    return x;
}

/* The height of a control's text, wrapped to that width; 0 if it is empty. */
static int wrapped_height(const struct up_layout *layout, int id, int width)
{
    wchar_t text[2048] = L"";
    RECT rect = {0, 0, width, 0};
    HDC dc = GetDC(layout->window);
    HGDIOBJ old = SelectObject(dc, layout->font);

    GetWindowTextW(item(layout, id), text, sizeof text / sizeof text[0]);
    if (text[0] != L'\0') {
        DrawTextW(dc, text, -1, &rect, DT_CALCRECT | DT_WORDBREAK | DT_NOPREFIX);
    }
    SelectObject(dc, old);
    ReleaseDC(layout->window, dc);
    return (int)rect.bottom;
}

static int details_height(const struct up_layout *layout, const struct measures *m, int width)
{
    int height = wrapped_height(layout, IDC_DETAILS, width);

    if (height < 2 * m->line) {
        return 2 * m->line; /* most states have two lines, so this height stays the same */
    }
    return height < 9 * m->line ? height : 9 * m->line;
}

static int note_width(const struct measures *m, int width)
{
    return width - 4 * m->gap;
}

static int access_height(const struct up_layout *layout, const struct measures *m, int width)
{
    int note = wrapped_height(layout, IDC_SCOPE_NOTE, note_width(m, width));

    return m->line + 3 * (m->line + m->gap) + m->gap + (note > 0 ? note + m->gap : 0);
}

static void place_access(const struct up_layout *layout, HDWP *places, const struct measures *m,
                         int x, int y, int width)
{
    int step = m->line + m->gap;
    int inner = x + m->gap * 2;

    put(layout, places, IDC_ACCESS_GROUP, x, y, width, access_height(layout, m, width));
    put(layout, places, IDC_SCOPE_NOTE, inner, y + m->line + m->gap / 2 + 3 * step,
        note_width(m, width), wrapped_height(layout, IDC_SCOPE_NOTE, note_width(m, width)));
    y += m->line + m->gap / 2;
    width -= m->gap * 3;
    put(layout, places, IDC_SCOPE_ALL, inner, y, width, m->line + m->gap / 2);
    put(layout, places, IDC_SCOPE_OPEN, inner, y + step, width, m->line + m->gap / 2);
    put(layout, places, IDC_STICKY, inner + m->letter * 3, y + 2 * step, width - m->letter * 3,
        m->line + m->gap / 2);
}

/* Places list, field, buttons and access from the bottom up. The list gets the rest. */
static void place_left(const struct up_layout *layout, HDWP *places, const struct measures *m,
                       int x, int top, int width, int bottom)
{
    static const int edit_buttons[] = {IDC_REMOVE, IDC_DEFAULTS, IDC_UNDO, 0};
    int add_width = button_width(layout, m, IDC_ADD),
        presets_width = button_width(layout, m, IDC_PRESETS);
    int label_width = text_size(layout, layout->font, L"New ports (hexadecimal):_").cx;
    int y = bottom - access_height(layout, m, width);

    place_access(layout, places, m, x, y, width);
    y -= m->gap + 2 * m->line;
    put(layout, places, IDC_FIELD_ERROR, x, y, width, 2 * m->line);
    y -= m->gap / 2 + m->button;
    put(layout, places, IDC_FIELD_LABEL, x, y + (m->button - m->line) / 2, label_width, m->line);
    put(layout, places, IDC_FIELD, x + label_width, y + (m->button - m->field) / 2,
        width - label_width - add_width - presets_width - 2 * m->gap, m->field);
    put(layout, places, IDC_ADD, x + width - presets_width - m->gap - add_width, y, add_width,
        m->button);
    put(layout, places, IDC_PRESETS, x + width - presets_width, y, presets_width, m->button);
    y -= m->section + m->button;
    put_buttons(layout, places, m, edit_buttons, x, y);
    put(layout, places, IDC_LIST_LABEL, x, top, width, m->line);
    put(layout, places, IDC_LIST, x, top + m->line + m->gap / 2, width,
        y - m->gap - top - m->line - m->gap / 2);
}

static int right_width(const struct up_layout *layout)
{
    return up_mapcontrol_size(item(layout, IDC_MAP)).cx;
}

static void place_right(const struct up_layout *layout, HDWP *places, const struct measures *m,
                        int x, int top, int width, int bottom)
{
    int zoom_width = text_size(layout, layout->font, L"Zoom to 0000-03FF").cx + scaled(layout, 26);
    int map_top = top + m->line + m->gap;
    int map_height =
        up_mapcontrol_height(item(layout, IDC_MAP), width, bottom - 3 * m->line - m->gap - map_top);

    put(layout, places, IDC_MAP_LABEL, x, top, width - zoom_width, m->line);
    put(layout, places, IDC_ZOOM, x + width - zoom_width, top - scaled(layout, 1), zoom_width,
        m->line + scaled(layout, 2));
    put(layout, places, IDC_MAP, x, map_top, width, map_height);
    put(layout, places, IDC_PORT, x, map_top + map_height + m->gap, width, 3 * m->line);
}

static void place_bottom(const struct up_layout *layout, HDWP *places, const struct measures *m,
                         int x, int y, int right)
{
    static const int driver_buttons[] = {IDC_START, IDC_STOP, IDC_APPLY, 0};
    static const int test_buttons[] = {IDC_TEST_LPT, IDC_TEST_SPEAKER, 0};
    int label_width = text_size(layout, layout->font, L"LPT or base address:_").cx,
        combo_width = m->letter * 12;
    int tests_width =
        button_width(layout, m, IDC_TEST_LPT) + button_width(layout, m, IDC_TEST_SPEAKER) + m->gap;
    int combo_x = right - tests_width - m->gap - combo_width;
    HWND combo = item(layout, IDC_LPT);
    RECT combo_rect;

    /* The control chooses its height by its font. */
    GetWindowRect(combo, &combo_rect);

    put_buttons(layout, places, m, driver_buttons, x, y);
    put(layout, places, IDC_LPT_LABEL, combo_x - label_width, y + (m->button - m->line) / 2,
        label_width, m->line);
    put(layout, places, IDC_LPT, combo_x,
        y + (m->button - (int)(combo_rect.bottom - combo_rect.top)) / 2, combo_width, m->line * 8);
    SendMessageW(combo, CB_SETDROPPEDWIDTH, (WPARAM)(m->letter * CARD_LETTERS), 0);
    put_buttons(layout, places, m, test_buttons, right - tests_width, y);
}

/* Adds a control's place to a checksum, to see whether any place has changed. */
static BOOL CALLBACK add_place(HWND child, LPARAM sum)
{
    RECT rect;

    GetWindowRect(child, &rect);
    ScreenToClient(GetParent(child), (POINT *)&rect.left);
    *(DWORD *)sum = *(DWORD *)sum * 31u + (DWORD)(rect.left * 7 + rect.top);
    return TRUE;
}

static DWORD places_of(const struct up_layout *layout)
{
    DWORD sum = 0;

    EnumChildWindows(layout->window, add_place, (LPARAM)&sum);
    return sum;
}

/* Is the control shown, also while the window itself is not shown yet? */
static bool is_shown(const struct up_layout *layout, int id)
{
    return (GetWindowLongW(item(layout, id), GWL_STYLE) & WS_VISIBLE) != 0;
}

void up_layout_place(const struct up_layout *layout)
{
    DWORD before = places_of(layout);
    HDWP places = BeginDeferWindowPos(32);
    int elevate_width, text_width, y, bottom, right;
    int map_width = right_width(layout);
    struct measures m;
    RECT client;

    measure(layout, &m);
    GetClientRect(layout->window, &client);
    right = client.right - m.margin;
    elevate_width =
        is_shown(layout, IDC_ELEVATE) ? button_width(layout, &m, IDC_ELEVATE) + m.section : 0;
    text_width = right - m.margin - elevate_width;
    y = m.margin;
    put(layout, &places, IDC_HEADLINE, m.margin, y, text_width, m.line + scaled(layout, 2));
    put(layout, &places, IDC_ELEVATE, right - elevate_width + m.section, y,
        elevate_width - m.section, m.button);
    y += m.line + m.gap;
    put(layout, &places, IDC_DETAILS, m.margin, y, text_width,
        details_height(layout, &m, text_width));
    y += details_height(layout, &m, text_width) + m.section;
    bottom = client.bottom - m.margin - m.button;
    place_bottom(layout, &places, &m, m.margin, bottom, right);
    bottom -= m.section;
    place_left(layout, &places, &m, m.margin, y, right - m.margin - map_width - m.section, bottom);
    place_right(layout, &places, &m, right - map_width, y, map_width, bottom);
    if (places != NULL) {
        EndDeferWindowPos(places);
    }
    if (places_of(layout) != before) {
        /*
         * Controls move to where others have been, and the window erases these areas in an order of
         * its own.
         */
        RedrawWindow(layout->window, NULL, NULL, RDW_INVALIDATE | RDW_ERASE | RDW_ALLCHILDREN);
        up_list_widths(item(layout, IDC_LIST));
    }
}

SIZE up_layout_minimum(const struct up_layout *layout)
{
    SIZE map = up_mapcontrol_size(item(layout, IDC_MAP));
    struct measures m;
    int left, height;

    measure(layout, &m);
    left = text_size(layout, layout->font,
                     L"Keep the ports until the program ends, even if it closes \\\\.\\UserPort.")
               .cx +
           m.gap * 4 + m.letter * 3 + scaled(layout, 20);
    height = m.margin + m.line + m.gap + 2 * m.line + m.section + m.line + m.gap + map.cy + m.gap +
             3 * m.line + m.section + m.button + m.margin;
    return up_desktop_window_size(layout->window, m.margin * 2 + left + m.section + map.cx, height,
                                  layout->dpi);
}

SIZE up_layout_first(const struct up_layout *layout)
{
    SIZE size = up_layout_minimum(layout);
    struct measures m;

    measure(layout, &m);
    size.cx += m.letter * 12; /* for the column of hazards */
    size.cy += m.line;
    return size;
}

static BOOL CALLBACK set_font(HWND child, LPARAM font)
{
    SendMessageW(child, WM_SETFONT, (WPARAM)font, FALSE);
    return TRUE;
}

void up_layout_set_dpi(struct up_layout *layout, unsigned dpi)
{
    HFONT old_font = layout->font, old_bold = layout->bold;

    layout->dpi = dpi;
    layout->font = up_desktop_message_font(dpi, false);
    layout->bold = up_desktop_message_font(dpi, true);
    EnumChildWindows(layout->window, set_font, (LPARAM)layout->font);
    SendMessageW(item(layout, IDC_HEADLINE), WM_SETFONT, (WPARAM)layout->bold, FALSE);
    up_mapcontrol_set_font(item(layout, IDC_MAP), layout->font, dpi);
    if (old_font != NULL) {
        DeleteObject(old_font);
    }
    if (old_bold != NULL) {
        DeleteObject(old_bold);
    }
}
