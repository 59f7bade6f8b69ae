# SPDX-License-Identifier: MIT
"""The settings of single programs: each change looked up in the registry."""

from ctl import SERVICE, expect

PROGRAMS = SERVICE + r"\Programs"


def values(ctl, name):
    """The values of a program's key; None: there is no key."""
    return ctl.values(f"{PROGRAMS}\\{name}")


def settings(path, routes="", ignore=0, fast=0):
    return {"Path": path, "Routes": routes, "IgnoreCliSti": ignore, "Fast": fast}


def after(ctl, result, name, wanted, out=(), err=(), status=0):
    """What is wrong with a change: its result, or what the registry has now."""
    now = values(ctl, name)
    return expect(result, status, out, err) or ("" if now == wanted else f"{name} has {now}, not {wanted}\n{result}")


def run(ctl, tap):
    ctl("install")
    ctl("set", "lpt1 D000-D007")
    tap.case("program: none has settings", lambda: expect(ctl("program"), 0, "no program has settings of its own\n") or
             expect(ctl("program", "list"), 0, "no program has settings of its own\n") or
             ("" if ctl("program", "list", "--json").json() == {"programs": []} else "JSON"))
    adding(ctl, tap)
    mistakes(ctl, tap)
    wrong_values(ctl, tap)
    removing(ctl, tap)
    ctl("set", "lpt1")


def adding(ctl, tap):
    tap.case("program add: a file's name, in any folder", lambda: after(
        ctl, ctl("program", "add", "--path", "lpttool.exe", "--map", "lpt1=d000"), "lpttool.exe", settings("lpttool.exe", "378-37F=D000"),
        ["Added the settings of lpttool.exe", "routes   378-37F=D000"]))
    tap.case("program add: the same name in other letters replaces it", lambda: after(
        ctl, ctl("program", "add", "LPTTOOL.EXE", "--path", r"C:\Tools\lpttool.exe", "--map=3BC=none 378=D000", "--fast", "--ignore-cli-sti"),
        "lpttool.exe", settings(r"C:\Tools\lpttool.exe", "378=D000, 3BC=none", 1, 1),
        ["Replaced the settings of LPTTOOL.EXE", "options  ignore-cli-sti, fast"], r"there is no file C:\Tools\lpttool.exe"))
    tap.case("program add: without routes", lambda: after(
        ctl, ctl("program", "add", "plain", "--path", "plain.exe"), "plain", settings("plain.exe"), "routes   (none)"))
    tap.case("program add: a path from here becomes full; names of any script", lambda: after(
        ctl, ctl("program", "add", "Gerät Σ 漢", "--path", r".\userportctl.exe"), "Gerät Σ 漢",
        settings(f"C:\\{ctl.folder.name}\\userportctl.exe"), f"C:\\{ctl.folder.name}\\userportctl.exe"))

    def missing():
        result = ctl("program", "add", "card", "--path", "card.exe", "--map", "378-37F=D004", "--json")
        if [ports["ports"] for ports in result.json()["not_granted"]] != ["D008-D00B"]:
            return result
        return expect(result, 0, err="lead to ports that are not granted: D008-D00B; a route opens no port")

    tap.case("program add: says which target is not granted", missing)

    def listed():
        names = [program["name"] for program in ctl("program", "list", "--json").json()["programs"]]
        wanted = ["card", "Gerät Σ 漢", "lpttool.exe", "plain"]
        return (names if [n.lower() for n in names] != [n.lower() for n in wanted] else "") or expect(
            ctl("program"), 0, ["card\n  path     card.exe\n  routes   378-37F=D004\n", "plain\n  path     plain.exe\n  routes   (none)\n"])

    tap.case("program list: by name", listed)
    tap.case("program show", lambda: expect(ctl("program", "show", "CARD"), 0, "card\n  path     card.exe\n", no_out="plain") or (
        "" if ctl("program", "show", "card", "--json").json() == {
            "name": "card", "path": "card.exe", "routes": "378-37F=D004", "ignore_cli_sti": False, "fast": False, "trace": None, "wrong": None} else "JSON"))
    tap.case("program show: one that is not there", lambda: expect(
        ctl("program", "show", "nobody"), 1, err=["there are no settings of a program named nobody", "userportctl program list"]))


def mistakes(ctl, tap):
    before = values(ctl, "card")
    for words, said in (
            (["--map", "3BC=none, 378=10000"], '--map "378=10000" at column 11: the port is above FFFF'),
            (["--map", "378"], '--map "378" at column 1: a route is PORTS=TARGET'),
            (["--map", "378-37F=D000, 37F=none"], '"37F=none" at column 15: an earlier route has some of these ports'),
            (["--map", "378=D000,"], '"," at column 9: there is no route beside the comma'),
            (["--map", "378=none", "--device", "378=printer:x"], '--map, --device "378=printer:x" at column 10: an earlier route has some of these ports'),
            (["--map", "378=none", "--trace", "a.doc"], "the name of a recording ends with .vcd, .csv or .svg: a.doc"),
            (["--path", "tools\\"], "it names a folder"),
            (["--path", "x?.exe"], "it has a character that no file name has"),
            (["--path", ""], "it is empty"),
            (["--path", "C:\\" + 260 * "x"], "it has more than 259 characters")):
        tap.case(f"program add: {' '.join(words)[:60]}", lambda words=words, said=said: after(
            ctl, ctl("program", "add", "card", *(["--path", "card.exe"] if words[0] == "--map" else []), *words), "card", before, err=said, status=2))
    for name, said in ((r"a\b", "it has a backslash"), ("a\tb", "it has a control character"), (64 * "x", "it has more than 63 bytes"),
                       ("", "it is empty")):
        tap.case(f"program add: the name {name[:10]!r}", lambda name=name, said=said: expect(
            ctl("program", "add", name, "--path", "x.exe"), 2, err=said))


def wrong_values(ctl, tap):
    for name, kind, data, said in (
            ("Routes", "REG_SZ", "378=D000, 3BC", 'the value Routes is wrong, "3BC" at column 11: a route is PORTS=TARGET'),
            ("Fast", "REG_DWORD", "2", "the value Fast is not a REG_DWORD of 0 or 1"),
            ("Trace", "REG_DWORD", "1", "the value Trace is not a REG_SZ of at most 259 characters"),
            ("IgnoreCliSti", "REG_SZ", "1", "the value IgnoreCliSti is not a REG_DWORD of 0 or 1"),
            ("Path", "REG_DWORD", "1", "the value Path is not a REG_SZ of 1 to 259 characters")):
        def check(name=name, kind=kind, data=data, said=said):
            ctl("program", "add", "card", "--path", "card.exe", "--map", "378=D000")
            ctl.put_value(f"{PROGRAMS}\\card", name, kind, data)
            program = ctl("program", "show", "card", "--json").json()
            if said not in (program["wrong"] or "") or program["routes"]:
                return program
            return expect(ctl("program"), 0, [f"  WRONG    {said}", "plain\n"])

        tap.case(f"program: a wrong {name} is told, with no route", check)
    tap.case("program add: mends it", lambda: after(
        ctl, ctl("program", "add", "card", "--path", "card.exe", "--map", "378=D000"), "card", settings("card.exe", "378=D000"), "Replaced"))


def removing(ctl, tap):
    tap.case("program remove", lambda: after(ctl, ctl("program", "remove", "CARD"), "card", None, "Removed the settings of CARD."))
    tap.case("program remove: --json", lambda: ("" if ctl("program", "remove", "plain", "--json").json() == {"removed": "plain"} else "JSON")
             or (values(ctl, "plain") or ""))
    for name in ("plain", "", r"..\UserPort", "Gerät"):
        tap.case(f"program remove: {name!r} is not there", lambda name=name: expect(
            ctl("program", "remove", name), 1, err=f"there are no settings of a program named {name}"))
    ctl("program", "remove", "lpttool.exe")
    tap.case("program: the last one goes", lambda: expect(ctl("program", "remove", "Gerät Σ 漢"), 0) or
             expect(ctl("program"), 0, "no program has settings"))

    def uninstalled():
        ctl("program", "add", "left", "--path", "left.exe")
        ctl("uninstall")
        wrong = values(ctl, "left") or expect(ctl("program"), 1, err=["UserPort is not installed", "userportctl install"])
        wrong = wrong or expect(ctl("program", "add", "left", "--path", "left.exe"), 1, err=["UserPort is not installed", "Install it first"])
        wrong = wrong or expect(ctl("program", "remove", "left"), 1, err="UserPort is not installed")
        ctl("install")
        return wrong or expect(ctl("program"), 0, "no program has settings")

    tap.case("program: an uninstall takes the settings along", uninstalled)
