# SPDX-License-Identifier: MIT
# A prefix of Wine with a screen of Xvfb and a window manager, for the tests of windows; read with `.`
# from the root of the repository. The services do not run yet: wine_boot. screen_size: 1680x1200
# unless it is set.
. tests/wine/lib.sh
wine_prepare
screen=
manager=

screen_end() {
    [ -z "$manager" ] || kill "$manager" 2>/dev/null
    [ -z "$screen" ] || kill "$screen" 2>/dev/null
    wine_end
}
trap screen_end EXIT

# The screen takes the first number that is free, and says which.
Xvfb -displayfd 3 -screen 0 "${screen_size:-1680x1200}x24" -nolisten tcp 3>"$WINEPREFIX/display" >/dev/null 2>&1 &
screen=$!
for _ in $(seq 100); do
    [ -s "$WINEPREFIX/display" ] && break
    sleep 0.1
done
if [ ! -s "$WINEPREFIX/display" ]; then
    echo 'Bail out! Xvfb has no screen'
    exit 1
fi
DISPLAY=:$(cat "$WINEPREFIX/display")
export DISPLAY
openbox --sm-disable >/dev/null 2>&1 &
manager=$!
