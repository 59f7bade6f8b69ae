#!/bin/sh
# SPDX-License-Identifier: MIT
# Writes the C form of the file VERSION (major.minor.patch, with -dev or the like behind it) to
# standard output.
set -eu
text=$(cat "$1")
numbers=${text%%-*}
major=${numbers%%.*}
rest=${numbers#*.}
minor=${rest%%.*}
patch=${rest#*.}
[ "$numbers" = "$text" ] && flags=0 || flags=VS_FF_PRERELEASE
cat <<END
/* Made from the file VERSION. */
#define UP_VERSION_STRING "$text"
#define UP_VERSION_COMMAS $major, $minor, $patch, 0
#define UP_VERSION_NUMBER (${major}u << 24 | ${minor}u << 16 | ${patch}u)
#define UP_VERSION_FLAGS $flags
END
