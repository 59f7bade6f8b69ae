#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Tests of script/tools/check_image.py: a good image passes, and each copy of it that is broken in one place does not.

The images are the linked userport.sys of both architectures. A broken copy has its checksum put right again, so that the fault that is
meant is the only one: the checker has to report just the lines that the case expects, no more and no fewer. TAP.
"""

import contextlib
import fnmatch
import io
import os
import struct
import sys
import tempfile
from typing import NamedTuple

import pefile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
CHECKER = os.path.join(ROOT, "script", "tools", "check_image.py")
sys.path.insert(0, os.path.dirname(CHECKER))
import check_image  # noqa: E402

MEM_EXECUTE, MEM_WRITE = 0x20000000, 0x80000000
RT_RCDATA, RT_MESSAGETABLE, RT_VERSION = 10, 11, 16
EXCEPTION, RELOCATIONS, DEBUG, LOAD_CONFIG, BOUND_IMPORT, DELAY_IMPORT = 3, 5, 6, 10, 11, 13


class Architecture(NamedTuple):
    name: str
    arguments: tuple  # what chooses it; nothing for the one that is chosen by itself
    machine: str
    version: str  # of system and subsystem, in the headers
    oldest: str
    old_versions: tuple  # that may stand in the list of imports
    new_versions: tuple  # that may not
    thunk: str  # of the import tables, for struct
    load_config: int  # bytes


I386 = Architecture("i386", (), "0x14C", "4.0", "4.0", ("3.10", "3.51 SP5", "4.0"), ("4.0 SP3", "5.0", "10.0"), "<I", 72)
AMD64 = Architecture("amd64", ("--arch", "amd64"), "0x8664", "5.2", "5.2 SP1", ("3.10", "5.2", "5.2 SP1"),
                     ("5.2 SP2", "6.0", "10.0"), "<Q", 112)


def run_checker(arguments):
    """Exit status, standard output and standard error. In this process, since Python takes longer to start than the checker works."""
    out, err = io.StringIO(), io.StringIO()
    old, status = sys.argv, 0
    sys.argv = [CHECKER, *arguments]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            check_image.main()
    except SystemExit as end:
        status = end.code or 0
    finally:
        sys.argv = old
    return status, out.getvalue(), err.getvalue()


class Tests:
    """Runs the checker on copies of the image and of the allow-list, and counts."""

    count = failed = 0

    def __init__(self, arch, image, folder):
        self.arch = arch
        self.original = image
        self.original_list = os.path.join(ROOT, "driver", "imports-%s.tsv" % arch.name)
        with open(image, "rb") as file:
            self.good = file.read()
        with open(self.original_list, encoding="utf-8") as file:
            self.good_list = file.read()
        self.rows = [line.split("\t") for line in self.good_list.splitlines() if line and not line.startswith("#")]
        self.names = [row[1] for row in self.rows if row[0] == "ntoskrnl.exe"]
        self.first_module = pefile.PE(data=self.good).DIRECTORY_ENTRY_IMPORT[0]
        self.image = os.path.join(folder, "userport.sys")
        self.list = os.path.join(folder, "imports.tsv")

    def check(self, description, arguments, status, lines, out=()):
        """Runs the checker; lines and out: what it has to say on standard error and output, with * for any text."""
        exit_status, said, errors = run_checker(arguments)
        good = exit_status == status and all(
            len(got) == len(wanted) and all(map(fnmatch.fnmatchcase, got, wanted))
            for got, wanted in ((errors.splitlines(), lines), (said.splitlines(), out)))
        Tests.count += 1
        Tests.failed += not good
        print("%sok %d - %s: %s" % ("" if good else "not ", Tests.count, self.arch.name, description), flush=True)
        if not good:
            for line in ("wanted exit %d and:" % status, *out, *lines,
                         "got exit %d and:" % exit_status, *said.splitlines(), *errors.splitlines()):
                print("#   " + line)

    def bytes(self, description, data, faults, allow_list=None, arguments=(), status=1):
        """A case with an image of these bytes; faults: the messages, without the name before them; none: it is good."""
        with open(self.image, "wb") as file:
            file.write(data)
        with open(self.list, "w", encoding="utf-8") as file:
            file.write(self.good_list if allow_list is None else allow_list)
        prefix = "userport.sys: " if status == 1 else "check_image.py: "
        self.check(description, [*self.arch.arguments, *arguments, "--imports", self.list, self.image],
                   status if faults else 0, [prefix + fault for fault in faults], [] if faults else ["userport.sys: *"])

    def broken(self, description, change, *faults, allow_list=None):
        """A case with an image that change, a function of pefile's view of it, has broken."""
        pe = pefile.PE(data=self.good)
        change(pe)
        pe.OPTIONAL_HEADER.CheckSum = pe.generate_checksum()
        self.bytes(description, bytes(pe.write()), faults, allow_list)

    def list_with(self, old, new):
        assert self.good_list.count(old) == 1, old
        return self.good_list.replace(old, new)

    def listed(self, description, old, new, *faults, status=1):
        """A case with the good image and an allow-list with another text in one place."""
        self.bytes(description, self.good, faults, self.list_with(old, new), status=status)


# ---- changes ------------------------------------------------------------------------------------------------------------


def header(field, value):
    return lambda pe: setattr(pe.OPTIONAL_HEADER, field, value)


def data_directory(index, rva, size):
    def change(pe):
        pe.OPTIONAL_HEADER.DATA_DIRECTORY[index].VirtualAddress = rva
        pe.OPTIONAL_HEADER.DATA_DIRECTORY[index].Size = size
    return change


def section(pe, name):
    return next(entry for entry in pe.sections if entry.Name.rstrip(b"\0") == name)


def rename(old, new):
    return lambda pe: setattr(section(pe, old), "Name", new.ljust(8, b"\0"))


def section_flag(name, flag):
    def change(pe):
        section(pe, name).Characteristics |= flag
    return change


def bytes_for(old, new):
    """Other bytes of the same length for the only ones like these."""
    def change(pe):
        data = bytes(pe.write())
        assert len(old) == len(new) and data.count(old) == 1, old
        pe.set_bytes_at_offset(data.index(old), new)
    return change


def in_headers(index, size, contents):
    """A data directory whose contents lie in the gap between the section table and the first section."""
    def change(pe):
        place = pe.OPTIONAL_HEADER.SizeOfHeaders - 0x80
        assert not any(pe.get_data(place, 0x80)) and len(contents) <= 0x80
        pe.set_bytes_at_offset(place, contents)
        data_directory(index, place, size)(pe)
    return change


def in_exports(field, value):
    return lambda pe: setattr(pe.DIRECTORY_ENTRY_EXPORT.struct, field, value)


def name_for(old, new):
    """Another import in the place of this one, with a name that is no longer."""
    return bytes_for(old.encode() + b"\0", new.encode().ljust(len(old), b"\0") + b"\0")


def first_by_ordinal(good, ordinal, thunk):
    """The image with its first import by ordinal. In bytes: pefile would write the entries back as it read them."""
    pe = pefile.PE(data=good)
    module = pe.DIRECTORY_ENTRY_IMPORT[0].struct
    data = bytearray(good)
    for table in (module.OriginalFirstThunk, module.FirstThunk):
        struct.pack_into(thunk, data, pe.get_offset_from_rva(table), 1 << 8 * struct.calcsize(thunk) - 1 | ordinal)
    checksum = pe.OPTIONAL_HEADER.get_field_absolute_offset("CheckSum")
    struct.pack_into("<I", data, checksum, pefile.PE(data=bytes(data)).generate_checksum())
    return data


def resource_kind(old, new):
    def change(pe):
        entry = next(entry for entry in pe.DIRECTORY_ENTRY_RESOURCE.entries if entry.id == old)
        entry.struct.Name = new
    return change


def resource_leaf(pe, kind):
    node = next(entry for entry in pe.DIRECTORY_ENTRY_RESOURCE.entries if entry.id == kind)
    while hasattr(node, "directory"):
        node = node.directory.entries[0]
    return node.data.struct


def all_at_once(pe):
    pe.OPTIONAL_HEADER.Subsystem = 3
    pe.FILE_HEADER.TimeDateStamp = 1
    rename(b".text", b"PAGE")(pe)


# ---- cases --------------------------------------------------------------------------------------------------------------


def run_header_cases(t):
    t.broken("another machine type", lambda pe: setattr(pe.FILE_HEADER, "Machine", 0x1C0),
             "machine type is 0x1C0, expected " + t.arch.machine)
    t.broken("subsystem of a console program", header("Subsystem", 3), "subsystem is 3, expected 1 (native)")
    major, minor = map(int, t.arch.version.split("."))
    for what, field in (("operating system", "OperatingSystem"), ("subsystem", "Subsystem")):
        t.broken("too new a %s version" % what, header("Major%sVersion" % field, major + 1),
                 "%s version is %d.%d, expected %s" % (what, major + 1, minor, t.arch.version))
        t.broken("too old a %s version" % what, header("Major%sVersion" % field, major - 1),
                 "%s version is %d.%d, expected %s" % (what, major - 1, minor, t.arch.version))
        t.broken("another minor %s version" % what, header("Minor%sVersion" % field, minor + 10),
                 "%s version is %d.%d, expected %s" % (what, major, minor + 10, t.arch.version))
    t.broken("section alignment below a page", header("SectionAlignment", 0x200), "section alignment is 0x200, expected 0x1000")
    flags = pefile.PE(data=t.good).OPTIONAL_HEADER.DllCharacteristics
    for name, flag in (("DYNAMIC_BASE", 0x40), ("NX_COMPAT", 0x100)):
        t.broken("no " + name, header("DllCharacteristics", flags & ~flag),
                 "flag %s is not set, expected it * (0x%X)" % (name, flags & ~flag))

    pe = pefile.PE(data=t.good)
    stored = pe.OPTIONAL_HEADER.CheckSum
    for description, value in (("a checksum off by one", stored + 1), ("no checksum", 0)):
        pe.OPTIONAL_HEADER.CheckSum = value
        t.bytes(description, bytes(pe.write()), ["checksum is 0x%X, expected 0x%X" % (value, stored)])
    changed = bytearray(t.good)
    changed[pe.sections[0].PointerToRawData] ^= 1
    t.bytes("a byte changed after the link", changed, ["checksum is 0x%X, expected 0x*" % stored])


def run_import_cases(t):
    t.broken("a name that is not listed", bytes_for(b"ZwOpenKey\0", b"ZwSaveKey\0"),
             "import ZwSaveKey from ntoskrnl.exe is not on imports.tsv, expected only what is listed",
             "imports.tsv: ZwOpenKey of ntoskrnl.exe is listed, expected only what the image imports")
    t.broken("a name in other letters", bytes_for(b"ZwClose\0", b"zwclose\0"),
             "import zwclose from ntoskrnl.exe is not on imports.tsv, *",
             "imports.tsv: ZwClose of ntoskrnl.exe is listed, *")
    t.broken("another image", bytes_for(b"ntoskrnl.exe\0", b"kernel32.dll\0"),
             "imports from kernel32.dll (" + ", ".join(t.names) + "), expected them from ntoskrnl.exe and hal.dll only",
             *("imports.tsv: %s of ntoskrnl.exe is listed, *" % name for name in t.names))
    t.broken("the right names from hal.dll", bytes_for(b"ntoskrnl.exe\0", b"hal.dll\0\0\0\0\0\0"),
             *("import %s from hal.dll is not on imports.tsv, *" % name for name in t.names),
             *("imports.tsv: %s of ntoskrnl.exe is listed, *" % name for name in t.names))
    image = t.first_module.dll.decode().lower()
    t.bytes("an import by ordinal", first_by_ordinal(t.good, 5, t.arch.thunk), [
        "import from %s by ordinal 5, expected a name" % image,
        "imports.tsv: %s of %s is listed, *" % (t.first_module.imports[0].name.decode(), image),
    ])
    t.broken("delay-loaded imports", in_headers(DELAY_IMPORT, 32, b""), "delay-loaded imports are there, expected none")
    t.broken("bound imports", in_headers(BOUND_IMPORT, 8, b""), "bound imports are there, expected none")


def run_list_cases(t):
    row = "ntoskrnl.exe\tZwClose\t3.10\tcode\t"
    t.listed("a listed name too many", row, "hal.dll\tKeStallExecutionProcessor\t3.10\tcode\tx\n" + row,
             "imports.tsv: KeStallExecutionProcessor of hal.dll is listed, expected only what the image imports")
    t.listed("a listed name too few", row, "# ",
             "import ZwClose from ntoskrnl.exe is not on imports.tsv, expected only what is listed")
    for version in t.arch.new_versions:
        t.listed("a name of NT " + version, row, row.replace("3.10", version),
                 "imports.tsv: ZwClose of ntoskrnl.exe is there from NT %s on, expected %s or before" % (version, t.arch.oldest))
    for version in t.arch.old_versions:
        t.listed("a name of NT " + version, row, row.replace("3.10", version))
    t.listed("a first version that is none", row, row.replace("3.10", "2000"),
             "*imports.tsv:*: first version of ZwClose is 2000, expected the form 3.51 or 5.1 SP2", status=2)
    t.listed("a kind that is none", row, row.replace("code", "macro"),
             "*imports.tsv:*: kind of ZwClose is macro, expected code or data", status=2)
    t.listed("a row with blanks for tabs", row, row.replace("\t", " "),
             "*imports.tsv:*: expected image, name, first version, kind and source, *", status=2)
    t.listed("a name listed twice", row, row + "x\n" + row, "*imports.tsv:*: ZwClose of ntoskrnl.exe is listed twice", status=2)


def run_section_cases(t):
    t.broken("writable code", section_flag(b".text", MEM_WRITE), "section .text is both writable and executable, *")
    t.broken("executable data", section_flag(b".data", MEM_EXECUTE), "section .data is both writable and executable, *")
    for name in ("INIT", "PAGE", "PAGEDATA"):
        t.broken("a section " + name, rename(b".rdata", name.encode()), "section %s may leave memory, expected no *" % name)
    t.broken("an entry point in data", lambda pe: header("AddressOfEntryPoint", section(pe, b".data").VirtualAddress)(pe),
             "entry point 0x* is in section .data, expected an executable section")
    t.broken("no entry point", header("AddressOfEntryPoint", 0),
             "entry point 0x0 is in no section, expected an executable section")
    t.broken("relocations marked as stripped",
             lambda pe: setattr(pe.FILE_HEADER, "Characteristics", pe.FILE_HEADER.Characteristics | 1),
             "relocations are marked as stripped, expected them to be there")
    t.broken("no relocation directory", data_directory(RELOCATIONS, 0, 0), "relocation directory is missing or empty, *")
    t.broken("no section .reloc", rename(b".reloc", b".other"), "section .reloc is missing, expected relocations in it")


def run_i386_cases(t):
    t.check("the good image, with the architecture and no limit",
            ["--arch", "i386", "--imports", t.original_list, t.original], 0, [], ["*, all in NT 4.0"])
    t.broken("a section .pdata", rename(b".edata", b".pdata"), "section .pdata or an exception directory is there, *")
    t.broken("an exception directory", in_headers(EXCEPTION, 12, b""), "section .pdata or an exception directory is there, *")
    t.bytes("the checks for amd64", t.good, [
        "machine type is 0x14C, expected 0x8664",
        "optional header has magic 0x10B, expected 0x20B (PE32+)",
        "operating system version is 4.0, expected 5.2",
        "subsystem version is 4.0, expected 5.2",
        "import ExAllocatePoolWithTag from ntoskrnl.exe, expected none: *",
        *("import %s from ntoskrnl.exe, expected none of Ke386*" % name for name in t.names if name.startswith("Ke386")),
        "section .pdata is missing or empty, expected unwind tables",
        "debug directory names no symbols, expected userport.pdb",
    ], arguments=["--arch", "amd64"])
    run_usage_cases(t)


def run_amd64_cases(t):
    t.broken("no section .pdata", rename(b".pdata", b".other"), "section .pdata is missing or empty, expected unwind tables")
    t.broken("no exception directory", data_directory(EXCEPTION, 0, 0),
             "section .pdata is missing or empty, expected unwind tables")
    for old, new, why in (("IoAllocateErrorLogEntry", "ExAllocatePool", "expected none: memory integrity *"),
                          ("IoAllocateErrorLogEntry", "ExAllocatePoolWithTag", "expected none: memory integrity *"),
                          ("IoAllocateErrorLogEntry", "ExAllocatePool2", "expected none: memory integrity *"),
                          ("PsTerminateSystemThread", "Ke386SetIoAccessMap", "expected none of Ke386*: *")):
        t.broken(new + ", not listed", name_for(old, new),
                 "import %s from ntoskrnl.exe is not on imports.tsv, *" % new,
                 "import %s from ntoskrnl.exe, %s" % (new, why),
                 "imports.tsv: %s of ntoskrnl.exe is listed, *" % old)
        t.broken(new + ", listed", name_for(old, new), "import %s from ntoskrnl.exe, %s" % (new, why),
                 allow_list=t.list_with("\t%s\t" % old, "\t%s\t" % new))
    t.bytes("the checks for i386", t.good, [
        "machine type is 0x8664, expected 0x14C",
        "optional header has magic 0x20B, expected 0x10B (PE32)",
        "operating system version is 5.2, expected 4.0",
        "subsystem version is 5.2, expected 4.0",
        *("imports.tsv: %s of %s is there from NT %s on, expected 4.0 or before" % (row[1], row[0], row[2])
          for row in t.rows if row[2] not in ("3.10", "3.50", "3.51", "4.0")),
        "section .pdata or an exception directory is there, expected no unwind tables",
        "debug directory is there, expected none",
    ], arguments=["--arch", "i386"])


def run_leftover_cases(t):
    t.broken("a time stamp in the file header", lambda pe: setattr(pe.FILE_HEADER, "TimeDateStamp", 0x5F000000),
             "time stamp of the file header is 0x5F000000, expected 0")
    t.broken("a time stamp in the export directory", in_exports("TimeDateStamp", 0x5F000000),
             "time stamp of the export directory is 0x5F000000, expected 0")
    t.broken("a time stamp in the import directory",
             lambda pe: setattr(pe.DIRECTORY_ENTRY_IMPORT[0].struct, "TimeDateStamp", 0xFFFFFFFF),
             "time stamp of the import directory of %s is 0xFFFFFFFF, expected 0" % t.first_module.dll.decode())
    t.broken("a time stamp in the resource directory",
             lambda pe: setattr(pe.DIRECTORY_ENTRY_RESOURCE.struct, "TimeDateStamp", 1),
             "time stamp of the resource directory is 0x1, expected 0")
    t.broken("a time stamp deeper in the resources",
             lambda pe: setattr(pe.DIRECTORY_ENTRY_RESOURCE.entries[1].directory.struct, "TimeDateStamp", 1),
             "time stamp of the resource directory/16 is 0x1, expected 0")
    t.broken("a time stamp in the load configuration", in_headers(LOAD_CONFIG, t.arch.load_config, struct.pack("<II", t.arch.load_config, 1)),
             "time stamp of the load configuration is 0x1, expected 0")
    if t.arch.name == "i386":
        t.broken("a debug directory", in_headers(DEBUG, 28, b""), "debug directory is there, expected none")
        t.broken("a debug directory with a time stamp", in_headers(DEBUG, 28, struct.pack("<II", 0, 1)),
                 "time stamp of the debug directory is 0x1, expected 0", "debug directory is there, expected none")
    else:
        t.broken("no debug directory", data_directory(DEBUG, 0, 0), "debug directory names no symbols, expected userport.pdb")
        t.broken("a debug directory without a name", in_headers(DEBUG, 28, b""), "debug directory names no symbols, expected userport.pdb")
        t.broken("a debug directory with a time stamp", lambda pe: setattr(pe.DIRECTORY_ENTRY_DEBUG[0].struct, "TimeDateStamp", 1),
                 "time stamp of the debug directory is 0x1, expected 0")
        t.broken("symbols with a path", lambda pe: setattr(pe.DIRECTORY_ENTRY_DEBUG[0].entry, "PdbFileName", b"/tmp/us1.pdb\0"),
                 "debug directory names /tmp/us1.pdb, expected userport.pdb")
    t.broken("an export by ordinal", in_exports("NumberOfFunctions", 1),
             "exports are there (1, 0 with a name), expected none")


def run_resource_cases(t):
    t.broken("no message resource", resource_kind(RT_MESSAGETABLE, RT_RCDATA), "message resource is missing, *")
    t.broken("an empty message resource", lambda pe: setattr(resource_leaf(pe, RT_MESSAGETABLE), "Size", 0),
             "message resource has no messages, expected some")
    t.broken("no version resource", resource_kind(RT_VERSION, 17), "version resource is missing or broken, expected one *")
    t.broken("another file version", lambda pe: setattr(pe.VS_FIXEDFILEINFO[0], "FileVersionMS", 9 << 16 | 8),
             "version resource has the FileVersion 9,8,*, expected *,*,*,0")
    t.broken("a fourth number in the product version", lambda pe: setattr(pe.VS_FIXEDFILEINFO[0], "ProductVersionLS", 7),
             "version resource has the ProductVersion *,7, expected *,*,*,0")
    with open(os.path.join(ROOT, "VERSION"), encoding="utf-8") as file:
        version = file.read().strip()
    other = "9" * len(version)

    def version_string(pe):
        old = "FileVersion\0".encode("utf-16-le")
        data = bytes(pe.write())
        place = data.index(version.encode("utf-16-le"), data.index(old))
        pe.set_bytes_at_offset(place, other.encode("utf-16-le"))
        pe.FileInfo[0][0].StringTable[0].entries[b"FileVersion"] = other.encode()

    t.broken("another version in words", version_string,
             "version resource has the FileVersion string %s, expected %s" % (other, version))


def run_file_cases(t):
    size = len(t.good)
    t.check("the good image", [*t.arch.arguments, "--imports", t.original_list, "--size-limit", str(size), t.original], 0, [],
            ["%s: %d bytes, %d imports, all in NT %s" % (os.path.basename(t.original), size, len(t.rows), t.arch.oldest)])
    t.bytes("a byte over the limit", t.good, ["file has %d bytes, expected %d at most" % (size, size - 1)],
            arguments=["--size-limit", str(size - 1)])
    rest = pefile.PE(data=t.good).sections[-1].PointerToRawData
    t.bytes("the last section cut off", t.good[:rest], [
        "checksum is 0x*, expected 0x*",
        "section .reloc ends at byte %d, expected it in the file's %d: truncated" % (size, rest),
        "relocation directory is missing or empty, expected relocations",
    ])
    t.broken("more faults than one", all_at_once, "subsystem is 3, *", "section PAGE may leave memory, *",
             "time stamp of the file header is 0x1, *")
    not_pe = "cannot read *userport.sys as a PE image: *"
    t.bytes("the headers cut off", t.good[:100], [not_pe], status=2)
    t.bytes("an empty file", b"", [not_pe], status=2)
    t.bytes("a file of another kind", b"#!/bin/sh\n" * 100, [not_pe], status=2)



def run_usage_cases(t):
    missing = os.path.join(os.path.dirname(t.image), "missing")
    t.check("no such image", ["--imports", t.original_list, missing], 2,
            ["check_image.py: cannot read %s: No such file or directory" % missing])
    t.check("no such allow-list", ["--imports", missing, t.image], 2,
            ["check_image.py: cannot read %s: No such file or directory" % missing])
    for description, arguments in (
            ("no allow-list named", [t.image]),
            ("no image named", ["--imports", t.original_list]),
            ("an unknown architecture", ["--arch", "ia64", "--imports", t.original_list, t.image]),
            ("a size limit in letters", ["--size-limit", "16K", "--imports", t.original_list, t.image])):
        t.check(description, arguments, 2, ["usage: *", "check_image.py: error: *"])


def main():
    build = os.environ.get("BUILD", os.path.join(ROOT, "build"))
    with tempfile.TemporaryDirectory() as folder:
        for arch, own_cases in ((I386, run_i386_cases), (AMD64, run_amd64_cases)):
            t = Tests(arch, os.path.join(build, arch.name, "userport.sys"), folder)
            run_file_cases(t)
            run_header_cases(t)
            run_import_cases(t)
            run_list_cases(t)
            run_section_cases(t)
            run_leftover_cases(t)
            run_resource_cases(t)
            own_cases(t)
    print("1..%d" % Tests.count)
    sys.exit(Tests.failed != 0)


if __name__ == "__main__":
    main()
