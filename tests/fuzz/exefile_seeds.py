#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes the seeds of fuzz/exefile into tests/fuzz/seeds/exefile: one small file of each kind."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))
import exe_images as exe  # noqa: E402



def signed(image):
    """With a table of certificates behind it, which the fifth directory names."""
    at = int.from_bytes(image[0x3C:0x40], "little") + 24
    directory = at + (112 if image[at:at + 2] == b"\x0b\x02" else 96) + 4 * 8
    table = (16).to_bytes(4, "little") + b"\0\2\2\0" + b"12345678"
    place = len(image).to_bytes(4, "little") + len(table).to_bytes(4, "little")
    return image[:directory] + place + image[directory + 8:] + table


SEEDS = {
    "mz": exe.mz(),
    "mz-odd-second": exe.mz(second=0xFFFFFFF0),
    "ne-windows": exe.ne(),
    "ne-os2-library": exe.ne(target=1, library=True),
    "le-vxd": exe.linear(),
    "lx": exe.linear(b"LX", 1),
    "pe-imports": exe.pe(dll=("KERNEL32.dll", "inpout32.dll"), text=b"\\\\.\\UserPort\0"),
    "pe-delayed": exe.pe(exe.AMD64, delayed=("DLPortIO.dll",), text="inpoutx64".encode("utf-16-le")),
    "pe-any": exe.pe(dll=("mscoree.dll",), dotnet=exe.IL_ONLY, text=b"\0inpout32.dll\0inpoutx64\0"),
    "pe-prefers-32": exe.pe(dotnet=exe.IL_ONLY | exe.REQUIRES_32 | exe.PREFERS_32),
    "pe-dll": exe.pe(flags=exe.DLL, product="UserPort"),
    "pe-functions": exe.pe(exe.AMD64, dll=("DLPORTIO.dll",), delayed=("inpoutx64",), functions=("Inp32", "GetPhysLong", "Other", 12)),
    "pe-arm64": exe.pe(exe.ARM64),
    "pe-signed": signed(bytes(exe.pe(exe.AMD64, product="UserPort"))),
    "io": b"\0io\0PortIn\0" + "io\0PortOut MapPhysToLin".encode("utf-16-le"),
    "names": b"\\\\.\\inpoutx64 \\\\.\\hwinterface UnmapPhysicalMemory io.dll winio.dll \\\\.\\giveio WinRing0x64.dll tvicport.dll" + "\\\\.\\PortTalk".encode("utf-16-le"),
}

folder = HERE / "seeds/exefile"
folder.mkdir(parents=True, exist_ok=True)
for name, data in SEEDS.items():
    (folder / name).write_bytes(data.rstrip(b"\0") if name.startswith("mz") else data)
