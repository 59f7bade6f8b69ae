# SPDX-License-Identifier: MIT
# The tests of this host: unit tests and fuzzers. What they test is in the archive of their world.

UNIT := $(basename $(notdir $(wildcard tests/unit/test_*.c tests/unit/test_*.cpp)))
FUZZ := $(patsubst fuzz_%,%,$(basename $(notdir $(wildcard tests/fuzz/fuzz_*.c))))
FUZZ_FAST := settings dispatch emulate ioinsn

.PHONY: unit fuzzers
unit: $(UNIT:%=$(BUILD)/unit/%) $(BUILD)/unit/portcheck $(BUILD)/unit/iopm
fuzzers: $(FUZZ:%=$(BUILD)/fuzz/fuzz_%)

# What a test or fuzzer links beside the archive: NEEDS_name; libraries: LIBS_name.
# The driver's own files on this host: tests/host stands for the DDK's header and for the kernel.
HOST_DRIVER := driver/device.c driver/access.c driver/transfer.c driver/state.c tests/host/kernel.c tests/host/ports.c
$(foreach test,access transfer transfer_changes transfer_time,$(eval NEEDS_test_$(test) := $(HOST_DRIVER) tests/host/transfer.c))
NEEDS_test_transfer_threads := $(HOST_DRIVER)
NEEDS_fuzz_dispatch       := $(HOST_DRIVER) tests/fuzz/dispatch_model.c tests/fuzz/dispatch_requests.c
NEEDS_fuzz_pe             := tests/machine/pe.c

# The library as it is on Linux; the archive has the fake back end's, with Windows' sentences.
$(foreach test,lib_direct lib_devport,$(eval NEEDS_test_$(test) := lib/backends_linux.c lib/strings_linux.c))
NEEDS_test_doctor := tests/unit/doctor_cases.c

$(foreach test,recording recording_files tail,$(eval NEEDS_test_$(test) := tests/unit/recordings.c))
NEEDS_test_emulate := tests/unit/emulate_model.c
NEEDS_fuzz_emulate := tests/unit/emulate_model.c
# Another decoder
NEEDS_test_ioinsn := tests/unit/ioinsn_zydis.c
NEEDS_fuzz_ioinsn := tests/unit/ioinsn_zydis.c
LIBS_test_ioinsn  := -lZydis
LIBS_test_patch_site := -lZydis
LIBS_fuzz_ioinsn  := -lZydis

$(addprefix $(BUILD)/unit/,$(basename $(notdir $(wildcard tests/unit/test_*.c)))): $(BUILD)/unit/%: $(BUILD)/obj/unit/tests/unit/%.o \
		$$(call objects,unit,$$(NEEDS_$$*)) $(BUILD)/obj/unit/parts.a
	$(say)
	$(CC) $(SANITIZE) -o $@ $^ -lcmocka $(LIBS_$*) -lpthread

# userport.hpp, over the shared library as it is
$(BUILD)/unit/test_userport_hpp: tests/unit/test_userport_hpp.cpp $(wildcard include/userport/*) $(BUILD)/host/libuserport.so.3
	$(say)
	$(CXX) -std=c++11 -g -O1 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror $(SANITIZE) -Iinclude -o $@ $< $(BUILD)/host/libuserport.so.3 \
		-Wl,-rpath,'$$ORIGIN/../host' -lcmocka

fuzz_world = $(if $(filter $(FUZZ_FAST),$(1)),fuzz-fast,fuzz)

# The port set without the fuzzer's instruments: it counts 8192 bytes at each start, which would
# take most of the time.
$(BUILD)/obj/fuzz-fast/core/portset.o: EXTRA := -fno-sanitize=fuzzer

$(FUZZ:%=$(BUILD)/fuzz/fuzz_%): $(BUILD)/fuzz/fuzz_%: $$(call objects,$$(call fuzz_world,$$*),tests/fuzz/fuzz_$$*.c $$(NEEDS_fuzz_$$*)) \
		$(BUILD)/obj/$$(call fuzz_world,$$*)/parts.a
	$(say)
	$(CLANG) -fsanitize=fuzzer,address,undefined -o $@ $^ $(LIBS_fuzz_$*) -lpthread
