# SPDX-License-Identifier: MIT
"""read, write, watch, test through the fake driver's ports (tests/wine/fake/fake.h), and what ports says of devices."""

import json
import pathlib
import re
import subprocess
import sys
import time

from ctl import expect

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))
import cards as table  # noqa: E402

COUNTER, SLOW = "E000", "E030"


def run(ctl, tap):
    ctl("install")
    ctl("set", "lpt1", "speaker", "300-30F", "E000-E003", "FFFF")
    ctl("scope", "all")
    ctl("start")
    tap.case("write, read: 8 bits", lambda: quiet(ctl("write", "378", "5A")) or expect(ctl("read", "378"), 0, "378: 5A\n"))
    tap.case("write: the last of several values stays", lambda: quiet(ctl("write", "378", "1", "2", "0xF0")) or expect(ctl("read", "lpt1"), 0, "378: F0\n"))
    tap.case("write, read: 16 bits", lambda: quiet(ctl("write", "300.w", "1234")) or expect(ctl("read", "300.w"), 0, "300: 1234\n") or
             expect(ctl("read", "300-301"), 0, "300: 34\n301: 12\n"))
    tap.case("write, read: 32 bits", lambda: quiet(ctl("write", "304.l", "89ABCDEFh")) or expect(ctl("read", "304.L"), 0, "304: 89ABCDEF\n"))
    tap.case("read: the last port", lambda: quiet(ctl("write", "FFFF", "7")) or expect(ctl("read", "ffffh"), 0, "FFFF: 07\n"))
    tap.case("read COUNT: so many reads of one port", lambda: quiet(ctl("write", "E000.l", "0")) or expect(ctl("read", "E000", "5"), 0, "E000: 01 02 03 04 05\n"))
    tap.case("read: 2000 times", lambda: None if ctl("read", "378", "2000").out == "378:" + " F0" * 2000 + "\n" else "no")
    tap.case("read --json", lambda: None if ctl("read", "300-301", "2", "--json").json() == {
        "backend": "ioctl", "width": 8, "ports": [{"port": 768, "values": [52, 52]}, {"port": 769, "values": [18, 18]}]} else "no")
    tap.case("write --json", lambda: None if ctl("write", "300.w", "1", "2", "--json").json() == {
        "backend": "ioctl", "width": 16, "port": 768, "written": 2} else "no")
    tap.case("read: not granted, and the command that grants it", lambda: expect(
        ctl("read", "310"), 1, err=["port 310 is not granted", "userportctl grant 310"]))
    tap.case("read: the second byte is not granted", lambda: expect(ctl("read", "30F.w"), 1, err="userportctl grant 310"))
    tap.case("read: a range that ends in a denied port prints nothing", lambda: quiet_out(ctl("read", "30E-311"), "port 310 is not granted"))
    tap.case("write: not granted, nothing is written", lambda: expect(ctl("write", "310", "1"), 1, err="userportctl grant 310"))
    tap.case("write: one bad value, nothing is written", lambda: expect(ctl("write", "378", "11", "22", "100"), 2) or
             expect(ctl("read", "378"), 0, "378: F0\n"))
    tap.case("read 888: a note, and what was meant", lambda: expect(ctl("read", "888"), 1, err=[
        "hexadecimal", "port 888 is not granted", "If you mean LPT1: userportctl read 378"], no_err="userportctl grant"))
    tap.case("test lpt 888: the same", lambda: expect(ctl("test", "lpt", "888"), 1, err=[
        "needs the ports 888-88A, which are not granted", "If you mean LPT1: userportctl test lpt 378"], no_err="userportctl grant"))
    tap.case("--backend ioctl", lambda: expect(ctl("read", "--backend", "ioctl", "378"), 0, "378: F0\n"))
    tap.case("--backend direct: not on 64-bit Windows", lambda: quiet_out(ctl("read", "--backend=direct", "378"), [
        "by --backend direct: no 64-bit program can run IN and OUT itself", "Leave --backend out"]))
    tests(ctl, tap)
    watches(ctl, tap)


def quiet(result):
    return expect(result, 0) or (str(result) if result.out + result.err else "")


def quiet_out(result, said):
    return expect(result, 1, err=said) or (str(result) if result.out else "")


def tests(ctl, tap):
    ctl("write", "37A", "0C")
    tap.case("test lpt: what it read back", lambda: expect(ctl("test", "lpt"), 0, "0C before, 08 during, 0C after"))
    tap.case("test lpt 1, test lpt 378, test lpt lpt1", lambda: expect(ctl("test", "lpt", "1"), 0) or
             expect(ctl("test", "lpt", "378"), 0) or expect(ctl("test", "lpt", "lpt1"), 0))
    tap.case("test lpt1, test LPT1: the same", lambda: expect(ctl("test", "lpt1"), 0, "0C before, 08 during") or
             expect(ctl("test", "LPT1"), 0, "0C before, 08 during"))
    tap.case("test LPT2: the same as lpt 2", lambda: quiet_out(ctl("test", "LPT2"), "userportctl grant 278-27A"))
    tap.case("test lpt: no line is longer than 79 columns", lambda: [line for line in ctl("test", "lpt").out.splitlines() if len(line) > 79])
    tap.case("test lpt --json", lambda: None if ctl("test", "lpt", "--json").json()["control_during"] == 8 else "no")
    tap.case("test lpt 2: not granted, and the command", lambda: quiet_out(ctl("test", "lpt", "2"), [
        "278-27A, which are not granted", "userportctl grant 278-27A"]))
    ctl("revoke", "37A")
    tap.case("test lpt: one port is not granted", lambda: expect(ctl("test", "lpt"), 1, err=["of which 37A is not granted", "grant 37A"]))
    ctl("grant", "37A")
    tap.case("test speaker: the fake's timer stands still, which is said: exit 1", lambda: expect(ctl("test", "speaker"), 1, ["Played", "has to toggle"]) or
             expect(ctl("test", "spkr"), 1, ["Played", "has to toggle"]))
    for event, name in ((1, "Ctrl-Break"), (2, "the console is closed"), (5, "the user logs off")):
        tap.case(f"test speaker: {name}: port 61 is put back", lambda event=event: ended_by(ctl, event))
    ctl("revoke", "speaker")
    tap.case("test speaker: not granted, and the command", lambda: expect(ctl("test", "speaker"), 1, err="userportctl grant 42-43, 61"))


def ended_by(ctl, event):
    """The tune sounds, the console tells of its end: the program puts port 61 back and says so before it ends."""
    ctl("write", "61", "0")
    process = ctl.start("test", "speaker", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    end = time.monotonic() + 30
    while process.poll() is None and ctl("read", "61").out != "61: 03\n" and time.monotonic() < end:
        pass
    sounded = process.poll() is None
    sent = ctl.client("control", "userportctl.exe", event)
    _, err = process.communicate(timeout=60)
    said = b"The tune was cancelled. Port 61 was put back as it was found." in err
    if not sounded or sent.out != "ended with 1\n" or process.returncode != 1 or not said:
        return f"{sounded} {sent} {process.returncode} {err}"
    return expect(ctl("read", "61"), 0, "61: 00\n")


def watches(ctl, tap):
    ctl("write", "E000.l", "0")
    tap.case("watch: values and changes", lambda: watch_lines(ctl("watch", "--interval", "20", "--count", "3", COUNTER, "378")))

    def as_json():
        lines = [json.loads(line) for line in ctl("watch", "--interval", "20", "--count", "2", COUNTER, "--json").out.splitlines()]
        return None if [(l["from"], l["to"]) for l in lines[1:]] == [(lines[0]["to"] + n, lines[0]["to"] + n + 1) for n in (0, 1)] and lines[0]["from"] is None else lines

    tap.case("watch --json: an object a line", as_json)
    tap.case("watch: not faster than the interval", lambda: slow(ctl))

    def stopped():
        process = ctl.start("watch", "378", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.readline()
        ctl("revoke", "378")
        _, err = process.communicate(timeout=60)
        ctl("grant", "378")
        return None if process.returncode == 1 and b"port 378 is not granted" in err else f"{process.returncode} {err}"

    tap.case("watch: ends when the port is revoked", stopped)

    def gone(end):
        """Whatever it meets, of a stop that has just begun, or of one that is over: one sentence."""
        process = ctl.start("watch", "--interval", "20", "378", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.readline()
        end()
        _, err = process.communicate(timeout=60)
        said = b"userportctl: UserPort was stopped" in err and b"Start it again, as an administrator: userportctl start" in err
        return None if process.returncode == 1 and said and err.count(b"\n") == 2 else f"{process.returncode} {err}"

    for name, end, again in (("stopped", lambda: ctl("stop"), "start"), ("stopped by sc", lambda: ctl.wine("sc", "stop", "UserPort"), "start"),
                             ("suspended", lambda: ctl.client("suspend"), "apply"), ("uninstalled", lambda: ctl("uninstall"), "install")):
        tap.case(f"watch: the driver is {name}", lambda end=end: gone(end))
        ctl(again)
    ctl("start")
    ctl("set", "lpt1", "300-30F", "E000-E003")
    tap.case("watch: Ctrl-C ends it with 0", lambda: expect(ctl.console("watch", "378", keys=b"\x03", wait_for="378: "), 0, "378: "))


def watch_lines(result):
    lines = result.out.splitlines()
    good = len(lines) == 5 and [line.split("  ")[-1] for line in lines[2:]] == ["E000: 01 -> 02", "E000: 02 -> 03", "E000: 03 -> 04"]
    return expect(result, 0) or (None if good else str(result))


def slow(ctl):
    begin = time.monotonic()
    ctl("watch", "--interval", "300", "--count", "4", COUNTER)
    took = time.monotonic() - begin
    return None if took >= 1.2 else f"{took} s"


# ---- devices -----------------------------------------------------------------------------------------------------------


def number(value, size):
    return list(value.to_bytes(size, "little"))


def descriptor(kind, flags, start, length, size):
    data = [kind, 0, *number(flags, 2), *number(start, 8), *number(length, 4)]
    return data + [0] * (size - len(data))


def resources(descriptors, count=None):
    """A REG_RESOURCE_LIST with one list."""
    body = [byte for one in descriptors for byte in one]
    return number(1, 4) + number(5, 4) + number(0, 4) + number(1, 2) + number(1, 2) + number(len(descriptors) if count is None else count, 4) + body


def value(name, data):
    return f'"{name}"=hex(8):' + ",".join(f"{byte:02x}" for byte in data) + "\n"


ENUM = r"HKEY_LOCAL_MACHINE\System\CurrentControlSet\Enum"


def devices(ctl, tap):
    tap.case("ports: the known ones, their hazards", lambda: expect(ctl("ports"), 0, ["lpt1", "378-37F", "hazard: can "]))
    card = [descriptor(1, 1, 0xD010, 8, 20), descriptor(2, 0, 7, 7, 20), descriptor(1, 1, 0xD000, 8, 20)]
    specific = descriptor(5, 0, 6, 0, 20)[:4] + number(6, 4) + [0] * 12 + [1, 2, 3, 4, 5, 6]
    ctl.import_reg(
        f"[{ENUM}\\PCI\\VEN_9710&DEV_9900\\4&1]\n\"DeviceDesc\"=\"@oem3.inf,%name%;PCI Parallel Port\"\n" +
        f"[{ENUM}\\PCI\\VEN_9710&DEV_9900\\4&1\\Control]\n" + value("AllocConfig", resources(card)) +
        f"[{ENUM}\\ACPI\\PNP0501\\1]\n\"FriendlyName\"=\"Communications Port (COM1)\"\n\"DeviceDesc\"=\"no\"\n" +
        f"[{ENUM}\\ACPI\\PNP0501\\1\\Control]\n" + value("AllocConfig", resources([descriptor(1, 1, 0x3F8, 8, 16), specific[:20][:16] + specific[20:]])) +
        f"[{ENUM}\\ACPI\\BAD0001\\1\\Control]\n" + value("AllocConfig", resources(card, 99)) +
        f"[{ENUM}\\ACPI\\BAD0002\\1\\Control]\n" + value("AllocConfig", resources(card)[:-1]) +
        f"[{ENUM}\\ACPI\\BAD0003\\1\\Control]\n" + value("AllocConfig", resources([descriptor(1, 1, 0xFFFC, 8, 20)])) +
        f"[{ENUM}\\ACPI\\BAD0004\\1\\Control]\n" + value("AllocConfig", resources([descriptor(1, 1, 0x1000100, 8, 20)])) +
        f"[{ENUM}\\ACPI\\BAD0005\\1\\Control]\n" + value("AllocConfig", resources([descriptor(1, 0, 0x100, 8, 20)])) +
        f"[{ENUM}\\ACPI\\BAD0006\\1\\Control]\n" + value("AllocConfig", [1, 0]) +
        f"[{ENUM}\\ACPI\\BAD0007\\1\\Control]\n" + value("AllocConfig", number(0xFFFFFFFF, 4)) +
        f"[{ENUM}\\ACPI\\BAD0008\\1\\Control]\n\"AllocConfig\"=\"text\"\n" +
        f"[{ENUM}\\ROOT\\GONE\\1]\n\"DeviceDesc\"=\"not there\"\n")
    for name, data in ((r"\Device\ParallelPort0.Raw", resources([descriptor(1, 1, 0x378, 3, 16)])),
                       (r"\Device\ParallelPort0.Translated", resources([descriptor(1, 1, 0x378, 3, 16)])),
                       (r"\Device\Serial0.Raw", resources([descriptor(1, 1, 0x3F8, 8, 16)]))):
        ctl.client("volatile", r"Hardware\ResourceMap\LOADED PARALLEL DRIVER RESOURCES", "x", "00")
        ctl.client("volatile", r"Hardware\ResourceMap\LOADED PARALLEL DRIVER RESOURCES\Parport", name, bytes(data).hex())
    wanted = [
        {"name": "Communications Port (COM1)", "id": r"ACPI\PNP0501\1", "region": 0, "ports": "3F8-3FF", "first": 0x3F8, "last": 0x3FF, "granted": "no"},
        {"name": "PCI Parallel Port", "id": r"PCI\VEN_9710&DEV_9900\4&1", "region": 0, "ports": "D010-D017", "first": 0xD010, "last": 0xD017, "granted": "no"},
        {"name": "PCI Parallel Port", "id": r"PCI\VEN_9710&DEV_9900\4&1", "region": 1, "ports": "D000-D007", "first": 0xD000, "last": 0xD007, "granted": "no"},
        {"name": r"\Device\ParallelPort0", "id": r"LOADED PARALLEL DRIVER RESOURCES\Parport", "region": 0, "ports": "378-37A", "first": 0x378, "last": 0x37A, "granted": "yes"},
    ]
    ctl("install")
    ctl("set", "lpt1")

    def found():
        listed = ctl("ports", "--json").json()["devices"]
        return None if listed == wanted else listed

    tap.case("ports: a card's regions in their order, a port with a driver of NT 4.0, and no word of values that are damaged", found)
    tap.case("ports: the card's lines", lambda: expect(ctl("ports"), 0, [r"no       D010-D017  0       PCI Parallel Port  [PCI\VEN_9710", r"no       D000-D007  1       PCI Parallel Port  [PCI",
                                                                                      "run --map 378-37F=D010 PROGRAM"]))
    cards(ctl, tap)
    tap.case("ports: a card, and UserPort is not installed", lambda: not_installed(ctl))
    card_tests(ctl, tap)


def cards(ctl, tap):
    """The table of cards: each as Plug and Play writes it, as many at once as the program lists."""
    for batch in table.batches():
        tap.case(f"ports: the cards {batch[0].name} to {batch[-1].name}", lambda batch=batch: as_registry(ctl, batch))
    tap.case("ports: a card with memory between its ports is the first that is shown", lambda: with_memory(ctl))
    tap.case("ports --json: a card with two printer ports", lambda: as_json(ctl))
    tap.case("ports: a card that is not known, and one whose printer port is not", lambda: not_known(ctl))
    tap.case("ports: a serial card is no printer port card", lambda: serial(ctl))


def instance(vendor, device, subsystem, ranges, number=1):
    """The text of a .reg file for one PCI device. ranges: type, first, length."""
    key = f"{ENUM}\\PCI\\VEN_{vendor:04X}&DEV_{device:04X}&SUBSYS_{subsystem:08X}&REV_10\\4&{number}"
    made = [descriptor(kind, 1 if kind == 1 else 0, first, length, 20) for kind, first, length in ranges] + [descriptor(2, 0, 7, 7, 20)]
    return f"[{key}]\n\"DeviceDesc\"=\"PCI Device\"\n[{key}\\Control]\n" + value("AllocConfig", resources(made))


def only(ctl, text):
    ctl.import_reg(f"[-{ENUM}\\PCI]\n" + text)


def as_registry(ctl, batch):
    """Name, address, ECP registers and commands of each, and what the list of devices says of its ranges; in whatever order the
    registry has them."""
    only(ctl, "".join(instance(made.vendor, made.device, made.subdevice << 16 | made.subvendor, [(1, first, 8) for first in made.registers], number)
                      for number, made in enumerate(batch)))
    first, rest = ctl("ports").out.split("GRANTED  NAME", 1)
    said = re.findall(r"Printer port card: .*?\n\n", first, re.S)
    wanted = re.findall(r"Printer port card: .*?\n\n", "".join(map(table.text, batch)), re.S)
    if "".join(said) != first or sorted(said) != sorted(wanted):
        return f"{first}\nis not\n{''.join(wanted)}"
    below = sorted(line.strip() for line in rest.splitlines() if line.startswith(" " * 27 + " "))
    wanted = sorted(line for made in batch for line in table.lines(made))
    return None if below == wanted else f"{below}\nis not\n{wanted}"


def with_memory(ctl):
    only(ctl, instance(0x1C00, 0x3050, 0x30501C00, [(1, 0xE000, 256), (3, 0xF0000000, 0x8000), (1, 0xE100, 4)]))
    return expect(ctl("ports"), 0, ["Printer port card: WCH CH382, at E100-E103\n"
                                    "  grant it              userportctl grant E100-E103\n"
                                    "  test it               userportctl test lpt E100\n"
                                    "  run what knows 378    userportctl run --map 378-37B=E100 PROGRAM\n\nGRANTED  NAME",
                                    "the printer port of this WCH CH382"]) or \
        (None if ctl("ports").out.startswith("Printer port card: WCH CH382") else "it is not the first") or \
        expect(ctl("grant", "E100-E103"), 0) or expect(ctl("ports"), 0, "at E100-E103\n  test it") or expect(ctl("revoke", "E100-E103"), 0)


def as_json(ctl):
    only(ctl, instance(0x9710, 0x9815, 0x00201000, [(1, 0xD000 + 8 * i, 8) for i in range(4)]))
    port, ecp = ({"ports": f"{first:X}-{last:X}", "first": first, "last": last, "granted": "no"} for first, last in ((0xD000, 0xD007), (0xD008, 0xD00A)))
    wanted = [{"name": "MosChip MCS9815", "id": r"PCI\VEN_9710&DEV_9815&SUBSYS_00201000&REV_10\4&1", "number": 1, **port, "ecp": ecp,
               "map": "378-37F=D000, 778-77A=D008", "note": None}]
    port, ecp = ({"ports": f"{first:X}-{last:X}", "first": first, "last": last, "granted": "no"} for first, last in ((0xD010, 0xD017), (0xD018, 0xD01A)))
    wanted.append({**wanted[0], "number": 2, **port, "ecp": ecp, "map": "378-37F=D010, 778-77A=D018"})
    said = ctl("ports", "--json").json()["cards"]
    return None if said == wanted else f"{said}, not {wanted}"


def not_known(ctl):
    only(ctl, instance(0x1234, 0x5678, 0x00011234, [(1, 0xE000, 8)]).replace("PCI Device", "PCI Parallel Port") +
         instance(0x14D2, 0x8002, 0x000114D2, [(1, 0xE100, 8)]))
    shown = ctl("ports")
    return expect(shown, 0, ["a card that is not known here, 1234:5678", "--map 378-37F=E000 PROGRAM",
                             "a Titan VScom 020L, whose printer port may be any of its ranges", "--map 378-37F=E100 PROGRAM"]) or \
        (str(shown) if "Printer port card:" in shown.out else None)


def serial(ctl):
    """QEMU's pci-serial, by its numbers, as Windows names it."""
    only(ctl, instance(0x1B36, 0x0002, 0x11001AF4, [(1, 0xC040, 8)]).replace("PCI Device", "PCI Serial Port"))
    shown = ctl("ports")
    return expect(shown, 0, "no       C040-C047  0       PCI Serial Port  [PCI\\VEN_1B36", no_out=["Printer port card", "not known here", "if it is"]) or \
        (None if shown.out.startswith("GRANTED  NAME") and ctl("ports", "--json").json()["cards"] == [] else str(shown))


def not_installed(ctl):
    only(ctl, instance(0x1415, 0xC110, 0xC1101415, [(1, 0xD100, 8), (1, 0xD000, 4)]))
    ctl("uninstall")
    said = ctl("ports").out
    good = said.startswith("UserPort is not installed. Before the commands for the card: userportctl install, then\nuserportctl start.\n\nPrinter port card: ")
    return None if good else said


SILENT = "E090"  # fake.h


def card_tests(ctl, tap):
    """test lpt finds the card: LPT1 is as where nothing is, or is not granted."""
    only(ctl, instance(0x1415, 0xC110, 0xC1101415, [(1, 0xD100, 8), (1, 0xD000, 4)]))
    ctl("install")
    ctl("set", "lpt1", "D100-D107", "E090-E093")
    ctl("start")
    ctl("write", "D102", "0C")
    ctl("write", "37A", "0C")
    tap.case("test lpt: LPT1 answers, so that it is tested, not the card", lambda: expect(ctl("test", "lpt"), 0, "Control register 37A: 0C before", no_err="card"))
    ctl("write", f"{SILENT}.w", "378")
    tap.case("test lpt: LPT1 does not answer: the card is tested, and it is said", lambda: expect(ctl("test", "lpt"), 0, [
        "LPT1 (378) does not answer: testing the printer port of the card", "Oxford", "OXPCIe952, at D100.", "Control register D102: 0C before, 08 during"]))
    tap.case("test lpt --json: the card and its base", lambda: None if (lambda said: (said["base"], said["card"], said["as_expected"]))(
        ctl("test", "lpt", "--json").json()) == (0xD100, "Oxford OXPCIe952", True) else str(ctl("test", "lpt", "--json")))
    tap.case("test lpt 1, test lpt 378: LPT1 was asked for", lambda: expect(ctl("test", "lpt", "1"), 1, "there is no printer port at 378") or
             expect(ctl("test", "lpt", "378"), 1, "there is no printer port at 378") or expect(ctl("test", "lpt1"), 1, "there is no printer port at 378"))
    ctl("revoke", "D100-D107")
    tap.case("test lpt: the card is not granted: a note", lambda: expect(ctl("test", "lpt"), 1, "there is no printer port at 378",
                                                                       err="a card is here, Oxford OXPCIe952, with its printer port at D100: userportctl test lpt D100"))
    ctl("revoke", "lpt1")
    tap.case("test lpt: neither is granted: a note, and how LPT1 is", lambda: expect(ctl("test", "lpt"), 1, err=["a card is here", "userportctl grant 378-37A"]))
    ctl("grant", "D100-D102")
    tap.case("test lpt: LPT1 is not granted, the card is", lambda: expect(ctl("test", "lpt"), 0, [
        "LPT1 (378) is not granted: testing the printer port of the card", "Control register D102: 0C before"]))
    ctl.put_tool()
    for text, routes in (("card", "378-37F=D100"), ("lpt1=CARD", "378-37F=D100"), ("3BC=card, 278=none", "278=none, 3BC=D100"),
                         ("card,778-77A=D000", "378-37F=D100, 778-77A=D000")):
        tap.case(f"program add --map {text}: the card's address", lambda text=text, routes=routes: expect(
            ctl("program", "add", "tool", "--path", "lpttool.exe", "--map", text), 0) or expect(ctl("program", "list"), 0, routes))
    tap.case("program add --map cards, card=378, discard: no such word", lambda: [text for text in ("cards", "card=378", "discard", "378=discard") if expect(
        ctl("program", "add", "tool", "--path", "lpttool.exe", "--map", text), 2)])
    only(ctl, instance(0x1415, 0xC110, 0xC1101415, [(1, 0xD100, 8), (1, 0xD000, 4)]) + instance(0x1407, 0x8000, 0x80001407, [(1, 0xE100, 8)]))
    two_cards(ctl, tap)
    tap.case("program add --map card: there are two", lambda: expect(ctl("program", "add", "tool", "--path", "lpttool.exe", "--map", "card"), 2,
                                                                     err='"card": there are 2 printer ports of cards, at E100, D100: give the address'))
    only(ctl, "")
    tap.case("program add --map card: there is none", lambda: expect(ctl("program", "add", "tool", "--path", "lpttool.exe", "--map", "card"), 2,
                                                                     err='"card": no printer port card is known to be here'))
    tap.case("test lpt: without a card as before", lambda: expect(ctl("test", "lpt"), 1, err="userportctl grant 378-37A", no_err="card"))


def two_cards(ctl, tap):
    """An Oxford at D100 and a Lava at E100: what is reset is not for the program to guess."""
    both = ["a card is here, Oxford OXPCIe952, with its printer port at D100: userportctl test lpt D100",
            "a card is here, Lava Parallel, with its printer port at E100: userportctl test lpt E100"]
    ctl("set", "lpt1", "D100-D107", "E090-E093")
    tap.case("test lpt: of two cards the one that is granted", lambda: expect(ctl("test", "lpt"), 0, "testing the printer port of the card, Oxford OXPCIe952, at D100.") or
             expect(ctl("set", "lpt1", "E100-E107", "E090-E093"), 0) or
             expect(ctl("test", "lpt"), 0, ["testing the printer port of the card, Lava Parallel, at E100.", "Control register E102:"]))
    ctl("grant", "D100-D107")
    tap.case("test lpt: of two that are granted none, and both are named", lambda: untouched(ctl, lambda: expect(
        ctl("test", "lpt"), 1, "there is no printer port at 378", both, no_out="testing")))
    ctl("revoke", "lpt1")
    tap.case("test lpt: two, and LPT1 is not granted", lambda: untouched(ctl, lambda: expect(ctl("test", "lpt"), 1, err=both + ["userportctl grant 378-37A"])))
    ctl("revoke", "D100-D107,E100-E107")
    tap.case("test lpt: two, and nothing is granted", lambda: expect(ctl("test", "lpt"), 1, err=both + ["userportctl grant 378-37A"]))


def untouched(ctl, check):
    """The control registers of both are as they were: the test would have raised INIT."""
    ctl("write", "D102", "0")
    ctl("write", "E102", "0")
    return check() or expect(ctl("read", "D102"), 0, "D102: 00\n") or expect(ctl("read", "E102"), 0, "E102: 00\n")
