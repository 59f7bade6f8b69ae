# SPDX-License-Identifier: MIT
# What the suites with Wine share, beside lib.sh. The prefix is the template of tests/wine/lib.sh,
# under a layer of memory; it is anna's.
#
#   wine_by USER-RUN COMMAND...   says: what Wine's COMMAND prints, without CR, and "exit N" if it fails. USER-RUN: "$run --" for
#                                 its ports, env for none. What is in a folder i386 is started by tests/wine/clients/starts.c
#   wine_hold USER-RUN            starts the first program of Wine, and with it the others that Wine needs; it stays
#   hold TEXT COMMAND...          starts COMMAND by anna; it reads from a pipe that stays open, and this waits until it prints TEXT, or
#                                 ends, or for two minutes; what it prints is in /tmp/held
#   wine_service FILE LIST        before the first program: FILE is userport.sys, the service is there, and LIST is what it grants
#   wine_32_bits                  before the first program: 32-bit ones run too
#   part TEXT                     a line with the time since the start
# What Wine runs has no terminal: for one it would start a program that draws. And Wine does without
# the services and devices that have nothing to do with ports (game pads, USB, networks, the log of
# events): a start takes 9 s with them out, else 28. Nor has it this machine's fonts, whose folders
# each program with a window, and each 32-bit one, would look through.

home=/home/anna
prefix=$home/.wine
here=$prefix/drive_c/up
wine=$root/tests/wine/bin/wine

part() {
    echo "# $(cut -d' ' -f1 /proc/uptime) s: $1"
}

anna_in_wine() {
    cd "$here" && as anna env HOME=$home WINEPREFIX=$prefix WINEDEBUG=-all FONTCONFIG_FILE=/etc/wine-fonts.conf \
        WINEDLLOVERRIDES='mscoree,mshtml=;winemenubuilder.exe,winedbg.exe=d' "$@"
}

wine_by() {
    how=$1
    shift
    status=0
    case $1 in
    */i386/* | i386/*) set -- 'C:\up\starts.exe' "$@" ;;
    esac
    # shellcheck disable=SC2086 -- words
    (anna_in_wine $how "$wine" "$@") </dev/null >/tmp/said 2>&1 || status=$?
    tr -d '\r' </tmp/said
    [ $status -eq 0 ] || echo "exit $status"
}

hold() {
    waits_for=$1
    shift
    mkfifo /tmp/hold
    chown anna /tmp/hold
    (anna_in_wine "$@"; echo "ended $?") </tmp/hold >/tmp/held 2>&1 &
    exec 9>/tmp/hold
    seconds=0
    until grep -q "$waits_for\|^ended" /tmp/held || [ $seconds -ge 120 ]; do
        sleep 1
        seconds=$((seconds + 1))
    done
}

wine_hold() {
    # shellcheck disable=SC2086 -- words
    hold '>' $1 "$wine" cmd /k # its prompt: else another one might be the first
}

# As sc create and regedit would leave it, each of which takes five seconds here.
wine_service() {
    cp "$1" $prefix/drive_c/windows/system32/drivers/userport.sys
    {
        printf '\n[System\\\\CurrentControlSet\\\\Services\\\\UserPort]\n'
        printf '"%s"=dword:%08d\n' Type 1 Start 3 ErrorControl 1
        printf '"ImagePath"="C:\\\\windows\\\\system32\\\\drivers\\\\userport.sys"\n'
        "$build/host/iopm" --force "$2" | tr -d '\r' | sed '1,/^\[/d'
    } >>$prefix/system.reg
}

wine_32_bits() {
    WINEDLLPATH=$build/wine/wow64
    export WINEDLLPATH
    [ -d "$WINEDLLPATH/i386-windows" ] || {
        echo "Bail out! there is no $WINEDLLPATH: script/bootstrap fetches it"
        exit 1
    }
    mount --bind "$WINEDLLPATH/i386-windows" $prefix/drive_c/windows/syswow64
    cp "$build/wine/starts.exe" "$here/"
}

install -d -m 700 -o anna -g anna "/run/user/$(id -u anna)" # where Debian's Wine has the socket of its server
mkdir -p $prefix /tmp/prefix/upper /tmp/prefix/work
mount -t overlay prefix -o "lowerdir=$build/wine/prefix,upperdir=/tmp/prefix/upper,workdir=/tmp/prefix/work" $prefix
mkdir -p "$here" $prefix/drive_c/users/anna
find $prefix -type d -exec chown anna: {} +
sed -i -E -e '/^\[System.*Services\\\\(Eventlog|MountMgr|NDIS|nsiproxy|PlugPlay)\]/,/^$/s/^"Start"=.*/"Start"=dword:00000004/' \
    -e '/^\[System.*Enum.*WINE/,/^$/d' $prefix/system.reg
chown anna: $prefix/*.reg
chown -h anna: $prefix/dosdevices/*
echo '<fontconfig/>' >/etc/wine-fonts.conf
near /usr/bin/wine /etc/alternatives/wine /usr/bin/wine-stable /usr/lib/wine/wine64
(cd /usr/lib/x86_64-linux-gnu && near liblzma.so.5 libunwind.so.8 wine/x86_64-unix/libwine.so.1 wine/x86_64-unix/ntdll.so)
