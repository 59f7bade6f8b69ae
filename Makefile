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
WIDL32  := i686-w64-mingw32-widl
WIDL64  := x86_64-w64-mingw32-widl
WIDL_ENV := WIDL_TIME_OVERRIDE=0 TZ=UTC
OBJCOPY := i686-w64-mingw32-objcopy
DLLTOOL := i686-w64-mingw32-dlltool
PYTHON  := /usr/bin/python3
DDK     := /usr/share/mingw-w64/include/ddk

WARN    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror

.SUFFIXES:
.SECONDARY:
.DELETE_ON_ERROR:
.PHONY: all driver examples iopm portcheck lib clients machine wine check unit fuzzers fuzz soak bench demo clean help lint

all: driver examples $(BUILD)/i386/iopm.exe $(BUILD)/i386/portcheck.exe lib clients machine

help:
	@echo 'make all       the driver, the examples, iopm.exe, portcheck.exe, the library and its DLLs, the test machine'
	@echo '               (each alone: driver, examples, iopm and portcheck for Windows and this host,'
	@echo '               lib, machine)'
	@echo 'make wine      the fake driver and the clients of the tests under Wine'
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

# the way of each port access; the rest of the driver is small rather than fast
$(BUILD)/i386/driver/iolist.o $(BUILD)/i386/driver/ports_x86.o: DRIVER_FLAGS += -O2
$(BUILD)/amd64/driver/iolist.o $(BUILD)/amd64/driver/ports_x86.o: DRIVER_FLAGS64 += -O2

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

EXAMPLES      := resetlpt printlpt speaker probe lptstatus
EXAMPLE_FLAGS := -std=gnu11 -O2 -s $(WARN) -D__USE_MINGW_ANSI_STDIO=0 -Wl,--no-insert-timestamp

examples: $(EXAMPLES:%=$(BUILD)/examples/i386/%.exe) $(EXAMPLES:%=$(BUILD)/examples/amd64/%.exe)

# the one that uses userport.dll; the others use ports.h
$(BUILD)/examples/i386/lptstatus.exe: EXAMPLE_LIBRARY := $(BUILD)/i386/libuserport.dll.a
$(BUILD)/examples/i386/lptstatus.exe: $(BUILD)/i386/libuserport.dll.a
$(BUILD)/examples/amd64/lptstatus.exe: EXAMPLE_LIBRARY := $(BUILD)/amd64/libuserport.dll.a
$(BUILD)/examples/amd64/lptstatus.exe: $(BUILD)/amd64/libuserport.dll.a

$(BUILD)/examples/i386/%.exe: examples/c/%.c examples/c/ports.h include/userport/*.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -march=i486 -mtune=generic $(EXAMPLE_FLAGS) -Iinclude -Wl,--major-os-version,4,--major-subsystem-version,4 -o $@ $< $(EXAMPLE_LIBRARY)

$(BUILD)/examples/amd64/%.exe: examples/c/%.c examples/c/ports.h include/userport/*.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(EXAMPLE_FLAGS) -Iinclude -o $@ $< $(EXAMPLE_LIBRARY)

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

# ---- portcheck: what a program asks for, and whether the DLL beside it fits; for Windows and for this host ---------------------

PORTCHECK_C := $(addprefix cli/,portcheck.c portcheck_text.c portcheck_json.c) $(addprefix core/,exefile.c exesearch.c exefit.c)

portcheck: $(BUILD)/i386/portcheck.exe $(BUILD)/host/portcheck

# CRT_glob.o: the program expands * and ?, which Windows' shell does not
$(BUILD)/i386/portcheck.exe: $(PORTCHECK_C) cli/portcheck.h core/exefile.h $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -march=i486 -mtune=generic $(EXAMPLE_FLAGS) -I$(GEN) -o $@ $(PORTCHECK_C) $$($(CC32) -print-file-name=CRT_glob.o)

$(BUILD)/host/portcheck: $(PORTCHECK_C) cli/portcheck.h core/exefile.h $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -I$(GEN) -o $@ $(PORTCHECK_C)

# ---- lib: userport.dll, the DLLs of inpout's names, libuserport.so ---------------------------------------------------------------

LIB_BOTH    := ports.c list.c failure.c failure_text.c backend_fake.c
LIB_WINDOWS := $(LIB_BOTH) ioctl.c backend_ioctl.c system_windows.c
LIB_I386    := $(LIB_WINDOWS) backends_win32.c backend_direct_i386.c
LIB_AMD64   := $(LIB_WINDOWS) backends_win64.c
LIB_LINUX   := $(LIB_BOTH) system_posix.c backends_linux.c
LIB_COM     := com_class.c com_object.c com_ports.c com_values.c com_error.c com_register.c com_system.c
LIB_OBJECTS_I386  := $(LIB_I386:%.c=$(BUILD)/i386/lib/%.o) $(BUILD)/i386/lib/core_portset.o
LIB_OBJECTS_AMD64 := $(LIB_AMD64:%.c=$(BUILD)/amd64/lib/%.o) $(BUILD)/amd64/lib/core_portset.o
LIB_OBJECTS_HOST  := $(LIB_LINUX:%.c=$(BUILD)/host/lib/%.o) $(BUILD)/host/lib/core_portset.o

LIB_FLAGS       := -std=gnu11 -O2 -fno-ident -fno-strict-aliasing $(WARN) -Wpedantic -Wconversion -Iinclude -I$(GEN) -MMD -MP
LIB_FLAGS_I386  := $(LIB_FLAGS) -march=i486 -mtune=generic -mpreferred-stack-boundary=2 -fno-asynchronous-unwind-tables
LIB_FLAGS_AMD64 := $(LIB_FLAGS)
LIB_FLAGS_HOST  := $(LIB_FLAGS) -g -fPIC -fvisibility=hidden -DUP_API='__attribute__((visibility("default")))'

# No start files and no C library: kernel32 is all that they import. libgcc has the probe of large stack frames. kill-at: exports without @bytes.
# The image base is said, because the linker would make it of the file's path.
DLL_LINK       := -shared -s -nostdlib -nostartfiles -Wl,--dynamicbase,--nxcompat -Wl,--no-insert-timestamp -Wl,--kill-at
DLL_LINK_I386  := $(DLL_LINK) -Wl,--image-base,0x6f500000 -Wl,-e,_DllMain@12 -Wl,--subsystem,windows:4.0 -Wl,--major-os-version,4,--minor-os-version,0
DLL_LINK_AMD64 := $(DLL_LINK) -Wl,--image-base,0x16f500000 -Wl,-e,DllMain -Wl,--high-entropy-va

DLLS := $(BUILD)/i386/userport.dll $(BUILD)/amd64/userport.dll $(BUILD)/i386/inpout32.dll $(BUILD)/amd64/inpoutx64.dll \
	$(BUILD)/i386/DLPortIO.dll $(BUILD)/amd64/DLPortIO.dll

lib: $(DLLS) $(BUILD)/i386/libuserport.dll.a $(BUILD)/amd64/libuserport.dll.a $(BUILD)/i386/libuserport.a $(BUILD)/amd64/libuserport.a $(BUILD)/host/libuserport.so $(BUILD)/i386/UserPort.Ports.manifest $(BUILD)/amd64/UserPort.Ports.manifest

$(BUILD)/i386/lib/%.o: lib/%.c $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) $(LIB_FLAGS_I386) -c $< -o $@

$(BUILD)/amd64/lib/%.o: lib/%.c $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(LIB_FLAGS_AMD64) -c $< -o $@

$(BUILD)/host/lib/%.o: lib/%.c $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(LIB_FLAGS_HOST) -c $< -o $@

$(BUILD)/i386/lib/core_%.o: core/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) $(LIB_FLAGS_I386) -c $< -o $@

$(BUILD)/amd64/lib/core_%.o: core/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(LIB_FLAGS_AMD64) -c $< -o $@

$(BUILD)/host/lib/core_%.o: core/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(LIB_FLAGS_HOST) -c $< -o $@

$(BUILD)/i386/lib/%.def: lib/%.def
	mkdir -p $(@D)
	cp $< $@

$(BUILD)/amd64/lib/%.def: lib/%.def
	mkdir -p $(@D)
	sed 's/@[0-9]* @/ @/' $< >$@

# The automation object's type library, its header and its identifiers. The compiler writes its time into the library; stdole2.tlb only lends its
# identifiers.
WIDL_FLAGS := -Ilib/idl -L$(GEN)

$(GEN)/stdole2.tlb: lib/idl/stdole2.idl lib/idl/oaidl.idl
	mkdir -p $(@D)
	echo "  $@"
	$(WIDL_ENV) $(WIDL32) -Ilib/idl -t -o $@ $<

$(GEN)/userport_com.h: lib/userport.idl $(GEN)/stdole2.tlb
	echo "  $@"
	$(WIDL_ENV) $(WIDL32) $(WIDL_FLAGS) -h -o $@ $<

$(GEN)/userport_com_guid.c: lib/userport.idl $(GEN)/stdole2.tlb
	echo "  $@"
	$(WIDL_ENV) $(WIDL32) $(WIDL_FLAGS) -u -o $@ $<

$(BUILD)/i386/lib/userport.tlb: lib/userport.idl $(GEN)/stdole2.tlb
	mkdir -p $(@D)
	echo "  $@"
	$(WIDL_ENV) $(WIDL32) $(WIDL_FLAGS) -t -o $@ $<

$(BUILD)/amd64/lib/userport.tlb: lib/userport.idl $(GEN)/stdole2.tlb
	mkdir -p $(@D)
	echo "  $@"
	$(WIDL_ENV) $(WIDL64) $(WIDL_FLAGS) -t -o $@ $<

# for use without registration
$(BUILD)/i386/UserPort.Ports.manifest: lib/userport.manifest
	mkdir -p $(@D)
	sed 's/@ARCHITECTURE@/x86/' $< >$@

$(BUILD)/amd64/UserPort.Ports.manifest: lib/userport.manifest
	mkdir -p $(@D)
	sed 's/@ARCHITECTURE@/amd64/' $< >$@

$(foreach arch,i386 amd64,$(LIB_COM:%.c=$(BUILD)/$(arch)/lib/%.o)): $(GEN)/userport_com.h $(GEN)/userport_com_guid.c
$(BUILD)/i386/lib/userport.rc.o: $(BUILD)/i386/lib/userport.tlb
$(BUILD)/amd64/lib/userport.rc.o: $(BUILD)/amd64/lib/userport.tlb

# resources: NAME.rc.o, and for inpout's other names a definition
$(BUILD)/i386/lib/%.rc.o: lib/%.rc lib/dll_version.rc $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(WINDRES) -I$(GEN) -Ilib -I$(@D) -i $< -o $@

$(BUILD)/amd64/lib/%.rc.o: lib/%.rc lib/dll_version.rc $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(WINDRES64) -I$(GEN) -Ilib -I$(@D) $(if $(filter inpout,$*),-DUP_INPOUTX64) -i $< -o $@

$(BUILD)/i386/lib/dlportio.rc.o: lib/inpout.rc lib/dll_version.rc $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(WINDRES) -I$(GEN) -Ilib -DUP_DLPORTIO -i $< -o $@

$(BUILD)/amd64/lib/dlportio.rc.o: lib/inpout.rc lib/dll_version.rc $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(WINDRES64) -I$(GEN) -Ilib -DUP_DLPORTIO -i $< -o $@

USERPORT_DLL := dll_main.o dll_memory.o userport.rc.o $(LIB_COM:%.c=%.o)
INPOUT_DLL   := inpout.o dll_memory.o

$(BUILD)/i386/userport.dll: $(LIB_OBJECTS_I386) $(USERPORT_DLL:%=$(BUILD)/i386/lib/%) $(BUILD)/i386/lib/userport.def
	echo "  $@"
	$(CC32) $(DLL_LINK_I386) -o $@ $^ -lkernel32 -lgcc

$(BUILD)/amd64/userport.dll: $(LIB_OBJECTS_AMD64) $(USERPORT_DLL:%=$(BUILD)/amd64/lib/%) $(BUILD)/amd64/lib/userport.def
	echo "  $@"
	$(CC64) $(DLL_LINK_AMD64) -o $@ $^ -lkernel32 -lgcc

$(BUILD)/i386/inpout32.dll: $(LIB_OBJECTS_I386) $(INPOUT_DLL:%=$(BUILD)/i386/lib/%) $(BUILD)/i386/lib/inpout.rc.o $(BUILD)/i386/lib/inpout.def
	echo "  $@"
	$(CC32) $(DLL_LINK_I386) -o $@ $^ -lkernel32 -lgcc

$(BUILD)/amd64/inpoutx64.dll: $(LIB_OBJECTS_AMD64) $(INPOUT_DLL:%=$(BUILD)/amd64/lib/%) $(BUILD)/amd64/lib/inpout.rc.o $(BUILD)/amd64/lib/inpout.def
	echo "  $@"
	$(CC64) $(DLL_LINK_AMD64) -o $@ $^ -lkernel32 -lgcc

$(BUILD)/i386/DLPortIO.dll: $(LIB_OBJECTS_I386) $(INPOUT_DLL:%=$(BUILD)/i386/lib/%) $(BUILD)/i386/lib/dlportio.rc.o $(BUILD)/i386/lib/inpout.def
	echo "  $@"
	$(CC32) $(DLL_LINK_I386) -o $@ $^ -lkernel32 -lgcc

$(BUILD)/amd64/DLPortIO.dll: $(LIB_OBJECTS_AMD64) $(INPOUT_DLL:%=$(BUILD)/amd64/lib/%) $(BUILD)/amd64/lib/dlportio.rc.o $(BUILD)/amd64/lib/inpout.def
	echo "  $@"
	$(CC64) $(DLL_LINK_AMD64) -o $@ $^ -lkernel32 -lgcc

# Import libraries: the linker's own would lack stdcall's @bytes. Names of files get into them, so there is no path in those.
$(BUILD)/i386/libuserport.dll.a: $(BUILD)/i386/lib/userport.def
	echo "  $@"
	cd $(@D) && i686-w64-mingw32-dlltool --deterministic-libraries --kill-at -t libuserport_ -D userport.dll -d lib/userport.def -l $(@F)

$(BUILD)/amd64/libuserport.dll.a: $(BUILD)/amd64/lib/userport.def
	echo "  $@"
	cd $(@D) && x86_64-w64-mingw32-dlltool --deterministic-libraries -t libuserport_ -D userport.dll -d lib/userport.def -l $(@F)

$(BUILD)/i386/libuserport.a: $(LIB_OBJECTS_I386)
	echo "  $@"
	rm -f $@
	i686-w64-mingw32-ar rcsD $@ $^

$(BUILD)/amd64/libuserport.a: $(LIB_OBJECTS_AMD64)
	echo "  $@"
	rm -f $@
	x86_64-w64-mingw32-ar rcsD $@ $^

$(BUILD)/host/libuserport.so: $(LIB_OBJECTS_HOST) lib/libuserport.map
	echo "  $@"
	$(CC) -shared -o $@ $(LIB_OBJECTS_HOST) -Wl,-soname,libuserport.so.3 -Wl,--version-script,lib/libuserport.map -Wl,-z,defs -lpthread

# test_lib*: the whole library over the fake, and the talk to a driver over a device that the test plays
LIB_TESTED := $(addprefix lib/,$(LIB_LINUX) ioctl.c) core/portset.c

$(BUILD)/unit/test_lib%: tests/unit/test_lib%.c tests/unit/library.h $(LIB_TESTED) $(wildcard lib/*.h core/*.h include/userport/*.h) $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -I$(GEN) -o $@ $< $(LIB_TESTED) -lcmocka -lpthread

# ---- the test machine ---------------------------------------------------------------------------------------------------------

MACHINE_C := main.c cpu.c console.c format.c string.c memory.c pool.c sched.c object.c security.c registry.c iomap.c verify.c \
	io.c service.c pe.c exports.c exports_ke.c exports_io.c exports_hal.c process.c program.c image.c trap.c syscall.c test.c list.c \
	$(patsubst tests/machine/%,%,$(wildcard tests/machine/suites/*.c))
# boot.S first: its Multiboot header must be in the file's first 8 KiB
MACHINE_OBJECTS := $(BUILD)/machine/boot.o $(BUILD)/machine/trap_entry.o $(MACHINE_C:%.c=$(BUILD)/machine/%.o) \
	$(BUILD)/machine/core/portset.o $(BUILD)/machine/core/portlist.o $(BUILD)/machine/core/known_ports.o
MACHINE_FLAGS := -std=gnu11 -march=i486 -mtune=generic -O2 -g -ffreestanding -fno-asynchronous-unwind-tables \
	-fno-strict-aliasing -mno-stack-arg-probe -Wno-pointer-sign -Wno-multichar -Wno-address-of-packed-member -D_NTSYSTEM_ \
	-Wall -Wextra -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror -isystem $(DDK) -Iinclude -Itests/machine -I$(GEN) -MMD -MP

USER_FLAGS := -std=gnu11 -march=i486 -O2 -s -ffreestanding -fno-builtin -nostdlib -fno-asynchronous-unwind-tables \
	-Iinclude -D_KERNEL32_ -Wall -Wextra -Werror -Wno-pointer-to-int-cast -Wl,--no-insert-timestamp -Wl,--kill-at
TESTDLLS     := base user late
MACHINE_USER := $(BUILD)/machine/kernel32.dll $(BUILD)/machine/msvcrt.dll $(BUILD)/machine/puppet.exe $(BUILD)/machine/bad.sys \
	$(TESTDLLS:%=$(BUILD)/machine/testdll_%.dll) $(BUILD)/machine/dllcheck.exe $(BUILD)/machine/sehcheck.exe

CLIENTS := library inpout_short inpout_int inpout_dynamic

# with all that tests/machine/run puts into it
machine: $(BUILD)/machine/machine.bin $(MACHINE_USER) driver examples $(filter $(BUILD)/i386/%,$(DLLS)) $(CLIENTS:%=$(BUILD)/clients/i386/%.exe)

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

KERNEL32 := $(wildcard tests/machine/user/kernel32*.c)
$(BUILD)/machine/kernel32.dll: $(KERNEL32) tests/machine/user/*.h
	$(CC32) $(USER_FLAGS) -shared -Wl,-e,0 -Wl,--image-base,0x70000000 -o $@ $(KERNEL32)

$(BUILD)/machine/msvcrt.dll: tests/machine/user/msvcrt.c tests/machine/format.c tests/machine/user/*.h
	$(CC32) $(USER_FLAGS) -shared -Wl,-e,0 -Wl,--image-base,0x71000000 -o $@ tests/machine/user/msvcrt.c tests/machine/format.c -lkernel32 -lgcc

# a driver that does wrong on purpose, to see that the machine sees it
$(BUILD)/machine/bad.sys: tests/machine/bad/bad.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) $(DRIVER_FLAGS) -Wno-multichar $(DRIVER_LINK) -o $@ $< -lntoskrnl -lhal

$(BUILD)/machine/puppet.exe: tests/machine/user/puppet.c tests/machine/user/*.h
	$(CC32) $(USER_FLAGS) -Wl,-e,_start -Wl,--subsystem,console -o $@ $< -lkernel32

# the machine's own tests of its loader: DLLs that need one another and want the same address, and programs
USER_HEADERS := $(wildcard tests/machine/user/*.h)
$(BUILD)/machine/testdll_%.dll $(BUILD)/machine/libtestdll_%.a: tests/machine/user/testdll_%.c tests/machine/user/testdll_%.def $(USER_HEADERS)
	mkdir -p $(@D)
	$(CC32) $(USER_FLAGS) -shared -Wl,-e,_DllMain@12 -Wl,--image-base,0x10000000 -Wl,--out-implib,$(BUILD)/machine/libtestdll_$*.a \
		-o $(BUILD)/machine/testdll_$*.dll $(filter %.c %.def %.a,$^)

$(BUILD)/machine/testdll_user.dll $(BUILD)/machine/libtestdll_user.a $(BUILD)/machine/testdll_late.dll: $(BUILD)/machine/libtestdll_base.a

$(BUILD)/machine/libtestdll_absent.a: tests/machine/user/testdll_absent.def
	mkdir -p $(@D)
	$(DLLTOOL) -d $< -l $@

$(BUILD)/machine/dllcheck.exe: tests/machine/user/dllcheck.c $(BUILD)/machine/libtestdll_user.a $(BUILD)/machine/libtestdll_base.a \
	$(BUILD)/machine/libtestdll_absent.a $(USER_HEADERS)
	$(CC32) $(USER_FLAGS) -Wl,-e,_start -Wl,--subsystem,console -o $@ $(filter %.c %.a,$^) -lkernel32

$(BUILD)/machine/sehcheck.exe: tests/machine/user/sehcheck.c $(USER_HEADERS)
	mkdir -p $(@D)
	$(CC32) $(USER_FLAGS) -Wl,-e,_start -Wl,--subsystem,console -o $@ $< -lkernel32

# ---- tests under Wine ----------------------------------------------------------------------------------------------------------

# The amd64 driver with fake ports, and with fakes of the kernel calls that Wine lacks: all other objects are the
# shipped driver's.
WINE_FAKE := $(filter-out %/ports_x86.o,$(DRIVER_OBJECTS64)) $(BUILD)/amd64/driver/resources.o \
	$(BUILD)/wine/fake/ports_fake.o $(BUILD)/wine/fake/kernel_fake.o $(BUILD)/wine/fake/security.o

WINE_CLIENTS := $(BUILD)/wine/userport_other.sys $(addprefix $(BUILD)/wine/,library.exe linked_short.exe linked_int.exe loaded.exe com.exe)

wine: lib $(BUILD)/wine/userport_fake.sys $(BUILD)/wine/iolist_client.exe $(WINE_CLIENTS)

$(BUILD)/wine/iolist_client.exe: $(wildcard tests/wine/iolist/*.[ch]) tests/wine/fake/fake.h tests/lib/tap.h include/userport/userport_abi.h $(GEN)/messages.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) -std=gnu11 -O2 -s -static $(WARN) -D__USE_MINGW_ANSI_STDIO=1 -Iinclude -I$(GEN) -o $@ $(filter %.c,$^) -ladvapi32

# Programs that use the DLLs as their users do; what they share with the driver's own tests is client.c. linked_short and linked_int have an
# import library from a .def of their own.
CLIENT_FLAGS := -std=gnu11 -O2 -s -static $(WARN) -D__USE_MINGW_ANSI_STDIO=1 -Iinclude -I$(GEN)
CLIENT_FILES := $(addprefix tests/wine/,clients/cases.h iolist/client.h iolist/client.c fake/fake.h) tests/lib/tap.h include/userport/userport_abi.h $(GEN)/messages.h

$(BUILD)/wine/library.exe: tests/wine/clients/library.c $(CLIENT_FILES) include/userport/userport.h $(BUILD)/amd64/libuserport.dll.a
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(CLIENT_FLAGS) -o $@ $(filter %.c %.a,$^) -ladvapi32

$(BUILD)/wine/libinpoutx64.a: tests/wine/clients/inpoutx64.def
	mkdir -p $(@D)
	x86_64-w64-mingw32-dlltool -d $< -l $@

$(BUILD)/wine/linked_%.exe: tests/wine/clients/linked.c $(CLIENT_FILES) $(BUILD)/wine/libinpoutx64.a
	echo "  $@"
	$(CC64) $(CLIENT_FLAGS) -DNUMBER=$* -o $@ $(filter %.c %.a,$^) -ladvapi32

$(BUILD)/wine/loaded.exe: tests/wine/clients/loaded.c $(CLIENT_FILES)
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(CLIENT_FLAGS) -o $@ $(filter %.c,$^) -ladvapi32

$(BUILD)/wine/com.exe: $(wildcard tests/wine/clients/com*.[ch] tests/wine/clients/snapshot.[ch]) $(CLIENT_FILES) $(GEN)/userport_com.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(CLIENT_FLAGS) -o $@ $(filter %.c,$^) -lole32 -loleaut32 -luuid -ladvapi32

# A driver with the next release's interface version, by a header that differs in this alone.
$(BUILD)/wine/other/userport/userport_abi.h: include/userport/userport_abi.h
	mkdir -p $(@D)
	sed 's/^#define UP_ABI_VERSION .*/#define UP_ABI_VERSION (1u + 1u)/' $< >$@

$(BUILD)/wine/other/%.o: driver/%.c $(BUILD)/wine/other/userport/userport_abi.h $(GEN)/version.h $(GEN)/messages.h
	echo "  $@"
	$(CC64) -I$(BUILD)/wine/other $(DRIVER_FLAGS64) -c $< -o $@

$(BUILD)/wine/userport_other.sys: $(filter-out %/state.o %/iolist.o,$(WINE_FAKE)) $(BUILD)/wine/other/state.o $(BUILD)/wine/other/iolist.o
	echo "  $@"
	$(CC64) $(DRIVER_LINK_ALL) -Wl,--subsystem,native:5.2 -Wl,-e,fake_driver_entry -o $@ $^ -lntoskrnl -lhal

$(BUILD)/wine/fake/%.o: tests/wine/fake/%.c $(GEN)/messages.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(DRIVER_FLAGS64) -c $< -o $@

$(BUILD)/wine/fake/security.o: tests/machine/security.c tests/wine/fake/machine_fake.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(DRIVER_FLAGS64) -include tests/wine/fake/machine_fake.h -c $< -o $@

$(BUILD)/wine/userport_fake.sys: $(WINE_FAKE)
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(DRIVER_LINK_ALL) -Wl,--subsystem,native:5.2 -Wl,-e,fake_driver_entry -o $@ $(WINE_FAKE) -lntoskrnl -lhal

# ---- clients of the DLLs, as others write them: for the test machine (i386) and Wine (amd64) ---------------------------------

clients: $(CLIENTS:%=$(BUILD)/clients/i386/%.exe) $(CLIENTS:%=$(BUILD)/clients/amd64/%.exe)

$(BUILD)/clients/i386/inpout_%.exe $(BUILD)/clients/amd64/inpout_%.exe: CLIENT_FLAGS = -DVALUE=$(if $(filter int,$*),int,short)
$(BUILD)/clients/i386/inpout_dynamic.exe $(BUILD)/clients/amd64/inpout_dynamic.exe: CLIENT_FLAGS := -DVALUE=int -DDYNAMIC -Wno-cast-function-type

$(BUILD)/clients/i386/libinpout32.dll.a: $(BUILD)/i386/inpout32.dll
	mkdir -p $(@D)
	echo "  $@"
	i686-w64-mingw32-dlltool --deterministic-libraries --kill-at -D inpout32.dll -d lib/inpout.def -l $@

$(BUILD)/clients/amd64/libinpoutx64.dll.a: $(BUILD)/amd64/lib/inpout.def
	mkdir -p $(@D)
	echo "  $@"
	x86_64-w64-mingw32-dlltool --deterministic-libraries -D inpoutx64.dll -d $< -l $@

$(BUILD)/clients/i386/inpout_%.exe: tests/clients/inpout.c $(BUILD)/clients/i386/libinpout32.dll.a
	echo "  $@"
	$(CC32) -march=i486 $(EXAMPLE_FLAGS) $(CLIENT_FLAGS) -o $@ $^

$(BUILD)/clients/amd64/inpout_%.exe: tests/clients/inpout.c $(BUILD)/clients/amd64/libinpoutx64.dll.a
	echo "  $@"
	$(CC64) $(EXAMPLE_FLAGS) $(CLIENT_FLAGS) -o $@ $^

$(BUILD)/clients/i386/library.exe: tests/clients/library.c $(BUILD)/i386/libuserport.dll.a include/userport/*.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -march=i486 $(EXAMPLE_FLAGS) -Iinclude -o $@ $< $(BUILD)/i386/libuserport.dll.a

$(BUILD)/clients/amd64/library.exe: tests/clients/library.c $(BUILD)/amd64/libuserport.dll.a include/userport/*.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(EXAMPLE_FLAGS) -Iinclude -o $@ $< $(BUILD)/amd64/libuserport.dll.a

# ---- tests of this host: unit tests and fuzzers ------------------------------------------------------------------------------

UNIT       := $(basename $(notdir $(wildcard tests/unit/test_*.c)))
FUZZ       := $(patsubst fuzz_%,%,$(basename $(notdir $(wildcard tests/fuzz/fuzz_*.c))))
CORE       := $(wildcard core/*.c)

unit: $(UNIT:%=$(BUILD)/unit/%)

$(BUILD)/unit/%: tests/unit/%.c $(CORE) $(wildcard core/*.h)
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -o $@ $< $(CORE) -lcmocka

# The driver's own files on this host: tests/host stands for the DDK's header and for the kernel.
HOST_DRIVER := driver/device.c driver/iolist.c driver/state.c
HOST_KERNEL := tests/host/kernel.c tests/host/ports.c
HOST_NEEDS  := $(HOST_DRIVER) $(wildcard tests/host/*.[ch] driver/*.h core/*.h) include/userport/userport_abi.h $(GEN)/version.h $(GEN)/messages.h

$(BUILD)/unit/test_iolist $(BUILD)/unit/test_iolist_changes $(BUILD)/unit/test_iolist_time: $(BUILD)/unit/%: tests/unit/%.c $(HOST_NEEDS)
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -Itests/host -I$(GEN) -o $@ $< tests/host/list.c $(HOST_KERNEL) $(HOST_DRIVER) core/portset.c -lcmocka

fuzzers: $(FUZZ:%=$(BUILD)/fuzz/fuzz_%)

$(BUILD)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(CORE) $(wildcard core/*.h) tests/machine/pe.c tests/machine/pe.h
	mkdir -p $(@D)
	echo "  $@"
	$(CLANG) -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -Iinclude -o $@ $< $(CORE) tests/machine/pe.c

# The port set without the fuzzer's instruments: it counts 8192 bytes at each start, which would take most of the time.
$(BUILD)/fuzz/dispatch_portset.o: core/portset.c core/portset.h
	mkdir -p $(@D)
	echo "  $@"
	$(CLANG) -std=gnu11 -g -O2 -fsanitize=address,undefined -fno-sanitize-recover=all -c -o $@ $<

$(BUILD)/fuzz/fuzz_dispatch: tests/fuzz/fuzz_dispatch.c $(wildcard tests/fuzz/dispatch_*.[ch]) $(BUILD)/fuzz/dispatch_portset.o $(HOST_NEEDS)
	mkdir -p $(@D)
	echo "  $@"
	$(CLANG) -std=gnu11 -g -O2 -fsanitize=fuzzer,address,undefined -fno-sanitize-coverage=trace-cmp -fno-sanitize-recover=all -Iinclude \
		-Itests/host -I$(GEN) -o $@ $< $(wildcard tests/fuzz/dispatch_*.c) $(HOST_KERNEL) $(HOST_DRIVER) $(BUILD)/fuzz/dispatch_portset.o

SUITES   := machine grant scope changes control policy failures foreign iolist iotime clients soak programs
READINGS := one every
TESTS    := $(UNIT:%=unit/%) tools/iopm tools/portcheck tools/check_image tools/abi tools/demo_tools tools/docs tools/dlls build/reproducible build/lint $(FUZZ:%=fuzz/%) \
	$(foreach suite,$(SUITES),$(READINGS:%=machine/$(suite)/%)) machine/bad wine/examples wine/driver wine/clients demo

check: all iopm portcheck unit fuzzers wine
	prove --timer --exec tests/lib/run-test $(TESTS)

fuzz: fuzzers
	FUZZ_SECONDS=60 prove --timer --exec tests/lib/run-test $(FUZZ:%=fuzz/%)

soak: machine
	for reading in $(READINGS); do \
		MACHINE_SECONDS=3600 tests/machine/run soak $$reading cycles=10000 processes=100000 || exit 1; \
	done

demo: machine
	$(PYTHON) script/tools/demo.py --build $(BUILD)

bench: machine
	$(PYTHON) script/tools/bench.py --build $(BUILD)

lint:
	clang-format --dry-run -Werror $(shell git ls-files '*.c' '*.h')
	cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 --enable=warning,portability \
		--suppress=missingIncludeSystem -Iinclude core driver

-include $(wildcard $(BUILD)/i386/*/*.d $(BUILD)/amd64/*/*.d $(BUILD)/machine/*.d $(BUILD)/machine/*/*.d $(BUILD)/wine/*/*.d $(BUILD)/host/*/*.d)

clean:
	rm -rf $(BUILD)
