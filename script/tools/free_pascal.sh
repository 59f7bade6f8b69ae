#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes Free Pascal's cross compilers for Windows of what Debian's fp-compiler and fpc-source hold:
# free_pascal.sh FOLDER. FOLDER/win32 and FOLDER/win64 are the run-time libraries then,
# FOLDER/ppcross386 the compiler for i386. Debian has the compiler for x86-64 alone, which makes
# win64 programs as it is. A quarter of a minute.
set -eu
mkdir -p "$1"
cd "$1"
version=$(ppcx64 -iV)
source=/usr/share/fpcsrc/$version
library=/usr/lib/x86_64-linux-gnu/fpc/$version
units=$library/units/x86_64-linux/rtl
log=$PWD/log
trap '[ $? -eq 0 ] || tail -n 20 "$log" >&2' EXIT

# quietly COMMAND...: what it says goes to the log, which is shown when something fails
quietly() {
    "$@" >>"$log" 2>&1
}

rm -rf compiler.build rtl.build win32 win64
: >"$log"
mkdir compiler.build win32 win64
cp -r "$source/compiler" compiler.build/source
cp -r "$source/rtl" rtl.build # it is compiled in its own folder, which has to be one that can be written

# The compiler for i386. Its messages are an include file that fpc-source lacks, made of the ones
# that fp-compiler has.
(
    cd compiler.build
    quietly ppcx64 -n "-Fu$units" -FE. source/utils/msg2inc.pp
    quietly ./msg2inc "$library/msg/errore.msg" msg msg
    mv msgtxt.inc msgidx.inc source/
    cd source
    quietly ppcx64 -n -O2 -Sg -Xs -dI386 "-Fu$units" -Fui386 -Fux86 -Fusystems -Fii386 -Fix86 -Fi. -FU.. -o../../ppcross386 pp.pas
)

# library COMPILER TARGET PROCESSOR UNIT...: its run-time library
library() {
    compiler=$1 target=$2 processor=$3
    shift 3
    cd "rtl.build/$target"
    for unit in "$@"; do
        flags=
        [ "$unit" != system ] || flags=-Us
        quietly "$compiler" "-T$target" -n -O2 -Sg $flags "-FU../../$target" "-Fu../../$target" -Fi../inc "-Fi../$processor" -Fi../win \
            -Fi../win/wininc -Fi../objpas -Fi../objpas/sysutils -Fi../objpas/classes -Fu../inc "-Fu../$processor" -Fu../win \
            -Fu../win/wininc -Fu../objpas "$unit.pp"
    done
    cd ../..
}

library ppcx64 win64 x86_64 system buildrtl
library "$PWD/ppcross386" win32 i386 system sysinitpas buildrtl
rm -rf compiler.build rtl.build
