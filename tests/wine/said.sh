# SPDX-License-Identifier: MIT
# Cases about what a command in C:\up says and how it ends; read with `.` from the root of the
# repository, after lib.sh.
#
#   check STATUS NAME       a case, which has passed if STATUS is 0; what was said is shown if not
#   start COMMAND...        runs it in $here, for up to $limit seconds; what it prints is in $WINEPREFIX/said, with the exit status,
#                           which is also $status, at the end
#   expect STATUS TEXT NAME ARGUMENT...
#                           runs $program ARGUMENT...: a case of the exit status and a text in what it says

number=0
here=$WINEPREFIX/drive_c/up

check() {
    number=$((number + 1))
    if [ "$1" = 0 ]; then
        echo "ok $number - $2"
    else
        echo "not ok $number - $2"
        sed 's/^/# /' "$WINEPREFIX/said" | head -n 40
    fi
}

start() {
    (cd "$here" && wine_limited "$limit" "$@") </dev/null >"$WINEPREFIX/raw" 2>&1
    status=$?
    tr -d '\r' <"$WINEPREFIX/raw" >"$WINEPREFIX/said"
    echo "exit status $status" >>"$WINEPREFIX/said"
}

expect() {
    wanted=$1
    text=$2
    name=$3
    shift 3
    # shellcheck disable=SC2086 -- words
    start $program "$@"
    [ $status -eq "$wanted" ] && grep -qF -- "$text" "$WINEPREFIX/said"
    check $? "$name"
}
