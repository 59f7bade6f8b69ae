#!/bin/sh
# SPDX-License-Identifier: MIT
# Prints the one time that everything in the packages has, in seconds since 1970: SOURCE_DATE_EPOCH,
# or the date of the last commit.
set -eu
cd "$(dirname "$0")/.."
if [ -n "${SOURCE_DATE_EPOCH:-}" ]; then
    echo "$SOURCE_DATE_EPOCH"
elif ! git log -1 --format=%ct 2>/dev/null; then
    echo "package/source_date.sh: this is no clone of the repository: set SOURCE_DATE_EPOCH, for example to the release's date" >&2
    exit 1
fi
