# SPDX-License-Identifier: MIT
"""DLLs that somebody put beside userportctl.exe, under names of Windows' own, are not loaded. Those that the program is linked
to (advapi32.dll, msvcrt.dll) are Windows' business, which has them in its list of known DLLs, and are left alone."""

import os
import shutil

# wintrust.dll and psapi.dll are what it loads by name; the others are what these need, and what is
# planted most often.
NAMES = ("wintrust.dll", "psapi.dll", "crypt32.dll", "bcrypt.dll", "msasn1.dll", "imagehlp.dll", "cryptbase.dll", "cryptsp.dll",
         "rsaenh.dll", "softpub.dll", "version.dll", "dbghelp.dll", "uxtheme.dll", "userenv.dll", "profapi.dll")


def loaded(ctl):
    found = sorted(f.name[:-len(".loaded")] for f in ctl.folder.glob("*.loaded"))
    for file in ctl.folder.glob("*.loaded"):
        file.unlink()
    return found


def commands(ctl, tap):
    for line in ("install", "doctor", "start", "status", "grant 300", "ports", "stop", "uninstall"):
        def run(line=line):
            result = ctl(*line.split())
            return (loaded(ctl) or "") if result.status in (0, 1) and result.out else str(result)

        tap.case(f"planted DLLs: {line} loads none", run)


def run(ctl, tap):
    overrides = os.environ["WINEDLLOVERRIDES"]
    # as Windows does it: a file of that name before Wine's own DLL
    os.environ["WINEDLLOVERRIDES"] = f"{overrides};{','.join(name[:-len('.dll')] for name in NAMES)}=n,b"
    for name in NAMES:
        shutil.copy(ctl.build / "wine/marker.dll", ctl.folder / name)

    def seen(dll, wanted):
        result = ctl.client_alone("load", dll)
        found = loaded(ctl)
        return None if wanted in found else f"{found} {result}"

    # that this test can fail
    tap.case("planted DLLs: another program loads one by its name", lambda: seen("wintrust.dll", "wintrust.dll"))
    tap.case("planted DLLs: and one that a DLL of the system needs", lambda: seen(r"C:\windows\system32\wintrust.dll", "crypt32.dll"))
    commands(ctl, tap)
    for name in NAMES:
        (ctl.folder / name).unlink()
    os.environ["WINEDLLOVERRIDES"] = overrides
