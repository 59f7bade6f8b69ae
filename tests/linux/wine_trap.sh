#!/bin/sh
# SPDX-License-Identifier: MIT
# userportctl.exe run in Wine, with the amd64 driver as it ships, on real ports: Wine's process for
# drivers has them, and programs that run IN and OUT themselves have none. They are the examples for
# both processors, unmodified. There is a second printer port, to which routes lead; a card that is
# made up in the registry says that it has it. What both printer ports and the speaker saw:
# tests/linux/wine_trap_seen.py.
# Devices: -chardev file,id=second,path=OUT/wine_trap.second -device isa-parallel,iobase=0x278,chardev=second
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_wine.sh"

ports='378-37A, 278-27A, 42-43, 61'
for processor in amd64 i386; do
    mkdir -p "$here/$processor" "$here/raw/$processor" "$here/clients/$processor"
    cp "$build/$processor/userportctl.exe" "$build/$processor/userport-trap.dll" "$here/$processor/"
    cp "$build/examples/$processor"/*.exe "$here/raw/$processor/"
    cp "$build/$processor/userport.dll" "$build/$processor/DLPortIO.dll" "$build/$processor"/inpout*.dll \
        "$build/clients/$processor"/*.exe "$build/examples/$processor/lptstatus.exe" "$here/clients/$processor/"
done
wine_service "$build/amd64/userport.sys" "$ports"
printf '\n[System\\\\CurrentControlSet\\\\Enum\\\\PCI\\\\VEN_1407&DEV_8000&SUBSYS_80001407&REV_01\\\\4&1\\\\Control]\n"AllocConfig"=hex(8):%s,%s,%s\n' \
    01,00,00,00,05,00,00,00,00,00,00,00,01,00,01,00,01,00,00,00 01,01,01,00,78,02,00,00,00,00,00,00 03,00,00,00,00,00,00,00 >>$prefix/system.reg
wine_32_bits
chown -R anna: "$here"
printf '[lab]\nusers = anna\nprogram = any\nports = %s\n' "$ports" | policy
run_in() { # run_in PROCESSOR ARGUMENT...: that processor's userportctl run
    processor=$1
    shift
    wine_by env "$processor/userportctl.exe" run "$@"
}
reset="resetlpt: control register 37A read CC before, C8 during, CC after"

part "Wine starts"
wine_hold "$run --"
has "$(wine_by env sc start UserPort)" RUNNING "the driver starts in Wine's process for drivers"
for processor in amd64 i386; do
    is "$(wine_by env "raw/$processor/probe.exe" 378)" "378  denied (exception C0000096)
exit 1" "$processor: a program has no ports of its own"
done

for processor in amd64 i386; do
    part "programs for $processor, by userportctl for amd64"
    has "$(run_in amd64 -- "raw/$processor/resetlpt.exe")" "$reset" "$processor: resetlpt"
    has "$(run_in amd64 -- "raw/$processor/printlpt.exe" "for $processor")" "printlpt: the port at 378 took" "$processor: printlpt"
    has "$(run_in amd64 -- "raw/$processor/speaker.exe")" "speaker: played 7 notes" "$processor: speaker"
    is "$(run_in amd64 -- "raw/$processor/probe.exe" 379-37B)" "379  granted, reads D8
37A  granted, reads CC
37B  denied (exception C0000096)
exit 1" "$processor: a port that is not granted is denied as ever, and the others are read"
    said=$(run_in amd64 --map 378-37A=278 -- "raw/$processor/printlpt.exe" "elsewhere for $processor")
    has "$said" "the port at 378 took" "$processor: printlpt by a route"
    has "$(run_in amd64 --map 378-37F=none -- "raw/$processor/probe.exe" 378)" "378  granted, reads FF" "$processor: a route to nothing"
done

part "userportctl for i386"
has "$(wine_by env i386/userportctl.exe list)" "378-37A    printer port LPT1" "list"
has "$(wine_by env i386/userportctl.exe status)" "amd64: programs let the driver run IN and OUT" "status"
has "$(run_in i386 -- raw/i386/resetlpt.exe)" "$reset" "a program for i386"
has "$(run_in i386 -- raw/amd64/resetlpt.exe)" "$reset" "a program for amd64, which a 64-bit rundll32.exe prepares"
has "$(run_in i386 --map card -- raw/amd64/printlpt.exe "elsewhere by i386")" "the port at 378 took" "and with a route, to the card by its name"
has "$(wine_by env i386/userportctl.exe ports)" "Printer port card: Lava Parallel, at 278-27A
  test it               userportctl test lpt 278
  run what knows 378    userportctl run --map 378-37A=278 PROGRAM" "ports begins with it"

part "32-bit DLLs beside the amd64 driver"
has "$(wine_by env clients/i386/lptstatus.exe)" "The printer says" "userport.dll"
is "$(wine_by env clients/i386/inpout_int.exe o w378=69 r378 r37B L378=5)" "o 1 777
w378=69 0 777
r378 69 777
r37B FF 5
L378=5 0 5" "inpout32.dll: written and read, and denied"
has "$(wine_by env clients/i386/inpout_dynamic.exe DLPortIO.dll B378=96 b378)" "b378 96 777" "DLPortIO.dll: written and read"

part "32-bit programs that have the ports themselves"
is "$(wine_by "$run --" raw/i386/probe.exe 379-37B)" "379  granted, reads D8
37A  granted, reads CC
37B  denied (exception C0000096)
exit 1" "IN and OUT"
has "$(wine_by "$run --" clients/i386/library.exe alone direct 378)" "0 differences" "userport.dll, by its direct back end"
part "end"
plan
