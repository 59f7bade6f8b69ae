/* SPDX-License-Identifier: MIT
 *
 * Shows the small dialogs and returns the user's answers (dialogs.h). Nothing is changed here.
 */
#include "dialogs.h"

#include <commdlg.h>
#include <string.h>

#include "desktop.h"
#include "model_cards.h"
#include "resource.h"
#include "version.h"

/* ---- messages and questions ------------------------------------------------------------------ */

enum up_answer up_dialogs_box(HWND owner, const struct up_next *next)
{
    static const UINT flags[] = {
        [UP_BOX_INFORMATION] = MB_ICONINFORMATION,
        [UP_BOX_WARNING] = MB_ICONWARNING,
        [UP_BOX_ERROR] = MB_ICONERROR,
        [UP_BOX_YES_NO] = MB_YESNO | MB_ICONQUESTION,
        [UP_BOX_YES_NO_CANCEL] = MB_YESNOCANCEL | MB_ICONQUESTION,
        [UP_BOX_CAUTION] = MB_YESNO | MB_ICONWARNING | MB_DEFBUTTON2,
        [UP_BOX_CAUTION_CANCEL] = MB_YESNOCANCEL | MB_ICONWARNING | MB_DEFBUTTON3,
    };

    if (next->box == UP_BOX_PROBLEM) {
        up_message_problem(owner, &next->problem);
        return UP_ANSWER_CANCEL;
    }
    switch (up_message(owner, next->text, flags[next->box])) {
    case IDYES:
        return UP_ANSWER_YES;
    case IDNO:
        return UP_ANSWER_NO;
    default:
        return UP_ANSWER_CANCEL;
    }
}

void up_dialogs_help(HWND owner)
{
    up_message(
        owner,
        "1. List the ports that programs may use: type them (hexadecimal: 378, 378-37F, lpt1), "
        "choose a preset, or "
        "drag over the picture; then Add.\n"
        "2. Start opens them. Changes made later are in force after Apply, without a restart.\n"
        "3. Test LPT1 resets the printer, Test Spkr plays a tune, and both say what they read "
        "back.\n"
        "4. Stop closes every port.\n"
        "5. File, Programs: single programs whose accesses are to go to other ports.\n\n"
        "In the picture: arrows, Page Up and Down, Home and End move, with Shift they select; "
        "Space selects one port, "
        "Ins adds, Del removes, Escape selects nothing.",
        MB_ICONINFORMATION);
}

static INT_PTR CALLBACK about_proc(HWND dialog, UINT message, WPARAM wparam, LPARAM lparam)
{
    (void)lparam;
    if (message == WM_INITDIALOG) {
        up_desktop_center(dialog);
        up_set_text(GetDlgItem(dialog, IDC_TEXT),
                    "UserPort " UP_VERSION_STRING "\n\n"
                    "Gives chosen x86 I/O ports to ordinary programs: printer ports, serial ports, "
                    "ISA and PCI cards.\n\n"
                    "It does what UserPort 2.0 by Tomas Franzon did, built anew.\n\n"
                    "MIT licence: everybody may use it, change it and pass it on. It comes without "
                    "any warranty. An open port gives programs the hardware behind it: list what "
                    "you need and no more.");
        return TRUE;
    }
    if (message == WM_COMMAND && (LOWORD(wparam) == IDOK || LOWORD(wparam) == IDCANCEL)) {
        EndDialog(dialog, 0);
        return TRUE;
    }
    return FALSE;
}

void up_dialogs_about(HINSTANCE instance, HWND owner)
{
    DialogBoxParamW(instance, MAKEINTRESOURCEW(IDD_ABOUT), owner, about_proc, 0);
}

/* ---- presets --------------------------------------------------------------------------------- */

static const struct preset {
    const wchar_t *label;
    const char *list;
} presets[] = {
    {L"LPT&1\t378-37F", "lpt1"},
    {L"LPT&2\t278-27F", "lpt2"},
    {L"LPT&3\t3BC-3BF", "lpt3"},
    {L"LPT1 with &ECP\t378-37F, 778-77A", "lpt1 lpt1ecp"},
    {L"LPT2 &with ECP\t278-27F, 678-67A", "lpt2 lpt2ecp"},
    {NULL, NULL},
    {L"&Speaker\t42-43, 61", "speaker"},
    {L"&Game port\t200-207", "game"},
    {NULL, NULL},
    {L"C&OM1\t3F8-3FF", "com1"},
    {L"CO&M2\t2F8-2FF", "com2"},
    {L"COM&3\t3E8-3EF", "com3"},
    {L"COM&4\t2E8-2EF", "com4"},
    {NULL, NULL},
    {L"&Classic defaults...\t200-37F, 3BC-3BF, 3E8-3FF", "classic"},
};
#define PRESET_COUNT ((int)(sizeof presets / sizeof presets[0]))

/* Shows a menu below its button, and ends it. Result: what was chosen; 0: nothing. */
static int show_menu(HMENU menu, HWND owner, HWND button)
{
    RECT rect;
    int chosen;

    GetWindowRect(button, &rect);
    chosen = TrackPopupMenu(menu, TPM_LEFTALIGN | TPM_RETURNCMD | TPM_NONOTIFY, rect.left,
                            rect.bottom, 0, owner, NULL);
    DestroyMenu(menu);
    return chosen;
}

/* The cards of the menu that was shown last; their commands follow those of the presets. */
static struct up_card_choice cards[UP_PRINTERS_MAX];
static int card_count;

static void add_cards(HMENU menu)
{
    static struct up_devices devices;
    wchar_t wide[sizeof cards[0].label];

    up_devices_find(&devices);
    card_count = (int)up_card_choices(&devices, cards);
    if (card_count > 0) {
        AppendMenuW(menu, MF_SEPARATOR, 0, NULL);
    }
    for (int i = 0; i < card_count; i++) {
        AppendMenuW(menu, MF_STRING, (UINT_PTR)(IDM_PRESET_FIRST + PRESET_COUNT + i),
                    up_to_wide(cards[i].label, wide, sizeof wide / sizeof wide[0]));
    }
}

int up_dialogs_presets(HWND owner, HWND button)
{
    HMENU menu = CreatePopupMenu();

    if (menu == NULL) {
        return 0;
    }
    for (int i = 0; i < PRESET_COUNT; i++) {
        AppendMenuW(menu, presets[i].label != NULL ? MF_STRING : MF_SEPARATOR,
                    (UINT_PTR)(IDM_PRESET_FIRST + i), presets[i].label);
    }
    add_cards(menu);
    return show_menu(menu, owner, button);
}

const char *up_dialogs_preset(int id)
{
    const int number = id - IDM_PRESET_FIRST;

    if (number >= PRESET_COUNT && number < PRESET_COUNT + card_count) {
        return cards[number - PRESET_COUNT].list;
    }
    return number >= 0 && number < PRESET_COUNT ? presets[number].list : NULL;
}

/* ---- simulated devices ----------------------------------------------------------------------- */

int up_dialogs_devices(HWND owner, HWND button)
{
    /* In the order of up_device_names. */
    static const wchar_t *const labels[] = {
        L"&Printer, which prints into a file",  L"&Loopback plug of a printer port",
        L"&Memory: what was written is read",   L"&Speaker, which plays into a .wav file",
        L"S&cript, which answers line by line", L"&Replay of a recording"};
    HMENU menu = CreatePopupMenu();

    if (menu == NULL) {
        return -1;
    }
    for (int i = 0; i < (int)(sizeof labels / sizeof labels[0]); i++) {
        AppendMenuW(menu, MF_STRING, (UINT_PTR)(IDM_DEVICE_FIRST + i), labels[i]);
    }
    return show_menu(menu, owner, button) - IDM_DEVICE_FIRST;
}

/* ---- the driver to install ------------------------------------------------------------------- */

/*
 * The driver that Start would install, and its folder, with which the dialog begins. Both are "" if
 * there is none.
 */
static void propose_file(wchar_t file[UP_PATH_MAX], wchar_t folder[UP_PATH_MAX])
{
    char path[UP_PATH_MAX];
    wchar_t *name;

    if (!up_install_find(path, NULL)) {
        path[0] = '\0';
    }
    up_to_wide(path, file, UP_PATH_MAX);
    wcscpy(folder, file);
    name = wcsrchr(folder, L'\\');
    if (name != NULL) {
        *name = L'\0';
    }
}

/* What all dialogs of files have in common. */
static OPENFILENAMEW begin_choice(HWND owner, const wchar_t *title, const wchar_t *filter,
                                  wchar_t file[UP_PATH_MAX])
{
    OPENFILENAMEW choice;

    memset(&choice, 0, sizeof choice);
    /* The size of NT 4.0, which all systems accept. */
    choice.lStructSize = offsetof(OPENFILENAMEW, pvReserved);
    choice.hwndOwner = owner;
    choice.lpstrFilter = filter;
    choice.lpstrFile = file;
    choice.nMaxFile = UP_PATH_MAX;
    choice.lpstrTitle = title;
    choice.Flags = OFN_HIDEREADONLY | OFN_NOCHANGEDIR;
    return choice;
}

/* Shows the system's dialog of files. folder: with which it begins, or NULL. */
static bool choose(HWND owner, const wchar_t *title, const wchar_t *filter, const wchar_t *folder,
                   wchar_t file[UP_PATH_MAX])
{
    OPENFILENAMEW choice = begin_choice(owner, title, filter, file);

    choice.lpstrInitialDir = folder;
    choice.Flags |= OFN_FILEMUSTEXIST;
    return GetOpenFileNameW(&choice) != FALSE;
}

bool up_dialogs_choose_driver(HWND owner, wchar_t file[UP_PATH_MAX])
{
    wchar_t folder[UP_PATH_MAX];

    propose_file(file, folder);
    return choose(owner, L"Install UserPort's driver",
                  L"The driver (userport.sys)\0userport*.sys\0Drivers (*.sys)\0*.sys\0",
                  folder[0] != L'\0' ? folder : NULL, file);
}

/* ---- a program ------------------------------------------------------------------------------- */

bool up_dialogs_choose_program(HWND owner, const wchar_t *title, wchar_t file[UP_PATH_MAX])
{
    return choose(owner, title, L"Programs (*.exe)\0*.exe\0All files\0*.*\0", NULL, file);
}

/* ---- a recording ----------------------------------------------------------------------------- */

bool up_dialogs_choose_recording(HWND owner, const wchar_t *title, bool replaces,
                                 wchar_t file[UP_PATH_MAX])
{
    OPENFILENAMEW choice = begin_choice(owner, title,
                                        L"Table (*.csv)\0*.csv\0"
                                        L"Waveforms, for GTKWave or PulseView (*.vcd)\0*.vcd\0"
                                        L"Picture (*.svg)\0*.svg\0",
                                        file);
    static const wchar_t *const endings[] = {L".csv", L".vcd", L".svg"};
    const wchar_t *ending = wcsrchr(file, L'.');

    choice.nFilterIndex = 1;
    for (DWORD i = 0; ending != NULL && i < sizeof endings / sizeof endings[0]; i++) {
        if (lstrcmpiW(ending, endings[i]) == 0) {
            choice.nFilterIndex = i + 1u;
        }
    }
    choice.Flags |= OFN_PATHMUSTEXIST | (replaces ? OFN_OVERWRITEPROMPT : 0);
    choice.lpstrDefExt = L"csv"; /* newer systems take that of the filter */
    return GetSaveFileNameW(&choice) != FALSE;
}
