# SPDX-License-Identifier: MIT
# The test machine: its kernel, its fakes of user-mode DLLs, and its own tests' programs.

# boot.S first: its Multiboot header must be in the file's first 8 KiB
MACHINE_OBJECTS := $(addprefix $(BUILD)/obj/machine/tests/machine/,boot.o trap_entry.o) \
	$(call objects,machine,$(wildcard tests/machine/*.c tests/machine/suites/*.c)) $(BUILD)/obj/machine/parts.a

TESTDLLS     := base user late
MACHINE_USER := $(addprefix $(BUILD)/machine/,kernel32.dll msvcrt.dll advapi32.dll user32.dll oleaut32.dll bad.sys \
	$(TESTDLLS:%=testdll_%.dll) puppet.exe dllcheck.exe sehcheck.exe wow64.exe startcheck.exe)

# with all that tests/machine/run puts into it
.PHONY: machine
machine: $(BUILD)/machine/machine.bin $(MACHINE_USER) driver examples $(BUILD)/i386/userportctl.exe \
	$(addprefix $(BUILD)/i386/,userport.dll inpout32.dll DLPortIO.dll) $(CLIENTS:%=$(BUILD)/clients/i386/%.exe)

$(BUILD)/obj/machine/tests/machine/boot.o: tests/machine/boot.S
	$(say)
	$(CC32) -c $< -o $@

$(BUILD)/obj/machine/tests/machine/trap_entry.o: tests/machine/trap.S
	$(say)
	$(CC32) -c $< -o $@

# Linked as a PE image, because the DDK's headers want that compiler, then made flat: Multiboot's
# address fields place it.
$(BUILD)/machine/machine.exe: $(MACHINE_OBJECTS)
	$(say)
	$(CC32) -nostdlib -nostartfiles -Wl,--image-base,0x80100000 -Wl,-e,_boot_entry -Wl,--disable-dynamicbase \
		-Wl,--disable-reloc-section -o $@ $^ -lgcc

$(BUILD)/machine/machine.bin: $(BUILD)/machine/machine.exe
	$(OBJCOPY) --set-section-flags .bss=alloc,load,contents -R .idata -R .CRT -R .tls -O binary $< $@

# What runs in the machine's ring 3, without a C library. Each of the fake DLLs has an address of
# its own.
USER_FLAGS := -std=gnu11 -march=i486 -O2 -s -ffreestanding -fno-builtin -nostdlib -fno-asynchronous-unwind-tables -I. -Iinclude \
	-Wall -Wextra -Werror -Wno-pointer-to-int-cast -Wl,--no-insert-timestamp -Wl,--kill-at
USER_HEADERS := $(wildcard tests/machine/user/*.h tests/machine/*.h)

# user_dll NAME, ADDRESS, SOURCES, FLAGS, LIBRARIES
define user_dll
$(BUILD)/machine/$(1).dll: $(3) $(USER_HEADERS)
	$$(say)
	$(CC32) $(USER_FLAGS) $(4) -shared -Wl,-e,0 -Wl,--image-base,$(2) -o $$@ $(3) $(5)
endef

$(eval $(call user_dll,kernel32,0x70000000,$(wildcard tests/machine/user/kernel32*.c),-D_KERNEL32_))
$(eval $(call user_dll,msvcrt,0x71000000,tests/machine/user/msvcrt.c tests/machine/user/msvcrt_text.c tests/machine/format.c,-D_KERNEL32_,-lkernel32 -lgcc))
$(eval $(call user_dll,advapi32,0x72000000,tests/machine/user/advapi32.c,-D_KERNEL32_ -D_ADVAPI32_,-lkernel32))
# for Pascal's run-time library
$(eval $(call user_dll,user32,0x73000000,tests/machine/user/user32.c,-D_KERNEL32_ -D_USER32_))
$(eval $(call user_dll,oleaut32,0x74000000,tests/machine/user/oleaut32.c,-D_OLEAUT32_,-lkernel32))

# a driver that does wrong on purpose, to see that the machine sees it
$(BUILD)/machine/bad.sys: tests/machine/bad/bad.c
	$(say)
	$(CC32) $(I486) $(KERNEL) -Wno-multichar $(DRIVER_LINK_I386) -o $@ $< -lntoskrnl -lhal

# the machine's own tests of its loader: DLLs that need one another and want the same address, and
# programs
$(BUILD)/machine/testdll_%.dll $(BUILD)/machine/libtestdll_%.a: tests/machine/user/testdll_%.c tests/machine/user/testdll_%.def $(USER_HEADERS)
	$(say)
	$(CC32) $(USER_FLAGS) -D_KERNEL32_ -shared -Wl,-e,_DllMain@12 -Wl,--image-base,0x10000000 -Wl,--out-implib,$(BUILD)/machine/libtestdll_$*.a \
		-o $(BUILD)/machine/testdll_$*.dll $(filter %.c %.def %.a,$^)

$(BUILD)/machine/testdll_user.dll $(BUILD)/machine/libtestdll_user.a $(BUILD)/machine/testdll_late.dll: $(BUILD)/machine/libtestdll_base.a

$(BUILD)/machine/libtestdll_absent.a: tests/machine/user/testdll_absent.def
	$(say)
	$(DLLTOOL32) -d $< -l $@

$(addprefix $(BUILD)/machine/,puppet.exe dllcheck.exe sehcheck.exe): $(BUILD)/machine/%.exe: tests/machine/user/%.c $(USER_HEADERS)
	$(say)
	$(CC32) $(USER_FLAGS) -D_KERNEL32_ -Wl,-e,_start -Wl,--subsystem,console -o $@ $(filter %.c %.a,$^) -lkernel32

$(BUILD)/machine/dllcheck.exe: $(addprefix $(BUILD)/machine/libtestdll_,user.a base.a absent.a)

# for the examples' tests, and as the shipped programs are linked; with their C library
$(BUILD)/machine/wow64.exe: tests/machine/user/wow64.c examples/c/resetlpt.c examples/c/ports.h $(START_i386)
	$(say)
	$(EXAMPLE_I386) -o $@ $(START_i386) $<

$(BUILD)/machine/startcheck.exe: tests/machine/user/startcheck.c $(START_i386)
	$(say)
	$(EXAMPLE_I386) -Wno-format-truncation -o $@ $(START_i386) $<
	$(CHECK_I486) $@
