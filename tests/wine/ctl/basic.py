# SPDX-License-Identifier: MIT
"""Installation and the driver's life, through the service manager."""

import shutil
import subprocess

from ctl import FOLDER, SERVICE, expect

BEFORE = {}


def state(ctl):
    """The registry as far as an installation reaches, and the system's folder."""
    keys = {key: read(key) for read, key in ((ctl.export, r"System\CurrentControlSet\Services"), (ctl.saved, r"Software\Classes"))}
    system = ctl.drive / "windows/system32"
    files = {str(f) for folder in (system, system / "drivers") for f in folder.iterdir()}
    return keys, files


def difference(before, after):
    wrong = [f"{key}: {line}" for key in before[0]
             for line in set(before[0][key].splitlines()) ^ set(after[0][key].splitlines())]
    return "\n".join(wrong[:20] + sorted(before[1] ^ after[1]))


def steps(result):
    return {step["step"]: step["outcome"] for step in result.json()["steps"]}


def not_installed(ctl, tap):
    for line, said in (("status", ""), ("list", "UserPort is not installed"), ("scope", "UserPort is not installed"),
                       ("grant 378", "UserPort is not installed"), ("grant --dry-run 378", "UserPort is not installed"),
                       ("start", "UserPort is not installed (1060)"), ("apply", "the driver is not running (2)"),
                       ("startup", "it is not installed"), ("startup boot", "(1060)"), ("read 378", ["UserPort is not installed (2)", "userportctl install"]),
                       ("write 378 0", "UserPort is not installed (2)"), ("test lpt", "UserPort is not installed (2)"),
                       ("watch 378", "UserPort is not installed (2)"), ("doctor", "")):
        tap.case(f"not installed: {line}", lambda line=line, said=said: expect(ctl(*line.split()), 1, err=said))
    tap.case("not installed: doctor says once what it did not look at", lambda: expect(ctl("doctor"), 1, [
        "NOTE     Not looked at, since UserPort is not installed: the driver's file, who may change the driver's file, whether",
        "Not looked at, since the driver is not running: "], no_out="was not looked at: UserPort") or
             [line for line in ctl("doctor").out.splitlines() if len(line) > 79])
    tap.case("not installed: stop is no failure", lambda: expect(ctl("stop"), 0, "was not running"))
    tap.case("not installed: uninstall is no failure", lambda: expect(ctl("uninstall"), 0, "was not installed"))
    tap.case("not installed: status in JSON", lambda: None if ctl("status", "--json").json()["service"] == "absent" else "no")
    tap.case("not installed: an error in JSON", lambda: set(ctl("list", "--json").json()) ^ {"error", "code", "advice"})


def bad_files(ctl, tap):
    shutil.copy(ctl.build / "amd64/userportctl.exe", ctl.folder / "a program.sys")
    shutil.copy(ctl.build / "i386/userport.sys", ctl.folder / "für 32.sys")
    (ctl.folder / "no program.sys").write_text("no program")
    for name, said in ((r"C:\nowhere\userport.sys", "(3)"), ("nothing.sys", "(2)"), ("a program.sys", "it is not a driver"),
                       ("no program.sys", "it is not a driver"), ("für 32.sys", f"{FOLDER}\\für 32.sys")):
        tap.case(f"install {name}: refused", lambda name=name, said=said: expect(ctl("install", name), 1, err=["install", said][1:]))
    tap.case("install, refused: nothing was made", lambda: difference(BEFORE["state"], state(ctl)))


def registration_fails(ctl, tap):
    """The key of the object's name is volatile: no key that lasts can be made in it."""
    name = r"Software\Classes\UserPort.Ports"
    ctl.client("volatile", name, "in the way", "00")

    def as_json():
        result = ctl("install", "--json")
        done = steps(result)
        return (expect(result, 1, err="cannot register UserPort.Ports: ") or
                ("" if done["com"] == "failed" and done["library"] == done["driver_file"] == "done" else str(result)))

    tap.case("install, the registration with COM fails: exit 1, and in JSON", as_json)
    tap.case("install, it fails: said, and all else is installed", lambda: expect(
        ctl("install"), 1, ["failed      the automation object: cannot register UserPort.Ports: ", "UserPort is installed"],
        ["userportctl: installed, but for one thing: cannot register UserPort.Ports: ", "Install again to try again"]) or
             expect(ctl("start"), 0))
    ctl.wine("reg", "delete", rf"HKLM\{name}", "/f")
    tap.case("install, it failed: another one registers it", lambda: expect(ctl("install"), 0, no_out="failed"))
    tap.case("install, it failed: uninstall", lambda: expect(ctl("uninstall"), 0, no_out="failed"))


def over_a_list(ctl, tap):
    """A service and a list that were there before UserPort: hazards of it need a yes, once."""
    ctl.wine("sc", "create", "UserPort", "type=", "kernel", "start=", "demand", "binPath=", r"C:\lab\UserPort.sys")
    ports = [0xFF] * 8192
    ports[0x60 // 8] &= ~1
    ports[0x378 // 8] = 0
    ctl.import_reg(f"[HKEY_LOCAL_MACHINE\\{SERVICE}]\n\"IOPM\"=hex:{','.join(f'{byte:02x}' for byte in ports)}\n")
    system = ctl.drive / "windows/system32/drivers/userport.sys"
    hazard = "note: hazard: port 60 (keyboard controller) can read what is typed"
    tap.case("install, over a list with hazards: refused, and they are named", lambda: expect(
        ctl("install"), 1, err=[hazard, "nothing was changed: the list that is there has ports that can", "With --force "], no_err="port 378") or
             ("the driver is there" if system.exists() else ""))

    def as_json():
        answer = ctl("install", "--json").json()
        return "" if [h["port"] for h in answer["hazards"]] == [0x60] and answer["error"].startswith("nothing was changed") else str(answer)

    tap.case("install, over a list with hazards: --json", as_json)
    tap.case("install --force, over a list with hazards: named, and in the step", lambda: expect(
        ctl("install", "--force"), 0, ["9 ports, and programs can do harm with some: 60 (keyboard controller)", "its list was kept"], hazard) or
             ("" if ctl.ports() == {0x60, *range(0x378, 0x380)} else str(ctl.ports())))
    tap.case("install, once more: not asked again", lambda: expect(
        ctl("install"), 0, "9 ports, and programs can do harm with some: 60 (keyboard controller)", no_err="hazard"))
    tap.case("install, over a list with hazards: uninstall", lambda: expect(ctl("uninstall"), 0))


def other_driver(ctl, tap):
    """A driver for this Windows, and not UserPort's."""
    name = r"C:\windows\system32\drivers\mountmgr.sys"
    tap.case("install FILE, another driver: refused", lambda: expect(
        ctl("install", name), 1, err=[f"cannot install {name}: it is a driver, but by its version resource not UserPort's (193)",
                                      "userport.sys of a release. With --force it is installed all the same."]))
    tap.case("install FILE, another driver: --json", lambda: "" if "not UserPort's" in ctl("install", name, "--json").json()["error"] else "no")
    tap.case("install --force FILE, another driver", lambda: expect(ctl("install", "--force", name), 0) or expect(ctl("uninstall"), 0))


def wrong_beside(ctl, tap):
    """The 32-bit driver lies beside the program: the right one in its folder is taken; without that the wrong one is named."""
    name = ctl.folder / "userport.sys"
    data = name.read_bytes()
    shutil.copy(ctl.build / "i386/userport.sys", name)
    tap.case("install, a wrong driver alone: which, and why", lambda: expect(
        ctl("install"), 1, err=[f"{FOLDER}\\userport.sys: it is a driver for 32-bit Windows", "Install amd64\\userport.sys."]))
    (ctl.folder / "amd64").mkdir()
    (ctl.folder / "amd64/userport.sys").write_bytes(data)
    tap.case("install, a wrong driver before the right one", lambda: expect(ctl("install"), 0) or (
        "" if (ctl.drive / "windows/system32/drivers/userport.sys").read_bytes() == data else "another file") or expect(ctl("uninstall"), 0))
    shutil.rmtree(ctl.folder / "amd64")
    name.write_bytes(data)


def installing(ctl, tap):
    BEFORE["state"] = state(ctl)
    own_path(ctl, tap)
    not_installed(ctl, tap)
    bad_files(ctl, tap)

    def first():
        result = ctl("install", "--json")
        done = {name for name, outcome in steps(result).items() if outcome == "done"}
        return expect(result, 0) or done ^ {"driver_file", "service", "settings", "event_source", "library", "com_library", "com", "trap"}

    tap.case("install: a first time", first)
    tap.case("install: the file in system32\\drivers is the one given", lambda: None if
             (ctl.drive / "windows/system32/drivers/userport.sys").read_bytes() == (ctl.folder / "userport.sys").read_bytes() else "no")
    tap.case("install: the list is the three printer ports, the scope that of 2.0", lambda: None if ctl.ports() ==
             {*range(0x278, 0x280), *range(0x378, 0x380), *range(0x3BC, 0x3C0)} and ctl.value("Scope") in (0, None) else ctl.ports())
    tap.case("install: the service starts on demand", lambda: None if ctl.value("Start") == 3 else ctl.values(SERVICE))
    tap.case("install: it is not started", lambda: expect(ctl("status"), 1, "does not run"))
    ctl("set", "lpt1")

    def again():
        result = ctl("install", "--json")
        return expect(result, 0) or ("" if result.json()["upgrade"] and steps(result)["settings"] == steps(result)["com"] == "kept" else str(result))

    tap.case("install: again, the list is kept", lambda: again() or ("" if ctl.ports() == {*range(0x378, 0x380)} else ctl.ports()))
    tap.case("install: over a driver that runs", lambda: expect(ctl("start"), 0) or again() or expect(ctl("status"), 0, "UserPort runs"))

    def other():
        """Another file: the fake with a byte more at its end."""
        data = (ctl.folder / "userport.sys").read_bytes() + b"\0"
        (ctl.folder / "neu.sys").write_bytes(data)
        result = ctl("install", "neu.sys", "--json")
        installed = (ctl.drive / "windows/system32/drivers/userport.sys").read_bytes()
        return (expect(result, 0) or ("" if steps(result)["driver_file"] == "done" and installed == data else str(result)) or
                expect(ctl("status"), 0, "UserPort runs"))

    def held():
        """A program has the driver open: it is not replaced, and its ports stay granted. Not until the program lets it go."""
        holder = subprocess.Popen(["wine", "./ctl_client.exe", "hold"], cwd=ctl.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL)
        holder.stdout.readline()
        (ctl.folder / "neu.sys").write_bytes((ctl.folder / "userport.sys").read_bytes() + b"\0")
        wrong = (expect(ctl("install", "neu.sys"), 1, err=["cannot replace the driver: it goes only when", "(1061)", "End the programs"]) or
                 expect(ctl("status"), 0, "UserPort runs") or expect(ctl("read", "378"), 0))
        holder.stdin.close()
        holder.wait(20)
        return wrong

    tap.case("install FILE: another driver over one that a program has open: that one runs on", held)
    tap.case("install FILE: another driver over one that runs, which then runs", other)
    (ctl.drive / "My Tools").mkdir()
    shutil.copy(ctl.folder / "userport.sys", ctl.drive / "My Tools/userport.sys")
    tap.case("install FILE: a path with blanks, without quotes", lambda: expect(ctl("install", r"C:\My", r"Tools\userport.sys"), 0, "is installed"))
    tap.case("install FILE: two words that are no file", lambda: expect(ctl("install", r"C:\My", r"Tools\none.sys"), 2, err="is too much"))
    tap.case("uninstall: stops it and says what went", lambda: expect(ctl("uninstall"), 0, ["done", "UserPort is uninstalled."]))
    tap.case("uninstall: registry and folders are as before", lambda: difference(BEFORE["state"], state(ctl)))
    tap.case("install --no-libraries: no DLL, no registration", lambda: None if steps(ctl("install", "--no-libraries", "--json"))[
        "library"] == "not needed" and not list((ctl.drive / "windows/system32").glob("userport*.dll")) else "no")
    tap.case("uninstall --json", lambda: None if steps(ctl("uninstall", "--json"))["service"] == "done" else "no")
    registration_fails(ctl, tap)
    wrong_beside(ctl, tap)
    over_a_list(ctl, tap)
    other_driver(ctl, tap)
    tap.case("uninstall: registry and folders are as before, again", lambda: difference(BEFORE["state"], state(ctl)))


def is_suspended(ctl):
    driver = ctl("status", "--json").json()["driver"]
    return "" if driver["state"] == "suspended" and ctl.client("past").out.startswith("result 1 ") else str(driver)


def suspended(ctl, tap):
    """A driver that somebody suspended: who changes its list does not open it, who starts it or applies the list does."""
    said = "The driver is suspended: no port is open. To open those of the list: userportctl apply"
    ctl("set", "lpt1", "300-302")
    ctl.client("suspend")
    tap.case("suspended: status says so: exit 1", lambda: expect(ctl("status"), 1, ["none is open: UserPort is suspended", "userportctl apply"]))
    for line, ports in (("grant 303", {0x300, 0x301, 0x302, 0x303}), ("revoke 302", {0x300, 0x301, 0x303}), ("set 304", {0x304}),
                        ('set ', set()), ("scope openers", set())):
        tap.case(f"suspended: {line}: written, and it stays suspended", lambda line=line, ports=ports: expect(
            ctl(*line.split(" ")), 0, said, no_out="In force") or is_suspended(ctl) or
                 ("" if {p for p in ctl.ports() if p not in range(0x378, 0x380)} == ports else str(ctl.ports())))

    def as_json():
        answer = ctl("set", "305", "--json").json()
        return is_suspended(ctl) or ("" if answer["effect"] == "suspended" and answer["changed"] else str(answer))

    tap.case("suspended: --json", as_json)
    tap.case("suspended: what it read then is open after a resume by others, and no older list", lambda: str(ctl.client("resume").err) or
             expect(ctl("read", "305"), 0) or expect(ctl("read", "304"), 1, err="port 304 is not granted"))
    ctl.client("suspend")
    tap.case("suspended: --no-apply", lambda: expect(ctl("grant", "--no-apply", "306"), 0, "Not applied yet") or is_suspended(ctl))
    tap.case("suspended: start resumes it, with the list as it is", lambda: expect(ctl("start"), 0, "UserPort runs; 2 ports") or
             expect(ctl("read", "306"), 0) or expect(ctl("status"), 0))
    ctl.client("suspend")
    ctl("grant", "--no-apply", "307")
    tap.case("suspended: apply resumes it, with the list as it is", lambda: expect(ctl("apply"), 0, "in force now") or expect(ctl("read", "307"), 0))
    ctl("scope", "all")


def denied(ctl, tap):
    """What programs asked for in vain."""
    ctl("stop")
    ctl("grant", "FFFF")
    ctl("start")
    tap.case("status: nothing was denied", lambda: expect(ctl("status"), 0, no_out="denied:"))
    ctl("read", "310")
    tap.case("status: a port that was denied, and how to grant it", lambda: expect(
        ctl("status"), 0, "denied:     1 requests of programs; the last for port 310; if that program should have it: userportctl grant 310"))
    tap.case("status --json: the same", lambda: expect(ctl("status", "--json"), 0, ['"transfers_denied": 1', '"port_denied": 784']))
    tap.case("status: past port FFFF there is nothing to grant", lambda: ("" if ctl.client("past").out == "result 1 port 10000\n" else "no") or expect(
        ctl("status"), 0, "denied:     2 requests of programs; the last went past port FFFF\n", no_out="grant 10000"))
    tap.case("status --json: the same, of no port", lambda: expect(ctl("status", "--json"), 0, ['"transfers_denied": 2', '"port_denied": null']))


def own_path(ctl, tap):
    """The program's own path, as who starts it may give it: its folder has blanks."""
    program = rf"C:\{FOLDER}\userportctl.exe"
    for what, line in (("unquoted", rf"C:\{FOLDER}\userportctl.exe --version"), ("unquoted, without .exe", rf"C:\{FOLDER}\userportctl --version"),
                       ("quoted", rf'"C:\{FOLDER}\userportctl.exe" --version'), ("its name alone", "userportctl.exe --version"),
                       ("by the way of another folder", rf"C:\{FOLDER}\..\{FOLDER}\userportctl.exe --version")):
        tap.case(f"its own path: {what}", lambda line=line: expect(ctl.client_alone("run", program, line), 0, "userportctl "))
    tap.case("its own path: unquoted, with words behind it", lambda: expect(
        ctl.client_alone("run", program, rf"C:\{FOLDER}\userportctl.exe list lpt1"), 2, err='list: "lpt1" is too much'))


def refused(ctl, tap):
    """The driver takes this administrator for none: a stop without a SUSPEND would leave its ports open."""
    said = ["the driver refuses you the order to close every port", "(5)", "logged on at the computer itself"]
    ctl("start")
    for token in ("3", "6"):  # AS_USER, AS_SERVICE of tests/machine/machine.h
        ctl.put_value(SERVICE, "FakeToken", "REG_DWORD", token)
        tap.case(f"refused ({token}): stop does not stop it", lambda: expect(ctl("stop"), 1, err=said))
        tap.case(f"refused ({token}): uninstall neither", lambda: expect(ctl("uninstall"), 1, err=said))
        ctl.drop_value(SERVICE, "FakeToken")
        tap.case(f"refused ({token}): it runs as before", lambda: expect(ctl("status"), 0, "UserPort runs"))


def life(ctl, tap):
    ctl("install")
    tap.case("start", lambda: expect(ctl("start"), 0, "UserPort runs; 20 ports are granted."))
    tap.case("start: again is no failure", lambda: expect(ctl("start"), 0, "UserPort runs already", no_out="From now on"))
    tap.case("status: runs, and the list is in force: exit 0", lambda: expect(ctl("status"), 0, ["UserPort runs", "20 open", "amd64"]))
    tap.case("startup: on demand", lambda: expect(ctl("startup"), 0, "demand"))
    tap.case("startup boot", lambda: expect(ctl("startup", "boot"), 0, "boot") or (None if ctl.value("Start") == 2 else "no"))
    tap.case("start --on-demand", lambda: expect(ctl("start", "--on-demand"), 0, [
        "UserPort runs already", "From now on it starts when an administrator says so."]) or (None if ctl.value("Start") == 3 else "no"))
    tap.case("start --at-boot", lambda: expect(ctl("start", "--at-boot"), 0, [
        "UserPort runs already", "From now on it starts with Windows."]) or (None if ctl.value("Start") == 2 else "no"))
    tap.case("startup demand --json", lambda: None if ctl("startup", "demand", "--json").json() == {"startup": "demand"} else "no")
    ctl.put_value(SERVICE, "Scope", "REG_DWORD", 1)
    tap.case("status: the scope was changed behind its back: exit 1", lambda: expect(ctl("status"), 1, "not in force: userportctl apply"))
    tap.case("apply", lambda: expect(ctl("apply"), 0, "in force now") or expect(ctl("status"), 0, "openers"))
    tap.case("apply --json", lambda: None if ctl("apply", "--json").json() == {"effect": "now"} else "no")
    ctl("scope", "all")
    refused(ctl, tap)
    suspended(ctl, tap)
    denied(ctl, tap)
    tap.case("stop", lambda: expect(ctl("stop"), 0, "no port is open any more") or expect(ctl("status"), 1, "does not run"))
    tap.case("stop: again is no failure", lambda: expect(ctl("stop", "--json"), 0, '"result": "not running"'))
    tap.case("read: stopped", lambda: expect(ctl("read", "378"), 1, err=["the driver is not running (2)", "userportctl start"]))
    tap.case("apply: stopped", lambda: expect(ctl("apply"), 1, err="the driver is not running (2)"))
    system = ctl.drive / "windows/system32/drivers/userport.sys"
    system.unlink()
    tap.case("start: the file is gone", lambda: expect(ctl("start"), 1, err=[r"C:\windows", "userport.sys is not there"]))
    tap.case("doctor: the file is gone", lambda: expect(ctl("doctor"), 1, "ERROR"))
    tap.case("install: mends that", lambda: expect(ctl("install"), 0) or expect(ctl("start"), 0))
    tap.case("doctor: no error", lambda: expect(ctl("doctor"), 0, "OK "))

    def doctor():
        found = ctl("doctor", "--json").json()
        bad = [f for f in found["findings"] if f["level"] not in ("ok", "note", "warning", "error") or not f["text"]]
        return bad or (None if len(found["findings"]) > 15 and found["errors"] == 0 else found)

    tap.case("doctor --json", doctor)
