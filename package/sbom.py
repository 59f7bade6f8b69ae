# SPDX-License-Identifier: MIT
"""The bill of materials of a package, as SPDX 2.3 in JSON: each file with its digests, and what others wrote that is linked into or
around them, with its licence. Only files that are there, digests that were computed, and versions that the tools say of themselves."""

import datetime
import hashlib
import json
import pathlib
import re
import subprocess

COPYRIGHT = "Copyright (c) the UserPort authors"
KINDS = {
    "zip": ("ARCHIVE", "The files of the zip."),
    "setup": ("INSTALL", "The files that the setup installs; it writes the uninstaller and the list of files itself."),
    "cab": ("ARCHIVE", "The driver and what belongs to it, for Microsoft's signature."),
    "deb": ("INSTALL", "The files of the package. What others wrote is used by way of shared libraries, which the package depends on."),
}
TYPES = {".exe": "BINARY", ".dll": "BINARY", ".sys": "BINARY", ".a": "BINARY", ".cat": "OTHER", ".pdf": "DOCUMENTATION", ".html": "DOCUMENTATION",
         ".txt": "DOCUMENTATION", ".md": "DOCUMENTATION", ".png": "IMAGE", ".reg": "OTHER", ".manifest": "TEXT",
         ".gz": "DOCUMENTATION", ".inf": "OTHER", ".pdb": "OTHER", ".vcd": "OTHER", ".pc": "OTHER", ".conf": "TEXT"}
PROGRAMS = re.compile(r"usr/(bin|libexec)/|\.so(\.|$)")

# Not UserPort's. In the SPDX list of licences there is none for the LZMA code of NSIS: the Common Public License with an exception for such stubs.
LZMA_TEXT = ("Common Public License 1.0, with an exception of the authors of the LZMA SDK: linking it unchanged into an installation program "
             "puts no obligation on that program or on what it installs.")
RUNTIMES = {
    "mingw-w64": {"name": "mingw-w64 runtime", "licenseDeclared": "ZPL-2.1", "supplier": "Organization: the mingw-w64 project",
                  "comment": "Start code and parts of the C library in the programs. Some of its files are in the public domain, others under "
                             "licences of their own that ask for no more than ZPL-2.1."},
    "libgcc": {"name": "libgcc", "licenseDeclared": "GPL-3.0-or-later WITH GCC-exception-3.1",
               "supplier": "Organization: Free Software Foundation",
               "comment": "The compiler's helpers. The exception lets what is compiled have any licence."},
    "nsis": {"name": "NSIS", "licenseDeclared": "Zlib AND LicenseRef-NSIS-LZMA", "supplier": "Organization: the NSIS contributors",
             "comment": "The setup program around the files, the uninstaller, and its plug-ins."},
}


def tool_versions(cc):
    header = subprocess.run([cc, "-E", "-dM", "-include", "_mingw.h", "-x", "c", "/dev/null"], stdout=subprocess.PIPE, text=True, check=True).stdout
    macros = dict(re.findall(r"^#define (\w+) (\S+)$", header, re.M))
    nsis = subprocess.run(["makensis", "-VERSION"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    return {"mingw-w64": ".".join(macros[f"__MINGW64_VERSION_{part}"] for part in ("MAJOR", "MINOR", "BUGFIX")),
            "libgcc": subprocess.run([cc, "-dumpfullversion"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip(), "nsis": nsis.lstrip("v")}


def runtimes_of(name):
    """The drivers and what is text have none; the DLLs have no C library."""
    suffix = pathlib.PurePosixPath(name).suffix
    return {".exe": ("mingw-w64", "libgcc"), ".dll": ("libgcc",)}.get(suffix, ())


def file_type(name):
    return "BINARY" if PROGRAMS.search(name) else TYPES.get(pathlib.PurePosixPath(name).suffix, "SOURCE")


def identifier(kind, text):
    return f"SPDXRef-{kind}-" + re.sub(r"[^A-Za-z0-9.-]", "-", text)


def document(package, files, version, epoch, versions, kind):
    """kind: one of KINDS. package: the package's file. files: name in it to bytes. The text of the document."""
    created = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    main = "SPDXRef-Package-userport"
    purpose, comment = KINDS[kind]
    is_setup = kind == "setup"
    used = sorted({runtime for name in files for runtime in runtimes_of(name)} | ({"nsis"} if is_setup else set()))
    entries, relationships, sha1s = [], [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": main}], []
    for number, name in enumerate(sorted(files), 1):
        sha1 = hashlib.sha1(files[name]).hexdigest()
        sha1s.append(sha1)
        reference = identifier(f"File-{number}", name)
        entries.append({
            "SPDXID": reference, "fileName": f"./{name}", "fileTypes": [file_type(name)],
            "checksums": [{"algorithm": "SHA1", "checksumValue": sha1},
                          {"algorithm": "SHA256", "checksumValue": hashlib.sha256(files[name]).hexdigest()}],
            "licenseConcluded": "MIT", "licenseInfoInFiles": ["MIT"], "copyrightText": COPYRIGHT})
        relationships.append({"spdxElementId": main, "relationshipType": "CONTAINS", "relatedSpdxElement": reference})
        relationships += [{"spdxElementId": reference, "relationshipType": "STATIC_LINK", "relatedSpdxElement": f"SPDXRef-Package-{runtime}"}
                          for runtime in runtimes_of(name)]
    packages = [{
        "SPDXID": main, "name": "UserPort", "versionInfo": version, "packageFileName": package.name,
        "supplier": "Organization: The UserPort project", "downloadLocation": "NOASSERTION", "filesAnalyzed": True,
        "packageVerificationCode": {"packageVerificationCodeValue": hashlib.sha1("".join(sorted(sha1s)).encode()).hexdigest()},
        "checksums": [{"algorithm": "SHA256", "checksumValue": digest}], "licenseConcluded": "MIT", "licenseDeclared": "MIT",
        "licenseInfoFromFiles": ["MIT"], "copyrightText": COPYRIGHT, "primaryPackagePurpose": purpose,
        "comment": comment}]
    for runtime in used:
        packages.append(RUNTIMES[runtime] | {
            "SPDXID": f"SPDXRef-Package-{runtime}", "versionInfo": versions[runtime], "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
            "licenseConcluded": RUNTIMES[runtime]["licenseDeclared"], "copyrightText": "NOASSERTION"})
    if is_setup:
        relationships.append({"spdxElementId": main, "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-Package-nsis"})
    text = {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": package.name,
        "documentNamespace": f"https://spdx.org/spdxdocs/{package.name}-{digest}",
        "creationInfo": {"created": created, "creators": ["Organization: The UserPort project", f"Tool: userport-sbom-{version}"]},
        "documentDescribes": [main], "packages": packages, "files": entries, "relationships": relationships}
    if is_setup:
        text["hasExtractedLicensingInfos"] = [{"licenseId": "LicenseRef-NSIS-LZMA", "name": "LZMA in NSIS", "extractedText": LZMA_TEXT}]
    return json.dumps(text, indent=1) + "\n"
