# SPDX-License-Identifier: MIT
# How programs for Windows begin, and the check that what is for 32-bit Windows runs on a 486. A part of the Makefile.

RUNTIME_FLAGS := -std=gnu11 -O2 -fno-ident $(WARN) -Wpedantic -Wconversion -MMD -MP

# What is linked first, for programs with main and with wmain, and how. Without auto-import: nobody is there to relocate what it would
# leave for the start; a program that needs it does not link.
START_I386       := $(BUILD)/i386/runtime/start_windows.o
START_AMD64      := $(BUILD)/amd64/runtime/start_windows.o
START_WIDE_I386  := $(BUILD)/i386/runtime/start_wide_windows.o
START_WIDE_AMD64 := $(BUILD)/amd64/runtime/start_wide_windows.o
START_LINK       := -nostartfiles -Wl,--disable-auto-import
START_LINK_I386  := $(START_LINK) -Wl,-e,_up_start
START_LINK_AMD64 := $(START_LINK) -Wl,-e,up_start

# After each link of an i386 image: $(CHECK_I486) IMAGE. Programs of the test machine alone are not looked at.
CHECK_I486 := $(PYTHON) script/tools/check_i486.py --objdump $(OBJDUMP)

$(BUILD)/i386/runtime/%.o: runtime/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -march=i486 -mtune=generic $(RUNTIME_FLAGS) -c $< -o $@

$(BUILD)/amd64/runtime/%.o: runtime/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(RUNTIME_FLAGS) -c $< -o $@
