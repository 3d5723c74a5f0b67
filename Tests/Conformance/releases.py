#!/usr/bin/env python3
"""Evidence of every release, by both verifiers of now: it holds, and with one byte changed it does not.

    Tests/Conformance/releases.py EXPUNGE_AUDIT
"""

import json
import pathlib
import random
import subprocess
import sys
import tarfile
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SECOND = [sys.executable, str(HERE.parent.parent / "Sources/EvidenceLog/verify.py")]


def verdicts(audit, folder, trust, more=()):
    """(status, result) of both."""
    found = []
    for words in ([audit, "verify"], SECOND):
        said = subprocess.run([*words, str(folder), *trust, "--json", *more], capture_output=True, timeout=120)
        if said.returncode not in (0, 1):
            sys.exit(f"releases: {words[0]} of {folder}: {said.stderr.decode()}")
        found.append((said.returncode, json.loads(said.stdout)))
    return found


def release(audit, kept, work):
    with tarfile.open(kept / "evidence.tar.xz") as archive:
        archive.extractall(work)
    trust = ["--key", str(work / "log.vkey"), "--signers", str(work / "allowed_signers")]
    said = []
    for name in ("evidence", "bundle"):
        old = ["--old", str(work / "bundle/checkpoint")]
        for status, result in verdicts(audit, work / name, trust, old):
            if status:
                sys.exit(f"releases: {kept.name}, {name}: {result.get('first')}")
            said.append(result["numbers"])
        subject = [str(kept / "code.txt"), "--identifiers", str(kept / "identifiers.txt")]
        for words in ([audit, "subject", subject[0], str(work / name), *subject[1:], *trust],
                      [*SECOND, str(work / name), *trust, "--subject", *subject]):
            if subprocess.run(words, capture_output=True, timeout=120).returncode:
                sys.exit(f"releases: {kept.name}, {name}: the person's code does not lead to her request: {words}")
    if said[0] != said[1] or said[2] != said[3]:
        sys.exit(f"releases: {kept.name}: the verifiers do not account for the same numbers: {said}")
    chance = random.Random(kept.name)
    for name in ("evidence", "bundle"):
        # The letter to the reader and the policy are no evidence.
        files = sorted(path for path in (work / name).rglob("*")
                       if path.is_file() and path.name not in ("README.txt", "policy", "verify.py"))
        for path in chance.sample(files, 6):
            good = path.read_bytes()
            at = chance.randrange(len(good))
            path.write_bytes(good[:at] + bytes([good[at] ^ 1 << chance.randrange(8)]) + good[at + 1:])
            # The page is made again by the one that can write it; it is no evidence, and the other does not read it.
            seen = [status for status, _ in verdicts(audit, work / name, trust)]
            if seen != ([1, 0] if path.name == "index.html" else [1, 1]):
                sys.exit(f"releases: {kept.name}: byte {at} of {path.relative_to(work)} was changed, and nobody saw it")
            path.write_bytes(good)
    return said[0]


def main(words):
    if len(words) != 1:
        print("use: releases.py EXPUNGE_AUDIT", file=sys.stderr)
        return 2
    kept = sorted(path for path in (HERE.parent / "Fixtures/releases").iterdir() if path.is_dir())
    if not kept:
        sys.exit("releases: there is no fixture in Tests/Fixtures/releases")
    for one in kept:
        with tempfile.TemporaryDirectory() as work:
            numbers = release(words[0], one, pathlib.Path(work))
            print(f"  {one.name}: both verifiers content, and with a byte changed both are not; requests {numbers}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
