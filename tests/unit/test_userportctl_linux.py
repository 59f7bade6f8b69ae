#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""userportctl of this host, as it is built: wrong command lines, help, JSON, output that fails, and what an ordinary user is told.
Nothing is changed: it runs as a user who is not root. The ports themselves are tests/linux/userportctl.sh's."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD", ROOT / "build"))
COMMANDS = ["run", "trace", "status", "doctor", "check", "list", "grant", "revoke", "set", "defaults", "ports", "read", "write", "watch", "test"]
WINDOWS = ["install", "uninstall", "start", "stop", "startup", "apply", "scope", "import", "program"]

# Command lines and a part of what is said. 125: env(1)'s status of what could not be started.
WRONG = [
    ("", "a command is missing", 2),
    ("--verbose", "there is no option --verbose before the command", 2),
    ("frobnicate", 'there is no command "frobnicate"', 2),
    ("grnat lpt1", 'did you mean "grant"?', 2),
    ("add lpt1", 'did you mean "grant"?', 2),
    ("exec true", 'did you mean "run"?', 2),
    ("verify", 'did you mean "check"?', 2),
    ("grant", "grant: a list is missing", 2),
    ("grant 37Q", '"37Q" at column 1', 2),
    ("grant lpt9", "neither a hexadecimal port number nor a known name", 2),
    ("grant 378-", '"378-" at column 1', 2),
    ("grant 12345", '"12345" at column 1', 2),
    ("grant --frce lpt1", "grant: there is no option --frce", 2),
    ("grant --no-apply lpt1", "grant: there is no option --no-apply", 2),
    ("grant -f lpt1", "grant: there is no option -f", 2),
    ("grant --force=yes lpt1", "grant: --force takes no value", 2),
    ("grant --file", "grant: --file needs a value", 2),
    ("grant --file /dev/null lpt1", "a list, or --file, but not both", 2),
    ("revoke --force lpt1", "revoke: there is no option --force", 2),
    ("revoke", "revoke: a list is missing", 2),
    ("set", "set: a list is missing", 2),
    ("defaults modern", '"modern" is not classic', 2),
    ("defaults classic again", '"again" is too much', 2),
    ("list all", '"all" is too much', 2),
    ("list --long", "there is no option --long", 2),
    ("status now", '"now" is too much', 2),
    ("doctor please", '"please" is too much', 2),
    ("ports 378", '"378" is too much', 2),
    ("read", "read: an argument", 2),
    ("read 378.x", "a width is .b (8 bits", 2),
    ("read 10000", '"10000" at column 1', 2),
    ("read FFFF.w", "runs past FFFF", 2),
    ("read default", "is not one device", 2),
    ("read 378 0", "COUNT", 2),
    ("read 0-FFFF 2", "is more than 65536 values", 2),
    ("read --backend ioctl 378", '"ioctl" is neither direct nor devport', 2),
    ("write 378", "write: an argument", 2),
    ("write 378 100", "has more than 8 bits", 2),
    ("write 378-37A 1", "is a range", 2),
    ("write 378 xyz", "is not a value", 2),
    ("watch", "watch: an argument", 2),
    ("watch --interval 0 378", "--interval", 2),
    ("watch 0-FFFF", "more than 64 ports", 2),
    ("test", "test: an argument", 2),
    ("test printer", "is neither lpt nor speaker", 2),
    ("test lpt 9", "there is no LPT9 here", 2),
    ("trace", "trace: an argument", 2),
    ("trace a.csv b.csv", '"b.csv" is too much', 2),
    ("trace --from", "--from needs a value", 2),
    ("trace --ports lpt9 a.csv", '--ports: "lpt9" at column 1', 2),
    ("run", "run: an argument", 125),
    ("run --", "run: an argument", 125),
    ("run --port lpt1 true", "run: there is no option --port", 125),
    ("run --ports", "--ports needs a value", 125),
    ("run --ports 37Q true", '--ports: "37Q" at column 1', 125),
    ("run --ports , true", "--ports: ", 125),
    ("run --wine-devices", "--wine-devices needs a value", 125),
    ("run --wine-devices , true", "--wine-devices: the list is empty", 125),
    ("run --wine-devices giveio,../c: true", '--wine-devices: "../c:" is no name of a driver\'s device, such as giveio', 125),
    ("run --wine-devices LPT1 true", '--wine-devices: "LPT1" is no name', 125),
    ("run --wine-devices com10 true", '--wine-devices: "com10" is no name', 125),
    ("run --wine-devices unc true", '--wine-devices: "unc" is no name', 125),
    (f"run --wine-devices {'a' * 33} true", f'--wine-devices: "{"a" * 33}" is no name', 125),
    ("run --wine-devices giveio --user anna true", "--wine-devices makes links for who calls it, and does not go with --user", 125),
    ("run --device", "--device needs a value", 125),
    ("run --device 378=D100 true", "--device is PORTS=DEVICE", 125),
    ("run --device 378=printr:x true", "there is no such device", 125),
    ("run --device 378=memory --device 378=loopback true", "an earlier route has some of these ports", 125),
    ("run --device 378=memory --map 3BC=D100 true", "3BC=D100 leads to ports: with a device, ports are given only if --ports names them", 125),
    ("run --device 378=memory --user root true", "--user is for the ports that the policy gives to this user", 125),
    ("run --map card true", '"card": no printer port card is known to be here', 125),
    ("run --map 378-37F true", "a route is PORTS=TARGET", 125),
    ("run --trace x.txt true", "ends with .vcd, .csv or .svg: x.txt", 125),
] + [(name, f'there is no command "{name}" on this system: ', 2) for name in WINDOWS]


class Program:
    """The program in a folder that every user may read, run as a user who is not root."""

    def __init__(self, folder):
        self.path = str(folder / "userportctl")
        shutil.copy(BUILD / "host/userportctl", self.path)
        os.chmod(folder, 0o755)
        os.chmod(self.path, 0o755)
        self.who = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}

    def __call__(self, *words, **more):
        more = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
        done = subprocess.run([self.path, *words], cwd="/", text=True, timeout=30, check=False, **self.who, **more)
        return done.returncode, done.stdout, done.stderr


def wrong_line(ctl, line, text, status):
    code, out, err = ctl(*line.split())
    lines = err.splitlines()
    if code != status or out:
        yield f"status {code}, output {out!r}"
    if len(lines) != 2 or text not in lines[0] or not lines[0].startswith("userportctl: ") or not lines[1].startswith("Help: userportctl "):
        yield f"says {err!r}"
    code, out, err = ctl("--json", *line.split())
    answer = json.loads(out)
    if code != status or sorted(answer) != ["advice", "code", "error"] or text not in answer["error"]:
        yield f"--json: status {code}, {out!r}"


def help_of(ctl, name):
    shown = {ctl(name, "--help"), ctl("help", name), ctl("--help", name)}
    if len(shown) != 1:
        yield "three ways to ask, different answers"
    code, out, err = shown.pop()
    if code != 0 or err or not out.startswith(f"usage: userportctl {name}"):
        yield f"status {code}, {err!r}, {out[:60]!r}"
    yield from (f"a line of {len(line)} characters: {line}" for line in out.splitlines() if len(line) > 80)


def whole_help(ctl):
    _, out, _ = ctl("--help")
    shown = re.findall(r"^  ([a-z]+) ", out, re.M)
    if shown != COMMANDS:
        yield f"shows {shown}"
    if ctl("--version")[1] != f"userportctl {(ROOT / 'VERSION').read_text().strip()}\n":
        yield f"version {ctl('--version')[1]!r}"


def as_json(ctl, words, fields, status):
    code, out, _ = ctl(*words, "--json")
    answer = json.loads(out)
    if out.count("\n") != 1 or not out.endswith("\n"):
        yield "it is not one line"
    if code not in status or not set(fields) <= set(answer):
        yield f"status {code}, {out[:200]!r}"


def policy_files(ctl, folder):
    """check FILE: what is right, what is wrong and where, what cannot be read."""
    good, bad = folder / "good.conf", folder / "bad.conf"
    good.write_text("[lab]\nusers = root, 4242\nprogram = any\nports = lpt1\nhazardous-ports = 70\n")
    bad.write_text("[lab]\nusers = root\nprogram = any\nports = 378, 37Q\n")
    code, out, err = ctl("check", str(good))
    if code != 0 or err or "users:    root (0), 4242" not in out or "hazard:   port 70 (CMOS" not in out or "1 rule in 1 file, no mistake" not in out:
        yield f"good: {code} {out!r} {err!r}"
    code, out, err = ctl("check", str(bad))
    if code != 1 or out or f'{bad}, line 4, column 14: "37Q": ' not in err:
        yield f"bad: {code} {out!r} {err!r}"
    code, out, err = ctl("check", "--json", str(bad), str(good))
    answer = json.loads(out)
    if (code, answer["line"], answer["column"], answer["file"], answer["rules"]) != (1, 4, 14, str(bad), []):
        yield f"bad, --json: {code} {out!r}"
    code, out, err = ctl("check", str(folder / "none.conf"))
    if code != 1 or "cannot read " not in err or "not found (2)" not in err:
        yield f"none: {code} {err!r}"
    large = folder / "large.conf"
    large.write_text("#\n" * 40000)
    code, out, err = ctl("check", str(large))
    if code != 1 or "more than the 65536 bytes" not in err:
        yield f"large: {code} {err!r}"
    code, out, err = ctl("check", *[str(good)] * 33)
    if code != 2 or "more than 32 files" not in err:
        yield f"many: {code} {err!r}"
    for text, status in (("\ufeff" + good.read_text(), 0), (good.read_text()[:-1], 1), (good.read_text() + "# so", 1)):
        other = folder / "other.conf"  # as userport-run would read it
        other.write_text(text)
        code, out, err = ctl("check", str(other))
        if code != status or (status == 1) != ("other.conf, line " in err and "its last line has no end" in err):
            yield f"{text[-4:]!r}: {code} {out!r} {err!r}"
    with open(good, encoding="utf-8") as text:
        code, out, err = ctl("check", "-", stdin=text)
    if code != 0 or "[lab] of standard input, line 1" not in out:
        yield f"standard input: {code} {out!r} {err!r}"


def names_that_are_no_text(ctl, folder):
    """What is written goes out in blocks that end with whole characters, if there are any: here there are none, at every place."""
    name = os.fsencode(folder) + b"/" + b"\xC3\x80\x80\x80\x80" * 45 + b".conf"
    for more in range(10):
        with open(name, "w", encoding="utf-8") as rules:
            rules.write("".join(f"[r{'x' * more}]\nusers = root\nprogram = any\nports = 300\n" for _ in range(60)))
        code, out, err = ctl("check", name, errors="surrogateescape")
        if code != 0 or err or out.count(os.fsdecode(name)) != 60:
            yield f"{more}: {code} {len(out)} {err!r}"


def without_userport_run(ctl):
    """Where it is not installed, as on most machines that build: each command says what is not there, why, and what to do."""
    missing = "cannot ask /usr/libexec/userport/userport-run: not found (2)"
    if os.path.exists("/usr/libexec/userport/userport-run"):
        return
    for words, status in (("check", 1), ("status", 1), ("ports", 0), ("doctor", 1), ("check --json", 1), ("read 378", 1)):
        code, out, err = ctl(*words.split())
        said = " ".join((out + err).split())
        if code != status or missing not in said or "Install the package userport" not in said:
            yield f"{words}: {code} {out!r} {err!r}"
    code, out, err = ctl("run", "true")
    if code != 125 or out or not err.startswith("userportctl: no program can be given ports: /usr/libexec/userport/userport-run is not there\nInstall"):
        yield f"run: {code} {out!r} {err!r}"


def only_root(ctl):
    for words in (("grant", "lpt1"), ("revoke", "lpt1"), ("set", "lpt1"), ("defaults",)):
        code, out, err = ctl(*words)
        if code != 1 or out or err != "userportctl: cannot change the list: only root may\nStart it with sudo, or as root.\n":
            yield f"{words[0]}: {code} {out!r} {err!r}"


def broken_output(ctl):
    with open("/dev/full", "wb") as nowhere:
        code, _, err = ctl("--help", stdout=nowhere)
    if code != 1 or "cannot write to standard output: the disk is full" not in err:
        yield f"a full disk: {code} {err!r}"
    code, _, err = ctl("--help", preexec_fn=lambda: os.close(1), stdout=None)
    if code != 0 or err:
        yield f"without standard output: {code} {err!r}"


def json_of_run(ctl):
    """--json before the program is userportctl's, behind it the program's."""
    for words, is_json in ((["run", "--json", "no-such-program"], True), (["--json", "run", "no-such-program"], True),
                           (["run", "no-such-program", "--json"], False), (["run", "--", "no-such-program", "--json"], False)):
        code, out, err = ctl(*words)
        if code != 127 or bool(out) != is_json or (out and "no-such-program" not in json.loads(out)["error"]) or "not found (2)" not in err:
            yield f"{words}: {code} {out!r} {err!r}"


def documentation(ctl):
    """Every command and option of the help is on the page, and no other."""
    page = (ROOT / "docs/userportctl.md").read_text().split("\n## On Linux\n", 1)[1]
    for name in COMMANDS:
        if f"`{name}" not in page:
            yield f"{name} is not on the page"
    options = {option for name in COMMANDS for option in re.findall(r"^  (--[a-z-]+)", ctl(name, "--help")[1], re.M)}
    documented = set(re.findall(r"--[a-z][a-z-]*", page))
    yield from (f"{option} is in one of page and help alone" for option in sorted((options ^ documented) - {"--help", "--json", "--system", "--version"}))
    yield from ([] if "--json" in documented else ["--json is not on the page"])


def checks(ctl, folder):
    for line, text, status in WRONG:
        yield f"wrong: userportctl {line}", wrong_line(ctl, line, text, status)
    yield f"{len(WRONG)} wrong command lines are fifty at least", [] if len(WRONG) >= 50 else ["too few"]
    for name in COMMANDS:
        yield f"help: {name}", help_of(ctl, name)
    yield "help: all commands, in this order; the version", whole_help(ctl)
    yield "status --json", as_json(ctl, ["status"], ["user", "ports", "rules", "policy_problem", "helper"], {0, 1})
    yield "doctor --json", as_json(ctl, ["doctor"], ["errors", "findings"], {0, 1})
    yield "check --json", as_json(ctl, ["check"], ["files", "rules"], {0, 1})
    yield "list --json", as_json(ctl, ["list"], ["list", "count", "ranges", "group", "problems"], {0})
    yield "ports --json", as_json(ctl, ["ports"], ["known", "devices"], {0})
    yield "grant --dry-run --json", as_json(ctl, ["grant", "--dry-run", "300"], ["changed", "granted", "revoked", "effect"], {0})
    yield "a hazard, --json", as_json(ctl, ["grant", "--dry-run", "70"], ["hazards", "error", "advice"], {1})
    yield "run: whose --json it is", json_of_run(ctl)
    yield "check FILE", policy_files(ctl, folder)
    yield "check of a file whose name is no text", names_that_are_no_text(ctl, folder)
    yield "what changes something is root's", only_root(ctl)
    yield "without userport-run", without_userport_run(ctl)
    yield "output that fails, and none", broken_output(ctl)
    yield "docs/userportctl.md has its commands and options", documentation(ctl)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        results = [(title, list(problems)) for title, problems in checks(Program(folder), folder)]
    print(f"1..{len(results)}")
    for number, (title, problems) in enumerate(results, 1):
        print(f"{'not ok' if problems else 'ok'} {number} - {title}")
        for problem in problems:
            print(f"# {problem}")
    raise SystemExit(any(problems for _, problems in results))


if __name__ == "__main__":
    main()
