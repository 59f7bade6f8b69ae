#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes a security catalogue, not yet signed: the list of Authenticode digests by which Windows finds that a driver belongs to a
signature. Debian has neither makecat nor inf2cat.

A catalogue is a PKCS #7 SignedData around a certificate trust list (1.3.6.1.4.1.311.10.1). Its members are named by their digests. There
are two forms (CatalogVersion of makecat): 1, SHA-1, the name is the digest's hexadecimal text in UTF-16, for Windows 2000 to 7; and 2,
SHA-256, the name is the digest itself, for Windows 8 and later. OSAttr says which Windows a member is for."""

import argparse
import datetime
import hashlib
import pathlib
import struct

from asn1crypto import algos, cms, core

OSES = {1: "2:5.00,2:5.1,2:5.2,2:6.0,2:6.1", 2: "2:6.2,2:6.3,2:10.0"}
DIGESTS = {1: "sha1", 2: "sha256"}
MEMBER_LISTS = {1: "1.3.6.1.4.1.311.12.1.2", 2: "1.3.6.1.4.1.311.12.1.3"}
CATALOG_LIST, TRUST_LIST = "1.3.6.1.4.1.311.12.1.1", "1.3.6.1.4.1.311.10.1"
NAME_VALUE, MEMBER_INFO, MEMBER_INFO_2 = "1.3.6.1.4.1.311.12.2.1", "1.3.6.1.4.1.311.12.2.2", "1.3.6.1.4.1.311.12.2.3"
INDIRECT_DATA, PE_IMAGE_DATA, LINK = "1.3.6.1.4.1.311.2.1.4", "1.3.6.1.4.1.311.2.1.15", "1.3.6.1.4.1.311.2.1.25"
PE_SUBJECT = "{C689AAB8-8E78-11D0-8C47-00C04FC295EE}"  # which code of Windows takes a PE file's digest
FLAT_SUBJECT = "{DE351A42-8E59-11D0-8C47-00C04FC295EE}"  # and that of any other file, which is of all its bytes
NAME_FLAGS = 0x10010001  # authenticated, the name as text, the value as text


class OidSequence(core.SequenceOf):
    _child_spec = core.ObjectIdentifier


class Values(core.SetOf):
    _child_spec = core.Any


class Attribute(core.Sequence):
    _fields = [("type", core.ObjectIdentifier), ("values", Values)]


class Attributes(core.SetOf):
    _child_spec = Attribute


class NameValue(core.Sequence):
    _fields = [("tag", core.BMPString), ("flags", core.Integer), ("value", core.OctetString)]


class MemberInfo(core.Sequence):
    _fields = [("subject", core.BMPString), ("version", core.Integer)]


class FileName(core.Choice):
    _alternatives = [("unicode", core.BMPString, {"implicit": 0})]


class Link(core.Choice):
    _alternatives = [("file", FileName, {"explicit": 2})]


class PeImageData(core.Sequence):
    _fields = [("flags", core.BitString), ("file", Link, {"explicit": 0})]


class PeImage(core.Sequence):
    _fields = [("type", core.ObjectIdentifier), ("value", PeImageData)]


class IndirectData(core.Sequence):
    _fields = [("data", PeImage), ("digest", algos.DigestInfo)]


class FlatFile(core.Sequence):
    _fields = [("type", core.ObjectIdentifier), ("value", Link)]


class FlatIndirectData(core.Sequence):
    _fields = [("data", FlatFile), ("digest", algos.DigestInfo)]


class Member(core.Sequence):
    _fields = [("name", core.OctetString), ("attributes", Attributes)]


class Members(core.SequenceOf):
    _child_spec = Member


class Algorithm(core.Sequence):
    _fields = [("algorithm", core.ObjectIdentifier), ("parameters", core.Null)]


class TrustList(core.Sequence):
    _fields = [("usage", OidSequence), ("identifier", core.OctetString), ("this_update", core.UTCTime), ("algorithm", Algorithm),
               ("members", Members)]


class TrustListContent(core.Sequence):
    _fields = [("content_type", core.ObjectIdentifier), ("content", TrustList, {"explicit": 0})]


class Signed(core.Sequence):
    _fields = [("version", core.Integer), ("digest_algorithms", cms.DigestAlgorithms), ("content", TrustListContent),
               ("signers", cms.SignerInfos)]


class Catalogue(core.Sequence):
    _fields = [("content_type", core.ObjectIdentifier), ("content", Signed, {"explicit": 0})]


def authenticode_digest(data, algorithm):
    """The digest of a PE file without its checksum, the entry of its certificate table, and that table; in whole 8 bytes."""
    header = struct.unpack_from("<I", data, 0x3C)[0]
    optional = header + 24
    is_64 = struct.unpack_from("<H", data, optional)[0] == 0x20B
    checksum, entry = optional + 64, optional + (144 if is_64 else 128)
    end = struct.unpack_from("<I", data, entry)[0] or len(data)
    digest = hashlib.new(algorithm)
    digest.update(data[:checksum] + data[checksum + 4:entry] + data[entry + 8:end] + bytes(-end % 8))
    return digest.digest()


def utf16(text):
    return (text + "\0").encode("utf-16-le")


def member(form, name, data):
    is_pe = data[:2] == b"MZ"
    digest = authenticode_digest(data, DIGESTS[form]) if is_pe else hashlib.new(DIGESTS[form], data).digest()
    info = {"digest_algorithm": {"algorithm": DIGESTS[form], "parameters": core.Null()}, "digest": digest}
    unnamed = Link("file", FileName("unicode", ""))
    indirect = IndirectData({"data": {"type": PE_IMAGE_DATA, "value": {"flags": (), "file": unnamed}}, "digest": info}) if is_pe else \
        FlatIndirectData({"data": {"type": LINK, "value": unnamed}, "digest": info})
    values = [
        (NAME_VALUE, NameValue({"tag": "File", "flags": NAME_FLAGS, "value": utf16(name)})),
        (NAME_VALUE, NameValue({"tag": "OSAttr", "flags": NAME_FLAGS, "value": utf16(OSES[form])})),
        (INDIRECT_DATA, indirect),
    ]
    if form == 1:
        values.append((MEMBER_INFO, MemberInfo({"subject": PE_SUBJECT if is_pe else FLAT_SUBJECT, "version": 0x200})))
    else:
        values.append((MEMBER_INFO_2, core.Null(implicit=0)))
    attributes = Attributes([Attribute({"type": oid, "values": Values([core.Any(value)])}) for oid, value in values])
    return Member({"name": utf16(digest.hex().upper()) if form == 1 else digest, "attributes": attributes})


def catalogue(form, files, epoch):
    """form: 1 or 2. files: (name, bytes). epoch: its date. The bytes of the catalogue."""
    members = sorted((member(form, name, data) for name, data in files), key=lambda item: item["name"].native)
    trust_list = TrustList({
        "usage": [CATALOG_LIST],
        "identifier": hashlib.sha256(b"".join(item.dump() for item in members)).digest()[:16],
        "this_update": datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc),
        "algorithm": {"algorithm": MEMBER_LISTS[form], "parameters": core.Null()},
        "members": Members(members),
    })
    return Catalogue({"content_type": "1.2.840.113549.1.7.2", "content": {
        "version": 1, "digest_algorithms": [], "content": {"content_type": TRUST_LIST, "content": trust_list}, "signers": []}}).dump()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--form", type=int, choices=(1, 2), required=True)
    parser.add_argument("--epoch", type=int, required=True, help="its date, in seconds since 1970")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("files", type=pathlib.Path, nargs="+")
    given = parser.parse_args()
    given.out.write_bytes(catalogue(given.form, [(path.name, path.read_bytes()) for path in given.files], given.epoch))


if __name__ == "__main__":
    main()
