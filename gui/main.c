/* SPDX-License-Identifier: MIT
 *
 * UserPort.exe: a window with the list of ports that programs may use, and the driver that puts it
 * into force. The only argument is a driver to install, as for UserPort 2.0: UserPort.exe
 * X:\DIR\userport.sys. The path may have blanks and no quotes. UserPort.exe
 * itself gives /programs in its place when it starts again as administrator for the table of the
 * programs.
 */
#include "window.h"

#include <commctrl.h>
#include <stdlib.h>
#include <string.h>

#include "winutil/command_line.h"
#include "winutil/winutil.h"
#include "desktop.h"
#include "elevate.h"
#include "resource.h"
#include "monitor.h"

static struct up_session session;

/* Ctrl+Z belongs to the field as long as the field can undo something. */
static bool belongs_to_field(HWND window, const MSG *message)
{
    HWND focus = GetFocus();

    return message->message == WM_KEYDOWN && message->wParam == 'Z' &&
           focus == GetDlgItem(window, IDC_FIELD) && SendMessageW(focus, EM_CANUNDO, 0, 0) != 0;
}

static int run(HINSTANCE instance, HWND window)
{
    HACCEL keys = LoadAcceleratorsW(instance, MAKEINTRESOURCEW(IDA_MAIN));
    MSG message;

    ShowWindow(window, SW_SHOWDEFAULT); /* as whoever started the program wants */
    if (!up_watch_start(window)) {
        up_message(window, "UserPort cannot look at the driver: the system has no thread for it.",
                   MB_ICONERROR);
        return 1;
    }
    while (GetMessageW(&message, NULL, 0, 0) > 0) {
        if (!belongs_to_field(window, &message) &&
            TranslateAcceleratorW(window, keys, &message) != 0) {
            continue;
        }
        if (!IsDialogMessageW(window, &message)) {
            TranslateMessage(&message);
            DispatchMessageW(&message);
        }
    }
    up_watch_stop();
    return (int)message.wParam;
}

/* Joins the words of a path with blanks that has no quotes: it is all that follows the program. */
static const wchar_t *join(const wchar_t *rest, wchar_t path[MAX_PATH])
{
    size_t length = wcslen(rest);

    while (length > 0 && (rest[length - 1] == L' ' || rest[length - 1] == L'\t')) {
        length--;
    }
    if (length == 0 || length >= MAX_PATH || wcschr(rest, L'"') != NULL ||
        wcschr(rest, L'\\') == NULL) {
        return NULL;
    }
    memcpy(path, rest, length * sizeof *path);
    path[length] = L'\0';
    return path;
}

/*
 * Makes the file of the command line a full path, so that it can be found from any folder. Result:
 * NULL if there is none.
 */
static const wchar_t *file_of(const wchar_t *argument, wchar_t path[MAX_PATH])
{
    DWORD length = argument != NULL ? GetFullPathNameW(argument, MAX_PATH, path, NULL) : 0;

    return length == 0 || length >= MAX_PATH ? argument : path;
}

int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    static wchar_t path[MAX_PATH], joined[MAX_PATH];
    const wchar_t *rest, *file;
    bool is_second, is_programs;
    HINSTANCE instance;
    HWND window;
    DWORD code;
    int own;

    up_system_harden();
    InitCommonControls();
    own = up_own_path_words(&rest);
    argc -= own - 1;
    argv += own - 1;
    is_second = argc == 3 && wcscmp(argv[2], UP_ELEVATED) == 0;
    is_programs = (argc == 2 || is_second) && wcscmp(argv[1], UP_SHOW_PROGRAMS) == 0;
    file = is_programs             ? NULL
           : argc > 2 + is_second  ? join(rest, joined)
           : argc == 2 + is_second ? argv[1]
                                   : NULL;
    if ((argc >= 2 && file == NULL && !is_programs) ||
        (file != NULL && (file[0] == L'/' || file[0] == L'-'))) {
        up_message(
            NULL,
            "UserPort.exe [driver]\n\ndriver: a userport.sys, which is installed from where it "
            "is.\n\nuserportctl does the same "
            "and more without a window.",
            MB_ICONINFORMATION);
        return 2;
    }
    instance = GetModuleHandleW(NULL);
    file = file_of(file, path);
    up_model_init(&session.model, up_driver_is_administrator(), up_can_elevate(),
                  up_system_machine() == UP_EXE_MACHINE_I386);
    /*
     * Only once: with user account control off, "runas" starts the program with the same rights
     * again.
     */
    if (file != NULL && !session.model.is_administrator && session.model.can_elevate &&
        !is_second && up_elevate(NULL, file, &code)) {
        return 0;
    }
    window = up_window_open(instance, &session, file);
    if (window == NULL) {
        up_message(NULL, "UserPort cannot open its window.", MB_ICONERROR);
        return 1;
    }
    if (is_programs) {
        PostMessageW(window, WM_COMMAND, IDM_PROGRAMS, 0);
    }
    return run(instance, window);
}
