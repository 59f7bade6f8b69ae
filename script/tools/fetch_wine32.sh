#!/bin/sh
# SPDX-License-Identifier: MIT
# The 32-bit half of Wine for the tests on Linux: Debian's libwine for i386 is downloaded and its
# Windows files are taken out. Nothing is installed, and the list of packages stays amd64's: apt has
# a configuration of its own for this. A 64-bit Wine runs 32-bit programs with these files alone,
# where WINEDLLPATH names FOLDER and a prefix has them in its folder syswow64; the processor has to
# go between the two modes by itself, and the kernel to take INT 80h, which not every host does.
#
#   fetch_wine32.sh FOLDER     FOLDER/i386-windows/; nothing is done if that is there
set -eu
folder=$1
[ ! -d "$folder/i386-windows" ] || exit 0

version=$(dpkg-query -W -f '${Version}' libwine:amd64)
mkdir -p "$folder"
work=$(mktemp -d "$folder/work.XXXXXX")
work=$(cd "$work" && pwd)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
: >"$work/status"
cat >"$work/conf" <<CONF
APT::Architecture "i386";
APT::Architectures { "i386"; };
Dir::State::lists "$work/lists";
Dir::Cache "$work/cache";
Dir::State::status "$work/status";
APT::Sandbox::User "";
CONF
echo "Downloading libwine $version for i386, whose files the tests of 32-bit programs use"
# An index that is out of step is no matter if another one has the package.
(cd "$work" && APT_CONFIG=$work/conf apt-get update >log 2>&1) || true
(cd "$work" && APT_CONFIG=$work/conf apt-get download "libwine=$version" >>log 2>&1) || {
    tail -n 5 "$work/log" >&2
    echo "fetch_wine32.sh: apt-get download libwine=$version for i386 failed (its last lines are above)" >&2
    exit 1
}
dpkg-deb --fsys-tarfile "$work"/libwine_*.deb | tar -x -C "$work" --strip-components=5 ./usr/lib/i386-linux-gnu/wine/i386-windows
# Their debug information is three quarters of them; some are no programs.
i686-w64-mingw32-strip "$work"/i386-windows/* 2>/dev/null || true
cp /usr/i686-w64-mingw32/lib/zlib1.dll "$work/i386-windows/" # of libz-mingw-w64, which libwine needs too
mv "$work/i386-windows" "$folder/"
