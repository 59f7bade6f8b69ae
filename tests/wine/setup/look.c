/* SPDX-License-Identifier: MIT
 *
 * What a person sees of the setup's windows: for each visible window whose title begins with
 * "UserPort" the title, then the texts of its visible controls, one a line; a button that cannot be
 * pressed has "(no)" before it, a box that is checked "[x]".
 */
#include <stdio.h>
#include <windows.h>

static void say(const char *mark, const WCHAR *text)
{
    char utf8[3000];

    WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8, sizeof utf8, NULL, NULL);
    printf("%s%s\n", mark, utf8);
}

static BOOL CALLBACK say_control(HWND control, LPARAM unused)
{
    static WCHAR text[1000];

    (void)unused;
    text[0] = L'\0';
    if (IsWindowVisible(control) &&
        SendMessageTimeoutW(control, WM_GETTEXT, 1000, (LPARAM)text, SMTO_ABORTIFHUNG, 2000,
                            NULL) != 0 &&
        text[0] != L'\0') {
        say(!IsWindowEnabled(control)                                 ? "(no)"
            : SendMessageW(control, BM_GETCHECK, 0, 0) == BST_CHECKED ? "[x]"
                                                                      : "",
            text);
    }
    return TRUE;
}

static BOOL CALLBACK say_window(HWND window, LPARAM unused)
{
    WCHAR title[200];

    if (IsWindowVisible(window) && GetWindowTextW(window, title, 200) > 0 &&
        wcsncmp(title, L"UserPort", 8) == 0) {
        say("window: ", title);
        EnumChildWindows(window, say_control, unused);
    }
    return TRUE;
}

int main(void)
{
    EnumWindows(say_window, 0);
    return 0;
}
