#!/usr/bin/env python3
"""Checks evidence of expunged without expunged: a log folder, the bundle of one request, or an auditor's folder.

    python3 verify.py FOLDER --key log.vkey --signers allowed_signers [--old CHECKPOINT]... [--json]
                      [--subject LETTER --identifiers FILE]
    python3 verify.py FOLDER --policy my_policy --signers allowed_signers [--old CHECKPOINT]...
    python3 verify.py sample FOLDER --seed "words of your own" --count 25 [--from DAY] [--until DAY]

First written from FORMAT.md and the specifications named there alone, not from the programs that write or verify the
evidence; what could not be known from there was then put into FORMAT.md.
Python 3.9 or later, its standard library only; reads files, writes none, asks no network; Windows, macOS, Linux.
Bring --key (twice after a change of keys) or --policy, and --signers yourself; files that came with the evidence prove nothing about it.
--old is the `checkpoint` file that you kept from last time: what it covered must be the beginning of this log.

Exit status: 0 nothing is wrong, 1 something is wrong (the last line says what and where), 2 wrong use or not readable.
"""

import argparse
import base64
import binascii
import datetime
import hashlib
import hmac
import json
import os
import re
import stat
import sys

LARGEST_NOTE = 1 << 20
LARGEST_ARTIFACT = 1 << 20
LARGEST_ENTRY = 65535
LARGEST_RECEIPT = 1 << 14
LARGEST_TILE = 256 * (LARGEST_ENTRY + 2)
MOST_FILES = 4_000_000
DEEPEST_JSON = 64
LARGEST_INTEGER = (1 << 53) - 1


class Wrong(Exception):
    """The evidence is wrong. `place` is an entry or a file."""

    def __init__(self, place, why):
        super().__init__(f"{place}: {why}")
        self.place, self.why = place, why


class Unusable(Exception):
    """Wrong use, or something of the auditor's own that cannot be read."""


class Malformed(ValueError):
    """Bytes that are not what they should be; whoever knows the place turns it into `Wrong`."""


# --- Ed25519 (RFC 8032) -----------------------------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
D2 = 2 * D % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def ed_add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    m = (y1 - x1) * (y2 - x2) % P
    n = (y1 + x1) * (y2 + x2) % P
    c = t1 * D2 % P * t2 % P
    d = 2 * z1 * z2 % P
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def ed_double(a):
    x, y, z, _ = a
    xx, yy = x * x % P, y * y % P
    h = xx + yy
    e = h - (x + y) * (x + y) % P
    g = xx - yy
    f = 2 * z * z + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def ed_decode(data):
    """The point of 32 bytes, or None: the one canonical encoding of a point of the curve (RFC 8032, 5.1.3)."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * ROOT_OF_MINUS_1 % P
        if v * x * x % P != u:
            return None
    if x == 0 and sign:
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def ed_encode(a):
    inverse = pow(a[2], P - 2, P)
    x, y = a[0] * inverse % P, a[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def ed_multiples(a):
    found = [NEUTRAL, a]
    for _ in range(14):
        found.append(ed_add(found[-1], a))
    return found


ED_BASE = ed_decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
ed_base_table = []


def ed_base_times(scalar):
    """scalar times the base point, from a table of every multiple of sixteen's powers."""
    if not ed_base_table:
        point = ED_BASE
        for _ in range(64):
            ed_base_table.append(ed_multiples(point))
            point = ed_add(ed_base_table[-1][15], point)
    total = NEUTRAL
    for row in ed_base_table:
        if scalar & 15:
            total = ed_add(total, row[scalar & 15])
        scalar >>= 4
    return total


def ed25519_verifies(key, signature, message):
    """Without the cofactor: R is compared as encoded. A key of small order would sign everything, and is refused."""
    if len(key) != 32 or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    point = ed_decode(key)
    if s >= L or point is None:
        return False
    small = ed_double(ed_double(ed_double(point)))
    if small[0] == 0 and (small[1] - small[2]) % P == 0:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    table = ed_multiples((P - point[0], point[1], 1, P - point[3]))
    total = NEUTRAL
    for shift in range(252, -4, -4):
        total = ed_double(ed_double(ed_double(ed_double(total))))
        digit = h >> shift & 15
        if digit:
            total = ed_add(total, table[digit])
    return ed_encode(ed_add(total, ed_base_times(s))) == signature[:32]


# --- ECDSA over P-256 (FIPS 186-5) and RSA (RFC 8017) -----------------------------------------------------------------

Q = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
P256_BASE = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    1,
)


def p256_double(a):
    x, y, z = a
    if not z or not y:
        return 0, 1, 0
    zz = z * z % Q
    yy = y * y % Q
    s = 4 * x * yy % Q
    m = 3 * (x - zz) * (x + zz) % Q
    x3 = (m * m - 2 * s) % Q
    return x3, (m * (s - x3) - 8 * yy * yy) % Q, 2 * y * z % Q


def p256_add(a, b):
    if not a[2]:
        return b
    if not b[2]:
        return a
    aa, bb = a[2] * a[2] % Q, b[2] * b[2] % Q
    u1, u2 = a[0] * bb % Q, b[0] * aa % Q
    s1, s2 = a[1] * bb * b[2] % Q, b[1] * aa * a[2] % Q
    h, r = (u2 - u1) % Q, (s2 - s1) % Q
    if not h:
        return p256_double(a) if not r else (0, 1, 0)
    hh = h * h % Q
    hhh, v = h * hh % Q, u1 * hh % Q
    x = (r * r - hhh - 2 * v) % Q
    return x, (r * (v - x) - s1 * hhh) % Q, h * a[2] * b[2] % Q


def p256_verifies(point, r, s, message):
    """point is the 65 bytes of an uncompressed point; ECDSA with SHA-256."""
    if len(point) != 65 or point[0] != 4 or not 0 < r < N or not 0 < s < N:
        return False
    x, y = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
    if x >= Q or y >= Q or (y * y - x * x * x + 3 * x - B) % Q:
        return False
    w = pow(s, N - 2, N)
    u1 = int.from_bytes(hashlib.sha256(message).digest(), "big") * w % N
    u2 = r * w % N
    key = (x, y, 1)
    both = p256_add(P256_BASE, key)
    total = (0, 1, 0)
    for bit in range(255, -1, -1):
        total = p256_double(total)
        pick = (u1 >> bit & 1, u2 >> bit & 1)
        if pick == (1, 1):
            total = p256_add(total, both)
        elif pick == (1, 0):
            total = p256_add(total, P256_BASE)
        elif pick == (0, 1):
            total = p256_add(total, key)
    if not total[2]:
        return False
    return total[0] * pow(total[2], Q - 3, Q) % Q % N == r


DIGEST_INFO = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


def rsa_verifies(n, e, signature, message, digest="sha256"):
    """PKCS#1 v1.5, the whole block compared."""
    size = (n.bit_length() + 7) // 8
    if not 2048 <= n.bit_length() <= 8192 or not n & 1 or not 3 <= e < 1 << 33 or not e & 1 or len(signature) != size:
        return False
    s = int.from_bytes(signature, "big")
    tail = DIGEST_INFO[digest] + hashlib.new(digest, message).digest()
    block = b"\x00\x01" + b"\xff" * (size - len(tail) - 3) + b"\x00" + tail
    return s < n and pow(s, e, n).to_bytes(size, "big") == block


# --- small texts ------------------------------------------------------------------------------------------------------


def sha256(data):
    return hashlib.sha256(data).digest()


def base64_of(text):
    """Strictly: padding, no white space, no other bits in the last letter."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("no base64") from None
    given = text if isinstance(text, bytes) else text.encode("ascii")
    if base64.b64encode(data) != given:
        raise Malformed("base64 that is not written the one way")
    return data


def base64url_of(text):
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("no base64url") from None
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise Malformed("base64url that is not written the one way")
    return data


def hash_of(text):
    data = base64_of(text)
    if len(data) != 32:
        raise Malformed(f"a hash of {len(data)} bytes")
    return data


def decimal_of(text, most=1 << 63):
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", text, re.ASCII) or int(text) >= most:
        raise Malformed("no decimal number without leading zeros")
    return int(text)


def text_of(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(f"byte {error.start} is not UTF-8") from None


TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z", re.ASCII)
DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)


def is_time(text):
    match = TIME.fullmatch(text)
    try:
        return bool(match) and bool(datetime.datetime(*map(int, match.groups())))
    except ValueError:
        return False


def is_day(text):
    match = DAY.fullmatch(text)
    try:
        return bool(match) and bool(datetime.date(*map(int, match.groups())))
    except ValueError:
        return False


def seconds_of(text):
    """Of a checked time, since 1970."""
    return int((datetime.datetime(*map(int, TIME.fullmatch(text).groups())) - datetime.datetime(1970, 1, 1))
               .total_seconds())


# --- canonical JSON (RFC 8785, restricted) ----------------------------------------------------------------------------


def json_depth(text):
    depth = deepest = 0
    inside = escaped = False
    for letter in text:
        if inside:
            if escaped:
                escaped = False
            elif letter == "\\":
                escaped = True
            elif letter == '"':
                inside = False
        elif letter == '"':
            inside = True
        elif letter in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in "]}":
            depth -= 1
    return deepest


def json_integer(text):
    if len(text) > 17 or abs(int(text)) > LARGEST_INTEGER:
        raise Malformed("an integer beyond 2^53 - 1")
    return int(text)


def json_refuse(what):
    def refuse(text):
        raise Malformed(f"{what} in JSON: {text[:20]}")
    return refuse


def json_object(pairs):
    found = {}
    for key, value in pairs:
        if key in found:
            raise Malformed(f"the key {key!r} twice")
        if not key.isascii():
            raise Malformed("a key that is not ASCII")
        if value is None:
            raise Malformed("null in JSON")
        found[key] = value
    return found


def has_null(value):
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if one is None:
            return True
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            waiting.extend(one.values())
    return False


def canonical_json(data):
    """The object of these bytes; Malformed unless they are its one canonical text."""
    text = text_of(data)
    if text.count("[") + text.count("{") > DEEPEST_JSON and json_depth(text) > DEEPEST_JSON:
        raise Malformed(f"JSON nested deeper than {DEEPEST_JSON}")
    try:
        value = json.loads(text, object_pairs_hook=json_object, parse_int=json_integer,
                           parse_float=json_refuse("a fraction"), parse_constant=json_refuse("no number"))
        again = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8")
    except Malformed:
        raise
    except RecursionError:
        raise Malformed("JSON nested too deep") from None
    except UnicodeEncodeError:
        raise Malformed("half a surrogate pair in JSON") from None
    except ValueError:
        raise Malformed("no JSON") from None
    if not isinstance(value, dict):
        raise Malformed("no JSON object")
    if has_null(value):
        raise Malformed("null in JSON")
    if again != data:
        at = next((i for i, (a, b) in enumerate(zip(again, data)) if a != b), min(len(again), len(data)))
        raise Malformed(f"JSON that is not canonical, from byte {at} on")
    return value


# --- tree (RFC 6962, RFC 9162) ----------------------------------------------------------------------------------------


def leaf_hash(entry):
    return sha256(b"\x00" + entry)


def node_hash(left, right):
    return sha256(b"\x01" + left + right)


def tree_root(hashes):
    """The root over leaf hashes: complete subtrees from the left, joined from the right."""
    peaks = []
    for count, one in enumerate(hashes, 1):
        while not count & 1:
            one = node_hash(peaks.pop(), one)
            count >>= 1
        peaks.append(one)
    if not peaks:
        return sha256(b"")
    root = peaks.pop()
    while peaks:
        root = node_hash(peaks.pop(), root)
    return root


def inclusion_root(index, size, leaf, path):
    """RFC 9162, 2.1.3.2: the root that this path leads to."""
    if index >= size:
        raise Malformed(f"index {index} in a tree of {size}")
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            raise Malformed("a proof that is too long")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            if not fn & 1:
                while fn and not fn & 1:
                    fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise Malformed("a proof that is too short")
    return r


def consistency_holds(first, second, first_root, second_root, path):
    """RFC 9162, 2.1.4.2."""
    if first == second:
        return not path and first_root == second_root
    if not 0 < first < second or not path:
        return False
    path = list(path)
    if first & first - 1 == 0:
        path.insert(0, first_root)
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            if not fn & 1:
                while fn and not fn & 1:
                    fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return fr == first_root and sr == second_root and sn == 0


# --- signed notes and checkpoints -------------------------------------------------------------------------------------


def is_key_name(name):
    return bool(name) and "+" not in name and not any(letter.isspace() or letter < " " for letter in name)


class VerifierKey:
    """`name+hash+base64(kind || key)`: kind 1, Ed25519 over the text, or 4, a witness's over the text and its time."""

    def __init__(self, text, kind=1):
        parts = text.split("+", 2)
        if len(parts) != 3 or not is_key_name(parts[0]) or not re.fullmatch("[0-9a-f]{8}", parts[1]):
            raise Malformed("no verifier key: name+8 hex digits+base64")
        self.text, self.name, self.id = text, parts[0], bytes.fromhex(parts[1])
        data = base64_of(parts[2])
        if len(data) != 33 or data[0] != kind:
            raise Malformed(f"a verifier key that is not Ed25519 of kind {kind} (1 a log's, 4 a witness's)")
        if sha256(self.name.encode() + b"\n" + data)[:4] != self.id:
            raise Malformed("a verifier key whose id does not belong to it")
        self.key, self.kind = data[1:], kind

    def verifies(self, signature, text):
        """None when it does not; else the time that a cosignature states, 0 of a log's signature."""
        if self.kind == 1:
            return 0 if ed25519_verifies(self.key, signature, text) else None
        time = int.from_bytes(signature[:8], "big")
        if len(signature) != 72 or time >= 1 << 63:
            return None
        message = b"cosignature/v1\ntime %d\n" % time + text
        return time if ed25519_verifies(self.key, signature[8:], message) else None


class Trust:
    """Whom the auditor believes: the log's keys, witnesses by name, and how many of them must have cosigned."""

    def __init__(self, keys, witnesses=None, groups=(), quorum=None):
        self.keys, self.witnesses, self.groups, self.quorum = keys, witnesses or {}, groups, quorum

    @property
    def without_witnesses(self):
        return Trust(self.keys)

    def met(self, names):
        """Whether these witnesses are enough; groups refer back only."""
        seen = set(names)
        for name, threshold, members in self.groups:
            if sum(member in seen for member in members) >= threshold:
                seen.add(name)
        return self.quorum is None or self.quorum in seen


def opened_note(data, trust):
    """(text, the log's keys that signed it, {witness: time}, lines of other keys)"""
    if len(data) > LARGEST_NOTE:
        raise Malformed("a note of more than 1 MiB")
    note = text_of(data)
    if "\r\n" in note:
        raise Malformed("its line ends were changed to those of Windows; copy the folder as it is")
    if any(letter < " " and letter != "\n" for letter in note):
        raise Malformed("a control character in a signed note")
    split = note.rfind("\n\n")
    if split < 0 or not note.endswith("\n"):
        raise Malformed("no signed note: no blank line before signatures, or no line feed at the end")
    text, lines = note[:split + 1], note[split + 2:].split("\n")[:-1]
    if not lines or len(lines) > 64:
        raise Malformed(f"{len(lines)} signature lines")
    signing, cosigned, others = [], {}, 0
    known = [(None, key) for key in trust.keys] + list(trust.witnesses.items())
    for line in lines:
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014" or not is_key_name(parts[1]):
            raise Malformed("a line that is no signature of a note")
        signature = base64_of(parts[2])
        if len(signature) < 5:
            raise Malformed("a signature of a note that is too short")
        found = [(name, key) for name, key in known if (key.name, key.id) == (parts[1], signature[:4])]
        if not found:
            others += 1
            continue
        name, key = found[0]
        time = key.verifies(signature[4:], text.encode())
        if time is None:
            raise Malformed(f"the signature of {'the log' if name is None else 'witness ' + name} does not verify")
        if name is None:
            signing.append(key)
        else:
            cosigned[name] = max(time, cosigned.get(name, 0))
    if not signing:
        raise Malformed("the key that you brought has not signed it")
    if not trust.met(cosigned):
        raise Malformed("your policy's quorum has not cosigned it; cosigned by " + (", ".join(cosigned) or "nobody"))
    return text, signing, cosigned, others


class Checkpoint:
    def __init__(self, data, trust):
        self.note = data
        text, self.signing, self.cosigned, self.others = opened_note(data, trust)
        lines = text.split("\n")[:-1]
        if len(lines) != 3 or "" in lines:
            raise Malformed("a checkpoint of ours has three lines: origin, size and root")
        self.origin, self.size, self.root = lines[0], decimal_of(lines[1]), hash_of(lines[2])
        if any(self.origin != key.name for key in self.signing):
            raise Malformed(f"the origin is {self.origin!r}, not the name of your key")


def der_parts(data, at=0, end=None):
    """[(tag, begin, end)] of the parts of a DER value; Malformed where it is not of definite length."""
    found, end = [], len(data) if end is None else end
    while at < end:
        if at + 2 > end:
            raise Malformed("no DER")
        tag, length, at = data[at], data[at + 1], at + 2
        if length >= 0x80:
            count = length & 0x7F
            if not 1 <= count <= 4 or at + count > end:
                raise Malformed("a length that DER does not have")
            length, at = int.from_bytes(data[at:at + count], "big"), at + count
        if tag & 0x1F == 0x1F or at + length > end:
            raise Malformed("no DER")
        found.append((tag, at, at + length))
        at += length
    return found


def der_inside(data, part, *tags):
    """The parts of a constructed part, which must begin with these tags."""
    inside = der_parts(data, part[1], part[2])
    if [tag for tag, _, _ in inside[:len(tags)]] != list(tags):
        raise Malformed("not what RFC 3161 says")
    return inside


SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
TIME_STAMP_INFO = bytes.fromhex("2a864886f70d0109100104")
SHA256_NAME = bytes.fromhex("608648016503040201")


def time_stamp(data):
    """(imprint, seconds) of an authority's answer (RFC 3161, TimeStampResp). Its signature is not looked at."""
    reply = der_parts(data)
    if len(reply) != 1 or reply[0][0] != 0x30:
        raise Malformed("no answer of a time-stamping authority")
    outer = der_inside(data, reply[0], 0x30)
    status = der_inside(data, outer[0], 0x02)[0]
    if data[status[1]:status[2]] not in (b"\0", b"\1"):
        raise Malformed("the authority has not granted a time stamp")
    if len(outer) != 2:
        raise Malformed("an answer without a time stamp")
    token = der_inside(data, outer[1], 0x06, 0xA0)
    signed = der_inside(data, der_inside(data, token[1], 0x30)[0], 0x02, 0x31, 0x30)
    content = der_inside(data, signed[2], 0x06, 0xA0)
    if data[token[0][1]:token[0][2]] != SIGNED_DATA or data[content[0][1]:content[0][2]] != TIME_STAMP_INFO:
        raise Malformed("not what RFC 3161 says")
    info = der_inside(data, content[1], 0x04)[0]
    fields = der_inside(data, der_inside(data, info, 0x30)[0], 0x02, 0x06, 0x30, 0x02, 0x18)
    algorithm, imprint = der_inside(data, fields[2], 0x30, 0x04)[:2]
    name = der_inside(data, algorithm, 0x06)[0]
    if data[name[1]:name[2]] != SHA256_NAME or imprint[2] - imprint[1] != 32:
        raise Malformed("a time stamp over another hash than SHA-256")
    text = data[fields[4][1]:fields[4][2]].decode("ascii", "replace")
    match = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z", text, re.ASCII)
    if not match:
        raise Malformed("a time stamp without a time")
    return data[imprint[1]:imprint[2]], seconds_of("%s-%s-%sT%s:%s:%sZ" % match.groups())


def proof_of(data):
    """(index, hashes, checkpoint bytes) of a `.tlog-proof` file."""
    if len(data) > 2 * LARGEST_NOTE:
        raise Malformed("a proof of more than 2 MiB")
    head, blank, note = data.partition(b"\n\n")
    lines = text_of(head).split("\n")
    if not blank or lines[0] != "c2sp.org/tlog-proof@v1":
        raise Malformed("no proof file of c2sp.org/tlog-proof@v1")
    rest = lines[1:]
    if rest and rest[0].startswith("extra "):
        raise Malformed("a proof with extra data; ours has none")
    if not rest or not rest[0].startswith("index "):
        raise Malformed("a proof without index")
    if len(rest) > 65:
        raise Malformed("a proof of more than 64 hashes")
    return decimal_of(rest[0][6:]), [hash_of(line) for line in rest[1:]], note


# --- OpenSSH: keys, signatures, allowed_signers -----------------------------------------------------------------------


class Strings:
    """Reads what OpenSSH calls strings: u32be length, bytes."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        if count > len(self.data) - self.at:
            raise Malformed("an OpenSSH structure that is cut off")
        self.at += count
        return self.data[self.at - count:self.at]

    def string(self):
        return self.take(int.from_bytes(self.take(4), "big"))

    def number(self):
        """Of a signature by ECDSA: zeros before it are no harm."""
        data = self.string()
        if len(data) > 33 or data[:1] >= b"\x80" or len(data.lstrip(b"\x00")) > 32:
            raise Malformed("a number of a signature that is negative or too large")
        return int.from_bytes(data, "big")

    def positive(self):
        """Of a key: written the one way, so that a key has one fingerprint."""
        data = self.string()
        if not data or data[0] & 0x80 or (data[0] == 0 and (len(data) == 1 or not data[1] & 0x80)):
            raise Malformed("a number of a key that is not written the one way")
        return int.from_bytes(data, "big")

    def end(self):
        if self.at != len(self.data):
            raise Malformed("bytes behind the end of an OpenSSH structure")


ARMOUR = re.compile(rb"-----BEGIN SSH SIGNATURE-----\n((?:[A-Za-z0-9+/=]+\n)+)-----END SSH SIGNATURE-----\n")


class SSHSignature:
    def __init__(self, data):
        match = ARMOUR.fullmatch(data) if len(data) <= 1 << 16 else None
        if not match:
            raise Malformed("no SSH signature file")
        lines = match.group(1).split(b"\n")[:-1]
        width = len(lines[0])
        if width > 76 or any(len(line) != width for line in lines[:-1]) or len(lines[-1]) > width:
            raise Malformed("base64 lines of a signature that are not of one width, at most 76")
        blob = Strings(base64_of(b"".join(lines)))
        if blob.take(6) != b"SSHSIG" or blob.take(4) != b"\x00\x00\x00\x01":
            raise Malformed("no SSHSIG of version 1")
        self.key, self.namespace = blob.string(), blob.string()
        if blob.string():
            raise Malformed("a reserved field of SSHSIG that is not empty")
        self.hash, self.signature = blob.string(), blob.string()
        blob.end()
        if self.hash not in (b"sha512", b"sha256"):
            raise Malformed("a hash of SSHSIG that is neither sha512 nor sha256")

    def fingerprint(self):
        return "SHA256:" + base64.b64encode(sha256(self.key)).decode().rstrip("=")

    def signs(self, text, pin=False, pages=None):
        """Whether the key in it made it over this text; Malformed for what is not taken, whoever made it.

        `pin`: keys in hardware must have asked for PIN or biometry. `pages`: where a browser may have signed.
        """
        signed = b"SSHSIG"
        for part in (self.namespace, b"", self.hash, hashlib.new(self.hash.decode(), text).digest()):
            signed += len(part).to_bytes(4, "big") + part
        key, signature = Strings(self.key), Strings(self.signature)
        kind, made_by = key.string(), signature.string()
        if kind not in KEY_KINDS:
            raise Malformed(f"a key of kind {kind[:40].decode('ascii', 'replace')}, which is not taken")
        if made_by not in KEY_KINDS[kind]:
            raise Malformed("a signature of a kind that its key does not make")
        public = key_fields(kind, key)
        if kind == b"ssh-rsa":
            made = signature.string()
            signature.end()
            if not 3072 <= public[1].bit_length() <= 8192:
                raise Malformed("an RSA key of fewer than 3072 bits, or of more than 8192")
            return rsa_verifies(public[1], public[0], made, signed, "sha512" if made_by == b"rsa-sha2-512" else "sha256")
        if b"ed25519" in kind:
            made = signature.string()
        else:
            pair = Strings(signature.string())
            made = pair.number(), pair.number()
            pair.end()
        if kind.startswith(b"sk-"):
            signed = self.by_hardware(signed, public[1], made_by, signature, pin, pages)
        signature.end()
        if b"ed25519" in kind:
            return ed25519_verifies(public[0], made, signed)
        return p256_verifies(public[0], made[0], made[1], signed)

    @staticmethod
    def by_hardware(signed, application, made_by, signature, pin, pages):
        """What a key in hardware signs instead of `signed`."""
        flags, counter = signature.take(1), signature.take(4)
        if not flags[0] & 0x01:
            raise Malformed("a signature by a key in hardware that nobody touched")
        if pin and not flags[0] & 0x04:
            raise Malformed("a signature by a key in hardware that asked for no PIN and no biometry")
        extensions, inner = b"", signed
        if made_by.startswith(b"webauthn-"):
            origin, inner, extensions = signature.string(), signature.string(), signature.string()
            if flags[0] & 0x40 or bool(flags[0] & 0x80) != bool(extensions):
                raise Malformed("flags of a browser's signature that do not fit what it carries")
            challenge = base64.urlsafe_b64encode(signed).rstrip(b"=")
            start = b'{"type":"webauthn.get","challenge":"' + challenge + b'","origin":"' + origin + b'"'
            if b'"' in origin or not inner.startswith(start):
                raise Malformed("a browser's signature over another text, or on another page than it names")
            if pages is not None and origin not in pages:
                raise Malformed(f"a browser's signature on {origin[:80].decode('ascii', 'replace')}, which is not the page")
        return sha256(application) + flags + counter + extensions + sha256(inner)


KEY_KINDS = {
    b"ssh-ed25519": (b"ssh-ed25519",),
    b"ecdsa-sha2-nistp256": (b"ecdsa-sha2-nistp256",),
    b"ssh-rsa": (b"rsa-sha2-512", b"rsa-sha2-256"),
    b"sk-ssh-ed25519@openssh.com": (b"sk-ssh-ed25519@openssh.com",),
    b"sk-ecdsa-sha2-nistp256@openssh.com": (
        b"sk-ecdsa-sha2-nistp256@openssh.com", b"webauthn-sk-ecdsa-sha2-nistp256@openssh.com"),
}


def key_fields(kind, key):
    """What stands in a key behind its kind."""
    if kind == b"ssh-rsa":
        fields = [key.positive(), key.positive()]
    else:
        if b"ecdsa" in kind and key.string() != b"nistp256":
            raise Malformed("a key that is not of the curve it names")
        fields = [key.string()]
        if len(fields[0]) != (65 if b"ecdsa" in kind else 32):
            raise Malformed("a key of another length than its kind has")
        if kind.startswith(b"sk-"):
            fields.append(key.string())
            if not fields[1] or any(not 0x20 <= letter < 0x7F for letter in fields[1]):
                raise Malformed("a key in hardware that belongs to nothing that can be read")
    key.end()
    return fields


def signer_options(text):
    """The options of a line of allowed_signers: [(name, value or None)], and what follows them."""
    found, at = [], 0
    pattern = re.compile(r'([A-Za-z-]+)(?:="([^"]*)")?(,|[ \t]+)')
    while True:
        match = pattern.match(text, at)
        if not match:
            raise Unusable("an option that cannot be read")
        found.append((match.group(1).lower(), match.group(2)))
        at = match.end()
        if match.group(3) != ",":
            return found, text[at:]


def signer_time(text):
    match = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?Z", text or "", re.ASCII)
    if not match:
        raise Unusable("a time that is not YYYYMMDD[HHMM[SS]]Z")
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        return datetime.datetime(year, month, day, hour, minute, second).strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        raise Unusable("a time that no calendar has") from None


class AllowedSigners:
    """The auditor's own list, and what he demands of signatures beyond it."""

    def __init__(self, data, pin=False, pages=None):
        self.digest, self.pin = digest_of(data), pin
        self.pages = [page.encode() for page in pages] if pages else None
        self.lines = []
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise Unusable("allowed_signers is not UTF-8") from None
        for number, line in enumerate(text.split("\n"), 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            try:
                self.lines.append(self.parsed(line))
            except (Unusable, Malformed) as problem:
                raise Unusable(f"allowed_signers, line {number}: {problem}") from None

    @staticmethod
    def parsed(line):
        principals, _, rest = line.partition(" ") if "\t" not in line else re.split(r"([ \t]+)", line, maxsplit=1)
        rest = rest.strip()
        if re.search(r'[*?!"]', principals):
            raise Unusable("principals are full names, without * ? ! and quotes")
        namespaces, after, before = None, None, None
        if not re.match(r"(ssh-|ecdsa-|sk-)", rest):
            options, rest = signer_options(rest)
            names = [name for name, _ in options]
            if len(names) != len(set(names)):
                raise Unusable("an option twice")
            for name, value in options:
                if name == "namespaces" and value:
                    if re.search(r"[*?!]", value):
                        raise Unusable("namespaces are full names, without * ? !")
                    namespaces = value.split(",")
                elif name == "valid-after":
                    after = signer_time(value)
                elif name == "valid-before":
                    before = signer_time(value)
                else:
                    raise Unusable(f"the option {name} is not taken")
        parts = rest.split()
        if len(parts) < 2:
            raise Unusable("no key")
        blob = base64_of(parts[1])
        key = Strings(blob)
        kind = key.string()
        if kind != parts[0].encode():
            raise Unusable("a key of another kind than its line says")
        if kind not in KEY_KINDS:
            raise Unusable(f"keys of kind {parts[0]} are not taken")
        key_fields(kind, key)
        return principals.split(","), namespaces, after, before, blob

    def principals(self, key):
        return {name for principals, _, _, _, blob in self.lines if blob == key for name in principals}

    def require(self, key, namespace, at):
        """Malformed says why nobody signs with this key in this namespace at this time."""
        why = "the key is nobody's in allowed_signers"
        for principals, namespaces, after, before, blob in self.lines:
            if blob != key:
                continue
            if namespaces is not None and namespace not in namespaces:
                why = f"in allowed_signers the key is not for {namespace}"
            elif after is not None and at < after:
                why = f"in allowed_signers the key counts only from {after} on"
            elif before is not None and at > before:
                why = f"in allowed_signers the key counts only until {before}"
            else:
                return
        raise Malformed(why)


APPROVAL, ATTESTATION = "erasure-approval@expunged", "erasure-attestation@expunged"
SIGNED_TEXTS = {
    "expunged-approval/v1": ("log decision plan request jobs findings nonce start-before", APPROVAL),
    "expunged-standing/v1": ("log system record at-most until nonce", APPROVAL),
    "expunged-attestation/v1": ("log job request done medium method nonce", ATTESTATION),
    "expunged-configuration/v1": ("log kind old new nonce", "erasure-configuration@expunged"),
}
DIGEST = re.compile("sha256:[0-9a-f]{64}")
NONCE = re.compile("[0-9a-f]{32}")


def signed_text(data, header):
    """The values of a text that people sign, {name: value}."""
    lines = text_of(data).split("\n")
    names = SIGNED_TEXTS[header][0].split()
    if lines[0] != header or len(lines) != len(names) + 2 or lines[-1]:
        raise Malformed(f"not the lines of {header}")
    values = {}
    for name, line in zip(names, lines[1:]):
        key, _, value = line.partition(" ")
        if key != name or not value or value != value.strip() or len(value.encode()) > 512 or not value.isprintable():
            raise Malformed(f"the line {name!r} of {header} is not as it should be")
        values[name] = value
    return values


# --- receipts of companies: compact JWS -------------------------------------------------------------------------------


def jws_claims(data, key_text):
    """The claims of a receipt that this JWK signed."""
    try:
        key = json.loads(key_text)
        kind = {"OKP": ("crv", "kty", "x"), "EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n")}[key["kty"]]
        if tuple(key) != kind or not all(isinstance(value, str) for value in key.values()) or \
                json.dumps(key, separators=(",", ":")) != key_text:
            raise Malformed("a JWK that is not its required members in their order")
        parts = data.decode("ascii").split(".")
        if len(parts) != 3 or len(data) > LARGEST_RECEIPT:
            raise Malformed("no compact JWS, or one of more than 16 KiB")
        header_text, claims_text, signature = (base64url_of(part) for part in parts)
        if max(json_depth(text_of(header_text)), json_depth(text_of(claims_text))) > 8:
            raise Malformed("JSON of a receipt nested too deep")
        header = json.loads(header_text, object_pairs_hook=json_object, parse_int=json_integer)
        claims = json.loads(claims_text, object_pairs_hook=json_object, parse_int=json_integer)
    except Malformed:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Malformed("no receipt that can be read") from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise Malformed("no receipt that can be read")
    if header.get("typ") != "erasure-receipt+jwt" or not set(header) <= {"alg", "typ", "kid"}:
        raise Malformed("a header of a receipt that is not as it should be")
    signed, algorithm = data[:data.rindex(b".")], header.get("alg")
    if algorithm in ("EdDSA", "Ed25519") and key["kty"] == "OKP" and key["crv"] == "Ed25519":
        good = ed25519_verifies(base64url_of(key["x"]), signature, signed)
    elif algorithm == "ES256" and key["kty"] == "EC" and key["crv"] == "P-256" and len(signature) == 64:
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        x, y = base64url_of(key["x"]), base64url_of(key["y"])
        good = len(x) == len(y) == 32 and p256_verifies(b"\x04" + x + y, r, s, signed)
    elif algorithm == "RS256" and key["kty"] == "RSA":
        n, e = (int.from_bytes(base64url_of(key[name]), "big") for name in "ne")
        good = rsa_verifies(n, e, signature, signed)
    else:
        raise Malformed("an algorithm that is not taken, or not the key's")
    if not good:
        raise Malformed("the receipt's signature does not verify by the key in the entry")
    form = Shape()
    form.object(OBJECT_SHAPES["CLAIMS"][1], claims, "the receipt")
    if form.unknown:
        raise Malformed(f"{form.unknown[0]} is no claim of a receipt")
    if claims.get("records_erased", 0) < 0:
        raise Malformed("a receipt for less than no row")
    return claims


# --- kinds of entries, as FORMAT.md lists them ------------------------------------------------------------------------

# kind | references | name[?]:type …   A type is a word of TYPES, (one|of|these), [type] for a list, or {OBJECT}.
# A name in capitals is the digest of an artifact that must be there (bold in FORMAT.md).
KINDS = """
log.opened | - | origin:text vkey:text people:digest signers:digest register:digest practice:bool rules?:number
  continues?:{CONTINUED}
log.closed | - | reason:code
key.rotated | - | newVkey:text fromSize:number
key.destroyed | - | vkey:text
anchor.refused | - | anchor:code code:code
daemon.started | - | version:text lost:number practice:bool
daemon.stopped | - |
clock.stepped | - | seconds:number practice:bool
work.stopped | - |
work.resumed | - |
journal.recovered | - | entries:number
change.signed | - | part:(signers|people|register) approval:{APPROVAL} old:digest new:digest nonce:nonce
signer.compromised | - | person:u- keys:[text] since:time
signers.changed | - | file:(signers|people) old:digest new:digest practice:bool people?:[u-]
register.changed | - | old:digest new:digest practice:bool systems?:[code]
system.released | - | system:code record:digest
system.stopped | - | system:code
recipient.passed | - | system:code record:digest contract:text steps:[code]
restore.announced | - | system:code asOf:time
restore.scanned | - | system:code copy?:code asOf:time records:number certain:number possible:number drill?:yes
system.scanned | - | system:code records:number certain:number possible:number
incident.opened | - | incident:(wrong-person) about:r- reportBefore:time
incident.closed | - | about:r- reported:bool
standing.approved | - | system:text approval:{APPROVAL} record:digest atMost:number until:time nonce:nonce
standing.withdrawn | - | system:text
casefile.opened | - | about:r- step:(1|2) reason:code
casefile.destroyed | - | about:r- digest:digest
exception.reviewed | - | about:r- system:code day:day terms?:{TERMS}
dossier.made | - | about:r- person:bool
do-not-contact.counted | - | addresses:number
do-not-contact.checked | - | rows:number hits:number
do-not-contact.removed | - | reason:code
do-not-contact.ended | - |
reprobe.made | - | about:r- system:code day:(30|90|180) certain:number possible:number
reprobe.settled | - | about:r- system:code answer:(lawful|replan)
alarm.sent | - | code:code about:code since:time step:number person:u- proof:code queue?:queue
access.denied | - | what:text reason:code
tags.expired | - | count:number epochs:[text]
artifact.destroyed | - | about:r- digests:[digest]
request.received | r | number:number commitment:hex64 channel:text receivedAt:time receivedOn:day
  capacities:[(customer|employee|applicant|contact)] identifierKinds:[code] dueDates:{DUE} again?:{AGAIN}
  rights?:[(erasure|access|portability|objection|restriction)] language?:(nl|en) requester?:{REQUESTER}
request.confirmed | r | method:code ground:(art17-1-a|art17-1-b|art17-1-c|art17-1-d|art17-1-e|art17-1-f)
request.refused | r | ground:code
request.withdrawn | r |
identifiers.added | r | identifierKinds:[code]
request.linked | r | other:r- seen:(same-identifier|officer)
deadline.extended | r | reason:(complexity|number-of-requests) on:day statutory:day workTo:day ruleSet:text
identity.asked | r | method:(knowledge|counter|e-identification|document) doubt:code on:day
identity.proved | r | on:day suspendedDays:number statutory:day workTo:day extended?:day extendedWorkTo?:day
  ruleSet:text
receipt.corrected | r | reason:code receivedAt:time receivedOn:day dueDates:{DUE}
deadline.near | r | workTo:day lead:number
hold.set | r | system:code reviewBefore:day
  ground:(art17-3-a|art17-3-b|art17-3-c|art17-3-d|art17-3-e|art23-national)
hold.released | r | system:code
hold.overdue | r | system:code reviewBefore:day
measure.ordered | r | measure:(restriction|marketing) systems:[code] byHand:[code]
measure.started | r | measure:(restriction|marketing) system:code
measure.applied | r | measure:(restriction|marketing) system:code rows:number
measure.failed | r | measure:(restriction|marketing) system:code code:code
measure.lifted | r | measure:(restriction|marketing) informedOn:day channel:code
measure.undone | r | measure:(restriction|marketing) system:code rows:number
notice.received | r | sender:code notice:j- duty:(notify|instruct|stop-sending)
notice.withdrawn | r |
notice.answered | r | status:{STATUS} reason?:code recordsErased?:number retained?:[{RETAINED}] RECEIPT?:digest
  key?:text
lookup.made | r | systems:number purpose:text columns?:number unread?:number uncovered?:number
question.asked | r | code:code open:number
identifier.accepted | r | system:code identifierKind:code ordinal:number
identifier.declined | r | system:code identifierKind:code ordinal:number
finding.opened | r | system:code remaining:number
finding.settled | r | system:code answer:code
request.concluded | r | looks:[{LOOK}] entries:ranges entriesRoot:hash REPORT:digest reportFormat:number
  register?:{REGISTER}
letter.sent | r | letter:(acknowledgement|identity|extension|refusal|completion|withdrawn) language:(nl|en)
  channel:(mail|letter) on:day mac:hex64 proof:code queue?:queue
subject.informed | r | on:day channel:code
do-not-contact.exported | r | addresses:number
casefile.kept | r | until:day digest:digest people:number
request.closed | r |
vault.destroyed | r | items:number
request.ended | r | entries:ranges entriesRoot:hash REPORT:digest reportFormat:number register?:{REGISTER}
plan.proposed | rp | DIGEST:digest FINDINGS:digest nonce:nonce jobs:number searched:[code] startBefore:time
plan.approved | rp | approval:{APPROVAL} DIGEST:digest enough:bool waitUntil?:time standing?:yes
exception.granted | rp | system:code dataset:text records:number terms?:{TERMS}
category.decided | rp | system:code category:code rejected?:{REJECTION}
  ground:(art17-1-a|art17-1-b|art17-1-c|art17-1-d|art17-1-e|art17-1-f)
plan.withdrawn | rp | refusal?:{APPROVAL}
plan.paused | rp |
plan.resumed | rp |
plan.halted | rp | reason:code
plan.doubted | rp | person:u-
plan.confirmed | rp | approval:{APPROVAL} instead:u-
package.made | rp | package:(portability|access) ciphertext:hex64 bytes:number systems:number rows:number files:number
  recipient:code until:time
package.delivered | rp | package:(portability|access) how:code
package.waived | rp | system?:code reason:code
plan.concluded | rp | look:{LOOK}
attempt.started | rpj | attempt:a- epoch:number DIGEST:digest
tags.written | rpj | system:code count:number epoch:text expires:day
attempt.prepared | rpj | epoch:number effects:[{EFFECT}] transaction?:text tags:number earlier?:[{EFFECT}]
attempt.ended | rpj | epoch:number code?:code retryAt?:time checkAt?:time question?:{QUESTION}
  end:(done|accepted|transient-failure|permanent-failure|needs-officer|interrupted|lost)
attempt.reported-late | rpj | epoch:number end:text
receipt.kept | rpj | epoch:number RECEIPT:digest key:text
rows.collected | rpj | epoch:number datasets:[{COLLECTED}] bytes:number mac:hex64 expires:time
files.added | rpj | files:number bytes:number mac:hex64 expires:time
collection.expired | rpj |
callback.received | rpj | status:{STATUS} late:bool RECEIPT?:digest key?:text
cancel.sent | rpj | answer:(accepted|too-late|unknown)
question.answered | rpj | code:code answer:(retry|replan|except|cancel|accept|decline|lawful) until?:day from?:time
  record?:digest terms?:{TERMS}
job.reopened | rpj |
task.attested | rpj | TEXT:digest SIGNATURE:digest keyFingerprint:text found:bool
copy.expired | rpj | system:code sets:number
job.settled | rpj | outcome:{OUTCOME}
"""

OBJECTS = """
CONTINUED | origin:text vkey:text size:number root:hash
APPROVAL | by:u- keyFingerprint:text TEXT:digest SIGNATURE:digest
DUE | received:day nominal:day statutory:day workTo:day extended:day ruleSet:text
AGAIN | system:code request:r-
REQUESTER | kind:(representative|guardian|agent) proof:code isAddressee:bool under16?:bool
RETAINED | category:text until:day basis:text
REGISTER | inForce:digest times:number systems:[code]
LOOK | at:time systems:number remaining:number
TERMS | citation:text until?:day reviewBefore?:day
  ground:(art17-3-a|art17-3-b|art17-3-c|art17-3-d|art17-3-e|art23-national)
EFFECT | dataset:text approved:number found:number erased:number reduced:number kept:[{KEPT}] anonymised?:number
  minimised?:number restricted?:number isUncertain?:yes
KEPT | rule:text until:day count:number conditional?:yes
COLLECTED | dataset:text rows:number shared?:number
QUESTION | code:code detail?:code approved?:number found?:number proposed?:day
ERASURE | outcome:(erased|nothing-found|anonymised|restricted) receipt:{PROOF}
PROOF | verification:{VERIFICATION} effects:[{EFFECT}]
VERIFICATION | voucher:(us|recipient-signed|recipient-unsigned|person) path:code remaining:[{COUNT}] kept:[{KEPT}]
  seen:(second-look|confirmation|listing|attestation|setting) storage?:{STORAGE}
STORAGE | level:(removed|rewritten|gone-from-logs) reason?:code checks?:[text]
NOTIFIED | outcome:(notified) voucher:(us|recipient-signed|recipient-unsigned|person)
UNCONFIRMED | outcome:(unconfirmed) lastAsked:time
TAGGED | outcome:(expiry-tagged) until:day untilAt:time seen?:(setting)
EXPORTED | outcome:(exported) waived:bool
EXCEPTED | outcome:(excepted) ground:code
CANCELLED | outcome:(cancelled) reason:code
CLAIMED | category:word until:day basis:word
CLAIMS | iss:text iat:number jti:word request_id:r- job_id:j- request_sha256:hex64 completed_at:time
  status:(completed|completed_with_retention|no_match) records_erased?:number retained?:[{CLAIMED}]
  backups_expire_at?:time
"""

OUTCOMES = {
    "erased": "ERASURE", "nothing-found": "ERASURE", "anonymised": "ERASURE", "restricted": "ERASURE",
    "notified": "NOTIFIED", "unconfirmed": "UNCONFIRMED", "expiry-tagged": "TAGGED", "exported": "EXPORTED",
    "excepted": "EXCEPTED", "cancelled": "CANCELLED",
}
# Why a ground of Art. 17(1) does not apply to a kind of data: each word answers one ground.
REJECTIONS = {
    "still-necessary": "art17-1-a", "other-legal-basis": "art17-1-b", "overriding-grounds": "art17-1-c",
    "processing-lawful": "art17-1-d", "no-duty-to-erase": "art17-1-e", "not-from-child": "art17-1-f",
}
STATUS = {"received", "in-progress", "completed", "completed-with-retention", "no-match", "denied", "cancelled"}


def matcher(pattern):
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: isinstance(value, str) and bool(compiled.fullmatch(value))


def is_hash(value):
    try:
        return isinstance(value, str) and bool(hash_of(value))
    except Malformed:
        return False


TYPES = {
    "any": lambda value: True,
    "text": lambda value: isinstance(value, str),
    "code": matcher("[a-z0-9-]{1,64}"),
    "word": matcher("[0-9A-Za-z().,:_-]{1,64}"),
    "number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "bool": lambda value: isinstance(value, bool),
    "yes": lambda value: value is True,
    "time": lambda value: isinstance(value, str) and is_time(value),
    "day": lambda value: isinstance(value, str) and is_day(value),
    "digest": matcher("sha256:[0-9a-f]{64}"),
    "hex64": matcher("[0-9a-f]{64}"),
    "nonce": matcher("[0-9a-f]{32}"),
    "queue": matcher("[0-9A-Za-z]{4,32}"),
    "hash": is_hash,
    "ranges": lambda value: isinstance(value, str),
}
TYPES.update({name: matcher(name + "[0-9a-f]{32}") for name in ("r-", "p-", "j-", "a-", "u-")})


def shapes(table):
    """{name: (references, {fact: (type, may be absent, names an artifact)})}"""
    found = {}
    for line in re.sub(r"\n +", " ", table).strip().split("\n"):
        parts = [part.strip() for part in line.split("|", 2 if line.count(" | ") > 1 or line[0].islower() else 1)]
        facts = {}
        for fact in parts[-1].split():
            name, _, kind = fact.partition(":")
            optional, name = name.endswith("?"), name.rstrip("?")
            facts[name.lower() if name.isupper() else name] = (kind, optional, name.isupper())
        found[parts[0]] = (parts[1] if len(parts) == 3 else "", facts)
    return found


ENTRY_SHAPES, OBJECT_SHAPES = shapes(KINDS), shapes(OBJECTS)


class Shape:
    """Checks facts against the table and gathers the digests of artifacts they name and facts it does not know."""

    def __init__(self):
        self.artifacts, self.unknown = [], []

    def value(self, kind, value, where):
        """No recursion without end: the tables are finite, and lists and objects in them are three deep."""
        if kind.startswith("["):
            if not isinstance(value, list):
                raise Malformed(f"{where} is no list")
            for one in value:
                self.value(kind[1:-1], one, where)
        elif kind.startswith("("):
            if str(value) not in kind[1:-1].split("|") or isinstance(value, (bool, list, dict)):
                raise Malformed(f"{where} is none of {kind[1:-1].replace('|', ', ')}")
        elif kind == "{STATUS}":
            if not isinstance(value, str) or value not in STATUS:
                raise Malformed(f"{where} is no status")
        elif kind == "{REJECTION}":
            if not isinstance(value, str) or value not in REJECTIONS:
                raise Malformed(f"{where} rejects no ground")
        elif kind == "{OUTCOME}":
            word = value.get("outcome") if isinstance(value, dict) else None
            if not isinstance(word, str) or word not in OUTCOMES:
                raise Malformed("an outcome that this program does not know")
            self.object(OBJECT_SHAPES[OUTCOMES[word]][1], value, where)
        elif kind.startswith("{"):
            self.object(OBJECT_SHAPES[kind[1:-1]][1], value, where)
        elif not TYPES[kind](value):
            raise Malformed(f"{where} is no {kind}")

    def object(self, facts, value, where):
        if not isinstance(value, dict):
            raise Malformed(f"{where} is no object")
        for name, (kind, optional, artifact) in facts.items():
            path = f"{where}.{name}" if where else name
            if name in value:
                self.value(kind, value[name], path)
                if artifact:
                    self.artifacts.append(value[name])
            elif not optional:
                raise Malformed(f"{path} is missing")
        for name in value:
            if name not in facts:
                self.unknown.append(f"{where}.{name}" if where else name)


REFERENCES = {"r": ("request", "r-"), "p": ("plan", "p-"), "j": ("job", "j-")}


class Entry:
    """One entry, its form checked. Facts by name: entry["origin"]."""

    def __init__(self, index, data):
        self.index = index
        self.facts = canonical_json(data)
        self.kind = self.facts.get("kind")
        if not isinstance(self.kind, str) or not re.fullmatch(r"[a-z0-9.-]{1,64}", self.kind, re.ASCII):
            raise Malformed("no kind")
        self.at = self.facts.get("at")
        if not isinstance(self.at, str) or not is_time(self.at):
            raise Malformed("no time `at`")
        if self.facts.get("v") != 1 or self.facts["v"] is True:
            raise Malformed("a version `v` other than 1")
        self.by = self.facts.get("by")
        if self.by is not None and not TYPES["u-"](self.by):
            raise Malformed("`by` is no reference of a person")
        self.known = self.kind in ENTRY_SHAPES
        self.artifacts, self.unknown = [], []
        self.request = self.plan = self.job = None
        for letter, (name, kind) in REFERENCES.items():
            value = self.facts.get(name)
            if value is not None and not TYPES[kind](value):
                raise Malformed(f"`{name}` is no reference")
            setattr(self, name, value)
        if self.known:
            references, facts = ENTRY_SHAPES[self.kind]
            for letter, (name, kind) in REFERENCES.items():
                if (name in self.facts) != (letter in references):
                    raise Malformed(f"{self.kind} {'lacks' if letter in references else 'has'} the reference {name}")
            shape = Shape()
            own = {"at", "by", "kind", "v"} | {REFERENCES[letter][0] for letter in references.strip("-")}
            shape.object(facts, {key: value for key, value in self.facts.items() if key not in own}, "")
            self.artifacts, self.unknown = shape.artifacts, shape.unknown

    def __getitem__(self, name):
        return self.facts[name]

    def get(self, name, default=None):
        return self.facts.get(name, default)


# --- what happened: the entries in their order ------------------------------------------------------------------------


class Request:
    def __init__(self, entry):
        self.reference, self.received_at, self.again = entry.request, entry["receivedAt"], entry.get("again")
        self.number, self.received_in, self.commitment = entry["number"], entry.index, entry["commitment"]
        rights = entry.get("rights", ["erasure"])
        self.asks_for_erasure, self.packages = "erasure" in rights, {"portability", "access"}.intersection(rights)
        self.received_on, self.due, self.taken_back = entry["receivedOn"], entry["dueDates"], False
        # The day of the first question about identity; the days that the proof suspends, None before it.
        self.asked_on, self.suspended, self.linked = None, None, set()
        self.is_about_minor = entry.get("requester", {}).get("under16", False)
        self.state = "received"
        self.entries, self.plans, self.letters = [], {}, set()
        self.informed = self.destroyed = self.extended = self.decided = self.answered = False
        self.conclusion = self.look = self.notice = None
        self.alarms = []
        self.confirmed = False
        self.case_file, self.case_begun, self.case_gone = None, set(), False
        self.confirmed_by, self.decisions, self.measures = None, {}, {}
        self.holders, self.approvers, self.held = set(), set(), set()
        # Systems with rows seen again, and identifiers found on the way: both wait for a decision.
        self.findings, self.undecided = [], 0


class Plan:
    def __init__(self, entry):
        self.reference, self.drafter = entry.plan, entry.by
        self.state = "draft"
        self.proposal = self.document = None
        self.approvals, self.approval_times, self.doubted, self.jobs = [], [], set(), {}
        self.approved_at = None
        self.paused = self.begun = False
        self.began = self.wait_until = ""
        self.made, self.delivered = {}, set()
        self.waived, self.waived_systems = False, set()

    def sign_anew(self):
        self.approvals, self.approval_times, self.doubted = [], [], set()

    @property
    def stands_still(self):
        return self.paused or self.doubted or self.state in ("halted", "withdrawn")

    @property
    def exports(self):
        return [job for job in self.jobs.values() if job.verb == "export"]

    def exported(self, system, packages):
        """How the export of a system ends, as `waived` says it; None while it waits."""
        if system in self.waived_systems:
            return True
        if packages <= self.delivered:
            return False
        return True if self.waived else None


class Measure:
    """A restriction, or an objection to marketing: the systems where it waits, holds or held."""

    def __init__(self, entry):
        self.ordered_at, self.lifted = entry.at, False
        self.by_hand = set(entry["byHand"])
        self.started, self.applied, self.undone = set(), set(), set()
        self.systems = self.by_hand | set(entry["systems"])

    def reopen(self):
        """Identifiers that came later may lead to rows without the mark."""
        if not self.lifted:
            self.applied &= self.by_hand

    @property
    def open(self):
        return self.started - self.undone if self.lifted else self.systems - self.applied


class Job:
    def __init__(self, plan, document):
        self.plan, self.document = plan, document
        self.verb, self.system = document.get("verb", ""), document.get("system", "")
        self.record = document.get("record")
        self.epoch, self.state = 0, "open"
        self.prepared = self.told = False
        # What a company that is told to stop has heard: a notice handed over, or an effect that no end took back.
        self.handed_over, self.effect, self.was_stopped, self.cancel_sent = False, None, False, False
        self.settled = self.outcome = self.terms = self.excepted_by = None
        self.receipt = self.no_receipt = None
        self.attestations = []
        # Of an export: what it asks, and until when the vault holds what was read or added.
        self.question, self.collected, self.added = {}, None, None

    @property
    def follow_up(self):
        return self.document.get("followUp")

    @property
    def changes_system(self):
        return self.verb in ("erase", "erase-kept")

    @property
    def waits_for_package(self):
        return self.state == "officer" and self.question.get("code") == "package-waits"

    @property
    def is_collected(self):
        by_hand = self.question.get("detail") == "collect-by-hand"
        return self.waits_for_package and (self.added if by_hand else self.collected) is not None

    @property
    def collection_expires(self):
        return min((time for time in (self.collected, self.added) if time is not None), default=None)


def ranges_text(indices):
    """17-29,40"""
    ranges = []
    for index in indices:
        if ranges and ranges[-1][1] == index - 1:
            ranges[-1][1] = index
        else:
            ranges.append([index, index])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def months_after(day, months, days=0):
    """A day so many months and days later, on the month's last day where it is shorter."""
    year, month, number = map(int, DAY.fullmatch(day).groups())
    year, month = year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1
    if year > 9999:
        return "9999-12-31"
    while True:
        try:
            return (datetime.date(year, month, number) + datetime.timedelta(days=days)).isoformat()
        except ValueError:
            number -= 1
        except OverflowError:
            return "9999-12-31"


def days_after(time, days):
    """The day of a time in UTC, so many days later."""
    try:
        return (datetime.date(*map(int, DAY.fullmatch(time[:10]).groups())) + datetime.timedelta(days=days)).isoformat()
    except OverflowError:
        return "9999-12-31" if days > 0 else "0001-01-01"


def days_between(first, last):
    return (datetime.date.fromisoformat(last) - datetime.date.fromisoformat(first)).days


TELLS = ("instruct", "notify", "stop-sending")
VERBS = ("erase", "erase-kept", "tag-expiry", "confirm-expiry", "manual", "export") + TELLS
MOST_ROWS = 10**12
# How long it is remembered that rows which were seen again are there lawfully.
REMEMBERED_DAYS = 200
# Identity that is asked for later suspends nothing; no row of holidays moves a last day further.
PROMPT_DAYS, LONGEST_BREAK = 7, 21
NEWEST_RULES = 10
# What is not known of a log that began before a rule.
RULE_DOUBTS = {
    2: "whether owners had released their systems",
    3: "whether companies had passed the test of their contract",
    4: "whether an attempt changed anything after its plan was paused or stopped",
    5: "whether what stays has a ground and a date, and everything of a request stays by two people only",
    6: "whether each category of data in a plan was decided on a ground",
    7: "whether two people signed each change of people, signers and register",
    8: "whether the lines of a plan add up",
    9: "whether work stood still from the moment that a key was said to be in other hands",
    10: "whether last looks were of all that was erased, and no question was open; whether jobs were cancelled by two people",
}
WITHOUT_RECEIPT = ("notified", "unconfirmed", "expiry-tagged", "exported", "excepted", "cancelled")

REQUEST_STEPS = {
    "request.confirmed": (("received",), "verified"),
    "request.refused": (("received", "verified"), "refused"),
    "request.withdrawn": (("received", "verified"), "withdrawn"),
    "request.concluded": (("in-erasure",), "concluded"),
    "request.closed": (("concluded", "refused", "withdrawn", "withdrawn-partly"), "closed"),
    "request.ended": (("closed",), "ended"),
}
# The letters that say how a request ended, and when they can.
FITTING = {"completion": ("concluded",), "refusal": ("refused",), "withdrawn": ("withdrawn", "withdrawn-partly")}
PLAN_STEPS = {
    "plan.proposed": (("draft",), "proposed"),
    "plan.approved": (("proposed",), None),
    "exception.granted": (("draft", "proposed"), "draft"),
    "category.decided": (("draft", "proposed"), "draft"),
    "plan.withdrawn": (("draft", "proposed", "approved"), "withdrawn"),
    "plan.paused": (("approved",), "approved"),
    "plan.resumed": (("approved",), "approved"),
    "plan.halted": (("approved",), "halted"),
    "plan.concluded": (("approved",), "concluded"),
    "package.made": (("approved",), "approved"),
    "package.delivered": (("approved",), "approved"),
    "package.waived": (("approved",), "approved"),
}
AFTER_END = {
    "done": "done", "accepted": "recipient", "transient-failure": "waiting", "permanent-failure": "failed",
    "needs-officer": "officer", "interrupted": "open", "lost": "open",
}
ENDS_WITH = {
    "accepted": ("checkAt",), "transient-failure": ("code", "retryAt"), "permanent-failure": ("code",),
    "needs-officer": ("question",),
}
# How a job may be settled without an attempt that is done; every open job may be excepted or cancelled.
WITHOUT_ATTEMPT = {"officer": ("erased", "nothing-found"), "recipient": ("unconfirmed",)}
# What makes data of ours go, so that it waits until the person has what he takes along.
WAITS_FOR_EXPORTS = ("erase", "manual", "instruct")


class Replay:
    """Takes entries in their order and raises Malformed at the first that cannot stand where it stands.

    `whole` is true for a log folder: then nothing may be missing. A bundle has one request's entries only.
    """

    def __init__(self, origin, keys, signers, artifact, whole):
        self.origin, self.signers, self.artifact, self.whole = origin, signers, artifact, whole
        # Those that the auditor brought; those that the log has in force, and those that it had.
        self.trusted, self.in_force, self.destroyed = [key.text for key in keys], [], []
        self.closed = False
        self.rules, self.practice, self.last_at = 1, None, ""
        self.follows, self.recoveries, self.clock_steps = None, 0, 0
        # Plans and jobs by reference; a job of a request that has ended is None, and its plan is not here any more.
        self.requests, self.proposed, self.jobs, self.numbers = {}, {}, {}, 0
        self.digests, self.stopped = {}, False
        self.attempts, self.nonces, self.signed_by = set(), set(), {}
        self.systems, self.passed, self.standing, self.incidents = {}, set(), {}, set()
        self.exceptions = set()
        # What looks after the conclusion saw: [rows, whether that is lawful, since when].
        self.returned = {}
        # Who was told of what still waits: {(code, about): [since, {(step, person)}]}; what the weekly looks saw.
        self.alarms, self.scanned = {}, {}
        self.pending, self.changes, self.spent = {}, {}, set()
        self.compromised, self.register_changes = {}, []
        self.leaves, self.done = {}, None
        self.named, self.configuration, self.missing, self.decisions, self.strays = set(), set(), {}, [], []
        self.unknown_kinds, self.unknown_facts, self.doubts = {}, {}, {}
        self.signatures = self.receipts = self.plans = self.settled = self.lists = 0
        # Who names an absent artifact; those that are absent as a later entry says, and the fewest days after an end.
        self.namers, self.gone, self.fewest_days = {}, set(), None

    def doubt(self, what):
        self.doubts[what] = self.doubts.get(what, 0) + 1

    # Every entry.

    def take(self, entry, data, leaf):
        if not entry.known:
            self.unknown_kinds.setdefault(entry.kind, entry.index)
        for fact in entry.unknown:
            self.unknown_facts.setdefault(f"{entry.kind} {fact}", entry.index)
        refuse_address(data)
        if self.closed:
            raise Malformed("it stands behind the end of the log")
        if entry.index == 0 and entry.kind != "log.opened":
            raise Malformed("the first entry is not log.opened")
        if self.whole and entry.at < self.last_at and entry.kind != "clock.stepped":
            raise Malformed(f"its time {entry.at} is before that of the entry before it, {self.last_at}")
        self.last_at = entry.at
        self.named.update(DIGEST.findall(data.decode()))
        for digest in entry.artifacts:
            if self.artifact(digest) is None:
                # With the one request after whose end it may be destroyed; what others name too, and a plan, never is.
                may_go_with = entry.request if entry.kind != "plan.proposed" else None
                named = self.namers.setdefault(digest, (entry.index, may_go_with))
                if named[1] != may_go_with:
                    self.namers[digest] = named[0], None
                    self.gone.discard(digest)
                if digest not in self.gone:
                    self.missing[digest] = self.namers[digest]
        if self.done is not None and (entry.kind, entry.job) != ("copy.expired", self.done):
            wanted, self.done = self.done, None
            if (entry.kind, entry.job) != ("job.settled", wanted):
                raise Malformed(f"behind the attempt that is done stands no outcome of {wanted}")
        request = self.request_of(entry)
        if request is None and entry.index != 0:
            self.strays.append(entry.index)
        step = REQUEST_STEPS.get(entry.kind)
        if step and request.state not in step[0] and (entry.kind, request.state) != ("request.withdrawn", "in-erasure"):
            raise Malformed(f"{entry.kind} of a request that is {request.state}")
        method = getattr(self, "on_" + re.sub("[.-]", "_", entry.kind), None)
        if method:
            method(entry, request)
        if step:
            request.state = "withdrawn-partly" if request.state == "in-erasure" and step[1] == "withdrawn" else step[1]
        if request:
            request.entries.append(entry.index)
            self.leaves[entry.index] = leaf
            if request.state == "ended":
                self.forget(request)

    def numbers_by_state(self):
        """Every request number, each once, under the state in which its request is: {state: "1-3,7"}."""
        found = {}
        for request in self.requests.values():
            found.setdefault(request.state, []).append(request.number)
        return {state: ranges_text(sorted(numbers)) for state, numbers in sorted(found.items())}

    def open_jobs(self):
        """Of requests that are not ended: (jobs due now, follow-ups) that have no outcome yet, and the follow-ups' dates."""
        due_now, dates = 0, []
        for request in self.requests.values():
            for plan in request.plans.values():
                for job in plan.jobs.values():
                    if job.settled is None and job.follow_up:
                        dates.append(job.follow_up.get("due", ""))
                    elif job.settled is None:
                        due_now += 1
        return due_now, sorted(dates)

    def forget(self, request):
        """Nothing more comes of it; a long log needs no more memory than its open requests."""
        for index in request.entries:
            del self.leaves[index]
        for reference, plan in request.plans.items():
            self.proposed.pop(reference, None)
            self.jobs.update(dict.fromkeys(plan.jobs))
        request.entries, request.plans = [], {}

    def request_of(self, entry):
        if entry.request is None:
            if entry.plan or entry.job:
                raise Malformed("an entry about a plan or a job that names no request")
            return None
        request = self.requests.get(entry.request)
        if entry.kind == "request.received":
            if request:
                raise Malformed("this request was received before")
            request = self.requests[entry.request] = Request(entry)
        if request is None:
            raise Malformed("a request that was never received")
        if request.state == "ended":
            raise Malformed("the request has ended")
        return request

    def finish(self):
        """What must hold at the end. Returns (index, why) of the first artifact that is absent, or None."""
        if self.done is not None and self.whole:
            raise Malformed(f"the log ends where an outcome of {self.done} must stand")
        for digest, (index, _) in sorted(self.missing.items(), key=lambda item: item[1][0]):
            return index, f"the artifact {digest} that it names is absent, and no later entry destroys it"
        return None

    # The log.

    def on_log_opened(self, entry, _):
        if entry.index != 0:
            raise Malformed("log.opened a second time")
        if entry["origin"] != self.origin:
            raise Malformed("another origin than the checkpoint's")
        # A bundle does not hold the changes of keys: the auditor has both keys from elsewhere.
        if not self.whole and entry["vkey"] not in self.trusted:
            raise Malformed("the key with which the log was opened is not one that you brought")
        self.in_force = [entry["vkey"]]
        self.rules, self.practice, self.follows = entry.get("rules", 1), entry["practice"], entry.get("continues")
        if self.rules < 1:
            raise Malformed(f"a log cannot keep rules {self.rules}")
        self.digests = {name: entry[name] for name in ("people", "signers", "register")}
        self.configuration.update(self.digests.values())

    def on_log_closed(self, entry, _):
        self.closed = True

    def on_key_rotated(self, entry, _):
        if len(self.in_force) != 1 or entry["newVkey"] in self.in_force + self.destroyed:
            raise Malformed("it names no new key, or the one before is not destroyed yet")
        if VerifierKey(entry["newVkey"]).name != self.origin:
            raise Malformed("the new key is not one of this log")
        if entry["fromSize"] not in (entry.index, entry.index + 1):
            raise Malformed(f"checkpoints cannot carry the new key's line from {entry['fromSize']} entries on")
        self.in_force.append(entry["newVkey"])

    def on_key_destroyed(self, entry, _):
        if len(self.in_force) != 2 or entry["vkey"] != self.in_force[0]:
            raise Malformed("it names no key that another one followed")
        self.destroyed.append(self.in_force.pop(0))

    def require_keys(self, signing):
        """The keys follow each other to one that the auditor brought; one in force at the end signed the checkpoint."""
        if not set(self.in_force + self.destroyed) & set(self.trusted):
            raise Wrong("entry 0", "the key with which the log was opened is not the one that you brought")
        if not {key.text for key in signing} & set(self.in_force):
            raise Wrong("checkpoint", "it is signed by a key that was destroyed before, as the log itself says")
        silent = set(self.in_force) - {key.text for key in signing}
        if len(self.in_force) == 2 and set(self.in_force) <= set(self.trusted) and silent:
            self.doubt(f"whether the key {silent.pop()} agrees: it is in force, and the checkpoint has no line of it")

    def on_clock_stepped(self, entry, _):
        if abs(entry["seconds"]) > 10**11:
            raise Malformed("a clock cannot step so far")
        self.clock_steps += not entry["practice"]

    def on_journal_recovered(self, entry, _):
        if entry["entries"] not in (entry.index, entry.index - 1):
            raise Malformed(f"a journal of {entry['entries']} entries cannot be recovered here")
        self.recoveries += 1

    def on_change_signed(self, entry, _):
        approval, part = entry["approval"], entry["part"]
        if entry.by != approval["by"]:
            raise Malformed("`by` is not who signed")
        change = part, entry["old"], entry["new"]
        if entry["nonce"] in self.spent or self.changes.setdefault(entry["nonce"], change) != change:
            raise Malformed("its nonce was used for another change")
        if entry["old"] != self.digests.get(part) or entry["new"] == entry["old"]:
            raise Malformed(f"`old` is not the {part} that is in force, or nothing changes")
        self.signed(entry, approval, "expunged-configuration/v1", {
            "log": self.origin, "kind": part, "old": entry["old"], "new": entry["new"], "nonce": entry["nonce"]},
            deciding=entry["nonce"])
        self.uncompromised(approval)
        earlier = self.pending.get(part, [])
        if earlier and earlier[0]["nonce"] != entry["nonce"]:
            earlier = []
        if any(one["approval"][name] == approval[name] for one in earlier for name in ("by", "keyFingerprint")):
            raise Malformed("the same person or key has signed it before")
        self.pending[part] = earlier + [entry]

    def changed(self, entry, name):
        if self.whole and entry["old"] != self.digests.get(name):
            raise Malformed(f"`old` is not the {name} that was in force")
        signatures = self.pending.pop(name, [])
        self.spent.update(one["nonce"] for one in signatures)
        if self.whole and self.rules >= 7:
            if entry["practice"] != self.practice:
                raise Malformed("the log and this entry differ about practice")
            if not entry["practice"] and (len(signatures) < 2 or signatures[0]["new"] != entry["new"]):
                raise Malformed("it was not signed by two people who may decide")
        self.digests[name] = entry["new"]
        self.configuration.update((entry["old"], entry["new"]))

    def on_signers_changed(self, entry, _):
        self.changed(entry, entry["file"])

    def on_register_changed(self, entry, _):
        self.changed(entry, "register")
        self.register_changes.append((entry.at, entry.get("systems", [])))

    def on_signer_compromised(self, entry, _):
        if entry.by is None or not entry["keys"] or entry["since"] > entry.at:
            raise Malformed("by nobody, without keys, or from a time to come on")
        for key in entry["keys"]:
            self.compromised[key] = min(entry["since"], self.compromised.get(key, entry["since"]))
        if self.rules >= 10:
            for part, signatures in self.pending.items():
                self.pending[part] = [one for one in signatures
                                      if one["approval"]["keyFingerprint"] not in entry["keys"]]

    def on_work_stopped(self, entry, _):
        self.stopped = True

    def on_work_resumed(self, entry, _):
        if self.whole and not self.stopped:
            raise Malformed("nothing was stopped")
        self.stopped = False

    def on_system_released(self, entry, _):
        self.systems[entry["system"]] = entry["record"]

    def on_system_stopped(self, entry, _):
        self.systems[entry["system"]] = None

    def on_recipient_passed(self, entry, _):
        self.passed.add((entry["system"], entry["record"]))

    def on_artifact_destroyed(self, entry, _):
        request = self.requests.get(entry["about"])
        if request is None or request.state != "ended":
            raise Malformed("artifacts are destroyed of a request that has not ended")
        days = (seconds_of(entry.at) - seconds_of(request.ended_at)) // 86_400
        self.fewest_days = days if self.fewest_days is None else min(days, self.fewest_days)
        for digest in entry["digests"]:
            if digest in self.missing and self.missing[digest][1] == entry["about"]:
                del self.missing[digest]
                self.gone.add(digest)

    def on_incident_opened(self, entry, _):
        if entry["about"] in self.incidents:
            raise Malformed("the incident was opened before")
        self.incidents.add(entry["about"])

    def on_incident_closed(self, entry, _):
        if entry["about"] not in self.incidents:
            raise Malformed("no incident of the request is open")
        self.incidents.discard(entry["about"])

    def with_case_file(self, entry):
        request = self.requests.get(entry["about"])
        if request is None or request.case_file is None or request.case_gone:
            raise Malformed(f"no case file of {entry['about']} is kept")
        return request

    def on_casefile_opened(self, entry, _):
        request = self.with_case_file(entry)
        if entry.by is None:
            raise Malformed("a case file is opened by nobody")
        if entry["step"] == 1:
            request.case_begun.add(entry.by)
        elif not request.case_begun - {entry.by}:
            raise Malformed("the second half of a case file, and nobody else has opened the first")

    def on_casefile_destroyed(self, entry, _):
        request = self.with_case_file(entry)
        if entry["digest"] != request.case_file["digest"]:
            raise Malformed("it is not the case file that was kept")
        if entry.at[:10] < request.case_file["until"]:
            raise Malformed(f"a case file that is kept until {request.case_file['until']} is destroyed before")
        request.case_gone = True

    def remember_exception(self, entry, system):
        terms = entry.get("terms")
        if terms is not None:
            self.exceptions.add((entry.request, system, terms.get("until", terms.get("reviewBefore"))))

    def on_exception_reviewed(self, entry, _):
        standing = (entry["about"], entry["system"], entry["day"])
        if entry.by is None:
            raise Malformed("an exception is looked at again by nobody")
        if standing not in self.exceptions:
            raise Malformed("no exception of that request, system and day stands")
        self.exceptions.discard(standing)
        if "terms" in entry.facts:
            self.require_terms(entry)
            terms = entry["terms"]
            self.exceptions.add((entry["about"], entry["system"], terms.get("until", terms.get("reviewBefore"))))

    def on_reprobe_made(self, entry, _):
        if entry["certain"] < 0 or entry["possible"] < 0:
            raise Malformed("a look that counts less than nothing")
        place, records = (entry["about"], entry["system"]), entry["certain"] + entry["possible"]
        known = self.returned.get(place)
        if known is not None and known[1] and seconds_of(entry.at) - seconds_of(known[2]) >= REMEMBERED_DAYS * 86_400:
            known = None
        if known is not None and known[1] and 0 < records <= known[0]:
            return
        self.returned.pop(place, None)
        if records:
            self.returned[place] = [records, False, entry.at]

    def on_reprobe_settled(self, entry, _):
        known = self.returned.get((entry["about"], entry["system"]))
        if entry.by is None or known is None or known[1]:
            raise Malformed("nobody answers, or no look saw rows of the request in that system that wait for an answer")
        if entry["answer"] == "lawful":
            known[1] = True
        else:
            del self.returned[entry["about"], entry["system"]]

    def on_system_scanned(self, entry, _):
        self.scanned[entry["system"]] = entry["certain"]

    def on_restore_scanned(self, entry, _):
        if "drill" not in entry.facts and "copy" not in entry.facts:
            self.scanned[entry["system"]] = 0

    def on_alarm_sent(self, entry, _):
        if entry["step"] < 1:
            raise Malformed("an alarm by no step of a ladder")
        self.alarms = {place: told for place, told in self.alarms.items() if self.waits(place[1])}
        told = self.alarms.setdefault((entry["code"], entry["about"]), [entry["since"], set()])
        if told[0] != entry["since"]:
            told[:] = entry["since"], set()
        if (entry["step"], entry["person"]) in told[1]:
            raise Malformed(f"the person was told of {entry['about']} by step {entry['step']} before")
        told[1].add((entry["step"], entry["person"]))

    def waits(self, about):
        """Whether what somebody was told of is not over; then nobody is told again by the same step."""
        if TYPES["j-"](about):
            job = self.jobs.get(about)
            return job is not None and job.state != "settled"
        if TYPES["p-"](about):
            return about in self.proposed and self.proposed[about].state == "proposed"
        if not TYPES["r-"](about):
            return self.scanned.get(about, 0) != 0
        if about in self.requests and self.requests[about].state not in ("closed", "ended"):
            return True
        return about in self.incidents or any(one[0] == about for one in self.exceptions) or \
            any(place[0] == about and not known[1] for place, known in self.returned.items())

    def on_standing_approved(self, entry, _):
        approval = entry["approval"]
        if entry.by != approval["by"]:
            raise Malformed("`by` is not who signed")
        if entry["until"] <= entry.at or not 1 <= entry["atMost"] <= 10_000:
            raise Malformed("it has ended already, or is for impossible numbers")
        self.signed(entry, approval, "expunged-standing/v1", {
            "log": self.origin, "system": entry["system"], "record": entry["record"], "at-most": str(entry["atMost"]),
            "until": entry["until"], "nonce": entry["nonce"]}, deciding=entry["nonce"])
        self.uncompromised(approval)
        standing = self.standing.get(entry["system"])
        if standing is None or standing[0]["nonce"] != entry["nonce"]:
            standing = self.standing[entry["system"]] = []
        for earlier in standing:
            if any(earlier[name] != entry[name] for name in ("record", "atMost", "until")):
                raise Malformed("something else is signed under the same nonce")
            if any(earlier["approval"][name] == approval[name] for name in ("by", "keyFingerprint")):
                raise Malformed("the same person or key has signed it before")
        standing.append(entry)

    def on_standing_withdrawn(self, entry, _):
        self.standing.pop(entry["system"], None)

    # A request.

    def on_request_received(self, entry, request):
        if self.whole and entry["number"] != self.numbers + 1:
            raise Malformed(f"request number {entry['number']}, where {self.numbers + 1} must follow")
        self.numbers = entry["number"]
        if entry.get("rights") == []:
            raise Malformed("it invokes no right at all")

    def on_request_confirmed(self, entry, request):
        if request.asked_on is not None and request.suspended is None:
            raise Malformed("confirmed, and the proof of identity that was asked for did not come")
        request.confirmed, request.confirmed_by = True, entry.by

    def on_request_refused(self, entry, request):
        request.decided = True

    def on_request_withdrawn(self, entry, request):
        request.decided, request.taken_back = True, request.state == "in-erasure"

    def on_request_linked(self, entry, request):
        other = entry["other"]
        if other == request.reference or other in request.linked:
            raise Malformed("a request is linked to itself, or to another one a second time")
        request.linked.add(other)
        if other in self.requests:
            self.requests[other].linked.add(request.reference)

    def require_undecided(self, entry, request):
        if request.state not in ("received", "verified", "in-erasure"):
            raise Malformed(f"{entry.kind} of a request that is {request.state}")

    def require_own_day(self, entry):
        """A day is that of some time zone."""
        if abs(days_between(entry.at[:10], entry["on"])) > 1:
            raise Malformed(f"{entry['on']} is not the day of the entry")

    def in_first_term(self, day, request):
        received = request.due["received"]
        return received <= day <= max(received, request.due["statutory"])

    def on_deadline_extended(self, entry, request):
        if request.extended:
            raise Malformed("the term is extended a second time")
        self.require_undecided(entry, request)
        self.require_own_day(entry)
        if not self.in_first_term(entry["on"], request):
            raise Malformed(f"the person was told on {entry['on']}, not within the first term")
        received, days = request.due["received"], request.suspended or 0
        first = days_after(min(months_after(received, 3), months_after(months_after(received, 1), 2)), days)
        last = days_after(first, LONGEST_BREAK) if days else request.due["extended"]
        if not (first if days else last) <= entry["statutory"] <= last or entry["workTo"] > entry["statutory"]:
            raise Malformed(f"two further months do not end on {entry['statutory']}")
        request.extended = True

    def on_identity_asked(self, entry, request):
        if request.state != "received":
            raise Malformed(f"identity is asked for, and the request is {request.state}")
        self.require_own_day(entry)
        request.asked_on = request.asked_on or entry["on"]

    def on_identity_proved(self, entry, request):
        if request.asked_on is None or request.suspended is not None or request.state != "received":
            raise Malformed("nobody asked for a proof of identity, or it came before")
        due, days = request.due, days_between(request.asked_on, entry["on"])
        counted = days if days_between(due["received"], request.asked_on) <= PROMPT_DAYS else 0
        if days < 0:
            raise Malformed(f"proved on {entry['on']}, and it was asked for on {request.asked_on}")
        if entry["suspendedDays"] != counted:
            raise Malformed(f"asked on {request.asked_on} and proved on {entry['on']}: {counted} days stand still")
        first = days_after(due["nominal"], counted)
        if not first <= entry["statutory"] <= days_after(first, LONGEST_BREAK) or \
                not counted and entry["statutory"] != due["statutory"]:
            raise Malformed(f"so many days do not lead to {entry['statutory']}")
        if any((name in entry.facts) != request.extended for name in ("extended", "extendedWorkTo")):
            raise Malformed("an extended day stands exactly where the term was extended before")
        request.suspended = counted

    def on_deadline_near(self, entry, request):
        if any(work_to == entry["workTo"] and lead <= entry["lead"] for work_to, lead in request.alarms):
            raise Malformed(f"people were called {entry['lead']} working days before {entry['workTo']} already")
        request.alarms.append((entry["workTo"], entry["lead"]))

    def on_receipt_corrected(self, entry, request):
        if entry["receivedAt"] >= request.received_at or entry["receivedOn"] > request.received_on:
            raise Malformed("a receipt is never moved to a later time")
        if entry["dueDates"]["received"] != entry["receivedOn"]:
            raise Malformed(f"its days are not counted from {entry['receivedOn']}")
        self.require_undecided(entry, request)
        request.received_at, request.received_on = entry["receivedAt"], entry["receivedOn"]
        request.due = entry["dueDates"]
        request.extended, request.suspended = False, None if request.suspended is None else 0

    def on_notice_received(self, entry, request):
        text = f"expunged-notice/1\n{entry['sender']}\n{entry['notice']}\n"
        if request.reference != "r-" + hashlib.sha256(text.encode()).hexdigest()[:32]:
            raise Malformed("the request's reference is not that of its sender and notice")
        if len(request.entries) != 1:
            raise Malformed("it does not stand right behind request.received")
        request.notice = entry["notice"]

    def on_notice_answered(self, entry, request):
        if request.notice is None or not request.decided or request.answered:
            raise Malformed("no notice made this request, it is not decided yet, or was answered before")
        request.answered = True
        claims = self.claims(entry)
        if claims is not None:
            said = (claims["job_id"], claims["status"].replace("_", "-"), claims.get("records_erased"),
                    claims.get("retained", []))
            if said != (request.notice, entry["status"], entry.get("recordsErased"), entry.get("retained", [])):
                raise Malformed("its receipt says something else than the entry")

    def decides_hold(self, entry, request):
        if entry.by is None or entry.by in request.approvers:
            raise Malformed("who decides about a hold is named, and has approved no plan of the request")
        request.holders.add(entry.by)

    def on_hold_set(self, entry, request):
        self.decides_hold(entry, request)
        if not entry.at[:10] <= entry["reviewBefore"] <= months_after(entry.at[:10], 6, days=2):
            raise Malformed("its review is past, or further ahead than six months")
        request.held.add(entry["system"])

    def on_hold_released(self, entry, request):
        self.decides_hold(entry, request)
        if entry["system"] not in request.held:
            raise Malformed("nothing of the system is on hold")
        request.held.discard(entry["system"])

    # A restriction, or an objection to marketing.

    def on_measure_ordered(self, entry, request):
        if entry.by is None:
            raise Malformed("a measure is ordered by nobody")
        self.require_vault(request)
        states = ("verified", "in-erasure", "withdrawn-partly", "concluded")
        if request.state not in states + (("received",) if entry["measure"] == "marketing" else ()):
            raise Malformed(f"{entry['measure']} is ordered for a request that is {request.state}")
        systems = entry["systems"] + entry["byHand"]
        if not systems or len(set(systems)) != len(systems):
            raise Malformed("a measure in no system, or in one twice")
        earlier = request.measures.get(entry["measure"])
        if earlier is not None and (not earlier.lifted or earlier.open):
            raise Malformed("the measure was ordered before and is not over")
        request.measures[entry["measure"]] = Measure(entry)

    def require_vault(self, request):
        if request.destroyed:
            raise Malformed("a measure after the vault entry was destroyed")

    def waiting_measure(self, entry, request):
        self.require_vault(request)
        measure = request.measures.get(entry["measure"])
        if measure is None or entry["system"] not in measure.open:
            raise Malformed(f"no {entry['measure']} waits in {entry['system']}")
        return measure

    def require_hand(self, measure, entry):
        if entry["system"] in measure.by_hand and entry.by is None:
            raise Malformed("a person says it of systems that are dealt with by hand")
        if entry.by is not None:
            measure.by_hand.add(entry["system"])

    def on_identifiers_added(self, _, request):
        if request.state not in ("received", "verified"):
            raise Malformed(f"identifiers are added to a request that is {request.state}")
        newest = list(request.plans.values())[-1:]
        if newest and newest[0].state not in ("withdrawn", "halted", "concluded"):
            raise Malformed(f"identifiers are added, and a plan without them is {newest[0].state}")
        for measure in request.measures.values():
            measure.reopen()

    def on_question_asked(self, entry, request):
        request.undecided = entry["open"]

    def on_identifier_declined(self, _, request):
        request.undecided = max(0, request.undecided - 1)

    def on_identifier_accepted(self, _, request):
        request.undecided = max(0, request.undecided - 1)
        for measure in request.measures.values():
            measure.reopen()

    def on_measure_started(self, entry, request):
        measure = self.waiting_measure(entry, request)
        if self.stopped:
            raise Malformed("rows are marked while all work is stopped")
        if self.must_be_released(entry["system"]) and self.systems.get(entry["system"]) is None:
            raise Malformed(f"the system {entry['system']} is not released")
        if entry["system"] in measure.by_hand:
            raise Malformed("a system that is dealt with by hand")
        measure.started.add(entry["system"])

    def on_measure_applied(self, entry, request):
        measure = self.waiting_measure(entry, request)
        self.require_hand(measure, entry)
        if measure.lifted or entry["system"] not in measure.by_hand | measure.started:
            raise Malformed("the measure was lifted, or nobody began it there")
        measure.started.add(entry["system"])
        measure.applied.add(entry["system"])

    def on_measure_failed(self, entry, request):
        self.waiting_measure(entry, request)

    def on_measure_lifted(self, entry, request):
        self.require_vault(request)
        measure = request.measures.get(entry["measure"])
        if measure is None or measure.lifted or entry.by is None:
            raise Malformed("a measure that is not in force, or nobody lifts it")
        if request.state not in ("received", "verified", "refused", "withdrawn"):
            raise Malformed(f"a measure is lifted of a request that is {request.state}")
        # Days are those of some time zone.
        if not days_after(measure.ordered_at, -1) <= entry["informedOn"] <= days_after(entry.at, 1):
            raise Malformed("the person was told before the measure was ordered, or after it was lifted")
        measure.lifted = True

    def on_measure_undone(self, entry, request):
        measure = self.waiting_measure(entry, request)
        self.require_hand(measure, entry)
        if not measure.lifted:
            raise Malformed("the measure was not lifted")
        measure.undone.add(entry["system"])

    def on_letter_sent(self, entry, request):
        if entry["letter"] in request.letters:
            raise Malformed(f"the letter {entry['letter']} a second time")
        request.letters.add(entry["letter"])
        if entry["letter"] in FITTING and request.state not in FITTING[entry["letter"]]:
            raise Malformed(f"a letter of {entry['letter']} about a request that is {request.state}")
        if entry["channel"] == "mail" and not request.confirmed and \
                entry["letter"] not in ("acknowledgement", "identity"):
            raise Malformed("a letter with content by mail before the request was confirmed")
        if entry["letter"] in ("acknowledgement", "extension") and request.decided:
            raise Malformed(f"a letter of {entry['letter']} about a request that is decided")
        if entry["letter"] == "identity" and request.state != "received":
            raise Malformed(f"a question about identity, and the request is {request.state}")
        if entry["letter"] == "extension" and not (request.extended and self.in_first_term(entry["on"], request)):
            raise Malformed("a letter tells an extension that there is not, or not within the first term")

    def listed(self, entry, indices, what):
        """Compares entries and entriesRoot of a conclusion or an end."""
        if entry["entries"] != ranges_text(indices):
            raise Malformed(f"`entries` is {entry['entries']!r}, but {what} are {ranges_text(indices)!r}")
        if entry["entriesRoot"] != base64.b64encode(tree_root(self.leaves[i] for i in indices)).decode():
            raise Malformed(f"`entriesRoot` is not the root over {what}")
        self.lists += 1

    def require_settled(self, request, follow_ups):
        for plan in request.plans.values():
            if plan.document is None and plan.state != "draft":
                self.doubt("plans whose text was destroyed: whether each of their jobs has an outcome")
            for reference, job in plan.jobs.items():
                if job.settled is None and (follow_ups or not job.follow_up):
                    raise Malformed(f"the job {reference} of the approved plan {plan.reference} has no outcome")

    def on_request_concluded(self, entry, request):
        self.require_register(entry, request)
        self.require_settled(request, follow_ups=False)
        self.listed(entry, request.entries, "the request's entries before it")
        if len(entry["looks"]) < 2 or any(look["remaining"] for look in entry["looks"]):
            raise Malformed("a request is concluded after two last looks that saw nothing")
        if entry["looks"][0] != request.look:
            raise Malformed("its first look is not the one of plan.concluded")
        plan = list(request.plans.values())[-1] if request.plans else None
        for before, look in zip(entry["looks"], entry["looks"][1:]):
            if self.rules >= 10 and look["at"] < before["at"]:
                raise Malformed("its looks are not in their order")
            self.require_look(look, entry, request, plan)
        request.conclusion, request.decided = entry.index, True

    def on_subject_informed(self, entry, request):
        request.informed = True

    def on_casefile_kept(self, entry, request):
        if request.case_file or not request.informed or request.state in ("closed", "ended"):
            raise Malformed("a case file is kept once, after the person was informed and before the request is closed")
        if entry["people"] < 2:
            raise Malformed("a case file that no two people can open")
        request.case_file = entry

    def on_request_closed(self, entry, request):
        if not request.informed:
            raise Malformed("closed before the person was informed")
        if any(measure.open for measure in request.measures.values()):
            raise Malformed("closed while a restriction or objection waits in a system")

    def on_vault_destroyed(self, entry, request):
        if request.state != "closed" or request.notice is not None and not request.answered:
            raise Malformed("the vault entry is destroyed before the request was closed, or its notice answered")
        request.destroyed = True

    def on_request_ended(self, entry, request):
        self.require_register(entry, request)
        self.require_settled(request, follow_ups=True)
        since = request.conclusion if request.conclusion is not None else -1
        self.listed(entry, [i for i in request.entries if i >= since], "the request's entries since its conclusion")
        if not request.destroyed:
            raise Malformed("the request ends before its vault entry was destroyed")
        request.ended_at = entry.at

    # A plan.

    def plan_of(self, entry, request):
        plan = request.plans.get(entry.plan)
        if plan is None:
            raise Malformed("a plan of this request that was never proposed")
        before, after = PLAN_STEPS.get(entry.kind, ((plan.state,), plan.state))
        if plan.state not in before:
            raise Malformed(f"{entry.kind} of a plan that is {plan.state}")
        plan.state = after or plan.state
        return plan

    def on_plan_proposed(self, entry, request):
        if entry.by is None:
            raise Malformed("a proposal names who drafted it")
        if entry["nonce"] in self.nonces:
            raise Malformed("its nonce was used for another proposal")
        self.nonces.add(entry["nonce"])
        if request.state != "verified":
            raise Malformed(f"a plan for a request that is {request.state}")
        if not request.asks_for_erasure and not request.packages:
            raise Malformed("a plan for a request that asks neither for erasure nor for a copy")
        request.plans.setdefault(entry.plan, Plan(entry))
        plan = self.plan_of(entry, request)
        if self.proposed.setdefault(entry.plan, plan) is not plan:
            raise Malformed("a plan of another request")
        plan.proposal, request.look = entry, None
        plan.sign_anew()
        self.plans += 1
        data = self.artifact(entry["digest"])
        plan.document = None
        if data is not None:
            document = canonical_json(data)
            PlanCheck(document, entry, self.origin, request.reference).run()
            plan.document = document
            self.named.update((plan.document["register"], plan.document["findings"]))
            self.configuration.add(plan.document["register"])

    def signed(self, entry, approval, header, wanted, deciding):
        """One signature of a person: the values of its text, or None when text or signature are not here."""
        text, signature = self.artifact(approval["text"]), self.artifact(approval["signature"])
        if text is None or signature is None:
            self.doubt("signatures whose text or signature is not here")
            return None
        values = signed_text(text, header)
        for name, value in wanted.items():
            if values[name] != value:
                raise Malformed(f"the signed text says {name} {values[name]!r}, not {value!r}")
        parsed, namespace = SSHSignature(signature), SIGNED_TEXTS[header][1]
        if parsed.namespace != namespace.encode():
            raise Malformed("the signature is for another purpose (namespace)")
        if parsed.fingerprint() != approval["keyFingerprint"]:
            raise Malformed("the signature is by another key than keyFingerprint")
        self.signers.require(parsed.key, namespace, entry.at)
        principals = self.signers.principals(parsed.key)
        if self.signed_by.setdefault(deciding, set()) & principals:
            raise Malformed("by your allowed_signers the same person has signed this before with another key")
        self.signed_by[deciding] |= principals
        if not parsed.signs(text, self.signers.pin, self.signers.pages):
            raise Malformed("the signature does not verify over the text")
        self.signatures += 1
        return values

    def decision(self, entry, request, plan, approval, decision):
        proposal = plan.proposal
        if entry.by != approval["by"]:
            raise Malformed("`by` is not who signed")
        self.signed(entry, approval, "expunged-approval/v1", {
            "log": self.origin, "decision": decision, "plan": proposal["digest"], "request": request.reference,
            "jobs": str(proposal["jobs"]), "findings": proposal["findings"], "nonce": proposal["nonce"],
            "start-before": proposal["startBefore"]}, deciding=proposal["nonce"])
        self.decisions.append((entry.index, approval["text"], approval["signature"]))

    def on_plan_approved(self, entry, request):
        plan, approval = self.plan_of(entry, request), entry["approval"]
        if entry["digest"] != plan.proposal["digest"]:
            raise Malformed("another plan than the proposed one")
        if approval["by"] == plan.drafter:
            raise Malformed("who drafted the plan approves it")
        if approval["by"] in request.holders:
            raise Malformed("who approves has set or released a hold of the request")
        if plan.doubted:
            raise Malformed("an approval of the plan is in doubt: another person confirms it first")
        self.uncompromised(approval)
        if self.rules >= 10 and request.undecided:
            raise Malformed("identifiers that were found on the way wait for a decision")
        for earlier in plan.approvals:
            if any(earlier[name] == approval[name] for name in ("by", "keyFingerprint")):
                raise Malformed("the same person or the same key approves twice")
        if entry.at >= plan.proposal["startBefore"]:
            raise Malformed("approved after `startBefore`")
        plan.approvals.append(approval)
        plan.approval_times.append(entry.at)
        if entry["enough"]:
            plan.approved_at = entry.at
        request.approvers.add(approval["by"])
        if entry.get("standing"):
            self.covered(entry, request, plan)
        else:
            self.decision(entry, request, plan, approval, "approve")
        if entry["enough"]:
            plan.state, request.state = "approved", "in-erasure"
            plan.began, plan.wait_until = entry.at, entry.get("waitUntil", "")
            self.begin(plan, request)

    def covered(self, entry, request, plan):
        """A plan that nobody signed, under a standing approval."""
        approval = entry["approval"]
        if entry.by != approval["by"]:
            raise Malformed("`by` is not who signed")
        self.decisions.append((entry.index, approval["text"], approval["signature"]))
        values = self.signed(entry, approval, "expunged-standing/v1", {"log": self.origin},
                             deciding=plan.proposal["nonce"])
        if values is None or plan.document is None:
            return
        if self.whole:
            standing = self.standing.get(values["system"], [])
            if len(standing) < 2 or approval not in [one["approval"] for one in standing]:
                raise Malformed("a standing approval that does not count: not of two people, or withdrawn")
        if entry.at >= values["until"] or not request.again or request.again["system"] != values["system"]:
            raise Malformed("a standing approval of an earlier time, or of another system than `again`")
        rows = 0
        for document in plan.document["jobs"]:
            if document["verb"] in TELLS + ("manual", "export"):
                raise Malformed("a standing approval of a plan that does more than erase")
            if document["verb"] in ("erase", "erase-kept"):
                if (document["system"], document.get("record")) != (values["system"], values["record"]):
                    raise Malformed("a standing approval of another system or record than the plan's")
                rows += sum(going(count) for count in document["counts"])
        if rows > decimal_of(values["at-most"]):
            raise Malformed(f"a standing approval of {values['at-most']} rows, and the plan takes {rows}")

    def begin(self, plan, request):
        """With enough signatures the jobs come into being."""
        if plan.document is None:
            return
        documents = plan.document["jobs"]
        if any("anonymise" in one for one in documents) and len(plan.approvals) < 2:
            raise Malformed("a plan that anonymises, with one signature")
        if leaves_everything(plan.document) and len(plan.approvals) < 2:
            raise Malformed("a plan that leaves everything, with one signature")
        if "decisions" in plan.document:
            DecisionCheck(plan.document, request).run(self.rules)
        elif self.rules >= 6:
            raise Malformed("the plan does not say on which grounds")
        if not all(request.packages.issuperset(one.get("export", {}).get("packages", ())) for one in documents):
            raise Malformed("the plan exports for a right that the request does not name")
        if not request.asks_for_erasure and any(one["verb"] != "export" for one in documents):
            raise Malformed("the request does not ask for erasure, and the plan does more than export")
        for one in documents:
            if self.whole and self.rules >= 3 and "contract" in one and \
                    (one["system"], one.get("record")) not in self.passed:
                raise Malformed(f"the company {one['system']} has not passed the test of its record")
            if one["job"] in self.jobs:
                raise Malformed(f"the job {one['job']} stands in two plans")
            self.jobs[one["job"]] = plan.jobs[one["job"]] = Job(plan, one)

    def on_plan_withdrawn(self, entry, request):
        plan = self.plan_of(entry, request)
        if plan.begun or plan.paused:
            raise Malformed("a plan is withdrawn before its first attempt only, and not while it is paused")
        if entry.get("refusal"):
            self.decision(entry, request, plan, entry["refusal"], "refuse")

    def on_exception_granted(self, entry, request):
        self.plan_of(entry, request).sign_anew()
        self.require_terms(entry)
        self.remember_exception(entry, entry["system"])

    def on_category_decided(self, entry, request):
        self.plan_of(entry, request).sign_anew()
        rejected = entry.get("rejected")
        if entry.by is None:
            raise Malformed("a ground is decided by nobody")
        if rejected and REJECTIONS[rejected] != entry["ground"]:
            raise Malformed(f"{rejected} is no answer to {entry['ground']}")
        if rejected == "overriding-grounds" and request.is_about_minor:
            raise Malformed("nothing overrides the objection of a person younger than 16")
        request.decisions[entry["system"], entry["category"]] = (entry["ground"], rejected, entry.by)

    # What the person takes along.

    def package_plan(self, entry, request):
        """The approved plan whose exports it is about; None where its text was destroyed."""
        plan = self.plan_of(entry, request)
        if entry.by is None:
            raise Malformed("a package that nobody answers for")
        if plan.document is None:
            self.doubt("packages of a plan that was destroyed")
            return None
        if not plan.exports:
            raise Malformed("a package, and the plan has no export")
        return plan

    def on_package_made(self, entry, request):
        plan = self.package_plan(entry, request)
        if plan is None:
            return
        if entry["package"] not in request.packages:
            raise Malformed("a package that the request does not ask for")
        if plan.waived or entry["package"] in plan.delivered:
            raise Malformed("a package that was delivered or waived before")
        waiting = [job for job in plan.exports if job.settled is None and job.system not in plan.waived_systems]
        if not waiting or not all(job.is_collected for job in waiting):
            raise Malformed("a package is made before all is collected that the plan exports")
        if not entry.at < entry["until"] <= min(job.collection_expires for job in waiting):
            raise Malformed("a package that has expired, or that lives longer than what it was made of")
        plan.made[entry["package"]] = entry["until"]

    def on_package_delivered(self, entry, request):
        plan = self.package_plan(entry, request)
        if plan is None:
            return
        if plan.waived or entry["package"] in plan.delivered:
            raise Malformed("a package that was delivered or waived before")
        if entry["package"] not in plan.made:
            raise Malformed("a package that was not made of what is collected now")
        if entry.at >= plan.made[entry["package"]]:
            raise Malformed(f"the package expired at {plan.made[entry['package']]}")
        plan.delivered.add(entry["package"])

    def on_package_waived(self, entry, request):
        plan = self.package_plan(entry, request)
        if plan is None:
            return
        if plan.waived or request.packages <= plan.delivered:
            raise Malformed("nothing waits: it was delivered or waived before")
        system = entry.get("system")
        if system is None:
            plan.waived = True
        elif system in plan.waived_systems or \
                not any(job.system == system and job.settled is None for job in plan.exports):
            raise Malformed(f"no export of {system} waits")
        elif plan.delivered:
            raise Malformed("a system is waived after a package was delivered")
        else:
            plan.waived_systems.add(system)
            plan.made = {}

    def export_of(self, entry, request):
        """The open export of a job's entry; what was made before is void then."""
        job = self.job_of(entry, request)
        if job is not None:
            if job.verb != "export" or job.state == "settled":
                raise Malformed("it belongs to an export that is not settled")
            job.plan.made = {}
        return job

    def on_rows_collected(self, entry, request):
        job = self.export_of(entry, request)
        if entry["expires"] <= entry.at:
            raise Malformed("what was collected has expired already")
        if job:
            if job.state != "running" or entry["epoch"] != job.epoch:
                raise Malformed("the attempt does not run, or not any more")
            job.collected = entry["expires"]

    def on_files_added(self, entry, request):
        job = self.export_of(entry, request)
        if entry.by is None or entry["expires"] <= entry.at:
            raise Malformed("a file that nobody added, or that has expired already")
        if job:
            if not job.waits_for_package:
                raise Malformed("a file is added to an export that waits for no package")
            if "access" in job.plan.delivered:
                raise Malformed("a file is added after the access package was delivered")
            job.added = entry["expires"]

    def on_collection_expired(self, entry, request):
        job = self.export_of(entry, request)
        if job:
            if job.collection_expires is None or entry.at < job.collection_expires:
                raise Malformed("nothing of it has expired")
            job.collected = job.added = None

    def require_export_end(self, job, outcome, request):
        """An export is delivered or waived; cancelled only where nothing goes on behind it."""
        if outcome["outcome"] == "exported":
            if job.plan.exported(job.system, request.packages) is not outcome["waived"]:
                raise Malformed("the package was not delivered or waived so")
        elif request.state != "withdrawn-partly" and job.plan.state not in ("halted", "withdrawn"):
            raise Malformed("an export is cancelled, and its plan goes on")

    def require_terms(self, entry):
        terms = entry.get("terms")
        if terms is None and self.rules >= 5:
            raise Malformed("an exception without terms")
        if terms is not None and ("until" in terms) == ("reviewBefore" in terms):
            raise Malformed("an exception has an end or a review, and not both")

    def on_plan_doubted(self, entry, request):
        plan, person = self.plan_of(entry, request), entry["person"]
        signed = [place for place, one in enumerate(plan.approvals) if one["by"] == person]
        if person in plan.doubted or not signed:
            raise Malformed("the person has approved no such plan, or is doubted already")
        since = self.compromised.get(plan.approvals[signed[0]]["keyFingerprint"])
        if self.whole and (since is None or since > plan.approval_times[signed[0]]):
            raise Malformed("nobody said that the key was somebody else's at that time")
        plan.doubted.add(person)

    def on_plan_confirmed(self, entry, request):
        plan, approval, instead = self.plan_of(entry, request), entry["approval"], entry["instead"]
        if instead not in plan.doubted:
            raise Malformed("nothing that the person signed is in doubt")
        if approval["by"] == plan.drafter or approval["by"] in request.holders or any(
                earlier[name] == approval[name] for earlier in plan.approvals for name in ("by", "keyFingerprint")):
            raise Malformed("not by somebody else than all who drafted or signed the plan")
        self.uncompromised(approval)
        place = [one["by"] for one in plan.approvals].index(instead)
        plan.approvals[place], plan.approval_times[place] = approval, entry.at
        plan.doubted.remove(instead)
        request.approvers.add(approval["by"])
        self.decision(entry, request, plan, approval, "approve")

    def uncompromised(self, approval):
        if approval["keyFingerprint"] in self.compromised:
            raise Malformed("signed with a key that somebody else may have had")

    def register_since(self, request):
        """What a conclusion says of the register."""
        approved = request.plans[list(request.plans)[-1]].approved_at if request.plans else None
        later = [systems for at, systems in self.register_changes if approved is not None and at > approved]
        return {"inForce": self.digests.get("register"), "times": len(later),
                "systems": sorted({system for systems in later for system in systems})}

    def require_register(self, entry, request):
        if not self.whole:
            return
        if "register" not in entry.facts:
            if self.rules >= 7:
                raise Malformed("it does not say which register is in force")
        elif entry["register"] != self.register_since(request):
            raise Malformed("the register in force, or what changed of it since the plan was approved, is another")

    def on_plan_paused(self, entry, request):
        plan = self.plan_of(entry, request)
        if plan.paused:
            raise Malformed("the plan was paused before")
        plan.paused = True

    def on_plan_resumed(self, entry, request):
        plan = self.plan_of(entry, request)
        if plan.doubted:
            raise Malformed("an approval of the plan is in doubt: another person confirms it first")
        if not plan.paused:
            raise Malformed("the plan was not paused")
        plan.paused = False

    def on_plan_halted(self, entry, request):
        self.plan_of(entry, request).doubted.clear()
        if request.state != "in-erasure":
            raise Malformed(f"a plan is halted of a request that is {request.state}")
        request.state, request.look = "verified", None

    def on_finding_opened(self, entry, request):
        request.findings.append(entry["system"])

    def on_finding_settled(self, entry, request):
        request.findings = [system for system in request.findings if system != entry["system"]]
        if entry["answer"] == "replan":
            request.findings = []
            if request.state != "in-erasure":
                raise Malformed(f"a new plan is wanted for a request that is {request.state}")
            request.state, request.look = "verified", None

    def on_plan_concluded(self, entry, request):
        plan = self.plan_of(entry, request)
        if plan.paused:
            raise Malformed("a plan is concluded while it is paused")
        for reference, job in plan.jobs.items():
            if job.settled is None and not job.follow_up:
                raise Malformed(f"the job {reference} has no outcome")
        self.require_look(entry["look"], entry, request, plan)
        request.look = entry["look"]

    def require_look(self, look, entry, request, plan):
        """Rules 10: just made, into everything that was searched and not taken out, and nothing is open."""
        if self.rules < 10:
            return
        if request.findings:
            raise Malformed("something that was seen again waits for a decision")
        if not 0 <= seconds_of(entry.at) - seconds_of(look["at"]) <= 3_600:
            raise Malformed("a look was not made in the hour before the entry")
        if plan is None or plan.document is None:
            return
        wanted = 0
        taken_out = {job.system for job in plan.jobs.values() if job.verb == "erase" and job.outcome in WITHOUT_RECEIPT}
        if any(job["verb"] != "export" for job in plan.document["jobs"]):
            wanted = sum(line["role"] in ("own", "copy") and line["system"] not in taken_out and
                         line.get("notApplicable") not in ("other-capacity", "not-restored")
                         for line in plan.document["coverage"])
        if look["systems"] != wanted:
            raise Malformed(f"a last look went into {look['systems']} systems, and the plan searched {wanted} that it must see")

    # A job.

    def job_of(self, entry, request):
        plan = self.plan_of(entry, request)
        if plan.document is None:
            self.doubt("entries of jobs whose plan was destroyed")
            return None
        if entry.job not in plan.jobs:
            raise Malformed("a job that no approved plan of this reference has")
        return plan.jobs[entry.job]

    def running_job(self, entry, request):
        job = self.job_of(entry, request)
        if job and (job.state != "running" or entry["epoch"] != job.epoch):
            raise Malformed("the attempt does not run, or not any more")
        return job

    def must_be_released(self, system):
        return self.whole and (self.rules >= 2 or system in self.systems)

    def require_released(self, job, exact):
        """Rules 2; in a log with rules 1 only from a system's first release or stop on."""
        if not job.changes_system or not self.must_be_released(job.system):
            return
        if self.systems.get(job.system) is None:
            raise Malformed(f"the system {job.system} is not released")
        # Plans of the first logs did not name the record.
        if exact and self.systems[job.system] != job.record and (job.record is not None or self.rules >= 2):
            raise Malformed(f"the released record of {job.system} is not the one that was approved")

    def require_going_on(self, job, request, what):
        if self.stopped:
            raise Malformed(f"{what} while all work is stopped")
        if job.system in request.held and job.verb in ("erase", "erase-kept", "manual"):
            raise Malformed(f"{what} while a hold keeps what {job.system} has")

    def require_genuine(self, job, what):
        """Rules 9: what follows done work of a plan that was stopped goes on."""
        if self.rules < 9 or job.plan.state in ("halted", "withdrawn"):
            return
        for approval, time in zip(job.plan.approvals, job.plan.approval_times):
            if self.compromised.get(approval["keyFingerprint"], "9999") <= time:
                raise Malformed(f"{what} of a plan with an approval by a key that others may have had")

    def on_attempt_started(self, entry, request):
        if entry["attempt"] in self.attempts:
            raise Malformed("this attempt was started before")
        self.attempts.add(entry["attempt"])
        job = self.job_of(entry, request)
        if job is None:
            return
        if job.state in ("settled", "running", "officer", "failed"):
            raise Malformed(f"an attempt begins at a job that is {job.state}")
        if entry["digest"] != job.plan.proposal["digest"]:
            raise Malformed("an attempt at another plan than the approved one")
        if entry["epoch"] != job.epoch + 1:
            raise Malformed(f"epoch {entry['epoch']}, where {job.epoch + 1} must follow")
        if job.plan.paused or job.plan.doubted:
            raise Malformed("an attempt begins while the plan is paused, or an approval of it in doubt")
        if (job.plan.stands_still or request.state == "withdrawn-partly") and not job.follow_up:
            raise Malformed("an attempt begins of a plan or request that was stopped")
        self.require_going_on(job, request, "an attempt begins")
        self.require_genuine(job, "an attempt begins")
        self.require_released(job, exact=False)
        for edge in job.document["dependsOn"]:
            other = job.plan.jobs[edge["job"]]
            if other.settled is None and (edge["kind"] == "settled" or not (other.told or self.waited(job, entry))):
                raise Malformed(f"an attempt begins before {edge['job']} has its outcome, or was told")
        if entry.at < job.plan.wait_until:
            raise Malformed(f"an attempt begins before {job.plan.wait_until}")
        if entry.at < (job.follow_up or {}).get("dueAt", ""):
            raise Malformed("a follow-up begins before it is due")
        job.epoch, job.state = entry["epoch"], "running"
        job.plan.begun = job.plan.begun or not job.follow_up

    def waited(self, job, entry):
        """Companies are told first, but nothing waits for them longer than three days."""
        return seconds_of(entry.at) - seconds_of(job.plan.began) >= 3 * 86_400

    def on_attempt_prepared(self, entry, request):
        job = self.running_job(entry, request)
        if job is None:
            return
        self.require_going_on(job, request, "an effect is prepared")
        stopped = job.plan.stands_still or request.state == "withdrawn-partly"
        if self.rules >= 4 and stopped and (job.plan.paused or job.plan.doubted or not job.follow_up):
            raise Malformed("an effect is prepared while the plan is paused, or after it was stopped")
        self.require_genuine(job, "an effect is prepared")
        self.require_released(job, exact=True)
        EffectCheck(job).run(entry["effects"])
        job.prepared, job.effect = True, entry["epoch"]

    def on_attempt_ended(self, entry, request):
        for name in ENDS_WITH.get(entry["end"], ()):
            if name not in entry.facts:
                raise Malformed(f"an attempt that ended as {entry['end']} without {name}")
        job = self.running_job(entry, request)
        if job:
            job.state, job.question = AFTER_END[entry["end"]], entry.get("question", {})
            if job.waits_for_package and job.verb != "export":
                raise Malformed("only an export waits for a package")
            if entry["end"] == "accepted":
                job.told = job.handed_over = True
            if self.takes_back(job, entry):
                job.effect = None
            self.done = entry.job if entry["end"] == "done" else None

    def takes_back(self, job, entry):
        """Whether this end of an attempt says that what was prepared is not there, or is counted as gone."""
        own = entry["epoch"] == job.effect
        if entry["end"] == "transient-failure":
            return own or entry["code"] == "still-there"
        if entry["end"] == "needs-officer":
            detail = job.question.get("detail")
            return detail == "still-there" or "proposed" in job.question or own and detail != "lost"
        return own and entry["end"] == "permanent-failure"

    def on_cancel_sent(self, entry, request):
        job = self.job_of(entry, request)
        if job is None:
            return
        if job.verb not in TELLS or job.cancel_sent or not job.handed_over and job.effect is None:
            raise Malformed("no company was told what is taken back, or that was taken back before")
        if job.outcome != "cancelled" and not (job.outcome == "unconfirmed" and job.was_stopped):
            raise Malformed("taken back, and the job was not stopped")
        job.cancel_sent = True

    def claims(self, entry):
        """Of a receipt that an entry names; None where there is none, or not here any more."""
        if ("receipt" in entry.facts) != ("key" in entry.facts):
            raise Malformed("a receipt and its key stand together")
        data = self.artifact(entry["receipt"]) if "receipt" in entry.facts else None
        if data is None:
            if "receipt" in entry.facts:
                self.doubt("receipts that are not here")
            return None
        self.receipts += 1
        return jws_claims(data, entry["key"])

    def company_claims(self, entry):
        claims = self.claims(entry)
        if claims is not None and (claims["request_id"], claims["job_id"]) != (entry.request, entry.job):
            raise Malformed("a receipt for another request or job")
        return claims

    def on_receipt_kept(self, entry, request):
        job, claims = self.running_job(entry, request), self.company_claims(entry)
        if job:
            if job.verb not in TELLS:
                raise Malformed("a receipt of a company, and the job tells none")
            job.receipt, job.no_receipt = claims, claims is None

    def on_callback_received(self, entry, request):
        job, claims = self.job_of(entry, request), self.company_claims(entry)
        if claims is not None and claims["status"].replace("_", "-") != entry["status"]:
            raise Malformed(f"its receipt says {claims['status']}")
        if job:
            if entry["late"] != (job.state == "settled"):
                raise Malformed("`late` does not say whether the job was settled already")
            if "receipt" in entry.facts and not entry["late"]:
                raise Malformed("only a late call names its receipt")

    def on_question_answered(self, entry, request):
        job = self.job_of(entry, request)
        if job is None:
            return
        if entry["answer"] == "retry":
            if job.state != "officer":
                raise Malformed("the job asks nothing")
            if job.verb == "export":
                if job.plan.exported(job.system, request.packages) is not None:
                    raise Malformed("collected anew after the package was delivered or waived")
                job.collected, job.plan.made = None, {}
            # The company knows nothing of it, and is told anew.
            job.handed_over = job.handed_over and entry["code"] != "refused-by-recipient"
            job.state = "open"
        elif entry["answer"] == "accept":
            if job.state != "officer":
                raise Malformed("the job asks nothing")
            if "record" in entry.facts:
                if not job.follow_up or entry.by in (None, job.plan.drafter):
                    raise Malformed("a record is accepted for no follow-up, or by who drafted the plan")
                job.record = entry["record"]
            job.state = "open"
        elif entry["answer"] == "except":
            self.require_terms(entry)
            self.remember_exception(entry, job.system)
            job.terms = entry.get("terms")

    def on_job_reopened(self, entry, request):
        job = self.job_of(entry, request)
        if job:
            if job.state != "failed":
                raise Malformed(f"the job is {job.state}, not failed")
            job.state = "open"

    def on_task_attested(self, entry, request):
        job = self.job_of(entry, request)
        self.decisions.append((entry.index, entry["text"], entry["signature"]))
        if entry.by is None:
            raise Malformed("an attestation by nobody")
        self.uncompromised(entry)
        values = self.signed(entry, entry.facts, "expunged-attestation/v1",
                             {"log": self.origin, "job": entry.job, "request": entry.request}, deciding=entry.job)
        if values is not None and entry["found"] != (values["done"] != "nothing-found"):
            raise Malformed("the signed text says otherwise about what was found")
        if job is None:
            return
        if job.state != "officer":
            raise Malformed("no task that waits for an attestation")
        if entry.by == job.plan.drafter:
            raise Malformed("who drafted the plan attests the task")
        if job.system in request.held and job.verb == "manual":
            raise Malformed(f"a task is attested while a hold keeps what {job.system} has")
        for earlier in job.attestations:
            if earlier.by == entry.by or earlier["keyFingerprint"] == entry["keyFingerprint"]:
                raise Malformed("the same person or the same key attests twice")
            if earlier["found"] != entry["found"]:
                raise Malformed("the first attestation says otherwise")
        job.attestations.append(entry)

    def on_job_settled(self, entry, request):
        job, outcome = self.job_of(entry, request), entry["outcome"]
        if job is None:
            return
        word = outcome["outcome"]
        if job.state == "settled":
            raise Malformed(f"the job has its outcome since entry {job.settled}")
        if job.state == "running":
            raise Malformed("an outcome while an attempt runs")
        if job.state == "done":
            if word in ("excepted", "cancelled", "exported"):
                raise Malformed(f"an attempt was done, and the outcome is {word}")
        elif word == "exported":
            if job.state not in (("open", "waiting", "failed", "officer") if outcome["waived"] else ("officer",)):
                raise Malformed(f"exported, and the export is {job.state}")
        elif word not in ("excepted", "cancelled") + WITHOUT_ATTEMPT.get(job.state, ()):
            raise Malformed(f"{word}, and no attempt was done")
        problem = outcome_problem(job, outcome, self.rules)
        if problem:
            raise Malformed(problem)
        if job.verb == "export":
            self.require_export_end(job, outcome, request)
        if word == "excepted":
            self.require_exception(job, entry)
        if word == "cancelled":
            self.require_cancellation(job, entry, request)
        job.settled, job.state, job.outcome, job.excepted_by = entry.index, "settled", word, entry.by
        job.was_stopped = bool(job.plan.stands_still) or request.taken_back
        self.settled += 1

    def require_exception(self, job, entry):
        ground = entry["outcome"]["ground"]
        if job.terms is not None and job.terms["ground"] != ground:
            raise Malformed("excepted on another ground than the answer before it gave")
        if self.rules < 5:
            return
        if job.terms is None:
            raise Malformed("excepted on a ground that no answer before it gave")
        self.require_second_person(job, entry)

    def require_cancellation(self, job, entry, request):
        """Rules 10: where nobody stopped the plan, somebody cancels, and never everything alone."""
        if self.rules < 10 or job.plan.state in ("halted", "withdrawn") or \
                request.state in ("withdrawn", "withdrawn-partly"):
            return
        if entry.by is None:
            raise Malformed("cancelled by nobody, and its plan goes on")
        self.require_second_person(job, entry)

    def require_second_person(self, job, entry):
        # A copy that was given and a backup that ages say nothing about what goes.
        aside = ("export", "tag-expiry") if self.rules >= 10 else ()
        others = [other for other in job.plan.jobs.values()
                  if other is not job and not other.follow_up and other.verb not in aside]
        left = ("excepted", "cancelled") if self.rules >= 10 else ("excepted",)
        if not job.follow_up and all(other.outcome in left for other in others):
            first = {other.excepted_by for other in others} if others else {job.plan.drafter}
            if entry.by is None or first == {entry.by}:
                raise Malformed("one person alone excepts or cancels everything of the request")


# --- plans and outcomes -----------------------------------------------------------------------------------------------


def leaves_everything(plan):
    """Something stays by a decision, and no row goes, now or later."""
    if "decisions" not in plan or any(going(count) for job in plan["jobs"] for count in job["counts"]):
        return False
    return any("rejected" in line for line in plan["decisions"]) or any(job["leftOut"] for job in plan["jobs"])


def going(count):
    return sum(count.get(name, 0) for name in ("erase", "reduce", "anonymised", "restricted"))


GROUNDS = "(art17-1-a|art17-1-b|art17-1-c|art17-1-d|art17-1-e|art17-1-f)"
# What of a plan this program reads; a plan has more, which it does not look at.
PLAN_FORM = {
    "PLAN": "plan:p- request:r- log:text drafter:u- findings:digest register:digest practice:bool v:number"
            " margin:{MARGIN} coverage:[{COVERAGE}] jobs:[{JOB}] decisions?:[{DECISION}] ground:" + GROUNDS,
    "DECISION": "system:code category:code datasets?:[text] rejected?:{REJECTION} by:u- ground:" + GROUNDS,
    "MARGIN": "percent:number least:number",
    "COVERAGE": "system:code role:code jobs:[j-] notApplicable?:(other-capacity|not-restored|nothing-found|no-data-yet"
                "|told-through-successor|ceased-nobody-to-tell|ground-rejected|erasure-not-asked)",
    "ANONYMISE": "keepColumns:[text] groupSize:number noKeySurvives:{SAID} logsIncluded:{SAID} methodApproved:{SAID}"
                 " linkability?:{SAID}",
    "SAID": "saidBy:text on:day",
    "JOB": "job:j- system:code verb:(" + "|".join(VERBS) + ") counts:[{COUNT}] dependsOn:[{EDGE}] leftOut:[{LEFT}]"
           " followUp?:{FOLLOW} record?:digest contract?:text anonymise?:any export?:{EXPORT}",
    "EXPORT": "packages:[(portability|access)] datasets:[{EXPORTED_ROWS}]",
    "EXPORTED_ROWS": "dataset:text rows:number portability:[text] thirdParty?:[text] withheld?:[text]",
    "COUNT": "dataset:text isRoot:bool erase:number reduce:number kept:[{KEPT}] anonymised?:number minimised?:number"
             " restricted?:number",
    "EDGE": "job:j- kind:(settled|handed-over)",
    "LEFT": "dataset:text count:number",
    "FOLLOW": "of:j- rule?:text due?:day dueAt?:time conditional?:bool",
}
OBJECT_SHAPES.update(shapes("\n".join(f"{name} | {facts}" for name, facts in PLAN_FORM.items())))


class PlanCheck:
    def __init__(self, document, entry, origin, request):
        self.document, self.entry, self.origin, self.request = document, entry, origin, request

    def run(self):
        document, entry = self.document, self.entry
        Shape().object(OBJECT_SHAPES["PLAN"][1], document, "plan")
        jobs = document["jobs"]
        wanted = {"v": 1, "plan": entry.plan, "request": self.request, "log": self.origin, "drafter": entry.by,
                  "findings": entry["findings"]}
        for name, value in wanted.items():
            if document[name] != value:
                raise Malformed(f"the plan's `{name}` is {document[name]!r}, not {value!r}")
        if len(jobs) != entry["jobs"]:
            raise Malformed(f"the plan has {len(jobs)} jobs, the entry says {entry['jobs']}")
        references = {job["job"] for job in jobs}
        covered = [job for one in document["coverage"] for job in one["jobs"]]
        if len(references) != len(jobs) or sorted(covered) != sorted(references):
            raise Malformed("the plan has a job twice, or does not show each once under a system")
        if not 0 <= document["margin"]["percent"] <= 1000 or not 0 <= document["margin"]["least"] <= 1_000_000:
            raise Malformed("the plan's margin is none")
        exports = {job["job"] for job in jobs if job["verb"] == "export"}
        for job in jobs:
            self.job(job, references)
            self.export(job, exports)

    def export(self, job, exports):
        if (job["verb"] == "export") != ("export" in job):
            raise Malformed(f"{job['job']} of the plan is half an export")
        if "export" in job and (job["counts"] or not job["export"]["packages"]):
            raise Malformed(f"{job['job']} of the plan exports for no package, or erases")
        settled = {edge["job"] for edge in job["dependsOn"] if edge["kind"] == "settled"}
        if job["verb"] in WAITS_FOR_EXPORTS and not exports <= settled:
            raise Malformed(f"{job['job']} of the plan begins before the person has what he takes along")

    def job(self, job, references):
        if (job["verb"] in ("erase-kept", "confirm-expiry")) != ("followUp" in job):
            raise Malformed(f"{job['job']} of the plan is half a follow-up")
        others = [edge["job"] for edge in job["dependsOn"]] + ([job["followUp"]["of"]] if "followUp" in job else [])
        if not references.issuperset(others) or job["job"] in others:
            raise Malformed(f"{job['job']} of the plan waits for a job that is not in it")
        datasets = [count["dataset"] for count in job["counts"]]
        if len(datasets) != len(set(datasets)):
            raise Malformed(f"{job['job']} of the plan counts a dataset twice")
        for count in job["counts"]:
            if not all(0 <= number <= MOST_ROWS for number in numbers_of(count)):
                raise Malformed(f"{job['job']} of the plan has impossible counts")
        anonymise = job.get("anonymise", {})
        if not isinstance(anonymise, dict) or (anonymise and job["verb"] != "erase"):
            raise Malformed(f"{job['job']} of the plan anonymises and does not erase")
        if any(count.get("anonymised") and count["dataset"] not in anonymise for count in job["counts"]):
            raise Malformed(f"{job['job']} of the plan anonymises a dataset without its conditions")
        for dataset, how in sorted(anonymise.items()):
            Shape().object(OBJECT_SHAPES["ANONYMISE"][1], how, f"plan.jobs.anonymise.{dataset}")
            if how["groupSize"] < 2:
                raise Malformed(f"{job['job']} of the plan anonymises {dataset} in groups of one")
            if how["noKeySurvives"]["saidBy"] == how["methodApproved"]["saidBy"]:
                raise Malformed(f"{job['job']} of the plan anonymises {dataset} by a method that nobody else approved")


class DecisionCheck:
    """On which ground each kind of data goes: as it was decided, and nothing of what was rejected."""

    def __init__(self, plan, request):
        self.plan, self.request, self.lines = plan, request, plan["decisions"]

    def run(self, rules):
        names = [(line["system"], line["category"]) for line in self.lines]
        if len(names) != len(set(names)):
            raise Malformed("the plan decides twice about a kind of data")
        for name, line in zip(names, self.lines):
            said = (line["ground"], line.get("rejected"), line["by"])
            people = (self.request.confirmed_by, self.plan["drafter"])
            decided = self.request.decisions.get(name)
            if decided is not None and said != decided:
                raise Malformed(f"the plan says otherwise about {name[1]} in {name[0]} than what was decided")
            if decided is None and (said[:2] != (self.plan["ground"], None) or line["by"] not in people):
                raise Malformed(f"nobody decided what the plan says about {name[1]} in {name[0]}")
            if "rejected" in line:
                self.nothing_goes(line)
        systems = {line["system"] for line in self.lines}
        for job in self.plan["jobs"]:
            if "followUp" not in job and job["verb"] not in ("tag-expiry", "export")\
                    and job["system"] not in systems:
                raise Malformed(f"the plan says on which ground for nothing in {job['system']}")
            if rules >= 8 and job["verb"] not in ("tag-expiry", "confirm-expiry", "export"):
                self.adds_up(job)

    def adds_up(self, job):
        for count in job["counts"]:
            if not count["isRoot"] or not going(count):
                continue
            own = [line for line in self.lines if line["system"] == job["system"]
                   and count["dataset"] in line.get("datasets", [count["dataset"]])]
            if len(own) != 1 or "rejected" in own[0]:
                raise Malformed(f"the plan erases {count['dataset']} in {job['system']}, and not on the ground of "
                                "exactly one line")

    def nothing_goes(self, line):
        for job in self.plan["jobs"]:
            if job["system"] != line["system"] or job["verb"] in ("tag-expiry", "confirm-expiry", "export"):
                continue
            if "datasets" not in line or any(
                    count["isRoot"] and going(count) and count["dataset"] in line["datasets"]
                    for count in job["counts"]):
                raise Malformed(f"the plan erases {line['category']} in {line['system']}, whose ground was rejected")


def numbers_of(count):
    found = [value for value in count.values() if isinstance(value, int) and not isinstance(value, bool)]
    return found + [kept["count"] for kept in count["kept"]]


class EffectCheck:
    """No more goes than was approved: root records exactly, dependent rows with the plan's margin."""

    def __init__(self, job):
        self.job, self.plan = job, job.plan.document

    def limit(self, approved):
        percent, least = self.plan["margin"]["percent"], self.plan["margin"]["least"]
        return approved + max(least, -(-approved * percent // 100))

    def run(self, effects):
        datasets = [effect["dataset"] for effect in effects]
        if len(datasets) != len(set(datasets)):
            raise Malformed("a dataset is counted twice")
        for effect in effects:
            if not all(0 <= number <= MOST_ROWS for number in numbers_of(effect)):
                raise Malformed(f"impossible counts in {effect['dataset']}")
            if self.job.changes_system:
                self.effect(effect)

    def effect(self, effect):
        name = effect["dataset"]
        counted = next((one for one in self.job.document["counts"] if one["dataset"] == name), None)
        approved = going(counted) if counted else 0
        most = approved if counted and counted["isRoot"] else self.limit(approved)
        gone = sum(effect.get(part, 0) for part in ("erased", "reduced", "anonymised", "restricted"))
        if gone > most:
            raise Malformed(f"{gone} rows of {name} go, at most {most} were approved")
        if gone > effect["found"]:
            raise Malformed(f"more rows of {name} go than were found")
        if "anonymised" in effect and name not in self.job.document.get("anonymise", {}):
            raise Malformed(f"rows of {name} are anonymised, which the plan does not say")
        if effect.get("minimised", 0) > self.limit((counted or {}).get("minimised", 0)):
            raise Malformed(f"more kept rows of {name} are minimised than were approved")
        if counted and "restricted" in counted and not counted["erase"] and effect["erased"]:
            raise Malformed(f"rows of {name} are called erased that the plan only takes out of use")
        if counted and "restricted" not in counted and counted["erase"] and "restricted" in effect:
            raise Malformed(f"rows of {name} are taken out of use that the plan erases")
        kept = sum(one["count"] for one in counted["kept"]) if counted else 0
        if effect["approved"] not in (counted["erase"] if counted else 0, approved, approved + kept):
            raise Malformed(f"{effect['approved']} rows of {name} are said to be approved; the plan has {approved}")
        for one in effect["kept"] if self.job.verb == "erase" else ():
            if one["count"] and not any(self.follows(job, one) for job in self.plan["jobs"]):
                raise Malformed(f"rows of {name} are kept until {one['until']}, and no follow-up comes then")

    def follows(self, job, kept):
        follow_up = job.get("followUp", {})
        return (follow_up.get("of") == self.job.document["job"] and follow_up.get("rule") == kept["rule"]
                and follow_up.get("due") == kept["until"]
                and follow_up.get("conditional", False) == kept.get("conditional", False))


def may_end(verb, word, voucher, seen):
    """Which outcomes a job of this verb may have, and who may vouch for them."""
    if word == "exported" or verb == "export":
        return verb == "export" and word in ("exported", "cancelled")
    if word in ("excepted", "cancelled"):
        return True
    if word in ("erased", "nothing-found"):
        if verb in ("erase", "erase-kept"):
            return voucher == "us" and seen not in ("attestation", "setting")
        if verb == "confirm-expiry":
            return voucher == ("person" if seen == "attestation" else "us") and seen != "setting"
        if verb in TELLS:
            return voucher in ("recipient-signed", "recipient-unsigned")
        if verb == "manual":
            return voucher == "person" and seen == "attestation"
        return word == "nothing-found" and voucher == "us"
    if word in ("anonymised", "restricted"):
        return verb in ("erase", "erase-kept") and voucher == "us"
    if word == "notified":
        return verb in TELLS and voucher != "person"
    if word == "unconfirmed":
        return verb in TELLS + ("confirm-expiry",)
    return word == "expiry-tagged" and verb == "tag-expiry"


def outcome_problem(job, outcome, rules):
    """The first thing of an outcome that cannot be that of its job; None where it can."""
    word, receipt = outcome["outcome"], outcome.get("receipt")
    verification = receipt["verification"] if receipt else {}
    voucher, seen = verification.get("voucher", outcome.get("voucher", "us")), verification.get("seen")
    if not may_end(job.verb, word, voucher, seen):
        return f"a job to {job.verb} cannot end as {word}, vouched for by {voucher}"
    if voucher == "recipient-signed" and job.receipt is None and not job.no_receipt:
        return "signed by the recipient, and no receipt was kept"
    if receipt is None:
        if voucher == "recipient-signed" and job.receipt is not None:
            return f"{word} says more than the receipt: {job.receipt['status']}"
        return None
    if any(going(count) or count.get("minimised") for count in verification["remaining"]):
        return "something remains, and the outcome says that it is done"
    EffectCheck(job).run(receipt["effects"])
    rows = {name: sum(effect.get(name, 0) for effect in receipt["effects"])
            for name in ("erased", "reduced", "anonymised", "restricted", "minimised")}
    gone = rows["erased"] + rows["reduced"]
    if rows["restricted"] and word != "restricted" or not rows["restricted"] and word == "restricted":
        return f"{rows['restricted']} rows were only taken out of use, and the outcome is {word}"
    if word != "restricted" and bool(rows["anonymised"]) != (word == "anonymised"):
        return f"{rows['anonymised']} rows were anonymised, and the outcome is {word}"
    if word == "nothing-found" and any(rows.values()):
        return "nothing found, and rows went or were changed"
    if word == "erased" and not gone + rows["minimised"] and job.verb not in TELLS:
        return "erased, and no row was"
    storage = verification.get("storage")
    if storage and (storage["level"] != "removed" or "checks" in storage):
        if (voucher, seen) != ("us", "second-look") or not job.changes_system or not any(rows.values()):
            return "it speaks of files of a system that was not looked into, or where no row went"
    if rules >= 2 and gone and not job.prepared and job.changes_system:
        return "rows are gone, and no attempt.prepared said so before"
    if seen == "attestation":
        if len(job.attestations) < 2 or any(one["found"] != (word == "erased") for one in job.attestations):
            return "a task by hand is settled by two attestations that say the same as the outcome"
    if voucher == "recipient-signed" and job.receipt is not None:
        return receipt_problem(job.receipt, word, rows["erased"], sum(one["count"] for one in verification["kept"]))
    return None


def receipt_problem(claims, word, erased, kept):
    status, said = claims["status"], claims.get("records_erased")
    good = False
    if status in ("completed", "completed_with_retention"):
        good = word == ("nothing-found" if said == 0 else "erased") and erased == (said or 0) and \
            kept == (0 if status == "completed" else len(claims.get("retained", [])))
    elif status == "no_match":
        good = word == "nothing-found" and not erased and not kept
    return None if good else f"the outcome says something else than the company's receipt, {status}"


ADDRESS = re.compile(rb"[0-9A-Za-z\x80-\xff._+%-]@[0-9A-Za-z\x80-\xff]")


def refuse_address(data):
    match = ADDRESS.search(data)
    if match:
        raise Malformed(f"something like an e-mail address stands in it, at byte {match.start() + 1}")


# --- folders ----------------------------------------------------------------------------------------------------------


class Folder:
    """The files of a folder by their path with `/`; no links are followed, nothing outside is read."""

    def __init__(self, root):
        self.root, self.sizes = root, {}
        # A log that is being written puts its checkpoint last: read first, all that it covers is there.
        self.checkpoint = None
        path = os.path.join(root, "checkpoint")
        if os.path.lexists(path) and stat.S_ISREG(os.lstat(path).st_mode):
            self.checkpoint = read_file(path, LARGEST_NOTE)
        waiting, seen = [""], 0
        while waiting:
            prefix = waiting.pop()
            for item in self.scanned(prefix):
                seen += 1
                if seen > MOST_FILES:
                    raise Unusable(f"more than {MOST_FILES} files")
                path = prefix + item.name
                try:
                    info = item.stat(follow_symlinks=False)
                except OSError as error:
                    raise Unusable(f"cannot look at {path}: {error.strerror}") from None
                # 0x400: what Windows calls a reparse point, a link of any kind.
                if stat.S_ISLNK(info.st_mode) or getattr(info, "st_file_attributes", 0) & 0x400:
                    raise Wrong(path, "a link, where only files and folders belong")
                if stat.S_ISDIR(info.st_mode):
                    if path.count("/") > 16:
                        raise Wrong(path, "a folder nested too deep")
                    waiting.append(path + "/")
                elif stat.S_ISREG(info.st_mode):
                    self.sizes[path] = info.st_size
                else:
                    raise Wrong(path, "neither a file nor a folder")

    def scanned(self, prefix):
        try:
            with os.scandir(os.path.join(self.root, *prefix.split("/")) if prefix else self.root) as items:
                return sorted(items, key=lambda item: item.name)
        except OSError as error:
            raise Unusable(f"cannot read the folder {prefix or self.root}: {error.strerror}") from None

    def __contains__(self, path):
        return path in self.sizes

    def read(self, path, most):
        if path not in self.sizes:
            raise Wrong(path, "the file is absent")
        if self.sizes[path] > most:
            raise Wrong(path, f"the file has {self.sizes[path]} bytes, more than {most}")
        if path == "checkpoint" and self.checkpoint is not None:
            return self.checkpoint
        return read_file(os.path.join(self.root, *path.split("/")), most)


def read_file(path, most):
    try:
        with open(path, "rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        raise Unusable(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > most:
        raise Unusable(f"{path} has more than {most} bytes")
    return data


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


ARTIFACT_PATH = re.compile("artifacts/sha256/([0-9a-f]{64})")


class Artifacts:
    """Bytes by digest, which is computed each time a file is read."""

    def __init__(self, folder):
        self.folder, self.paths = folder, {}
        for path in sorted(folder.sizes):
            match = ARTIFACT_PATH.fullmatch(path)
            if match:
                digest = "sha256:" + match.group(1)
                self.paths[digest] = path
                self(digest)
            elif path.startswith("artifacts/") and not unfinished(path):
                raise Wrong(path, "no name of an artifact")

    def compare(self, replay, ahead=()):
        """Nobody is named in them but in the organisation's own configuration, and an entry names each."""
        for digest, path in sorted(self.paths.items(), key=lambda item: item[1]):
            if digest not in replay.named and digest not in ahead:
                raise Wrong(path, "no entry names it")
            if digest not in replay.configuration:
                in_file(path, refuse_address, self(digest))

    def add(self, path):
        self.paths.setdefault(digest_of(self.folder.read(path, LARGEST_ARTIFACT)), path)

    def __call__(self, digest):
        if digest not in self.paths:
            return None
        path = self.paths[digest]
        data = self.folder.read(path, LARGEST_ARTIFACT)
        if digest_of(data) != digest:
            raise Wrong(path, "its content is not what its name says")
        return data


def at_entry(index, action, *arguments):
    """Runs a check of one entry, and names the entry when it fails."""
    try:
        return action(*arguments)
    except Malformed as problem:
        raise Wrong(f"entry {index}", str(problem)) from None


def in_file(path, action, *arguments):
    try:
        return action(*arguments)
    except Malformed as problem:
        raise Wrong(path, str(problem)) from None


# --- a log folder -----------------------------------------------------------------------------------------------------


def tile_number(n):
    parts = [f"{n % 1000:03d}"]
    while n >= 1000:
        n //= 1000
        parts.insert(0, f"x{n % 1000:03d}")
    return "/".join(parts)


TILE_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


def tile_of(path):
    """(level or "entries", number, width) of a path; Malformed when it is no tile's only name."""
    match = TILE_PATH.fullmatch(path)
    if not match:
        raise Malformed("no name of a tile")
    number = int(match.group(2).replace("x", "").replace("/", ""))
    width = int(match.group(3) or 256)
    if tile_number(number) != match.group(2) or (match.group(3) and width > 255):
        raise Malformed("no name of a tile")
    return match.group(1), number, width


class Cut(Malformed):
    def __init__(self, why, whole):
        super().__init__(why)
        self.whole = whole


def split_entries(data):
    """The entries of a bundle of entries; Malformed where it is cut off within one."""
    found, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at:at + 2], "big")
        if at + 2 + size > len(data):
            raise Cut(f"cut off in its entry {len(found)}", len(found))
        found.append(data[at + 2:at + 2 + size])
        at += 2 + size
    return found


def unfinished(path):
    """A file of the log that the publisher had not renamed to its own name yet."""
    return path.endswith(".tmp") and bool(
        path[:-4] in BESIDE_TILES or TILE_PATH.fullmatch(path[:-4]) or ARTIFACT_PATH.fullmatch(path[:-4]))


BESIDE_TILES = ("checkpoint", "checkpoint.tsr", "tsa/ca.pem")


class LogFolder:
    def __init__(self, folder, trust, signers, olds, say):
        self.folder, self.trust, self.say = folder, trust, say
        self.checkpoint = in_file("checkpoint", Checkpoint, folder.read("checkpoint", LARGEST_NOTE), trust)
        self.tiles = {}
        # What is not signed yet, and the digests in it.
        self.ahead, self.named_ahead = [], set()
        for path in sorted(folder.sizes):
            if path.startswith("tile/") and not unfinished(path):
                level, number, width = in_file(path, tile_of, path)
                self.tiles.setdefault((level, number), []).append((width, path))
            elif path not in BESIDE_TILES and not path.startswith("artifacts/") and not unfinished(path):
                raise Wrong(path, "a file that does not belong into a log folder")
        self.olds, self.signers = olds, signers
        self.leaves = []

    def entry_tiles(self):
        """(number, entries) of every tile of entries that the checkpoint covers."""
        size = self.checkpoint.size
        for number in range((size + 255) // 256):
            width = min(256, size - number * 256)
            yield number, self.whole_tile("entries", number, width, size)

    def whole_tile(self, level, number, width, size):
        """The tile at the checkpoint's width; where only longer ones are there, their beginning. The others are
        compared with it."""
        found = sorted(self.tiles.get((level, number), []))
        long_enough = [path for one, path in found if one >= width]
        if not long_enough:
            path = f"tile/{level}/{tile_number(number)}" + (f".p/{width}" if width < 256 else "")
            first = number * 256 if level == "entries" else number * 256 ** (int(level) + 1)
            raise Wrong(path, f"it is absent, and the checkpoint of {size} entries needs it, from entry {first} on")
        return long_enough[0]

    def verify(self, each=None):
        """`each` gets every entry that may stand where it stands."""
        size = self.checkpoint.size
        if not size:
            raise Wrong("checkpoint", "the log has no entries")
        for number, path in self.entry_tiles():
            entries = self.entries_of(number, path)
            self.leaves.extend(leaf_hash(entry) for entry in entries)
        if tree_root(self.leaves) != self.checkpoint.root:
            self.find_changed_entry()
        self.compare_hash_tiles()
        self.say(f"{size} entries hash to the root that the log's key signed; every tile agrees with them")
        for path, old in self.olds:
            if old.size > size:
                raise Wrong("checkpoint", f"the log has {size} entries, and had {old.size} when {path} was signed: "
                            "its tail was cut off")
            if tree_root(self.leaves[:old.size]) != old.root:
                raise Wrong("checkpoint", f"the first {old.size} entries are not those that {path} covers: "
                            "the log was rewritten")
            self.say(f"the first {old.size} entries are those that {path} covers")
        artifacts = Artifacts(self.folder)
        self.say(f"{len(artifacts.paths)} artifacts are what their names say")
        replay = Replay(self.checkpoint.origin, self.trust.keys, self.signers, artifacts, whole=True)
        for number, path in self.entry_tiles():
            for offset, data in enumerate(self.entries_of(number, path)):
                index = number * 256 + offset
                if leaf_hash(data) != self.leaves[index]:
                    raise Wrong(f"entry {index}", "it changed while it was read")
                entry = at_entry(index, Entry, index, data)
                at_entry(index, replay.take, entry, data, self.leaves[index])
                if each:
                    each(entry)
        absent = at_entry(size - 1, replay.finish)
        replay.require_keys(self.checkpoint.signing)
        if absent:
            raise Wrong(f"entry {absent[0]}", absent[1])
        artifacts.compare(replay, self.named_ahead)
        return replay, artifacts

    def find_changed_entry(self):
        """The entries do not have the signed root: names the first whose hash the tiles know otherwise."""
        for number in range((len(self.leaves) + 255) // 256):
            known = self.leaves[number * 256:(number + 1) * 256]
            for width, path in sorted(self.tiles.get(("0", number), []), reverse=True):
                data = self.folder.read(path, 8192)
                for i in range(min(width, len(known), len(data) // 32)):
                    if data[32 * i:32 * i + 32] != known[i]:
                        raise Wrong(f"entry {number * 256 + i}", f"it is not the entry whose hash {path} holds")
        raise Wrong("checkpoint", "the root over the entries is another than the one that the log's key signed: "
                    "entries were changed, left out or put in after signing")

    def entries_of(self, number, path):
        """The entries of a tile that the checkpoint covers."""
        data = self.folder.read(path, LARGEST_TILE)
        width = tile_of(path)[2]
        try:
            entries = split_entries(data)
        except Cut as cut:
            raise Wrong(f"entry {number * 256 + cut.whole}", f"{path} is {cut}") from None
        if len(entries) != width:
            raise Wrong(f"entry {number * 256 + min(len(entries), width)}",
                        f"{path} holds {len(entries)} entries, not {width}")
        wanted = min(256, self.checkpoint.size - number * 256)
        return entries[:wanted]

    def compare_hash_tiles(self):
        size, level, hashes = self.checkpoint.size, 0, self.leaves
        levels = {"entries"}
        while hashes:
            levels.add(str(level))
            for number in range((len(hashes) + 255) // 256):
                known = hashes[number * 256:(number + 1) * 256]
                self.whole_tile(str(level), number, len(known), size)
                for width, path in self.tiles[(str(level), number)]:
                    data = self.folder.read(path, 8192)
                    if len(data) != 32 * width:
                        raise Wrong(path, f"{len(data)} bytes instead of {32 * width}")
                    for i in range(min(width, len(known))):
                        if data[32 * i:32 * i + 32] != known[i]:
                            raise Wrong(path, f"hash {i} is not that of the entries from "
                                        f"{(number * 256 + i) * 256 ** level} on")
                    if width > len(known):
                        self.ahead.append(path)
            for number in range((len(hashes) + 255) // 256) if level == 0 else ():
                self.compare_entry_tiles(number)
            hashes = [tree_root(hashes[i:i + 256]) for i in range(0, len(hashes) // 256 * 256, 256)]
            level += 1
        for (name, number), found in self.tiles.items():
            count = -(-size // 256 ** (1 if name == "entries" else int(name) + 1))
            if name not in levels or number >= count:
                for _, path in found:
                    self.is_ahead(path, self.folder.read(path, LARGEST_TILE))

    def compare_entry_tiles(self, number):
        found = sorted(self.tiles[("entries", number)])
        longest = self.folder.read(found[-1][1], LARGEST_TILE)
        for width, path in found:
            data = self.folder.read(path, LARGEST_TILE)
            if not longest.startswith(data):
                at = next((i for i, (a, b) in enumerate(zip(data, longest)) if a != b), len(longest))
                raise Wrong(path, f"it is no beginning of {found[-1][1]}: they differ at byte {at}")
            if len(in_file(path, split_entries, data)) != width:
                raise Wrong(path, f"it does not hold {width} entries")
            if number * 256 + width > self.checkpoint.size:
                self.is_ahead(path, data)

    def is_ahead(self, path, data):
        self.ahead.append(path)
        self.named_ahead.update(DIGEST.findall(data.decode("latin-1")))


# --- the bundle of one request ----------------------------------------------------------------------------------------

ENDS_WITH_REPORT = ("request.concluded", "request.ended")
BUNDLE_PATH = re.compile(
    r"README\.txt|index\.html|verify\.py|policy|checkpoint|checkpoint\.tsr|tsa/ca\.pem|report\.txt|artifacts/sha256/[0-9a-f]{64}"
    r"|entries/(?:0|[1-9][0-9]{0,17})\.json|proofs/(?:0|[1-9][0-9]{0,17})\.tlog-proof"
    r"|consistency/(?:0|[1-9][0-9]{0,17})-(?:0|[1-9][0-9]{0,17})|approvals/[1-9][0-9]{0,8}\.(?:txt|sig)", re.ASCII)


class Bundle:
    def __init__(self, folder, trust, signers, olds, say, doubt, alone=True):
        self.folder, self.trust, self.signers, self.olds = folder, trust, signers, olds
        # Whether the log that it is of does not lie beside it.
        self.say, self.doubt, self.alone = say, doubt, alone
        self.checkpoint = in_file("checkpoint", Checkpoint, folder.read("checkpoint", LARGEST_NOTE), trust)
        for path in sorted(folder.sizes):
            if not BUNDLE_PATH.fullmatch(path):
                raise Wrong(path, "a file that does not belong into a bundle")
        for path in ("README.txt", "policy"):
            if path not in folder:
                raise Wrong(path, "the file is absent, and belongs into every bundle")

    def named(self, pattern):
        return [(match, path) for path in sorted(self.folder.sizes)
                for match in [re.fullmatch(pattern, path, re.ASCII)] if match]

    def verify(self):
        found = {int(match.group(1)): path for match, path in self.named(r"entries/(\d+)\.json")}
        proofs = {int(match.group(1)): path for match, path in self.named(r"proofs/(\d+)\.tlog-proof")}
        if 0 not in found:
            raise Wrong("entry 0", "the log's first entry, which names log and key, is absent")
        for index in sorted(set(found) ^ set(proofs)):
            raise Wrong(f"entry {index}", "the entry has no proof" if index in found else "a proof without its entry")
        self.indexes = set(found)
        leaves, texts = {}, {}
        for index in sorted(found):
            data = texts[index] = self.folder.read(found[index], LARGEST_ENTRY)
            leaves[index] = leaf_hash(data)
            at_entry(index, self.prove, index, leaves[index], proofs[index])
        self.say(f"{len(found)} entries are in the tree of {self.checkpoint.size} that the log's key signed")
        self.compare_old()
        self.compare_policy()
        artifacts = Artifacts(self.folder)
        for path in sorted(self.folder.sizes):
            if path.startswith("approvals/") or path == "report.txt":
                artifacts.add(path)
        replay = Replay(self.checkpoint.origin, self.trust.keys, self.signers, artifacts, whole=False)
        entries = []
        for index in sorted(found):
            entry = at_entry(index, Entry, index, texts[index])
            at_entry(index, replay.take, entry, texts[index], leaves[index])
            entries.append(entry)
        absent = at_entry(entries[-1].index, replay.finish)
        if absent:
            raise Wrong(f"entry {absent[0]}", absent[1])
        if replay.strays:
            raise Wrong(f"entry {replay.strays[0]}", "an entry of no request, in the bundle of one")
        if len(replay.requests) != 1:
            raise Wrong("entries", f"they are of {len(replay.requests)} requests, not of one")
        self.compare_decisions(replay)
        artifacts.compare(replay)
        self.compare_report(entries)
        request = next(iter(replay.requests.values()))
        if self.alone and request.state != "ended":
            last = "no entry lists them yet" if request.conclusion is None else "those behind its conclusion"
            self.doubt(f"whether every entry of the request is here: the request has not ended; {last}")
        if "index.html" in self.folder:
            self.doubt("index.html: expunge-audit makes it again")
        if self.alone:
            self.doubt("what only the whole log shows: other requests' numbers, releases of systems, tests of companies, "
                       "stops of all work, the daemon's clock")
        return replay, artifacts

    def compare_decisions(self, replay):
        """approvals/<n> are the signed texts and their signatures, in the order of the entries that name them."""
        wanted = {}
        for number, (index, text, signature) in enumerate(replay.decisions, 1):
            wanted[f"approvals/{number}.txt"] = (index, text)
            wanted[f"approvals/{number}.sig"] = (index, signature)
        for _, path in self.named("approvals/.*"):
            if path not in wanted:
                raise Wrong(path, "no entry names this decision")
            if digest_of(self.folder.read(path, LARGEST_ARTIFACT)) != wanted[path][1]:
                raise Wrong(path, f"it is not what entry {wanted[path][0]} names")
        for path, (index, _) in wanted.items():
            if path not in self.folder:
                raise Wrong(f"entry {index}", f"{path}, which it names, is absent")

    def compare_report(self, entries):
        """report.txt is the newest report that an entry names, or that of the conclusion."""
        reports = [(entry.index, entry["report"]) for entry in entries if entry.kind in ENDS_WITH_REPORT]
        if "report.txt" not in self.folder:
            if reports:
                raise Wrong(f"entry {reports[-1][0]}", "report.txt, which it names, is absent")
            return
        digest = digest_of(self.folder.read("report.txt", LARGEST_ARTIFACT))
        if digest not in [one for _, one in reports]:
            raise Wrong("report.txt", f"it is not the report that entry {reports[-1][0]} names" if reports
                        else "no entry names a report")
        if digest != reports[-1][1]:
            self.doubt(f"report.txt is an earlier report than that of entry {reports[-1][0]}, among artifacts/")

    def prove(self, index, leaf, path):
        said, hashes, note = proof_of(self.folder.read(path, 2 * LARGEST_NOTE))
        if said != index:
            raise Malformed(f"{path} is a proof of entry {said}")
        if note != self.checkpoint.note:
            raise Malformed(f"{path} is a proof against another checkpoint")
        if inclusion_root(index, self.checkpoint.size, leaf, hashes) != self.checkpoint.root:
            raise Malformed(f"{path} does not lead from the entry to the signed root")

    def compare_old(self):
        for match, path in self.named(r"consistency/\d+-(\d+)"):
            if int(match.group(1)) != self.checkpoint.size:
                raise Wrong(path, "it is not about the bundle's checkpoint")
        for path, old in self.olds:
            new = self.checkpoint
            if old.size > new.size:
                raise Wrong("checkpoint", f"the log has {new.size} entries, and had {old.size} when {path} was signed")
            name = f"consistency/{old.size}-{new.size}"
            if old.size not in (0, new.size) and name not in self.folder:
                self.doubt(f"that the log goes on from {path}: the bundle has no {name}")
                continue
            lines = []
            if name in self.folder:
                text = in_file(name, text_of, self.folder.read(name, 1 << 16))
                lines = [in_file(name, hash_of, line) for line in text.split("\n")[:-1]]
            if old.size == 0:
                if old.root != sha256(b""):
                    raise Wrong("checkpoint", f"{path} has another root than that of an empty log")
            elif not consistency_holds(old.size, new.size, old.root, new.root, lines):
                raise Wrong(name if name in self.folder else "checkpoint",
                            f"the log does not go on from {path}: it was rewritten")
            self.say(f"the log goes on from {path}")

    def compare_policy(self):
        """The auditor's own trust is used whatever it says; but what it says must read."""
        policy = in_file("policy", policy_of, self.folder.read("policy", LARGEST_NOTE))
        if {key.text for key in policy.keys} != {key.text for key in self.trust.keys} or \
                {key.text for key in policy.witnesses.values()} != \
                {key.text for key in self.trust.witnesses.values()}:
            self.doubt("policy: the one in the bundle trusts other keys or witnesses than you; yours were used")


def policy_of(data):
    """The trust that a C2SP tlog-policy says."""
    logs, names, members, keys, quorum, witnesses, groups = [], set(), set(), set(), None, {}, []
    for line in text_of(data).split("\n"):
        parts = line.split()
        if not parts or parts[0].startswith("#"):
            continue
        if parts[0] == "log" and len(parts) in (2, 3):
            logs.append(VerifierKey(parts[1]))
            fresh = [parts[1].split("+", 2)[2]]
        elif parts[0] == "witness" and len(parts) in (3, 4) and parts[1] not in names:
            fresh = [parts[2].split("+", 2)[-1]]
            names.add(parts[1])
            # Other kinds of cosignatures are known by name only, and never count.
            if base64_of(fresh[0])[:1] == b"\x04":
                witnesses[parts[1]] = VerifierKey(parts[2], kind=4)
        elif parts[0] == "group" and len(parts) > 3 and parts[1] not in names and \
                names.issuperset(parts[3:]) and not members.intersection(parts[3:]):
            count = {"any": 1, "all": len(parts) - 3}.get(parts[2]) or decimal_of(parts[2])
            if not 1 <= count <= len(parts) - 3:
                raise Malformed("a group that asks for more than it has")
            groups.append((parts[1], count, parts[3:]))
            fresh = []
            names.add(parts[1])
            members.update(parts[3:])
        elif parts[0] == "quorum" and len(parts) == 2 and quorum is None and parts[1] in names | {"none"}:
            fresh, quorum = [], parts[1]
        else:
            raise Malformed(f"a line of a trust policy that cannot be read: {line[:60]!r}")
        if keys.intersection(fresh):
            raise Malformed("a key twice in a trust policy")
        keys.update(fresh)
    if quorum is None or not logs:
        raise Malformed("a trust policy without log or quorum")
    return Trust(logs, witnesses, groups, None if quorum == "none" else quorum)


# --- the auditor's folder ---------------------------------------------------------------------------------------------

REQUEST_COLUMNS = (
    "number reference practice received received_at channel rights state due extended_for suspended_days informed "
    "decided_at closed_at ended_at refused withdrawn jobs settled outcomes vouched exceptions reply_late_days "
    "erasure_late_days again linked plans drafters approvers entries").split()
LATE_COLUMNS = ("number reference clock due done days_late state extended_for suspended_days stood_in_the_way").split()
PEOPLE_COLUMNS = "person kind entries first_at last_at".split()
MOVES = {
    "confirmed": {"received": "verified"},
    "refused": {"received": "refused", "verified": "refused"},
    "withdrawn": {"received": "withdrawn", "verified": "withdrawn", "in-erasure": "withdrawn-partly"},
    "started": {"verified": "in-erasure"},
    "halted": {"in-erasure": "verified"},
    "concluded": {"in-erasure": "concluded"},
    "closed": dict.fromkeys(("concluded", "refused", "withdrawn", "withdrawn-partly"), "closed"),
    "ended": {"closed": "ended"},
}
MOVED_BY = {
    "request.confirmed": "confirmed", "request.refused": "refused", "request.withdrawn": "withdrawn",
    "request.concluded": "concluded", "request.closed": "closed", "request.ended": "ended", "plan.halted": "halted",
}


def table_line(cells):
    """A line of a table, as FORMAT.md says."""
    written = []
    for cell in cells:
        if cell[:1] in tuple("=+-@\t\r"):
            cell = "'" + cell
        if any(letter in cell for letter in ',"\n\r'):
            cell = '"' + cell.replace('"', '""') + '"'
        written.append(cell)
    return (",".join(written) + "\n").encode()


def tally(counts):
    return " ".join(f"{word}={counts[word]}" for word in sorted(counts, key=str.encode))


def count(counts, word):
    counts[word] = counts.get(word, 0) + 1


def once(items):
    return " ".join(dict.fromkeys(item for item in items if item is not None))


class Account:
    """What the entries of one request say, for its lines of the tables."""

    def __init__(self, entry):
        self.number, self.reference, self.channel = entry["number"], entry.request, entry["channel"]
        self.rights, self.again = entry.get("rights", ["erasure"]), entry.get("again", {}).get("request", "")
        self.received, self.received_at, self.dates = entry["receivedOn"], entry["receivedAt"], entry["dueDates"]
        self.state, self.entries, self.linked, self.plans = "received", [entry.index], [], {}
        self.extended = self.proved = None
        self.suspended, self.informed, self.decided_at, self.closed_at, self.ended_at = 0, "", "", "", ""
        self.refused, self.withdrawn = "", False
        self.outcomes, self.vouched, self.exceptions, self.obstacles, self.terms = {}, {}, {}, {}, {}

    def move(self, event):
        self.state = MOVES[event].get(self.state, self.state)

    def take(self, entry):
        self.entries.append(entry.index)
        kind = entry.kind
        if kind in MOVED_BY:
            self.move(MOVED_BY[kind])
        method = getattr(self, "on_" + re.sub("[.-]", "_", kind), None)
        if method:
            method(entry)

    def on_request_concluded(self, entry):
        self.decided_at = entry.at

    def on_request_refused(self, entry):
        self.decided_at, self.refused = entry.at, entry["ground"]

    def on_request_withdrawn(self, entry):
        self.decided_at, self.withdrawn = entry.at, True

    def on_request_closed(self, entry):
        self.closed_at = entry.at

    def on_request_ended(self, entry):
        self.ended_at = entry.at

    def on_finding_settled(self, entry):
        if entry["answer"] == "replan":
            self.move("halted")

    def on_request_linked(self, entry):
        self.linked.append(entry["other"])

    def on_hold_set(self, entry):
        count(self.obstacles, "hold")

    def on_deadline_extended(self, entry):
        self.extended = entry

    def on_identity_proved(self, entry):
        self.suspended = entry["suspendedDays"]
        self.proved = {"statutory": entry["statutory"], "extended": entry.get("extended")}

    def on_receipt_corrected(self, entry):
        self.received, self.received_at, self.dates = entry["receivedOn"], entry["receivedAt"], entry["dueDates"]
        self.extended = None
        if self.proved:
            self.suspended, self.proved = 0, {"statutory": self.dates["statutory"], "extended": None}

    def on_letter_sent(self, entry):
        if self.state in FITTING.get(entry["letter"], ()):
            self.informed = self.informed or entry["on"]

    def on_subject_informed(self, entry):
        self.informed = self.informed or entry["on"]

    def on_plan_proposed(self, entry):
        plan = self.plans.setdefault(entry.plan, {"drafter": entry.by, "approved": False})
        plan.update(digest=entry["digest"], jobs=entry["jobs"], approvers=[])

    def on_plan_approved(self, entry):
        plan = self.plans[entry.plan]
        plan["approvers"].append(entry["approval"]["by"])
        if entry["enough"]:
            plan["approved"] = True
            self.move("started")

    def on_exception_granted(self, entry):
        count(self.exceptions, entry.get("terms", {}).get("ground", "no-terms"))

    def on_question_answered(self, entry):
        if entry["answer"] == "except":
            self.terms[entry.job] = entry.get("terms")

    def on_attempt_ended(self, entry):
        if entry["end"] not in ("done", "accepted"):
            count(self.obstacles, entry.get("code") or entry.get("question", {}).get("code") or entry["end"])

    def on_job_settled(self, entry):
        outcome = entry["outcome"]
        word = outcome["outcome"]
        count(self.outcomes, word)
        if word in ("erased", "nothing-found", "anonymised", "restricted"):
            verification = outcome["receipt"]["verification"]
            count(self.vouched, f"{verification['voucher']}/{verification['seen']}")
        elif word == "notified":
            count(self.vouched, f"{outcome['voucher']}/dispatch")
        elif word == "expiry-tagged":
            count(self.vouched, f"us/{outcome.get('seen', 'listing')}")
        elif word == "excepted":
            count(self.exceptions, (self.terms.get(entry.job) or {}).get("ground", outcome["ground"]))
        self.terms.pop(entry.job, None)

    @property
    def due(self):
        if self.refused:
            return self.dates["statutory"]
        due = self.proved["statutory"] if self.proved else self.dates["statutory"]
        if self.extended:
            due = self.extended["statutory"]
            if self.proved and self.proved["extended"]:
                due = self.proved["extended"]
        return due

    def late(self, today):
        """[(clock, day on which it was done or "", days after the last day by law)]"""
        clocks = [("reply", self.informed)]
        if not self.refused and not self.withdrawn and "erasure" in self.rights:
            clocks.append(("erasure", self.decided_at[:10]))
        found = [(clock, done, days_between(self.due, done or today)) for clock, done in clocks]
        return [one for one in found if one[2] > 0]

    @property
    def extended_for(self):
        return self.extended["reason"] if self.extended else ""

    def line(self, practice, today):
        late = {clock: days for clock, _, days in self.late(today)}
        approved = [plan for plan in self.plans.values() if plan["approved"]]
        return table_line([
            str(self.number), self.reference, "yes" if practice else "no", self.received, self.received_at,
            self.channel, " ".join(self.rights), self.state, self.due, self.extended_for, str(self.suspended),
            self.informed, self.decided_at, self.closed_at, self.ended_at, self.refused,
            "yes" if self.withdrawn else "no", str(sum(plan["jobs"] for plan in approved)),
            str(sum(self.outcomes.values())), tally(self.outcomes), tally(self.vouched), tally(self.exceptions),
            str(late.get("reply", 0)), str(late.get("erasure", 0)), self.again, " ".join(self.linked),
            " ".join(plan["digest"] for plan in approved), once(plan["drafter"] for plan in approved),
            once(person for plan in approved for person in plan["approvers"]), ranges_text(self.entries)])

    def late_lines(self, today):
        for clock, done, days in self.late(today):
            yield table_line([
                str(self.number), self.reference, clock, self.due, done, str(days), self.state, self.extended_for,
                str(self.suspended), tally(self.obstacles)])


class Accounts:
    """What follows from a log and stands in the tables of an auditor's folder."""

    def __init__(self):
        self.requests, self.people, self.practice, self.today = {}, {}, False, ""
        # The indices of all entries of the requests that have a bundle.
        self.watched = {}

    def take(self, entry):
        if entry.request in self.watched:
            self.watched[entry.request].append(entry.index)
        self.today = entry.at[:10]
        if entry.index == 0:
            self.practice = entry["practice"]
        if entry.kind == "request.received":
            self.requests[entry.request] = Account(entry)
        elif entry.request is not None:
            self.requests[entry.request].take(entry)
        if entry.by is not None:
            deeds = self.people.setdefault((entry.by, entry.kind), [0, entry.at, entry.at])
            deeds[0], deeds[2] = deeds[0] + 1, entry.at

    def tables(self):
        """{file: its lines}"""
        requests = self.requests.values()
        return {
            "requests.csv": (one.line(self.practice, self.today) for one in requests),
            "late.csv": (line for one in requests for line in one.late_lines(self.today)),
            "people.csv": (table_line([person, kind, str(number), first, last])
                           for (person, kind), (number, first, last) in sorted(self.people.items())),
        }


COLUMNS = {"requests.csv": REQUEST_COLUMNS, "late.csv": LATE_COLUMNS, "people.csv": PEOPLE_COLUMNS}
ONLY_THERE = ("index.html", "exceptions.csv", "lookups.csv", "history.csv", "README.txt", "verify.py")
BUNDLE_OF = re.compile("bundles/([1-9][0-9]{0,17})/.+", re.ASCII)


class Below:
    """A folder within a folder, as if it were one by itself."""

    def __init__(self, folder, start):
        self.folder, self.start = folder, start
        self.sizes = {path[len(start):]: size for path, size in folder.sizes.items() if path.startswith(start)}

    def __contains__(self, path):
        return path in self.sizes

    def read(self, path, most):
        return self.folder.read(self.start + path, most)


class AuditorsFolder:
    def __init__(self, folder, key, signers, olds, say, doubt):
        self.folder, self.key, self.signers, self.olds, self.say, self.doubt = folder, key, signers, olds, say, doubt
        for path in sorted(folder.sizes):
            if not path.startswith("log/") and path not in COLUMNS and path not in ONLY_THERE and \
                    not BUNDLE_OF.fullmatch(path):
                raise Wrong(path, "a file that does not belong into an auditor's folder")
        for path in tuple(COLUMNS) + ONLY_THERE:
            if path not in folder:
                raise Wrong(path, "the file is absent, and belongs into every auditor's folder")
        self.bundles = sorted({int(match.group(1)) for match in map(BUNDLE_OF.fullmatch, folder.sizes) if match})

    def verify(self):
        olds, found = list(self.olds), {}
        self.accounts = Accounts()
        for number in self.bundles:
            start = f"bundles/{number}/"
            bundle, request = self.inside(start, self.verify_bundle, start)
            if request.number != number:
                raise Wrong(start[:-1], f"this is the bundle of request {request.number}")
            olds.append((start + "checkpoint", bundle.checkpoint))
            found[start] = bundle.checkpoint.size, request, bundle.indexes
            self.accounts.watched[request.reference] = []
        self.log = self.inside("log/", LogFolder, Below(self.folder, "log/"), self.key, self.signers, olds, self.say)
        replay, artifacts = self.inside("log/", self.log.verify, self.accounts.take)
        for start, (size, request, indexes) in found.items():
            wanted = [index for index in self.accounts.watched[request.reference] if index < size]
            for index in sorted(set(wanted) - indexes):
                raise Wrong(f"{start}entries/{index}.json", "the file is absent: in the log the entry is of this request")
            self.say(f"{start[:-1]}: it holds each of the {len(wanted)} entries that the log had of request {request.number}")
        for name, lines in self.accounts.tables().items():
            self.compare(name, lines)
        self.say(f"requests.csv, late.csv and people.csv follow from the log, {replay.numbers} requests among them")
        self.doubt("index.html, exceptions.csv, lookups.csv and history.csv: expunge-audit makes them again")
        return replay, artifacts

    def verify_bundle(self, start):
        def say(what):
            self.say(f"{start[:-1]}: {what}")

        def doubt(what):
            self.doubt(f"{start[:-1]}: {what}")

        bundle = Bundle(Below(self.folder, start), self.key, self.signers, [], say, doubt, alone=False)
        replay, _ = bundle.verify()
        return bundle, next(iter(replay.requests.values()))

    @staticmethod
    def inside(start, action, *arguments):
        """Names the file by its path in the whole folder."""
        try:
            return action(*arguments)
        except Wrong as wrong:
            place = wrong.place if wrong.place.startswith("entry ") and start == "log/" else start + wrong.place
            raise Wrong(place, wrong.why) from None

    def compare(self, name, lines):
        try:
            with open(os.path.join(self.folder.root, name), "rb") as file:
                self.require(name, 1, file.readline(1 << 20), table_line(COLUMNS[name]))
                number = 1
                for number, wanted in enumerate(lines, 2):
                    self.require(name, number, file.readline(1 << 20), wanted)
                if file.read(1):
                    raise Wrong(name, f"line {number + 1} and what follows do not follow from the log")
        except OSError as error:
            raise Unusable(f"cannot read {name}: {error.strerror}") from None

    @staticmethod
    def require(name, number, found, wanted):
        if found == wanted:
            return
        why = f"line {number} is not the one that the log gives"
        if name == "requests.csv" and number > 1:
            why += f": it should be that of request {number - 1}"
        raise Wrong(name, why)


# --- a drawn sample ---------------------------------------------------------------------------------------------------


def drawn(numbers, seed, wanted):
    def ticket(number):
        return sha256(f"expunged-sample/1\n{seed}\n{number}\n".encode()), number

    return sorted(sorted(numbers, key=ticket)[:wanted])


def request_numbers(folder, first, last):
    """Of the requests in a log folder that were received on these days. Nothing is verified."""
    size = decimal_of(text_of(folder.read("checkpoint", LARGEST_NOTE)).split("\n")[1])
    widest, found = {}, []
    for path in folder.sizes:
        if path.startswith("tile/entries/") and not unfinished(path):
            _, number, width = tile_of(path)
            widest[number] = max(widest.get(number, (0, "")), (width, path))
    for number in range((size + 255) // 256):
        if number not in widest:
            raise Wrong(f"tile/entries/{tile_number(number)}", "it is absent, and the checkpoint needs it")
        entries = split_entries(folder.read(widest[number][1], LARGEST_TILE))
        for data in entries[:size - number * 256]:
            if b'"kind":"request.received"' in data:
                entry = canonical_json(data)
                if entry.get("kind") == "request.received" and first <= entry["receivedOn"] <= last:
                    found.append(entry["number"])
    return found


def sample(words):
    parser = argparse.ArgumentParser(prog="verify.py sample", description="Draws request numbers with your own seed.")
    parser.add_argument("folder", help="a log folder or an auditor's folder")
    parser.add_argument("--seed", required=True, help="words that you chose after you had the folder")
    parser.add_argument("--count", required=True, type=int, help="how many numbers")
    parser.add_argument("--from", dest="first", default="0001-01-01", help="the first day of receipt")
    parser.add_argument("--until", dest="last", default="9999-12-31", help="the last day of receipt")
    options = parser.parse_args(words)
    if not 1 <= options.count <= 10_000 or not options.seed or "\n" in options.seed or \
            len(options.seed.encode()) > 1024 or not is_day(options.first) or not is_day(options.last):
        raise Unusable("--count is 1 to 10000, --seed one line of at most 1024 bytes, days are YYYY-MM-DD")
    if not os.path.isdir(options.folder):
        raise Unusable(f"{options.folder} is no folder")
    folder = Folder(options.folder)
    if any(path.startswith("log/tile/") for path in folder.sizes):
        folder = Below(folder, "log/")
    try:
        numbers = request_numbers(folder, options.first, options.last)
    except (Malformed, KeyError, IndexError, TypeError) as problem:
        raise Unusable(f"the log does not read ({problem}): verify it first") from None
    for number in drawn(numbers, options.seed, options.count):
        print(number)


# --- the command ------------------------------------------------------------------------------------------------------

NOT_SHOWN = """What a good result does not show:
  - that no copy of the person exists in a system that nobody registered
  - that the daemon told the truth at the moment of writing
  - that blocks on a disk are gone
  - that the holder of the log's key has not written another history since; only a checkpoint that you kept
    yourself (--old), a witness whom you trust (--policy) or a genuine time stamp would show it
"""


def arguments_of(words):
    parser = argparse.ArgumentParser(prog="verify.py", description="Checks a log folder, the bundle of one request or an "
                                     "auditor's folder. `verify.py sample --help` draws a sample.")
    parser.add_argument("folder", help="the log folder, the bundle or the auditor's folder")
    trust = parser.add_mutually_exclusive_group(required=True)
    trust.add_argument("--key", action="append", help="the log's verifier key, a file of one line; twice after a change")
    trust.add_argument("--policy", help="your trust policy: the log's keys, witnesses, and how many must have cosigned")
    parser.add_argument("--signers", required=True, help="your own copy of allowed_signers")
    parser.add_argument("--require-pin", action="store_true",
                        help="each key in hardware must have asked for PIN or biometry; a touch is demanded anyway")
    parser.add_argument("--page-origin", action="append", default=[],
                        help="the officers' page, as https://host: browsers may have signed nowhere else")
    parser.add_argument("--old", action="append", default=[], help="a checkpoint file that you kept")
    parser.add_argument("--subject", help="the letter to the person, or its lines from expunged-subject/v1 on: is this "
                        "request hers?")
    parser.add_argument("--identifiers", help="with --subject: what she was known by then, a file with one a line: the "
                        "kind, a space and the value")
    parser.add_argument("--json", action="store_true", help="print the result as one line of JSON")
    return parser.parse_args(words)


def trust_of(options):
    """What the auditor brought."""
    path = options.policy
    try:
        if path:
            return policy_of(read_file(path, LARGEST_NOTE))
        keys = []
        for path in options.key:
            keys.append(VerifierKey(text_of(read_file(path, 1 << 16)).strip()))
        return Trust(keys)
    except Malformed as problem:
        raise Unusable(f"{path}: {problem}") from None


def tell_anchors(folder, log, is_log, olds, say, doubt):
    """Who outside saw the checkpoint, as far as the auditor's own policy and a look at a time stamp tell."""
    checkpoint = log.checkpoint
    for name, time in sorted(checkpoint.cosigned.items()):
        say(f"witness {name} had seen at most this tree at {time_text(time)}")
    if checkpoint.others:
        doubt(f"{checkpoint.others} signatures of the checkpoint by keys that you did not bring (witnesses)")
    if "checkpoint.tsr" in folder:
        imprint, time = in_file("checkpoint.tsr", time_stamp, folder.read("checkpoint.tsr", 1 << 16))
        if imprint == sha256(checkpoint.note):
            say(f"checkpoint.tsr is about exactly these bytes of checkpoint, and says {time_text(time)}")
            doubt("whether the time stamp is genuine: openssl ts -verify -data checkpoint -in checkpoint.tsr "
                  f"-CAfile my_ca.pem -attime {time}")
            return
        if not is_log:
            raise Wrong("checkpoint.tsr", "it is about other bytes than those of checkpoint")
        doubt("the time stamp is about another checkpoint: the log may have been copied while it was published")
    if not checkpoint.cosigned and not checkpoint.others and not olds:
        doubt("when the log was written: not anchored outside, and you brought no older checkpoint (--old)")


def time_text(seconds):
    return (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=min(seconds, 253402300799))).isoformat() + "Z"


def verify(options, say, doubt, result):
    trust = trust_of(options)
    signers = AllowedSigners(read_file(options.signers, 1 << 20), options.require_pin, options.page_origin)
    if (options.subject is None) != (options.identifiers is None):
        raise Unusable("--subject and --identifiers belong together")
    subject = options.subject and SubjectCode(read_file(options.subject, LARGEST_NOTE),
                                              read_file(options.identifiers, LARGEST_NOTE))
    if not os.path.isdir(options.folder):
        raise Unusable(f"{options.folder} is no folder")
    folder = Folder(options.folder)
    is_log = any(path.startswith("tile/") for path in folder.sizes)
    is_bundle = any(path.startswith(("entries/", "proofs/")) for path in folder.sizes)
    is_auditor = any(path.startswith("log/tile/") for path in folder.sizes)
    if is_log + is_bundle + is_auditor != 1:
        raise Unusable(f"{options.folder} is neither a log folder (tile/), a bundle (entries/) nor an auditor's folder "
                       "(log/)")
    result["kind"] = "auditor's folder" if is_auditor else "log" if is_log else "bundle"
    olds = []
    for path in options.old:
        data = read_file(path, LARGEST_NOTE)
        try:
            olds.append((path, Checkpoint(data, trust.without_witnesses)))
        except Malformed as problem:
            raise Wrong("checkpoint", f"{path}, which you kept, is not of the log with your key: {problem}") from None
    if is_log or is_auditor:
        if is_auditor:
            whole = AuditorsFolder(folder, trust, signers, olds, say, doubt)
            replay, artifacts = whole.verify()
            folder, log, is_log = Below(folder, "log/"), whole.log, True
        else:
            log = LogFolder(folder, trust, signers, olds, say)
            replay, artifacts = log.verify()
        if log.ahead:
            doubt(f"{len(log.ahead)} tiles beyond the checkpoint, the first {log.ahead[0]}: nobody signed them yet")
        if signers.digest != replay.digests["signers"]:
            doubt("whether your allowed_signers is complete: it is not the file that the log names last")
    else:
        log = Bundle(folder, trust, signers, olds, say, doubt)
        replay, artifacts = log.verify()
    numbers = f" (numbers 1 to {replay.numbers} without a gap or double)" if is_log and replay.numbers else ""
    say(f"{len(replay.requests)} requests{numbers}, {replay.plans} plans, {replay.settled} jobs with their one "
        "outcome: each entry may stand where it stands")
    say(f"{replay.lists} lists of a request's entries are complete, {replay.signatures} signatures of people and "
        f"{replay.receipts} signed receipts verify")
    for state, of_state in replay.numbers_by_state().items():
        say(f"{state}: {shown(of_state)}")
    say_open(replay, doubt)
    if not olds:
        doubt("whether requests were left out with their numbers, or the log's end was cut off, before this checkpoint was "
              "signed: only a checkpoint that you kept (--old) or a witness shows it")
    tell_anchors(folder, log, is_log, olds, say, doubt)
    for rules, whether in RULE_DOUBTS.items():
        if replay.rules < rules and (replay.whole or rules not in (2, 3, 7, 9)) and not (rules == 7 and replay.practice):
            doubt(f"{whether}: this log keeps rules {replay.rules}, and that came with rules {rules}")
    if replay.follows:
        doubt(f"the earlier log that this one follows, {replay.follows['origin']}, of which {replay.follows['size']} "
              "entries count: ask for it")
    if replay.recoveries:
        doubt("what was decided and not yet published when the journal was read back from published files "
              f"({replay.recoveries} times)")
    if replay.clock_steps:
        doubt(f"how long anything took while the daemon's clock was set back ({replay.clock_steps} times)")
    if replay.rules > NEWEST_RULES:
        doubt(f"rules {NEWEST_RULES + 1} to {replay.rules} of this log: this program does not know them")
    doubt("which of your listed people is which u-... in the log, and whether as many approved as the organisation's "
          "own rule asks for")
    for what, count in replay.doubts.items():
        doubt(f"{what} ({count})")
    doubt("whether the erasure reports say what the entries say: expunge-audit makes them again")
    for name, index in sorted(replay.unknown_kinds.items(), key=lambda item: item[1]):
        doubt(f"entries of the kind {name}, which this program does not know, the first at {index}")
    for name, index in sorted(replay.unknown_facts.items(), key=lambda item: item[1]):
        doubt(f"the fact {name}, which this program does not know, first in entry {index}")
    if subject:
        subject.compare(log.checkpoint.origin, replay, say)
    practice = " (practice mode: nothing in it concerns real people)" if replay.practice else ""
    what = "auditor's folder" if is_auditor else "log" if is_log else "bundle"
    result["numbers"] = replay.numbers_by_state()
    return f"{what} of {log.checkpoint.origin}, {log.checkpoint.size} entries{practice}"


SUBJECT_LINES = ("log", "request", "entry", "kinds", "nonce")


class SubjectCode:
    """The code in the person's letter, and what she was known by; no message repeats a value."""

    def __init__(self, letter, identifiers):
        try:
            lines = [line.strip() for line in letter.decode("utf-8").splitlines()]
            known = [line.strip() for line in identifiers.decode("utf-8").splitlines() if line.strip()]
        except UnicodeDecodeError:
            raise Unusable("the letter or the file of identifiers is not UTF-8") from None
        if "expunged-subject/v1" not in lines:
            raise Unusable("the letter has no line expunged-subject/v1")
        values = lines[lines.index("expunged-subject/v1") + 1:][:len(SUBJECT_LINES)]
        if [line.partition(" ")[0] for line in values] != list(SUBJECT_LINES):
            raise Unusable("the lines of the code are not those of the letter")
        self.log, self.request, entry, kinds, nonce = (line.partition(" ")[2].strip() for line in values)
        if not TYPES["r-"](self.request) or not re.fullmatch("[0-9a-f]{64}", nonce) or not re.fullmatch("[0-9]{1,18}", entry):
            raise Unusable("a line of the code was changed")
        self.entry, self.nonce = int(entry), bytes.fromhex(nonce)
        pairs = [line.partition(" ")[::2] for line in known]
        if not pairs or not all(kind and value.strip() for kind, value in pairs):
            raise Unusable("identifiers: one a line, the kind, a space and the value")
        self.pairs = sorted((kind.encode(), value.strip().encode()) for kind, value in pairs)
        if {kind.encode() for kind in kinds.split()} != {kind for kind, _ in self.pairs}:
            raise Unusable(f"the request was made with: {kinds}; give a line for each identifier that was given then")

    def commitment(self):
        data = b"expunged/subject/v1\0"
        for pair in self.pairs:
            for part in pair:
                data += len(part).to_bytes(4, "big") + part
        return hmac.new(self.nonce, data, hashlib.sha256).hexdigest()

    def compare(self, origin, replay, say):
        if self.log != origin:
            raise Wrong("the code", f"it is for the log {self.log}, not for this one")
        request = replay.requests.get(self.request)
        if request is None or request.received_in != self.entry:
            raise Wrong(f"entry {self.entry}", "it does not say that the request of the code was received")
        if request.commitment != self.commitment():
            raise Wrong(f"entry {self.entry}", "it was not made with this code and exactly these identifiers")
        say(f"entry {self.entry}: request {request.number} was made with this code and exactly these identifiers; it is "
            f"{request.state} by now")


def shown(numbers):
    """Of a long list of numbers its beginning; the result in JSON has them all."""
    ranges = numbers.split(",")
    if len(ranges) <= 12:
        return f"request {numbers}"
    return f"request {','.join(ranges[:12])}, and {len(ranges) - 12} more ranges (--json has them all)"


def say_open(replay, doubt):
    """What is not over yet, so that nothing can be demanded of it, and what is not here any more."""
    due_now, dates = replay.open_jobs()
    if due_now:
        doubt(f"whether {due_now} jobs of approved plans get their one outcome: their requests are not concluded yet")
    if dates:
        first = f"the first on {dates[0]}" if dates[0] else "the first when its copies end"
        doubt(f"whether {len(dates)} follow-ups get their one outcome: their requests have not ended; they are due later, "
              f"{first}")
    open_requests = sorted(request.number for request in replay.requests.values() if request.state != "ended")
    if replay.whole and open_requests:
        doubt(f"whether every entry of {shown(ranges_text(open_requests))} is here: they have not ended, and "
              "request.ended will list the last ones")
    if replay.gone:
        doubt(f"{len(replay.gone)} artifacts that entries name: a later entry says that they were destroyed, "
              f"{replay.fewest_days} days or more after their requests ended: compare with the organisation's term")
    absent = sum(replay.artifact(digest) is None for digest in replay.configuration)
    if absent:
        doubt(f"{absent} files of configuration (people, signers, register) that entries name by digest: they are not here")
    if not replay.whole:
        doubt("which people, signers and register were in force, and what changed of them before: the bundle of one request "
              "has no such entries")


def main(words=None):
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    words = sys.argv[1:] if words is None else words
    if words[:1] == ["sample"]:
        return sampled(words[1:])
    options = arguments_of(words)
    checked, unchecked, result = [], [], {}

    if not options.json:
        print(NOT_SHOWN)

    def printed(wrong=None):
        if options.json:
            result.update(verified=wrong is None, checked=checked, notChecked=unchecked,
                          notShown=[line[4:] for line in NOT_SHOWN.replace("\n    ", " ").split("\n") if line[:3] == "  -"])
            if wrong:
                result["first"] = {"place": wrong.place, "reason": wrong.why}
            print(json.dumps(result, ensure_ascii=True, separators=(",", ":"), sort_keys=True))
            return
        for title, lines in (("Checked:", checked), ("Not checked:", unchecked)):
            if lines:
                print(title)
            for line in lines:
                print(f"  - {printable(line)}")
        print()

    try:
        said = verify(options, checked.append, unchecked.append, result)
    except Wrong as wrong:
        printed(wrong)
        if not options.json:
            print(f"WRONG: {printable(str(wrong))}")
        return 1
    except Unusable as problem:
        print(f"verify.py: {printable(str(problem))}", file=sys.stderr)
        return 2
    except Exception as error:  # Whatever it is: evidence that could not be checked is not verified.
        print(f"verify.py could not check this: {type(error).__name__}: {printable(str(error))}", file=sys.stderr)
        return 2
    printed()
    if not options.json:
        print(f"VERIFIED: {printable(said)}")
    return 0


def sampled(words):
    try:
        sample(words)
    except (Unusable, Wrong) as problem:
        print(f"verify.py: {printable(str(problem))}", file=sys.stderr)
        return 2
    return 0


def printable(text):
    """Nothing that the evidence says can move a terminal's cursor."""
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text)


if __name__ == "__main__":
    sys.exit(main())
