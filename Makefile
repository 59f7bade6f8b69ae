# SPDX-License-Identifier: MIT
#
# One graph over the driver and the programs for Windows (i386, amd64), those for this host, the
# test machine's kernel, the tests and the fuzzers. Everything goes to build/. `make help` lists
# what can be made.
#
# A source is compiled once for each *world* that wants it: build/obj/WORLD/PATH.o, by the table
# below. What several programs share is in the world's archive, build/obj/WORLD/parts.a, of which a
# program gets what it uses. The build.mk beside the sources says what is linked of that.

BUILD   := build
VERSION := $(shell cat VERSION)
GEN     := $(BUILD)/gen

CC        := gcc
CXX       := g++
CLANG     := clang
CC32      := i686-w64-mingw32-gcc
CC64      := x86_64-w64-mingw32-gcc
CXX32     := i686-w64-mingw32-g++
CXX64     := x86_64-w64-mingw32-g++
DLLTOOL32 := i686-w64-mingw32-dlltool --deterministic-libraries
DLLTOOL64 := x86_64-w64-mingw32-dlltool --deterministic-libraries
WINDRES32 := i686-w64-mingw32-windres
WINDRES64 := x86_64-w64-mingw32-windres
WINDMC    := i686-w64-mingw32-windmc
OBJCOPY   := i686-w64-mingw32-objcopy
OBJDUMP   := i686-w64-mingw32-objdump
PYTHON    := /usr/bin/python3
DDK       := /usr/share/mingw-w64/include/ddk

.SUFFIXES:
.SECONDARY:
.SECONDEXPANSION:
.DELETE_ON_ERROR:
.PHONY: all help clean lint
.DEFAULT_GOAL := all

# Short lines; make V=1 shows the commands.
ifndef V
.SILENT:
endif
say = mkdir -p $(@D) && echo "  $@"

help:
	@echo 'make all       the driver, the programs, the examples, the libraries and DLLs, the test machine'
	@echo '               (each alone: driver, programs, examples, lib, machine)'
	@echo 'make delphi    the Delphi examples, by Free Pascal, for Windows and this host'
	@echo 'make linux     userport-run and userportctl for this host'
	@echo 'make wine      the fake driver and the clients of the tests under Wine'
	@echo 'make check     every test (script/test installs what they need first)'
	@echo 'make manual    the manual as HTML and PDF, and the man pages'
	@echo 'make dist      the packages, in build/dist: docs/release.md'
	@echo 'make submission the driver for Microsoft'"'"'s signature, in build/submission'
	@echo 'make demo      the demonstration (script/demo installs what it needs first)'
	@echo 'make fuzz      60 s of libFuzzer on each target'
	@echo 'make soak      10,000 starts, 100,000 processes and 10,000 lists, in both readings of NT'
	@echo 'make bench     instruction counts, into docs/benchmarks.md'
	@echo 'make lint      clang-format'"'"'s and cppcheck'"'"'s opinion'
	@echo 'V=1            shows the commands'
	@echo 'make clean     removes build/'

# ---- flags ------------------------------------------------------------------------------------------------------------------

WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror
STRICT   := $(WARN) -Wpedantic -Wconversion
# windows.h without what few files need, which takes longer to read than most of them
LEAN     := -DWIN32_LEAN_AND_MEAN
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
INCLUDES := -I. -Iinclude -I$(GEN)

# NT 4.0 runs on a 486 (no CMOV), and i386 Windows has no use for unwind tables.
I486     := -march=i486 -mtune=generic -fno-asynchronous-unwind-tables
# msvcrt's printf, not mingw's own: that one is compiled for a Pentium Pro. The compiler checks
# formats for what NT 4.0's knows.
WINDOWS  := -std=gnu11 -O2 -fno-ident -fno-strict-aliasing $(STRICT) $(LEAN) -D__USE_MINGW_ANSI_STDIO=0 $(INCLUDES)
# A section for each function, for --gc-sections; not for data, which would turn .bss into bytes of
# the file.
KERNEL   := -std=gnu11 -mtune=generic -Os -ffreestanding -ffunction-sections -fno-ident $(WARN) -isystem $(DDK) $(INCLUDES)
# amd64 NT unwinds by tables, and interrupts use the stack below its pointer.
KERNEL64 := $(KERNEL) -mno-red-zone -mno-sse -mno-mmx -fasynchronous-unwind-tables
MACHINE  := -std=gnu11 -O2 -g -ffreestanding -fno-strict-aliasing -mno-stack-arg-probe -Wno-pointer-sign -Wno-multichar \
	-Wno-address-of-packed-member -D_NTSYSTEM_ -Wall -Wextra -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror -isystem $(DDK) \
	$(INCLUDES) -Itests/machine
LINUX    := -std=gnu11 -D_GNU_SOURCE -O2 -g -fno-ident -fno-strict-aliasing $(STRICT) $(INCLUDES) -ffile-prefix-map='$(CURDIR)'=. \
	-fPIC -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2 -fcf-protection
UNIT     := -std=gnu11 -D_GNU_SOURCE -g -O1 $(STRICT) $(INCLUDES) -Itests/host $(SANITIZE)
FUZZING  := -std=gnu11 -D_GNU_SOURCE -g $(INCLUDES) -Itests/host -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all

# What a folder adds to its world's, by $(FLAGS_folder)
FLAGS_gui  := -DUNICODE -D_UNICODE
FLAGS_host_lib := -fvisibility=hidden -DUP_API='__attribute__((visibility("default")))'

# ---- the worlds --------------------------------------------------------------------------------------------------------------

# What is made before anything is compiled: from VERSION and the message texts
GENERATED := $(GEN)/version.h $(GEN)/messages.h

# world NAME, COMPILER, FLAGS. EXTRA is a single file's, set by its target.
define world
$(BUILD)/obj/$(1)/%.o: %.c | $(GENERATED)
	$$(say)
	$(2) $(3) $$(FLAGS_$$(firstword $$(subst /, ,$$*))) $$(FLAGS_$(1)_$$(firstword $$(subst /, ,$$*))) $$(EXTRA) -MMD -MP -c $$< -o $$@
endef

$(eval $(call world,i386,$(CC32),$(I486) $(WINDOWS)))
$(eval $(call world,amd64,$(CC64),$(WINDOWS)))
$(eval $(call world,i386-kernel,$(CC32),$(I486) $(KERNEL)))
$(eval $(call world,amd64-kernel,$(CC64),$(KERNEL64)))
$(eval $(call world,machine,$(CC32),$(I486) $(MACHINE)))
$(eval $(call world,host,$(CC),$(LINUX)))
$(eval $(call world,unit,$(CC),$(UNIT)))
$(eval $(call world,fuzz,$(CLANG),-O1 $(FUZZING)))
# for what runs many thousand steps for one input
$(eval $(call world,fuzz-fast,$(CLANG),-O2 $(FUZZING) -fno-sanitize-coverage=trace-cmp))

# objects WORLD, SOURCES
objects = $(patsubst %.c,$(BUILD)/obj/$(1)/%.o,$(2))

# The sources of folders, by the system that their names end with: files_WORLD FOLDERS
c_files     = $(sort $(wildcard $(addsuffix /*.c,$(1))))
files_i386  = $(filter-out %_linux.c %_posix.c %_amd64.c %_win64.c,$(c_files))
files_amd64 = $(filter-out %_linux.c %_posix.c %_i386.c %_win32.c,$(c_files))
files_host  = $(filter-out %_windows.c %_wine.c %_i386.c %_amd64.c %_win32.c %_win64.c,$(c_files))

# ---- what programs share: the parts of each world, in one archive ----------------------------------------------------------------

# main is in these, and what is linked into DLLs alone
NOT_PARTS := setup/folder.c run/userport-run.c lib/inpout.c lib/dll_main.c lib/dll_memory.c

# and the keys of the automation object, which an install writes and takes away
PARTS_WINDOWS := core exefile winutil control doctor setup devices launch record simulated session
PARTS_LINUX   := core exefile control doctor devices policy run launch record simulated session follow
# and what of trap/ serves programs from outside
PARTS_DEBUGGER := $(addprefix trap/,debugger_windows.c driver_windows.c serve_windows.c emulate.c)
PARTS_i386    := $(filter-out $(NOT_PARTS),$(call files_i386,$(PARTS_WINDOWS))) com/com_register.c \
	$(PARTS_DEBUGGER) trap/stopped_i386.c trap/context_i386.c
PARTS_amd64   := $(filter-out $(NOT_PARTS),$(call files_amd64,$(PARTS_WINDOWS))) com/com_register.c \
	$(PARTS_DEBUGGER) trap/stopped_amd64.c trap/context_amd64.c
PARTS_host    := $(filter-out $(NOT_PARTS),$(call files_host,$(PARTS_LINUX) lib)) trap/emulate.c
# What tests choose themselves, and the window's decisions, which know nothing of Windows
PARTS_unit    := $(filter-out lib/strings_linux.c lib/backends_linux.c lib/recorder_posix.c,$(PARTS_host)) lib/strings_windows.c \
	tests/unit/backends_fake.c tests/unit/recorder_fake.c \
	trap/patch_site.c \
	$(wildcard gui/model*.c) \
	$(addprefix gui/,portmap.c drivepath.c commands.c jobs.c porttests.c)
PARTS_fuzz    := $(PARTS_unit)
PARTS_fuzz-fast := $(PARTS_unit)
PARTS_i386-kernel  := $(wildcard core/*.c)
PARTS_amd64-kernel := $(wildcard core/*.c)
PARTS_machine      := $(wildcard core/*.c)

# parts WORLD, AR
define parts
$(BUILD)/obj/$(1)/parts.a: $(call objects,$(1),$(PARTS_$(1))) Makefile
	rm -f $$@
	$(2) rcsD $$@ $$(filter %.o,$$^)
endef
$(foreach world,i386 i386-kernel machine,$(eval $(call parts,$(world),i686-w64-mingw32-ar)))
$(foreach world,amd64 amd64-kernel,$(eval $(call parts,$(world),x86_64-w64-mingw32-ar)))
$(foreach world,host unit fuzz fuzz-fast,$(eval $(call parts,$(world),ar)))

# ---- programs for Windows ------------------------------------------------------------------------------------------------------

# After each link of an i386 image: $(CHECK_I486) IMAGE. Programs of the test machine alone are not
# looked at.
CHECK_I486 := $(PYTHON) script/tools/check_i486.py --objdump $(OBJDUMP)

# Where programs with main, or with wmain, begin (runtime/). Without auto-import: nobody is there to
# relocate what it would leave for the start; a program that needs it does not link.
START_i386       := $(BUILD)/obj/i386/runtime/start_windows.o
START_LINK       := -nostartfiles -Wl,--disable-auto-import
START_LINK_i386  := $(START_LINK) -Wl,-e,_up_start -Wl,--major-os-version,4,--minor-os-version,0,--major-subsystem-version,4,--minor-subsystem-version,0
START_LINK_amd64 := $(START_LINK) -Wl,-e,up_start

# Everything in the file, no DLL but the system's
PROGRAM_LINK       := -s -static -Wl,--no-insert-timestamp,--dynamicbase,--nxcompat
PROGRAM_LINK_i386  := $(PROGRAM_LINK) $(START_LINK_i386)
PROGRAM_LINK_amd64 := $(PROGRAM_LINK) $(START_LINK_amd64) -Wl,--high-entropy-va
PROGRAM_LIBS       := -ladvapi32 -lntdll

# program NAME, START (a file of runtime/), OBJECTS below obj/WORLD, LIBRARIES: build/i386/NAME.exe and
# build/amd64/NAME.exe
define program
$(BUILD)/i386/$(1).exe: $(BUILD)/obj/i386/runtime/$(2).o $(addprefix $(BUILD)/obj/i386/,$(3)) $(BUILD)/obj/i386/parts.a $(BUILD)/i386/libuserport.a
	$$(say)
	$(CC32) $(PROGRAM_LINK_i386) -o $$@ $$^ $(PROGRAM_LIBS) $(4)
	$(CHECK_I486) $$@

$(BUILD)/amd64/$(1).exe: $(BUILD)/obj/amd64/runtime/$(2).o $(addprefix $(BUILD)/obj/amd64/,$(3)) $(BUILD)/obj/amd64/parts.a $(BUILD)/amd64/libuserport.a
	$$(say)
	$(CC64) $(PROGRAM_LINK_amd64) -o $$@ $$^ $(PROGRAM_LIBS) $(4)
endef

# resources PATH, FLAGS, NEEDED FILES: obj/i386/PATH.rc.o and obj/amd64/PATH.rc.o
define resources
$(BUILD)/obj/i386/$(1).rc.o: $(1).rc $(3) | $(GENERATED)
	$$(say)
	$(WINDRES32) -I$(GEN) -I$(dir $(1)) -I$$(@D) $(2) -i $$< -o $$@

$(BUILD)/obj/amd64/$(1).rc.o: $(1).rc $(3) | $(GENERATED)
	$$(say)
	$(WINDRES64) -I$(GEN) -I$(dir $(1)) -I$$(@D) $(2) -i $$< -o $$@
endef

# ---- from VERSION and the message texts ----------------------------------------------------------------------------------------

$(GEN)/version.h: VERSION script/tools/version_header.sh
	$(say)
	script/tools/version_header.sh VERSION >$@

$(GEN)/messages.h $(GEN)/messages.rc &: driver/messages.mc
	$(say)
	$(WINDMC) -c -A -r $(GEN) -h $(GEN) $<

# ---- what is linked, beside the sources --------------------------------------------------------------------------------------------

include $(wildcard */build.mk tests/*/build.mk)

all: driver programs examples lib clients machine

lint:
	clang-format --dry-run -Werror $(shell git ls-files '*.c' '*.h' '*.cpp' '*.hpp')
	cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 --enable=warning,portability --suppress=missingIncludeSystem $(INCLUDES) \
		$(filter-out tests/,$(sort $(dir $(wildcard */*.c)))) examples/c tests/clients
	cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c++11 --language=c++ --enable=warning,portability \
		--suppress=missingIncludeSystem -Iinclude examples/cpp tests/unit/test_userport_hpp.cpp

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

clean:
	rm -rf $(BUILD)
