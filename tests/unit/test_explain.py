#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""userport-run --explain of this host, as it is built: each verdict, as text and as JSON, by policies in files (--policy-file); that
neither gives a port or starts a program; that no capability is needed. It runs as a user who is not root, and changes nothing.
tests/linux/rules.sh compares it with real runs."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD", ROOT / "build"))
USER = 65534 if os.geteuid() == 0 else os.getuid()
TRUE = os.path.realpath("/bin/true")  # a program that root alone can replace
RULE = f"[lab]\nusers = {USER}\nprogram = any\nports = lpt1, 300\nioperm = no\n"
NAMED = f"[scope]\nusers = {USER}\nprogram = {TRUE}\nports = 3BC\n"
SCRIPT = "/usr/bin/ldd"  # root's, and no program

# verdict, policy, arguments, a part of the reason, what else is in the answer
CASES = [
    ("granted", RULE, ["--", "/bin/sh"], None, {"ports": "300, 378-37F", "ioperm": False, "clean_environment": False}),
    ("granted", RULE, [], None, {"ports": "300, 378-37F", "program": None}),
    ("granted", RULE, ["--ports", "379-37A", "--", "/no/program"], None, {"ports": "379-37A", "program": "/no/program"}),
    ("granted", RULE, ["--ioperm", "--", "/bin/sh"], None, {"ioperm": True}),
    ("granted", RULE + NAMED, ["--", TRUE], None, {"ports": "300, 378-37F, 3BC", "clean_environment": True, "program_problem": None}),
    ("granted", NAMED + "ioperm = yes\n", ["--ioperm", "--", TRUE], None, {"ioperm": True}),
    ("no-rule", "", ["--", TRUE], "the policy has no rule for user ", {"ports": None, "rules": [], "advice": "root adds one to /etc/userport.conf, or the user to the group of one"}),
    ("no-rule", f"[a]\nusers = {USER + 1}\ngroups = {USER + 1}\nprogram = any\nports = 300\n", ["--", TRUE], "the policy has no rule", {"ports": None}),
    ("no-program-rule", NAMED, ["--", "/bin/sh"], " ports for the program /bin/sh", {"ports": None}),
    ("no-program-rule", NAMED, [], "is for a program that it names", {"ports": None}),
    ("no-program-rule", NAMED, ["--", f"/usr/..{TRUE}"], " ports for the program ", {"program_problem": f"/usr/..{TRUE} is no plain path"}),
    ("untrusted-program", NAMED.replace(TRUE, SCRIPT), ["--", SCRIPT], f"the rule [scope] names this program, but does not apply: {SCRIPT} is a script or no program", {}),
    ("untrusted-program", NAMED.replace(TRUE, "/no/program"), ["--", "/no/program"], "cannot look at /no: No such file or directory (2)", {}),
    ("untrusted-program", NAMED.replace(TRUE, "/tmp/x"), ["--", "/tmp/x"], "others than root may write to the folder /tmp", {}),
    ("no-ioperm", RULE + NAMED, ["--ioperm", "--", TRUE], "--ioperm: a rule names this program, so that it is for root", {"ports": None, "ioperm": False}),
    ("wrong-list", RULE, ["--ports", "37Q"], '--ports: "37Q" at column 1', {"ports": None}),
    ("wrong-list", RULE, ["--ports", ""], "--ports: the list is empty", {}),
    ("no-ports", RULE, ["--ports", "377-379,500"], "--ports: no rule gives the ports 377, 500 to user ", {"ports": None}),
    ("no-ports", RULE, ["--ports", "301"], "--ports: no rule gives port 301 to user ", {}),
    ("unusable", RULE + "user = 1\n", [], 'line 6, column 1: there is no key "user"', {"mistake_line": 6, "mistake_column": 1, "rules": [], "ports": None}),
    ("unusable", RULE[:-1], ["--", TRUE], "its last line has no end", {"mistake_line": 5, "mistake_column": 0}),
    ("unusable", "#\n" * 40000, [], "is larger than 65536 bytes", {"rules": []}),
]

# No decision, but an error.
WRONG = [
    (["--policy-file", "FILE", "--", TRUE], "--policy-file goes with --explain alone: what runs, runs by the policy of this machine"),
    (["--json", "--", TRUE], "--json goes with --explain alone"),
    (["--", TRUE, "--explain"], "no"),
    (["--explain", "true"], "the program needs its full path"),
    (["--explain", "--", ""], "the program needs its full path"),
    (["--explain", "--policy-file"], "--policy-file needs a value"),
    (["--explain", "--user", "root"], "--user is for root alone"),
    (["--explain=yes"], "there is no option --explain=yes"),
]


class Program:
    """A copy without any capability, in a folder that every user may read, run as a user who is not root."""

    def __init__(self, folder):
        self.path = str(folder / "userport-run")
        shutil.copy(BUILD / "host/userport-run", self.path)
        os.chmod(folder, 0o755)
        self.who = {"user": USER, "group": USER, "extra_groups": []} if os.geteuid() == 0 else {}

    def __call__(self, *words, **more):
        more = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
        done = subprocess.run([self.path, *words], cwd="/", text=True, timeout=30, check=False, **self.who, **more)
        return done.returncode, done.stdout, done.stderr


def from_text(text):
    """The lines as the object that --json prints."""
    answer, rule = {"policy": [], "rules": []}, None
    for line in text.splitlines():
        key, value = line.strip().split(": ", 1)
        value = {"true": True, "false": False}.get(value, int(value) if key in ("user", "group", "line", "mistake_line", "mistake_column") else value)
        if key == "rule":
            rule = {"name": value, "users": [], "groups": [], "program": None}
            answer["rules"].append(rule)
        elif line.startswith("  "):
            if key in ("user", "group"):
                rule[f"{key}s"].append(value)
            else:
                rule[key] = value
        elif key == "policy":
            answer["policy"].append(value)
        else:
            answer[key] = value
    return answer


def case(run, policy, verdict, text, words, reason, more):
    policy.write_text(text)
    arguments = ["--explain", "--policy-file", str(policy), *words]
    code, out, err = run(*arguments)
    json_code, json_out, json_err = run("--json", *arguments)
    if err or json_err or code != json_code or code != (0 if verdict == "granted" else 125):
        yield f"{code}, {json_code}: {err!r} {json_err!r}"
    if not out.endswith(f"\nverdict: {verdict}\n"):
        yield f"the last line is not the verdict: {out[-200:]!r}"
    if json_out.count("\n") != 1 or not json_out.endswith("}\n"):
        yield "the JSON is not one line"
    answer = json.loads(json_out)
    if from_text(out) != {key: value for key, value in answer.items() if value is not None}:
        yield f"text and JSON differ: {from_text(out)} {answer}"
    if (answer["reason"] is None) != (reason is None) or (reason is not None and reason not in answer["reason"]):
        yield f"the reason is {answer['reason']!r}"
    yield from (f"{key} is {answer.get(key)!r}" for key, value in more.items() if answer.get(key) != value)


def wrong(run, policy, words, text):
    policy.write_text(RULE)
    code, out, err = run(*[str(policy) if word == "FILE" else word for word in words])
    if code != 125 or out or not err.startswith("userport-run: ") or text not in err:
        yield f"{code} {out!r} {err!r}"


def nothing_runs(run, policy):
    """A program that would leave something does not run, and a file that the user may not read is not read."""
    policy.write_text(RULE)
    mark = policy.parent / "mark"
    code, out, _ = run("--explain", "--policy-file", str(policy), "--", "/bin/sh", "-c", f"echo ran; touch {mark}")
    if code != 0 or mark.exists() or "ran" in out.splitlines():
        yield f"{code}, {out!r}"
    code, out, _ = run("--explain", "--policy-file", "/etc/shadow")
    if code != 125 or "reason: cannot open /etc/shadow: Permission denied (13)\nverdict: unusable" not in out:
        yield f"/etc/shadow: {code} {out!r}"
    code, out, _ = run("--explain", "--policy-file", str(policy.parent / "none"))
    if code != 125 or "No such file or directory (2)\nverdict: unusable" not in out:
        yield f"no file: {code} {out!r}"


def odd_texts(run, policy):
    """What the caller says does not make a line, and JSON stays JSON."""
    policy.write_text(RULE.replace("[lab]", '[l"a\\b]'))
    program = b"/x\nverdict: granted\x7f\xff\"\\".decode(errors="surrogateescape")
    arguments = ["--explain", "--policy-file", str(policy), "--ports", "1", "--", program]
    code, out, _ = run(*arguments, errors="surrogateescape")
    if code != 125 or out.count("\nverdict: ") != 1 or not out.endswith("\nverdict: no-ports\n") or "program: /x?verdict: granted?" not in out:
        yield f"{code} {out!r}"
    answer = json.loads(run("--json", *arguments)[1])
    if answer["program"] != '/x?verdict: granted??"\\' or answer["rules"][0]["name"] != 'l"a\\b':
        yield f"{answer}"


def lost_output(run, policy):
    with open("/dev/full", "wb") as full:
        code, _, err = run("--explain", "--policy-file", str(policy), stdout=full)
    if code != 125 or "ended without an answer" not in err:
        yield f"{code} {err!r}"
    code, _, err = run("--explain", "--policy-file", "/none", preexec_fn=lambda: os.close(1), stdout=None)
    if code != 125 or err:
        yield f"without standard output: {code} {err!r}"


def checks(run, folder):
    policy = folder / "policy.conf"
    for verdict, text, words, reason, more in CASES:
        yield f"{verdict}: {' '.join(words)[:60]} by {len(text)} bytes of policy", case(run, policy, verdict, text, words, reason, more)
    for words, text in WRONG:
        yield f"wrong: {' '.join(words)}", wrong(run, policy, words, text)
    yield "no program runs, and files are opened with the caller's rights", nothing_runs(run, policy)
    yield "odd texts", odd_texts(run, policy)
    yield "output that fails, and none", lost_output(run, policy)


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
