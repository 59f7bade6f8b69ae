# SPDX-License-Identifier: MIT
# What the suites of tests/linux share; they run in the emulated PC, as root. Read with `.` by its
# full path.
#
#   is GOT WANTED NAME        TAP: are both the same?
#   has TEXT PART NAME        TAP: does TEXT have PART in it?
#   as USER COMMAND...        runs it as that user, with that user's groups
#   policy                    /etc/userport.conf is what comes in
#   run_as USER ARGUMENT...   userport-run as that user: what it prints, and "exit N" if it fails
#   pci_devices               from now on /tmp/devices stands in the place of /sys/bus/pci/devices, with all that is there
#   make_card PLACE VENDOR DEVICE CLASS RANGE...
#                             makes up a PCI device in it; RANGE is FIRST-LAST in hexadecimal, of ports or of memory
#   plan                      at the end

root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(sed 's/.*userport.build=\([^ ]*\).*/\1/' /proc/cmdline)
run=/usr/libexec/userport/userport-run
probe=/opt/probe
count=0
failed=0

is() {
    count=$((count + 1))
    if [ "$1" = "$2" ]; then
        echo "ok $count - $3"
    else
        echo "not ok $count - $3"
        echo "#      got: $(echo "$1" | sed '2,$s/^/#           /')"
        echo "#   wanted: $(echo "$2" | sed '2,$s/^/#           /')"
        failed=1
    fi
}

has() {
    case $1 in
    *"$2"*) is 1 1 "$3" ;;
    *) is "$1" "... $2 ..." "$3" ;;
    esac
}

plan() {
    echo "1..$count"
    exit $failed
}

as() {
    /opt/as "$@"
}

# The number of the user's own group. Without a program: a start takes a tenth of a second here.
group_of() {
    while IFS=: read -r user_name _ _ user_group _; do
        [ "$user_name" != "$1" ] || echo "$user_group"
    done </etc/passwd
}

policy() {
    rm -f /etc/userport.conf
    cat >/etc/userport.conf
    chmod 644 /etc/userport.conf
}

run_as() {
    who=$1
    shift
    as "$who" $run "$@" 2>&1 || echo "exit $?"
}

pci_devices() {
    mkdir /tmp/devices
    for device in /sys/bus/pci/devices/*; do ln -s "$(readlink -f "$device")" /tmp/devices/; done
    mount --bind /tmp/devices /sys/bus/pci/devices
}

make_card() {
    folder=/tmp/devices/0000:$1
    mkdir -p "$folder"
    echo "0x$2" >"$folder/vendor"
    echo "0x$3" >"$folder/device"
    echo "0x$2" >"$folder/subsystem_vendor"
    echo "0x$3" >"$folder/subsystem_device"
    echo "0x$4" >"$folder/class"
    shift 4
    for range in "$@"; do
        case $range in
        ????-*) flags=0x40101 ;;
        *) flags=0x42208 ;;
        esac
        printf '0x%016x 0x%016x 0x%016x\n' "0x${range%-*}" "0x${range#*-}" $flags
    done >"$folder/resource"
}

# What runs in nearly every case comes into the machine's own memory: each open of a host's file is
# three trips to the host, and each use of a symbolic link is one more.
near() {
    touch -hc "$@"
    touch -c "$@"
}
(cd /usr/bin && near dash setpriv jq env cat cp rm sed grep head tail cmp chmod id cut sort tr mawk)
(cd /lib/x86_64-linux-gnu && near ld-linux-x86-64.so.2 libc.so.6 libcap-ng.so.0 libjq.so.1 libonig.so.5 libm.so.6 libselinux.so.1 libpcre2-8.so.0 \
    libacl.so.1 libattr.so.1 libcap.so.2 gconv/gconv-modules.cache)
touch -hc /bin /lib /lib64 /sbin /var/run /lib64/ld-linux-x86-64.so.2
near /etc/ld.so.cache /etc/nsswitch.conf /etc/passwd /etc/group /etc/localtime /etc/locale.alias /usr/share/locale/locale.alias
near /usr/lib/locale/C.utf8/* /usr/lib/locale/C.utf8/LC_MESSAGES/*

# Two users; the probes; and, unless the suite installs the package, the program under test as that
# would put it there.
set -e
mkdir -p /opt
install -m 755 "$build/host/linux/as" "$build/host/linux/probe" "$build/host/linux/probe32" /opt/
if [ -z "${packaged:-}" ]; then
    install -D -m 755 "$build/host/userport-run" $run
    setcap cap_sys_rawio+ep $run
fi
groupadd -f lab
useradd -m -G lab anna
useradd -m bert
set +e
