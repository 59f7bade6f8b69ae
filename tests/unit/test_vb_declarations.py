#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The declarations of examples/vb, of which Debian has no compiler, against the C headers and the DLLs: every function by
name, parameters and types, the structures by field and offset, the constants by value; for VB6, VBA and VB.NET."""

import os
import pathlib
import re
import subprocess

import pefile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("BUILD", "build")
STRUCTURES = {"up_operation": "up_operation", "up_info": "struct up_info", "up_failure": "up_failure", "up_access": "up_access"}

# Of the headers' constants, those that callers of the library need.
CONSTANTS = re.compile(r"UP_(OK|ERR_\w+|BACKEND_\w+|IO_(READ|WRITE|READ_BLOCK|WRITE_BLOCK|DELAY|WAIT|\w+_MAX)|MAP_BYTES|ABI_VERSION|"
                       r"STATE_\w+|PROCESSOR_\w+|MECHANISM_\w+|FLAG_\w+)")

# A parameter or result of C, and what it is in VB6, VBA 7 and VB.NET. [] is an array: a parameter
# that a count or a room follows, or one that C declares so. VB6 and VBA take its first element by
# reference.
SCALARS = {
    "uint8_t": ("ByVal Byte", "ByVal Byte", "Byte"),
    "uint16_t": ("ByVal Integer", "ByVal Integer", "UShort"),
    "uint32_t": ("ByVal Long", "ByVal Long", "UInteger"),
    "up_error": ("ByVal Long", "ByVal Long", "UInteger"),
    "up_handle *": ("ByVal Long", "ByVal LongPtr", "PortsHandle"),
    "const up_handle *": ("ByVal Long", "ByVal LongPtr", "PortsHandle"),
    "up_handle **": ("ByRef Long", "ByRef LongPtr", "<Out> ByRef PortsHandle"),
    "uint8_t *": ("ByRef Byte", "ByRef Byte", "<Out> ByRef Byte"),
    "uint16_t *": ("ByRef Integer", "ByRef Integer", "<Out> ByRef UShort"),
    "uint32_t *": ("ByRef Long", "ByRef Long", "<Out> ByRef UInteger"),
    "struct up_info *": ("ByRef up_info", "ByRef up_info", "<Out> ByRef up_info"),
    "up_failure *": ("ByRef up_failure", "ByRef up_failure", "<Out> ByRef up_failure"),
    "char *": ("ByVal String", "ByVal String", "StringBuilder"),  # VB makes ANSI text of it, and takes that back
}
ARRAYS = {
    "uint8_t *": ("ByRef Byte", "ByRef Byte", "<Out> Byte()"),
    "uint16_t *": ("ByRef Integer", "ByRef Integer", "<Out> UShort()"),
    "uint32_t *": ("ByRef Long", "ByRef Long", "<Out> UInteger()"),
    "const uint8_t *": ("ByRef Byte", "ByRef Byte", "<[In]> Byte()"),
    "const uint16_t *": ("ByRef Integer", "ByRef Integer", "<[In]> UShort()"),
    "const uint32_t *": ("ByRef Long", "ByRef Long", "<[In]> UInteger()"),
    "up_operation *": ("ByRef up_operation", "ByRef up_operation", "<[In], Out> up_operation()"),
    "up_access *": ("ByRef up_access", "ByRef up_access", "<Out> up_access()"),
}
RESULTS = {
    "void": ("", "", ""),
    "up_error": ("Long", "Long", "UInteger"),
    "uint32_t": ("Long", "Long", "UInteger"),
    "int": ("Long", "Long", "Integer"),
    "const char *": ("Long", "LongPtr", "IntPtr"),
}
FIELDS = {
    "uint8_t": ("Byte", "Byte", "Byte"),
    "uint16_t": ("Integer", "Integer", "UShort"),
    "uint32_t": ("Long", "Long", "UInteger"),
    "up_error": ("Long", "Long", "UInteger"),
    "void *": ("Long", "LongPtr", "IntPtr"),
}
SIZES = {"Byte": 1, "Integer": 2, "UShort": 2, "Long": 4, "UInteger": 4}
VB6, VBA7, NET = 0, 1, 2
LANGUAGES = ("VB6", "VBA", "VB.NET")
RENAMED = {"error": "errorCode"}  # a statement in Visual Basic


class Headers:
    """What the C headers say; the layout and the values as both compilers have them."""

    def __init__(self):
        text = "".join((ROOT / "include/userport" / name).read_text() for name in ("userport_abi.h", "userport.h"))
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
        self.functions = {}
        for result, name, parameters in re.findall(r"^UP_API\s+([\w ]+[ *]+)UP_CALL\s+(\w+)\(([^;]*)\);", text, re.M):
            self.functions[name] = (" ".join(result.split()), self.parameters(parameters))
        self.fields = {}
        for name in STRUCTURES:
            body = re.search(r"struct %s \{(.*?)\n\}" % name, text, re.S).group(1)
            self.fields[name] = [(" ".join(kind.split()), field, int(count or 0))
                                 for kind, field, count in re.findall(r"([\w ]+[ *]+)(\w+)(?:\[(\d+)\])?;", body)]
        self.names = [name for name in re.findall(r"^#define (UP_\w+) ", text, re.M) if CONSTANTS.fullmatch(name)]
        self.numbers = {bits: self.compiled(compiler) for bits, compiler in
                        ((32, "i686-w64-mingw32-gcc"), (64, "x86_64-w64-mingw32-gcc"))}

    @staticmethod
    def parameters(text):
        if text.strip() == "void":
            return []
        split = [re.fullmatch(r"(.*?)(\w+)(\[\w+\])?", " ".join(one.split())) for one in text.split(",")]
        found = []
        for i, match in enumerate(split):
            kind = match.group(1).strip() + (" *" if match.group(3) else "")
            follows = split[i + 1].group(2) if i + 1 < len(split) else ""
            array = bool(match.group(3)) or kind in ARRAYS and follows in ("count", "room")
            found.append((kind, match.group(2), array))
        return found

    def compiled(self, compiler):
        """The constants' values, and offsets and sizes, by the compiler: each is a variable in its assembler text, plus 1, so
        that none is 0 and without a value there."""
        wanted = {name: name for name in self.names}
        for name, kind in STRUCTURES.items():
            wanted["sizeof_" + name] = "sizeof(%s)" % kind
            for _, field, _ in self.fields[name]:
                wanted["offset_%s_%s" % (name, field)] = "offsetof(%s, %s)" % (kind, field)
        source = "#include <userport/userport.h>\n" + "".join(
            "unsigned value_%s = (unsigned)(%s) + 1u;\n" % pair for pair in wanted.items())
        text = subprocess.run([compiler, "-I%s" % (ROOT / "include"), "-S", "-x", "c", "-", "-o", "-"], input=source,
                              capture_output=True, text=True, check=True).stdout
        return {name: int(value) - 1 for name, value in re.findall(r"^_?value_(\w+):\s+\.long\s+(\d+)", text, re.M)}


# ---- the reading of Visual Basic -------------------------------------------------------------------------------------------


def joined(text):
    """Comments away, one statement in a line."""
    text = re.sub(r"(?m)^([^'\"\n]*(?:\"[^\"\n]*\"[^'\"\n]*)*)'.*$", r"\1", text)
    return re.sub(r" _\n\s*", " ", text)


def branch(text, vba7):
    """What #If VBA7 Then leaves."""
    kept, stack = [], []
    for line in text.splitlines():
        word = line.strip()
        if word == "#If VBA7 Then":
            stack.append(vba7)
        elif word == "#Else":
            stack[-1] = not stack[-1]
        elif word == "#End If":
            stack.pop()
        elif all(stack):
            kept.append(line)
    assert not stack
    return "\n".join(kept)


def classic(text, language):
    """Functions, structures and constants of UserPort.bas."""
    text = branch(joined(text), language == VBA7)
    functions, structures = {}, {}
    pattern = r'^\s*(?:Public )?Declare (PtrSafe )?(Sub|Function) (\w+) Lib "userport\.dll"( Alias "\w+")? \((.*)\)(?: As (\w+))?$'
    for safe, kind, name, alias, parameters, result in re.findall(pattern, text, re.M):
        split = [re.fullmatch(r"(ByVal|ByRef) (\w+) As (\w+)", one.strip()) for one in parameters.split(",") if one.strip()]
        problem = None if bool(safe) == (language == VBA7) and not alias and (kind == "Sub") == (result == "") else "PtrSafe, Alias or kind"
        functions[name] = (result, [one and (one.group(1) + " " + one.group(3), one.group(2)) for one in split], problem)
    for name, body in re.findall(r"^Public Type (\w+)\n(.*?)^End Type", text, re.M | re.S):
        structures[name] = [(kind, field, int(last) + 1 if last else 0) for field, last, kind in
                            re.findall(r"^\s*(\w+)(?:\(0 To (\d+)\))? As (\w+)$", body, re.M)]
    constants = dict(re.findall(r"^Public Const (UP_\w+) As Long = (\w+)$", text, re.M))
    return functions, structures, constants


def dotnet(text):
    text = joined(text)
    functions, structures = {}, {}
    pattern = r"<DllImport\(([^\n]*)\)>\s*Public Shared (Sub|Function) (\w+)\(([^\n]*(?:\n[^\n]*?)?)\)(?: As (\w+))?\n\s*End (\w+)"
    for attributes, kind, name, parameters, result, end in re.findall(pattern, text):
        split = [re.fullmatch(r"((?:<.*?> )?(?:ByRef )?)(\w+) As ([\w()]+)", " ".join(one.split()))
                 for one in re.split(r",(?![^<]*>)", parameters) if one.strip()]
        wanted = "Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall"
        if any(one and one.group(3) == "StringBuilder" for one in split):
            wanted += ", CharSet:=CharSet.Ansi"
        problem = None if attributes == wanted and kind == end and (kind == "Sub") == (result == "") else "attributes or kind"
        functions[name] = (result, [one and (one.group(1) + one.group(3), one.group(2)) for one in split], problem)
    pattern = r"<StructLayout\(LayoutKind\.Sequential\)>\nPublic Structure (\w+)\n(.*?)^End Structure"
    for name, body in re.findall(pattern, text, re.M | re.S):
        fields = re.findall(r"(?:<MarshalAs\(UnmanagedType\.ByValArray, SizeConst:=(\d+)\)>\s*)?Public (\[?\w+\]?) As (\w+)(\(\))?", body)
        structures[name] = [(kind, field.strip("[]"), int(count or 0)) if bool(count) == bool(array) else (kind, field, -1)
                            for count, field, kind, array in fields]
    constants = {name: value for name, value in re.findall(r"Public Const (UP_\w+) As UInteger = (\w+)UI$", text, re.M)}
    if 'Private Const Dll As String = "userport.dll"' not in text:
        functions = {}
    return functions, structures, constants


# ---- the comparison --------------------------------------------------------------------------------------------------------


def wrong_functions(headers, functions, language, stack):
    for name in sorted(set(headers.functions) ^ set(functions)):
        yield "%s is %s" % (name, "not declared" if name in headers.functions else "not in userport.h")
    for name in sorted(set(headers.functions) & set(functions)):
        result, parameters = headers.functions[name]
        said_result, said, problem = functions[name]
        if problem:
            yield "%s: %s" % (name, problem)
        if said_result != RESULTS[result][language]:
            yield "%s gives %s, and not %s" % (name, said_result, RESULTS[result][language])
        wanted = [((ARRAYS if array else SCALARS)[kind][language], RENAMED.get(parameter, parameter)) for kind, parameter, array in parameters]
        if name == "up_close" and language == NET:
            wanted = [("IntPtr", "handle")]  # the handle's own end, where the object is no more
        if said != wanted:
            yield "%s takes %s, and not %s" % (name, said, wanted)
        if len(said) * 4 != stack.get(name):
            yield "%s takes %d bytes of the stack, the DLL %s" % (name, len(said) * 4, stack.get(name))


def layout(fields, pointer):
    """Offsets and size as each of these languages lays a structure out: fields at multiples of their size."""
    at, widest, offsets = 0, 1, {}
    for kind, name, count in fields:
        size = pointer if kind in ("LongPtr", "IntPtr") else SIZES.get(kind, 0)
        if size == 0 or count < 0:
            return None, None
        at += -at % size
        offsets[name] = at
        at += size * max(count, 1)
        widest = max(widest, size)
    return offsets, at + -at % widest


def wrong_structures(headers, structures, language):
    for name in sorted(set(headers.fields) ^ set(structures)):
        yield "structure %s" % name
    for name in sorted(set(headers.fields) & set(structures)):
        wanted = [(FIELDS[kind][language], field, count) for kind, field, count in headers.fields[name]]
        if structures[name] != wanted:
            yield "%s is %s, and not %s" % (name, structures[name], wanted)
        for bits in {VB6: (32,), VBA7: (64,), NET: (32, 64)}[language]:
            offsets, size = layout(structures[name], bits // 8)
            numbers = headers.numbers[bits]
            if size != numbers["sizeof_" + name] or offsets != {field: numbers["offset_%s_%s" % (name, field)] for _, field, _ in headers.fields[name]}:
                yield "%s has other offsets than in C, %d bits" % (name, bits)


def wrong_constants(headers, constants):
    wanted = {name: headers.numbers[32][name] for name in headers.names}
    said = {name: int(value) if value.isdigit() else None for name, value in constants.items()}
    for name in sorted(set(wanted) | set(said)):
        if wanted.get(name) != said.get(name):
            yield "%s is %s, in C %s" % (name, said.get(name), wanted.get(name))


def complaints(headers, text, language, stack):
    functions, structures, constants = dotnet(text) if language == NET else classic(text, language)
    return [*wrong_functions(headers, functions, language, stack), *wrong_structures(headers, structures, language),
            *wrong_constants(headers, constants)]


number = 0


def case(good, what, details=()):
    global number
    number += 1
    print("%s %d - %s" % ("ok" if good else "not ok", number, what))
    for detail in details:
        print("# %s" % detail)


def main():
    headers = Headers()
    texts = {name: (ROOT / "examples/vb" / name).read_text() for name in ("UserPort.bas", "UserPort.vb")}
    stack = {name: int(size) for name, size in re.findall(r"^\s+(up_\w+)@(\d+) @", (ROOT / "lib/userport.def").read_text(), re.M)}
    case(len(headers.functions) == 29 and len(headers.names) > 30 and len(headers.numbers[64]) > 60,
         "the headers: %d functions, %d structures, %d constants" % (len(headers.functions), len(headers.fields), len(headers.names)))
    for arch in ("i386", "amd64"):
        pe = pefile.PE(str(BUILD / arch / "userport.dll"))
        exported = {entry.name.decode() for entry in pe.DIRECTORY_ENTRY_EXPORT.symbols if entry.name.startswith(b"up_")}
        case(exported == set(headers.functions), "%s: userport.dll exports these functions and no others" % arch)
    places = (("UserPort.bas", VB6), ("UserPort.bas", VBA7), ("UserPort.vb", NET))
    for file, language in places:
        found = complaints(headers, texts[file], language, stack)
        case(not found, "%s: %s is as the C headers have it" % (file, LANGUAGES[language]), found)
    print("1..%d" % number)


main()
