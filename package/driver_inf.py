# SPDX-License-Identifier: MIT
"""package/userport.inf for a release: with its version and date, and the line ends of Windows."""

import time

import layout


def driver_version(version):
    """Four numbers, as an INF has them. 3.0.0-dev has those of 3.0.0, and so submission.py signs a release alone."""
    return version.split("-")[0] + ".0"


def inf(version, epoch):
    """The bytes. epoch: its date, in seconds since 1970."""
    text = (layout.ROOT / "package/userport.inf").read_text(encoding="ascii")
    stamp = time.strftime("%m/%d/%Y", time.gmtime(epoch)) + "," + driver_version(version)
    return text.replace("@DRIVER_VER@", stamp).replace("\n", "\r\n").encode("ascii")
