/* SPDX-License-Identifier: MIT
 *
 * Functions of newer Windows, found at run time (desktop.h): per-monitor scaling (Windows 8.1, 10)
 * and the safe DLL search (Windows XP SP1, 8). Structures always have the sizes of NT 4.0, which
 * later systems accept too.
 */
#include "desktop.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define CONTRAST_IS_ON 1u /* HCF_HIGHCONTRASTON */

static FARPROC find(const wchar_t *library, const char *name)
{
    HMODULE module = GetModuleHandleW(library);

    return module != NULL ? GetProcAddress(module, name) : NULL;
}

static unsigned screen_dpi(void)
{
    HDC screen = GetDC(NULL);
    int dpi = screen != NULL ? GetDeviceCaps(screen, LOGPIXELSY) : 96;

    if (screen != NULL) {
        ReleaseDC(NULL, screen);
    }
    return dpi > 0 ? (unsigned)dpi : 96u;
}

unsigned up_desktop_dpi(HWND window)
{
    union {
        FARPROC found;
        UINT(WINAPI *of_window)(HWND);
    } get;
    unsigned dpi = 0;

    get.found = find(L"user32.dll", "GetDpiForWindow");
    if (window != NULL && get.found != NULL) {
        dpi = get.of_window(window);
    }
    return dpi != 0 ? dpi : screen_dpi();
}

HFONT up_desktop_message_font(unsigned dpi, bool is_bold)
{
    union {
        FARPROC found;
        BOOL(WINAPI *for_dpi)(UINT, UINT, void *, UINT, UINT);
    } get;
    NONCLIENTMETRICSW metrics;
    LOGFONTW *font = &metrics.lfMessageFont;
    bool is_known = false;

    memset(&metrics, 0, sizeof metrics);
    get.found = find(L"user32.dll", "SystemParametersInfoForDpi");
    if (get.found != NULL) {
        metrics.cbSize = sizeof metrics;
        is_known = get.for_dpi(SPI_GETNONCLIENTMETRICS, sizeof metrics, &metrics, 0, dpi);
    }
    if (!is_known) {
        /* Vista added a field at the end. Every NT accepts the size without it. */
        metrics.cbSize = offsetof(NONCLIENTMETRICSW, iPaddedBorderWidth);
        is_known = SystemParametersInfoW(SPI_GETNONCLIENTMETRICS, metrics.cbSize, &metrics, 0);
        font->lfHeight = MulDiv(font->lfHeight, (int)dpi, (int)screen_dpi());
    }
    if (!is_known) {
        memset(font, 0, sizeof *font);
        font->lfHeight = -MulDiv(8, (int)dpi, 72);
        wcscpy(font->lfFaceName, L"MS Shell Dlg");
    }
    if (is_bold) {
        font->lfWeight = FW_BOLD;
    }
    return CreateFontIndirectW(font);
}

static unsigned brightness(COLORREF colour)
{
    return (GetRValue(colour) * 3u + GetGValue(colour) * 6u + GetBValue(colour)) / 10u;
}

bool up_desktop_has_contrast(void)
{
    HIGHCONTRASTW contrast;

    memset(&contrast, 0, sizeof contrast);
    contrast.cbSize = sizeof contrast;
    if (SystemParametersInfoW(SPI_GETHIGHCONTRAST, sizeof contrast, &contrast, 0) &&
        (contrast.dwFlags & CONTRAST_IS_ON) != 0) {
        return true;
    }
    return brightness(GetSysColor(COLOR_WINDOW)) < 128u;
}

SIZE up_desktop_window_size(HWND window, int width, int height, unsigned dpi)
{
    union {
        FARPROC found;
        BOOL(WINAPI *for_dpi)(RECT *, DWORD, BOOL, DWORD, UINT);
    } adjust;
    DWORD style = (DWORD)GetWindowLongPtrW(window, GWL_STYLE),
          more = (DWORD)GetWindowLongPtrW(window, GWL_EXSTYLE);
    RECT rect = {0, 0, width, height};
    SIZE size;

    adjust.found = find(L"user32.dll", "AdjustWindowRectExForDpi");
    if (adjust.found == NULL || !adjust.for_dpi(&rect, style, TRUE, more, dpi)) {
        AdjustWindowRectEx(&rect, style, TRUE, more);
    }
    size.cx = rect.right - rect.left;
    size.cy = rect.bottom - rect.top;
    return size;
}

void up_desktop_center(HWND dialog)
{
    RECT rect, owner;

    GetWindowRect(dialog, &rect);
    GetWindowRect(GetParent(dialog), &owner);
    SetWindowPos(dialog, NULL, (owner.left + owner.right - rect.right + rect.left) / 2,
                 (owner.top + owner.bottom - rect.bottom + rect.top) / 2, 0, 0,
                 SWP_NOSIZE | SWP_NOZORDER | SWP_NOACTIVATE);
}

unsigned up_desktop_version(void)
{
    /*
     * Callers compare with 6 at most, about which GetVersion is right whatever the manifest says.
     */
    return LOBYTE(LOWORD(GetVersion()));
}

wchar_t *up_to_wide(const char *text, wchar_t *out, size_t count)
{
    int length = (int)strlen(text);

    /* The terminating 0 has its place. Text that is too long is cut until it fits. */
    for (;;) {
        int wide =
            length > 0 ? MultiByteToWideChar(CP_UTF8, 0, text, length, out, (int)count - 1) : 0;

        if (wide > 0 || length == 0) {
            out[wide] = L'\0';
            return out;
        }
        length = length > (int)count ? (int)count - 1 : length - 1;
    }
}

wchar_t *up_to_wide_lines(const char *text, wchar_t *out, size_t count)
{
    char lines[4096];
    size_t length = 0;

    for (; *text != '\0' && length < sizeof lines - 2; text++) {
        if (*text == '\n') {
            lines[length++] = '\r';
        }
        lines[length++] = *text;
    }
    lines[length] = '\0';
    return up_to_wide(lines, out, count);
}

char *up_to_utf8(const wchar_t *text, char *out, size_t size)
{
    int length = (int)wcslen(text);

    for (;;) {
        int bytes = length > 0 ? WideCharToMultiByte(CP_UTF8, 0, text, length, out, (int)size - 1,
                                                     NULL, NULL)
                               : 0;

        if (bytes > 0 || length == 0) {
            out[bytes] = '\0';
            return out;
        }
        length = length > (int)size ? (int)size - 1 : length - 1;
    }
}

void up_set_text(HWND window, const char *text)
{
    wchar_t now[4096], wanted[4096];

    up_to_wide(text, wanted, sizeof wanted / sizeof wanted[0]);
    GetWindowTextW(window, now, sizeof now / sizeof now[0]);
    if (wcscmp(now, wanted) != 0) {
        SetWindowTextW(window, wanted);
    }
}

void up_get_text(HWND window, char *out, size_t size)
{
    wchar_t wide[4096];

    wide[0] = L'\0';
    GetWindowTextW(window, wide, sizeof wide / sizeof wide[0]);
    up_to_utf8(wide, out, size);
}

/* How many characters of UTF-16 the first length bytes are. */
static int wide_length(const char *text, size_t length)
{
    return length > 0 ? MultiByteToWideChar(CP_UTF8, 0, text, (int)length, NULL, 0) : 0;
}

void up_select_part(HWND field, const char *text, size_t offset, size_t length)
{
    const int first = wide_length(text, offset);

    SendMessageW(field, EM_SETSEL, (WPARAM)first, first + wide_length(text + offset, length));
}

int up_message(HWND owner, const char *text, UINT flags)
{
    wchar_t wide[8192];

    return MessageBoxW(owner, up_to_wide(text, wide, sizeof wide / sizeof wide[0]), L"UserPort",
                       flags);
}

void up_message_problem(HWND owner, const struct up_error_detail *problem)
{
    char text[sizeof problem->text + sizeof problem->advice + 8];
    size_t length;

    snprintf(text, sizeof text, "%s", problem->text);
    length = strlen(text);
    if (length > 0) {
        text[0] = (char)(text[0] >= 'a' && text[0] <= 'z' ? text[0] - 'a' + 'A' : text[0]);
        snprintf(text + length, sizeof text - length, "%s%s%s", text[length - 1] == '.' ? "" : ".",
                 problem->advice[0] != '\0' ? "\n\n" : "", problem->advice);
    }
    up_message(owner, length > 0 ? text : "That could not be done, and nobody says why.",
               MB_ICONERROR);
}
