# SPDX-License-Identifier: MIT
# The examples, for both. A part of the Makefile.

EXAMPLES      := resetlpt printlpt speaker probe
# They are plain programs; what is odd here is what lets them run on a 486, with compilers such as Debian's: see HACKING.md, i486.
EXAMPLE_FLAGS := -std=gnu11 -O2 -s $(WARN) -D__USE_MINGW_ANSI_STDIO=0 -Wl,--no-insert-timestamp

EXAMPLE_LINK_I386 := $(START_LINK_I386) -Wl,--major-os-version,4,--major-subsystem-version,4

# those that use userport.dll: one beside the others, which use ports.h; the same three programs in C and in C++
EXAMPLES_LIBRARY := lptstatus library/resetlpt library/printlpt library/speaker
EXAMPLES_CPP     := resetlpt printlpt speaker
EXAMPLES_ALL     := $(EXAMPLES) $(EXAMPLES_LIBRARY) $(EXAMPLES_CPP:%=cpp/%)

examples: $(EXAMPLES_ALL:%=$(BUILD)/examples/i386/%.exe) $(EXAMPLES_ALL:%=$(BUILD)/examples/amd64/%.exe)

$(EXAMPLES_LIBRARY:%=$(BUILD)/examples/i386/%.exe): EXAMPLE_LIBRARY := $(BUILD)/i386/libuserport.dll.a
$(EXAMPLES_LIBRARY:%=$(BUILD)/examples/i386/%.exe): $(BUILD)/i386/libuserport.dll.a
$(EXAMPLES_LIBRARY:%=$(BUILD)/examples/amd64/%.exe): EXAMPLE_LIBRARY := $(BUILD)/amd64/libuserport.dll.a
$(EXAMPLES_LIBRARY:%=$(BUILD)/examples/amd64/%.exe): $(BUILD)/amd64/libuserport.dll.a

$(BUILD)/examples/i386/%.exe: examples/c/%.c examples/c/ports.h include/userport/*.h $(START_I386)
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -march=i486 -mtune=generic $(EXAMPLE_FLAGS) $(EXAMPLE_LINK_I386) -Iinclude -o $@ $(START_I386) $< $(EXAMPLE_LIBRARY)
	$(CHECK_I486) $@

$(BUILD)/examples/amd64/%.exe: examples/c/%.c examples/c/ports.h include/userport/*.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(EXAMPLE_FLAGS) -Iinclude -o $@ $< $(EXAMPLE_LIBRARY)

# C++: -static-lib..., so that the programs need no other file than userport.dll. No -march: Debian's libstdc++ is for i686 itself.
EXAMPLE_CPP_FLAGS := -std=c++11 -O2 -s -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -D__USE_MINGW_ANSI_STDIO=0 -Iinclude \
	-static-libgcc -static-libstdc++ -Wl,--no-insert-timestamp

$(BUILD)/examples/i386/cpp/%.exe: examples/cpp/%.cpp include/userport/* $(BUILD)/i386/libuserport.dll.a
	mkdir -p $(@D)
	echo "  $@"
	$(CXX32) $(EXAMPLE_CPP_FLAGS) -Wl,--major-os-version,4,--major-subsystem-version,4 -o $@ $< $(BUILD)/i386/libuserport.dll.a

$(BUILD)/examples/amd64/cpp/%.exe: examples/cpp/%.cpp include/userport/* $(BUILD)/amd64/libuserport.dll.a
	mkdir -p $(@D)
	echo "  $@"
	$(CXX64) $(EXAMPLE_CPP_FLAGS) -o $@ $< $(BUILD)/amd64/libuserport.dll.a

# Delphi's, by Free Pascal: for Windows with what script/tools/free_pascal.sh makes, for this host with Debian's units. Not a part of
# `examples`: only the tests need Free Pascal. pascal is tests/clients' test of the unit.
EXAMPLES_DELPHI := resetlpt printlpt speaker pascal
FPC             := ppcx64
FPC_FLAGS       := -n -O2 -Xs -XX -CX -Sew -vw -l-
FPC_WINDOWS     := $(BUILD)/fpc

delphi: $(EXAMPLES_DELPHI:%=$(BUILD)/examples/i386/delphi/%.exe) $(EXAMPLES_DELPHI:%=$(BUILD)/examples/amd64/delphi/%.exe) \
	$(EXAMPLES_DELPHI:%=$(BUILD)/examples/host/delphi/%) $(EXAMPLES_DELPHI:%=$(BUILD)/machine/delphi_%.exe)

$(FPC_WINDOWS)/made: script/tools/free_pascal.sh
	echo "  $(@D)"
	script/tools/free_pascal.sh $(@D)
	touch $@

# Each program has a folder for the compiled unit: they may be made at the same time.
vpath %.dpr examples/delphi tests/clients

$(BUILD)/examples/i386/delphi/%.exe: %.dpr examples/delphi/UserPort.pas $(FPC_WINDOWS)/made
	mkdir -p $(@D)/$*.units
	echo "  $@"
	$(FPC_WINDOWS)/ppcross386 -Twin32 $(FPC_FLAGS) -Fu$(FPC_WINDOWS)/win32 -Fuexamples/delphi -FU$(@D)/$*.units -o$@ $<

$(BUILD)/examples/amd64/delphi/%.exe: %.dpr examples/delphi/UserPort.pas $(FPC_WINDOWS)/made
	mkdir -p $(@D)/$*.units
	echo "  $@"
	$(FPC) -Twin64 $(FPC_FLAGS) -Fu$(FPC_WINDOWS)/win64 -Fuexamples/delphi -FU$(@D)/$*.units -o$@ $<

$(BUILD)/examples/host/delphi/%: %.dpr examples/delphi/UserPort.pas
	mkdir -p $(@D)/$*.units
	echo "  $@"
	$(FPC) -Tlinux $(FPC_FLAGS) -vm5066 -Fu/usr/lib/x86_64-linux-gnu/fpc/$$($(FPC) -iV)/units/x86_64-linux/rtl \
		-Fl$$(dirname $$($(CC) -print-file-name=crtbegin.o)) -Fuexamples/delphi -FU$(@D)/$*.units -o$@ $<

# -vm5066: it says of GetTickCount that there is a newer one.
# the test machine knows a program by its file's name
$(BUILD)/machine/delphi_%.exe: $(BUILD)/examples/i386/delphi/%.exe
	mkdir -p $(@D)
	cp $< $@
