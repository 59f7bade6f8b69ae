# SPDX-License-Identifier: MIT
# What the tests under Wine share; read with `.` from the root of the repository.
#
#   wine_start               a fresh prefix, Wine's variables, and the clean-up at the exit of the script; Wine's services run
#   wine_prepare, wine_boot  the same in two steps, for who has something to do before the services run
#   wine_driver_install FILE puts FILE into the prefix as userport.sys and registers the service UserPort for it
#   wine_ports LIST          writes the list into the service's key ("lpt1, 61"; the driver reads it at its start and RELOAD)
#   wine_driver_start, wine_driver_stop, wine_driver_delete
#   wine_limited SECONDS PROGRAM ARGUMENT...    wine, with a time limit: 124 when it was reached
#   wine_everywhere COMMAND...                  a command whose programs, by wine_limited, may use all processors: for those
#                                               whose threads shall run at the same time. All else has one (tests/lib/run-test)
#
# A new prefix takes Wine a quarter to half a minute: one is made in build/wine/prefix, once, and
# never used; the tests get copies, whose files are hard links except the registry's.
# build/host/iopm (make iopm) makes registry values of lists.

build=${BUILD:-build}

# The prefix that all others are copies of.
wine_template() {
    mkdir -p "$build/wine"
    template=$(cd "$build/wine" && pwd)/prefix
    (
        flock 9
        if [ ! -f "$template/ready" ]; then
            rm -rf "$template"
            mkdir "$template"
            export WINEPREFIX="$template" WINEDLLOVERRIDES="mscoree,mshtml=;winemenubuilder.exe=d"
            timeout 240 wineboot -i >/dev/null 2>&1 9>&- && timeout 60 wineserver -w && touch "$template/ready"
            wineserver -k 2>/dev/null
        fi
    ) 9>"$build/wine/prefix.lock"
    [ -f "$template/ready" ]
}

wine_prepare() {
    WINEDEBUG=-all
    WINEDLLOVERRIDES='mscoree,mshtml=;winemenubuilder.exe=d'
    PATH=$(pwd)/tests/wine/bin:$PATH
    export WINEPREFIX WINEDEBUG WINEDLLOVERRIDES PATH
    if ! wine_template; then
        echo "Bail out! Wine cannot make a prefix"
        exit 1
    fi
    WINEPREFIX=$(mktemp -d "$template.XXXXXX")
    trap wine_end EXIT
    trap 'exit 1' HUP INT TERM
    cp -al "$template/." "$WINEPREFIX" 2>/dev/null || cp -a "$template/." "$WINEPREFIX"
    for file in "$WINEPREFIX"/*.reg; do
        cp --remove-destination "$template/${file##*/}" "$file"
    done
}

# Wine ends its services, and the drivers, some seconds after the last program; a program that
# starts meanwhile can be ended with them, or finds a driver gone that ran before. So they stay for
# as long as any test takes. They are started here, by a program without a pipe for its output,
# since they keep the pipes of the program that starts them: who waits for their end would wait.
wine_boot() {
    wineserver -p600
    wine_limited 120 cmd /c rem </dev/null >/dev/null 2>&1
}

wine_start() {
    wine_prepare
    wine_boot
}

wine_end() {
    wineserver -k 2>/dev/null
    timeout 20 wineserver -w || wineserver -k9 2>/dev/null
    rm -rf "$WINEPREFIX"
}

# In the foreground: what ends the test also ends what it runs.
wine_limited() {
    seconds=$1
    shift
    # shellcheck disable=SC2086 -- words
    timeout --foreground -k 5 "$seconds" ${wine_where:-} wine "$@"
}

wine_everywhere() {
    [ -z "${USERPORT_PROCESSORS:-}" ] || wine_where="taskset -c $USERPORT_PROCESSORS"
    "$@"
    wine_ended=$?
    wine_where=
    return $wine_ended
}

wine_driver_install() {
    cp "$1" "$WINEPREFIX/drive_c/windows/system32/drivers/userport.sys"
    wine_limited 60 sc create UserPort type= kernel start= demand \
        binPath= 'C:\windows\system32\drivers\userport.sys' >/dev/null
}

wine_ports() {
    "$build/host/iopm" --force "$1" >"$WINEPREFIX/ports.reg" && wine_limited 60 regedit /S "$WINEPREFIX/ports.reg"
}

wine_driver_start() {
    wine_limited 60 sc start UserPort >/dev/null
}

wine_driver_stop() {
    wine_limited 60 sc stop UserPort >/dev/null
}

wine_driver_delete() {
    wine_limited 60 sc delete UserPort >/dev/null
}
