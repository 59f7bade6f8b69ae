# SPDX-License-Identifier: MIT
"""The list: each change looked up in the registry, and in the driver by a read."""

from ctl import SERVICE, expect

LPT1 = set(range(0x378, 0x380))


def after(ctl, result, status, ports, out=(), err=(), **more):
    """What is wrong with a change: its result, or the list that is in the registry now."""
    wrong = expect(result, status, out, err, **more)
    now = ctl.ports()
    return wrong or ("" if now == ports else f"the list has {len(now or ())} ports: {sorted(now or ())[:20]}\n{result}")


def run(ctl, tap):
    ctl("install")
    ctl("set", "lpt1")
    ctl("start")
    changes(ctl, tap)
    hazards(ctl, tap)
    files(ctl, tap)
    damaged(ctl, tap)
    scopes(ctl, tap)
    ctl("set", "lpt1")
    ctl("scope", "all")


def changes(ctl, tap):
    tap.case("list: ranges, and what is there", lambda: expect(ctl("list"), 0, "378-37F    printer port LPT1\n"))
    tap.case("list --short", lambda: None if ctl("list", "--short").out == "378-37F\n" else "no")
    tap.case("grant: several arguments are one list", lambda: after(
        ctl, ctl("grant", "speaker,", "300", "-", "302", "0x61"), 0, LPT1 | {0x42, 0x43, 0x61, 0x300, 0x301, 0x302},
        ["granted: 42-43 (PC speaker", "300-302 (NE2000", "In force now."]))
    tap.case("grant: in force at once", lambda: expect(ctl("read", "302"), 0, "302: "))
    tap.case("grant: what is granted already is no change", lambda: expect(ctl("grant", "300"), 0, "nothing to change: 300 "))
    tap.case("revoke: at once", lambda: expect(ctl("read", "301"), 0) or after(ctl, ctl("revoke", "301"), 0, LPT1 | {0x42, 0x43, 0x61, 0x300, 0x302},
                                              ["revoked: 301", "In force now."]) or expect(ctl("read", "301"), 1, err="port 301 is not granted"))
    tap.case("revoke: what is not granted is no change", lambda: expect(ctl("revoke", "301"), 0, "nothing to change: 301 "))
    tap.case("set: this list and no other", lambda: after(ctl, ctl("set", "lpt1"), 0, LPT1, "revoked: 42-43"))
    tap.case("set: the same again", lambda: after(ctl, ctl("set", "378-37f"), 0, LPT1, "nothing to change"))
    tap.case("grant --dry-run: changes nothing", lambda: after(ctl, ctl("grant", "--dry-run", "200"), 0, LPT1, "would be granted: 200"))
    tap.case("revoke --dry-run: changes nothing", lambda: after(ctl, ctl("revoke", "--dry-run", "378"), 0, LPT1, "would be revoked: 378"))
    tap.case("grant --no-apply: written, not in force", lambda: after(
        ctl, ctl("grant", "--no-apply", "200"), 0, LPT1 | {0x200}, "Not applied yet: userportctl apply") or
             expect(ctl("read", "200"), 1, err="port 200 is not granted") or expect(ctl("status"), 1, "not in force"))
    tap.case("grant: the same without --no-apply puts it in force", lambda: after(
        ctl, ctl("grant", "200"), 0, LPT1 | {0x200}, ["nothing to change", "In force now."]) or expect(ctl("read", "200"), 0))
    tap.case("grant 888: a note, and it is granted all the same", lambda: after(
        ctl, ctl("grant", "888"), 0, LPT1 | {0x200, 0x888}, "granted: 888", "ports are hexadecimal: 888 is not the printer port LPT1, which is 378"))
    tap.case("revoke 888: no note", lambda: expect(ctl("revoke", "--dry-run", "888"), 0, no_err="hexadecimal"))
    tap.case("set 956, 632-633: a note", lambda: expect(ctl("set", "--dry-run", "632-633"), 0, err="LPT2, which is 278"))
    tap.case("set 1888: no note", lambda: expect(ctl("set", "--dry-run", "1888"), 0, no_err="hexadecimal"))
    tap.case('set "": no port', lambda: after(ctl, ctl("set", ""), 0, set(), "no port is granted now") or
             expect(ctl("list"), 0, "no port is granted"))
    tap.case("defaults", lambda: after(ctl, ctl("defaults"), 0, {*range(0x278, 0x280), *LPT1, *range(0x3BC, 0x3C0)}))
    tap.case("revoke 0-FFFF: all", lambda: after(ctl, ctl("revoke", "0-FFFF"), 0, set()))

    def as_json():
        answer = ctl("grant", "lpt1", "61", "--json").json()
        texts = [r["ports"] for r in answer["granted"]]
        listed = ctl("list", "--json").json()
        return None if (texts == ["61", "378-37F"] and answer["changed"] and answer["effect"] == "now" and listed["count"] == 9 and
                        listed["list"] == "61, 378-37F") else f"{answer}\n{listed}"

    tap.case("grant, list: --json", as_json)
    ctl("stop")
    tap.case("grant: the driver does not run", lambda: expect(ctl("grant", "63"), 0, "It takes effect when the driver is started: userportctl start"))
    ctl("start")


def hazards(ctl, tap):
    ctl("set", "lpt1")
    tap.case("grant: a hazard is refused and named", lambda: after(
        ctl, ctl("grant", "60", "300"), 1, LPT1, err=["hazard: port 60 (keyboard controller) can", "nothing was changed", "--force"]))
    tap.case("grant --json: a hazard is refused and named", lambda: expect(
        ctl("grant", "60", "--json"), 1, ['"changed": false', '"hazard": "can read', '"error": "nothing was changed'], "hazard"))
    tap.case("grant --force: granted and named", lambda: after(ctl, ctl("grant", "--force", "60"), 0, LPT1 | {0x60}, err="hazard: port 60"))
    tap.case("set: a hazard that is granted already asks nothing", lambda: after(ctl, ctl("set", "60"), 0, {0x60}, no_err="hazard"))
    tap.case("grant speaker: asks nothing", lambda: after(ctl, ctl("grant", "speaker"), 0, {0x60, 0x42, 0x43, 0x61}, no_err="hazard"))
    tap.case("defaults classic: its warning, and refused", lambda: after(
        ctl, ctl("defaults", "classic"), 1, {0x60, 0x42, 0x43, 0x61}, err=["opens 412 ports", "hazard: port 376"]))
    tap.case("defaults classic --force", lambda: after(
        ctl, ctl("defaults", "classic", "--force"), 0, {*range(0x200, 0x380), *range(0x3BC, 0x3C0), *range(0x3E8, 0x400)}))
    tap.case("set --force 0-FFFF", lambda: after(ctl, ctl("set", "--force", "0-FFFF"), 0, set(range(65536)), err="hazard: port CF9"))


def files(ctl, tap):
    every_other = set(range(1, 65536, 2))
    text = ", ".join(f"{port:X}" for port in sorted(every_other))
    (ctl.folder / "jeder zweite Σ.txt").write_text(text)
    (ctl.folder / "utf16.txt").write_bytes("378-379\r\n61\r\n".encode("utf-16"))
    (ctl.folder / "half.txt").write_bytes("61".encode("utf-16") + b"7")
    (ctl.folder / "null.txt").write_bytes("61\0 62".encode("utf-16"))
    (ctl.folder / "bom.txt").write_bytes("\ufeff378".encode())
    (ctl.folder / "bad.txt").write_text("378, nonsense")
    (ctl.folder / "long.txt").write_text(" " * 0x100001)
    tap.case("set --file: 32,768 ranges", lambda: after(ctl, ctl("set", "--force", "--file", "jeder zweite Σ.txt"), 0, every_other))
    tap.case("list --short: 32,768 ranges, the canonical text", lambda: None if ctl("list", "--short").out == text + "\n" else "no")
    tap.case("list: 32,768 lines", lambda: None if ctl("list").out.count("\n") == 32768 else "no")
    tap.case("list --json: 32,768 ranges", lambda: None if len(ctl("list", "--json").json()["ranges"]) == 32768 else "no")
    tap.case("revoke --file -: from standard input", lambda: stdin(ctl, every_other))
    tap.case("set --file: UTF-16, as PowerShell writes it", lambda: after(ctl, ctl("set", "--file", "utf16.txt"), 0, {0x378, 0x379, 0x61}))
    tap.case("set --file: UTF-8 with its mark", lambda: after(ctl, ctl("set", "--file", "bom.txt"), 0, {0x378}))
    tap.case("set --file: what is wrong in it", lambda: after(ctl, ctl("set", "--file", "bad.txt"), 1, {0x378}, err='the list in bad.txt, line 1: "nonsense" at column 6'))
    tap.case("set --file: UTF-16 that ends within a character", lambda: after(ctl, ctl("set", "--file", "half.txt"), 1, {0x378}, err=[
        "cannot read the list from half.txt: it is UTF-16, and ends within a character (1113)"]))
    tap.case("set --file: UTF-16 with a 0 in it", lambda: after(ctl, ctl("set", "--file", "null.txt"), 1, {0x378}, err="the list in null.txt, line 1: "))
    (ctl.folder / "comments.txt").write_bytes("# Gerät Σ, 300\r\n378-37A,  ; LPT1; all, # of it\r\n61#speaker\n;\n".encode())
    (ctl.folder / "worse.txt").write_bytes("# one: ltp1\r\n378\r\n 61, ltp1 ; no\r\n".encode())
    (ctl.folder / "range.txt").write_text("378 # first\n379 - # to the next line\n37A\n")
    (ctl.folder / "only.txt").write_text("# nothing\n")
    tap.case("set --file: comments", lambda: after(ctl, ctl("set", "--file", "comments.txt"), 0, {0x378, 0x379, 0x37A, 0x61}))
    tap.case("set --file: a range goes on behind a comment", lambda: after(ctl, ctl("set", "--file", "range.txt"), 0, {0x378, 0x379, 0x37A}))
    tap.case("set --file: comments alone are an empty list", lambda: after(ctl, ctl("set", "--file", "only.txt"), 0, set()))
    ctl("set", "378")
    tap.case("set --file: line and column behind comments", lambda: after(ctl, ctl("set", "--file", "worse.txt"), 1, {0x378}, err=[
        'the list in worse.txt, line 3: "ltp1" at column 6', "did you mean lpt1?"]))
    tap.case("set --file -: wrong", lambda: after(ctl, ctl("set", "--file", "-", text=b"378\n\xff"), 1, {0x378}, err=[
        "the list in standard input, line 2:", "at column 1: "]))
    tap.case("set --file: not there", lambda: after(ctl, ctl("set", "--file", "fehlt Σ.txt"), 1, {0x378}, err=["fehlt Σ.txt", "(2)"]))
    tap.case("set --file: too long", lambda: after(ctl, ctl("set", "--file", "long.txt"), 1, {0x378}, err="(223)"))
    tap.case("set --file: a folder", lambda: after(ctl, ctl("set", "--file", "."), 1, {0x378}, err="cannot read the list from ."))


def stdin(ctl, ports):
    gone = sorted(ports)[2:]
    text = " ".join(f"{port:x}" for port in gone)
    return after(ctl, ctl("revoke", "--file", "-", text=text.encode()), 0, ports - set(gone), "revoked: ")


def damaged(ctl, tap):
    """Values that make no sense grant nothing: list says so, a change that builds on them is refused, set mends them."""
    for name, kind, data, said in (("IOPM", "REG_SZ", "378", "not of the type REG_BINARY"),
                                   ("IOPM", "REG_BINARY", "00" * 8193, "longer than 8192 bytes"),
                                   ("Scope", "REG_DWORD", "7", "Scope is not a REG_DWORD of 0 or 1"),
                                   ("Sticky", "REG_SZ", "1", "Sticky is not a REG_DWORD of 0 or 1")):
        ctl("set", "lpt1")
        ctl("scope", "all")
        ctl.put_value(SERVICE, name, kind, data)
        tap.case(f"damaged {name} ({said}): list, grant, scope, set", lambda said=said: (
            expect(ctl("list"), 0, "no port is granted", said) or expect(ctl("status"), 1, said) or
            expect(ctl("grant", "300"), 1, err=[said, "userportctl set LIST"]) or expect(ctl("scope", "openers"), 1, err=said) or
            after(ctl, ctl("set", "300"), 0, {0x300}) or expect(ctl("list"), 0, no_err="note")))
    ctl("scope", "all")
    ctl("set", "lpt1")
    ctl.put_value(SERVICE, "IOPM", "REG_BINARY", "FE")
    tap.case("a short list: a note, and it can be added to", lambda: expect(ctl("list"), 0, "0 ", "shorter than 8192") or
             after(ctl, ctl("grant", "300"), 0, {0, 0x300}))
    ctl.drop_value(SERVICE, "IOPM")
    tap.case("no list: it can be added to", lambda: expect(ctl("list"), 0, err="IOPM is not there") or after(ctl, ctl("grant", "300"), 0, {0x300}))


def scopes(ctl, tap):
    def stored(scope, sticky):
        now = (ctl.value("Scope") or 0, ctl.value("Sticky") or 0)
        return None if now == (scope, sticky) else f"Scope, Sticky: {now}"

    tap.case("scope openers", lambda: expect(ctl("scope", "openers"), 0, [
        "openers; on 64-bit Windows that is as all", "In force now."], "no effect on 64-bit Windows") or stored(1, 0))
    tap.case("scope openers --sticky", lambda: expect(ctl("scope", "openers", "--sticky"), 0, "sticky") or stored(1, 1))
    tap.case("scope openers --sticky: again", lambda: expect(ctl("scope", "openers", "--sticky"), 0, "nothing to change"))
    tap.case("scope: prints it", lambda: expect(ctl("scope"), 0, "openers, sticky; "))
    tap.case("scope all --dry-run", lambda: expect(ctl("scope", "all", "--dry-run"), 0, "the scope would be: all") or stored(1, 1))
    tap.case("scope all", lambda: expect(
        ctl("scope", "all"), 0, r"all: programs that use \\.\UserPort, as userport.dll and inpoutx64.dll do", no_out="every process", no_err="note") or stored(0, 0))
    tap.case("scope --json", lambda: None if ctl("scope", "--json").json() == {"scope": "all", "sticky": False, "problems": []} else "no")


def legacy_value(name, ports):
    data = bytearray(b"\xff" * 128)
    for port in ports:
        data[port // 8] &= ~(1 << port % 8) & 0xFF
    return f'"{name}"=hex:' + ",".join(f"{byte:02x}" for byte in data) + "\n"


def imports(ctl, tap):
    """The values of UserPort 1.0, where 64-bit Windows puts them for 32-bit programs, and where it does not."""
    ctl("install")
    ctl("set", "61")
    tap.case("import: nothing there", lambda: expect(ctl("import"), 1, err=["nothing to import", "UserPort 2.0"]))
    for key in (r"HKEY_LOCAL_MACHINE\Software\Wow6432Node\UserPort", r"HKEY_LOCAL_MACHINE\Software\UserPort"):
        ctl("set", "61")
        ctl("scope", "all")
        ctl.import_reg(f"[{key}]\n" + legacy_value("AllProcessesIOPM", {0x378, 0x379}) +
                       legacy_value("ThroughCreateFileIOPM", {0x379, 0x3F8}))
        tap.case(f"import --dry-run from {key}", lambda: after(
            ctl, ctl("import", "--dry-run"), 0, {0x61}, ["UserPort 1.0 had: 378-379", "would be granted: 378-379"], "1 ports that"))
        tap.case(f"import from {key}", lambda: after(ctl, ctl("import"), 0, {0x378, 0x379}, "revoked: 61"))
        ctl.import_reg(f"[{key}]\n" + legacy_value("AllProcessesIOPM", set()) + legacy_value("ThroughCreateFileIOPM", {0x60, 0x300}))
        tap.case("import: a hazard is refused", lambda: after(ctl, ctl("import"), 1, {0x378, 0x379}, err="hazard: port 60"))
        tap.case("import --force: for openers only, sticky", lambda: after(ctl, ctl("import", "--force"), 0, {0x60, 0x300}) or
                 expect(ctl("scope"), 0, "openers, sticky"))
        ctl.import_reg(f"[-{key}]\n")
    ctl("set", "lpt1")
    ctl("scope", "all")
