#!/bin/sh
# SPDX-License-Identifier: MIT
# The benchmarks of Linux, for script/tools/bench_linux.py: no test.
. "$(dirname "$0")/lib.sh"

bench=/opt/bench
cp "$build/host/linux/bench" $bench
cp -P "$build/host/stage"/usr/lib/*/libuserport.so* /usr/lib/
cp /usr/bin/true /usr/bin/setpriv /opt/
chown root:root /opt/*
printf '[lab]\ngroups = lab\nprogram = any\nports = 378-37A\n' | policy
as anna $run -- $bench direct
as anna $bench fault fault.handler
cp "$build/host/userportctl" /usr/bin/
cd /tmp || exit 1
as anna userportctl run --device 379=memory -- $bench fault fault.served
as anna userportctl run --device 379=memory --trace /tmp/trace.csv -- $bench fault fault.recorded
$bench devport
cp "$build/host/linux/module" /opt/
modules=$build/linux/kernel/modules/drivers
/opt/module load "$modules/parport/parport.ko" "$modules/parport/parport_pc.ko" "$modules/char/ppdev.ko"
$bench ppdev
as anna $bench start start.true /opt/true
as anna $bench start start.userport-run $run -- /opt/true
$bench start start.setpriv /opt/setpriv --reuid=anna --regid="$(group_of anna)" --init-groups /opt/true
$bench start start.sudo /usr/bin/sudo -n -u anna /opt/true
