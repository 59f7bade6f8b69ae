#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""UserPort.exe as it is built, for both architectures: what it imports, its headers, manifest, version and icon; and its
dialogs as gui/UserPort.rc has them: every mnemonic once, a label before each control that has no words of its own."""

import os
import pathlib
import re
import struct
import xml.etree.ElementTree

import pefile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("BUILD", "build")
MACHINES = {"i386": 0x014C, "amd64": 0x8664}
MEM_EXECUTE, MEM_WRITE = 0x20000000, 0x80000000
RT_ICON, RT_GROUP_ICON, RT_VERSION, RT_MANIFEST = 3, 14, 16, 24


def allowed():
    """(dll, name) to the first NT that has it."""
    lines = (ROOT / "admin/imports.tsv").read_text().splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {(dll, name): tuple(map(int, since.split("."))) for dll, name, since, how in rows if how}


def wrong_imports(pe, world):
    known = allowed()
    for module in pe.DIRECTORY_ENTRY_IMPORT:
        for entry in module.imports:
            dll, name = module.dll.decode().lower(), entry.name and entry.name.decode()
            if (dll, name) not in known:
                yield f"imports {name or entry.ordinal} from {dll}, which admin/imports.tsv does not have"
            elif world == "i386" and known[dll, name] > (4, 0):
                yield f"imports {name} from {dll}, which NT 4.0 does not have"
            elif name.endswith("A") and name[:-1] + "W" in {other for _, other in known} and dll in ("user32.dll", "gdi32.dll"):
                yield f"imports {name}, where its wide form would do"


def wrong_headers(pe, world):
    header = pe.OPTIONAL_HEADER
    if pe.FILE_HEADER.Machine != MACHINES[world] or pe.is_dll():
        yield f"machine is {pe.FILE_HEADER.Machine:X}"
    if header.Subsystem != 2:
        yield f"subsystem is {header.Subsystem}: a console would flash"
    if header.DllCharacteristics & 0x140 != 0x140 or (world == "amd64" and not header.DllCharacteristics & 0x20):
        yield f"characteristics are {header.DllCharacteristics:04X}: DYNAMIC_BASE, NX_COMPAT, HIGH_ENTROPY_VA are wanted"
    if world == "i386" and (header.MajorOperatingSystemVersion, header.MajorSubsystemVersion, header.MinorSubsystemVersion) != (4, 4, 0):
        yield "is not for NT 4.0"
    if not getattr(pe, "DIRECTORY_ENTRY_BASERELOC", None):
        yield "has no relocations"
    if pe.FILE_HEADER.TimeDateStamp:
        yield "has a time stamp"
    if hasattr(pe, "DIRECTORY_ENTRY_EXPORT"):
        yield "exports something"
    for section in pe.sections:
        if section.Characteristics & MEM_EXECUTE and section.Characteristics & MEM_WRITE:
            yield f"section {section.Name} is writable and executable"


def resources(pe, kind):
    for of_kind in pe.DIRECTORY_ENTRY_RESOURCE.entries:
        if of_kind.id == kind:
            for of_name in of_kind.directory.entries:
                data = of_name.directory.entries[0].data.struct
                yield pe.get_data(data.OffsetToData, data.Size)


def wrong_manifest(pe):
    found = list(resources(pe, RT_MANIFEST))
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


def wrong_version(pe):
    version = (ROOT / "VERSION").read_text().strip()
    numbers = tuple(map(int, version.split("-")[0].split(".")))
    fixed = pe.VS_FIXEDFILEINFO[0]
    if (fixed.FileVersionMS >> 16, fixed.FileVersionMS & 0xFFFF, fixed.FileVersionLS >> 16) != numbers:
        yield f"the version is not {version}"
    strings = {key.decode(): value.decode() for info in pe.FileInfo for block in info
               for table in getattr(block, "StringTable", []) for key, value in table.entries.items()}
    if strings.get("OriginalFilename") != "UserPort.exe" or strings.get("FileVersion") != version:
        yield f"the version's words are {strings}"


def wrong_icon(pe):
    """Sizes for each scale, and one of 16 colours for NT 4.0 in the two sizes that it shows."""
    group = next(resources(pe, RT_GROUP_ICON))
    count = struct.unpack_from("<HHH", group)[2]
    images = {struct.unpack_from("<BBBBHH", group, 6 + 14 * number)[0::5] for number in range(count)}
    wanted = {(size, 4) for size in (16, 32, 48)} | {(size, 32) for size in (16, 20, 24, 32, 40, 48, 64)}
    if images != wanted or len(list(resources(pe, RT_ICON))) != len(wanted):
        yield f"the icon has {sorted(images)}"


def main_dialog():
    """The controls of the main window, (kind, words), and the menu bar's words."""
    text = (ROOT / "gui/UserPort.rc").read_text()
    dialog = text[text.index("IDD_MAIN DIALOGEX"):text.index("IDD_TEST DIALOGEX")]
    controls = re.findall(r'^    (LTEXT|PUSHBUTTON|DEFPUSHBUTTON|GROUPBOX|AUTO\w+|CONTROL) "(.*?)", (\w+)', dialog, re.M)
    controls += [(kind, "", name) for kind, name in re.findall(r"^    (EDITTEXT|COMBOBOX) (\w+)", dialog, re.M)]
    order = re.findall(r"\b(IDC_\w+)", dialog)
    return sorted(controls, key=lambda control: order.index(control[2])), re.findall(r'POPUP "(.*?)"', text)


def mnemonic(words):
    found = re.search("&(.)", words)
    return found.group(1).upper() if found else None


def wrong_mnemonics():
    controls, menus = main_dialog()
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


def wrong_labels():
    controls, _ = main_dialog()
    for number, (kind, _, name) in enumerate(controls):
        if kind in ("EDITTEXT", "COMBOBOX", "CONTROL"):
            label = controls[number - 1]
            if label[0] != "LTEXT" or not mnemonic(label[1]):
                yield f"{name} has no label before it, but {label[2]}"


def wrong_menus():
    text = (ROOT / "gui/UserPort.rc").read_text()
    for menu in re.findall(r'POPUP "(.*?)"\s+BEGIN(.*?)    END', text, re.S):
        letters = [mnemonic(words) for words in re.findall(r'MENUITEM "(.*?)"', menu[1])]
        if None in letters or len(set(letters)) != len(letters):
            yield f"the mnemonics in {menu[0]} are {letters}"


def checks():
    for world in MACHINES:
        pe = pefile.PE(str(BUILD / world / "UserPort.exe"))
        title = f"UserPort.exe for {world}: "
        yield title + "imports what is listed, and on i386 what NT 4.0 has", wrong_imports(pe, world)
        yield title + "headers, sections, no console", wrong_headers(pe, world)
        yield title + "manifest", wrong_manifest(pe)
        yield title + "version", wrong_version(pe)
        yield title + "icon", wrong_icon(pe)
    yield "every mnemonic of the main window is there, and there once", wrong_mnemonics()
    yield "labels stand before what they name", wrong_labels()
    yield "mnemonics of the menus", wrong_menus()


def main():
    failed = False
    number = 0
    for number, (title, faults) in enumerate(checks(), 1):
        faults = list(faults)
        failed = failed or bool(faults)
        print(f"{'not ok' if faults else 'ok'} {number} - {title}", flush=True)
        for fault in faults:
            print(f"# {fault}")
    print(f"1..{number}")
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
