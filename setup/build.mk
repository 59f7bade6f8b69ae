# SPDX-License-Identifier: MIT
# The program inside the setup that makes the folder to install into: setup/folder.c.

$(eval $(call program,folder,start_wide_windows,setup/folder.o))
