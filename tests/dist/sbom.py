#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The bills of materials in build/dist: SPDX 2.3's form (spdx_schema.json, by Debian's jsonschema), and that what they say of the packages is so."""

import hashlib
import json
import pathlib
import re
import tempfile

import jsonschema

from checks import DIST, PACKAGES, SETUPS, VERSION, Wrong, need, run_cases, same, same_names, unpack_deb, unpack_setup, unzip

SCHEMA = json.loads(pathlib.Path(__file__).with_name("spdx_schema.json").read_text())
LICENCES = {"MIT", "ZPL-2.1", "Zlib", "GPL-3.0-or-later WITH GCC-exception-3.1", "Zlib AND LicenseRef-NSIS-LZMA"}
DOCUMENTS = {name: json.loads((DIST / f"{name}.spdx.json").read_text()) for name in PACKAGES}


def contents(name, folder):
    if name.endswith(".zip"):
        return unzip(DIST / name)
    if name.endswith(".deb"):
        return {path: data for path, (_, data) in unpack_deb(DIST / name).items() if data is not None}
    files = unpack_setup(DIST / name, folder)
    del files["uninstall.exe"]  # the setup writes it
    return files


def form():
    checker = jsonschema.Draft202012Validator(SCHEMA)
    for name, document in DOCUMENTS.items():
        errors = [f"{list(error.absolute_path)}: {error.message[:200]}" for error in checker.iter_errors(document)]
        need(not errors, f"{name}: {errors[:5]}")


def form_can_fail():
    """The schema refuses what is wrong."""
    text = json.dumps(DOCUMENTS[PACKAGES[0]])
    checker = jsonschema.Draft202012Validator(SCHEMA)
    for old, new in (('"SPDX-2.3"', '"SPDX-9"'), ('"SHA1"', '"SHA7"'), ('"CONTAINS"', '"HOLDS"'), ('"./amd64', '"amd64'), ('"created"', '"made"'),
                     ('"packageVerificationCode"', '"code"'), ('"filesAnalyzed": false', '"filesAnalyzed": true')):
        need(old in text, f"no {old} in it")
        if not list(checker.iter_errors(json.loads(text.replace(old, new)))):
            raise Wrong(f"{new} for {old} is not noticed")


def references():
    for name, document in DOCUMENTS.items():
        ids = [document["SPDXID"]] + [entry["SPDXID"] for entry in document["packages"] + document["files"]]
        same(f"{name}: names that are there twice", len(ids), len(set(ids)))
        for relation in document["relationships"]:
            need({relation["spdxElementId"], relation["relatedSpdxElement"]} <= set(ids), f"{name}: {relation} leads nowhere")
        described = [relation["relatedSpdxElement"] for relation in document["relationships"] if relation["relationshipType"] == "DESCRIBES"]
        same(f"{name}: what it describes", document["documentDescribes"], described)
        extracted = {entry["licenseId"] for entry in document.get("hasExtractedLicensingInfos", [])}
        used = {entry[field] for entry in document["packages"] + document["files"] for field in ("licenseConcluded", "licenseDeclared") if field in entry}
        need(used <= LICENCES, f"{name}: licences {used - LICENCES}")
        same_names(f"{name}: texts of licences", set(re.findall(r"LicenseRef-[\w-]+", " ".join(used))), extracted)
    same("namespaces", len(DOCUMENTS), len({document["documentNamespace"] for document in DOCUMENTS.values()}))


def files():
    with tempfile.TemporaryDirectory() as work:
        for number, (name, document) in enumerate(DOCUMENTS.items()):
            there = contents(name, pathlib.Path(work) / str(number))
            same_names(name, [f"./{inner}" for inner in there], [entry["fileName"] for entry in document["files"]])
            for entry in document["files"]:
                data = there[entry["fileName"][2:]]
                same(f"{name}: {entry['fileName']}", {"SHA1": hashlib.sha1(data).hexdigest(), "SHA256": hashlib.sha256(data).hexdigest()},
                     {item["algorithm"]: item["checksumValue"] for item in entry["checksums"]})
            main = document["packages"][0]
            sha1s = "".join(sorted(hashlib.sha1(data).hexdigest() for data in there.values()))
            same(f"{name}: verification code", hashlib.sha1(sha1s.encode()).hexdigest(), main["packageVerificationCode"]["packageVerificationCodeValue"])
            same(f"{name}: its digest", hashlib.sha256((DIST / name).read_bytes()).hexdigest(), main["checksums"][0]["checksumValue"])
            same(f"{name}: version", (VERSION, name), (main["versionInfo"], main["packageFileName"]))


def parts():
    """What others wrote: in a program its C library, in a driver nothing."""
    for name, document in DOCUMENTS.items():
        ids = {entry["SPDXID"]: entry["fileName"] for entry in document["files"]}
        linked = {}
        for relation in document["relationships"]:
            if relation["relationshipType"] == "STATIC_LINK":
                linked.setdefault(ids[relation["spdxElementId"]], set()).add(relation["relatedSpdxElement"].rpartition("-Package-")[2])
        for file in ids.values():
            wanted = {".exe": {"mingw-w64", "libgcc"}, ".dll": {"libgcc"}}.get(pathlib.PurePosixPath(file).suffix, set())
            same(f"{name}: linked into {file}", wanted, linked.get(file, set()))
        wanted = {"UserPort", "libgcc", "mingw-w64 runtime"} | ({"NSIS"} if name in SETUPS.values() else set())
        same_names(f"{name}: packages", wanted, [entry["name"] for entry in document["packages"]])
        need(all(re.match(r"\d", entry["versionInfo"]) for entry in document["packages"]), f"{name}: a version that is none")


run_cases([
    ("the form of SPDX 2.3", form),
    ("the schema notices what is wrong", form_can_fail),
    ("references, licences", references),
    ("every file of each package, with its digests; verification codes", files),
    ("what others wrote, and where it is linked in", parts),
])
