#!/usr/bin/env python3
"""Looks for a person in files, in every form in which an identifier commonly survives.

    search.py TEXT... --in FILE_OR_FOLDER...
    search.py --self-test

Forms: as it is, lower and upper case, without spaces, as digits alone, composed and decomposed Unicode; each of these as text,
UTF-16, percent-encoded, JSON and HTML escapes, quoted-printable, hexadecimal, Base64 (three alignments, for URLs too),
reversed, and as bare digests (MD5, SHA-1, SHA-256, SHA-512) in bytes, hexadecimal and Base64. Files are looked into as they are,
with line breaks of encodings undone, and unpacked where gzip, zlib or a ZIP is in them.

Prints how much was read; exit status 1 when anything is found. A missing place is an error, not "nothing found". What is
printed repeats no text. --self-test plants every form and demands that it is found.
"""
import base64
import gzip
import hashlib
import io
import os
import re
import sys
import tempfile
import unicodedata
import urllib.parse
import zipfile
import zlib

# Shorter ones are everywhere by chance.
SHORTEST = 6
DEEPEST, LARGEST = 4, 256 << 20
DIGESTS = ("md5", "sha1", "sha256", "sha512")


def spellings(text):
    """{spelling: name}: the ways in which one identifier is written."""
    found = {}
    composed = unicodedata.normalize("NFC", text)
    bases = {composed: "", unicodedata.normalize("NFD", text): ", decomposed", text.strip(): "",
             re.sub(r"[\s.()/-]", "", text): ", without separators"}
    if len(re.sub(r"\D", "", text)) >= SHORTEST and re.fullmatch(r"[\d\s.()/+-]+", text):
        bases[re.sub(r"\D", "", text)] = ", digits alone"
    for base, name in bases.items():
        for word, said in (("", base), (", lower case", base.lower()), (", upper case", base.upper()),
                           (", folded", base.casefold()), (", words begun with capitals", base.title())):
            if len(said) >= SHORTEST:
                found.setdefault(said, name + word)
    return found


def in_base64(data):
    """{name: the letters that the bytes alone decide}, whatever stands around them."""
    found = {}
    for shift in range(3):
        for name, encode in (("Base64", base64.b64encode), ("Base64 for URLs", base64.urlsafe_b64encode)):
            encoded = encode(b"\0" * shift + data)
            found[f"{name}, shifted by {shift}"] = encoded[(shift * 8 + 5) // 6:(shift + len(data)) * 8 // 6]
    return found


def forms(spelling):
    """{name: bytes} of one spelling."""
    data = spelling.encode()
    percent = urllib.parse.quote(spelling, safe="")
    quoted = "".join(chr(byte) if 33 <= byte <= 126 and byte != 61 else f"={byte:02X}" for byte in data)
    units = [int.from_bytes(spelling.encode("utf-16-be")[at:at + 2], "big")
             for at in range(0, len(spelling.encode("utf-16-be")), 2)]
    found = {
        "text": data,
        "UTF-16LE": spelling.encode("utf-16-le"), "UTF-16BE": spelling.encode("utf-16-be"),
        "percent": percent.encode(), "percent, lower case": re.sub(r"%..", lambda one: one[0].lower(), percent).encode(),
        "percent, plus for space": urllib.parse.quote_plus(spelling).encode(),
        "percent of all": "".join(f"%{byte:02X}" for byte in data).encode(),
        "JSON": "".join(chr(unit) if unit < 128 else f"\\u{unit:04x}" for unit in units).encode(),
        "JSON of all": "".join(f"\\u{unit:04x}" for unit in units).encode(),
        "JSON of all, upper case": "".join(f"\\u{unit:04X}" for unit in units).encode(),
        "HTML": "".join(letter if letter.isalnum() and letter.isascii() else f"&#{ord(letter)};" for letter in
                        spelling).encode(),
        "HTML of all": "".join(f"&#{ord(letter)};" for letter in spelling).encode(),
        "HTML of all, hexadecimal": "".join(f"&#x{ord(letter):x};" for letter in spelling).encode(),
        "quoted-printable": quoted.encode(),
        "quoted-printable, spaces kept": quoted.replace("=20", " ").encode(),
        "hexadecimal": data.hex().encode(), "hexadecimal, upper case": data.hex().upper().encode(),
        "hexadecimal, with colons": data.hex(":").encode(), "hexadecimal, with spaces": data.hex(" ").encode(),
        "reversed": spelling[::-1].encode(),
    }
    if spelling.isascii():
        found["Latin-1"] = data
    else:
        try:
            found["Latin-1"] = spelling.encode("latin-1")
        except UnicodeEncodeError:
            pass
    found.update(in_base64(data))
    found.update((f"{name} of UTF-16", encoded) for name, encoded in in_base64(spelling.encode("utf-16-le")).items())
    for name in DIGESTS:
        digest = hashlib.new(name, data).digest()
        encoded = base64.b64encode(digest).rstrip(b"=")
        found[name] = digest
        found[name + " in hexadecimal"] = digest.hex().encode()
        found[name + " in hexadecimal, upper case"] = digest.hex().upper().encode()
        found[name + " in Base64"] = encoded
        found[name + " in Base64 for URLs"] = encoded.replace(b"+", b"-").replace(b"/", b"_")
    return found


def needles_of(texts):
    """{bytes: name}; the plainest form gives its name to bytes that are several."""
    found = {}
    for number, text in enumerate(texts, 1):
        for spelling, how in spellings(text).items():
            for name, data in forms(spelling).items():
                if len(data) >= SHORTEST:
                    found.setdefault(data, f"text {number}{how}, {name}")
    return found


def unpacked(data):
    """What gzip, zlib or ZIP streams in these bytes hold."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for one in archive.infolist():
                if not one.flag_bits & 1 and one.file_size <= LARGEST:
                    yield f"ZIP entry {one.header_offset}", one.filename.encode() + b"\n" + archive.read(one)
    for match in re.finditer(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]", data):
        stream = zlib.decompressobj(47)
        try:
            inner = stream.decompress(data[match.start():], LARGEST)
        except zlib.error:
            continue
        if len(inner) >= SHORTEST:
            yield f"packed from byte {match.start()}", inner


def layers(data, depth=0):
    """(what was undone, bytes): the bytes themselves and all that is in them."""
    yield "", data
    folded = re.sub(rb"=?\r?\n[ \t]?", b"", data)
    if folded != data:
        yield ", line breaks undone", folded
    if depth < DEEPEST:
        for how, inner in unpacked(data):
            for more, layer in layers(inner, depth + 1):
                yield f", {how}{more}", layer


def hits(data, needles):
    """The names of forms that are in these bytes, with what had to be undone."""
    found = {}
    for how, layer in layers(data):
        for needle, name in needles.items():
            if needle in layer:
                found.setdefault(name + how)
    return list(found)


def files_of(places):
    files = []
    for place in places:
        if os.path.isdir(place):
            files += [os.path.join(folder, name) for folder, _, names in os.walk(place) for name in names]
        elif os.path.exists(place):
            files.append(place)
        else:
            sys.exit(f"search.py: {place} is not there to be searched")
    return sorted(path for path in files if os.path.isfile(path))


def search(texts, places):
    needles, found, size, files = needles_of(texts), 0, 0, files_of(places)
    for path in files:
        # A name is kept too.
        with open(path, "rb") as file:
            content = file.read()
        size += len(content)
        for name in hits(os.path.basename(path).encode() + b"\n" + content, needles):
            found += 1
            print(f"{path}: {name}")
    print(f"{len(needles)} spellings of {len(texts)} texts in {len(files)} files, {size} bytes: found {found}")
    return found


# --- the search itself must be able to find ---------------------------------------------------------------------------


def self_test():
    texts = ["Zoë.devries+a@example.org", "Ada de Vries", "+31 20 000 4711"]
    needles = needles_of(texts)
    planted = 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file")

        def must_find(what, data, wanted=None):
            nonlocal planted
            planted += 1
            with open(path, "wb") as file:
                file.write(data)
            found = hits(data, needles)
            if not found or wanted and wanted not in found:
                sys.exit(f"search.py: planted and not found: {what}")

        for place, (needle, name) in enumerate(needles.items()):
            around = b"\xfe" * (place % 7)
            must_find(name, around + needle + around, name)
        for text in texts:
            for shift in range(6):
                long = b"x" * shift + text.encode() + b"; and more of it, so that lines are broken" * 3
                must_find("Base64 in lines of 76", base64.encodebytes(long))
                encoded = base64.b64encode(long)
                for width in range(20, 77):
                    must_find("Base64 in lines", b"\n".join(
                        encoded[at:at + width] for at in range(0, len(encoded), width)))
            quoted = forms(text)["quoted-printable"]
            for at in range(1, len(quoted)):
                if b"=" not in quoted[at - 2:at + 1]:
                    must_find("quoted-printable, broken softly", quoted[:at] + b"=\r\n" + quoted[at:])
            must_find("a header that is folded", b"Subject: " + text.encode()[:5] + b"\r\n " + text.encode()[5:])
            packed = gzip.compress(b"before " + text.encode() + b" behind")
            must_find("gzip", packed)
            must_find("gzip within other bytes", b"rubbish" + packed + b"rubbish")
            must_find("gzip within gzip", gzip.compress(b"a" + packed))
            must_find("zlib, as in a PNG or a PDF", b"stream\n" + zlib.compress(text.encode() * 3) + b"\nendstream")
            archive = io.BytesIO()
            with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
                made.writestr("letter.txt", "Dear " + text)
            must_find("ZIP", archive.getvalue())
        other = b"zoe.devris@example.org bob de vries 4711 " + os.urandom(1 << 16).hex().encode()
        if hits(other, needles):
            sys.exit("search.py: somebody else was taken for the person")
        with open(path, "wb") as file:
            file.write(other)
        if search_quietly(texts, [folder]):
            sys.exit("search.py: a folder without the person was not empty of her")
        with open(os.path.join(folder, "ada de vries.txt"), "wb"):
            pass
        if not search_quietly(texts, [folder]):
            sys.exit("search.py: a file's name was not looked at")
    print(f"search.py finds each of {len(needles)} spellings, {planted} times planted, and nobody else")


def search_quietly(texts, places):
    said, sys.stdout = sys.stdout, io.StringIO()
    try:
        return search(texts, places)
    finally:
        sys.stdout = said


def main(words):
    if words == ["--self-test"]:
        self_test()
        return 0
    if "--in" not in words[1:-1]:
        print("use: search.py TEXT... --in FILE_OR_FOLDER... | search.py --self-test", file=sys.stderr)
        return 2
    split = words.index("--in")
    return 1 if search(words[:split], words[split + 1:]) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
