# SPDX-License-Identifier: MIT
#
# One graph over four kinds of code: the driver and the programs for Windows (i386, amd64), the test machine's kernel, and
# the tests and fuzzers of this host. Everything goes to build/. `make help` lists what can be made.

BUILD   := build
VERSION := $(shell cat VERSION)
GEN     := $(BUILD)/gen

CC      := gcc
CLANG   := clang
CC32    := i686-w64-mingw32-gcc
CC64    := x86_64-w64-mingw32-gcc
WINDRES := i686-w64-mingw32-windres
WINDRES64 := x86_64-w64-mingw32-windres
WINDMC  := i686-w64-mingw32-windmc
OBJCOPY := i686-w64-mingw32-objcopy
PYTHON  := /usr/bin/python3
DDK     := /usr/share/mingw-w64/include/ddk

WARN    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror

.SUFFIXES:
.SECONDARY:
.DELETE_ON_ERROR:
.PHONY: all driver examples iopm machine check unit fuzzers fuzz soak bench demo clean help lint

all: driver examples $(BUILD)/i386/iopm.exe machine

help:
	@echo 'make all       the driver, the examples, iopm.exe, the test machine'
	@echo '               (each alone: driver, examples, iopm for Windows and this host, machine)'
	@echo 'make check     every test (script/test installs what they need first)'
	@echo 'make demo      the demonstration (script/demo installs what it needs first)'
	@echo 'make fuzz      60 s of libFuzzer on each target'
	@echo 'make soak      10,000 starts and 100,000 processes, in both readings of NT'
	@echo 'make bench     instruction counts, into docs/benchmarks.md'
	@echo 'make lint      clang-format'"'"'s and cppcheck'"'"'s opinion'
	@echo 'V=1            shows the commands'
	@echo 'make clean     removes build/'

# this host: tests, and what is used here
HOST_FLAGS := -std=gnu11 -g -O1 $(WARN) -Wpedantic -Wconversion -Iinclude
SANITIZE   := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

# Short lines; make V=1 shows the commands.
ifndef V
.SILENT:
endif

# ---- made from VERSION and the message texts ------------------------------------------------------------------------------

$(GEN)/version.h: VERSION script/tools/version_header.sh
	mkdir -p $(@D)
	echo "  $@"
	script/tools/version_header.sh VERSION >$@

$(GEN)/messages.h $(GEN)/messages.rc &: driver/messages.mc
	mkdir -p $(@D)
	echo "  $@"
	$(WINDMC) -c -A -r $(GEN) -h $(GEN) $<

# ---- userport.sys -----------------------------------------------------------------------------------------------------------

# The same files for both, but for the mechanism and what the kernels call differently.
DRIVER_BOTH    := main.c state.c iolist.c ports_x86.c worker.c policy_registry.c security.c eventlog.c device.c
DRIVER_CORE    := portset.c policy.c
DRIVER_I386    := $(DRIVER_BOTH) grant_i386.c process.c compat_i386.c
DRIVER_AMD64   := $(DRIVER_BOTH) grant_amd64.c compat_amd64.c
DRIVER_OBJECTS   := $(DRIVER_I386:%.c=$(BUILD)/i386/driver/%.o) $(DRIVER_CORE:%.c=$(BUILD)/i386/core/%.o)
DRIVER_OBJECTS64 := $(DRIVER_AMD64:%.c=$(BUILD)/amd64/driver/%.o) $(DRIVER_CORE:%.c=$(BUILD)/amd64/core/%.o)

DRIVER_ALL   := -std=gnu11 -mtune=generic -Os -ffreestanding -ffunction-sections -fno-ident $(WARN) -isystem $(DDK) -Iinclude -I$(GEN) -MMD -MP
# -march=i486: what the oldest NT runs on. No unwind tables: i386 NT has no use for them. A section for each function, for --gc-sections; not for
# data, which would turn .bss into bytes of the file.
DRIVER_FLAGS   := $(DRIVER_ALL) -march=i486 -fno-asynchronous-unwind-tables
# amd64 NT unwinds by tables, and interrupts use the stack below its pointer.
DRIVER_FLAGS64 := $(DRIVER_ALL) -mno-red-zone -mno-sse -mno-mmx -fasynchronous-unwind-tables

# The traps behind these are in HACKING.md. ntoskrnl before hal, and nothing else: no start files, no C library.
DRIVER_LINK_ALL := -nostdlib -nostartfiles -shared -s -Wl,--exclude-all-symbols -Wl,--image-base,0x10000 -Wl,--file-alignment,0x200 \
	-Wl,--section-alignment,0x1000 -Wl,--dynamicbase,--nxcompat -Wl,--no-insert-timestamp -Wl,--gc-sections
DRIVER_LINK     := $(DRIVER_LINK_ALL) -Wl,--subsystem,native:4.0 -Wl,-e,_DriverEntry@8
DRIVER_LINK64   := $(DRIVER_LINK_ALL) -Wl,--subsystem,native:5.2 -Wl,--major-os-version,5,--minor-os-version,2 -Wl,-e,DriverEntry

driver: $(BUILD)/i386/userport.sys $(BUILD)/amd64/userport.sys

$(BUILD)/i386/driver/%.o: driver/%.c $(GEN)/version.h $(GEN)/messages.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) $(DRIVER_FLAGS) -c $< -o $@

$(BUILD)/i386/core/%.o: core/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) $(DRIVER_FLAGS) -c $< -o $@

$(BUILD)/amd64/driver/%.o: driver/%.c $(GEN)/version.h $(GEN)/messages.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(DRIVER_FLAGS64) -c $< -o $@

$(BUILD)/amd64/core/%.o: core/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(DRIVER_FLAGS64) -c $< -o $@

$(BUILD)/amd64/driver/resources.o: driver/userport.rc $(GEN)/version.h $(GEN)/messages.rc
	mkdir -p $(@D)
	echo "  $@"
	$(WINDRES64) -I$(GEN) -i $< -o $@

$(BUILD)/i386/driver/resources.o: driver/userport.rc $(GEN)/version.h $(GEN)/messages.rc
	mkdir -p $(@D)
	echo "  $@"
	$(WINDRES) -I$(GEN) -i $< -o $@

$(BUILD)/i386/userport.sys: $(DRIVER_OBJECTS) $(BUILD)/i386/driver/resources.o driver/imports-i386.tsv script/tools/check_image.py
	$(CC32) $(DRIVER_LINK) -o $@ $(DRIVER_OBJECTS) $(BUILD)/i386/driver/resources.o -lntoskrnl -lhal
	$(PYTHON) script/tools/check_image.py --imports driver/imports-i386.tsv --size-limit 20480 $@

$(BUILD)/amd64/userport.sys: $(DRIVER_OBJECTS64) $(BUILD)/amd64/driver/resources.o driver/imports-amd64.tsv script/tools/check_image.py
	$(CC64) $(DRIVER_LINK64) -o $@ $(DRIVER_OBJECTS64) $(BUILD)/amd64/driver/resources.o -lntoskrnl -lhal
	$(PYTHON) script/tools/check_image.py --arch amd64 --imports driver/imports-amd64.tsv --size-limit 24576 $@

# ---- the examples -------------------------------------------------------------------------------------------------------------

EXAMPLES      := resetlpt printlpt speaker probe
EXAMPLE_FLAGS := -std=gnu11 -O2 -s $(WARN) -D__USE_MINGW_ANSI_STDIO=0 -Wl,--no-insert-timestamp

examples: $(EXAMPLES:%=$(BUILD)/examples/i386/%.exe) $(EXAMPLES:%=$(BUILD)/examples/amd64/%.exe)

$(BUILD)/examples/i386/%.exe: examples/c/%.c examples/c/ports.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -march=i486 -mtune=generic $(EXAMPLE_FLAGS) -Wl,--major-os-version,4,--major-subsystem-version,4 -o $@ $<

$(BUILD)/examples/amd64/%.exe: examples/c/%.c examples/c/ports.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(EXAMPLE_FLAGS) -o $@ $<

# ---- iopm: from a list of ports to a .reg file, for Windows and for this host -------------------------------------------------

iopm: $(BUILD)/i386/iopm.exe $(BUILD)/host/iopm

$(BUILD)/i386/iopm.exe: cli/iopm.c $(wildcard core/*.[ch]) $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -march=i486 -mtune=generic $(EXAMPLE_FLAGS) -I$(GEN) -o $@ $< core/portset.c core/portlist.c core/known_ports.c

$(BUILD)/host/iopm: cli/iopm.c $(wildcard core/*.[ch]) $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -I$(GEN) -o $@ $< core/portset.c core/portlist.c core/known_ports.c

# ---- the test machine ---------------------------------------------------------------------------------------------------------

MACHINE_C := main.c cpu.c console.c format.c string.c memory.c pool.c sched.c object.c security.c registry.c iomap.c verify.c \
	io.c service.c pe.c exports.c exports_ke.c exports_io.c exports_hal.c process.c program.c trap.c syscall.c test.c \
	$(patsubst tests/machine/%,%,$(wildcard tests/machine/suites/*.c))
# boot.S first: its Multiboot header must be in the file's first 8 KiB
MACHINE_OBJECTS := $(BUILD)/machine/boot.o $(BUILD)/machine/trap_entry.o $(MACHINE_C:%.c=$(BUILD)/machine/%.o) \
	$(BUILD)/machine/core/portset.o $(BUILD)/machine/core/portlist.o $(BUILD)/machine/core/known_ports.o
MACHINE_FLAGS := -std=gnu11 -march=i486 -mtune=generic -O2 -g -ffreestanding -fno-asynchronous-unwind-tables \
	-fno-strict-aliasing -mno-stack-arg-probe -Wno-pointer-sign -Wno-multichar -Wno-address-of-packed-member -D_NTSYSTEM_ \
	-Wall -Wextra -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror -isystem $(DDK) -Iinclude -Itests/machine -I$(GEN) -MMD -MP

USER_FLAGS := -std=gnu11 -march=i486 -O2 -s -ffreestanding -fno-builtin -nostdlib -fno-asynchronous-unwind-tables \
	-D_KERNEL32_ -Wall -Wextra -Werror -Wno-pointer-to-int-cast -Wl,--no-insert-timestamp -Wl,--kill-at
MACHINE_USER := $(BUILD)/machine/kernel32.dll $(BUILD)/machine/msvcrt.dll $(BUILD)/machine/puppet.exe $(BUILD)/machine/bad.sys

machine: $(BUILD)/machine/machine.bin $(MACHINE_USER)

$(BUILD)/machine/%.o: tests/machine/%.c $(GEN)/messages.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) $(MACHINE_FLAGS) -c $< -o $@

$(BUILD)/machine/core/%.o: core/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) $(MACHINE_FLAGS) -c $< -o $@

$(BUILD)/machine/boot.o: tests/machine/boot.S
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -c $< -o $@

$(BUILD)/machine/trap_entry.o: tests/machine/trap.S
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -c $< -o $@

# Linked as a PE image, because the DDK's headers want that compiler, then made flat: Multiboot's address fields place it.
$(BUILD)/machine/machine.exe: $(MACHINE_OBJECTS)
	$(CC32) -nostdlib -nostartfiles -Wl,--image-base,0x80100000 -Wl,-e,_boot_entry -Wl,--disable-dynamicbase \
		-Wl,--disable-reloc-section -o $@ $(MACHINE_OBJECTS) -lgcc

$(BUILD)/machine/machine.bin: $(BUILD)/machine/machine.exe
	$(OBJCOPY) --set-section-flags .bss=alloc,load,contents -R .idata -R .CRT -R .tls -O binary $< $@

$(BUILD)/machine/kernel32.dll: tests/machine/user/kernel32.c tests/machine/user/*.h
	$(CC32) $(USER_FLAGS) -shared -Wl,-e,0 -Wl,--image-base,0x70000000 -o $@ $<

$(BUILD)/machine/msvcrt.dll: tests/machine/user/msvcrt.c tests/machine/format.c tests/machine/user/*.h
	$(CC32) $(USER_FLAGS) -shared -Wl,-e,0 -Wl,--image-base,0x71000000 -o $@ tests/machine/user/msvcrt.c tests/machine/format.c -lgcc

# a driver that does wrong on purpose, to see that the machine sees it
$(BUILD)/machine/bad.sys: tests/machine/bad/bad.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) $(DRIVER_FLAGS) -Wno-multichar $(DRIVER_LINK) -o $@ $< -lntoskrnl -lhal

$(BUILD)/machine/puppet.exe: tests/machine/user/puppet.c tests/machine/user/*.h
	$(CC32) $(USER_FLAGS) -Wl,-e,_start -Wl,--subsystem,console -o $@ $< -lkernel32

# ---- tests of this host: unit tests and fuzzers ------------------------------------------------------------------------------

UNIT       := $(basename $(notdir $(wildcard tests/unit/*.c)))
FUZZ       := $(patsubst fuzz_%,%,$(basename $(notdir $(wildcard tests/fuzz/*.c))))
CORE       := $(wildcard core/*.c)

unit: $(UNIT:%=$(BUILD)/unit/%)

$(BUILD)/unit/%: tests/unit/%.c $(CORE) $(wildcard core/*.h)
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -o $@ $< $(CORE) -lcmocka

fuzzers: $(FUZZ:%=$(BUILD)/fuzz/fuzz_%)

$(BUILD)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(CORE) $(wildcard core/*.h) tests/machine/pe.c tests/machine/pe.h
	mkdir -p $(@D)
	echo "  $@"
	$(CLANG) -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -Iinclude -o $@ $< $(CORE) tests/machine/pe.c

SUITES   := machine grant scope changes control policy failures foreign soak programs
READINGS := one every
TESTS    := $(UNIT:%=unit/%) tools/iopm tools/check_image tools/demo_tools tools/docs build/reproducible build/lint $(FUZZ:%=fuzz/%) \
	$(foreach suite,$(SUITES),$(READINGS:%=machine/$(suite)/%)) machine/bad wine/examples demo

check: all iopm unit fuzzers
	prove --timer --exec tests/lib/run-test $(TESTS)

fuzz: fuzzers
	FUZZ_SECONDS=60 prove --timer --exec tests/lib/run-test $(FUZZ:%=fuzz/%)

soak: driver machine examples
	for reading in $(READINGS); do \
		MACHINE_SECONDS=3600 tests/machine/run soak $$reading cycles=10000 processes=100000 || exit 1; \
	done

demo: driver machine examples
	$(PYTHON) script/tools/demo.py --build $(BUILD)

bench: driver machine examples
	$(PYTHON) script/tools/bench.py --build $(BUILD)

lint:
	clang-format --dry-run -Werror $(shell git ls-files '*.c' '*.h')
	cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 --enable=warning,portability \
		--suppress=missingIncludeSystem -Iinclude core driver

-include $(wildcard $(BUILD)/i386/*/*.d $(BUILD)/amd64/*/*.d $(BUILD)/machine/*.d $(BUILD)/machine/*/*.d)

clean:
	rm -rf $(BUILD)
