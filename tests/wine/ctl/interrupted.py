# SPDX-License-Identifier: MIT
"""userportctl killed at its system calls while it changes the settings, or installs. What is left is looked at each time.

A change counts its calls from the first one that names the service's key to Wine's server: what is written before that is
nothing. Of them kill_at counts those that may leave something behind. The change is killed at each of these until well behind the
last write, and then at some up to its end."""

import subprocess
import sys
import tempfile

from basic import difference, state
from ctl import Ctl, Tap
from lists import legacy_value

LEGACY = r"HKEY_LOCAL_MACHINE\Software\UserPort"
BEHIND = 5  # so many calls behind the first one after which all is written
STRIDE = 97
INSTALL_POINTS = 8
LIMIT = 5000


def kill_at(ctl, number, text, *arguments, options=()):
    """Result: was it killed, how many calls there were."""
    for _ in range(2):
        with tempfile.TemporaryFile("w+") as err:
            done = subprocess.run([ctl.build / "wine/kill_at", *options, str(number), text, "wine", "./userportctl.exe", *arguments],
                                  cwd=ctl.folder, stdout=subprocess.PIPE, stderr=err, text=True, check=True, timeout=120)
            err.seek(0)
            said = err.read()
        words = done.stdout.split()
        if words[0] == "killed" or (words[1] == "0" and words[2] != "0"):
            return words[0] == "killed", int(words[-1])
        if words[1:] != ["1", "0"] or said:
            break
        print(f"# Wine ended a process: once more userportctl {' '.join(arguments)}", flush=True)
    raise ValueError(f"{arguments}: {done.stdout}{said}")


def settings(ctl):
    """Who has which ports, as list tells it; an exception when the settings make no sense."""
    answer = ctl("list", "--json").json()
    if answer["problems"]:
        raise ValueError(answer["problems"])
    ports = frozenset(port for r in answer["ranges"] for port in range(r["first"], r["last"] + 1))
    return ports, 2 if answer["scope"] == "all" else int(answer["sticky"])


def is_between(now, old, new):
    """Nobody has a port that neither the old nor the new settings give: 2 all, 1 who opened it once, 0 who has it open."""
    return all(any(port in ports and now[1] <= scope for ports, scope in (old, new)) for port in now[0])


def change(ctl, prepare, arguments, between, look=settings):
    """Kills the change at its calls. Beside the old and the new settings only what between allows may be found; None: nothing."""
    prepare()
    old = look(ctl)
    _, count = kill_at(ctl, 0, r"Services\UserPort", *arguments, options=["--alone"])
    new = look(ctl)
    if old == new:
        return "it changes nothing"
    seen, number, last, now = {}, 0, 0, new
    while number < min(count, LIMIT):
        number += 1 if last == 0 or number < last + BEHIND else STRIDE
        if now != old:
            prepare()
        killed, _ = kill_at(ctl, number, r"Services\UserPort", *arguments, options=["--alone"])
        now = look(ctl)
        seen.setdefault(now, []).append(number)
        if not killed and now != new:
            return f"it ended by itself, and the settings are {now}"
        if now not in (old, new) and not (between and between(now, old, new)):
            return f"killed at call {number} it left {now}; old: {old}; new: {new}"
        if now == new and last == 0:
            last = number
    print(f"# {' '.join(arguments)}: {sum(map(len, seen.values()))} kills, {count} calls; old until {max(seen.get(old, [0]))}, "
          f"new from {min(seen.get(new, [0]))}, {len(set(seen) - {old, new})} mixtures")
    if old not in seen or new not in seen:
        return "it was not seen both before its writes and after them"
    return None


def changes(ctl, tap):
    ctl("install")

    def list_only(*arguments):
        def prepare():
            ctl("set", "lpt1", "61")
        return lambda: change(ctl, prepare, arguments, None)

    tap.case("set: another list: the old one or the new one", list_only("set", "300-31F", "378-379"))
    tap.case("revoke: the old list or the new one", list_only("revoke", "37A-37F"))

    def scoped(values, scope, name):
        ctl.import_reg(f"[-{LEGACY}]\n[{LEGACY}]\n" + values)

        def prepare():
            ctl("set", "lpt1", "61")
            ctl("scope", *scope)
        tap.case(name, lambda: change(ctl, prepare, ("import", "--force"), is_between))

    scoped(legacy_value("AllProcessesIOPM", set()) + legacy_value("ThroughCreateFileIOPM", {0x300, 0x378, 0x379}), ["all"],
           "import: list, Scope and Sticky, from all to openers: nobody ever has what neither gives him")
    scoped(legacy_value("AllProcessesIOPM", {0x300, 0x378, 0x379}) + legacy_value("ThroughCreateFileIOPM", set()), ["openers", "--sticky"],
           "import: list, Scope and Sticky, from openers to all: nobody ever has what neither gives him")
    tap.case("scope: from openers to sticky and to all", lambda: change(
        ctl, lambda: (ctl("set", "lpt1"), ctl("scope", "openers", "--sticky")), ("scope", "all"), is_between))
    ctl.import_reg(f"[-{LEGACY}]\n")
    ctl("uninstall")


def program(ctl):
    """The settings of one program; None: for no program, since the path is not there."""
    answer = ctl("program", "show", "x", "--json").json()
    if answer["wrong"] == "the value Path is not there":
        return None
    if answer["wrong"]:
        raise ValueError(answer["wrong"])
    return answer["path"], answer["routes"], answer["ignore_cli_sti"], answer["fast"]


def programs(ctl, tap):
    ctl("install")
    tap.case("program add over earlier settings: the old ones, the new ones, or none", lambda: change(
        ctl, lambda: ctl("program", "add", "x", "--path", "x.exe", "--map", "378=378", "--fast"),
        ("program", "add", "x", "--path", "y.exe", "--map", "379=379", "--ignore-cli-sti"), lambda now, old, new: now is None, program))
    ctl("uninstall")


def installs(ctl, tap):
    before = state(ctl)
    _, count = kill_at(ctl, 0, "UserPort", "install")
    ctl("uninstall")
    tap.ok("install: it is killed at calls between the first and the last", count > INSTALL_POINTS, count)
    for point in range(INSTALL_POINTS):
        number = 1 + point * count // INSTALL_POINTS

        def at(number=number):
            kill_at(ctl, number, "UserPort", "install")
            again = ctl("install")
            listed = settings(ctl)[0]
            gone = ctl("uninstall")
            if again.status != 0 or gone.status != 0 or len(listed) != 20:
                return f"{again}\n{gone}\n{sorted(listed)}"
            return difference(before, state(ctl))

        tap.case(f"install, killed at call {number} of {count}: install and uninstall mend it and leave nothing", at)


def main():
    ctl = Ctl(sys.argv[1])
    tap = Tap()
    wanted = sys.argv[2:] or ["changes", "programs", "installs"]
    if "changes" in wanted:
        changes(ctl, tap)
    if "programs" in wanted:
        programs(ctl, tap)
    if "installs" in wanted:
        installs(ctl, tap)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
