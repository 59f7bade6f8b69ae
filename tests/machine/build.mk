# SPDX-License-Identifier: MIT
# The test machine: its kernel, and its fakes of user-mode DLLs. A part of the Makefile.

MACHINE_C := main.c cpu.c console.c format.c string.c memory.c pool.c sched.c object.c security.c registry.c iomap.c verify.c \
	io.c service.c pe.c exports.c exports_ke.c exports_io.c exports_hal.c process.c program.c image.c trap.c syscall.c test.c list.c \
	$(patsubst tests/machine/%,%,$(wildcard tests/machine/suites/*.c))
# boot.S first: its Multiboot header must be in the file's first 8 KiB
MACHINE_OBJECTS := $(BUILD)/machine/boot.o $(BUILD)/machine/trap_entry.o $(MACHINE_C:%.c=$(BUILD)/machine/%.o) \
	$(BUILD)/machine/core/portset.o $(BUILD)/machine/core/portlist.o $(BUILD)/machine/core/known_ports.o
MACHINE_FLAGS := -std=gnu11 -march=i486 -mtune=generic -O2 -g -ffreestanding -fno-asynchronous-unwind-tables \
	-fno-strict-aliasing -mno-stack-arg-probe -Wno-pointer-sign -Wno-multichar -Wno-address-of-packed-member -D_NTSYSTEM_ \
	-Wall -Wextra -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror -isystem $(DDK) -Iinclude -Itests/machine -I$(GEN) -MMD -MP

USER_FLAGS := -std=gnu11 -march=i486 -O2 -s -ffreestanding -fno-builtin -nostdlib -fno-asynchronous-unwind-tables \
	-Iinclude -D_KERNEL32_ -Wall -Wextra -Werror -Wno-pointer-to-int-cast -Wl,--no-insert-timestamp -Wl,--kill-at
TESTDLLS     := base user late
MACHINE_USER := $(BUILD)/machine/kernel32.dll $(BUILD)/machine/msvcrt.dll $(BUILD)/machine/advapi32.dll $(BUILD)/machine/user32.dll $(BUILD)/machine/oleaut32.dll $(BUILD)/machine/puppet.exe $(BUILD)/machine/bad.sys \
	$(TESTDLLS:%=$(BUILD)/machine/testdll_%.dll) $(BUILD)/machine/dllcheck.exe $(BUILD)/machine/sehcheck.exe $(BUILD)/machine/wow64.exe \
	$(BUILD)/machine/startcheck.exe

CLIENTS := library inpout_short inpout_int inpout_dynamic

# with all that tests/machine/run puts into it
machine: $(BUILD)/machine/machine.bin $(MACHINE_USER) driver examples $(BUILD)/i386/userportctl.exe $(filter $(BUILD)/i386/%,$(DLLS)) $(CLIENTS:%=$(BUILD)/clients/i386/%.exe)

$(BUILD)/machine/%.o: tests/machine/%.c $(GEN)/messages.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) $(MACHINE_FLAGS) -c $< -o $@

$(BUILD)/machine/core/%.o: core/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) $(MACHINE_FLAGS) -c $< -o $@

$(BUILD)/machine/boot.o: tests/machine/boot.S
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -c $< -o $@

$(BUILD)/machine/trap_entry.o: tests/machine/trap.S
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -c $< -o $@

# Linked as a PE image, because the DDK's headers want that compiler, then made flat: Multiboot's address fields place it.
$(BUILD)/machine/machine.exe: $(MACHINE_OBJECTS)
	$(CC32) -nostdlib -nostartfiles -Wl,--image-base,0x80100000 -Wl,-e,_boot_entry -Wl,--disable-dynamicbase \
		-Wl,--disable-reloc-section -o $@ $(MACHINE_OBJECTS) -lgcc

$(BUILD)/machine/machine.bin: $(BUILD)/machine/machine.exe
	$(OBJCOPY) --set-section-flags .bss=alloc,load,contents -R .idata -R .CRT -R .tls -O binary $< $@

KERNEL32 := $(wildcard tests/machine/user/kernel32*.c)
$(BUILD)/machine/kernel32.dll: $(KERNEL32) tests/machine/user/*.h
	$(CC32) $(USER_FLAGS) -shared -Wl,-e,0 -Wl,--image-base,0x70000000 -o $@ $(KERNEL32)

MSVCRT := tests/machine/user/msvcrt.c tests/machine/user/msvcrt_text.c tests/machine/format.c
$(BUILD)/machine/msvcrt.dll: $(MSVCRT) tests/machine/user/*.h
	$(CC32) $(USER_FLAGS) -shared -Wl,-e,0 -Wl,--image-base,0x71000000 -o $@ $(MSVCRT) -lkernel32 -lgcc

$(BUILD)/machine/advapi32.dll: tests/machine/user/advapi32.c tests/machine/user/*.h
	$(CC32) $(USER_FLAGS) -D_ADVAPI32_ -shared -Wl,-e,0 -Wl,--image-base,0x72000000 -o $@ $< -lkernel32

# for Pascal's run-time library
$(BUILD)/machine/user32.dll: tests/machine/user/user32.c
	$(CC32) $(USER_FLAGS) -D_USER32_ -shared -Wl,-e,0 -Wl,--image-base,0x73000000 -o $@ $<

$(BUILD)/machine/oleaut32.dll: tests/machine/user/oleaut32.c
	$(CC32) $(USER_FLAGS) -U_KERNEL32_ -D_OLEAUT32_ -shared -Wl,-e,0 -Wl,--image-base,0x74000000 -o $@ $< -lkernel32

# a driver that does wrong on purpose, to see that the machine sees it
$(BUILD)/machine/bad.sys: tests/machine/bad/bad.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) $(DRIVER_FLAGS) -Wno-multichar $(DRIVER_LINK) -o $@ $< -lntoskrnl -lhal

$(BUILD)/machine/puppet.exe: tests/machine/user/puppet.c tests/machine/user/*.h
	$(CC32) $(USER_FLAGS) -Wl,-e,_start -Wl,--subsystem,console -o $@ $< -lkernel32

# the machine's own tests of its loader: DLLs that need one another and want the same address, and programs
USER_HEADERS := $(wildcard tests/machine/user/*.h)
$(BUILD)/machine/testdll_%.dll $(BUILD)/machine/libtestdll_%.a: tests/machine/user/testdll_%.c tests/machine/user/testdll_%.def $(USER_HEADERS)
	mkdir -p $(@D)
	$(CC32) $(USER_FLAGS) -shared -Wl,-e,_DllMain@12 -Wl,--image-base,0x10000000 -Wl,--out-implib,$(BUILD)/machine/libtestdll_$*.a \
		-o $(BUILD)/machine/testdll_$*.dll $(filter %.c %.def %.a,$^)

$(BUILD)/machine/testdll_user.dll $(BUILD)/machine/libtestdll_user.a $(BUILD)/machine/testdll_late.dll: $(BUILD)/machine/libtestdll_base.a

$(BUILD)/machine/libtestdll_absent.a: tests/machine/user/testdll_absent.def
	mkdir -p $(@D)
	$(DLLTOOL) -d $< -l $@

$(BUILD)/machine/dllcheck.exe: tests/machine/user/dllcheck.c $(BUILD)/machine/libtestdll_user.a $(BUILD)/machine/libtestdll_base.a \
	$(BUILD)/machine/libtestdll_absent.a $(USER_HEADERS)
	$(CC32) $(USER_FLAGS) -Wl,-e,_start -Wl,--subsystem,console -o $@ $(filter %.c %.a,$^) -lkernel32

$(BUILD)/machine/sehcheck.exe: tests/machine/user/sehcheck.c $(USER_HEADERS)
	mkdir -p $(@D)
	$(CC32) $(USER_FLAGS) -Wl,-e,_start -Wl,--subsystem,console -o $@ $< -lkernel32

# for the examples' tests; with their C library
$(BUILD)/machine/wow64.exe: tests/machine/user/wow64.c examples/c/resetlpt.c examples/c/ports.h $(START_I386)
	mkdir -p $(@D)
	$(CC32) -march=i486 -mtune=generic $(EXAMPLE_FLAGS) $(EXAMPLE_LINK_I386) -o $@ $(START_I386) $<

# as the shipped programs are linked
$(BUILD)/machine/startcheck.exe: tests/machine/user/startcheck.c $(START_I386)
	mkdir -p $(@D)
	$(CC32) -march=i486 -mtune=generic $(EXAMPLE_FLAGS) -Wno-format-truncation $(EXAMPLE_LINK_I386) -o $@ $(START_I386) $<
	$(CHECK_I486) $@
