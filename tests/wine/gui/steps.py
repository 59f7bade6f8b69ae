#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""UserPort.exe as people use it, step by step: what they press, what the window says then, and what registry, service and
driver have become. steps.py PREFIX PICTURES; gui.sh calls it. Each case goes on where the one before it ended; driver_steps.py,
list_steps.py, program_steps.py and window_steps.py have them."""

import driver_steps as driver
import list_steps as list_
import program_steps as program
import window_steps as window
from cases import main

CASES = [
    ("no driver anywhere: Start says where it looked", driver.no_driver),
    ("UserPort.exe FILE installs it and reports", driver.install_by_argument),
    ("uninstall, by the menu: asks, and removes all", driver.uninstall),
    ("install, by the menu: the dialog of files", driver.install_by_menu),
    ("a driver of another architecture is refused", driver.install_wrong_file),
    ("a driver that is not UserPort's, and a list from before with a hazard: the questions, no and yes", driver.install_asks),
    ("UserPort.exe FILE on a drive that is not there: what to do", driver.install_from_no_drive),
    ("its own path with blanks and no quotes, and a driver's", driver.paths_with_blanks),
    ("Start installs userport.dll too, and a test says that it installs", driver.start_installs_all),
    ("a driver copied by hand: the list, then Start installs, stores and starts", driver.install_by_copy),
    ("add by the field; Apply stores while stopped", list_.add_by_field),
    ("a bad list: the error below the field, its place selected", list_.bad_list),
    ("a hazard: the question, no and yes", list_.hazard),
    ("remove a row by the keyboard", list_.remove),
    ("a printer port in decimal: asked, by the field and by the test", list_.decimal),
    ("undo, and again", list_.undo),
    ("the menu of presets; classic with its warning", list_.presets),
    ("the menu of presets has the port of a card that is known", list_.preset_of_card),
    ("defaults", list_.defaults),
    ("who may use the ports: on 64-bit Windows no choice, and why", list_.scope),
    ("start and stop by the mouse", driver.start_and_stop),
    ("started by others: the window follows", driver.others_start),
    ("edited while running: not applied yet; Apply without a restart", driver.edit_while_running),
    ("the picture: a drag selects what is added and removed", list_.picture_drag),
    ("the picture: the pointer names the port", list_.picture_pointed),
    ("the picture: whole and zoom", list_.picture_zoom),
    ("the picture: by the keyboard", list_.picture_keys),
    ("Test LPT1 with its ports granted", list_.test_granted),
    ("Test Spkr: plays, and leaves port 61 as it was", list_.test_speaker),
    ("Test Spkr cancelled", list_.test_cancelled),
    ("Test Spkr when the user logs off: port 61 is put back", list_.test_at_logoff),
    ("a test without its ports: the question, no and yes", list_.test_not_granted),
    ("Test of another base: hazards, mistakes, LPT2", list_.test_other_base),
    ("a test while stopped: started for it", list_.test_not_running),
    ("changed by others, without edits", driver.change_by_others),
    ("changed by others, with edits: cancel, theirs, ours", driver.conflict),
    ("stored settings that make no sense are said, and replaced", driver.bad_settings),
    ("close with edits: cancel, discard, save", driver.close_with_edits),
    ("the box of printer ports has the one of a card that is known, by its name", list_.box_of_card),
    ("by the keyboard alone: Tab, Shift+Tab, F1, menus", window.keyboard_only),
    ("resized: nothing is cut off or overlaps", window.resized),
    ("the table of the programs, empty", program.empty),
    ("a program is added: its file, then its routes", program.add),
    ("a program is added again: the question, and the dialog comes back", program.add_again),
    ("a wrong route: the words below it, its place selected", program.wrong_route),
    ("a program is changed: options, its name alone, a printer port that was found", program.change),
    ("programs changed by others: shown, and asked about; wrong values", program.by_others),
    ("a program that cannot be run: why", program.run_program),
    ("a program's settings are removed: the question, no and yes", program.remove),
    ("not an administrator: looks and tests only", window.no_administrator),
    ("not an administrator: the table of the programs, and restarted for it", program.no_administrator),
    ("restarted as administrator with a file on a subst or network drive", window.elevated_from_own_drives),
    ("wrong arguments", window.wrong_arguments),
    ("at 192 dots per inch", window.large),
]


if __name__ == "__main__":
    main(CASES)
