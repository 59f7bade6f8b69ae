#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""package/userport.inf keeps InfVerif's published rules (inf_rules.py), each mistake in a copy of it is found by its rule, and it
makes what userportctl install makes: each fact is compared with the constants of the code."""

import re
import sys
import time

from checks import ROOT, VERSION, need, run_cases, same, same_names

sys.path.insert(0, str(ROOT / "package"))
import driver_inf  # noqa: E402
import inf_rules  # noqa: E402

EPOCH = 1_790_000_000
TODAY = time.strftime("%Y%m%d", time.gmtime(EPOCH))
FILES = {"userport.sys", "userport.inf", "userport.cat"}
DATA = driver_inf.inf(VERSION, EPOCH)
INF = inf_rules.Inf(DATA)
SERVICE, CODE = "driver.service", (ROOT / "setup/install_service_windows.c").read_text()
HEADERS = "".join((ROOT / name).read_text() for name in ("control/registry.h", "setup/install_parts.h")) + CODE
# The numbers of winnt.h
NUMBERS = {"SERVICE_KERNEL_DRIVER": 1, "SERVICE_BOOT_START": 0, "SERVICE_SYSTEM_START": 1, "SERVICE_AUTO_START": 2, "SERVICE_DEMAND_START": 3,
           "SERVICE_ERROR_IGNORE": 0, "SERVICE_ERROR_NORMAL": 1, "EVENTLOG_ERROR_TYPE": 1, "EVENTLOG_WARNING_TYPE": 2,
           "EVENTLOG_INFORMATION_TYPE": 4}
REG_EXPAND_SZ, REG_BINARY, REG_DWORD, KEEP = 0x00020000, 0x00000001, 0x00010001, 0x00000002

# What is wrong in the copy: the rule that finds it, and what is put in the place of what.
MISTAKES = [
    ("10xx", "[Strings]", "[Strings"),
    ("10xx", "[Driver.Files]", "[Driver.Service]"),
    ("10xx", "\r\n\r\n[Strings]", "\n\r\n[Strings]"),
    ("10xx", 'Disk     = "UserPort"', 'Disk     = "UserPort'),
    ("Signature", "$Windows NT$", "$Chicago$"),
    ("primitive: Version", "Provider    = %Provider%\r\n", ""),
    ("primitive: Version", "Class       = System\r\n", ""),
    ("primitive: Version", "ClassGuid   = {4D36E97D-E325-11CE-BFC1-08002BE10318}\r\n", ""),
    ("1204", '"The UserPort project"', '"Microsoft"'),
    ("ClassGuid", "{4D36E97D-E325-11CE-BFC1-08002BE10318}", "{4D36E97D-E325-11CE-BFC1-08002BE10319}"),
    ("1233", "CatalogFile = userport.cat\r\n", ""),
    ("1233", "userport.cat", "other.cat"),
    ("PnpLockdown", "PnpLockdown = 1", "PnpLockdown = 0"),
    ("DriverVer", "DriverVer   = ", "DriverVer   = 13."),
    ("DriverVer", f"/{TODAY[:4]},", f"/{int(TODAY[:4]) + 1},"),
    ("1212", "[Strings]", "[Manufacturer]\r\n%Provider% = Models,NTamd64\r\n\r\n[Strings]"),
    ("1297", "[DefaultInstall.NTamd64]", "[Manufacturer]"),
    ("primitive: DefaultInstall", "[DefaultInstall.NTamd64]", "[DefaultInstall]"),
    ("primitive: DefaultInstall", "[DefaultInstall.NTamd64]", "[Install.NTamd64]"),
    ("primitive: processor", "[DefaultInstall.NTamd64]", "[DefaultInstall.NTx86]"),
    ("primitive: LegacyUninstall", "[DefaultUninstall.NTamd64]\r\nLegacyUninstall = 1\r\n", "[DefaultUninstall.NTamd64]\r\n"),
    ("primitive: LegacyUninstall", "[DefaultUninstall.NTamd64.Services]\r\nLegacyUninstall = 1\r\n", "[DefaultUninstall.NTamd64.Services]\r\n"),
    ("1285", "[Strings]", "[ClassInstall32.NTamd64]\r\n\r\n[Strings]"),
    ("1300", "CopyFiles = Driver.Files", "CopyFiles = Driver.Files\r\nLogConfig = Driver.Files"),
    ("1302", "AddService = UserPort", "DelService = giveio\r\nAddService = UserPort"),
    ("1303", "HKR,,IOPM,", "HKR,,CoInstallers32,0x00010000,x.dll\r\nHKR,,IOPM,"),
    ("1203", "CopyFiles = Driver.Files", "CopyFiles = userport.sys"),
    ("1203", "AddReg        = Driver.List", "AddReg        = Driver.Lists"),
    ("1205", "AddReg = Driver.EventSource", "AddReg = Driver.List"),
    ("2083", "AddReg        = Driver.List\r\n", ""),
    ("2083", "userport.sys = 1", "userport.sys = 1\r\nother.sys = 1"),
    ("1235", "%Display%", "%DisplayName%"),
    ("1235", "0x00020000,%13%", "0x00020000,%SystemRoot%"),
    ("1230", "userport.sys = 1", "userport2.sys = 1"),
    ("1230", "userport.sys = 1", "userport.sys = 2"),
    ("1306", "DefaultDestDir = 13", "DefaultDestDir = 12"),
    ("1306", "DefaultDestDir = 13", "Other.Files = 13"),
    ("1100", "DefaultDestDir = 13", "DefaultDestDir = 13,drivers"),
    ("1304", "HKR,,TypesSupported", "HKLM,SYSTEM,TypesSupported"),
    ("1221", "HKR,,TypesSupported", "HKLM,SYSTEM\\CurrentControlSet\\Services\\UserPort,TypesSupported"),
    ("1305", "HKR,,TypesSupported,0x00010001,7", "HKR,,Sources,0x00010008,UserPort"),
    ("133x", "HKR,,TypesSupported,0x00010001,7", "HKR,,EventMessageFile,0x00020000,other"),
    ("133x", "AddService = UserPort,,Driver.Service,Driver.EventLog", "AddService = UserPort,,Driver.Service,Driver.EventLog\r\n" * 2),
    ("AddService", "ErrorControl  = 1 ; SERVICE_ERROR_NORMAL\r\n", ""),
    ("AddService", "ServiceBinary = %13%\\userport.sys", "ServiceBinary = %13%\\other.sys"),
    ("AddService", "ServiceBinary = %13%\\userport.sys", "ServiceBinary = %12%\\userport.sys"),
    ("AddService", "AddService = UserPort,,Driver.Service,Driver.EventLog\r\n", ""),
]


def rules_kept():
    same("faults", [], list(inf_rules.faults(DATA, FILES, TODAY)))


def finder(rule):
    def find():
        for number, (_, old, new) in enumerate(mistake for mistake in MISTAKES if mistake[0] == rule):
            need(DATA.count(old.encode()) == 1 or "\r\n" in old, f"{old!r} is not there once")
            broken = DATA.replace(old.encode(), new.encode(), 1)
            need(broken != DATA, f"mistake {number} changes nothing")
            found = list(inf_rules.faults(broken, FILES, TODAY))
            need(rule in {name for name, _ in found}, f"{new!r} instead of {old!r} was not found; found was {found}")
    return find


def every_rule_tried():
    named = set(re.findall(r'yield \(?"([^"]+)"', (ROOT / "tests/dist/inf_rules.py").read_text())) | {"1297"}
    same_names("rules with a mistake", named, {rule for rule, _, _ in MISTAKES})


def constant(name):
    """The text of a macro that is made of wide strings and other macros."""
    match = re.search(rf"^#define {name}\s+(.*)$", HEADERS, re.M)
    need(match, f"the code has no {name}")
    return "".join(part[2:-1] if part.startswith("L") and part.endswith('"') else part[1:-1] if part.startswith('"') else constant(part)
                   for part in re.findall(r'L?"[^"]*"|\w+', match.group(1))).replace("\\\\", "\\")


def created():
    """The arguments of the installer's CreateServiceW."""
    found = re.findall(r"= CreateServiceW\(([^;]*)\);", CODE)
    same("calls of CreateServiceW", 1, len(found))
    return [argument.strip() for argument in found[0].split(",")]


def registry(section):
    return {line.values[2]: (int(line.values[3], 0), line.values[4:]) for line in INF.lines(section)}


def same_service():
    arguments = created()
    (service, section, events), = INF.services()
    same("section", SERVICE, section.lower())
    same("service", constant(arguments[1]), service)
    same("display name", constant(arguments[2]), INF.one(section, "displayname"))
    for key, number in (("servicetype", 4), ("starttype", 5), ("errorcontrol", 6)):
        same(key, NUMBERS[arguments[number]], int(INF.one(section, key)))
    same("group, tag, dependencies, account, password", ["NULL"] * 5, arguments[8:])
    same_names("keys", {"displayname", "servicetype", "starttype", "errorcontrol", "servicebinary", "addreg"}, {line.key for line in INF.lines(section)})
    need("SERVICE_CONFIG_DESCRIPTION" not in CODE, "the installer describes the service: say so in the INF")
    same("deleted service", [service, "0x204"], INF.one(f"{inf_rules.UNINSTALL}.services", "delservice").split(","))
    same("event log", "driver.eventlog", events.lower())


def same_file():
    same("file", [constant("UP_DRIVER_FILE")], [name for name, _ in INF.copied()])
    same("path", constant("UP_DRIVER_IMAGE_PATH").replace("\\SystemRoot\\System32\\drivers", "%13%"), INF.one(SERVICE, "servicebinary"))


def same_list():
    values = registry("driver.list")
    same_names("values", [constant("UP_VALUE_IOPM")], values)
    flags, digits = values[constant("UP_VALUE_IOPM")]
    same("type of the list, which replaces none", REG_BINARY | KEEP, flags)
    ports = {port for number, digit in enumerate(digits) for port in range(8 * number, 8 * number + 8) if not int(digit, 16) >> port % 8 & 1}
    body = re.search(r"bool up_settings_write_default.*?^}", CODE, re.S | re.M).group(0)
    granted = [(int(first, 16), int(last, 16)) for first, last in re.findall(r"up_portset_grant\(&ports, (\w+), (\w+)\)", body)]
    need(len(granted) == 3 and body.count("RegSetValueExW") == 1 and "ERROR_FILE_NOT_FOUND" in body, "the installer's list is made otherwise now")
    same("ports", sorted(port for first, last in granted for port in range(first, last + 1)), sorted(ports))


def same_event_source():
    """AddService puts a source below EventLog\\System with the service's name, if it is not told otherwise."""
    same("key", f"{constant('UP_SERVICES_KEY')}\\EventLog\\System\\{constant('UP_SERVICE_NAME')}", constant("UP_EVENT_KEY"))
    same("type and name of the log", 4, len(INF.all(f"{inf_rules.INSTALL}.services", "addservice")[0]))
    values = registry("driver.eventsource")
    body = re.search(r"bool up_event_source_make.*?^}", CODE, re.S | re.M).group(0)
    same_names("values", re.findall(r'RegSetValueExW\(key, L"(\w+)"', body), values)
    file = constant("MESSAGE_FILE").replace("%SystemRoot%\\System32\\drivers", "%13%")
    same("EventMessageFile", (REG_EXPAND_SZ, [file]), values["EventMessageFile"])
    types = sum(NUMBERS[name] for name in re.findall(r"EVENTLOG_\w+", re.search(r"#define TYPES_SUPPORTED (.*)", CODE).group(1)))
    same("TypesSupported", (REG_DWORD, [str(types)]), values["TypesSupported"])


def same_release():
    resources = (ROOT / "driver/userport.rc").read_text()
    same("provider", re.search(r'"CompanyName", "([^"\\]*)', resources).group(1), INF.one("version", "provider"))
    same("version", f"{time.strftime('%m/%d/%Y', time.gmtime(EPOCH))},{VERSION.split('-')[0]}.0", INF.one("version", "driverver"))


run_cases([
    ("the INF keeps every rule", rules_kept),
    *((f"a mistake is found: rule {rule}", finder(rule)) for rule in dict.fromkeys(rule for rule, _, _ in MISTAKES)),
    ("each rule has a mistake that it finds", every_rule_tried),
    ("service: name, text, type, start and error control are those of userportctl install", same_service),
    ("file: the driver's, in the driver store instead of System32\\drivers", same_file),
    ("list of ports: the installer's, and none that is there is replaced", same_list),
    ("source of the event log: the installer's", same_event_source),
    ("provider and version are those of the driver", same_release),
])
