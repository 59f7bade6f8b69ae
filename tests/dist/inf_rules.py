# SPDX-License-Identifier: MIT
"""An INF, read as Windows reads it, and the published rules of InfVerif and of primitive drivers that concern ours. Where a rule
has a number, it is InfVerif's; the others are of Microsoft's pages on primitive drivers and on the section Version. InfVerif itself
runs on Windows alone, and has more rules than are published."""

import re
from typing import NamedTuple

INSTALL, UNINSTALL = "defaultinstall.ntamd64", "defaultuninstall.ntamd64"
SYSTEM_CLASS = "{4d36e97d-e325-11ce-bfc1-08002be10318}"
DRIVER_STORE = "13"
KNOWN = {"version", "destinationdirs", "sourcedisksnames", "sourcedisksfiles", "strings", INSTALL, f"{INSTALL}.services", UNINSTALL,
         f"{UNINSTALL}.services"}
LEGACY = {"logconfig", "delfiles", "renfiles", "delreg", "ini2reg", "updateinis", "updateinifields", "copyinf", "registerdlls",
          "unregisterdlls", "profileitems", "bitreg", "coinstallers"}
REFERRING = ("copyfiles", "addreg")


class Line(NamedTuple):
    """key is None in a section whose lines are no assignments. values: between the commas, without blanks and quotes."""
    key: str
    values: list
    text: str


class Malformed(Exception):
    """What InfVerif's numbers 1000 to 1099 are for: it is no INF."""


def without_comment(line):
    return re.match(r'(?:[^;"]|"[^"]*"?)*', line).group(0).strip()


def split(text):
    return [part.strip().strip('"') for part in re.findall(r'(?:[^,"]|"[^"]*")+|(?<=,)(?=,)|(?<=,)$', text)] if text else []


def read(data):
    """{section in lower case: [Line]}."""
    text = data.decode("ascii")
    if "\n" in text.replace("\r\n", ""):
        raise Malformed("a line does not end with CR LF")
    sections, current, held = {}, None, ""
    for raw in text.split("\r\n"):
        line = held + without_comment(raw)
        held = ""
        if line.endswith("\\"):
            held = line[:-1]
        elif re.fullmatch(r"\[[^][]+\]", line):
            name = line[1:-1].strip().lower()
            if name in sections:
                raise Malformed(f"the section [{name}] is there twice")
            current = sections.setdefault(name, [])
        elif line:
            if current is None or line.count('"') % 2 or line.startswith("["):
                raise Malformed(f"the line: {line}")
            match = re.match(r'([^=,"]+)=(.*)', line)
            current.append(Line(match.group(1).strip().lower(), split(match.group(2).strip()), line) if match else Line(None, split(line), line))
    if held:
        raise Malformed("the last line is continued")
    return sections


class Inf:
    def __init__(self, data):
        self.sections = read(data)
        self.strings = {line.key: ",".join(line.values) for line in self.sections.get("strings", [])}

    def lines(self, section):
        return self.sections.get(section.lower(), [])

    def all(self, section, key):
        return [line.values for line in self.lines(section) if line.key == key]

    def one(self, section, key):
        """The values, with the strings put in; None: the key is not there exactly once."""
        found = self.all(section, key)
        return ",".join(self.text(value) for value in found[0]) if len(found) == 1 else None

    def text(self, value):
        return re.sub(r"%([^%\d][^%]*)%", lambda match: self.strings.get(match.group(1).lower(), match.group(0)), value)

    def services(self):
        """(service, section of the service, section of the event log) of each AddService."""
        return [(values + ["", "", ""])[:1] + (values + ["", "", ""])[2:4] for values in self.all(f"{INSTALL}.services", "addservice")]

    def referred(self):
        """(who refers, section)."""
        for section, lines in self.sections.items():
            for line in lines:
                if line.key in REFERRING:
                    yield from ((f"{section}: {line.key}", value) for value in line.values if not value.startswith("@"))
                elif line.key == "addservice":
                    yield from ((f"{section}: AddService", value) for value in line.values[2:4] if value)

    def copied(self):
        """(file, section of the list or None) of each CopyFiles."""
        for values in self.all(INSTALL, "copyfiles"):
            for value in values:
                if value.startswith("@"):
                    yield value[1:], None
                else:
                    yield from ((line.values[0], value.lower()) for line in self.lines(value))

    def registry(self):
        """(section, Line) of what an AddReg writes."""
        for who, section in self.referred():
            if who.endswith(": addreg"):
                yield from ((section, line) for line in self.lines(section))


def faults(data, files, today):
    """files: the names in the package. today: yyyymmdd, after which no version may be dated. Yields (rule, what is wrong)."""
    try:
        inf = Inf(data)
    except (Malformed, UnicodeDecodeError) as wrong:
        yield "10xx", str(wrong)
        return
    yield from version(inf, files, today)
    yield from primitive(inf)
    yield from references(inf)
    yield from copies(inf, files)
    yield from registry(inf)
    yield from services(inf)


def version(inf, files, today):
    if (inf.one("version", "signature") or "").lower() != "$windows nt$":
        yield "Signature", "it is not $Windows NT$"
    for key in ("provider", "class", "classguid"):
        if not inf.one("version", key):
            yield "primitive: Version", f"{key} is missing"
    if (inf.one("version", "provider") or "").lower() == "microsoft":
        yield "1204", "the provider is Microsoft"
    if (inf.one("version", "class"), (inf.one("version", "classguid") or "").lower()) != ("System", SYSTEM_CLASS):
        yield "ClassGuid", "it is not that of the class System"
    catalogue = inf.one("version", "catalogfile")
    if not catalogue or catalogue not in files:
        yield "1233", f"there is no catalogue {catalogue}"
    if inf.one("version", "pnplockdown") != "1":
        yield "PnpLockdown", "it is not 1"
    match = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4}),(\d+)\.(\d+)\.(\d+)\.(\d+)", inf.one("version", "driverver") or "")
    if not match or max(map(int, match.groups()[3:])) > 65535:
        yield "DriverVer", "it is no mm/dd/yyyy,w.x.y.z"
    elif match.group(3) + match.group(1) + match.group(2) > today:
        yield "DriverVer", "its date is in the future"


def primitive(inf):
    names = set(inf.sections)
    if "manufacturer" in names:
        yield ("1212", "DefaultInstall and Manufacturer") if INSTALL in names else ("1297", "a device driver without a device")
    if INSTALL not in names:
        yield "primitive: DefaultInstall", "there is no [DefaultInstall.NTamd64]"
    for name in names:
        if re.match(r"default(un)?install(\.services)?$", name):
            yield "primitive: DefaultInstall", f"[{name}] has no processor"
        elif re.match(r"default(un)?install\.(?!ntamd64(\.services)?$)", name):
            yield "primitive: processor", f"[{name}] is not for amd64"
        elif name.startswith("classinstall32"):
            yield "1285", f"[{name}] for a class of Microsoft"
        elif name.endswith((".coinstallers", ".logconfigoverride")):
            yield "1300", f"[{name}]"
    for name in names & {UNINSTALL, f"{UNINSTALL}.services"}:
        if inf.one(name, "legacyuninstall") != "1":
            yield "primitive: LegacyUninstall", f"[{name}] without LegacyUninstall"
    for name, lines in inf.sections.items():
        if name not in (UNINSTALL, f"{UNINSTALL}.services", "strings"):
            for line in lines:
                if line.key in LEGACY:
                    yield "1300", f"{line.key} in [{name}]"
                if line.key in ("delservice", "delfiles", "delreg"):
                    yield "1302", f"{line.key} in [{name}]"


def references(inf):
    seen = {}
    for who, section in inf.referred():
        if section.lower() not in inf.sections:
            yield "1203", f"{who}: there is no [{section}]"
        if section.lower() in seen:
            yield "1205", f"[{section}] is named by {seen[section.lower()]} and {who}"
        seen[section.lower()] = who
    for name in inf.sections:
        if name not in KNOWN and name not in seen and not name.startswith(("manufacturer", "classinstall32", "default")):
            yield "2083", f"nobody uses [{name}]"
    for name, lines in inf.sections.items():
        for line in lines:
            for token in re.findall(r"%([^%\d][^%]*)%", line.text):
                if token.lower() not in inf.strings:
                    yield "1235", f"%{token}% in [{name}] is no string"


def copies(inf, files):
    disks = {line.key for line in inf.lines("sourcedisksnames")}
    sources = {line.key: line.values for line in inf.lines("sourcedisksfiles")}
    for name, section in inf.copied():
        source = sources.get(name.lower())
        if source is None or name not in files:
            yield "1230", f"{name} is not in [SourceDisksFiles], or not in the package"
        elif source[0] not in disks:
            yield "1230", f"{name} is on disk {source[0]}, which is not in [SourceDisksNames]"
        target = next((line.values for line in inf.lines("destinationdirs") if line.key == section), None) or next(
            (line.values for line in inf.lines("destinationdirs") if line.key == "defaultdestdir"), None)
        if not target or target[0] != DRIVER_STORE:
            yield "1306", f"{name} goes to {target}, not to the driver store"
        elif source and (target + [""])[1] != (source + [""])[1]:
            yield "1100", f"{name} does not stay where it is in the package"
    for line in inf.sections.get("sourcedisksfiles", []):
        if line.key not in {name.lower() for name, _ in inf.copied()}:
            yield "2083", f"nobody copies {line.key}"


def registry(inf):
    seen = set()
    for section, line in inf.registry():
        root, key, name = (line.values + ["", "", ""])[:3]
        if root.upper() != "HKR":
            yield "1304", f"{line.text[:60]} in [{section}]"
            if "\\services\\" in key.lower():
                yield "1221", f"{line.text[:60]} in [{section}]"
        if name.lower() in ("coinstallers32", "coinstallers"):
            yield "1303", f"[{section}] names a co-installer"
        if len(line.values) > 3 and int(line.values[3], 0) & 0x00010008 == 0x00010008:
            yield "1305", f"[{section}] appends to {name}"
        if (section.lower(), key.lower(), name.lower()) in seen:
            yield "133x", f"[{section}] writes {name} twice"
        seen.add((section.lower(), key.lower(), name.lower()))


def services(inf):
    names = [service.lower() for service, _, _ in inf.services()]
    for name in set(names):
        if names.count(name) > 1:
            yield "133x", f"the service {name} is there twice"
    for service, section, _ in inf.services():
        for key in ("servicetype", "starttype", "errorcontrol", "servicebinary"):
            if not inf.one(section, key):
                yield "AddService", f"the service {service} has no {key}, or two"
        binary = inf.one(section, "servicebinary") or ""
        if not re.fullmatch(r"%13%\\[\w.]+", binary) or binary[5:] not in {name for name, _ in inf.copied()}:
            yield "AddService", f"the service {service} runs {binary}, which nobody copies"
    if not names:
        yield "AddService", "there is no service"
