#!/bin/sh
# SPDX-License-Identifier: MIT
# UserPort.exe watches a program: its window of the accesses, in Wine on a screen of Xvfb. The
# program has simulated devices, so that no driver is needed. gui/watch_steps.py has the cases.
# Pictures: build/gui.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/gui/screen.sh
mkdir -p "$build/gui"
wine_boot

folder=$WINEPREFIX/drive_c/up
mkdir -p "$folder/i386"
cp "$build/amd64/UserPort.exe" "$build/amd64/userportctl.exe" "$build/amd64/userport-trap.dll" \
    "$build/wine/gui_look.exe" "$build/wine/watched.exe" "$build/examples/amd64/printlpt.exe" "$folder/"
# The settings of programs are below the service, which is never started.
wine_limited 60 sc create UserPort type= kernel start= demand binPath= 'C:\windows\system32\drivers\userport.sys' >/dev/null 2>&1
timeout --foreground -k 5 250 /usr/bin/python3 tests/wine/gui/watch_steps.py "$WINEPREFIX" "$build/gui"
