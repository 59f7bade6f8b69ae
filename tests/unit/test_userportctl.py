#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""userportctl.exe as it is built, for both architectures: what it imports, its headers, version and manifest; and the setups' folder.exe."""

import pathlib
import sys
import xml.etree.ElementTree

import pefile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import programs  # noqa: E402


def wrong_manifest(pe):
    """The rights of its caller, and no version of Windows that would show it files and registry of another place."""
    found = list(programs.resources(pe, programs.RT_MANIFEST))
    if len(found) != 1:
        yield f"{len(found)} manifests"
        return
    elements = {element.tag.split("}")[1]: element for element in xml.etree.ElementTree.fromstring(found[0]).iter()}
    level = elements["requestedExecutionLevel"]
    if level.get("level") != "asInvoker" or level.get("uiAccess") != "false":
        yield f"asks for {level.attrib}"
    if elements["assemblyIdentity"].get("name") != "userportctl":
        yield f"is named {elements['assemblyIdentity'].attrib}"
    if found[0].count(b"<supportedOS ") != 5:
        yield "does not name the five systems from Vista to 10"


def wrong_list(images):
    """Every line of winutil/imports.tsv is there for one of the programs."""
    used = {entry for image in images for entry in programs.imports(image)}
    for dll, name in sorted(set(programs.imports_list()) - used):
        yield f"winutil/imports.tsv has {name} of {dll}, which no program imports"


def checks():
    images = []
    for world in programs.MACHINES:
        pe = pefile.PE(str(programs.BUILD / world / "userportctl.exe"))
        folder = pefile.PE(str(programs.BUILD / world / "folder.exe"))
        images += [pe, folder, pefile.PE(str(programs.BUILD / world / "UserPort.exe"))]
        title = f"userportctl.exe for {world}: "
        yield title + "imports what is listed, and on i386 what NT 4.0 has", programs.wrong_imports(pe, world)
        yield title + "headers, sections, a console", programs.wrong_headers(pe, world, programs.CONSOLE)
        yield title + "version", programs.wrong_version(pe, "userportctl.exe")
        yield title + "manifest", wrong_manifest(pe)
        title = f"folder.exe for {world}: "
        yield title + "imports what is listed, and on i386 what NT 4.0 has", programs.wrong_imports(folder, world)
        yield title + "headers, sections, a console", programs.wrong_headers(folder, world, programs.CONSOLE)
    yield "winutil/imports.tsv: nothing is in vain", wrong_list(images)


if __name__ == "__main__":
    programs.report(checks())
