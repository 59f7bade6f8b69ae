/* SPDX-License-Identifier: MIT
 *
 * The two tests: whether their ports are open, the question when not, the thread that runs them and the dialog that shows
 * how far it is and what it found.
 */
#include "window.h"

#include <process.h>
#include <stdio.h>
#include <string.h>

#include "devices/porttest.h"

#define WM_UP_TESTED             (WM_APP + 3)
#define PRINTER_TEXT_MAX         64u
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

/* ---- the thread ----------------------------------------------------------------------------------------------------------- */

static bool pause(void *context, uint32_t milliseconds)
{
    struct run *run = context;

    return WaitForSingleObject(run->cancel, milliseconds) == WAIT_TIMEOUT;
}

static unsigned __stdcall test_thread(void *context)
{
    struct run *run = context;
    up_ports *ports;
    up_error error = up_open(UP_BACKEND_ANY, &ports);

    if (error != UP_OK) {
        run->result.error = error;
        up_failure_text(run->result.text, sizeof run->result.text);
    } else {
        if (run->is_speaker) {
            up_test_speaker(ports, pause, run, &run->result);
        } else {
            up_test_lpt(ports, run->base, pause, run, &run->result);
        }
        up_close(ports);
    }
    PostMessageW(run->dialog, WM_UP_TESTED, 0, 0);
    return 0;
}

/* ---- the dialog ------------------------------------------------------------------------------------------------------------- */

static void show_progress(struct run *run)
{
    char text[200];

    if (run->is_speaker) {
        snprintf(text, sizeof text, "The tune is being played: %u s", run->seconds);
    } else {
        snprintf(text, sizeof text, "The printer at %X is being reset: %u s", run->base, run->seconds);
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
        snprintf(run->result.text, sizeof run->result.text, "The system has no thread for the test.");
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
                SetEvent(run->cancel); /* the test leaves the hardware as it was, and then comes back */
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

static void run_test(struct up_window *self, const char *name, bool is_speaker, uint16_t base)
{
    struct run run;

    memset(&run, 0, sizeof run);
    run.name = name;
    run.is_speaker = is_speaker;
    run.base = base;
    run.cancel = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (run.cancel != NULL) {
        DialogBoxParamW(self->instance, MAKEINTRESOURCEW(IDD_TEST), self->window, test_proc, (LPARAM)&run);
        CloseHandle(run.cancel);
    }
}

/* ---- before it ---------------------------------------------------------------------------------------------------------------- */

static bool get_printer(struct up_window *self, uint16_t *base, char name[UP_PRINTER_NAME_MAX], char *message,
                        size_t size)
{
    char text[PRINTER_TEXT_MAX];

    up_get_text(up_item(self, IDC_LPT), text, sizeof text);
    return up_model_parse_printer(text, base, name, message, size);
}

static void name_of(const struct up_window *self, char *name, size_t size)
{
    const char *const bases[] = {"LPT1", "LPT2", "LPT3"};

    if (self->test == UP_TEST_SPEAKER) {
        snprintf(name, size, "Test Spkr");
        return;
    }
    snprintf(name, size, "Test of port %X", self->test_base);
    for (uint32_t i = 0; i < 3; i++) {
        if (up_test_lpt_base(i + 1) == self->test_base) {
            snprintf(name, size, "Test %s", bases[i]);
        }
    }
}

static void needed_ports(const struct up_window *self, struct up_portset *ports)
{
    if (self->test == UP_TEST_SPEAKER) {
        up_test_speaker_ports(ports);
    } else {
        up_test_lpt_ports(self->test_base, ports);
    }
}

/* self->test is to be run: now, when its ports are open; after a job, when the user wants them opened. */
static void prepare(struct up_window *self, bool may_ask)
{
    char name[40], text[1024];
    struct up_portset ports;
    enum up_test_answer answer;
    bool is_speaker = self->test == UP_TEST_SPEAKER;

    name_of(self, name, sizeof name);
    needed_ports(self, &ports);
    answer = up_model_test_question(&self->model, name, &ports, text, sizeof text);
    if (answer == UP_TEST_ASK && may_ask && up_message(self->window, text, MB_YESNO | MB_ICONQUESTION) == IDYES &&
        up_command_add_ports(self, &ports)) {
        up_jobs_bring_into_force(self);
        if (self->model.work != UP_WORK_NONE) {
            return; /* up_tests_go_on */
        }
    }
    self->test = UP_NO_TEST;
    if (answer == UP_TEST_GO) {
        run_test(self, name, is_speaker, self->test_base);
    } else if (answer == UP_TEST_CANNOT || !may_ask) {
        up_message(self->window, text, MB_ICONINFORMATION);
    }
}

void up_tests_go_on(struct up_window *self)
{
    prepare(self, false);
}

void up_tests_speaker(struct up_window *self)
{
    self->test = UP_TEST_SPEAKER;
    prepare(self, true);
}

/* false: the base address is a decimal number, and the user did not mean what it is in hexadecimal. */
static bool is_base_meant(struct up_window *self)
{
    char text[PRINTER_TEXT_MAX], question[300];

    up_get_text(up_item(self, IDC_LPT), text, sizeof text);
    return !up_model_decimal_base_question(text, question, sizeof question) ||
           up_message(self->window, question, MB_YESNO | MB_ICONWARNING | MB_DEFBUTTON2) == IDYES;
}

void up_tests_lpt(struct up_window *self)
{
    char name[UP_PRINTER_NAME_MAX], message[200];

    if (!get_printer(self, &self->test_base, name, message, sizeof message)) {
        up_message(self->window, message, MB_ICONERROR);
        SendMessageW(self->window, WM_NEXTDLGCTL, (WPARAM)up_item(self, IDC_LPT), TRUE);
        return;
    }
    if (!is_base_meant(self)) {
        SendMessageW(self->window, WM_NEXTDLGCTL, (WPARAM)up_item(self, IDC_LPT), TRUE);
        return;
    }
    self->test = UP_TEST_LPT;
    prepare(self, true);
}

void up_tests_name_button(struct up_window *self)
{
    char name[UP_PRINTER_NAME_MAX], label[40], message[200];
    uint16_t base;

    if (!get_printer(self, &base, name, message, sizeof message)) {
        snprintf(label, sizeof label, "Test LPT");
    } else if (name[0] == 'L') {
        snprintf(label, sizeof label, "Test LPT&%c", name[3]);
    } else {
        snprintf(label, sizeof label, "Test %s", name + 5);
    }
    up_set_text(up_item(self, IDC_TEST_LPT), label);
}
