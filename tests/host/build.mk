# SPDX-License-Identifier: MIT
# The tests of this host: unit tests and fuzzers. A part of the Makefile.

UNIT       := $(basename $(notdir $(wildcard tests/unit/test_*.c tests/unit/test_*.cpp)))
FUZZ       := $(patsubst fuzz_%,%,$(basename $(notdir $(wildcard tests/fuzz/fuzz_*.c))))
CORE       := $(wildcard core/*.c)

unit: $(UNIT:%=$(BUILD)/unit/%)

# What the unit tests test is compiled once for all of them (unit_objects, in the Makefile).
$(BUILD)/unit/obj/%.o: %.c $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -I$(GEN) -MMD -MP -c -o $@ $<

UNIT_CORE := $(call unit_objects,$(CORE))

$(BUILD)/unit/%: tests/unit/%.c $(UNIT_CORE) $(wildcard core/*.h)
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -o $@ $< $(UNIT_CORE) -lcmocka

# Beside another decoder
$(BUILD)/unit/test_ioinsn: tests/unit/test_ioinsn.c run/ioinsn.c run/ioinsn.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -o $@ $(filter %.c,$^) -lcmocka -lZydis

# The driver's own files on this host: tests/host stands for the DDK's header and for the kernel.
HOST_DRIVER := driver/device.c driver/access.c driver/transfer.c driver/state.c
HOST_KERNEL := tests/host/kernel.c tests/host/ports.c
HOST_NEEDS  := $(HOST_DRIVER) $(wildcard tests/host/*.[ch] driver/*.h core/*.h) include/userport/userport_abi.h $(GEN)/version.h $(GEN)/messages.h

$(BUILD)/unit/test_access $(BUILD)/unit/test_iolist $(BUILD)/unit/test_iolist_changes $(BUILD)/unit/test_iolist_time: $(BUILD)/unit/%: tests/unit/%.c $(HOST_NEEDS)
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -Itests/host -I$(GEN) -o $@ $< tests/host/list.c $(HOST_KERNEL) $(HOST_DRIVER) core/portset.c -lcmocka

$(BUILD)/unit/test_iolist_threads: tests/unit/test_iolist_threads.c $(HOST_NEEDS)
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -Itests/host -I$(GEN) -o $@ $< $(HOST_KERNEL) $(HOST_DRIVER) core/portset.c -lcmocka -lpthread

# What the programs of administrators share, over the library's fake; doctor and legacy are pure.
HOST_ADMIN := devices/porttest.c control/legacy.c doctor/findings.c $(filter-out %_windows.c %_linux.c %_linux_judge.c,$(wildcard admin/doctor*.c))
HOST_ADMIN := $(sort $(call unit_objects,$(HOST_ADMIN) $(CORE)) $(LIB_TESTED))

$(BUILD)/unit/test_porttest $(BUILD)/unit/test_speaker $(BUILD)/unit/test_legacy $(BUILD)/unit/test_doctor: $(BUILD)/unit/%: tests/unit/%.c tests/unit/library.h $(HOST_ADMIN) \
		$(wildcard admin/*.h lib/*.h core/*.h include/userport/*.h) $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -I$(GEN) -o $@ $(filter tests/unit/%.c %.o,$^) -lcmocka -lpthread

$(BUILD)/unit/test_doctor: tests/unit/doctor_cases.c tests/unit/doctor_facts.h
$(BUILD)/unit/test_porttest $(BUILD)/unit/test_speaker: tests/unit/porttest.h

# UserPort.exe's picture and decisions, which know nothing of Windows.
$(BUILD)/unit/test_portmap: tests/unit/test_portmap.c gui/portmap.c gui/portmap.h $(UNIT_CORE) $(wildcard core/*.h)
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -o $@ $< gui/portmap.c $(UNIT_CORE) -lcmocka

$(BUILD)/unit/test_drivepath: tests/unit/test_drivepath.c gui/drivepath.c gui/drivepath.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -o $@ $< gui/drivepath.c -lcmocka

HOST_MODEL := $(call unit_objects,$(wildcard gui/model*.c) $(CORE))

$(BUILD)/unit/test_model $(BUILD)/unit/test_model_text $(BUILD)/unit/test_model_ask: $(BUILD)/unit/%: tests/unit/%.c tests/unit/model.h $(HOST_MODEL) $(wildcard gui/model*.h admin/*.h core/*.h)
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -o $@ $< $(HOST_MODEL) -lcmocka

$(BUILD)/unit/test_problem $(BUILD)/unit/test_resources $(BUILD)/unit/test_settings_order $(BUILD)/unit/test_eventlog_text: $(BUILD)/unit/test_%: tests/unit/test_%.c admin/%.c $(wildcard admin/*.h core/*.h) $(UNIT_CORE)
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -o $@ $< admin/$*.c $(UNIT_CORE) -lcmocka

# userportctl's pure parts for Linux.
$(BUILD)/unit/test_ioports $(BUILD)/unit/test_doctor_linux $(BUILD)/unit/test_grant_file: $(BUILD)/unit/%: tests/unit/%.c $(wildcard admin/*.[ch] linux/*.[ch] core/*.h) $(UNIT_CORE)
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) -D_GNU_SOURCE $(SANITIZE) -o $@ $< $(LINUX_PURE_$*) $(UNIT_CORE) -lcmocka -linih

LINUX_PURE_test_ioports      := devices/ioports.c
LINUX_PURE_test_doctor_linux := doctor/doctor_linux_judge.c run/helper.c doctor/findings.c
LINUX_PURE_test_grant_file   := policy/grant_file.c policy/rules.c policy/rules_apply.c policy/accounts.c
# userport.hpp, over the shared library as it is
$(BUILD)/unit/test_userport_hpp: tests/unit/test_userport_hpp.cpp $(wildcard include/userport/*) $(BUILD)/host/libuserport.so.3
	mkdir -p $(@D)
	echo "  $@"
	$(CXX) -std=c++11 -g -O1 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror $(SANITIZE) -Iinclude -o $@ $< $(BUILD)/host/libuserport.so.3 \
		-Wl,-rpath,'$$ORIGIN/../host' -lcmocka

fuzzers: $(FUZZ:%=$(BUILD)/fuzz/fuzz_%)

$(BUILD)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(CORE) $(wildcard core/*.h) tests/machine/pe.c tests/machine/pe.h
	mkdir -p $(@D)
	echo "  $@"
	$(CLANG) -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -Iinclude -o $@ $< $(CORE) tests/machine/pe.c

$(BUILD)/fuzz/fuzz_settings: tests/fuzz/fuzz_settings.c control/legacy.c control/settings_order.c $(wildcard admin/*.h core/*.h) $(CORE)
	mkdir -p $(@D)
	echo "  $@"
	$(CLANG) -std=gnu11 -g -O2 -fsanitize=fuzzer,address,undefined -fno-sanitize-coverage=trace-cmp -fno-sanitize-recover=all -Iinclude -o $@ $(filter %.c,$^)

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
