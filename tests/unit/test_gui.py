#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""UserPort.exe as it is built, for both architectures: what it imports, its headers, manifest, version and icon; and its
dialogs as gui/UserPort.rc has them: every mnemonic once, a label before each control that has no words of its own."""

import pathlib
import re
import struct
import sys
import xml.etree.ElementTree

import pefile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import programs  # noqa: E402
from programs import ROOT  # noqa: E402

RT_ICON, RT_GROUP_ICON = 3, 14


def wrong_manifest(pe):
    found = list(programs.resources(pe, programs.RT_MANIFEST))
    if len(found) != 1:
        yield f"{len(found)} manifests"
        return
    elements = {element.tag.split("}")[1]: element for element in xml.etree.ElementTree.fromstring(found[0]).iter()}
    text = found[0].decode()
    if elements["requestedExecutionLevel"].get("level") != "asInvoker":
        yield "asks for other rights than its caller's"
    if not elements["dpiAwareness"].text.startswith("PerMonitorV2") or elements["dpiAware"].text != "true/pm":
        yield "does not scale itself"
    if 'name="Microsoft.Windows.Common-Controls" version="6.0.0.0"' not in text:
        yield "has old common controls where there are newer ones"
    if text.count("<supportedOS ") != 5:
        yield "does not name the five systems from Vista to 10"


def wrong_icon(pe):
    """Sizes for each scale, and one of 16 colours for NT 4.0 in the two sizes that it shows."""
    group = next(programs.resources(pe, RT_GROUP_ICON))
    count = struct.unpack_from("<HHH", group)[2]
    images = {struct.unpack_from("<BBBBHH", group, 6 + 14 * number)[0::5] for number in range(count)}
    wanted = {(size, 4) for size in (16, 32, 48)} | {(size, 32) for size in (16, 20, 24, 32, 40, 48, 64)}
    if images != wanted or len(list(programs.resources(pe, RT_ICON))) != len(wanted):
        yield f"the icon has {sorted(images)}"


DIALOGS = ("IDD_MAIN", "IDD_PROGRAMS", "IDD_PROGRAM")  # those with more than one button


def dialog_of(number):
    """The controls of a dialog, (kind, words, name), and for the main window the menu bar's words."""
    text = (ROOT / "gui/UserPort.rc").read_text()
    dialog = re.search(rf"^{number} DIALOGEX.*?^END$", text, re.M | re.S).group()
    controls = re.findall(r'^    (LTEXT|PUSHBUTTON|DEFPUSHBUTTON|GROUPBOX|AUTO\w+|CONTROL) "(.*?)", (\w+)', dialog, re.M)
    controls += [(kind, "", name) for kind, name in re.findall(r"^    (EDITTEXT|COMBOBOX) (\w+)", dialog, re.M)]
    order = re.findall(r"\b(IDC_\w+)", dialog)
    controls = [control for control in controls if control[2] in order]  # OK and Cancel have Enter and Escape
    return sorted(controls, key=lambda control: order.index(control[2])), re.findall(r'POPUP "(.*?)"', text) if number == "IDD_MAIN" else []


def mnemonic(words):
    found = re.search("&(.)", words)
    return found.group(1).upper() if found else None


def wrong_mnemonics(number):
    controls, menus = dialog_of(number)
    used = {}
    for words in menus + [words for _, words, _ in controls]:
        if mnemonic(words):
            used.setdefault(mnemonic(words), []).append(words)
    for letter, those in used.items():
        if len(those) > 1:
            yield f"{letter} is the mnemonic of {' and '.join(those)}"
    for kind, words, name in controls:
        if kind in ("PUSHBUTTON", "DEFPUSHBUTTON", "AUTORADIOBUTTON", "AUTOCHECKBOX") and not mnemonic(words):
            yield f"{name}, {words}, has no mnemonic"


def wrong_labels(number):
    controls, _ = dialog_of(number)
    for place, (kind, _, name) in enumerate(controls):
        if kind in ("EDITTEXT", "COMBOBOX", "CONTROL"):
            label = controls[place - 1]
            if label[0] != "LTEXT" or not mnemonic(label[1]):
                yield f"{name} has no label before it, but {label[2]}"


def wrong_menus():
    text = (ROOT / "gui/UserPort.rc").read_text()
    for menu in re.findall(r'POPUP "(.*?)"\s+BEGIN(.*?)    END', text, re.S):
        letters = [mnemonic(words) for words in re.findall(r'MENUITEM "(.*?)"', menu[1])]
        if None in letters or len(set(letters)) != len(letters):
            yield f"the mnemonics in {menu[0]} are {letters}"


def checks():
    for world in programs.MACHINES:
        pe = pefile.PE(str(programs.BUILD / world / "UserPort.exe"))
        title = f"UserPort.exe for {world}: "
        yield title + "imports what is listed, and on i386 what NT 4.0 has", programs.wrong_imports(pe, world)
        yield title + "headers, sections, no console", programs.wrong_headers(pe, world, programs.GUI)
        yield title + "manifest", wrong_manifest(pe)
        yield title + "version", programs.wrong_version(pe, "UserPort.exe")
        yield title + "icon", wrong_icon(pe)
    for number in DIALOGS:
        yield f"{number}: every mnemonic is there, and there once", wrong_mnemonics(number)
        yield f"{number}: labels stand before what they name", wrong_labels(number)
    yield "mnemonics of the menus", wrong_menus()


if __name__ == "__main__":
    programs.report(checks())
