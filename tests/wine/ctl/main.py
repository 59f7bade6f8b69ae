# SPDX-License-Identifier: MIT
"""The cases of wine/userportctl. Arguments: the build folder, and the groups to run (all without any)."""

import sys

import basic
import lists
import manual
import planted
import ports
import program_settings
import usage
from ctl import Ctl, Tap

GROUPS = (("usage", usage.run), ("installing", basic.installing), ("life", basic.life), ("lists", lists.run),
          ("imports", lists.imports), ("programs", program_settings.run), ("ports", ports.run), ("devices", ports.devices), ("output", usage.output),
           ("planted", planted.run), ("documentation", usage.documentation), ("manual", manual.run))


def main():
    wanted = sys.argv[2:]
    unknown = set(wanted) - {name for name, _ in GROUPS}
    if unknown:
        print(f"Bail out! there is no group {', '.join(unknown)}")
        return 1
    ctl = Ctl(sys.argv[1])
    tap = Tap()
    for name, run in GROUPS:
        if not wanted or name in wanted:
            run(ctl, tap)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
