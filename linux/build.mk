# SPDX-License-Identifier: MIT
# What is only for Linux: userport-run, and userportctl for it. A part of the Makefile.

LINUX_FLAGS := -std=gnu11 -D_GNU_SOURCE -O2 -g $(WARN) -Wpedantic -Wconversion -Iinclude -I$(GEN) -MMD -MP \
	-ffile-prefix-map='$(CURDIR)'=. -fPIE -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2 -fcf-protection
LINUX_LINK  := -pie -Wl,-z,relro,-z,now,-z,noexecstack
RULES_C     := policy/rules.c policy/rules_apply.c policy/accounts.c core/portset.c core/portlist.c core/known_ports.c

.PHONY: linux linux-tests userportctl-linux
linux: $(BUILD)/host/userport-run userportctl-linux
userportctl-linux: $(BUILD)/host/userportctl

$(BUILD)/host/linux/%.o: linux/%.c $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(LINUX_FLAGS) -c $< -o $@

$(BUILD)/host/linux/core_%.o: core/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(LINUX_FLAGS) -c $< -o $@

RUN_OBJECTS := $(addprefix $(BUILD)/host/linux/,userport-run.o environment.o filters.o program_file.o policy_files.o rules.o rules_apply.o accounts.o core_portset.o core_portlist.o core_known_ports.o core_decimal.o)

$(BUILD)/host/userport-run: $(RUN_OBJECTS)
	echo "  $@"
	$(CC) $(LINUX_LINK) -o $@ $^ -linih

# ---- userportctl: the same files as on Windows, but for what is each system's own -------------------------------------------------

CTL_LINUX   := $(CTL_BOTH) console_posix.c $(notdir $(wildcard cli/*_linux.c))
ADMIN_LINUX := problem.c problem_posix.c porttest.c findings.c starter.c ioports.c doctor_linux_judge.c $(notdir $(wildcard admin/*_linux.c))
CTL_LINUX_OBJECTS := $(CTL_LINUX:%.c=$(BUILD)/host/linux/cli_%.o) $(ADMIN_LINUX:%.c=$(BUILD)/host/linux/admin_%.o) \
	$(addprefix $(BUILD)/host/linux/,filters.o grant_file.o policy_files.o rules.o rules_apply.o accounts.o core_decimal.o core_ioinsn.o)

$(BUILD)/host/linux/cli_%.o: cli/%.c $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(LINUX_FLAGS) -c $< -o $@

$(BUILD)/host/linux/admin_%.o: admin/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(LINUX_FLAGS) -c $< -o $@

# The library in it, not beside it: userportctl has to run when that is not installed. It has core/ too.
$(BUILD)/host/userportctl: $(CTL_LINUX_OBJECTS) $(LIB_OBJECTS_HOST)
	echo "  $@"
	$(CC) $(LINUX_LINK) -o $@ $^ -linih -lpthread

# ---- the emulated PC of the tests ---------------------------------------------------------------------------------------------

LINUX_KERNEL  := $(BUILD)/linux/kernel
LINUX_MODULES := drivers/virtio/virtio_ring drivers/virtio/virtio drivers/virtio/virtio_pci_legacy_dev drivers/virtio/virtio_pci_modern_dev \
	drivers/virtio/virtio_pci fs/netfs/netfs fs/fscache/fscache net/9p/9pnet net/9p/9pnet_virtio fs/9p/9p fs/overlayfs/overlay

linux-tests: linux $(addprefix $(BUILD)/host/linux/,probe probe32 asks asks32 asks_pascal Asks.class faulty faulty32 hostile preload.so module library) $(BUILD)/wine/kill_at $(BUILD)/linux/initrd

$(BUILD)/host/linux/probe $(BUILD)/host/linux/faulty: $(BUILD)/host/linux/%: tests/linux/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC) -std=gnu11 -D_GNU_SOURCE -O2 $(WARN) -o $@ $< -lpthread

$(BUILD)/host/linux/asks: tests/linux/asks.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC) -std=gnu11 -D_GNU_SOURCE -O2 $(WARN) -static -o $@ $<

$(BUILD)/host/linux/asks_pascal: tests/linux/asks.pas
	mkdir -p $(@D)/pascal
	echo "  $@"
	ppcx64 -v0 -FU$(@D)/pascal -o$@ $< >$(@D)/pascal/log || { cat $(@D)/pascal/log; exit 1; }

$(BUILD)/host/linux/Asks.class: tests/linux/Asks.java
	mkdir -p $(@D)
	echo "  $@"
	javac -cp /usr/share/java/jna.jar -d $(@D) $<

$(addprefix $(BUILD)/host/linux/,probe32 asks32 faulty32): $(BUILD)/host/linux/%: tests/linux/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC) -std=gnu11 -m32 -O2 -Wall -Wextra -Werror -ffreestanding -fno-pic -fno-stack-protector -nostdlib -static -o $@ $<

# The modules in the order in which they need each other: their names begin with a number.
$(BUILD)/linux/initrd: tests/linux/init.c linux/build.mk $(LINUX_KERNEL)/vmlinux
	echo "  $@"
	rm -rf $(BUILD)/linux/tree
	mkdir -p $(BUILD)/linux/tree/modules $(BUILD)/linux/tree/proc $(BUILD)/linux/tree/dev
	$(CC) -std=gnu11 -D_GNU_SOURCE -O2 $(WARN) -static -o $(BUILD)/linux/tree/init $<
	n=10; for module in $(LINUX_MODULES); do \
		cp $(LINUX_KERNEL)/modules/$$module.ko $(BUILD)/linux/tree/modules/$$n-$${module##*/}.ko || exit 1; n=$$((n + 1)); done
	cd $(BUILD)/linux/tree && find . | LC_ALL=C sort | cpio --quiet -o -H newc >../initrd

$(BUILD)/host/linux/hostile: tests/linux/hostile.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC) -std=gnu11 -D_GNU_SOURCE -O2 $(WARN) -o $@ $<

# As a user of the library compiles: installed somewhere, and by pkg-config alone.
$(BUILD)/host/stage/made: $(BUILD)/host/libuserport.so $(BUILD)/host/userport.pc $(wildcard include/userport/*)
	rm -rf $(@D)
	$(MAKE) --no-print-directory install-library DESTDIR=$(@D)
	touch $@

$(BUILD)/host/linux/library $(BUILD)/host/linux/bench: $(BUILD)/host/linux/%: tests/linux/%.c $(BUILD)/host/stage/made
	mkdir -p $(@D)
	echo "  $@"
	flags=$$(PKG_CONFIG_LIBDIR=$(BUILD)/host/stage/usr/lib/$(MULTIARCH)/pkgconfig PKG_CONFIG_SYSROOT_DIR=$(BUILD)/host/stage pkg-config --cflags --libs userport) && \
		$(CC) -O2 $(WARN) -o $@ $< $$flags -lpthread

$(BUILD)/host/linux/preload.so: tests/linux/preload.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC) -std=gnu11 -O2 $(WARN) -fPIC -shared -o $@ $<

$(BUILD)/host/linux/module: tests/linux/module.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC) -std=gnu11 -D_GNU_SOURCE -O2 $(WARN) -o $@ $<

# ---- the policy's tests on this host --------------------------------------------------------------------------------------------

$(BUILD)/unit/test_rules_random: tests/unit/test_rules_random.c run/userport-run.c policy/policy_files.c run/environment.c run/filters.c run/program_file.c $(RULES_C) core/decimal.c \
		$(wildcard linux/*.h core/*.h) $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) -D_GNU_SOURCE -I$(GEN) -O2 $(SANITIZE) -o $@ $(filter-out run/userport-run.c,$(filter %.c,$^)) -linih -lcmocka

$(BUILD)/unit/test_rules: tests/unit/test_rules.c $(RULES_C) $(wildcard linux/*.h core/*.h)
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) -O2 $(SANITIZE) -o $@ $< $(RULES_C) -linih -lcmocka

$(BUILD)/fuzz/fuzz_rules: tests/fuzz/fuzz_rules.c $(RULES_C) $(wildcard linux/*.h core/*.h)
	mkdir -p $(@D)
	echo "  $@"
	$(CLANG) -std=gnu11 -D_GNU_SOURCE -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -o $@ $(filter %.c,$^) -linih

$(BUILD)/unit/test_filters: tests/unit/test_filters.c run/filters.c run/filters.h core/portset.c core/portset.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) -D_GNU_SOURCE $(SANITIZE) -o $@ $(filter %.c,$^) -lcmocka
