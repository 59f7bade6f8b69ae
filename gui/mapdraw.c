/* SPDX-License-Identifier: MIT
 *
 * Draws the picture of the ports (mapdraw.h). Everything is drawn into a bitmap first, so that
 * nothing flickers. All colours except those of the picture itself are the system's.
 */
#include "mapdraw.h"

#include <stdlib.h>
#include <string.h>

static int scaled(const struct up_map_view *view, int pixels)
{
    return MulDiv(pixels, (int)view->dpi, 96);
}

/* ---- places ---------------------------------------------------------------------------------- */

#define LEGEND_LINES 3

static SIZE margins(const struct up_map_view *view)
{
    SIZE size = {view->number + scaled(view, 5), view->line + scaled(view, 2)};

    return size;
}

static int legend_height(const struct up_map_view *view)
{
    return LEGEND_LINES * (view->line + scaled(view, 3)) + scaled(view, 5);
}

static void fit(struct up_map_view *view, int width, int height)
{
    SIZE margin = margins(view);
    int side;

    width -= margin.cx + scaled(view, 2);
    height -= margin.cy + legend_height(view) + scaled(view, 2);
    side = width < height ? width : height;
    view->origin.x = margin.cx;
    view->origin.y = margin.cy;
    up_portmap_fit(view->map, side > 0 ? (uint32_t)side : 1u, (view->dpi + 48u) / 96u);
}

void up_mapdraw_place(struct up_map_view *view, HWND window)
{
    RECT client;

    if (view->map != NULL) {
        GetClientRect(window, &client);
        fit(view, client.right, client.bottom);
    }
}

int up_mapdraw_height(struct up_map_view *view, int width, int height)
{
    if (view->map == NULL) {
        return height;
    }
    fit(view, width, height);
    return view->origin.y + (int)up_portmap_extent(view->map) + legend_height(view) +
           scaled(view, 2);
}

SIZE up_mapdraw_size(const struct up_map_view *view)
{
    SIZE margin = margins(view);
    int side = (int)UP_PORTMAP_SIDE * (int)((view->dpi + 48u) / 96u);
    SIZE size = {margin.cx + side + scaled(view, 2),
                 margin.cy + side + scaled(view, 2) + legend_height(view)};

    return size;
}

/* ---- drawing --------------------------------------------------------------------------------- */

static uint32_t pixel_of(COLORREF colour)
{
    return (uint32_t)GetRValue(colour) << 16 | (uint32_t)GetGValue(colour) << 8 | GetBValue(colour);
}

static void get_colours(struct up_portmap_colours *colours)
{
    if (up_desktop_has_contrast()) {
        up_portmap_plain_colours(
            colours, pixel_of(GetSysColor(COLOR_WINDOW)), pixel_of(GetSysColor(COLOR_WINDOWTEXT)),
            pixel_of(GetSysColor(COLOR_HIGHLIGHT)), pixel_of(GetSysColor(COLOR_HIGHLIGHTTEXT)));
    } else {
        up_portmap_light_colours(colours);
    }
}

static void put_pixels(HDC to, int x, int y, uint32_t width, uint32_t height,
                       const uint32_t *pixels)
{
    BITMAPINFO info;

    memset(&info, 0, sizeof info);
    info.bmiHeader.biSize = sizeof info.bmiHeader;
    info.bmiHeader.biWidth = (LONG)width;
    info.bmiHeader.biHeight = -(LONG)height; /* from the top */
    info.bmiHeader.biPlanes = 1;
    info.bmiHeader.biBitCount = 32;
    SetDIBitsToDevice(to, x, y, width, height, 0, 0, 0, height, pixels, &info, DIB_RGB_COLORS);
}

static bool need_pixels(struct up_map_view *view, size_t count)
{
    if (view->room < count) {
        uint32_t *pixels = realloc(view->pixels, count * sizeof *pixels);

        if (pixels == NULL) {
            return false;
        }
        view->pixels = pixels;
        view->room = count;
    }
    return true;
}

static void frame(HDC to, const RECT *rect, int width, int colour)
{
    HBRUSH brush = GetSysColorBrush(colour);
    RECT sides[4] = {*rect, *rect, *rect, *rect};

    sides[0].bottom = rect->top + width;
    sides[1].top = rect->bottom - width;
    sides[2].right = rect->left + width;
    sides[3].left = rect->right - width;
    for (unsigned i = 0; i < 4; i++) {
        FillRect(to, &sides[i], brush);
    }
}

static void draw_caret(struct up_map_view *view, HDC to)
{
    struct up_portmap_rect cell;
    int dot = scaled(view, 1);
    RECT rect;

    up_portmap_rect(view->map, view->map->caret, &cell);
    rect.left = view->origin.x + (LONG)cell.left;
    rect.top = view->origin.y + (LONG)cell.top;
    rect.right = rect.left + (LONG)cell.width;
    rect.bottom = rect.top + (LONG)cell.height;
    if (cell.width < 6u * (unsigned)dot) {
        InflateRect(&rect, 2 * dot, 2 * dot);
    }
    frame(to, &rect, dot, COLOR_WINDOWTEXT);
    InflateRect(&rect, dot, dot);
    frame(to, &rect, dot, COLOR_WINDOW);
}

/* Draws the numbers: at the left the first port of some rows, at the top what to add to it. */
static void draw_numbers(struct up_map_view *view, HDC to)
{
    const struct up_portmap *map = view->map;
    uint32_t columns = up_portmap_columns(map);
    wchar_t number[8];

    SetTextAlign(to, TA_RIGHT | TA_TOP);
    for (uint32_t row = 0; row < columns; row += columns / 8) {
        int length = wsprintfW(number, L"%04X", row * columns);

        TextOutW(to, view->origin.x - scaled(view, 4),
                 view->origin.y + (int)(row * map->cell) - (row == 0 ? 0 : view->line / 8), number,
                 length);
    }
    SetTextAlign(to, TA_LEFT | TA_TOP);
    for (uint32_t column = 0; column < columns; column += columns / 4) {
        int length = wsprintfW(number, L"%02X", column);

        TextOutW(to, view->origin.x + (int)(column * map->cell), 0, number, length);
    }
}

static void draw_legend(struct up_map_view *view, HDC to, const struct up_portmap_colours *colours,
                        int width, int top)
{
    int side = view->line - view->line / 8;
    int step = view->line + scaled(view, 3);
    RECT box;
    wchar_t text[64];

    SetTextAlign(to, TA_LEFT | TA_TOP);
    if (!need_pixels(view, (size_t)side * (size_t)side)) {
        return;
    }
    for (int i = 0; i < UP_CLASS_EMPTY; i++) {
        int x = (i % 2 == 0 ? 0 : width / 2 - scaled(view, 10));
        int y = top + scaled(view, 6) + i / 2 * step;
        enum up_port_class port_class =
            (enum up_port_class)(i / 2 + (i % 2 == 0 ? 0 : LEGEND_LINES));

        up_portmap_swatch(colours, port_class, view->map->pattern, (uint32_t)side, (uint32_t)side,
                          view->pixels, (size_t)side);
        put_pixels(to, x + 1, y + 1, (uint32_t)side, (uint32_t)side, view->pixels);
        SetRect(&box, x, y, x + side + 2, y + side + 2);
        FrameRect(to, &box, GetSysColorBrush(COLOR_BTNSHADOW));
        up_to_wide(up_portmap_class_text(port_class), text, sizeof text / sizeof text[0]);
        TextOutW(to, x + side + scaled(view, 7), y, text, (int)wcslen(text));
    }
}

static void draw(struct up_map_view *view, HDC to, const RECT *client, bool has_focus)
{
    uint32_t extent = up_portmap_extent(view->map);
    struct up_portmap_colours colours;
    RECT border;
    HGDIOBJ old_font = SelectObject(to, view->font != NULL ? (HGDIOBJ)view->font
                                                           : GetStockObject(DEFAULT_GUI_FONT));

    FillRect(to, client, GetSysColorBrush(COLOR_BTNFACE));
    SetBkMode(to, TRANSPARENT);
    SetTextColor(to, GetSysColor(COLOR_BTNTEXT));
    get_colours(&colours);
    SetRect(&border, view->origin.x - 1, view->origin.y - 1, view->origin.x + (int)extent + 1,
            view->origin.y + (int)extent + 1);
    if (need_pixels(view, (size_t)extent * extent)) {
        up_portmap_render(view->map, &colours, view->pixels, extent);
        put_pixels(to, view->origin.x, view->origin.y, extent, extent, view->pixels);
    }
    FrameRect(to, &border, GetSysColorBrush(COLOR_BTNSHADOW));
    draw_numbers(view, to);
    draw_legend(view, to, &colours, client->right, border.bottom);
    if (has_focus) {
        InflateRect(&border, scaled(view, 1), scaled(view, 1));
        frame(to, &border, scaled(view, 2), COLOR_HIGHLIGHT);
        draw_caret(view, to);
    }
    SelectObject(to, old_font);
}

void up_mapdraw_paint(struct up_map_view *view, HWND window)
{
    PAINTSTRUCT paint_struct;
    HDC screen = BeginPaint(window, &paint_struct);
    RECT client;
    HDC memory;
    HBITMAP bitmap;

    GetClientRect(window, &client);
    memory = CreateCompatibleDC(screen);
    bitmap = CreateCompatibleBitmap(screen, client.right, client.bottom);
    if (memory != NULL && bitmap != NULL && view->map != NULL) {
        HGDIOBJ old = SelectObject(memory, bitmap);

        draw(view, memory, &client, GetFocus() == window);
        BitBlt(screen, 0, 0, client.right, client.bottom, memory, 0, 0, SRCCOPY);
        SelectObject(memory, old);
    }
    if (bitmap != NULL) {
        DeleteObject(bitmap);
    }
    if (memory != NULL) {
        DeleteDC(memory);
    }
    EndPaint(window, &paint_struct);
}
