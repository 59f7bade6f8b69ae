#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Checks a linked driver image: will NT's loader take it, on the oldest system it is made for, and is it reproducible?

    check_image.py [--arch i386|amd64] --imports ALLOWLIST.tsv [--size-limit BYTES] IMAGE

A linker makes an image that can never load without a word: with an import that the kernel does not export, or from
kernel32.dll, for the wrong subsystem, with a checksum that is off. Here each of these is an error. The allow-list has
the columns image, name, first version, kind (code or data) and source, with tabs between them, and must name exactly
what the image imports. The version expected in the resources is that of the file VERSION in the root of the repository.

Exit status: 0 the image is good (one line says so), 1 it is not (each fault on a line of its own, on standard error),
2 wrong usage, or a file that cannot be read.
"""

import argparse
import os
import re
import struct
import sys
from typing import NamedTuple

import pefile

VERSION_FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "VERSION")

EXPORTERS = ("ntoskrnl.exe", "hal.dll")

SUBSYSTEM_NATIVE = 1
SECTION_ALIGNMENT = 0x1000  # a page: NT protects section by section
RELOCS_STRIPPED = 0x0001
MEM_EXECUTE, MEM_WRITE = 0x20000000, 0x80000000
DLL_FLAGS = {"DYNAMIC_BASE": 0x0040, "NX_COMPAT": 0x0100}
RT_MESSAGETABLE, RT_VERSION = 11, 16
DEBUG_TYPE_CODEVIEW = 2


class Architecture(NamedTuple):
    machine: int
    magic: int
    format: str
    oldest: str  # the first NT that has to load the image
    header_version: tuple  # of system and subsystem; None: any
    unwind_tables: bool  # does NT need .pdata? If not, there shall be none
    ke386: bool  # does its kernel export the Ke386* calls?
    pool: bool  # may it take pool by the old calls, whose non-paged memory is executable where nobody said otherwise?
    symbols: str  # the PDB that it names; None: it names none


ARCHITECTURES = {
    "i386": Architecture(0x014C, 0x010B, "PE32", "4.0", (4, 0), False, True, True, None),
    "amd64": Architecture(0x8664, 0x020B, "PE32+", "5.2 SP1", (5, 2), True, False, False, "userport.pdb"),
}


class Unreadable(Exception):
    """What is the matter with a file that the check cannot do without."""


# ---- what is expected ---------------------------------------------------------------------------------------------------


def version_key(text):
    """An NT version ("3.51", "4.0", "5.1 SP2") as something to compare; a service pack is later than the release."""
    match = re.fullmatch(r"(\d+)\.(\d+)(?: SP(\d+))?", text)
    return match and (int(match[1]), int(match[2]), int(match[3] or 0))


def read_text(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable("cannot read %s: %s" % (path, getattr(error, "strerror", None) or error)) from error


def read_allow_list(path):
    """{(image, name): first version}, in the order of the file."""
    allowed = {}
    for number, line in enumerate(read_text(path).splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = line.split("\t")
        if len(columns) != 5 or not all(column.strip() for column in columns):
            raise Unreadable("%s:%d: expected image, name, first version, kind and source, with one tab between them"
                             % (path, number))
        image, name, first_version, kind, _ = columns
        if not version_key(first_version):
            raise Unreadable("%s:%d: first version of %s is %s, expected the form 3.51 or 5.1 SP2"
                             % (path, number, name, first_version))
        if kind not in ("code", "data"):
            raise Unreadable("%s:%d: kind of %s is %s, expected code or data" % (path, number, name, kind))
        if (image.lower(), name) in allowed:
            raise Unreadable("%s:%d: %s of %s is listed twice" % (path, number, name, image))
        allowed[image.lower(), name] = first_version
    return allowed


def read_version():
    """The text of the file VERSION, and the four numbers it stands for in a version resource: 3.0.0-dev, (3, 0, 0, 0)."""
    text = read_text(VERSION_FILE).strip()
    match = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)(?:-.+)?", text)
    if not match:
        raise Unreadable("%s: version is %s, expected the form 3.0.0 or 3.0.0-dev" % (VERSION_FILE, text))
    return text, (int(match[1]), int(match[2]), int(match[3]), 0)


def read_image(path):
    """The bytes of the image, and pefile's view of them."""
    try:
        with open(path, "rb") as file:
            data = file.read()
        return data, pefile.PE(data=data)
    except OSError as error:
        raise Unreadable("cannot read %s: %s" % (path, error.strerror)) from error
    except pefile.PEFormatError as error:
        raise Unreadable("cannot read %s as a PE image: %s" % (path, error.value)) from error
    except Exception as error:  # pefile itself trips over some malformed images
        raise Unreadable("cannot read %s as a PE image: pefile fails with %r" % (path, error)) from error


# ---- what is there ------------------------------------------------------------------------------------------------------


def directory(pe, name):
    """The data directory, as (rva, size); (0, 0) if there is none."""
    index = pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_" + name]
    directories = pe.OPTIONAL_HEADER.DATA_DIRECTORY
    return (directories[index].VirtualAddress, directories[index].Size) if index < len(directories) else (0, 0)


def section_name(section):
    return section.Name.rstrip(b"\0").decode("latin-1")


def section_at(pe, rva):
    for section in pe.sections:
        if section.VirtualAddress <= rva < section.VirtualAddress + max(section.Misc_VirtualSize, section.SizeOfRawData):
            return section
    return None


def imports_of(pe):
    """[(image, name or None, ordinal or None)] of every import."""
    return [(module.dll.decode("latin-1").lower(), entry.name and entry.name.decode("latin-1"), entry.ordinal)
            for module in getattr(pe, "DIRECTORY_ENTRY_IMPORT", []) for entry in module.imports]


def export_directory(pe):
    """(time stamp, number of functions, number of names), or None. By hand: pefile drops what makes no sense to it."""
    rva, size = directory(pe, "EXPORT")
    if not size:
        return None
    try:
        return struct.unpack("<4xI12xII", pe.get_data(rva, 28))
    except (pefile.PEFormatError, struct.error):
        return (0, 0, 0)


def resource_directories(node, path="resource directory"):
    """(what, directory) of the resource directory and of each directory in it."""
    yield path, node
    for entry in node.entries:
        if hasattr(entry, "directory"):
            yield from resource_directories(entry.directory, "%s/%s" % (path, entry.name or entry.id))


def resources(pe, kind):
    """The contents of each resource of a kind; a resource that is not in the file has none."""
    found = []
    for entry in getattr(getattr(pe, "DIRECTORY_ENTRY_RESOURCE", None), "entries", []):
        if entry.id != kind or not hasattr(entry, "directory"):
            continue
        for _, node in resource_directories(entry.directory):
            for leaf in node.entries:
                if hasattr(leaf, "data"):
                    try:
                        found.append(pe.get_data(leaf.data.struct.OffsetToData, leaf.data.struct.Size))
                    except pefile.PEFormatError:
                        found.append(b"")
    return found


def version_strings(pe):
    """{name: text} of the version resource."""
    return {name.decode("latin-1"): text.decode("utf-8", "replace")
            for info in getattr(pe, "FileInfo", []) for block in info
            for table in getattr(block, "StringTable", []) for name, text in table.entries.items()}


def time_stamps(pe):
    """(where, time stamp) of each place that has one."""
    yield "file header", pe.FILE_HEADER.TimeDateStamp
    exports = export_directory(pe)
    if exports:
        yield "export directory", exports[0]
    for module in getattr(pe, "DIRECTORY_ENTRY_IMPORT", []):
        yield "import directory of " + module.dll.decode("latin-1"), module.struct.TimeDateStamp
    if hasattr(pe, "DIRECTORY_ENTRY_RESOURCE"):
        for where, node in resource_directories(pe.DIRECTORY_ENTRY_RESOURCE):
            yield where, node.struct.TimeDateStamp
    for entry in getattr(pe, "DIRECTORY_ENTRY_DEBUG", []):
        yield "debug directory", entry.struct.TimeDateStamp
    if hasattr(pe, "DIRECTORY_ENTRY_LOAD_CONFIG"):
        yield "load configuration", pe.DIRECTORY_ENTRY_LOAD_CONFIG.struct.TimeDateStamp


# ---- the checks: each yields its faults -----------------------------------------------------------------------------------


def check_headers(pe, architecture):
    header = pe.OPTIONAL_HEADER
    if pe.FILE_HEADER.Machine != architecture.machine:
        yield "machine type is 0x%X, expected 0x%X" % (pe.FILE_HEADER.Machine, architecture.machine)
    if header.Magic != architecture.magic:
        yield "optional header has magic 0x%X, expected 0x%X (%s)" % (header.Magic, architecture.magic, architecture.format)
    if header.Subsystem != SUBSYSTEM_NATIVE:
        yield "subsystem is %d, expected %d (native)" % (header.Subsystem, SUBSYSTEM_NATIVE)
    for what, version in (
            ("operating system version", (header.MajorOperatingSystemVersion, header.MinorOperatingSystemVersion)),
            ("subsystem version", (header.MajorSubsystemVersion, header.MinorSubsystemVersion))):
        if architecture.header_version not in (None, version):
            yield "%s is %d.%d, expected %d.%d" % (what, *version, *architecture.header_version)
    if header.SectionAlignment != SECTION_ALIGNMENT:
        yield "section alignment is 0x%X, expected 0x%X" % (header.SectionAlignment, SECTION_ALIGNMENT)
    for name, flag in DLL_FLAGS.items():
        if not header.DllCharacteristics & flag:
            yield "flag %s is not set, expected it in the DLL characteristics (0x%X)" % (name, header.DllCharacteristics)
    calculated = pe.generate_checksum()
    if header.CheckSum != calculated:
        yield "checksum is 0x%X, expected 0x%X" % (header.CheckSum, calculated)


def check_imports(pe, architecture, allowed, list_name):
    present = set()
    foreign = {}
    for image, name, ordinal in imports_of(pe):
        if image not in EXPORTERS:
            foreign.setdefault(image, []).append(name or "ordinal %d" % ordinal)
        elif not name:
            yield "import from %s by ordinal %d, expected a name" % (image, ordinal)
        elif (image, name) not in allowed:
            yield "import %s from %s is not on %s, expected only what is listed" % (name, image, list_name)
        if name and name.startswith("Ke386") and not architecture.ke386:
            yield "import %s from %s, expected none of Ke386*: no such kernel has them" % (name, image)
        if name and name.startswith("ExAllocatePool") and not architecture.pool:
            yield "import %s from %s, expected none: memory integrity wants pool that is not executable" % (name, image)
        present.add((image, name))
    for image, names in foreign.items():
        yield "imports from %s (%s), expected them from %s only" % (image, ", ".join(names), " and ".join(EXPORTERS))
    if directory(pe, "DELAY_IMPORT")[1]:
        yield "delay-loaded imports are there, expected none"
    if directory(pe, "BOUND_IMPORT")[1]:
        yield "bound imports are there, expected none"
    for (image, name), first_version in allowed.items():
        if version_key(first_version) > version_key(architecture.oldest):
            yield ("%s: %s of %s is there from NT %s on, expected %s or before"
                   % (list_name, name, image, first_version, architecture.oldest))
        if (image, name) not in present:
            yield "%s: %s of %s is listed, expected only what the image imports" % (list_name, name, image)


def check_sections(pe, architecture, size):
    for section in pe.sections:
        name = section_name(section)
        if section.Characteristics & MEM_EXECUTE and section.Characteristics & MEM_WRITE:
            yield "section %s is both writable and executable, expected one of them at most" % name
        if name == "INIT" or name.startswith("PAGE"):
            yield "section %s may leave memory, expected no INIT and no PAGE*" % name
        end = section.PointerToRawData + section.SizeOfRawData
        if section.SizeOfRawData and end > size:
            yield "section %s ends at byte %d, expected it in the file's %d: truncated" % (name, end, size)
    entry = pe.OPTIONAL_HEADER.AddressOfEntryPoint
    section = section_at(pe, entry)
    if not section or not section.Characteristics & MEM_EXECUTE:
        yield ("entry point 0x%X is in %s, expected an executable section"
               % (entry, "section " + section_name(section) if section else "no section"))

    if pe.FILE_HEADER.Characteristics & RELOCS_STRIPPED:
        yield "relocations are marked as stripped, expected them to be there"
    if not directory(pe, "BASERELOC")[1] or not getattr(pe, "DIRECTORY_ENTRY_BASERELOC", None):
        yield "relocation directory is missing or empty, expected relocations"
    names = {section_name(section) for section in pe.sections}
    if ".reloc" not in names:
        yield "section .reloc is missing, expected relocations in it"
    if architecture.unwind_tables:
        if ".pdata" not in names or not directory(pe, "EXCEPTION")[1]:
            yield "section .pdata is missing or empty, expected unwind tables"
    elif ".pdata" in names or directory(pe, "EXCEPTION")[1]:
        yield "section .pdata or an exception directory is there, expected no unwind tables"


def named_symbols(pe):
    """What the debug directory names, if that is all there is in it."""
    entries = getattr(pe, "DIRECTORY_ENTRY_DEBUG", [])
    if len(entries) != 1 or entries[0].struct.Type != DEBUG_TYPE_CODEVIEW or not hasattr(entries[0].entry, "PdbFileName"):
        return None
    return entries[0].entry.PdbFileName.rstrip(b"\0").decode("latin-1")


def check_leftovers(pe, architecture):
    """What belongs to a debugger, to another program, or to the moment of the link."""
    for where, stamp in time_stamps(pe):
        if stamp:
            yield "time stamp of the %s is 0x%X, expected 0" % (where, stamp)
    if architecture.symbols is None:
        if directory(pe, "DEBUG")[1]:
            yield "debug directory is there, expected none"
    elif named_symbols(pe) != architecture.symbols:
        yield "debug directory names %s, expected %s" % (named_symbols(pe) or "no symbols", architecture.symbols)
    exports = export_directory(pe)
    if exports and (exports[1] or exports[2]):
        yield "exports are there (%d, %d with a name), expected none" % exports[1:]


def check_resources(pe, version_text, version):
    tables = resources(pe, RT_MESSAGETABLE)
    if not tables:
        yield "message resource is missing, expected one (RT_MESSAGETABLE)"
    elif not all(len(table) >= 4 and any(table[:4]) for table in tables):
        yield "message resource has no messages, expected some"
    if not resources(pe, RT_VERSION) or not getattr(pe, "VS_FIXEDFILEINFO", None):
        yield "version resource is missing or broken, expected one of version %s" % version_text
        return
    fixed = pe.VS_FIXEDFILEINFO[0]
    strings = version_strings(pe)
    for what, high, low in (("FileVersion", fixed.FileVersionMS, fixed.FileVersionLS),
                            ("ProductVersion", fixed.ProductVersionMS, fixed.ProductVersionLS)):
        numbers = (high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF)
        if numbers != version:
            yield ("version resource has the %s %s, expected %s"
                   % (what, ",".join(map(str, numbers)), ",".join(map(str, version))))
        if strings.get(what) != version_text:
            yield "version resource has the %s string %s, expected %s" % (what, strings.get(what), version_text)


def main():
    parser = argparse.ArgumentParser(
        prog="check_image.py", description="Checks a linked driver image.",
        usage="%(prog)s [--arch i386|amd64] --imports ALLOWLIST.tsv [--size-limit BYTES] IMAGE")
    parser.add_argument("--arch", choices=list(ARCHITECTURES), default="i386")
    parser.add_argument("--imports", required=True, metavar="ALLOWLIST.tsv")
    parser.add_argument("--size-limit", type=int, metavar="BYTES")
    parser.add_argument("image", metavar="IMAGE")
    arguments = parser.parse_args()

    architecture = ARCHITECTURES[arguments.arch]
    image_name = os.path.basename(arguments.image)
    try:
        version_text, version = read_version()
        allowed = read_allow_list(arguments.imports)
        data, pe = read_image(arguments.image)
    except Unreadable as error:
        print("check_image.py: %s" % error, file=sys.stderr)
        sys.exit(2)

    faults = [
        *check_headers(pe, architecture),
        *check_imports(pe, architecture, allowed, os.path.basename(arguments.imports)),
        *check_sections(pe, architecture, len(data)),
        *check_leftovers(pe, architecture),
        *check_resources(pe, version_text, version),
    ]
    if arguments.size_limit is not None and len(data) > arguments.size_limit:
        faults.append("file has %d bytes, expected %d at most" % (len(data), arguments.size_limit))
    for fault in faults:
        print("%s: %s" % (image_name, fault), file=sys.stderr)
    if faults:
        sys.exit(1)
    print("%s: %d bytes, %d imports, all in NT %s" % (image_name, len(data), len(allowed), architecture.oldest))


if __name__ == "__main__":
    main()
