#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""userportctl run --device, --map, --trace and --watch of this host: programs whose ports are served from outside, by an ordinary
user, without userport-run and without a port of this machine. tests/linux/followed.c has the cases that a program sees itself; here
is what is seen from outside, and what was recorded. Real ports and 32-bit programs: tests/linux/follow.sh."""

import csv
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD", ROOT / "build"))
PORTS = ["--device", "300-3FF=memory", "--device", "60-6F=memory", "--map", "500-50F=none"]
LISTED = "60-6F, 300-3FF, 500-50F"


class Programs:
    """userportctl and the followed program in a folder of a user who is not root, who runs them."""

    def __init__(self, folder):
        self.folder = folder
        self.who = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        for file in ("userportctl", "linux/followed", "linux/faulty", "linux/library", "libuserport.so"):
            shutil.copy(BUILD / "host" / file, folder)
        os.symlink("libuserport.so", folder / "libuserport.so.3")
        if self.who:
            os.chown(folder, 65534, 65534)

    def start(self, *words, options=PORTS, who=None, **more):
        more = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
        environment = dict(os.environ, LD_LIBRARY_PATH=str(self.folder), USERPORT_PROGRAM="routes=300=none")
        return subprocess.Popen(["./userportctl", "run", *options, "--", *words], cwd=self.folder, text=True, env=environment,
                                process_group=0, **(self.who if who is None else who), **more)

    def __call__(self, *words, **more):
        process = self.start(*words, **more)
        try:
            out, err = process.communicate(timeout=100)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            return "time-out", out, err
        return process.returncode, out, err

    def recorded(self, *words, options=PORTS, name="trace.csv"):
        """The status, and the accesses of the recording as dictionaries."""
        (self.folder / name).unlink(missing_ok=True)
        status, out, err = self(*words, options=[*options, "--trace", name])
        with open(self.folder / name, encoding="utf-8") as text:
            return status, list(csv.DictReader(line for line in text if not line.startswith("#"))), out, err


def case(programs, name, status=0, said="", options=PORTS):
    code, out, err = programs("./followed", *name.split(), options=options)
    if code != status or out != said or err:
        yield f"status {code}, says {out!r}, {err!r}"


def accesses(records, *fields):
    return [tuple(record[field] for field in fields) for record in records]


# ---- what is recorded --------------------------------------------------------------------------------------------------------------

def recorded_values(programs):
    status, records, _, _ = programs.recorded("./followed", "handler")
    wanted = [("300", "8", "write", "5A", "simulated"), ("300", "8", "read", "5A", "simulated"), ("600", "8", "read", "FF", "denied"),
              ("3FD", "32", "write", "0", "denied")]
    found = [(*some[:3], some[3].lstrip("0") or "0", some[4]) for some in accesses(records, "port", "width", "direction", "value", "result")]
    if status != 0 or found != wanted:
        yield f"{status}, {found}"
    if {record["module"] for record in records} != {"followed"}:
        yield f"modules {({record['module'] for record in records})}"
    symbols = subprocess.run(["nm", programs.folder / "followed"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"^([0-9a-f]+) . run_handler$", symbols, re.M)
    begin = int(found[1], 16) if found else 0
    if found and not all(begin <= int(record["offset"], 16) < begin + 0x400 for record in records):
        yield f"offsets {[record['offset'] for record in records]}, the function is at {begin:X}"
    times = [int(record["time_ns"]) for record in records]
    if times != sorted(times):
        yield "times descend"


def recorded_long(programs):
    """A block is as many accesses, in order: none is lost, however long it is."""
    status, records, _, err = programs.recorded("./followed", "long")
    count = 150000
    outs = [int(record["value"], 16) for record in records if record["direction"] == "write"]
    if status != 0 or outs != [i * 7 & 0xFF for i in range(count)] or len(records) != 2 * count + 1:
        yield f"status {status}, {len(outs)} writes, {len(records)} accesses"
    if err != f"userportctl: note: {2 * count + 1} accesses are in trace.csv\n":
        yield f"says {err!r}"


def recorded_threads(programs):
    """Eight threads, 100,000 accesses: each of them is there, with its own thread."""
    status, records, out, _ = programs.recorded("./followed", "threads")
    ports = {}
    for record in records:
        ports.setdefault(record["port"], []).append(record)
    if status != 0 or len(records) != 100000 or len(ports) != 8:
        yield f"status {status}, {out!r}, {len(records)} accesses at {len(ports)} ports"
    for port, some in ports.items():
        values = [int(record["value"], 16) for record in some]
        if len({record["thread"] for record in some}) != 1 or values != [i // 2 * 3 & 0xFFFF for i in range(12500)]:
            yield f"port {port}: {len(values)} accesses are not its thread's"
    if len({record["process"] for record in records}) != 1 or len({record["thread"] for record in records}) != 8:
        yield "the processes and threads"


def recorded_children(programs):
    status, records, out, _ = programs.recorded("./followed", "children")
    if status != 0 or len({record["process"] for record in records}) != 4 or len(records) != 9:
        yield f"status {status}, {out!r}, {accesses(records, 'process', 'direction', 'value')}"
    if {record["module"] for record in records} != {"followed"}:
        yield "a child's module"
    status, records, _, _ = programs.recorded("./followed", "thread-exec")
    if status != 0 or [record["value"] for record in records if record["port"] == "300"] != ["10", "10", "11"]:
        yield f"a thread executes: status {status}, {[record['value'] for record in records if record['port'] == '300']}"


def recorded_exec(programs):
    """Another program at the same addresses has its own name."""
    shutil.copy(programs.folder / "followed", programs.folder / "other")
    status, records, _, _ = programs.recorded("setarch", "-R", "./followed", "become", "./other")
    if status != 0 or accesses(records, "module", "value") != [("followed", "01"), ("other", "01"), ("other", "02")]:
        yield f"status {status}, {accesses(records, 'module', 'value')}"


def recorded_edge(programs):
    """Code in memory of no file has an address and no module."""
    status, records, _, _ = programs.recorded("./followed", "edge")
    if status != 0 or accesses(records, "port", "module") != [("62", ""), ("63", ""), ("62", "")]:
        yield f"status {status}, {accesses(records, 'port', 'module')}"
    elif [int(record["address"], 16) % 4096 for record in records] != [4094, 4095, 4094]:
        yield f"addresses {[record['address'] for record in records]}"


def recorded_late(programs):
    """Accesses after long pauses."""
    status, records, _, err = programs.recorded("./followed", "late")
    if status != 0 or accesses(records, "module", "value") != [("followed", "11"), ("followed", "22")] or "missing" in err:
        yield f"status {status}, {records}, {err!r}"


def printed(programs):
    status, out, err = programs("./followed", "handler", options=[*PORTS, "--watch"])
    lines = err.splitlines()
    if status != 0 or out or len(lines) != 5 or not re.search(r" 300 .* write 5A .*followed\+.* simulated", lines[0]) or lines[4] != "4 accesses":
        yield f"{status} {out!r} {err!r}"


# ---- from outside ------------------------------------------------------------------------------------------------------------------

def ends(programs):
    for number in (0, 1, 42, 255):
        if programs("./followed", "exit", str(number))[0] != number:
            yield f"exit {number}"
    for how, number in (("abort", signal.SIGABRT), ("denied", signal.SIGSEGV), ("null", signal.SIGSEGV), ("15", signal.SIGTERM), ("9", signal.SIGKILL),
                        ("10", signal.SIGUSR1)):
        status, _, err = programs("./followed", "crash", how)
        if status != -number or err:
            yield f"{how}: {status} {err!r}"
    if programs("sh", "-c", "./followed crash denied; echo $?")[1] != "139\n":
        yield "in a shell"
    for word, status in (("no-such-program", 127), ("/etc/passwd", 126), (".", 126)):
        if programs(word)[0] != status:
            yield f"{word}: {programs(word)}"
    (programs.folder / "text").write_text("not a program")
    (programs.folder / "text").chmod(0o755)
    status, _, err = programs("./text")
    if status != 126 or not err.startswith("userportctl: cannot run ") or "(8)" not in err:
        yield f"a text: {status} {err!r}"


def explained(programs):
    status, _, err = programs("./followed", "crash", "denied", options=[*PORTS, "--explain-faults"])
    wanted = r"userportctl: followed \(process \d+\) was ended by OUT: port 600 is not granted: no --device or --map has it, and no --ports\n"
    if status != -signal.SIGSEGV or not re.fullmatch(wanted, err):
        yield f"{status} {err!r}"
    status, _, err = programs("./followed", "handler", options=[*PORTS, "--explain-faults"])
    if status != 0 or err != "userportctl: note: the program tried ports that are not granted, and has handled that: 600\n":
        yield f"handled: {status} {err!r}"


def ready(process):
    return process.stdout.readline() == "ready\n"


def signalled(programs):
    process = programs.start("./followed", "term")
    if not ready(process):
        yield "it is not ready"
    process.terminate()
    out, _ = process.communicate(timeout=20)
    if (process.returncode, out) != (7, "term\n"):
        yield f"SIGTERM to userportctl: {process.returncode} {out!r}"
    process = programs.start("./followed", "wait")
    if not ready(process):
        yield "it is not ready"
    os.killpg(process.pid, signal.SIGINT)  # as a terminal's Ctrl-C
    process.communicate(timeout=20)
    if process.returncode != -signal.SIGINT:
        yield f"SIGINT to the group: {process.returncode}"


def tasks_of(folder):
    """The processes of the followed program that run in this folder."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(process / "exe") == str(folder / "followed"):
                found.append((int(process.name), (process / "stat").read_text().rsplit(")", 1)[1].split()[0]))
        except OSError:
            pass
    return found


def soon(is_so):
    for _ in range(100):
        if is_so():
            return True
        time.sleep(0.05)
    return False


def stopped(programs):
    process = programs.start("./followed", "stop")
    if not soon(lambda: [state.lower() for _, state in tasks_of(programs.folder)] == ["t"]):
        yield f"it has not stopped: {tasks_of(programs.folder)}"
    time.sleep(0.3)
    if process.poll() is not None or len(tasks_of(programs.folder)) != 1:
        yield "it has not stayed stopped"
    for task, _ in tasks_of(programs.folder):
        os.kill(task, signal.SIGCONT)
    out, err = process.communicate(timeout=20)
    if (process.returncode, out) != (0, "on\n"):
        yield f"SIGCONT: {process.returncode} {out!r} {err!r}"


def killed(programs):
    process = programs.start("sh", "-c", "./followed wait & ./followed idle & wait")
    if not ready(process) or not ready(process):
        yield "they are not ready"
    process.kill()
    process.wait(timeout=20)
    if not soon(lambda: not tasks_of(programs.folder)):
        yield f"userportctl was killed, and they live: {tasks_of(programs.folder)}"
    process.stdout.close()
    process = programs.start("./followed", "wait")
    if not ready(process):
        yield "it is not ready"
    for task, _ in tasks_of(programs.folder):
        os.kill(task, signal.SIGKILL)
    process.communicate(timeout=20)
    if process.returncode != -signal.SIGKILL:
        yield f"the program was killed: {process.returncode}"


def survivors(programs):
    """What the program has started is served until it ends; the status is the program's."""
    status, _, _ = programs("./followed", "survivor", "said")
    if status != 5 or (programs.folder / "said").read_text() != "42\n":
        yield f"status {status}, {(programs.folder / 'said').read_text()!r}"
    process = programs.start("sh", "-c", "./followed wait & exit 3", stdout=subprocess.DEVNULL)
    if not soon(lambda: len(tasks_of(programs.folder)) == 1):
        yield "it has not begun"
    time.sleep(0.3)
    if process.poll() is not None:
        yield "userportctl has not stayed"
    process.terminate()  # nobody else is there to get it
    process.communicate(timeout=20)
    if process.returncode != 3 or not soon(lambda: not tasks_of(programs.folder)):
        yield f"SIGTERM after the program's end: {process.returncode}, {tasks_of(programs.folder)}"


# ---- the program's view -------------------------------------------------------------------------------------------------------------

def rights(programs):
    status, out, err = programs("./followed", "ioperm", options=[*PORTS, "--ioperm"])
    if (status, out, err) != (0, "0 0 1 0\n", ""):
        yield f"--ioperm: {status} {out!r} {err!r}"
    status, out, _ = programs("./followed", "ioperm")
    if (status, out) not in ((0, "1 1 1 1\n"), (0, "38 38 38 38\n")):  # some kernels have no ioperm
        yield f"without: {status} {out!r}"
    if os.geteuid() == 0:  # root's ioperm would give real ports to the program
        status, out, _ = programs("./followed", "ioperm", who={})
        if (status, out) != (0, "0 0 1 0\n"):
            yield f"root: {status} {out!r}"


def environment(programs):
    status, out, err = programs("sh", "-c", "echo $USERPORT_PORTS; echo $USERPORT_FOLLOWER $PPID; echo ${USERPORT_PROGRAM-none}")
    lines = out.splitlines()
    if status != 0 or err or lines[0] != LISTED or lines[1].split()[0] != lines[1].split()[1] or lines[2] != "none":
        yield f"{status} {out!r} {err!r}"
    opened = "sh", "-c", "ls /proc/self/fd | wc -l"
    bare = subprocess.run(opened, cwd=programs.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True).stdout
    if programs(*opened, options=[*PORTS, "--trace", "trace.csv"])[1] != bare:
        yield "the program has files of userportctl"


def library(programs):
    """libuserport.so knows the ports that are served, and only while they are."""
    status, out, err = programs("./library", "any", "ports", options=["--device", "378=memory", "--device", "61=memory"])
    if (status, out, err) != (0, "direct: 61, 378\n61, 378\n", ""):
        yield f"ports: {status} {out!r} {err!r}"
    status, out, err = programs("./library", "any", "printer", options=["--device", "378-37A=memory"])
    if (status, out) != (0, "A5 6 5A 3333 33 22 timed out\n"):
        yield f"printer: {status} {out!r} {err!r}"
    process = subprocess.run(["./library", "direct", "ports"], cwd=programs.folder, capture_output=True, text=True, check=False,
                             env=dict(os.environ, LD_LIBRARY_PATH=str(programs.folder), USERPORT_PORTS="378", USERPORT_FOLLOWER=str(os.getpid())))
    if process.returncode != 1 or "this program was started without ports" not in process.stdout + process.stderr:
        yield f"a variable that lies: {process.returncode} {process.stdout!r}"


def inside(programs):
    """userportctl in a program that is followed."""
    script = "./userportctl write 300 5A; ./userportctl read 300; ./userportctl run ./followed exit 4; echo $?"
    status, out, err = programs("sh", "-c", script)
    if (status, out, err) != (0, "300: 5A\n4\n", ""):
        yield f"{status} {out!r} {err!r}"
    status, _, err = programs("./userportctl", "run", "--ports", "300", "./followed", "exit", "4")
    if status != 125 or "cannot give up its other ports: userportctl run serves it from outside" not in err:
        yield f"--ports: {status} {err!r}"
    status, out, err = programs("./userportctl", "run", "--ports", LISTED, "--", "sh", "-c", "echo $USERPORT_PORTS")
    if (status, out, err) != (0, LISTED + "\n", ""):
        yield f"all its ports: {status} {out!r} {err!r}"


def refusals(programs):
    for options, text in ((["--device", "378=D100"], "--device is PORTS=DEVICE"), (["--device", "378=printr:x"], "there is no such device"),
                          (["--map", "300=D100", "--device", "378=memory"], "300=D100 leads to ports"),
                          (["--device", "378=memory", "--user", "root"], "--user is for the ports that the policy gives"),
                          (["--device", "378=memory", "--trace", "x.txt"], "ends with .vcd, .csv or .svg"),
                          (["--device", "378=memory", "--map", "379=none,378=none"], "an earlier route"),
                          (["--device", "378=printer:/no/such/out.txt"], "/no/such/out.txt"),
                          (["--device", "378=memory", "--trace", "/no/such/x.csv"], "/no/such/x.csv")):
        status, out, err = programs("./followed", "exit", "0", options=options)
        if status != 125 or out or text not in err:
            yield f"{options}: {status} {err!r}"
    if tasks_of(programs.folder):
        yield f"a process was left: {tasks_of(programs.folder)}"
    status, _, err = programs("./userportctl", "run", "--device", "378=memory", "./followed", "exit", "0")
    if status != 125 or "cannot follow " not in err:
        yield f"in a program that is followed: {status} {err!r}"


def rights_of_files(programs):
    """A set-user-ID program has the user's rights only, and one that may not be read is not served; both are said."""
    if os.geteuid() != 0:
        return
    shutil.copy(shutil.which("id"), programs.folder / "id")
    os.chmod(programs.folder / "id", 0o4755)
    status, out, err = programs("./id", "-u")
    if (status, out) != (0, "65534\n") or "/id has rights of its own: while it is followed it has yours only" not in err:
        yield f"{status} {out!r} {err!r}"
    shutil.copy(programs.folder / "followed", programs.folder / "hidden")
    os.chmod(programs.folder / "hidden", 0o711)
    status, _, err = programs("./hidden", "exit", "0")
    if status != -signal.SIGSEGV or "/hidden may not be read: so its port instructions cannot be served" not in err:
        yield f"{status} {err!r}"


def checks(programs):
    for name, title in (("handler", "a handler of the program's own sees refusals alone"), ("nothing", "ports that go nowhere"),
                        ("long", "a block of 150,000 elements"), ("memory", "a block that ends in memory that is not there"),
                        ("edge", "an instruction at the end of its memory"), ("threads", "eight threads, 100,000 accesses"),
                        ("children", "fork, vfork and exec"), ("thread-exec", "exec by another thread"), ("signals", "signals all the while"),
                        ("blocked", "signals that are blocked"), ("sent", "SIGSEGV that somebody sends")):
        yield title, case(programs, name)
    yield "CLI and STI end a program", case(programs, "cli", -signal.SIGSEGV)
    yield "or are skipped", case(programs, "cli", options=[*PORTS, "--ignore-cli-sti"])
    yield "but HLT is not", case(programs, "hlt", -signal.SIGSEGV, options=[*PORTS, "--ignore-cli-sti"])
    yield "what is recorded of an access", recorded_values(programs)
    yield "a long block in a recording", recorded_long(programs)
    yield "threads in a recording", recorded_threads(programs)
    yield "processes in a recording", recorded_children(programs)
    yield "another program in a recording", recorded_exec(programs)
    yield "code of no file in a recording", recorded_edge(programs)
    yield "pauses in a recording", recorded_late(programs)
    yield "--watch", printed(programs)
    yield "how a program ends", ends(programs)
    yield "--explain-faults", explained(programs)
    yield "signals to userportctl and to the group", signalled(programs)
    yield "a stop and its end", stopped(programs)
    yield "who is killed, and what goes with it", killed(programs)
    yield "what lives longer than the program", survivors(programs)
    yield "ioperm and iopl", rights(programs)
    yield "the environment and the files of the program", environment(programs)
    yield "libuserport.so in the program", library(programs)
    yield "userportctl in the program", inside(programs)
    yield "what is refused", refusals(programs)
    yield "a set-user-ID program, and one that may not be read", rights_of_files(programs)


def all_of(problems):
    """The problems of one check; what keeps it from going on is one too."""
    try:
        return list(problems)
    except (OSError, subprocess.SubprocessError, LookupError, ValueError) as problem:
        return [repr(problem)]


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        results = [(title, all_of(problems)) for title, problems in checks(Programs(folder))]
    print(f"1..{len(results)}")
    for number, (title, problems) in enumerate(results, 1):
        print(f"{'not ok' if problems else 'ok'} {number} - {title}")
        for problem in problems:
            print(f"# {problem}")
    raise SystemExit(any(problems for _, problems in results))


if __name__ == "__main__":
    main()
