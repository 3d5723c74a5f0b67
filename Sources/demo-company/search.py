#!/usr/bin/env python3
"""Looks for a person in files: in the clear, as UTF-16, in hexadecimal, in Base64 and as bare digests.

    search.py TEXT... --in FILE_OR_FOLDER...

Prints how much was read; exit status 1 when anything is found.
"""
import base64
import hashlib
import os
import sys

split = sys.argv.index("--in")
texts, places = sys.argv[1:split], sys.argv[split + 1:]

needles = {}
for text in texts:
    for spelling in {text, text.lower(), text.upper()}:
        data = spelling.encode()
        forms = {"text": data, "UTF-16": spelling.encode("utf-16-le"), "hexadecimal": data.hex().encode()}
        for name in ("md5", "sha1", "sha256"):
            digest = hashlib.new(name, data)
            forms[name] = digest.digest()
            forms[name + " in hexadecimal"] = digest.hexdigest().encode()
        for shift in range(3):
            # Of the characters around the text those stay that it alone decides.
            encoded = base64.b64encode(b"\0" * shift + data)
            forms["Base64"] = encoded[(shift * 8 + 5) // 6:(shift + len(data)) * 8 // 6]
            needles[forms["Base64"]] = "Base64"
        needles.update({data: form for form, data in forms.items()})

files = []
for place in places:
    if os.path.isdir(place):
        files += [os.path.join(folder, name) for folder, _, names in os.walk(place) for name in names]
    else:
        files.append(place)

found = 0
size = 0
for path in sorted(files):
    with open(path, "rb") as file:
        content = file.read()
    size += len(content)
    for data, form in needles.items():
        if data in content:
            found += 1
            print(f"{path}: {form}")
print(f"{len(needles)} spellings of {len(texts)} texts in {len(files)} files, {size} bytes: found {found}")
sys.exit(1 if found else 0)
