# SPDX-License-Identifier: MIT
"""What holds for each program of administrators, UserPort.exe and userportctl.exe, as it is built: what it imports, its headers,
its version. Each function gives what is wrong, one text each."""

import os
import pathlib

import pefile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("BUILD", "build")
MACHINES = {"i386": 0x014C, "amd64": 0x8664}
GUI, CONSOLE = 2, 3
MEM_EXECUTE, MEM_WRITE = 0x20000000, 0x80000000
RT_MANIFEST = 24


def imports_list():
    """(dll, name) to the first NT that has it."""
    lines = (ROOT / "winutil/imports.tsv").read_text().splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {(dll, name): tuple(map(int, since.split("."))) for dll, name, since, how in rows if how}


def imports(pe):
    """(dll, name) of each; without a name its number."""
    return [(module.dll.decode().lower(), entry.name.decode() if entry.name else entry.ordinal)
            for module in pe.DIRECTORY_ENTRY_IMPORT for entry in module.imports]


def wrong_imports(pe, world):
    known = imports_list()
    for dll, name in imports(pe):
        if (dll, name) not in known:
            yield f"imports {name} from {dll}, which winutil/imports.tsv does not have"
        elif world == "i386" and known[dll, name] > (4, 0):
            yield f"imports {name} from {dll}, which NT 4.0 does not have"
        elif name.endswith("A") and name[:-1] + "W" in {other for _, other in known} and dll in ("user32.dll", "gdi32.dll"):
            yield f"imports {name}, where its wide form would do"


def wrong_headers(pe, world, subsystem):
    header = pe.OPTIONAL_HEADER
    if pe.FILE_HEADER.Machine != MACHINES[world] or pe.is_dll():
        yield f"machine is {pe.FILE_HEADER.Machine:X}"
    if header.Subsystem != subsystem:
        yield f"subsystem is {header.Subsystem}, not {subsystem}"
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


def wrong_version(pe, file):
    version = (ROOT / "VERSION").read_text().strip()
    numbers = tuple(map(int, version.split("-")[0].split(".")))
    fixed = pe.VS_FIXEDFILEINFO[0]
    if (fixed.FileVersionMS >> 16, fixed.FileVersionMS & 0xFFFF, fixed.FileVersionLS >> 16) != numbers:
        yield f"the version is not {version}"
    strings = {key.decode(): value.decode() for info in pe.FileInfo for block in info
               for table in getattr(block, "StringTable", []) for key, value in table.entries.items()}
    if strings.get("OriginalFilename") != file or strings.get("FileVersion") != version:
        yield f"the version's words are {strings}"


def report(checks):
    """Prints TAP of (title, what is wrong) and ends the program."""
    failed = False
    number = 0
    for number, (title, faults) in enumerate(checks, 1):
        faults = list(faults)
        failed = failed or bool(faults)
        print(f"{'not ok' if faults else 'ok'} {number} - {title}", flush=True)
        for fault in faults:
            print(f"# {fault}")
    print(f"1..{number}")
    raise SystemExit(failed)
