# SPDX-License-Identifier: MIT
# TAP for what is looked at on this host, when a suite of the emulated PC is over. Read with `.`.
#
#   check NAME COMMAND...   does the command succeed?
#   plan                    at the end

count=0
failed=0

check() {
    name=$1
    shift
    count=$((count + 1))
    if "$@"; then
        echo "ok $count - $name"
    else
        echo "not ok $count - $name"
        failed=1
    fi
}

plan() {
    echo "1..$count"
    exit $failed
}
