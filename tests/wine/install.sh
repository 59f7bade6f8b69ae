#!/bin/sh
# SPDX-License-Identifier: MIT
# Installing and uninstalling through Wine's service manager, registry and files: the cases of
# admin/main.c that are about it.
exec "$(dirname "$0")/admin.sh" install
