# SPDX-License-Identifier: MIT
# The emulated PC with Debian's kernel, and the programs that its suites run.

LINUX_KERNEL  := $(BUILD)/linux/kernel
LINUX_MODULES := drivers/virtio/virtio_ring drivers/virtio/virtio drivers/virtio/virtio_pci_legacy_dev drivers/virtio/virtio_pci_modern_dev \
	drivers/virtio/virtio_pci fs/netfs/netfs fs/fscache/fscache net/9p/9pnet net/9p/9pnet_virtio fs/9p/9p fs/overlayfs/overlay

# Plain programs, also without the C library for 32 bits
LINUX_PLAIN := as probe faulty followed asks hostile module
LINUX_32    := probe32 asks32 faulty32
# Without it, and with parts of the trap; the first two are one source in both modes
LINUX_TRAP  := emulate emulate32 patched32

.PHONY: linux-tests
linux-tests: linux $(BUILD)/linux/cards.tar $(addprefix $(BUILD)/host/linux/,$(LINUX_PLAIN) $(LINUX_32) $(LINUX_TRAP) asks_pascal Asks.class preload.so library) $(BUILD)/wine/kill_at $(BUILD)/linux/initrd

LINUX_LINK_as   := -static
LINUX_LINK_asks := -static

$(LINUX_PLAIN:%=$(BUILD)/host/linux/%): $(BUILD)/host/linux/%: tests/linux/%.c
	$(say)
	$(CC) -std=gnu11 -D_GNU_SOURCE -O2 $(WARN) $(LINUX_LINK_$*) -o $@ $< -lpthread

$(LINUX_32:%=$(BUILD)/host/linux/%): $(BUILD)/host/linux/%: tests/linux/%.c
	$(say)
	$(CC) -std=gnu11 -m32 -O2 -Wall -Wextra -Werror -ffreestanding -fno-pic -fno-stack-protector -nostdlib -static -o $@ $<

$(BUILD)/host/linux/emulate: LINUX_MODE := -m64
$(BUILD)/host/linux/emulate $(BUILD)/host/linux/emulate32: tests/linux/emulate.c trap/emulate.c core/ioinsn.c
$(BUILD)/host/linux/patched32: tests/linux/patched32.c trap/patch_site.c
$(LINUX_TRAP:%=$(BUILD)/host/linux/%): tests/linux/plain.h trap/emulate.h trap/patch_site.h core/ioinsn.h
	$(say)
	$(CC) -std=gnu11 $(or $(LINUX_MODE),-m32) -O2 $(WARN) -ffreestanding -fno-pic -no-pie -fno-stack-protector -fcf-protection=none -nostdlib -static \
		-I. -o $@ $(filter %.c,$^)

$(BUILD)/host/linux/asks_pascal: tests/linux/asks.pas
	$(say)
	mkdir -p $(@D)/pascal
	ppcx64 -v0 -FU$(@D)/pascal -o$@ $< >$(@D)/pascal/log || { cat $(@D)/pascal/log; exit 1; }

$(BUILD)/host/linux/Asks.class: tests/linux/Asks.java
	$(say)
	javac -cp /usr/share/java/jna.jar -d $(@D) $<

$(BUILD)/host/linux/preload.so: tests/linux/preload.c
	$(say)
	$(CC) -std=gnu11 -O2 $(WARN) -fPIC -shared -o $@ $<

# As a user of the library compiles: installed somewhere, and by pkg-config alone.
$(BUILD)/host/stage/made: $(BUILD)/host/libuserport.so $(BUILD)/host/userport.pc $(wildcard include/userport/*)
	rm -rf $(@D)
	$(MAKE) --no-print-directory install-library DESTDIR=$(@D)
	touch $@

$(BUILD)/host/linux/library $(BUILD)/host/linux/bench: $(BUILD)/host/linux/%: tests/linux/%.c $(BUILD)/host/stage/made
	$(say)
	flags=$$(PKG_CONFIG_LIBDIR=$(BUILD)/host/stage/usr/lib/$(MULTIARCH)/pkgconfig PKG_CONFIG_SYSROOT_DIR=$(BUILD)/host/stage pkg-config --cflags --libs userport) && \
		$(CC) -O2 $(WARN) -o $@ $< $$flags -lpthread

# The printer port cards that are known, made up.
$(BUILD)/linux/cards.tar: tests/lib/cards.py devices/cards.c $(LINUX_KERNEL)/vmlinux
	$(say)
	BUILD=$(BUILD) /usr/bin/python3 $< $@

# The modules in the order in which they need each other: their names begin with a number.
$(BUILD)/linux/initrd: tests/linux/init.c tests/linux/build.mk $(LINUX_KERNEL)/vmlinux
	echo "  $@"
	rm -rf $(BUILD)/linux/tree
	mkdir -p $(BUILD)/linux/tree/modules $(BUILD)/linux/tree/proc $(BUILD)/linux/tree/dev
	$(CC) -std=gnu11 -D_GNU_SOURCE -O2 $(WARN) -static -o $(BUILD)/linux/tree/init $<
	n=10; for module in $(LINUX_MODULES); do \
		cp $(LINUX_KERNEL)/modules/$$module.ko $(BUILD)/linux/tree/modules/$$n-$${module##*/}.ko || exit 1; n=$$((n + 1)); done
	cd $(BUILD)/linux/tree && find . | LC_ALL=C sort | cpio --quiet -o -H newc >../initrd
