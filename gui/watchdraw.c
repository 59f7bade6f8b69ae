/* SPDX-License-Identifier: MIT
 *
 * Draws the lines of a printer port (watchdraw.h). Everything is drawn into a bitmap first, so that
 * nothing flickers, and with the system's colours alone. A column of the picture is one slot of the
 * model, or two pixels of it where there are more than 144 dots per inch: so nothing trembles while
 * it moves.
 */
#include "watchdraw.h"

#include <string.h>

/* What is drawn, and where. */
struct wave_view {
    const struct up_watching *watching;
    HDC to;
    int line;        /* the height of the font */
    int dot;         /* the width of a line, and of a column */
    int left, right; /* of the levels; left of them are the names */
    int top, row;    /* the first line's top, and the height of each */
    int bottom;
};

static const struct up_watching *watching_of(HWND window)
{
    return (const struct up_watching *)GetWindowLongPtrW(window, GWLP_USERDATA);
}

static HFONT font_of(HWND window)
{
    const HFONT font = (HFONT)SendMessageW(GetParent(window), WM_GETFONT, 0, 0);

    return font != NULL ? font : (HFONT)GetStockObject(DEFAULT_GUI_FONT);
}

/* ---- places ---------------------------------------------------------------------------------- */

/* The room above the first line, for the words, and below the last one, for the seconds. */
static int above(int line)
{
    return line + line / 2;
}

static int below(int line)
{
    return line + line / 3;
}

int up_watchdraw_height(HWND window)
{
    const HDC screen = GetDC(window);
    const HGDIOBJ old = SelectObject(screen, font_of(window));
    TEXTMETRICW metrics;

    GetTextMetricsW(screen, &metrics);
    SelectObject(screen, old);
    ReleaseDC(window, screen);
    return above(metrics.tmHeight) + (int)UP_LINES * (metrics.tmHeight + 1) +
           below(metrics.tmHeight);
}

static void place(struct wave_view *view, const RECT *client)
{
    TEXTMETRICW metrics;
    SIZE size;
    wchar_t name[20];
    int widest = 0;

    GetTextMetricsW(view->to, &metrics);
    view->line = metrics.tmHeight;
    view->dot = GetDeviceCaps(view->to, LOGPIXELSY) > 144 || view->line > 22 ? 2 : 1;
    for (unsigned i = 0; i < UP_LINES; i++) {
        up_to_wide(up_lines[i].name, name, sizeof name / sizeof name[0]);
        GetTextExtentPoint32W(view->to, name, (int)wcslen(name), &size);
        widest = size.cx > widest ? size.cx : widest;
    }
    view->left = widest + view->line * 2;
    view->right = client->right - 1;
    view->top = above(view->line);
    view->row = (client->bottom - view->top - below(view->line)) / (int)UP_LINES;
    view->row = view->row > 4 ? view->row : 4;
    view->bottom = view->top + view->row * (int)UP_LINES;
}

/* ---- drawing --------------------------------------------------------------------------------- */

static void fill(const struct wave_view *view, int left, int top, int right, int bottom, int colour)
{
    const RECT rect = {left, top, right, bottom};

    FillRect(view->to, &rect, GetSysColorBrush(colour));
}

/* The names of the lines, with the numbers of their pins before them. */
static void draw_names(const struct wave_view *view)
{
    const int lower = (view->row - view->line) / 2;
    wchar_t text[20];
    int length;

    for (unsigned i = 0; i < UP_LINES; i++) {
        const int y = view->top + (int)i * view->row + lower;

        length = wsprintfW(text, L"%u", (unsigned)up_lines[i].pin);
        SetTextAlign(view->to, TA_RIGHT | TA_TOP);
        SetTextColor(view->to, GetSysColor(COLOR_GRAYTEXT));
        TextOutW(view->to, view->line + view->line / 4, y, text, length);
        up_to_wide(up_lines[i].name, text, sizeof text / sizeof text[0]);
        SetTextAlign(view->to, TA_LEFT | TA_TOP);
        SetTextColor(view->to, GetSysColor(COLOR_WINDOWTEXT));
        TextOutW(view->to, view->line + view->line / 2, y, text, (int)wcslen(text));
    }
}

/* How many columns the picture has. */
static uint32_t columns_of(const struct wave_view *view)
{
    return view->right > view->left ? (uint32_t)((view->right - view->left) / view->dot) : 0;
}

/* Lines at the beginnings of seconds, with their numbers, and shades where accesses are missing. */
static void draw_seconds(const struct wave_view *view, const struct up_wave *wave, uint64_t now)
{
    const uint32_t columns = columns_of(view);
    struct up_watching_slot slot;
    wchar_t text[20];
    uint32_t second;

    SetTextAlign(view->to, TA_LEFT | TA_TOP);
    SetTextColor(view->to, GetSysColor(COLOR_WINDOWTEXT));
    for (uint32_t i = 0; i < columns; i++) {
        const int x = view->right - (int)(i + 1u) * view->dot;

        if (up_wave_slot(wave, now, i, &slot) && (slot.high & UP_WATCHING_LOST) != 0) {
            fill(view, x, view->top, x + view->dot, view->bottom, COLOR_HIGHLIGHT);
        }
        if (up_wave_second(now, i, &second)) {
            fill(view, x, view->top, x + view->dot, view->bottom + view->line / 3, COLOR_BTNSHADOW);
            TextOutW(view->to, x + view->line / 4, view->bottom + 2, text,
                     wsprintfW(text, L"%lu s", (unsigned long)second));
        }
    }
}

/* One line's columns [begin, end) from the left, all with the same look. */
static void draw_run(const struct wave_view *view, enum up_wave_look look, int begin, int end,
                     int high, int low)
{
    const int middle = (high + low) / 2;

    switch (look) {
    case UP_WAVE_HIGH:
        fill(view, begin, high, end, high + view->dot, COLOR_WINDOWTEXT);
        break;
    case UP_WAVE_LOW:
        fill(view, begin, low, end, low + view->dot, COLOR_WINDOWTEXT);
        break;
    case UP_WAVE_BOTH:
        fill(view, begin, high, end, low + view->dot, COLOR_WINDOWTEXT);
        break;
    default:
        for (int x = begin - begin % (4 * view->dot) + 4 * view->dot; x < end; x += 4 * view->dot) {
            fill(view, x, middle, x + view->dot, middle + view->dot, COLOR_GRAYTEXT);
        }
        break;
    }
}

static void draw_line(const struct wave_view *view, const struct up_wave *wave, uint64_t now,
                      unsigned number)
{
    const int top = view->top + (int)number * view->row, gap = view->row > 8 ? 3 : 1;
    const int high = top + gap, low = top + view->row - gap;
    const uint32_t columns = columns_of(view);
    enum up_wave_look look, run = UP_WAVE_UNKNOWN;
    struct up_watching_slot slot;
    int begin = view->right, x = view->right;

    /* From the right edge to the left, as far as there is anything. */
    for (uint32_t i = 0; i < columns && up_wave_slot(wave, now, i, &slot); i++) {
        look = up_wave_look(&slot, number);
        if (i > 0 && look != run) {
            draw_run(view, run, x, begin, high, low);
            if ((run | look) == UP_WAVE_BOTH && run != UP_WAVE_BOTH && look != UP_WAVE_BOTH) {
                fill(view, x, high, x + view->dot, low + view->dot, COLOR_WINDOWTEXT);
            }
            begin = x;
        }
        run = look;
        x = view->right - (int)(i + 1u) * view->dot;
    }
    if (x < begin) {
        draw_run(view, run, x, begin, high, low);
    }
}

static void draw(struct wave_view *view, HWND window, const RECT *client)
{
    uint64_t now;
    const struct up_wave *wave = up_watching_wave(view->watching, &now);
    wchar_t words[200];
    const int length = GetWindowTextW(window, words, sizeof words / sizeof words[0]);

    fill(view, 0, 0, client->right, client->bottom, COLOR_WINDOW);
    SetBkMode(view->to, TRANSPARENT);
    SetTextColor(view->to, GetSysColor(COLOR_WINDOWTEXT));
    SetTextAlign(view->to, TA_LEFT | TA_TOP);
    TextOutW(view->to, view->line / 2, view->line / 4, words, length);
    if (wave != NULL) {
        draw_names(view);
        draw_seconds(view, wave, now);
        for (unsigned i = 0; i < UP_LINES; i++) {
            draw_line(view, wave, now, i);
        }
    }
    FrameRect(view->to, client, GetSysColorBrush(COLOR_BTNSHADOW));
}

static void paint(HWND window)
{
    struct wave_view view = {.watching = watching_of(window)};
    PAINTSTRUCT paint_struct;
    const HDC screen = BeginPaint(window, &paint_struct);
    HBITMAP bitmap;
    RECT client;

    GetClientRect(window, &client);
    view.to = CreateCompatibleDC(screen);
    bitmap = CreateCompatibleBitmap(screen, client.right, client.bottom);
    if (view.to != NULL && bitmap != NULL && view.watching != NULL) {
        const HGDIOBJ old_bitmap = SelectObject(view.to, bitmap);
        const HGDIOBJ old_font = SelectObject(view.to, font_of(window));

        place(&view, &client);
        draw(&view, window, &client);
        BitBlt(screen, 0, 0, client.right, client.bottom, view.to, 0, 0, SRCCOPY);
        SelectObject(view.to, old_font);
        SelectObject(view.to, old_bitmap);
    }
    if (bitmap != NULL) {
        DeleteObject(bitmap);
    }
    if (view.to != NULL) {
        DeleteDC(view.to);
    }
    EndPaint(window, &paint_struct);
}

/* ---- the window class ------------------------------------------------------------------------ */

static LRESULT CALLBACK wave_proc(HWND window, UINT message, WPARAM wparam, LPARAM lparam)
{
    switch (message) {
    case WM_PAINT:
        paint(window);
        return 0;
    case WM_ERASEBKGND:
        return 1;
    case WM_SYSCOLORCHANGE:
        InvalidateRect(window, NULL, FALSE);
        return 0;
    }
    return DefWindowProcW(window, message, wparam, lparam);
}

bool up_watchdraw_register(HINSTANCE instance)
{
    WNDCLASSW window_class;

    memset(&window_class, 0, sizeof window_class);
    window_class.style = CS_HREDRAW | CS_VREDRAW;
    window_class.lpfnWndProc = wave_proc;
    window_class.hInstance = instance;
    window_class.hCursor = LoadCursorW(NULL, (const wchar_t *)IDC_ARROW);
    window_class.lpszClassName = L"UserPortWave";
    return RegisterClassW(&window_class) != 0;
}

void up_watchdraw_attach(HWND window, const struct up_watching *watching)
{
    SetWindowLongPtrW(window, GWLP_USERDATA, (LONG_PTR)watching);
}
