# SPDX-License-Identifier: MIT
# What is run: the tests, the campaigns, the demonstration.

.PHONY: check fuzz soak demo demo-wine bench

# TESTS: names of tests, by tests/lib/list; all without any.
check: all unit fuzzers wine linux linux-tests manual delphi $$(DIST).made
	tests/lib/check $(TESTS)

fuzz: fuzzers
	FUZZ_SECONDS=60 tests/lib/check $(FUZZ:%=fuzz/%)

soak: machine
	for reading in one every; do \
		MACHINE_SECONDS=3600 tests/machine/run soak $$reading cycles=10000 processes=100000 crowd=300 || exit 1; \
		MACHINE_SECONDS=3600 tests/machine/run settings $$reading values=10000 only=random || exit 1; \
	done

demo: machine $(BUILD)/host/userportctl
	$(PYTHON) script/tools/demo.py --build $(BUILD)

demo-wine: $(addprefix $(BUILD)/,amd64/userport.sys amd64/userportctl.exe amd64/userport-trap.dll host/userport-run host/iopm host/linux/as \
	host/linux/probe host/linux/probe32 linux/initrd) $(addprefix $(BUILD)/examples/amd64/,resetlpt.exe printlpt.exe)
	$(PYTHON) script/tools/demo_wine.py --build $(BUILD)

bench: machine linux linux-tests $(BUILD)/host/linux/bench wine
	$(PYTHON) script/tools/bench.py --build $(BUILD)
	$(PYTHON) script/tools/bench_linux.py --build $(BUILD)
	$(PYTHON) script/tools/bench_wine.py --build $(BUILD)
