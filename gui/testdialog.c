/* SPDX-License-Identifier: MIT
 *
 * The dialog of a test (testdialog.h). The test has a thread of its own, so that the dialog can
 * count the seconds and be cancelled.
 */
#include "testdialog.h"

#include <process.h>
#include <stdio.h>
#include <string.h>

#include "devices/porttest.h"
#include "desktop.h"
#include "resource.h"

#define WM_UP_TESTED             (WM_APP + 3)
#define SESSION_END_MILLISECONDS 4000u /* the system waits for 5 seconds */

struct run {
    const char *name;
    bool is_speaker;
    uint16_t base;
    HWND dialog;
    HANDLE thread, cancel;
    unsigned seconds;
    struct up_test_result result;
};

/* ---- the thread ------------------------------------------------------------------------------ */

static bool pause(void *context, uint32_t milliseconds)
{
    struct run *run = context;

    return WaitForSingleObject(run->cancel, milliseconds) == WAIT_TIMEOUT;
}

static unsigned __stdcall test_thread(void *context)
{
    struct run *run = context;
    up_handle *handle;
    up_error error = up_open(UP_BACKEND_ANY, &handle);

    if (error != UP_OK) {
        run->result.error = error;
        up_failure_text(run->result.text, sizeof run->result.text);
    } else {
        if (run->is_speaker) {
            up_test_speaker(handle, pause, run, &run->result);
        } else {
            up_test_lpt(handle, run->base, pause, run, &run->result);
        }
        up_close(handle);
    }
    PostMessageW(run->dialog, WM_UP_TESTED, 0, 0);
    return 0;
}

/* ---- the dialog ------------------------------------------------------------------------------ */

static void show_progress(struct run *run)
{
    char text[200];

    if (run->is_speaker) {
        snprintf(text, sizeof text, "The tune is being played: %u s", run->seconds);
    } else {
        snprintf(text, sizeof text, "The printer at %X is being reset: %u s", run->base,
                 run->seconds);
    }
    up_set_text(GetDlgItem(run->dialog, IDC_TEXT), text);
}

static void begin(struct run *run, HWND dialog)
{
    char title[80];

    run->dialog = dialog;
    up_desktop_center(dialog);
    snprintf(title, sizeof title, "UserPort: %s", run->name);
    up_set_text(dialog, title);
    show_progress(run);
    run->thread = (HANDLE)_beginthreadex(NULL, 0, test_thread, run, 0, NULL);
    if (run->thread == NULL) {
        run->result.error = UP_ERR_MEMORY;
        snprintf(run->result.text, sizeof run->result.text,
                 "The system has no thread for the test.");
        PostMessageW(dialog, WM_UP_TESTED, 0, 0);
    }
    SetTimer(dialog, 1, 1000, NULL);
}

static void show_result(struct run *run)
{
    wchar_t text[1400];
    const char *headline = "The test ran, and what it read back is not what is expected.";

    KillTimer(run->dialog, 1);
    if (run->result.error == UP_ERR_CANCELLED) {
        headline = "The test was cancelled.";
    } else if (run->result.error != UP_OK) {
        headline = "The test could not be run.";
    } else if (run->result.as_expected) {
        headline = "The test ran, and what it read back is as expected.";
    }
    up_set_text(GetDlgItem(run->dialog, IDC_TEXT), headline);
    SetWindowTextW(GetDlgItem(run->dialog, IDC_RESULT),
                   up_to_wide_lines(run->result.text, text, sizeof text / sizeof text[0]));
    SetWindowTextW(GetDlgItem(run->dialog, IDCANCEL), L"Close");
    EnableWindow(GetDlgItem(run->dialog, IDCANCEL), TRUE);
    SendMessageW(run->dialog, WM_NEXTDLGCTL, (WPARAM)GetDlgItem(run->dialog, IDCANCEL), TRUE);
}

static void end_thread(struct run *run)
{
    if (run->thread != NULL) {
        WaitForSingleObject(run->thread, INFINITE); /* it has posted its last message */
        CloseHandle(run->thread);
        run->thread = NULL;
    }
}

static INT_PTR CALLBACK test_proc(HWND dialog, UINT message, WPARAM wparam, LPARAM lparam)
{
    struct run *run = (struct run *)GetWindowLongPtrW(dialog, DWLP_USER);

    switch (message) {
    case WM_INITDIALOG:
        SetWindowLongPtrW(dialog, DWLP_USER, lparam);
        begin((struct run *)lparam, dialog);
        return TRUE;
    case WM_TIMER:
        run->seconds++;
        show_progress(run);
        return TRUE;
    case WM_UP_TESTED:
        end_thread(run);
        show_result(run);
        return TRUE;
    case WM_ENDSESSION:
        if (wparam != 0 && run->thread != NULL) { /* the program is ended when this returns */
            SetEvent(run->cancel);
            WaitForSingleObject(run->thread, SESSION_END_MILLISECONDS);
        }
        return TRUE;
    case WM_COMMAND:
        if (LOWORD(wparam) == IDCANCEL) {
            if (run->thread != NULL) {
                /* The test restores the hardware before it ends. */
                SetEvent(run->cancel);
                EnableWindow(GetDlgItem(dialog, IDCANCEL), FALSE);
            } else {
                EndDialog(dialog, 0);
            }
            return TRUE;
        }
        break;
    }
    return FALSE;
}

void up_testdialog_run(HINSTANCE instance, HWND owner, const char *name, bool is_speaker,
                       uint16_t base)
{
    struct run run;

    memset(&run, 0, sizeof run);
    run.name = name;
    run.is_speaker = is_speaker;
    run.base = base;
    run.cancel = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (run.cancel != NULL) {
        DialogBoxParamW(instance, MAKEINTRESOURCEW(IDD_TEST), owner, test_proc, (LPARAM)&run);
        CloseHandle(run.cancel);
    }
}
