# SPDX-License-Identifier: MIT
# The examples, as their users would compile them; what is odd here is what lets them run on a 486,
# with compilers such as Debian's: see docs/design/build.md, "What a 486 lacks".

EXAMPLES           := resetlpt printlpt speaker probe
# those that use userport.dll: one beside the others, which use ports.h; the same three programs in
# C and in C++
EXAMPLES_LIBRARY   := lptstatus library/resetlpt library/printlpt library/speaker
EXAMPLES_CPP       := $(addprefix cpp/,resetlpt printlpt speaker)
EXAMPLE_FLAGS      := -std=gnu11 -O2 -s $(WARN) -D__USE_MINGW_ANSI_STDIO=0 -Iinclude -Wl,--no-insert-timestamp
EXAMPLE_I386       := $(CC32) -march=i486 -mtune=generic $(EXAMPLE_FLAGS) $(START_LINK_i386)
EXAMPLE_AMD64      := $(CC64) $(EXAMPLE_FLAGS)

.PHONY: examples
examples: $(foreach arch,i386 amd64,$(patsubst %,$(BUILD)/examples/$(arch)/%.exe,$(EXAMPLES) $(EXAMPLES_LIBRARY) $(EXAMPLES_CPP)))

$(EXAMPLES_LIBRARY:%=$(BUILD)/examples/i386/%.exe): $(BUILD)/i386/libuserport.dll.a
$(EXAMPLES_LIBRARY:%=$(BUILD)/examples/amd64/%.exe): $(BUILD)/amd64/libuserport.dll.a

$(BUILD)/examples/i386/%.exe: examples/c/%.c examples/c/ports.h $(wildcard include/userport/*.h) $(START_i386)
	$(say)
	$(EXAMPLE_I386) -o $@ $(START_i386) $< $(filter %.a,$^)
	$(CHECK_I486) $@

$(BUILD)/examples/amd64/%.exe: examples/c/%.c examples/c/ports.h $(wildcard include/userport/*.h)
	$(say)
	$(EXAMPLE_AMD64) -o $@ $< $(filter %.a,$^)

# C++: -static-lib..., so that the programs need no other file than userport.dll. No -march:
# Debian's libstdc++ is for i686 itself.
EXAMPLE_CPP_FLAGS := -std=c++11 -O2 -s -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -D__USE_MINGW_ANSI_STDIO=0 -Iinclude \
	-static-libgcc -static-libstdc++ -Wl,--no-insert-timestamp

$(BUILD)/examples/i386/cpp/%.exe: examples/cpp/%.cpp $(wildcard include/userport/*) $(BUILD)/i386/libuserport.dll.a
	$(say)
	$(CXX32) $(EXAMPLE_CPP_FLAGS) -Wl,--major-os-version,4,--major-subsystem-version,4 -o $@ $< $(BUILD)/i386/libuserport.dll.a

$(BUILD)/examples/amd64/cpp/%.exe: examples/cpp/%.cpp $(wildcard include/userport/*) $(BUILD)/amd64/libuserport.dll.a
	$(say)
	$(CXX64) $(EXAMPLE_CPP_FLAGS) -o $@ $< $(BUILD)/amd64/libuserport.dll.a

# Delphi's, by Free Pascal: for Windows with what script/tools/free_pascal.sh makes, for this host
# with Debian's units. Not a part of `examples`: only the tests need Free Pascal. pascal is
# tests/clients' test of the unit.
EXAMPLES_DELPHI := resetlpt printlpt speaker pascal
FPC             := ppcx64
FPC_FLAGS       := -n -O2 -Xs -XX -CX -Sew -vw -l-
FPC_WINDOWS     := $(BUILD)/fpc

.PHONY: delphi
delphi: $(foreach arch,i386 amd64,$(EXAMPLES_DELPHI:%=$(BUILD)/examples/$(arch)/delphi/%.exe)) \
	$(EXAMPLES_DELPHI:%=$(BUILD)/examples/host/delphi/%) $(EXAMPLES_DELPHI:%=$(BUILD)/machine/delphi_%.exe)

$(FPC_WINDOWS)/made: script/tools/free_pascal.sh
	echo "  $(@D)"
	script/tools/free_pascal.sh $(@D)
	touch $@

# Each program has a folder for the compiled unit: they may be made at the same time.
vpath %.dpr examples/delphi tests/clients

$(BUILD)/examples/i386/delphi/%.exe: %.dpr examples/delphi/UserPort.pas $(FPC_WINDOWS)/made
	$(say)
	mkdir -p $(@D)/$*.units
	$(FPC_WINDOWS)/ppcross386 -Twin32 $(FPC_FLAGS) -Fu$(FPC_WINDOWS)/win32 -Fuexamples/delphi -FU$(@D)/$*.units -o$@ $<

$(BUILD)/examples/amd64/delphi/%.exe: %.dpr examples/delphi/UserPort.pas $(FPC_WINDOWS)/made
	$(say)
	mkdir -p $(@D)/$*.units
	$(FPC) -Twin64 $(FPC_FLAGS) -Fu$(FPC_WINDOWS)/win64 -Fuexamples/delphi -FU$(@D)/$*.units -o$@ $<

# -vm5066: it says of GetTickCount that there is a newer one.
$(BUILD)/examples/host/delphi/%: %.dpr examples/delphi/UserPort.pas
	$(say)
	mkdir -p $(@D)/$*.units
	$(FPC) -Tlinux $(FPC_FLAGS) -vm5066 -Fu/usr/lib/x86_64-linux-gnu/fpc/$$($(FPC) -iV)/units/x86_64-linux/rtl \
		-Fl$$(dirname $$($(CC) -print-file-name=crtbegin.o)) -Fuexamples/delphi -FU$(@D)/$*.units -o$@ $<

# the test machine knows a program by its file's name
$(BUILD)/machine/delphi_%.exe: $(BUILD)/examples/i386/delphi/%.exe
	mkdir -p $(@D)
	cp $< $@
