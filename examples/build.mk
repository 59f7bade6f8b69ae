# SPDX-License-Identifier: MIT
# The examples, for both. A part of the Makefile.

EXAMPLES      := resetlpt printlpt speaker probe lptstatus
# They are plain programs; what is odd here is what lets them run on a 486, with compilers such as Debian's: see HACKING.md, i486.
EXAMPLE_FLAGS := -std=gnu11 -O2 -s $(WARN) -D__USE_MINGW_ANSI_STDIO=0 -Wl,--no-insert-timestamp

EXAMPLE_LINK_I386 := $(START_LINK_I386) -Wl,--major-os-version,4,--major-subsystem-version,4

examples: $(EXAMPLES:%=$(BUILD)/examples/i386/%.exe) $(EXAMPLES:%=$(BUILD)/examples/amd64/%.exe)

# the one that uses userport.dll; the others use ports.h
$(BUILD)/examples/i386/lptstatus.exe: EXAMPLE_LIBRARY := $(BUILD)/i386/libuserport.dll.a
$(BUILD)/examples/i386/lptstatus.exe: $(BUILD)/i386/libuserport.dll.a
$(BUILD)/examples/amd64/lptstatus.exe: EXAMPLE_LIBRARY := $(BUILD)/amd64/libuserport.dll.a
$(BUILD)/examples/amd64/lptstatus.exe: $(BUILD)/amd64/libuserport.dll.a

$(BUILD)/examples/i386/%.exe: examples/c/%.c examples/c/ports.h include/userport/*.h $(START_I386)
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -march=i486 -mtune=generic $(EXAMPLE_FLAGS) $(EXAMPLE_LINK_I386) -Iinclude -o $@ $(START_I386) $< $(EXAMPLE_LIBRARY)
	$(CHECK_I486) $@

$(BUILD)/examples/amd64/%.exe: examples/c/%.c examples/c/ports.h include/userport/*.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(EXAMPLE_FLAGS) -Iinclude -o $@ $< $(EXAMPLE_LIBRARY)
