#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Is this the driver that was submitted, plus Microsoft's signature and nothing else? For what comes back from the Hardware Dev Center
(make dist SIGNED_SYS=FILE). It compares every byte with the driver that was built, checks the signature, its page hashes and its chain,
and prints whose they are. Whether the last certificate is Microsoft's root, only a copy of that root can say (--root): Debian has none."""

import argparse
import hashlib
import pathlib
import struct
import subprocess
import sys
import tempfile
from typing import NamedTuple

from asn1crypto import algos, cms

import catalog

AMD64, I386 = 0x8664, 0x14C
PAGE = 4096
INDIRECT_DATA = "1.3.6.1.4.1.311.2.1.4"
PAGE_HASHES = {"sha1": "2b060104018237020301", "sha256": "2b060104018237020302"}  # 1.3.6.1.4.1.311.2.3.1 and .2, as DER has them
TIME_STAMPS = {"counter_signature", "microsoft_time_stamp_token", "1.3.6.1.4.1.311.3.3.1"}
EKUS = {
    "1.3.6.1.4.1.311.10.3.5": "Windows hardware driver verification (tested with HLK)",
    "1.3.6.1.4.1.311.10.3.5.1": "Windows hardware driver attested verification",
    "1.3.6.1.4.1.311.10.3.6": "Windows system component verification",
    "1.3.6.1.5.5.7.3.3": "code signing",
    "2.5.29.37.0": "any purpose",
}
HARDWARE = {"1.3.6.1.4.1.311.10.3.5", "1.3.6.1.4.1.311.10.3.5.1"}  # one of them is in what the Hardware Dev Center signs with


CATALOGUE = bytes.fromhex("2b0601040182370a01")  # 1.3.6.1.4.1.311.10.1, a list of digests
MICROSOFT = "3B1EFD3A66EA28B16697394703A72CA340A05BD5"  # the SHA-1 of its root, valid to 2035-06-23
NO_ROOT = """warning: SIGNED_ROOT is not given: a signature by anybody's certificate that names this use is taken.
docs/release.md, "Step 6: the driver comes back", says how to get Microsoft's root from Windows."""


class Refused(Exception):
    """Why this is not our driver with a signature."""


class Image(NamedTuple):
    machine: int
    checksum: int  # where the checksum is
    entry: int  # where the place and the size of the signature are
    table: int  # the place of the signature; 0: none
    size: int
    headers: int  # bytes of the headers
    sections: list  # (place, bytes) in the file


def image(data):
    if data[:4] in (b"PK\3\4", b"MSCF"):
        raise Refused("it is an archive (zip, cabinet): take userport.sys out of it")
    if data[:1] == b"\x30" and CATALOGUE in data[:128]:
        raise Refused("it is a catalogue: take userport.sys, which came with it")
    try:
        header = struct.unpack_from("<I", data, 0x3C)[0]
        machine, count = struct.unpack_from("<HH", data, header + 4)
        optional = header + 24
        optional_size, magic = struct.unpack_from("<H", data, header + 20)[0], struct.unpack_from("<H", data, optional)[0]
        entry = optional + (144 if magic == 0x20B else 128)
        table, size = struct.unpack_from("<II", data, entry)
        headers = struct.unpack_from("<I", data, optional + 60)[0]
        sections = [struct.unpack_from("<II", data, optional + optional_size + 40 * number + 16)[::-1] for number in range(count)]
    except struct.error:
        raise Refused("it is no program file, or its beginning is missing") from None
    if data[:2] != b"MZ" or data[header:header + 4] != b"PE\0\0" or magic not in (0x10B, 0x20B):
        raise Refused("it is no program file")
    return Image(machine, optional + 64, entry, table, size, headers, sorted(section for section in sections if section[1]))


def checksum(data, place):
    """The sum that the loader looks at: 16 bits at a time, without itself, plus the size."""
    data = data[:place] + bytes(4) + data[place + 4:]
    data += bytes(-len(data) % 2)
    total = sum(struct.unpack(f"<{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def plain(data, layout):
    """The bytes that a signature does not change, in whole 8 bytes."""
    end = layout.table or len(data)
    part = bytearray(data[:end] + bytes(-end % 8))
    part[layout.checksum:layout.checksum + 4] = bytes(4)
    part[layout.entry:layout.entry + 8] = bytes(8)
    return bytes(part)


def places(one, other):
    differing = [place for place, pair in enumerate(zip(one, other)) if pair[0] != pair[1]]
    return f"{len(differing)} bytes differ, the first at 0x{differing[0]:X}"


# ---- the signature ---------------------------------------------------------------------------------------------------------------


def signed_data(data, layout):
    """The SignedData in the certificate table: one signature, and nothing behind it."""
    if layout.table == 0 or layout.size == 0:
        raise Refused("it has no signature")
    if layout.table + layout.size > len(data):
        raise Refused(f"it is truncated: the signature ends at byte {layout.table + layout.size}, and the file has {len(data)}")
    if layout.table + layout.size < len(data):
        raise Refused(f"{len(data) - layout.table - layout.size} bytes lie behind the signature")
    length, revision, kind = struct.unpack_from("<IHH", data, layout.table)
    if (revision, kind) != (0x200, 2) or not 8 < length <= layout.size or layout.size - length > 7:
        raise Refused("its signature is not exactly one of the form that Windows reads")
    try:
        content = cms.ContentInfo.load(data[layout.table + 8:layout.table + length])
        signed = content["content"]
        if any(data[layout.table + 8 + len(content.dump()):]):
            raise Refused("there is something behind the signature")
        if content["content_type"].native != "signed_data" or len(signed["signer_infos"]) != 1:
            raise Refused("its signature has not exactly one signer")
        if signed["encap_content_info"]["content_type"].dotted != INDIRECT_DATA:
            raise Refused("its signature is not one of a program file")
        return signed
    except (ValueError, TypeError) as wrong:
        raise Refused(f"its signature cannot be read: {str(wrong).splitlines()[0]}") from None


def der_value(data, place):
    """(tag, first byte, byte behind) of the value at place."""
    tag, length = data[place], data[place + 1]
    place += 2
    if length & 0x80:
        count = length & 0x7F
        length, place = int.from_bytes(data[place:place + count], "big"), place + count
    return tag, place, place + length


def signed_content(signed):
    """What was signed, without its tag and length: what the file is, and its digest."""
    data = signed["encap_content_info"].contents
    _, first, _ = der_value(data, der_value(data, 0)[2])  # behind the kind of content, and in [0]
    _, first, end = der_value(data, first)
    return data[first:end]


def openssl(*words):
    return subprocess.run(["openssl", *map(str, words)], check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def pem(path, *certificates):
    with tempfile.TemporaryDirectory() as folder:
        for certificate in certificates:
            der = pathlib.Path(folder, "der")
            der.write_bytes(certificate.dump())
            with open(path, "a", encoding="ascii") as file:
                file.write(openssl("x509", "-inform", "DER", "-in", der).stdout)
    return path


def attribute(attributes, name):
    return next((item["values"][0] for item in attributes if name in (item["type"].native, item["type"].dotted)), None)


def chain_of(signed):
    """The signer's certificate, then those above it, as far as the signature has them."""
    signer = signed["signer_infos"][0]["sid"].chosen
    there = [choice.chosen for choice in signed["certificates"]]
    chain = [item for item in there if item.issuer == signer["issuer"] and item.serial_number == signer["serial_number"].native]
    if len(chain) != 1:
        raise Refused("the signer's certificate is not in the signature")
    while chain[-1].issuer != chain[-1].subject:
        above = [item for item in there if item.subject == chain[-1].issuer and item not in chain]
        if not above:
            break
        chain.append(above[0])
    return chain


def check_signer(signed, chain, root):
    """That the signer signed this, and that each certificate is signed by the next one, up to root if there is one."""
    signer, content = signed["signer_infos"][0], signed_content(signed)
    algorithm = signer["digest_algorithm"]["algorithm"].native
    digest = attribute(signer["signed_attrs"], "message_digest")
    if digest is None or digest.native != hashlib.new(algorithm, content).digest():
        raise Refused("its signature is not of what it contains")
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        leaf, key = pem(work / "leaf.pem", chain[0]), work / "key.pem"
        key.write_text(openssl("x509", "-in", leaf, "-noout", "-pubkey").stdout)
        (work / "signature").write_bytes(signer["signature"].native)
        (work / "attributes").write_bytes(signer["signed_attrs"].untag().dump(force=True))
        done = openssl("dgst", f"-{algorithm}", "-verify", key, "-signature", work / "signature", work / "attributes")
        if done.returncode != 0:
            raise Refused("its signature is not by the key of the certificate that it names")
        trusted = ["-trusted", root] if root else ["-partial_chain", "-trusted", pem(work / "top.pem", chain[-1])]
        between = ["-untrusted", pem(work / "between.pem", *chain[1:])] if chain[1:] else []
        done = openssl("verify", "-no_check_time", "-purpose", "any", *trusted, *between, leaf)
        if done.returncode != 0:
            raise Refused(f"its chain of certificates is not one{' that ends at ' + str(root) if root else ''}: {done.stdout.strip()}")


def page_hashes(content):
    """(algorithm, table) as the signature has them, or None."""
    for algorithm, oid in PAGE_HASHES.items():
        place = content.find(bytes([6, 10]) + bytes.fromhex(oid))
        if place >= 0:
            tag, first, _ = der_value(content, place + 12)
            inner, start, end = der_value(content, first)
            if (tag, inner) == (0x31, 0x04):
                return algorithm, content[start:end]
    return None


def computed_page_hashes(data, layout, algorithm):
    """One hash for the headers, one for each page of a section, each filled up with zeros; the last entry says where they end."""
    headers = data[:layout.checksum] + data[layout.checksum + 4:layout.entry] + data[layout.entry + 8:layout.headers]
    table = struct.pack("<I", 0) + hashlib.new(algorithm, headers + bytes(PAGE - layout.headers)).digest()
    end = layout.headers
    for place, size in layout.sections:
        for first in range(place, place + size, PAGE):
            page = data[first:min(first + PAGE, place + size)]
            table += struct.pack("<I", first) + hashlib.new(algorithm, page + bytes(PAGE - len(page))).digest()
        end = place + size
    return table + struct.pack("<I", end) + bytes(hashlib.new(algorithm).digest_size)


def check_pages(data, layout, signed):
    found = page_hashes(signed_content(signed))
    if found is None:
        return "page hashes: none"
    if found[1] != computed_page_hashes(data, layout, found[0]):
        raise Refused("its page hashes are not those of the file")
    return f"page hashes: {found[0]}, {len(found[1]) // (4 + hashlib.new(found[0]).digest_size) - 1} pages, right"


# ---- all of it -------------------------------------------------------------------------------------------------------------------


def compare(ours, theirs, layout, signed):
    """The three digests say what happened: of our driver, of this file, and the one that was signed."""
    own, other = plain(ours, image(ours)), plain(theirs, layout)
    content = signed_content(signed)
    info = algos.DigestInfo.load(content[der_value(content, 0)[2]:])
    algorithm, promised = info["digest_algorithm"]["algorithm"].native, info["digest"].native
    if algorithm not in ("sha1", "sha256", "sha384", "sha512"):
        raise Refused(f"its signature has a digest that is not known here: {algorithm}")
    wanted, there = (catalog.authenticode_digest(data, algorithm) for data in (ours, theirs))
    difference = f"{len(other)} bytes, not {len(own)}" if len(other) != len(own) else places(own, other) if own != other else ""
    if there == promised != wanted:
        raise Refused(f"it is another build, signed: {difference}. Build from the commit that was submitted, with the same versions of Debian's "
                      "packages; or put the build/amd64/userport.sys of the submission, which is in its cabinet too, into its place")
    if wanted == promised != there:
        raise Refused(f"it was changed after it was signed: {difference}")
    if wanted == there != promised:
        raise Refused("the signature is that of another file")
    if difference:
        raise Refused(f"neither the file nor the signature is of our driver: {difference}")
    return f"Authenticode digest ({algorithm}), as our driver has it: {there.hex()}"


def describe(certificate, depth):
    usage = certificate.extended_key_usage_value
    oids = [item.dotted for item in usage] if usage is not None else []
    validity = certificate["tbs_certificate"]["validity"]
    return [f"certificate {depth}: {certificate.subject.human_friendly}",
            f"  issued by {certificate.issuer.human_friendly}",
            f"  valid from {validity['not_before'].native:%Y-%m-%d} to {validity['not_after'].native:%Y-%m-%d}, SHA-256 {certificate.sha256.hex()}",
            *(f"  for {oid}: {EKUS.get(oid, 'not known here')}" for oid in oids)], oids


def check(ours, theirs, root=None):
    """ours, theirs: bytes. root: a file with the certificate (PEM) at which the chain has to end. The lines that describe the
    signature; or Refused."""
    layout = image(theirs)
    if layout.machine != AMD64:
        raise Refused(f"it is for {'i386' if layout.machine == I386 else hex(layout.machine)}, not for amd64")
    signed = signed_data(theirs, layout)
    said = [compare(ours, theirs, layout, signed)]
    if struct.unpack_from("<I", theirs, layout.checksum)[0] != checksum(theirs, layout.checksum) + len(theirs):
        raise Refused("its checksum is wrong")
    said.append(check_pages(theirs, layout, signed))
    chain = chain_of(signed)
    check_signer(signed, chain, root)
    for depth, certificate in enumerate(chain):
        lines, oids = describe(certificate, depth)
        said += lines
        if depth == 0 and not HARDWARE & set(oids):
            raise Refused("it was signed by somebody else than the Hardware Dev Center: its certificate is not for drivers of the "
                          f"hardware program ({', '.join(oids) or 'no use is named'})")
    stamped = any(attribute(signed["signer_infos"][0]["unsigned_attrs"] or [], name) is not None for name in TIME_STAMPS)
    said.append("time stamp: there" if stamped else "time stamp: none; the signature ends with its certificate")
    said.append(f"the chain ends at the certificate in {root}" if root else "where the chain ends was not checked")
    return said


def whose_root(root):
    """Its thumbprint, as Windows shows it, beside that of Microsoft's. Exits if it is no certificate."""
    root.read_bytes()  # OSError, where OpenSSL would have lines of its own
    done = openssl("x509", "-in", root, "-noout", "-fingerprint", "-sha1")
    if done.returncode != 0:
        sys.exit(f"SIGNED_ROOT: {root} is no certificate (PEM, which Windows calls Base-64)")
    there = done.stdout.split("=")[-1].strip().replace(":", "")
    return f"{root}: SHA-1 {there}, " + ("as Microsoft Root Certificate Authority 2010 has it" if there == MICROSOFT else
                                         f"not that of Microsoft Root Certificate Authority 2010, {MICROSOFT}")


def read_and_check(ours, theirs, root=None):
    """As check, of files. Exits with the reason, if there is one."""
    try:
        try:
            whose = [whose_root(root)] if root else []
            return check(ours.read_bytes(), theirs.read_bytes(), root) + whose
        except (ValueError, TypeError, IndexError, KeyError, struct.error) as wrong:
            raise Refused(f"its signature cannot be read: {wrong}") from None
    except Refused as why:
        sys.exit(f"{theirs} is not our driver with Microsoft's signature: {why}")
    except OSError as why:
        sys.exit(f"cannot read {why.filename}: {why.strerror}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path, help="the certificate at which the chain has to end (PEM)")
    parser.add_argument("ours", type=pathlib.Path)
    parser.add_argument("theirs", type=pathlib.Path)
    given = parser.parse_args()
    print("\n".join(read_and_check(given.ours, given.theirs, given.root)))
    if not given.root:
        print(NO_ROOT)


if __name__ == "__main__":
    main()
