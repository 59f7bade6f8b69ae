# SPDX-License-Identifier: MIT
# userport.dll, the DLLs of inpout's names, libuserport.so. A part of the Makefile.

LIB_BOTH    := ports.c list.c failure.c failure_text.c backend_fake.c
LIB_WINDOWS := $(LIB_BOTH) inprocess.c clock_windows.c ioctl.c backend_ioctl.c backend_wine.c granted_wine.c system_windows.c words_windows.c
LIB_I386    := $(LIB_WINDOWS) backends_win32.c backend_direct_i386.c direct_i386.c
LIB_AMD64   := $(LIB_WINDOWS) backends_win64.c direct_amd64.c
LIB_LINUX   := $(LIB_BOTH) inprocess.c clock_posix.c system_posix.c words_linux.c backends_linux.c backend_direct_linux.c backend_devport_linux.c granted_linux.c
LIB_COM     := com_class.c com_object.c com_ports.c com_values.c com_error.c com_register.c com_system.c
LIB_CORE    := portset.c portlist.c known_ports.c
LIB_OBJECTS_I386  := $(LIB_I386:%.c=$(BUILD)/i386/lib/%.o) $(LIB_CORE:%.c=$(BUILD)/i386/lib/core_%.o)
LIB_OBJECTS_AMD64 := $(LIB_AMD64:%.c=$(BUILD)/amd64/lib/%.o) $(LIB_CORE:%.c=$(BUILD)/amd64/lib/core_%.o)
LIB_OBJECTS_HOST  := $(LIB_LINUX:%.c=$(BUILD)/host/lib/%.o) $(LIB_CORE:%.c=$(BUILD)/host/lib/core_%.o)

LIB_FLAGS       := -std=gnu11 -O2 -fno-ident -fno-strict-aliasing $(WARN) -Wpedantic -Wconversion -Iinclude -I$(GEN) -MMD -MP
LIB_FLAGS_I386  := $(LIB_FLAGS) $(LEAN) -march=i486 -mtune=generic -mpreferred-stack-boundary=2 -fno-asynchronous-unwind-tables
LIB_FLAGS_AMD64 := $(LIB_FLAGS) $(LEAN)
LIB_FLAGS_HOST  := $(LIB_FLAGS) -g -fPIC -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2 -fcf-protection -fvisibility=hidden -DUP_API='__attribute__((visibility("default")))'

# No start files and no C library: kernel32 is all that they import. libgcc has the probe of large stack frames. kill-at: exports without @bytes.
# The image base is said, because the linker would make it of the file's path.
DLL_LINK       := -shared -s -nostdlib -nostartfiles -Wl,--dynamicbase,--nxcompat -Wl,--no-insert-timestamp -Wl,--kill-at
DLL_LINK_I386  := $(DLL_LINK) -Wl,--image-base,0x6f500000 -Wl,-e,_DllMain@12 -Wl,--subsystem,windows:4.0 -Wl,--major-os-version,4,--minor-os-version,0
DLL_LINK_AMD64 := $(DLL_LINK) -Wl,--image-base,0x16f500000 -Wl,-e,DllMain -Wl,--high-entropy-va

DLLS := $(BUILD)/i386/userport.dll $(BUILD)/amd64/userport.dll $(BUILD)/i386/inpout32.dll $(BUILD)/amd64/inpoutx64.dll \
	$(BUILD)/i386/DLPortIO.dll $(BUILD)/amd64/DLPortIO.dll

lib: $(DLLS) $(BUILD)/i386/libuserport.dll.a $(BUILD)/amd64/libuserport.dll.a $(BUILD)/i386/libuserport.a $(BUILD)/amd64/libuserport.a $(BUILD)/host/libuserport.so.3 $(BUILD)/i386/UserPort.Ports.manifest $(BUILD)/amd64/UserPort.Ports.manifest

$(BUILD)/i386/lib/%.o: lib/%.c $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) $(LIB_FLAGS_I386) -c $< -o $@

$(BUILD)/amd64/lib/%.o: lib/%.c $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(LIB_FLAGS_AMD64) -c $< -o $@

$(BUILD)/host/lib/%.o: lib/%.c $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(LIB_FLAGS_HOST) -c $< -o $@

$(BUILD)/i386/lib/core_%.o: core/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) $(LIB_FLAGS_I386) -c $< -o $@

$(BUILD)/amd64/lib/core_%.o: core/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(LIB_FLAGS_AMD64) -c $< -o $@

$(BUILD)/host/lib/core_%.o: core/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(LIB_FLAGS_HOST) -c $< -o $@

$(BUILD)/i386/lib/%.def: lib/%.def
	mkdir -p $(@D)
	cp $< $@

$(BUILD)/amd64/lib/%.def: lib/%.def
	mkdir -p $(@D)
	sed 's/@[0-9]* @/ @/' $< >$@

# The automation object's type library, its header and its identifiers. The compiler writes its time into the library; stdole2.tlb only lends its
# identifiers.
WIDL_FLAGS := -Ilib/idl -L$(GEN)

$(GEN)/stdole2.tlb: com/idl/stdole2.idl com/idl/oaidl.idl
	mkdir -p $(@D)
	echo "  $@"
	$(WIDL_ENV) $(WIDL32) -Ilib/idl -t -o $@ $<

$(GEN)/userport_com.h: com/userport.idl $(GEN)/stdole2.tlb
	echo "  $@"
	$(WIDL_ENV) $(WIDL32) $(WIDL_FLAGS) -h -o $@ $<

$(GEN)/userport_com_guid.c: com/userport.idl $(GEN)/stdole2.tlb
	echo "  $@"
	$(WIDL_ENV) $(WIDL32) $(WIDL_FLAGS) -u -o $@ $<

$(BUILD)/i386/lib/userport.tlb: com/userport.idl $(GEN)/stdole2.tlb
	mkdir -p $(@D)
	echo "  $@"
	$(WIDL_ENV) $(WIDL32) $(WIDL_FLAGS) -t -o $@ $<

$(BUILD)/amd64/lib/userport.tlb: com/userport.idl $(GEN)/stdole2.tlb
	mkdir -p $(@D)
	echo "  $@"
	$(WIDL_ENV) $(WIDL64) $(WIDL_FLAGS) -t -o $@ $<

# for use without registration
$(BUILD)/i386/UserPort.Ports.manifest: com/userport.manifest
	mkdir -p $(@D)
	sed 's/@ARCHITECTURE@/x86/' $< >$@

$(BUILD)/amd64/UserPort.Ports.manifest: com/userport.manifest
	mkdir -p $(@D)
	sed 's/@ARCHITECTURE@/amd64/' $< >$@

$(foreach arch,i386 amd64,$(LIB_COM:%.c=$(BUILD)/$(arch)/lib/%.o)): $(GEN)/userport_com.h $(GEN)/userport_com_guid.c
$(BUILD)/i386/lib/userport.rc.o: $(BUILD)/i386/lib/userport.tlb
$(BUILD)/amd64/lib/userport.rc.o: $(BUILD)/amd64/lib/userport.tlb

# resources: NAME.rc.o, and for inpout's other names a definition
$(BUILD)/i386/lib/%.rc.o: lib/%.rc lib/dll_version.rc $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(WINDRES) -I$(GEN) -Ilib -I$(@D) -i $< -o $@

$(BUILD)/amd64/lib/%.rc.o: lib/%.rc lib/dll_version.rc $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(WINDRES64) -I$(GEN) -Ilib -I$(@D) $(if $(filter inpout,$*),-DUP_INPOUTX64) -i $< -o $@

$(BUILD)/i386/lib/dlportio.rc.o: lib/inpout.rc lib/dll_version.rc $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(WINDRES) -I$(GEN) -Ilib -DUP_DLPORTIO -i $< -o $@

$(BUILD)/amd64/lib/dlportio.rc.o: lib/inpout.rc lib/dll_version.rc $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(WINDRES64) -I$(GEN) -Ilib -DUP_DLPORTIO -i $< -o $@

USERPORT_DLL := dll_main.o dll_memory.o userport.rc.o $(LIB_COM:%.c=%.o)
INPOUT_DLL   := inpout.o dll_memory.o

$(BUILD)/i386/userport.dll: $(LIB_OBJECTS_I386) $(USERPORT_DLL:%=$(BUILD)/i386/lib/%) $(BUILD)/i386/lib/userport.def
	echo "  $@"
	$(CC32) $(DLL_LINK_I386) -o $@ $^ -lkernel32 -lgcc
	$(CHECK_I486) $@

$(BUILD)/amd64/userport.dll: $(LIB_OBJECTS_AMD64) $(USERPORT_DLL:%=$(BUILD)/amd64/lib/%) $(BUILD)/amd64/lib/userport.def
	echo "  $@"
	$(CC64) $(DLL_LINK_AMD64) -o $@ $^ -lkernel32 -lgcc

$(BUILD)/i386/inpout32.dll: $(LIB_OBJECTS_I386) $(INPOUT_DLL:%=$(BUILD)/i386/lib/%) $(BUILD)/i386/lib/inpout.rc.o $(BUILD)/i386/lib/inpout.def
	echo "  $@"
	$(CC32) $(DLL_LINK_I386) -o $@ $^ -lkernel32 -lgcc
	$(CHECK_I486) $@

$(BUILD)/amd64/inpoutx64.dll: $(LIB_OBJECTS_AMD64) $(INPOUT_DLL:%=$(BUILD)/amd64/lib/%) $(BUILD)/amd64/lib/inpout.rc.o $(BUILD)/amd64/lib/inpout.def
	echo "  $@"
	$(CC64) $(DLL_LINK_AMD64) -o $@ $^ -lkernel32 -lgcc

$(BUILD)/i386/DLPortIO.dll: $(LIB_OBJECTS_I386) $(INPOUT_DLL:%=$(BUILD)/i386/lib/%) $(BUILD)/i386/lib/dlportio.rc.o $(BUILD)/i386/lib/inpout.def
	echo "  $@"
	$(CC32) $(DLL_LINK_I386) -o $@ $^ -lkernel32 -lgcc
	$(CHECK_I486) $@

$(BUILD)/amd64/DLPortIO.dll: $(LIB_OBJECTS_AMD64) $(INPOUT_DLL:%=$(BUILD)/amd64/lib/%) $(BUILD)/amd64/lib/dlportio.rc.o $(BUILD)/amd64/lib/inpout.def
	echo "  $@"
	$(CC64) $(DLL_LINK_AMD64) -o $@ $^ -lkernel32 -lgcc

# Import libraries: the linker's own would lack stdcall's @bytes. Names of files get into them, so there is no path in those.
$(BUILD)/i386/libuserport.dll.a: $(BUILD)/i386/lib/userport.def
	echo "  $@"
	cd $(@D) && i686-w64-mingw32-dlltool --deterministic-libraries --kill-at -t libuserport_ -D userport.dll -d lib/userport.def -l $(@F)

$(BUILD)/amd64/libuserport.dll.a: $(BUILD)/amd64/lib/userport.def
	echo "  $@"
	cd $(@D) && x86_64-w64-mingw32-dlltool --deterministic-libraries -t libuserport_ -D userport.dll -d lib/userport.def -l $(@F)

$(BUILD)/i386/libuserport.a: $(LIB_OBJECTS_I386)
	echo "  $@"
	rm -f $@
	i686-w64-mingw32-ar rcsD $@ $^

$(BUILD)/amd64/libuserport.a: $(LIB_OBJECTS_AMD64)
	echo "  $@"
	rm -f $@
	x86_64-w64-mingw32-ar rcsD $@ $^

$(BUILD)/host/libuserport.so: $(LIB_OBJECTS_HOST) lib/libuserport.map
	echo "  $@"
	$(CC) -shared -o $@ $(LIB_OBJECTS_HOST) -Wl,-soname,libuserport.so.3 -Wl,--version-script,lib/libuserport.map -Wl,-z,defs,-z,relro,-z,now,-z,noexecstack -lpthread

# the name that a program which was linked with it looks for
$(BUILD)/host/libuserport.so.3: $(BUILD)/host/libuserport.so
	ln -sf $(<F) $@

# What a program is compiled with, and where a package puts it: make install-library DESTDIR=...
LIBRARY_VERSION := $(firstword $(subst -, ,$(VERSION)))
MULTIARCH := $(shell $(CC) -print-multiarch)

$(BUILD)/host/userport.pc: lib/userport.pc.in VERSION
	mkdir -p $(@D)
	echo "  $@"
	sed 's/@VERSION@/$(VERSION)/; s/@MULTIARCH@/$(MULTIARCH)/' $< >$@

.PHONY: install-library
install-library: $(BUILD)/host/libuserport.so $(BUILD)/host/userport.pc
	install -d $(DESTDIR)/usr/include/userport $(DESTDIR)/usr/lib/$(MULTIARCH)/pkgconfig
	install -m 644 include/userport/* $(DESTDIR)/usr/include/userport/
	install -m 644 $(BUILD)/host/userport.pc $(DESTDIR)/usr/lib/$(MULTIARCH)/pkgconfig/
	install -m 644 $(BUILD)/host/libuserport.so $(DESTDIR)/usr/lib/$(MULTIARCH)/libuserport.so.$(LIBRARY_VERSION)
	ln -sf libuserport.so.$(LIBRARY_VERSION) $(DESTDIR)/usr/lib/$(MULTIARCH)/libuserport.so.3
	ln -sf libuserport.so.3 $(DESTDIR)/usr/lib/$(MULTIARCH)/libuserport.so

# test_lib*: the whole library over the fake, with Windows' words, and the talk to a driver over a device that the test plays
LIB_TESTED := $(addprefix lib/,$(LIB_BOTH) system_posix.c words_windows.c ioctl.c) tests/unit/backends_fake.c core/portset.c
LIB_TESTED := $(call unit_objects,$(LIB_TESTED))

$(BUILD)/unit/test_lib%: tests/unit/test_lib%.c tests/unit/library.h $(LIB_TESTED) $(wildcard lib/*.h core/*.h include/userport/*.h) $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -I$(GEN) -o $@ $< $(LIB_TESTED) -lcmocka -lpthread

# test_lib_direct, test_lib_devport: the library as it is on Linux
LIB_TESTED_LINUX := $(addprefix lib/,$(LIB_LINUX)) $(LIB_CORE:%=core/%)

$(BUILD)/unit/test_lib_direct $(BUILD)/unit/test_lib_devport: $(BUILD)/unit/%: tests/unit/%.c tests/unit/library.h $(LIB_TESTED_LINUX) $(wildcard lib/*.h core/*.h include/userport/*.h) run/environment.h $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) -D_GNU_SOURCE $(SANITIZE) -I$(GEN) -o $@ $< $(LIB_TESTED_LINUX) -lcmocka -lpthread
