#!/bin/sh
# SPDX-License-Identifier: MIT
# The kernel of the tests on Linux: Debian's package is downloaded and taken apart, not installed.
#
#   fetch_kernel.sh FOLDER     FOLDER/vmlinuz and FOLDER/modules/; nothing is done if they are there
set -eu
folder=$1
[ ! -f "$folder/vmlinuz" ] || exit 0

name=$(apt-cache depends --important linux-image-amd64 2>/dev/null | sed -n 's/.*Depends: \(linux-image-[0-9][^ ]*\)$/\1/p' | head -n 1)
[ -n "$name" ] || {
    echo "fetch_kernel.sh: apt-cache knows no linux-image-amd64: apt-get update, as root, may help" >&2
    exit 1
}
mkdir -p "${folder%/*}"
work=$(mktemp -d "${folder%/*}/kernel.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
echo "Downloading $name, whose kernel the tests boot"
(cd "$work" && apt-get download "$name" >log 2>&1) || {
    tail -n 5 "$work/log" >&2
    echo "fetch_kernel.sh: apt-get download $name failed (its last lines are above)" >&2
    exit 1
}
dpkg-deb -x "$work"/linux-image-*.deb "$work/tree"
rm -rf "$folder"
mkdir "$work/kernel"
mv "$work"/tree/lib/modules/*/kernel "$work/kernel/modules"
mv "$work"/tree/boot/vmlinuz-* "$work/kernel/vmlinuz"
mv "$work/kernel" "$folder"
