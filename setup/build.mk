# SPDX-License-Identifier: MIT
# The program inside the setups that makes the folder: setup/folder.c.

$(eval $(call program,folder,start_wide_windows,setup/folder.o))
