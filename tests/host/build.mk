# SPDX-License-Identifier: MIT
# The tests of this host: unit tests and fuzzers. A part of the Makefile.

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
