#!/bin/sh
# SPDX-License-Identifier: MIT
# What userportctl and UserPort.exe share, through Wine's service manager, registry and files: admin/main.c has the cases.
# An argument: only cases whose names contain it.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/lib.sh
wine_start
mkdir "$WINEPREFIX/drive_c/admin" "$WINEPREFIX/drive_c/parts"
cp "$build/wine/admin.exe" "$WINEPREFIX/drive_c/admin/"
parts=$WINEPREFIX/drive_c/parts
cp "$build/wine/userport_fake.sys" "$parts/fake.sys"
cp "$build/wine/userport_other.sys" "$parts/other.sys"
cp "$build/amd64/userport.sys" "$parts/shipped.sys"
cp "$build/i386/userport.sys" "$parts/i386.sys"
cp "$build/amd64/userport.dll" "$parts/amd64.dll"
cp "$build/i386/userport.dll" "$parts/i386.dll"
WINEDEBUG=+eventlog wine_limited 300 "C:\\admin\\admin.exe" child events
