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
CXX     := g++
CXX32   := i686-w64-mingw32-g++
CXX64   := x86_64-w64-mingw32-g++
WINDRES := i686-w64-mingw32-windres
WINDRES64 := x86_64-w64-mingw32-windres
WINDMC  := i686-w64-mingw32-windmc
WIDL32  := i686-w64-mingw32-widl
WIDL64  := x86_64-w64-mingw32-widl
WIDL_ENV := WIDL_TIME_OVERRIDE=0 TZ=UTC
OBJCOPY := i686-w64-mingw32-objcopy
OBJDUMP := i686-w64-mingw32-objdump
DLLTOOL := i686-w64-mingw32-dlltool
PYTHON  := /usr/bin/python3
DDK     := /usr/share/mingw-w64/include/ddk

# windows.h without what few files need, which takes longer to read than most of them
LEAN    := -DWIN32_LEAN_AND_MEAN
WARN    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror

.SUFFIXES:
.SECONDARY:
.DELETE_ON_ERROR:
.PHONY: all driver examples delphi iopm portcheck userportctl gui lib admin clients machine wine check unit fuzzers fuzz soak \
	bench demo clean help lint

all: driver examples $(BUILD)/i386/iopm.exe $(BUILD)/i386/portcheck.exe userportctl gui lib clients machine

help:
	@echo 'make all       the driver, the examples, iopm.exe, portcheck.exe, the library and its DLLs, the test machine'
	@echo '               (each alone: driver, examples, iopm and portcheck for Windows and this host,'
	@echo '               lib, machine)'
	@echo 'make delphi    the Delphi examples, by Free Pascal, for Windows and this host'
	@echo 'make linux     userport-run and userportctl for this host'
	@echo 'make wine      the fake driver and the clients of the tests under Wine'
	@echo 'make check     every test (script/test installs what they need first)'
	@echo 'make manual    the manual as HTML and PDF, and the man pages'
	@echo 'make dist      the packages, in build/dist: docs/release.md'
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

# unit_objects SOURCES: their objects, as the unit tests link them
unit_objects = $(patsubst %.c,$(BUILD)/unit/obj/%.o,$(sort $(1)))

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

# ---- what is built, each beside its sources; the order counts, for lists that others use ---------------------------------------

include runtime/build.mk
include driver/build.mk
include examples/build.mk
include lib/build.mk
include admin/build.mk
include cli/build.mk
include gui/build.mk
include linux/build.mk
include tests/machine/build.mk
include tests/wine/build.mk
include tests/clients/build.mk
include tests/host/build.mk
include docs/build.mk
include install/build.mk

# ---- what is run ----------------------------------------------------------------------------------------------------------------

SUITES   := machine grant scope changes control access policy failures foreign names single iolist iotime clients soak programs userportctl
READINGS := one every
TESTS    := $(UNIT:%=unit/%) \
	tools/iopm tools/portcheck tools/check_image tools/check_i486 tools/abi tools/demo_tools tools/docs tools/manual tools/dlls \
	tools/vb_declarations tools/cpp tools/java tools/gui tools/userportctl tools/userportctl_linux tools/completion \
	build/reproducible build/lint $(FUZZ:%=fuzz/%) \
	$(foreach suite,$(SUITES),$(READINGS:%=machine/$(suite)/%)) machine/bad machine/userportctl/seen machine/examples/seen \
	linux/rules linux/hostile linux/faults linux/service linux/library linux/userportctl linux/userportctl/seen linux/package linux/clients \
	linux/clients/seen linux/wine linux/wine/seen linux/wine_driver \
	wine/examples wine/examples_library wine/delphi wine/vb wine/driver wine/clients wine/admin wine/doctor wine/userportctl \
	wine/interrupted wine/gui wine/setup wine/setup_guard \
	dist/contents dist/deb dist/sbom dist/signing dist/reproducible demo

check: all iopm portcheck unit fuzzers wine linux linux-tests manual delphi $(DIST).made
	MAKEFLAGS= HARNESS_RULESFILE=tests/lib/order.yml prove --timer --jobs 2 --exec tests/lib/run-test $(TESTS) 3>&2

fuzz: fuzzers
	FUZZ_SECONDS=60 prove --timer --exec tests/lib/run-test $(FUZZ:%=fuzz/%)

soak: machine
	for reading in $(READINGS); do \
		MACHINE_SECONDS=3600 tests/machine/run soak $$reading cycles=10000 processes=100000 || exit 1; \
	done

demo: machine
	$(PYTHON) script/tools/demo.py --build $(BUILD)

bench: machine linux linux-tests $(BUILD)/host/linux/bench
	$(PYTHON) script/tools/bench.py --build $(BUILD)
	$(PYTHON) script/tools/bench_linux.py --build $(BUILD)

lint:
	clang-format --dry-run -Werror $(shell git ls-files '*.c' '*.h' '*.cpp' '*.hpp')
	cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 --enable=warning,portability \
		--suppress=missingIncludeSystem -Iinclude -I$(GEN) core runtime driver lib admin cli gui install linux examples/c tests/clients
	cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c++11 --language=c++ --enable=warning,portability \
		--suppress=missingIncludeSystem -Iinclude examples/cpp tests/unit/test_userport_hpp.cpp

-include $(wildcard $(BUILD)/i386/*/*.d $(BUILD)/amd64/*/*.d $(BUILD)/machine/*.d $(BUILD)/machine/*/*.d $(BUILD)/wine/*/*.d $(BUILD)/host/*/*.d $(BUILD)/unit/obj/*/*.d $(BUILD)/unit/obj/tests/unit/*.d)

clean:
	rm -rf $(BUILD)
