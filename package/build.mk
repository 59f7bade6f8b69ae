# SPDX-License-Identifier: MIT
# The packages: package/dist.py makes them of what the build has made.
#   make dist                              as they are released, not signed: build/dist
#   make dist SIGN_CERT=FILE SIGN_KEY=FILE signed: build/dist-signed; docs/release.md has the rest
#   make dist SIGNED_SYS=FILE              with the driver that has Microsoft's signature: build/dist-signed
#   make submission                        what Microsoft gets for that, to be looked at: build/submission
#   make submission SIGN_ARGS=...          the same, signed, to be uploaded: build/submission-signed
# What is on the command line or in the environment comes to the scripts in their environment, and
# nothing else does: so package/variables.py can tell what is empty from what is not given.

DIST := $(BUILD)/dist$(if $(SIGN_CERT)$(SIGN_ARGS)$(SIGNED_SYS),-signed)
SUBMISSION := $(BUILD)/submission$(if $(SIGN_CERT)$(SIGN_ARGS),-signed)

DIST_BOTH := UserPort.exe userportctl.exe portcheck.exe iopm.exe folder.exe userport.sys userport.dll userport_com.dll \
	userport-trap.dll DLPortIO.dll UserPort.Ports.manifest libuserport.dll.a
DIST_MADE := $(foreach arch,i386 amd64,$(DIST_BOTH:%=$(BUILD)/$(arch)/%) \
		$(patsubst %,$(BUILD)/examples/$(arch)/%.exe,$(EXAMPLES) $(EXAMPLES_LIBRARY))) \
	$(BUILD)/i386/inpout32.dll $(BUILD)/amd64/inpoutx64.dll $(GEN)/UserPort.ico \
	$(addprefix $(BUILD)/host/,iopm portcheck userportctl userport-run libuserport.so userport.pc)
DIST_SOURCES := VERSION LICENSE CHANGELOG.md script/tools/manual.py \
	$(wildcard package/* package/debian/* cli/*.bash docs/*.* docs/figures/* include/userport/* examples/*/* examples/*/*/*)

define make_dist
	echo "  $(DIST)"
	$(PYTHON) package/dist.py --build $(BUILD) --out $(DIST) --cc $(CC32) \
		$(if $(SIGNED_SYS),--signed-sys $(SIGNED_SYS)) $(if $(SIGNED_ROOT),--signed-root $(SIGNED_ROOT))
	touch $(DIST).made
endef

# first, before minutes of building
.PHONY: dist-given submission-given
dist-given:
	$(PYTHON) package/variables.py dist $(DIST)
submission-given:
	$(PYTHON) package/variables.py submission $(SUBMISSION)

.PHONY: dist
dist: dist-given $(DIST_MADE)
	$(make_dist)

# for the tests: only when something has changed (the packages themselves have the date of the last
# commit)
$(DIST).made: $(DIST_MADE) $(DIST_SOURCES)
	$(make_dist)

.PHONY: submission
submission: submission-given $(BUILD)/amd64/userport.sys $(BUILD)/amd64/userport.pdb
	echo "  $(SUBMISSION)"
	$(PYTHON) package/submission.py --build $(BUILD) --out $(SUBMISSION)
