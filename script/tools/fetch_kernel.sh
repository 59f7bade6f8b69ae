#!/bin/sh
# SPDX-License-Identifier: MIT
# The kernel of the tests on Linux: Debian's package is downloaded and taken apart, not installed.
# The kernel unpacks itself when it starts, which in the emulator is half of its start: it is
# unpacked here, once (Linux, Documentation/x86/boot.rst: the compressed kernel is payload_length
# bytes, payload_offset behind the sectors of the setup).
#
#   fetch_kernel.sh FOLDER     FOLDER/vmlinux and FOLDER/modules/; nothing is done if they are there
set -eu
folder=$1
[ ! -f "$folder/vmlinux" ] || exit 0

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
python3 - "$work"/tree/boot/vmlinuz-* "$work/kernel/vmlinux" <<'PYTHON'
import lzma, struct, sys

image = open(sys.argv[1], "rb").read()
offset, length = struct.unpack_from("<II", image, 0x248)
offset += (image[0x1F1] + 1) * 512
try:
    kernel = lzma.LZMADecompressor().decompress(image[offset : offset + length])
except lzma.LZMAError as error:
    sys.exit(f"fetch_kernel.sh: {sys.argv[1]} is not packed by xz, as Debian 12's is: {error}")
open(sys.argv[2], "wb").write(kernel)
PYTHON
mv "$work/kernel" "$folder"
