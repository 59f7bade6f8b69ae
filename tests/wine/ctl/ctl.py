# SPDX-License-Identifier: MIT
"""userportctl under Wine, for the tests: runs it, looks at the registry by itself, prints TAP."""

import fcntl
import json
import os
import pathlib
import pty
import re
import select
import shutil
import struct
import subprocess
import termios
import time

FOLDER = "Gerät Σ 漢"  # where the program lies: paths are not ASCII
# The C library may say this when a process of Wine ends while one of its threads loads a library;
# it ends with 127 then.
LOADER_FAULT = re.compile(rb"^Inconsistency detected by ld\.so: .*\n", re.M)
SERVICE = r"System\CurrentControlSet\Services\UserPort"  # below HKLM, as every key here
TYPES = {"REG_SZ": 1, "REG_BINARY": 3, "REG_DWORD": 4}


class Result:
    def __init__(self, arguments, status, out, err):
        self.arguments, self.status, self.out, self.err = arguments, status, out, err

    def __str__(self):
        return f"userportctl {' '.join(self.arguments)}\nexit {self.status}\nstdout: {self.out}\nstderr: {self.err}"

    def json(self):
        """The one object that standard output is; an exception if it is anything else."""
        lines = self.out.splitlines()
        if len(lines) != 1:
            raise ValueError(f"{len(lines)} lines of output")
        value = json.loads(lines[0])
        if not isinstance(value, dict):
            raise ValueError("no object")
        return value


# What lpttool.exe does, as a recording
RECORDING = """time_ns,process,thread,address,module,offset,port,width,direction,value,result
# program: lpttool.exe
# begun: 2026-11-29 21:05:03 UTC
# printers: 378
1200,7,8,40158A,lpttool.exe,158A,37A,8,read,CC,granted
9400,7,8,40159C,lpttool.exe,159C,37A,8,write,C8,granted
100010400,7,8,4015B0,lpttool.exe,15B0,37A,8,write,CC,granted
# end: 100950000
"""


class Ctl:
    """A prefix with userportctl.exe, the fake driver, and the DLLs that an install installs in a folder."""

    def __init__(self, build):
        self.build = pathlib.Path(build).resolve()
        self.drive = pathlib.Path(os.environ["WINEPREFIX"], "drive_c")
        self.folder = self.drive / FOLDER
        self.folder.mkdir()
        for source, name in (("amd64/userportctl.exe", "userportctl.exe"), ("wine/userport_fake.sys", "userport.sys"),
                             ("amd64/userport.dll", "userport.dll"), ("amd64/userport_com.dll", "userport_com.dll"),
                             ("amd64/userport-trap.dll", "userport-trap.dll"),
                             ("wine/ctl_client.exe", "ctl_client.exe")):
            shutil.copy(self.build / source, self.folder / name)
        self.server = None

    def put_tool(self):
        """The program of the documentation's examples, which runs IN and OUT itself, in fresh folders."""
        for folder in ("Tools", "Lab"):
            shutil.rmtree(self.drive / folder, ignore_errors=True)
            (self.drive / folder).mkdir()
        shutil.copy(self.build / "examples/amd64/resetlpt.exe", self.drive / "Tools/lpttool.exe")
        (self.folder / "lpttool.csv").write_text(RECORDING)

    def wine(self, *arguments, seconds=60, text=None, **more):
        return subprocess.run(["wine", *map(str, arguments)], input=text, capture_output="stdout" not in more, check=False,
                              timeout=seconds, cwd=self.folder, **more)

    def __call__(self, *arguments, seconds=60, text=None):
        done = self.wine("./userportctl.exe", *arguments, seconds=seconds, text=text)
        said = LOADER_FAULT.sub(b"", done.stderr)
        fault = None
        if said != done.stderr and done.returncode == 127:
            fault = "the loader failed at the end of a process"
        elif done.returncode == 1 and not done.stdout and not said:  # userportctl says why, Wine's server says nothing
            fault = "Wine ended a process"
        if fault:
            print(f"# {fault}: once more userportctl {' '.join(map(str, arguments))}", flush=True)
            done = self.wine("./userportctl.exe", *arguments, seconds=seconds, text=text)
            said = done.stderr
        return Result([str(a) for a in arguments], done.returncode, self.plain(done.stdout), self.plain(said))

    def start(self, *arguments, **more):
        return subprocess.Popen(["wine", "./userportctl.exe", *arguments], cwd=self.folder, **more)

    def client(self, *arguments):
        """By one ctl_client that serves them all. Of a command that has failed, what it printed is its error."""
        if self.server is None:
            self.server = subprocess.Popen(["wine", "./ctl_client.exe", "serve"], cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                           stderr=subprocess.STDOUT)
        self.server.stdin.write("\t".join(map(str, arguments)).encode() + b"\n")
        self.server.stdin.flush()
        lines = []
        while not (end := re.fullmatch(rb"exit (\d+)\r\n", line := self.server.stdout.readline())):
            lines.append(line)
            if not line:
                raise ValueError(f"ctl_client ended, after {arguments}: {lines}")
        status, text = int(end[1]), self.plain(b"".join(lines))
        return Result(["ctl_client", *map(str, arguments)], status, *((text, "") if status == 0 else ("", text)))

    def client_alone(self, *arguments):
        """By a ctl_client of its own."""
        done = self.wine("./ctl_client.exe", *arguments)
        return Result(["ctl_client", *arguments], done.returncode, self.plain(done.stdout), self.plain(done.stderr))

    def console(self, *arguments, keys=b"", wait_for="", seconds=60):
        """On a terminal, which Wine makes a console of. keys: what is typed when wait_for has been printed."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 120, 0, 0))
        process = subprocess.Popen(["wine", "./userportctl.exe", *arguments], stdin=slave, stdout=slave, stderr=slave,
                                   cwd=self.folder, start_new_session=True,
                                   preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        screen, typed, end = b"", False, time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([master], [], [], 0.2)[0]:
                try:
                    screen += os.read(master, 65536)
                except OSError:  # everybody has closed it
                    break
            elif process.poll() is not None:
                break
            if keys and not typed and wait_for in self.without_escapes(screen):
                os.write(master, keys)
                typed = True
        if process.poll() is None and time.monotonic() >= end:
            process.kill()
        os.close(master)
        return Result(["on a console:", *arguments], process.wait(), self.without_escapes(screen), "")

    @staticmethod
    def without_escapes(screen):
        text = screen.decode("utf-8", "replace")
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07", "", text).replace("\r\n", "\n").replace("\r", "")

    @staticmethod
    def plain(data):
        """Strict UTF-8, and lines that end with CR LF, all of them."""
        text = data.decode("utf-8")
        if re.search(r"(?<!\r)\n", text):
            raise ValueError(f"a line that ends without CR: {text!r}")
        return text.replace("\r\n", "\n")

    # ---- the registry, with nothing of UserPort's ----

    def values(self, key):
        """{name: a text, an int or bytes}, or None: there is no such key."""
        said = self.client("values", key)
        if said.status != 0:
            return None
        found = {}
        for line in said.out.splitlines():
            kind, data, name = line.split(" ", 2)
            data = bytes.fromhex(data)
            found[name] = (data.decode("utf-16-le").rstrip("\0") if int(kind) == TYPES["REG_SZ"] else
                           int.from_bytes(data, "little") if int(kind) == TYPES["REG_DWORD"] else data)
        return found

    def value(self, name):
        """A value of the service's key, or None."""
        return (self.values(SERVICE) or {}).get(name)

    def put_value(self, key, name, kind, data):
        """data: a text, a number or hexadecimal digits."""
        data = {"REG_SZ": lambda: (data + "\0").encode("utf-16-le"), "REG_BINARY": lambda: bytes.fromhex(data),
                "REG_DWORD": lambda: int(data).to_bytes(4, "little")}[kind]()
        self.done("put", key, name, TYPES[kind], data.hex())

    def drop_value(self, key, name):
        self.done("drop", key, name)

    def done(self, *arguments):
        said = self.client(*arguments)
        if said.status != 0:
            raise ValueError(str(said))
        return said.out

    def ports(self):
        """The ports that the value IOPM grants."""
        value = self.value("IOPM")
        return None if value is None else {n for n in range(8 * len(value)) if not value[n // 8] >> n % 8 & 1}

    def import_reg(self, text):
        (self.folder / "import.reg").write_bytes(("REGEDIT4\r\n\r\n" + text.replace("\n", "\r\n")).encode())
        self.wine("regedit", "/S", "import.reg")

    def export(self, key):
        """A branch with its volatile keys, by Wine's reg."""
        name = self.drive / "export.reg"
        name.unlink(missing_ok=True)
        self.wine("reg", "export", rf"HKLM\{key}", r"C:\export.reg", "/y", seconds=120)
        return name.read_text(encoding="utf-16") if name.exists() else ""

    def saved(self, key):
        """A branch without its volatile keys: quicker than an export by far, and for Classes alone worth it."""
        return self.done("saved", key)


class Tap:
    def __init__(self):
        self.number = self.failed = 0

    def ok(self, name, good, details=""):
        self.number += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.number} - {name}", flush=True)
        if not good:
            print("".join(f"# {line}\n" for line in str(details).splitlines()), end="", flush=True)
        return good

    def case(self, name, check):
        """check returns what is wrong, or nothing; what it raises fails the case too."""
        try:
            wrong = check()
        except Exception as error:  # pylint: disable=broad-except
            wrong = f"{type(error).__name__}: {error}"
        return self.ok(name, not wrong, wrong)

    def end(self):
        print(f"1..{self.number}")
        return int(self.failed > 0)


def expect(result, status, out=(), err=(), no_out=(), no_err=()):
    """What is wrong with a result: its status, texts that have to be in it, texts that must not. A text may be broken into lines."""
    wrong = [] if result.status == status else [f"exit {result.status}, not {status}"]
    for where, text, wanted, unwanted in (("standard output", result.out, out, no_out),
                                          ("standard error", result.err, err, no_err)):
        both = (text, re.sub(r"\n *", " ", text) + "\n")
        wrong += [f"{where} lacks {w!r}" for w in ([wanted] if isinstance(wanted, str) else wanted) if not any(w in t for t in both)]
        wrong += [f"{where} has {u!r}" for u in ([unwanted] if isinstance(unwanted, str) else unwanted) if any(u in t for t in both)]
    return "\n".join(wrong + ([str(result)] if wrong else []))
