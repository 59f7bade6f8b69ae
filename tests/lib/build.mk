# SPDX-License-Identifier: MIT
# What is run: the tests, the campaigns, the demonstration.

SUITES   := machine grant scope changes control access policy failures foreign names single iolist iotime clients soak programs userportctl
READINGS := one every
TESTS    = $(UNIT:%=unit/%) \
	tools/iopm tools/portcheck tools/check_image tools/check_i486 tools/abi tools/demo_tools tools/docs tools/manual tools/dlls \
	tools/vb_declarations tools/cpp tools/java tools/gui tools/userportctl tools/userportctl_linux tools/completion \
	build/reproducible build/lint build/layers $(FUZZ:%=fuzz/%) \
	$(foreach suite,$(SUITES),$(READINGS:%=machine/$(suite)/%)) machine/bad machine/userportctl/seen machine/examples/seen \
	linux/rules linux/hostile linux/faults linux/service linux/library linux/userportctl linux/userportctl/seen linux/package linux/clients \
	linux/clients/seen linux/wine linux/wine/seen linux/wine_driver \
	wine/examples wine/examples_library wine/delphi wine/vb wine/driver wine/clients wine/admin wine/doctor wine/userportctl \
	wine/interrupted wine/gui wine/setup wine/setup_guard \
	dist/contents dist/deb dist/sbom dist/signing dist/reproducible demo

.PHONY: check fuzz soak demo bench
check: all unit fuzzers wine linux linux-tests manual delphi $$(DIST).made
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
