#!/bin/sh
# SPDX-License-Identifier: MIT
# UserPort.exe in a real window: Wine on a screen of Xvfb, keys and mouse from xdotool, the fake
# driver behind it. gui/steps.py has the cases, each of which goes on where the one before it ended;
# gui/look.c is the witness. First at 96 dots per inch, everything; then at 192, what is seen.
# Pictures: build/gui.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/gui/screen.sh
mkdir -p "$build/gui"

# A network drive of a server that nobody asks: Wine's mountmgr takes its share from the link.
mkdir -p "$WINEPREFIX/dosdevices/unc/server/share"
ln -s unc/server/share "$WINEPREFIX/dosdevices/n:"
wine reg add 'HKLM\Software\Wine\Drives' /v n: /d network /f >/dev/null 2>&1
wineserver -k
wineserver -w
wine_boot

folder=$WINEPREFIX/drive_c/up
mkdir -p "$folder" "$WINEPREFIX/drive_c/dist"
cp "$build/amd64/UserPort.exe" "$build/wine/gui_look.exe" "$folder/"
cp "$build/wine/userport_fake.sys" "$WINEPREFIX/drive_c/dist/userport.sys"
timeout --foreground -k 5 500 /usr/bin/python3 tests/wine/gui/steps.py "$WINEPREFIX" "$build/gui"
