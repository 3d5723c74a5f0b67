#!/usr/bin/env python3
"""Both verifiers over the same folders: the demo's evidence, and copies of it that were damaged or that lie.

    Tests/Conformance/two_verifiers.py DEMO_FOLDER EXPUNGE_AUDIT

A lie is a log that somebody wrote who has the log's key: tiles, roots and lists fit again, only the entries say what
cannot be. Here the practice log's own key signs it. The exit status is 0 only when both verifiers agreed on every
folder, gave a place for each thing that is wrong, and the same entry where both name one. DEMO_FOLDER is only read.
SHOW=1 prints each comparison.
"""

import base64
import contextlib
import datetime
import hashlib
import importlib.util
import io
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import software_keys  # noqa: E402  (a module beside this one)

SPEC = importlib.util.spec_from_file_location("verify", HERE.parent.parent / "Sources/EvidenceLog/verify.py")
verify = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(verify)


# --- making evidence --------------------------------------------------------------------------------------------------


def ed25519_sign(seed, message):
    """RFC 8032, 5.1.6; for tests, and slow to nobody's harm."""
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & ~7 & (1 << 255) - 1 | 1 << 254
    scalar &= (1 << 255) - 1
    public = verify.ed_encode(verify.ed_base_times(scalar % verify.L))
    r = int.from_bytes(hashlib.sha512(digest[32:] + message).digest(), "little") % verify.L
    point = verify.ed_encode(verify.ed_base_times(r))
    h = int.from_bytes(hashlib.sha512(point + public + message).digest(), "little") % verify.L
    return public, point + ((r + h * scalar) % verify.L).to_bytes(32, "little")


def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


class Evidence:
    """Entries and artifacts of the demo, that can be changed and written again as a log folder or a bundle."""

    def __init__(self, demo):
        self.demo = demo
        self.vkey = (demo / "log.vkey").read_text().strip()
        self.seed = (demo / "credentials/logkey").read_bytes()
        folder = verify.Folder(str(demo / "evidence"))
        log = verify.LogFolder(folder, verify.Trust([verify.VerifierKey(self.vkey)]), None, [], None)
        self.entries = [json.loads(data) for number, path in log.entry_tiles() for data in log.entries_of(number, path)]
        self.artifacts = {path.name: path.read_bytes() for path in (demo / "evidence/artifacts/sha256").iterdir()}

    def place(self, kind, number=1, /, **facts):
        """The index of the n-th entry of a kind, with these facts where some are given."""
        found = [i for i, entry in enumerate(self.entries)
                 if entry["kind"] == kind and all(entry.get(name) == value for name, value in facts.items())]
        return found[number - 1]

    def settled(self, word, voucher=None):
        for i, entry in enumerate(self.entries):
            if entry["kind"] == "job.settled" and entry["outcome"]["outcome"] == word and \
                    (voucher is None or entry["outcome"]["receipt"]["verification"]["voucher"] == voucher):
                return i
        raise SystemExit(f"the demo has no job that ended as {word}")

    def artifact(self, digest):
        return self.artifacts[digest[7:]]

    def keep(self, data):
        name = hashlib.sha256(data).hexdigest()
        self.artifacts[name] = data
        return "sha256:" + name

    def drop_unnamed(self):
        """Leaves the artifacts that entries name, or that these name."""
        kept, texts = {}, [canonical(entry) for entry in self.entries]
        while texts:
            for name in re.findall(rb"sha256:([0-9a-f]{64})", texts.pop()):
                name = name.decode()
                if name in self.artifacts and name not in kept:
                    kept[name] = self.artifacts[name]
                    texts.append(kept[name])
        self.artifacts = kept

    def list_again(self):
        """entries and entriesRoot of conclusions and ends, as an honest writer of these entries would give them."""
        seen, concluded = {}, {}
        for index, entry in enumerate(self.entries):
            request = entry.get("request")
            if request is None:
                continue
            mine = seen.setdefault(request, [])
            if entry["kind"] in ("request.concluded", "request.ended"):
                listed = [i for i in mine if i >= concluded.get(request, 0)]
                entry["entries"] = verify.ranges_text(listed)
                root = verify.tree_root(verify.leaf_hash(canonical(self.entries[i])) for i in listed)
                entry["entriesRoot"] = base64.b64encode(root).decode()
            if entry["kind"] == "request.concluded":
                concluded[request] = index
            mine.append(index)

    def forge(self, audit):
        """As list_again, and without artifacts that no entry names any more; reports are made again where one can."""
        self.list_again()
        names = canonical(self.entries).decode()
        plans = [self.artifacts.get(name, b"") for name in re.findall(r"sha256:([0-9a-f]{64})", names)]
        names += b"".join(plan for plan in plans if plan.startswith(b'{"at"')).decode(errors="replace")
        self.artifacts = {name: data for name, data in self.artifacts.items() if name in names}

    def checkpoint(self, leaves):
        origin = self.vkey.split("+")[0]
        text = f"{origin}\n{len(leaves)}\n{base64.b64encode(verify.tree_root(leaves)).decode()}\n"
        key_id = bytes.fromhex(self.vkey.split("+")[1])
        _, signature = ed25519_sign(self.seed, text.encode())
        return f"{text}\n\u2014 {origin} {base64.b64encode(key_id + signature).decode()}\n".encode()

    def write_bundle(self, folder, request):
        """The bundle of one request, as FORMAT.md describes it."""
        texts = [canonical(entry) for entry in self.entries]
        leaves = [verify.leaf_hash(text) for text in texts]
        note, known = self.checkpoint(leaves), {}

        def root(low, high):
            if (low, high) not in known:
                known[low, high] = verify.tree_root(leaves[low:high])
            return known[low, high]

        def path(index, low, high):
            if high - low == 1:
                return []
            middle = low + (1 << (high - low - 1).bit_length() - 1)
            if index < middle:
                return path(index, low, middle) + [root(middle, high)]
            return path(index, middle, high) + [root(low, middle)]

        mine = [i for i, entry in enumerate(self.entries) if i == 0 or entry.get("request") == request]
        named, report, decisions = set(), None, 0
        for index in mine:
            entry = self.entries[index]
            put(folder / f"entries/{index}.json", texts[index])
            lines = [base64.b64encode(one).decode() for one in path(index, 0, len(leaves))]
            head = "".join(line + "\n" for line in ["c2sp.org/tlog-proof@v1", f"index {index}"] + lines)
            put(folder / f"proofs/{index}.tlog-proof", head.encode() + b"\n" + note)
            named.update(re.findall(r"sha256:([0-9a-f]{64})", texts[index].decode()))
            report = entry.get("report", report)
            signed = {"plan.approved": entry.get("approval"), "plan.withdrawn": entry.get("refusal"),
                      "task.attested": entry}.get(entry["kind"])
            if signed:
                decisions += 1
                put(folder / f"approvals/{decisions}.txt", self.artifact(signed["text"]))
                put(folder / f"approvals/{decisions}.sig", self.artifact(signed["signature"]))
        for name in named & set(self.artifacts):
            put(folder / "artifacts/sha256" / name, self.artifacts[name])
        if report and report[7:] in self.artifacts:
            put(folder / "report.txt", self.artifact(report))
        put(folder / "checkpoint", note)
        put(folder / "README.txt", b"Check this.\n")
        put(folder / "policy", f"log {self.vkey}\nquorum none\n".encode())

    def write_log(self, folder):
        texts = [entry if isinstance(entry, bytes) else canonical(entry) for entry in self.entries]
        leaves = [verify.leaf_hash(text) for text in texts]
        for name, data in self.artifacts.items():
            put(folder / "artifacts/sha256" / name, data)
        for number in range((len(texts) + 255) // 256):
            part = texts[number * 256:(number + 1) * 256]
            path = verify.tile_number(number) + (f".p/{len(part)}" if len(part) < 256 else "")
            put(folder / "tile/entries" / path, b"".join(len(text).to_bytes(2, "big") + text for text in part))
        level, hashes = 0, leaves
        while hashes:
            for number in range((len(hashes) + 255) // 256):
                part = hashes[number * 256:(number + 1) * 256]
                path = verify.tile_number(number) + (f".p/{len(part)}" if len(part) < 256 else "")
                put(folder / f"tile/{level}" / path, b"".join(part))
            hashes = [verify.tree_root(hashes[i:i + 256]) for i in range(0, len(hashes) // 256 * 256, 256)]
            level += 1
        put(folder / "checkpoint", self.checkpoint(leaves))


def put(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


# --- running both -----------------------------------------------------------------------------------------------------


class Comparison:
    def __init__(self, demo, audit, work):
        self.demo, self.audit, self.work = demo, audit, work
        self.signers, self.key = demo / "allowed_signers", demo / "log.vkey"
        self.failures, self.compared, self.same = [], 0, 0

    def both(self, folder, more):
        """(status, entry, file, reason) of each; at the same time, since there may be two processors."""
        words = [str(self.audit), "verify", str(folder), "--key", str(self.key), "--signers", str(self.signers)]
        with subprocess.Popen(words + ["--json"] + more, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
            second = self.second(folder, more)
            said, errors = program.communicate(timeout=60)
            return self.ours(program.returncode, said, errors), second

    def ours(self, status, said, errors):
        if status not in (0, 1):
            return status, None, None, errors.decode(errors="replace").strip()
        result = json.loads(said)
        if result["verified"]:
            return 0, None, None, ""
        first = result["findings"][0]
        return 1, first.get("entry"), first.get("path"), first["reason"]

    def second(self, folder, more):
        said, errors = io.StringIO(), io.StringIO()
        words = [str(folder), "--key", str(self.key), "--signers", str(self.signers)] + more
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(errors):
            status = verify.main(words)
        last = said.getvalue().strip().split("\n")[-1]
        match = re.match(r"WRONG: (?:entry (\d+)|([^:]+)): (.*)", last)
        if status > 1 or (status == 1) != bool(match):
            return status, None, None, errors.getvalue().strip() or last
        return (1, int(match.group(1)) if match.group(1) else None, match.group(2), match.group(3)) if match \
            else (0, None, None, "")

    def compare(self, what, folder, is_wrong, more=(), only_ours=False):
        """only_ours: what the document leaves to expunge-audit, and verify.py says that it did not check."""
        self.compared += 1
        ours, second = self.both(folder, list(more))
        wanted = (int(is_wrong), int(is_wrong and not only_ours))
        if (ours[0], second[0]) != wanted:
            self.failures.append(f"{what}: expunge-audit {ours}, verify.py {second}, wanted {wanted}")
        elif is_wrong and not only_ours:
            if ours[1] is not None and second[1] is not None and ours[1] != second[1]:
                self.failures.append(f"{what}: not the same entry: expunge-audit {ours}, verify.py {second}")
            elif (ours[1] is None and ours[2] is None) or (second[1] is None and second[2] is None):
                self.failures.append(f"{what}: no place: expunge-audit {ours}, verify.py {second}")
            self.same += ours[1] is not None and ours[1] == second[1] or ours[2] is not None and ours[2] == second[2]
        if os.environ.get("SHOW"):
            print(f"  {what}:\n      expunge-audit {ours}\n      verify.py     {second}")

    def same_verdict(self, what, folder, loose):
        """Both find it wrong; or, where it may be right, both find nothing."""
        self.compared += 1
        ours, second = self.both(folder, [])
        if ours[0] not in (0, 1) or second[0] not in (0, 1):
            self.failures.append(f"{what}: expunge-audit {ours}, verify.py {second}")
        elif not loose and 0 in (ours[0], second[0]):
            self.failures.append(f"{what}: it must be found: expunge-audit {ours}, verify.py {second}")
        elif ours[0] != second[0] and "report" not in ours[3] and "claimed is not possible" not in ours[3]:
            # verify.py makes no reports, which name the indices of entries, and knows no `retryAt` and `checkAt`.
            self.failures.append(f"{what}: not the same: expunge-audit {ours}, verify.py {second}")
        if os.environ.get("SHOW"):
            print(f"  {what}:\n      expunge-audit {ours}\n      verify.py     {second}")

    def copy(self, name):
        folder = self.work / "copy"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.demo / name, folder)
        return folder

    def damage(self, what, name, path, change):
        """change takes the bytes of a file and returns others, or None to delete it."""
        folder = self.copy(name)
        data = change((folder / path).read_bytes() if (folder / path).exists() else b"")
        if data is None:
            (folder / path).unlink()
        else:
            put(folder / path, data)
        self.compare(f"{name}, {what} ({path})", folder, True)

    def lie(self, what, change, is_wrong=True, only_ours=False, bundle=False):
        """change changes the entries of the log, which is written and signed again; with bundle so is the bundle of its
        last request, which must show the same."""
        evidence = Evidence(self.demo)
        change(evidence)
        evidence.list_again()
        for name in ("log", "bundle") if bundle else ("log",):
            folder = self.work / "lie"
            shutil.rmtree(folder, ignore_errors=True)
            if name == "log":
                evidence.write_log(folder)
            else:
                requests = [entry["request"] for entry in evidence.entries if "request" in entry]
                evidence.write_bundle(folder, requests[-1])
            self.compare(f"lie, {name}: {what}", folder, is_wrong, only_ours=only_ours)


# --- damage -----------------------------------------------------------------------------------------------------------


def flip(at):
    def change(data):
        place = int(len(data) * at) if isinstance(at, float) else at
        return data[:place] + bytes([data[place] ^ 1]) + data[place + 1:]
    return change


def swap_lines(first, second):
    def change(data):
        lines = data.split(b"\n")
        lines[first], lines[second] = lines[second], lines[first]
        return b"\n".join(lines)
    return change


def damages(run):
    evidence, bundle = run.demo / "evidence", run.demo / "bundle"
    size = int((evidence / "checkpoint").read_text().split("\n")[1])
    width = size % 256
    tiles = {name: f"tile/{name}/{verify.tile_number(size // 256)}.p/{width}" for name in ("entries", "0")}
    hash_tiles = [path.relative_to(evidence).as_posix() for path in (evidence / "tile/0").rglob("*") if path.is_file()]
    early = min(hash_tiles, key=lambda path: (len(path), path))
    artifacts = sorted(path.relative_to(evidence).as_posix() for path in (evidence / "artifacts/sha256").iterdir())
    early_entries = early.replace("tile/0", "tile/entries")
    for path in (tiles["entries"], tiles["0"], early, early_entries, artifacts[0], "checkpoint"):
        run.damage("a bit in the middle", "evidence", path, flip(0.5))
        run.damage("the last byte gone", "evidence", path, lambda data: data[:-1])
    for path in (tiles["entries"], tiles["0"], artifacts[0], artifacts[-1], "checkpoint"):
        run.damage("deleted", "evidence", path, lambda data: None)
    run.damage("the length of the first entry", "evidence", tiles["entries"], flip(1))
    run.damage("a byte behind the end", "evidence", tiles["entries"], lambda data: data + b"\0")
    run.damage("two hashes swapped", "evidence", tiles["0"], lambda data: data[32:64] + data[:32] + data[64:])

    def swap_entries(data):
        entries = verify.split_entries(data)
        entries[-1], entries[-2] = entries[-2], entries[-1]
        return b"".join(len(one).to_bytes(2, "big") + one for one in entries)

    run.damage("two entries swapped", "evidence", tiles["entries"], swap_entries)
    run.damage("a file of somebody else", "evidence", "notes.txt", lambda data: b"hello\n")
    run.damage("an artifact that nobody names", "evidence", "artifacts/sha256/" + hashlib.sha256(b"x").hexdigest(),
               lambda data: b"x")
    run.damage("a tile with a second name", "evidence", "tile/0/x000/000.p/1", lambda data: b"\0" * 32)
    run.damage("the size", "evidence", "checkpoint",
               lambda data: data.replace(b"\n%d\n" % size, b"\n%d\n" % (size - 1)))

    folder = run.copy("evidence")
    tile = folder / tiles["entries"]
    more = canonical({"at": "2099-01-01T00:00:00Z", "kind": "comet.seen", "v": 1,
                      "of": "sha256:" + hashlib.sha256(b"x").hexdigest()})
    put(tile.with_name(str(width + 1)), tile.read_bytes() + len(more).to_bytes(2, "big") + more)
    put(folder / "artifacts/sha256" / hashlib.sha256(b"x").hexdigest(), b"x")
    put(folder / "tile/0/000.tmp", b"x")
    run.compare("evidence, a tile and its artifact ahead of the checkpoint, and an unfinished file", folder, False)
    put(folder / "artifacts/sha256" / hashlib.sha256(b"y").hexdigest(), b"y")
    run.compare("evidence, ahead of its checkpoint, with an artifact that nobody names", folder, True)

    # The tail is cut off with an older checkpoint that the key did sign: only one who kept a newer one can see it.
    folder = run.copy("evidence")
    shutil.copy(bundle / "checkpoint", folder / "checkpoint")
    run.compare("evidence, an older checkpoint", folder, False)
    run.compare("evidence, an older checkpoint, and the newer was kept", folder, True,
                ["--old", str(evidence / "checkpoint")])
    other = run.work / "other"
    other.write_bytes((evidence / "checkpoint").read_bytes().replace(b"\n%d\n" % size, b"\n%d\n" % (size - 1)))
    for name in ("evidence", "bundle"):
        run.compare(f"{name}, and what was kept is no checkpoint of this log", run.demo / name, True,
                    ["--old", str(other)])
    run.damage("a consistency proof about another checkpoint", "bundle", "consistency/1-2", lambda data: b"")
    run.compare("evidence, with the older checkpoint kept", evidence, False, ["--old", str(bundle / "checkpoint")])

    first = sorted(int(path.name.split(".")[0]) for path in (bundle / "entries").iterdir())[1]
    plan = "artifacts/sha256/" + next(
        json.loads(path.read_bytes())["digest"][7:] for path in (bundle / "entries").iterdir()
        if b'"kind":"plan.proposed"' in path.read_bytes())
    for path in (f"entries/{first}.json", f"proofs/{first}.tlog-proof", "checkpoint", "approvals/1.txt",
                 "approvals/1.sig", plan, "report.txt"):
        run.damage("a bit in the middle", "bundle", path, flip(0.5))
        run.damage("deleted", "bundle", path, lambda data: None)
    run.damage("a bit", "bundle", "policy", flip(-3))
    run.damage("deleted", "bundle", "policy", lambda data: None)
    run.damage("deleted", "bundle", "README.txt", lambda data: None)
    run.damage("deleted", "bundle", "entries/0.json", lambda data: None)
    run.damage("an entry's keys in another order", "bundle", f"entries/{first}.json",
               lambda data: json.dumps(dict(reversed(list(json.loads(data).items()))), separators=(",", ":")).encode())
    run.damage("an entry with a line feed", "bundle", f"entries/{first}.json", lambda data: data + b"\n")
    run.damage("a proof of another entry", "bundle", f"proofs/{first}.tlog-proof",
               lambda data: (bundle / f"proofs/{first + 1}.tlog-proof").read_bytes())
    run.damage("a proof with two hashes swapped", "bundle", f"proofs/{first}.tlog-proof", swap_lines(2, 3))
    run.damage("a proof with extra data", "bundle", f"proofs/{first}.tlog-proof",
               lambda data: data.replace(b"\nindex", b"\nextra AAAA\nindex", 1))
    run.damage("another file", "bundle", "approvals/notes.txt", lambda data: b"hello\n")
    run.damage("a third approval", "bundle", "approvals/9.txt", lambda data: (bundle / "approvals/1.txt").read_bytes())
    run.damage("line ends of Windows", "bundle", "approvals/1.txt", lambda data: data.replace(b"\n", b"\r\n"))
    run.damage("another report", "bundle", "report.txt", lambda data: data + b"And all is well.\n")
    run.damage("line ends of Windows", "bundle", "checkpoint", lambda data: data.replace(b"\n", b"\r\n"))
    folder = run.copy("bundle")
    for kind in ("entries", "proofs"):
        path = next(path for path in (folder / kind).iterdir() if path.name.startswith(f"{first + 1}."))
        path.unlink()
    run.compare("bundle, an entry left out with its proof", folder, True)
    folder = run.copy("bundle")
    for one, two in (("approvals/1.txt", "approvals/3.txt"), ("approvals/1.sig", "approvals/3.sig")):
        (folder / one).rename(folder / "x")
        (folder / two).rename(folder / one)
        (folder / "x").rename(folder / two)
    run.compare("bundle, approvals in another order", folder, True)


# --- lies -------------------------------------------------------------------------------------------------------------


def change_fact(kind, number=1, /, **facts):
    def change(evidence):
        evidence.entries[evidence.place(kind, number)].update(facts)
    return change


def remove(kind, number=1):
    def change(evidence):
        del evidence.entries[evidence.place(kind, number)]
    return change


def repeat(kind, number=1):
    def change(evidence):
        place = evidence.place(kind, number)
        evidence.entries.insert(place + 1, dict(evidence.entries[place]))
    return change


def about_request(evidence, kind, **facts):
    """An entry of the demo's request, at the time of its confirmation."""
    there = evidence.entries[evidence.place("request.confirmed")]
    return {**{name: there[name] for name in ("at", "by", "request", "v")}, "kind": kind, **facts}


def sign_again(evidence, entry, text, who="bram", namespace="erasure-approval@expunged"):
    """The named person signs this text; the entry names text, signature and key."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "text"
        path.write_bytes(text)
        subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", str(evidence.demo / "keys" / who),
                        str(path)], check=True, capture_output=True)
        signature = path.with_suffix(".sig").read_bytes()
    entry["text"], entry["signature"] = evidence.keep(text), evidence.keep(signature)
    entry["keyFingerprint"] = verify.SSHSignature(signature).fingerprint()


class Writer:
    """Goes on with the demo's log: what it has not got itself, in good order."""

    REQUEST, PLAN, DRAFTER = "r-" + "e" * 32, "p-" + "e" * 32, "u-" + "d" * 32

    def __init__(self, evidence):
        self.evidence, self.at = evidence, evidence.entries[-1]["at"]
        self.day = self.at[:10]
        self.jobs, self.by, self.decided = {}, {}, {}
        signers = [entry["by"] for entry in evidence.entries if entry["kind"] == "plan.approved"]
        self.by.update(bram=signers[0], chris=signers[1])

    def add(self, kind, /, **facts):
        self.evidence.entries.append({"at": self.at, "kind": kind, "v": 1, **facts})
        return self.evidence.entries[-1]

    def log(self):
        old, digest = self.evidence.entries[0], "sha256:" + "5" * 64
        self.add("restore.announced", system="crm", asOf=self.at, by=self.by["bram"])
        self.add("restore.scanned", system="crm", asOf=self.at, records=3, certain=1, possible=0)
        self.add("restore.scanned", system="crm", copy="crm-copy", asOf=self.at, records=3, certain=0, possible=0,
                 drill=True)
        self.add("system.scanned", system="crm", records=3, certain=0, possible=1)
        self.add("work.stopped", by=self.by["bram"])
        self.add("work.resumed", by=self.by["chris"])
        self.add("tags.expired", count=3, epochs=["2026-4"])
        self.add("alarm.sent", code="company-silent", about="cleansing", since=self.at, step=1, person=self.by["bram"],
                 proof="smtp-250", queue="ABC123")
        self.add("access.denied", what="approve", reason="not-an-officer", by=self.DRAFTER)
        self.add("register.changed", old=old["register"], new=digest, practice=True)
        self.add("signers.changed", file="people", old=old["people"], new=digest, practice=True)
        self.add("clock.stepped", seconds=-5, practice=False)
        self.add("system.stopped", system="crm", by=self.by["bram"])
        self.add("system.released", system="crm", by=self.by["bram"], record=self.record("crm"))
        about = next(entry["request"] for entry in self.evidence.entries if "request" in entry)
        self.add("incident.opened", incident="wrong-person", about=about, reportBefore=self.at, by=self.by["bram"])
        self.add("incident.closed", about=about, reported=True, by=self.by["chris"])
        self.add("reprobe.made", about=about, system="crm", day=30, certain=1, possible=0)
        self.add("reprobe.settled", about=about, system="crm", answer="lawful", by=self.by["bram"])
        self.add("dossier.made", about=about, person=True, by=self.by["bram"])

    def record(self, system):
        return next(entry["record"] for entry in self.evidence.entries
                    if entry["kind"] == "system.released" and entry["system"] == system)

    def standing(self, people=("bram", "chris"), nonce="9" * 32, **others):
        facts = {"system": "crm", "record": self.record("crm"), "atMost": 50, "until": "2099-01-01T00:00:00Z",
                 "nonce": nonce, **others}
        text = (f"expunged-standing/v1\nlog {self.evidence.vkey.split('+')[0]}\nsystem crm\nrecord {facts['record']}\n"
                f"at-most {facts['atMost']}\nuntil {facts['until']}\nnonce {facts['nonce']}\n").encode()
        made = []
        for who in people:
            approval = {"by": self.by[who]}
            sign_again(self.evidence, approval, text, who)
            self.add("standing.approved", by=approval["by"], approval=approval, **facts)
            made.append(approval)
        return made

    def receive(self, **more):
        first = self.evidence.entries[self.evidence.place("request.received")]
        facts = {name: first[name] for name in ("capacities", "channel", "commitment", "identifierKinds", "receivedAt",
                                                "receivedOn")}
        due = {"received": self.day, "nominal": "2034-01-31", "statutory": "2034-01-31", "workTo": "2034-01-31",
               "extended": "2034-03-31", "ruleSet": "NL/atw/2026-1"}
        number = 1 + sum(entry["kind"] == "request.received" for entry in self.evidence.entries)
        facts.update(receivedAt=self.at, receivedOn=self.day, dueDates=due, number=number)
        self.add("request.received", request=self.REQUEST, by=self.DRAFTER, **{**facts, **more})

    def about(self, kind, /, **facts):
        return self.add(kind, request=self.REQUEST, **facts)

    def wait(self, days):
        then = datetime.datetime.fromisoformat(self.at[:-1]) + datetime.timedelta(days=days)
        self.at = then.strftime("%Y-%m-%dT%H:%M:%SZ")

    def later(self, days):
        """A time so many days from now."""
        at = self.at
        self.wait(days)
        self.at, then = at, self.at
        return then

    def lines(self, document):
        """On which ground for each system, as an honest daemon says it; what was decided takes the place of it."""
        found = {(job["system"], "all"): {} for job in document["jobs"]
                 if "followUp" not in job and job["verb"] != "tag-expiry"}
        for name, line in self.decided.items():
            if "datasets" in line:
                # What is left of the system goes on the request's own ground.
                found[name[0], "all"]["datasets"] = sorted({
                    count["dataset"] for job in document["jobs"] if job["system"] == name[0]
                    for count in job["counts"]}.difference(line["datasets"]))
            else:
                found.pop((name[0], "all"), None)
            found[name] = line
        return [{"system": system, "category": category, "ground": document["ground"], "by": self.DRAFTER, **line}
                for (system, category), line in sorted(found.items())]

    def decide(self, system, category, rejected=None, who="chris", datasets=None):
        line = {"ground": "art17-1-b", **({"rejected": rejected} if rejected else {}), "by": self.by[who]}
        self.add("category.decided", request=self.REQUEST, plan=self.PLAN, system=system, category=category, **line)
        self.decided[system, category] = {**line, **({"datasets": datasets} if datasets else {})}

    def propose(self, change=None, **more):
        """The demo's own plan once more, for the second request and with other names."""
        proposed = self.evidence.entries[self.evidence.place("plan.proposed")]
        text = self.evidence.artifact(proposed["digest"]).decode()
        names = sorted(set(re.findall(r"j-[0-9a-f]{32}", text)))
        self.jobs = {old: "j-" + "e" * 28 + f"{i:04x}" for i, old in enumerate(names)}
        for old, new in self.jobs.items():
            text = text.replace(old, new)
        for name, new in (("request", self.REQUEST), ("plan", self.PLAN), ("by", self.DRAFTER)):
            text = text.replace(proposed[name], new)
        document = json.loads(text)
        document.update({"ground": "art17-1-b", **more})
        if change:
            change(document)
        document["decisions"] = self.lines(document)
        if document["decisions"] is None:
            del document["decisions"]
        self.document, self.digest = document, self.evidence.keep(canonical(document))
        self.add("plan.proposed", request=self.REQUEST, plan=self.PLAN, by=self.DRAFTER, digest=self.digest, jobs=len(
            document["jobs"]), findings=document["findings"], nonce=self.nonce(), searched=["crm"],
            startBefore="2099-01-01T00:00:00Z")

    def nonce(self):
        self.number = getattr(self, "number", 0) + 1
        return f"{self.number:032x}"

    def approve(self, who, enough, **more):
        proposed = next(entry for entry in reversed(self.evidence.entries) if entry["kind"] == "plan.proposed")
        text = (f"expunged-approval/v1\nlog {self.document['log']}\ndecision approve\nplan {self.digest}\n"
                f"request {self.REQUEST}\njobs {proposed['jobs']}\nfindings {proposed['findings']}\n"
                f"nonce {proposed['nonce']}\nstart-before {proposed['startBefore']}\n").encode()
        approval = {"by": self.by[who]}
        sign_again(self.evidence, approval, text, who)
        self.add("plan.approved", request=self.REQUEST, plan=self.PLAN, by=approval["by"], approval=approval,
                 digest=self.digest, enough=enough, **more)

    def job(self, system, verb):
        return next(job["job"] for job in self.document["jobs"] if (job["system"], job["verb"]) == (system, verb))

    def at_job(self, job, kind, /, **facts):
        return self.add(kind, request=self.REQUEST, plan=self.PLAN, job=job, **facts)

    def start(self, job, epoch):
        self.at_job(job, "attempt.started", attempt="a-" + hashlib.sha256(f"{job}{epoch}".encode()).hexdigest()[:32],
                    epoch=epoch, digest=self.digest)

    def second_request(self):
        """With all that the first one has not got: identity, extension, hold, exception, questions, calls."""
        self.receive(rights=["erasure", "access"], language="nl",
                     requester={"kind": "representative", "proof": "authorisation", "isAddressee": True})
        self.about("identity.asked", method="counter", doubt="other-address", on=self.day, by=self.by["bram"])
        self.about("letter.sent", letter="identity", language="nl", channel="mail", on=self.day, mac="0" * 64,
                   proof="smtp-250", queue="4XyZ")
        self.about("identity.proved", on=self.day, suspendedDays=0, statutory="2034-01-31", workTo="2034-01-31",
                   ruleSet="NL/atw/2026-1", by=self.by["bram"])
        self.about("request.confirmed", method="counter", ground="art17-1-b", by=self.by["bram"])
        self.about("identifiers.added", identifierKinds=["phone"], by=self.by["bram"])
        self.about("request.linked", other="r-" + "c" * 32, seen="officer", by=self.by["bram"])
        self.about("deadline.extended", reason="complexity", on=self.day, statutory="2034-03-31", workTo="2034-03-31",
                   ruleSet="NL/atw/2026-1", by=self.by["bram"])
        self.about("deadline.near", workTo="2034-03-31", lead=15)
        self.about("hold.set", system="usb-stick", ground="art17-3-e", reviewBefore=self.day, by="u-" + "7" * 32)
        self.about("hold.overdue", system="usb-stick", reviewBefore=self.day)
        self.about("hold.released", system="usb-stick", by="u-" + "7" * 32)
        self.about("lookup.made", systems=2, purpose="discover", columns=10, unread=1, uncovered=0)
        self.about("question.asked", code="found-identifiers", open=1)
        self.about("identifier.accepted", system="crm", identifierKind="email", ordinal=1, by=self.by["bram"])
        self.propose()
        terms = {"ground": "art17-3-e", "citation": "Art. 52 AWR", "until": "2040-01-01"}
        self.add("exception.granted", request=self.REQUEST, plan=self.PLAN, system="crm", dataset="contact", records=1,
                 terms=terms, by=self.by["bram"])
        self.propose()
        self.approve("bram", False)
        self.approve("chris", True)
        tell = self.job("cleansing", "instruct")
        self.start(tell, 1)
        self.at_job(tell, "attempt.ended", epoch=1, end="transient-failure", code="busy", retryAt=self.at)
        self.start(tell, 2)
        self.at_job(tell, "attempt.prepared", epoch=2, effects=[], tags=0)
        self.at_job(tell, "attempt.ended", epoch=2, end="accepted", checkAt=self.at)
        self.at_job(tell, "callback.received", status="in-progress", late=False)
        self.at_job(tell, "attempt.reported-late", epoch=1, end="accepted")
        other = self.job("intermediary", "stop-sending")
        self.start(other, 1)
        self.at_job(other, "attempt.ended", epoch=1, end="permanent-failure", code="refused")
        self.at_job(other, "job.reopened", by=self.by["bram"])
        self.start(other, 2)
        self.at_job(other, "attempt.ended", epoch=2, end="needs-officer",
                    question={"code": "denied", "detail": "other"})
        self.at_job(other, "question.answered", code="denied", answer="retry", by=self.by["bram"])
        self.start(other, 3)
        self.at_job(other, "attempt.ended", epoch=3, end="needs-officer", question={"code": "denied"})
        self.at_job(other, "question.answered", code="denied", answer="except", terms=terms, by=self.by["bram"])
        self.at_job(other, "job.settled", outcome={"outcome": "excepted", "ground": "art17-3-e"}, by=self.by["bram"])
        self.add("plan.paused", request=self.REQUEST, plan=self.PLAN, by=self.by["bram"])
        self.add("plan.resumed", request=self.REQUEST, plan=self.PLAN, by=self.by["bram"])
        self.add("plan.halted", request=self.REQUEST, plan=self.PLAN, reason="other", by=self.by["bram"])
        self.at_job(tell, "job.settled", outcome={"outcome": "cancelled", "reason": "plan-halted"})

    def notice(self):
        """A request that another company's notice made, and its answer."""
        sender, notice = "mother", "j-" + "1" * 32
        self.REQUEST = "r-" + hashlib.sha256(f"expunged-notice/1\n{sender}\n{notice}\n".encode()).hexdigest()[:32]
        self.receive(channel="notice-mother")
        self.about("notice.received", sender=sender, notice=notice, duty="notify")
        self.about("request.refused", ground="art17-3-b", by=self.by["bram"])
        self.about("notice.answered", status="denied", reason="legal-obligation")

    def again(self):
        """What a restore brought back, erased again under a standing approval."""
        self.standing_made = self.standing()
        self.receive(again={"system": "crm", "request": next(
            entry["request"] for entry in self.evidence.entries if "request" in entry)})
        self.about("request.confirmed", method="recognised", ground="art17-1-b")
        self.propose_again()
        self.approve_again(self.standing_made[0], False)
        self.approve_again(self.standing_made[1], True)

    def propose_again(self, change=lambda job: None):
        proposed = self.evidence.entries[self.evidence.place("plan.proposed")]
        job = next(job for job in json.loads(self.evidence.artifact(proposed["digest"]))["jobs"]
                   if (job["system"], job["verb"]) == ("crm", "erase"))
        job = {**job, "job": "j-" + "e" * 32, "dependsOn": []}
        change(job)
        self.propose(jobs=[job], coverage=[{"jobs": [job["job"]], "role": "own", "system": "crm", "title": "CRM"}])

    def grounds(self, change=None, rejected="other-legal-basis", datasets=("mailing",), **more):
        """Decisions about kinds of data: one accepted, one rejected; the plan says so."""
        self.receive(**more)
        self.about("request.confirmed", method="counter", ground="art17-1-b", by=self.by["bram"])
        self.propose()
        self.decide("crm", "contact", rejected="other-legal-basis")
        self.decide("crm", "contact", who="bram")
        self.decide("backoffice", "marketing", rejected, datasets=datasets and list(datasets))
        self.propose(change)
        self.approve("bram", False)
        self.approve("chris", True)
        self.start(self.job("cleansing", "instruct"), 1)

    TAKEN = {"crm": "j-" + "f" * 32, "usb-stick": "j-" + "f" * 31 + "e"}

    def exporting(self, document):
        """Puts two exports in front of all that makes data go: one that is read, one by hand."""
        taken = {"packages": ["portability", "access"],
                 "datasets": [{"dataset": "customer", "rows": 1, "portability": ["email"], "thirdParty": ["note"]}]}
        settled = [{"job": job, "kind": "settled"} for job in self.TAKEN.values()]
        for job in document["jobs"]:
            if job["verb"] in ("erase", "manual", "instruct"):
                job["dependsOn"] = job["dependsOn"] + settled
        for system, reference in self.TAKEN.items():
            there = next(job for job in document["jobs"] if job["system"] == system)
            one = {**there, "job": reference, "verb": "export", "counts": [], "dependsOn": [], "export": taken}
            if system == "usb-stick":
                one["export"] = {"packages": ["access"], "datasets": []}
            document["jobs"].append(one)
            next(one for one in document["coverage"] if one["system"] == system)["jobs"].append(reference)

    def collect(self, system, epoch, days=30):
        job = self.TAKEN[system]
        self.start(job, epoch)
        by_hand = system == "usb-stick"
        if not by_hand:
            self.at_job(job, "rows.collected", epoch=epoch, datasets=[{"dataset": "customer", "rows": 1, "shared": 2}],
                        bytes=100, mac="0" * 64, expires=self.later(days))
        question = {"code": "package-waits", **({"detail": "collect-by-hand"} if by_hand else {})}
        self.at_job(job, "attempt.ended", epoch=epoch, end="needs-officer", question=question)
        if by_hand:
            self.at_job(job, "files.added", files=1, bytes=10, mac="0" * 64, expires=self.later(days),
                        by=self.by["bram"])

    def again_collected(self, system):
        self.at_job(self.TAKEN[system], "question.answered", code="package-waits", answer="retry", by=self.by["bram"])

    def at_plan(self, kind, /, **facts):
        return self.add(kind, **{"request": self.REQUEST, "plan": self.PLAN, "by": self.by["bram"], **facts})

    def package(self, package, days=20):
        self.at_plan("package.made", package=package, ciphertext="0" * 64, bytes=200, systems=2, rows=1, files=1,
                     recipient="age", until=self.later(days))

    def exported(self, system, waived):
        self.at_job(self.TAKEN[system], "job.settled", outcome={"outcome": "exported", "waived": waived})

    def asks_for_copies(self, change=None, rights=("erasure", "portability", "access")):
        self.receive(rights=list(rights))
        self.about("request.confirmed", method="counter", ground="art17-1-b", by=self.by["bram"])
        self.propose(change or self.exporting)
        self.approve("bram", False)
        self.approve("chris", True)

    def collects(self):
        self.asks_for_copies()
        self.collect("crm", 1, days=3)
        self.wait(3)
        self.at_job(self.TAKEN["crm"], "collection.expired")
        self.again_collected("crm")
        self.collect("crm", 2)
        self.collect("usb-stick", 1)

    def takes_along(self):
        """Two packages, one made twice since it was collected anew; what was by hand is waived."""
        self.collects()
        self.package("access")
        self.at_plan("package.waived", system="usb-stick", reason="nothing-there")
        self.exported("usb-stick", True)
        self.package("portability")
        self.at_plan("package.delivered", package="portability", how="counter")
        self.again_collected("crm")
        self.collect("crm", 3)
        self.package("access")
        self.at_plan("package.delivered", package="access", how="counter")
        self.exported("crm", False)
        self.start(self.job("cleansing", "instruct"), 1)

    def measures(self):
        """An objection to marketing before anything is known, a restriction, both ended; a case file at the close."""
        self.receive()
        hand, both = {"by": self.by["bram"]}, {"systems": ["crm"], "byHand": ["usb-stick"]}
        marketing, restriction = {"measure": "marketing"}, {"measure": "restriction"}
        self.about("measure.ordered", **marketing, systems=["crm"], byHand=[], **hand)
        self.about("measure.started", **marketing, system="crm")
        self.about("measure.applied", **marketing, system="crm", rows=1)
        self.about("request.confirmed", method="counter", ground="art17-1-b", **hand)
        self.about("measure.ordered", **restriction, **both, **hand)
        self.about("measure.applied", **restriction, system="usb-stick", rows=0, **hand)
        self.about("measure.started", **restriction, system="crm")
        self.about("measure.failed", **restriction, system="crm", code="connection-lost")
        self.about("measure.started", **restriction, system="crm")
        self.about("measure.applied", **restriction, system="crm", rows=2)
        self.about("measure.lifted", **restriction, informedOn=self.day, channel="mail", **hand)
        self.about("measure.started", **restriction, system="crm")
        self.about("measure.undone", **restriction, system="crm", rows=2)
        self.about("measure.undone", **restriction, system="usb-stick", rows=0, **hand)
        self.about("request.refused", ground="art17-3-b", **hand)
        self.about("subject.informed", on=self.day, channel="mail", **hand)
        self.about("casefile.kept", until=self.day, digest="sha256:" + "6" * 64, people=3)
        self.about("request.closed", **hand)
        self.about("vault.destroyed", items=3)
        for step, who in ((1, "bram"), (2, "chris")):
            self.add("casefile.opened", about=self.REQUEST, step=step, reason="complaint", by=self.by[who])
        self.add("casefile.destroyed", about=self.REQUEST, digest="sha256:" + "6" * 64)

    def approve_again(self, approval, enough):
        self.add("plan.approved", request=self.REQUEST, plan=self.PLAN, by=approval["by"], approval=approval,
                 digest=self.digest, enough=enough, standing=True)


def lies(run):
    def going_on(*steps):
        def lie(evidence):
            writer = Writer(evidence)
            for step in steps:
                step(writer)
        return lie

    def then(kind, /, **facts):
        return lambda writer: writer.about(kind, **facts)

    def change_last(kind, change):
        """Of the second request, after it was written."""
        return lambda writer: change(
            next(entry for entry in reversed(writer.evidence.entries) if entry["kind"] == kind))

    def drop_last(kind):
        return lambda writer: writer.evidence.entries.remove(
            next(entry for entry in reversed(writer.evidence.entries) if entry["kind"] == kind))

    goes_on(run, going_on, then, change_last, drop_last)
    grounds(run, going_on, then, change_last)
    packages(run, going_on, change_last)
    measures(run, going_on, then)
    terms(run, going_on, then, drop_last)
    words(run, going_on, then)
    lies_of_the_demo(run)


def goes_on(run, going_on, then, change_last, drop_last):
    def lie(what, *steps, is_wrong=True, **more):
        run.lie(what, going_on(*steps), is_wrong=is_wrong, **more)

    second = Writer.second_request
    lie("what else a log says", Writer.log, is_wrong=False)
    lie("another request, with all that may happen", second, is_wrong=False, bundle=True)
    lie("erased again under a standing approval", Writer.again, is_wrong=False, bundle=True)
    lie("a notice of another company", Writer.notice, is_wrong=False, bundle=True)
    lie("a notice answered before it was decided", Writer.notice, drop_last("request.refused"), bundle=True)
    lie("a notice answered twice", Writer.notice, then("notice.answered", status="denied"))
    lie("resumed, and nothing was stopped", lambda writer: writer.add("work.resumed", by=writer.by["bram"]))
    lie("an incident closed that nobody opened",
        lambda writer: writer.add("incident.closed", about="r-" + "1" * 32, reported=False, by=writer.by["bram"]))
    lie("a standing approval signed twice by one person", lambda writer: writer.standing(people=("bram", "bram")))
    lie("a standing approval for another number than the text says", Writer.standing,
        change_last("standing.approved", lambda entry: entry.update(atMost=60)))
    lie("a standing approval of one person",
        lambda writer: setattr(writer, "standing_made", writer.standing(("bram",))),
        lambda writer: writer.receive(again={"system": "crm", "request": "r-" + "1" * 32}),
        then("request.confirmed", method="recognised", ground="art17-1-b"), Writer.propose_again,
        lambda writer: writer.approve_again(writer.standing_made[0], True))
    lie("a standing approval that was withdrawn", Writer.again, lambda writer: writer.evidence.entries.insert(
        len(writer.evidence.entries) - 4, {"at": writer.at, "kind": "standing.withdrawn", "system": "crm", "v": 1,
                                           "by": writer.by["bram"]}))
    lie("a standing approval for another record", lambda writer: setattr(writer, "standing_made", writer.standing()),
        lambda writer: writer.receive(again={"system": "crm", "request": "r-" + "1" * 32}),
        then("request.confirmed", method="recognised", ground="art17-1-b"),
        lambda writer: writer.propose_again(lambda job: job.update(record="sha256:" + "4" * 64)),
        lambda writer: writer.approve_again(writer.standing_made[0], False), bundle=True)
    lie("a standing approval for a request that is no restore", Writer.again,
        change_last("request.received", lambda entry: entry.pop("again")))
    lie("a standing approval for fewer rows",
        lambda writer: setattr(writer, "standing_made", writer.standing(atMost=1)),
        lambda writer: writer.receive(again={"system": "crm", "request": "r-" + "1" * 32}),
        then("request.confirmed", method="recognised", ground="art17-1-b"), Writer.propose_again,
        lambda writer: writer.approve_again(writer.standing_made[0], False))
    lie("confirmed twice", Writer.receive, then("request.confirmed", method="counter", ground="art17-1-b"),
        then("request.confirmed", method="counter", ground="art17-1-b"))
    lie("a plan before the request was confirmed", Writer.receive, Writer.propose)
    lie("refused after it was erased", lambda writer: writer.evidence.entries.insert(
        writer.evidence.place("request.closed"), about_request(writer.evidence, "request.refused", ground="art17-3-a")))
    lie("content by mail to somebody unknown", Writer.receive,
        then("letter.sent", letter="extension", language="nl", channel="mail", on="2033-12-31", mac="0" * 64,
             proof="smtp-250"))
    lie("a notice that made another request", Writer.receive,
        then("notice.received", sender="mother", notice="j-" + "1" * 32, duty="notify"))
    lie("a receipt moved to a later time", Writer.receive, lambda writer: writer.about(
        "receipt.corrected", reason="other", receivedAt="2090-01-01T00:00:00Z", receivedOn="2090-01-01",
        dueDates=writer.evidence.entries[-1]["dueDates"], by=writer.by["bram"]))
    lie("a nonce used twice", Writer.receive, then("request.confirmed", method="counter", ground="art17-1-b"),
        Writer.propose, change_last("plan.proposed", lambda entry: entry.update(nonce=next(
            one["nonce"] for one in run_entries(run) if one["kind"] == "plan.proposed"))))
    lie("an exception without terms", second,
        change_last("exception.granted", lambda entry: entry.pop("terms")), bundle=True)
    lie("an approver has set a hold", second,
        change_last("hold.released", lambda entry: entry.update(by=WHO["chris"])),
        change_last("hold.set", lambda entry: entry.update(by=WHO["chris"])))
    lie("an exception with an end and a review", second,
        change_last("question.answered", lambda entry: entry["terms"].update(reviewBefore="2034-06-01")), bundle=True)
    lie("paused twice", second, drop_last("plan.halted"), drop_last("plan.resumed"),
        lambda writer: writer.evidence.entries.insert(-1, dict(writer.evidence.entries[-2])))
    lie("withdrawn after its first attempt", second, drop_last("plan.halted"), lambda writer: writer.add(
        "plan.withdrawn", request=writer.REQUEST, plan=writer.PLAN, by=writer.by["bram"]))
    halted = (drop_last("plan.halted"), lambda writer: writer.evidence.entries.pop())

    def cancelled(*people):
        """All that is due now and has no outcome yet, by these people in turn."""
        def cancel(writer):
            settled = {entry["job"] for entry in writer.evidence.entries if entry["kind"] == "job.settled"}
            # Tags last: they say nothing about what goes, and do not make the last one a second person's.
            due = [job["job"] for tags in (False, True) for job in writer.document["jobs"]
                   if "followUp" not in job and job["job"] not in settled and (job["verb"] == "tag-expiry") == tags]
            due, tags = due[:-1], due[-1:]
            assert next(job for job in writer.document["jobs"] if job["job"] == tags[0])["verb"] == "tag-expiry"
            for number, job in enumerate(due):
                who = people[-1] if number + 1 == len(due) else people[0]
                writer.at_job(job, "job.settled", outcome={"outcome": "cancelled", "reason": "officer"},
                              **({"by": writer.by[who]} if who else {}))
            writer.at_job(tags[0], "job.settled", outcome={"outcome": "cancelled", "reason": "officer"},
                          by=writer.by["chris"])
        return cancel

    lie("cancelled by nobody, and the plan goes on", second, drop_last("plan.halted"), bundle=True)
    lie("everything excepted or cancelled by one person", second, *halted, cancelled("bram"), bundle=True)
    lie("everything excepted or cancelled by two people", second, *halted, cancelled("bram", "chris"), is_wrong=False)
    lie("everything cancelled, the last by nobody", second, *halted, cancelled("bram", None))
    lie("approved while identifiers wait for a decision", second, lambda writer: writer.evidence.entries.insert(
        next(place for place, entry in enumerate(writer.evidence.entries)
             if entry["kind"] == "plan.approved" and entry["request"] == writer.REQUEST),
        {"at": writer.at, "kind": "question.asked", "request": writer.REQUEST, "v": 1, "code": "found-identifiers",
         "open": 1}), bundle=True)
    lie("excepted without an answer", second,
        change_last("question.answered", lambda entry: entry.update(answer="decline")), bundle=True)
    lie("excepted on another ground", second,
        change_last("question.answered", lambda entry: entry["terms"].update(ground="art17-3-b")))
    lie("an attempt after the plan was halted", second,
        lambda writer: writer.start(writer.job("sister", "notify"), 1))
    lie("an attempt while the job waits for an officer", second, drop_last("plan.halted"), drop_last("plan.resumed"),
        drop_last("plan.paused"), lambda writer: writer.evidence.entries.pop(),
        lambda writer: [drop_last(kind)(writer) for kind in ("job.settled", "question.answered")],
        lambda writer: writer.start(writer.job("intermediary", "stop-sending"), 4))
    lie("an attempt before its companies were told", second, drop_last("plan.halted"),
        lambda writer: writer.evidence.entries.pop(),
        lambda writer: writer.start(writer.job("backoffice", "erase"), 1))
    lie("a late call for a job that is open", second,
        change_last("callback.received", lambda entry: entry.update(late=True)), bundle=True)
    lie("a follow-up before its day", second, drop_last("plan.halted"), lambda writer: writer.evidence.entries.pop(),
        lambda writer: writer.start(writer.job("backoffice", "erase-kept"), 1))
    lie("halted twice", second, lambda writer: writer.add(
        "plan.halted", request=writer.REQUEST, plan=writer.PLAN, reason="other", by=writer.by["bram"]))
    lie("a plan changed after it was halted", second, lambda writer: writer.approve("bram", True))
    lie("reopened, and it had not failed", second, lambda writer: writer.at_job(
        writer.job("sister", "notify"), "job.reopened", by=writer.by["bram"]))
    lie("told on and on after the request was withdrawn", second, drop_last("plan.halted"),
        lambda writer: writer.evidence.entries.pop(), then("request.withdrawn", by="u-" + "7" * 32),
        lambda writer: writer.start(writer.job("sister", "notify"), 1))


def grounds(run, going_on, then, change_last):
    def lie(what, *steps, is_wrong=True, **more):
        run.lie(what, going_on(*steps), is_wrong=is_wrong, **more)

    def with_plan(change):
        """The decisions of the second plan, changed by who drafts it."""
        def lied(writer):
            honest = writer.lines
            writer.lines = lambda document: change(honest(document)) if writer.decided else honest(document)
            writer.grounds()
        return lied

    def line(system, **facts):
        return with_plan(lambda lines: [{**one, **facts} if one["system"] == system else one for one in lines])

    def stays(writer):
        """Nothing goes any more: one line is rejected, and what the jobs had counted is gone."""
        def empty(document):
            for job in document["jobs"]:
                job["counts"] = []
        writer.receive()
        writer.about("request.confirmed", method="counter", ground="art17-1-b", by=writer.by["bram"])
        writer.propose(empty)
        writer.decide("backoffice", "marketing", "other-legal-basis", datasets=["mailing"])
        writer.propose(empty)

    story = Writer.grounds
    lie("grounds decided by kind of data", story, is_wrong=False, bundle=True)
    lie("all stays, by two people", stays, lambda writer: writer.approve("bram", False),
        lambda writer: writer.approve("chris", True), is_wrong=False, bundle=True)
    lie("all stays, by one person", stays, lambda writer: writer.approve("bram", True), bundle=True)
    lie("a ground that nobody decided about", story, change_last("category.decided", lambda entry: entry.pop("by")))
    lie("a rejection of another ground", lambda writer: writer.grounds(rejected="still-necessary"), bundle=True)
    lie("a rejection that no law knows", lambda writer: writer.grounds(rejected="too-much-work"))
    lie("the objection of a child is overridden", lambda writer: writer.receive(
        requester={"kind": "guardian", "proof": "birth-certificate", "isAddressee": True, "under16": True}),
        then("request.confirmed", method="counter", ground="art17-1-c", by=WHO["bram"]), Writer.propose,
        lambda writer: writer.at_plan("category.decided", system="crm", category="contact", ground="art17-1-c",
                                      rejected="overriding-grounds"))
    lie("a ground decided after the approval", story, lambda writer: writer.decide("crm", "contact"))
    lie("the plan keeps what was decided to itself", with_plan(
        lambda lines: [one for one in lines if one["system"] != "crm"]), bundle=True)
    lie("the plan names another author of a decision", line("crm", by=Writer.DRAFTER))
    lie("the plan names another ground than was decided", line("crm", ground="art17-1-a"))
    lie("the plan rejects what nobody rejected", line("cleansing", rejected="other-legal-basis"))
    lie("the plan decides twice about one kind", with_plan(lambda lines: lines + lines[-1:]))
    lie("a plan for a system whose ground was rejected", lambda writer: writer.grounds(datasets=None), bundle=True)

    def every_root(writer):
        plan = json.loads(writer.evidence.artifact(
            writer.evidence.entries[writer.evidence.place("plan.proposed")]["digest"]))
        roots = {count["dataset"] for job in plan["jobs"] if job["system"] == "backoffice"
                 for count in job["counts"] if count["isRoot"]}
        writer.grounds(datasets=sorted(roots))

    lie("the plan erases what was rejected", every_root)
    lie("a line that merely names its system", line("crm", datasets=[]), bundle=True)
    lie("what goes is in two lines", with_plan(lambda lines: lines + [{
        **next(one for one in lines if one["system"] == "backoffice"), "category": "other", "by": Writer.DRAFTER,
        "ground": "art17-1-b", "datasets": ["customer"]}]), bundle=True)
    lie("what goes is in two lines, before that was a rule", lambda writer: writer.evidence.entries[0].update(rules=7),
        with_plan(lambda lines: [
            {**one, "datasets": []} if one["system"] == "backoffice" and "rejected" not in one else one
            for one in lines]), is_wrong=False)
    lie("a plan without grounds", Writer.receive,
        then("request.confirmed", method="counter", ground="art17-1-b", by=WHO["bram"]),
        lambda writer: setattr(writer, "lines", lambda document: None), Writer.propose,
        lambda writer: writer.approve("bram", False), lambda writer: writer.approve("chris", True), bundle=True)


def packages(run, going_on, change_last):
    def lie(what, *steps, is_wrong=True, **more):
        run.lie(what, going_on(*steps), is_wrong=is_wrong, **more)

    def delivered(package):
        return lambda writer: writer.at_plan("package.delivered", package=package, how="counter")

    def waived(**facts):
        return lambda writer: writer.at_plan("package.waived", reason="not-wanted", **facts)

    def package(kind, days=20):
        return lambda writer: writer.package(kind, days)

    def exported(system, is_waived):
        return lambda writer: writer.exported(system, is_waived)

    def settled(system, **outcome):
        return lambda writer: writer.at_job(Writer.TAKEN[system], "job.settled", outcome=outcome, by=writer.by["bram"])

    def without_waiting(writer, document):
        writer.exporting(document)
        for job in document["jobs"]:
            if job["verb"] == "manual":
                job["dependsOn"] = []

    def changed(change):
        def change_plan(writer):
            def changing(document):
                writer.exporting(document)
                change(document)
            writer.asks_for_copies(changing)
        return change_plan

    def export(document):
        return next(job for job in document["jobs"] if job["job"] == Writer.TAKEN["crm"])

    def copies_only(document):
        Writer.exporting(Writer, document)
        document["jobs"] = [job for job in document["jobs"] if job["verb"] == "export"]
        for one in document["coverage"]:
            one["jobs"] = [job for job in one["jobs"] if job in Writer.TAKEN.values()]

    all_of_it, begun = Writer.takes_along, Writer.collects
    lie("data are taken along before they go", all_of_it, is_wrong=False, bundle=True)
    lie("all is waived", begun, waived(), exported("crm", True), exported("usb-stick", True), is_wrong=False)
    lie("waived before anything was read", Writer.asks_for_copies, waived(), exported("crm", True), is_wrong=False)
    lie("a copy only, and nothing goes", lambda writer: writer.asks_for_copies(copies_only, ["access", "portability"]),
        is_wrong=False, bundle=True)
    lie("an export of a plan that was halted is cancelled", begun,
        lambda writer: writer.at_plan("plan.halted", reason="other"),
        settled("crm", outcome="cancelled", reason="plan-halted"), is_wrong=False, bundle=True)
    lie("erased, and only a copy was asked for",
        lambda writer: writer.asks_for_copies(writer.exporting, ["access", "portability"]), bundle=True)
    lie("a plan for a request that asks for nothing of it",
        lambda writer: writer.asks_for_copies(copies_only, ["restriction"]))
    lie("exported for a right that nobody invoked",
        lambda writer: writer.asks_for_copies(writer.exporting, ["erasure", "access"]), bundle=True)
    lie("the plan erases before the person has his data", lambda writer: writer.asks_for_copies(
        lambda document: without_waiting(writer, document)), bundle=True)
    lie("an export that says not what", changed(lambda document: export(document).pop("export")))
    lie("an export for no package", changed(lambda document: export(document)["export"].update(packages=[])))
    lie("begun before the person has his data", begun,
        lambda writer: writer.start(writer.job("cleansing", "instruct"), 1), bundle=True)
    lie("a package made before all is collected", Writer.asks_for_copies, lambda writer: writer.collect("crm", 1),
        package("access"), bundle=True)
    lie("a package that lives too long", begun, package("access", 40))
    lie("a package that is over already", begun, package("access", 0))
    lie("a package made of what is collected anew", begun, lambda writer: writer.again_collected("crm"),
        package("access"))
    lie("a package after all was waived", begun, waived(), package("access"))
    lie("a package that was handed to nobody", begun, package("access"),
        change_last("package.made", lambda entry: entry.pop("by")))
    lie("delivered, and not made", begun, delivered("access"), bundle=True)
    lie("delivered after it was void", begun, package("access"), lambda writer: writer.again_collected("crm"),
        delivered("access"), bundle=True)
    lie("delivered with a file missing", begun, package("access"), lambda writer: writer.at_job(
        Writer.TAKEN["usb-stick"], "files.added", files=2, bytes=20, mac="1" * 64, expires=writer.later(9),
        by=writer.by["bram"]), delivered("access"))
    lie("a file added after the package was delivered", begun, package("access"), delivered("access"),
        lambda writer: writer.at_job(Writer.TAKEN["usb-stick"], "files.added", files=2, bytes=20, mac="1" * 64,
                                     expires=writer.later(9), by=writer.by["bram"]))
    lie("delivered after its end", begun, package("access"), lambda writer: writer.wait(20), delivered("access"))
    lie("delivered twice", begun, package("access"), delivered("access"), delivered("access"))
    lie("delivered after it was waived", begun, package("access"), waived(), delivered("access"))
    lie("waived twice", begun, waived(), waived())
    lie("one system waived twice", begun, waived(system="crm"), waived(system="crm"))
    lie("one system waived after a package was delivered", begun, package("access"), delivered("access"),
        waived(system="crm"))
    lie("delivered, and a system of it was waived since", begun, package("access"), waived(system="usb-stick"),
        delivered("access"), bundle=True)
    lie("waived in a system that exports nothing", begun, waived(system="cleansing"), bundle=True)
    lie("waived after all was delivered", begun, package("access"), delivered("access"), package("portability"),
        delivered("portability"), waived())
    lie("waived before the plan was approved", Writer.asks_for_copies, change_last(
        "plan.approved", lambda entry: entry.update(enough=False)), waived())
    lie("exported, and only one package was delivered", begun, package("access"), delivered("access"),
        exported("crm", False), bundle=True)
    lie("exported by a waiver of another system", begun, waived(system="usb-stick"), exported("crm", True))
    lie("waived is called delivered", begun, waived(), exported("crm", False))
    lie("delivered is called waived", begun, package("access"), delivered("access"), package("portability"),
        delivered("portability"), exported("crm", True), bundle=True)
    lie("exported while an attempt runs", Writer.asks_for_copies, lambda writer: writer.start(Writer.TAKEN["crm"], 1),
        waived(), exported("crm", True))
    lie("an export is excepted", begun, lambda writer: writer.at_job(
        Writer.TAKEN["crm"], "question.answered", code="package-waits", answer="except", by=writer.by["bram"],
        terms={"ground": "art17-3-e", "citation": "Art. 52 AWR", "until": "2040-01-01"}),
        settled("crm", outcome="excepted", ground="art17-3-e"), bundle=True)
    lie("an export is cancelled, and its plan goes on", begun, settled("crm", outcome="cancelled", reason="other"),
        bundle=True)
    lie("an export is cancelled while its plan is paused", begun, lambda writer: writer.at_plan("plan.paused"),
        settled("crm", outcome="cancelled", reason="other"))
    lie("a company's job is exported", begun, waived(), exported("crm", True), exported("usb-stick", True),
        lambda writer: writer.at_job(writer.job("cleansing", "instruct"), "job.settled",
                                     outcome={"outcome": "exported", "waived": True}))
    lie("collected anew after all was waived", begun, waived(), lambda writer: writer.again_collected("crm"),
        bundle=True)
    lie("rows collected outside an attempt", Writer.asks_for_copies, lambda writer: writer.at_job(
        Writer.TAKEN["crm"], "rows.collected", epoch=1, datasets=[], bytes=1, mac="0" * 64, expires=writer.later(1)))
    lie("rows collected that are over already", begun,
        change_last("rows.collected", lambda entry: entry.update(expires=entry["at"])))
    lie("rows collected by a company's job", Writer.asks_for_copies, lambda writer: writer.at_job(
        writer.job("sister", "notify"), "rows.collected", epoch=1, datasets=[], bytes=1, mac="0" * 64,
        expires=writer.later(1)))
    lie("a file that nobody added", begun, change_last("files.added", lambda entry: entry.pop("by")), bundle=True)
    lie("a file for an export that waits for no package", Writer.asks_for_copies, lambda writer: writer.at_job(
        Writer.TAKEN["usb-stick"], "files.added", files=1, bytes=1, mac="0" * 64, expires=writer.later(1),
        by=writer.by["bram"]))
    lie("expired before its time", begun, lambda writer: writer.at_job(Writer.TAKEN["crm"], "collection.expired"),
        bundle=True)
    lie("a company's job waits for a package", Writer.asks_for_copies,
        lambda writer: writer.start(writer.job("sister", "notify"), 1),
        lambda writer: writer.at_job(writer.job("sister", "notify"), "attempt.ended", epoch=1, end="needs-officer",
                                     question={"code": "package-waits"}))


def measures(run, going_on, then):
    def lie(what, *steps, is_wrong=True, **more):
        run.lie(what, going_on(*steps), is_wrong=is_wrong, **more)

    def first(kind, change):
        """Of the restriction: its first entry of a kind."""
        return lambda writer: change(writer.evidence.entries, next(
            i for i, entry in enumerate(writer.evidence.entries)
            if entry["kind"] == kind and entry.get("measure", "restriction") == "restriction"
            and entry["request"] == Writer.REQUEST))

    def drop(entries, place):
        del entries[place]

    def facts(**new):
        return lambda entries, place: entries[place].update(new)

    def swap(entries, place):
        entries[place], entries[place + 1] = entries[place + 1], entries[place]

    def put(kind, **facts):
        """Before it stands this, about the log."""
        return lambda entries, place: entries.insert(place, {
            "at": entries[place]["at"], "by": WHO["bram"], "kind": kind, "v": 1, **facts})

    story = Writer.measures
    lie("a restriction and an objection", story, is_wrong=False, bundle=True)
    lie("a restriction before the request is confirmed", Writer.receive, then(
        "measure.ordered", measure="restriction", systems=["crm"], byHand=[], by=WHO["bram"]), bundle=True)
    lie("a measure that nobody ordered", story,
        first("measure.ordered", lambda entries, place: entries[place].pop("by")))
    lie("a measure of another kind", story, first("measure.ordered", facts(measure="deletion")))
    lie("a measure in no system", Writer.receive, then(
        "measure.ordered", measure="marketing", systems=[], byHand=[], by=WHO["bram"]))
    lie("a measure in one system twice", Writer.receive, then(
        "measure.ordered", measure="marketing", systems=["crm"], byHand=["crm"], by=WHO["bram"]))
    lie("a measure ordered twice", story, first("measure.ordered", lambda entries, place: entries.insert(
        place, dict(entries[place]))), bundle=True)
    lie("begun in another system", story, first("measure.started", facts(system="backoffice")))
    lie("begun in a system by hand", story, first("measure.ordered", facts(systems=[], byHand=["crm", "usb-stick"])))
    lie("begun while all stands still", story, first("measure.started", put("work.stopped")))
    lie("begun where nobody released it", story, first("measure.started", put("system.stopped", system="crm")))
    lie("applied, and nobody began it", story, first("measure.started", drop), first("measure.started", drop),
        bundle=True)
    lie("applied by hand, by nobody", story, first("measure.applied", lambda entries, place: entries[place].pop("by")))
    lie("applied twice", story, first("measure.applied", lambda entries, place: entries.insert(
        place, dict(entries[place]))))
    lie("failed where nothing waits", story, first("measure.failed", facts(system="usb-stick")), bundle=True)
    lie("lifted by nobody", story, first("measure.lifted", lambda entries, place: entries[place].pop("by")))
    lie("lifted before the person was told", story, first("measure.lifted", facts(informedOn="2099-01-01")),
        bundle=True)
    lie("lifted, and the person was told before", story, first("measure.lifted", facts(informedOn="2020-01-01")))
    lie("lifted twice", story, first("measure.lifted", lambda entries, place: entries.insert(
        place, dict(entries[place]))))
    lie("undone, and never lifted", story, first("measure.lifted", drop), first("measure.started", drop))
    lie("closed while a system waits", story, first("measure.undone", drop), bundle=True)
    lie("a restriction lifted after the erasure began", Writer.asks_for_copies, then(
        "measure.ordered", measure="restriction", systems=["crm"], byHand=[], by=WHO["bram"]),
        lambda writer: writer.about("measure.lifted", measure="restriction", informedOn=writer.day, channel="mail",
                                    by=writer.by["bram"]), bundle=True)
    lie("a measure after the vault entry is gone", story, then(
        "measure.lifted", measure="marketing", informedOn="2033-01-01", channel="mail", by=WHO["bram"]))
    lie("a case file before the person was informed", story, first("subject.informed", swap), bundle=True)
    lie("a case file after the closing", story, first("casefile.kept", swap))
    lie("a case file for one person alone", story, first("casefile.kept", facts(people=1)), bundle=True)
    lie("a case file destroyed before its day", story, first("casefile.kept", facts(until="2099-01-01")))
    lie("another case file destroyed", story, first("casefile.kept", facts(digest="sha256:" + "7" * 64)))
    lie("a case file opened by one person", story, lambda writer: next(
        entry for entry in writer.evidence.entries if entry["kind"] == "casefile.opened").update(by=writer.by["chris"]))
    lie("a case file opened after its end", story, lambda writer: writer.add(
        "casefile.opened", about=writer.REQUEST, step=1, reason="complaint", by=writer.by["bram"]))
    lie("two case files", story, first("casefile.kept", lambda entries, place: entries.insert(
        place, dict(entries[place]))), bundle=True)


def terms(run, going_on, then, drop_last):
    """What moves the days of a request, what is learned about it later, and the letters about both."""
    def lie(what, *steps, is_wrong=True, **more):
        run.lie(what, going_on(*steps), is_wrong=is_wrong, **more)

    receive, rules = Writer.receive, {"ruleSet": "NL/atw/2026-1"}
    confirmed = then("request.confirmed", method="counter", ground="art17-1-b")

    def due(**facts):
        return lambda writer: writer.evidence.entries[-1]["dueDates"].update(facts)

    def asked(writer):
        writer.about("identity.asked", method="counter", doubt="other-address", on=writer.day, by=writer.by["bram"])

    def proved(days=0, statutory="2034-01-31", **facts):
        """The proof comes so many days after the question."""
        return lambda writer: writer.about("identity.proved", by=writer.by["bram"], **{
            "on": writer.later(days)[:10], "suspendedDays": days, "statutory": statutory, "workTo": statutory, **rules,
            **facts})

    def extended(statutory="2034-03-31", **facts):
        return lambda writer: writer.about("deadline.extended", reason="complexity", by=writer.by["bram"], **{
            "on": writer.at[:10], "statutory": statutory, "workTo": statutory, **rules, **facts})

    def months(days):
        """Two months behind the first one and so many days more."""
        def extend(writer):
            two = verify.months_after(verify.months_after(writer.day, 1), 2)
            extended(verify.days_after(min(verify.months_after(writer.day, 3), two), days))(writer)
        return extend

    def corrected(**facts):
        def say(writer):
            old = next(one for one in reversed(writer.evidence.entries) if one["kind"] == "request.received")
            day = facts.pop("day", verify.days_after(writer.day, -2))
            writer.about("receipt.corrected", by=writer.by["bram"], **{
                "reason": "other", "receivedAt": f"{day}T00:00:00Z", "receivedOn": day,
                "dueDates": {**old["dueDates"], "received": day}, **facts})
        return say

    lie("identity stops the term, which is extended then", receive, asked, proved(5, "2034-02-26"),
        lambda writer: writer.wait(5), months(26), is_wrong=False, bundle=True)
    lie("identity proved, and nobody asked", receive, proved(), bundle=True)
    lie("identity proved twice", receive, asked, proved(), proved())
    lie("more days stand still than it took", receive, asked, proved(5, "2034-02-05", suspendedDays=6), bundle=True)
    lie("a question that comes late stops the term", receive, due(received="2033-01-01"), asked,
        proved(5, "2034-02-05"))
    lie("a proof before its question", receive, asked, proved(-1, suspendedDays=0))
    lie("days that stand still lead too far", receive, asked, proved(5, "2034-02-27"))
    lie("no day stands still, and the term moves", receive, asked, proved(0, "2034-02-01"), bundle=True)
    lie("an extended day of a term that was not extended", receive, asked,
        proved(extended="2034-03-31", extendedWorkTo="2034-03-31"))
    lie("identity asked for on another day", receive, lambda writer: writer.about(
        "identity.asked", method="counter", doubt="other-address", on=verify.days_after(writer.at, 2)))
    lie("identity asked for after the confirmation", receive, confirmed, asked)
    lie("confirmed without the proof that was asked for", receive, asked, confirmed, bundle=True)
    lie("an extension told after the term", receive, due(received="2033-01-01", statutory="2033-02-01"), extended(),
        bundle=True)
    lie("an extension told on another day", receive, extended(on="2034-01-31"))
    lie("a term extended without end", receive, extended("2099-01-01"), bundle=True)
    lie("a term extended too far after it stood still", receive, asked, proved(5, "2034-02-05"),
        lambda writer: writer.wait(5), months(27))
    lie("a day to work to behind the last day", receive, extended(workTo="2034-04-01"))
    lie("extended after it was refused", receive, confirmed, then("request.refused", ground="art17-3-b"), extended())
    lie("extended anew after the receipt was corrected", receive, extended(), corrected(), extended(), is_wrong=False)
    lie("a receipt moved to a later day", receive, corrected(
        day="2034-12-31", receivedAt="2001-01-01T00:00:00Z"), bundle=True)
    lie("a receipt whose days count from another one", receive, corrected(receivedOn="2001-01-01"))
    lie("a receipt corrected after it was refused", receive, confirmed, then("request.refused", ground="art17-3-b"),
        corrected())

    def letter(kind, **facts):
        return lambda writer: writer.about("letter.sent", **{
            "letter": kind, "language": "nl", "channel": "letter", "on": writer.day, "mac": "0" * 64,
            "proof": "printed", **facts})

    lie("a letter tells the extension", receive, extended(), letter("extension"), is_wrong=False, bundle=True)
    lie("a letter tells an extension that there is not", receive, letter("extension"), bundle=True)
    lie("a letter tells an extension that fell", receive, extended(), corrected(), letter("extension"))
    lie("a letter tells the extension too late", receive, extended(), letter("extension", on="2034-02-01"))
    lie("acknowledged after it was refused", receive, confirmed, then("request.refused", ground="art17-3-b"),
        letter("acknowledgement"))
    lie("asked in a letter who she is, after the confirmation", receive, confirmed, letter("identity"))

    added = then("identifiers.added", identifierKinds=["phone"])
    lie("identifiers after the plan was halted", Writer.second_request, added, is_wrong=False, bundle=True)
    lie("identifiers after the approval", Writer.grounds, added, bundle=True)
    lie("identifiers while a plan is proposed", receive, confirmed, Writer.propose, added)
    lie("identifiers after it was refused", receive, confirmed, then("request.refused", ground="art17-3-b"), added)

    other = "r-" + "d" * 32

    def linked(request, to):
        return lambda writer: writer.add("request.linked", request=request, other=to, seen="officer")

    def two(writer):
        writer.receive()
        writer.REQUEST = other
        writer.receive()

    lie("linked before the other one came, and back", receive, linked(Writer.REQUEST, other),
        lambda writer: setattr(writer, "REQUEST", other), receive, linked(other, Writer.REQUEST), is_wrong=False)
    lie("linked to itself", receive, linked(Writer.REQUEST, Writer.REQUEST), bundle=True)
    lie("linked twice", receive, linked(Writer.REQUEST, other), linked(Writer.REQUEST, other), bundle=True)
    lie("linked, and back again", two, linked(Writer.REQUEST, other), linked(other, Writer.REQUEST))

    def cancel(writer, system="cleansing", verb="instruct"):
        writer.at_job(writer.job(system, verb), "cancel.sent", answer="accepted")

    lie("a company is told to stop", Writer.second_request, cancel, is_wrong=False, bundle=True)
    lie("a company is told to stop twice", Writer.second_request, cancel, cancel, bundle=True)
    lie("a company is told to stop what goes on", Writer.second_request, drop_last("job.settled"), cancel, bundle=True)
    lie("a company is told to stop that was not told",
        Writer.second_request, lambda writer: cancel(writer, "intermediary", "stop-sending"))
    lie("a company is told to stop that has the answer in doubt", Writer.second_request,
        lambda writer: next(one for one in reversed(writer.evidence.entries) if one["kind"] == "attempt.ended"
                            and one["end"] == "accepted").update(end="needs-officer", question={"code": "denied"}),
        drop_last("callback.received"), cancel)


def words(run, going_on, then):
    """What stands in alarms, in plans that anonymise and in receipts."""
    def lie(what, *steps, is_wrong=True, **more):
        run.lie(what, going_on(*steps), is_wrong=is_wrong, **more)

    def alarm(about=Writer.REQUEST, **facts):
        return lambda writer: writer.add("alarm.sent", **{
            "code": "task-waits", "about": about, "since": writer.day + "T00:00:00Z", "step": 1,
            "person": writer.by["bram"], "proof": "exit-0", **facts})

    receive, again = Writer.receive, {"since": "2001-01-01T00:00:00Z"}
    confirmed = then("request.confirmed", method="counter", ground="art17-1-b")
    lie("the next step, another person, another time, and the same anew", receive, alarm(), alarm(step=2),
        alarm(person=Writer.DRAFTER), alarm(**again), alarm(), is_wrong=False)
    lie("told again of what is over", alarm("crm"), alarm("crm"), alarm("j-" + "1" * 32), alarm("j-" + "1" * 32),
        is_wrong=False)
    lie("told of a request twice by one step", receive, alarm(), alarm())
    lie("told of a plan twice by one step", receive, confirmed, Writer.propose, alarm(Writer.PLAN), alarm(Writer.PLAN))
    lie("told of a plan again after it was withdrawn", receive, confirmed, Writer.propose, alarm(Writer.PLAN),
        lambda writer: writer.at_plan("plan.withdrawn"), alarm(Writer.PLAN), is_wrong=False)

    def of_job(writer):
        alarm(writer.job("cleansing", "instruct"))(writer)

    lie("told of a job twice by one step", Writer.grounds, of_job, of_job)
    lie("told of a job again after its end", Writer.second_request, of_job, of_job, is_wrong=False)
    scanned = lambda writer: writer.add("system.scanned", system="crm", records=3, certain=1, possible=0)
    lie("told of a system twice by one step", scanned, alarm("crm"), alarm("crm"))
    lie("told of a system again after somebody looked into it", scanned, alarm("crm"), lambda writer: writer.add(
        "restore.scanned", system="crm", asOf=writer.at, records=3, certain=0, possible=0), alarm("crm"),
        is_wrong=False)
    lie("told by no step", receive, alarm(step=0))
    lie("told of something in free words", receive, alarm("Ada Lovelace"))
    lie("told, and the queue has words of its own", receive, alarm(queue="for Ada"))

    def anonymises(**facts):
        """The plan anonymises, and says so."""
        said = {"saidBy": "privacy-officer", "on": "2026-11-20"}
        how = {"keepColumns": ["amount"], "groupSize": 2, "noKeySurvives": said, "logsIncluded": said,
               "methodApproved": {**said, "saidBy": "ict"}, **facts}

        def change(document):
            next(job for job in document["jobs"] if (job["system"], job["verb"]) == ("crm", "erase")).update(
                anonymise={"customer": {name: one for name, one in how.items() if one is not None}})
        return lambda writer: writer.propose(change)

    lie("anonymised under its conditions", receive, confirmed, anonymises(), is_wrong=False, bundle=True)
    lie("anonymised in groups of one", receive, confirmed, anonymises(groupSize=1), bundle=True)
    lie("anonymised by a method that its author approved", receive, confirmed, anonymises(
        methodApproved={"saidBy": "privacy-officer", "on": "2026-11-21"}), bundle=True)
    lie("anonymised, and nobody says that no key survives", receive, confirmed, anonymises(noKeySurvives=None))
    lie("anonymised with a condition on a day that no calendar has", receive, confirmed, anonymises(
        linkability={"saidBy": "ict", "on": "2026-02-30"}))

    def receipt(**claims):
        """A receipt of a company for the attempt that runs."""
        def keep(writer):
            job, seed = writer.job("cleansing", "instruct"), b"\x07" * 32
            url = lambda data: base64.urlsafe_b64encode(data).decode().rstrip("=")
            parts = [{"alg": "EdDSA", "typ": "erasure-receipt+jwt"}, {
                "iss": "https://company.example", "iat": 1, "jti": "a-1", "request_id": writer.REQUEST, "job_id": job,
                "request_sha256": "3" * 64, "status": "completed", "completed_at": "2026-01-01T00:00:00Z", **claims}]
            text = ".".join(url(canonical(part)) for part in parts).encode()
            public, signature = ed25519_sign(seed, text)
            writer.at_job(job, "receipt.kept", epoch=1, receipt=writer.evidence.keep(
                text + b"." + url(signature).encode()), key='{"crv":"Ed25519","kty":"OKP","x":"%s"}' % url(public))
        return keep

    kept = {"category": "invoices", "until": "2033-01-01", "basis": "art17(3)(b)"}
    lie("a receipt of a company", Writer.grounds, receipt(
        jti="A-z.0_9:(1),2", retained=[{**kept, "category": "x" * 64}], records_erased=0), is_wrong=False, bundle=True)
    lie("a receipt whose number is free text", Writer.grounds, receipt(jti="for Ada"), bundle=True)
    lie("a receipt without a number", Writer.grounds, receipt(jti=""))
    lie("a receipt that keeps something in free words", Writer.grounds, receipt(
        retained=[{**kept, "category": "letters of Ada"}]), bundle=True)
    lie("a receipt on a basis in free words", Writer.grounds, receipt(retained=[{**kept, "basis": "caf\u00e9"}]))
    lie("a receipt with a category without end", Writer.grounds, receipt(retained=[{**kept, "category": "x" * 65}]))
    lie("a receipt for less than no row", Writer.grounds, receipt(records_erased=-1))


def lies_of_the_demo(run):
    def approval(change, who="bram", namespace="erasure-approval@expunged"):
        """The first approval over a changed text, signed again by somebody who may sign."""
        def lie(evidence):
            entry = evidence.entries[evidence.place("plan.approved")]["approval"]
            old = [entry["text"], entry["signature"]]
            sign_again(evidence, entry, change(evidence.artifact(entry["text"])), who, namespace)
            drop_unnamed(evidence, old)
        return lie

    def drop_unnamed(evidence, digests):
        names = canonical(evidence.entries).decode()
        for digest in digests:
            if digest not in names:
                evidence.artifacts.pop(digest[7:], None)

    def outcome(change, word="erased", voucher="us"):
        def lie(evidence):
            change(evidence.entries[evidence.settled(word, voucher)]["outcome"])
        return lie

    def plan(change):
        """Another plan under the same approval: every digest of it is changed, the signed texts are not."""
        def lie(evidence):
            old = evidence.entries[evidence.place("plan.approved")]["digest"]
            document = json.loads(evidence.artifact(old))
            change(document)
            new = evidence.keep(canonical(document))
            for entry in evidence.entries:
                if entry.get("digest") == old:
                    entry["digest"] = new
            drop_unnamed(evidence, [old])
        return lie

    def set_effect(**counts):
        return lambda found: found["receipt"]["effects"][0].update(counts)

    def set_verification(**facts):
        return lambda found: found["receipt"]["verification"].update(facts)

    lie = run.lie
    lie("none", lambda evidence: None, is_wrong=False, bundle=True)
    lie("an entry of a kind that nobody knows",
        lambda evidence: evidence.entries.append({"at": evidence.entries[-1]["at"], "kind": "comet.seen", "v": 1}),
        is_wrong=False)
    lie("a log that began before owners released systems", lambda evidence: evidence.entries[0].pop("rules"),
        is_wrong=False)
    lie("a log with rules that nobody knows yet", change_fact("log.opened", rules=99), is_wrong=False)
    lie("a log with rules 0", change_fact("log.opened", rules=0))
    # The log and its people.
    lie("opened as another log", change_fact("log.opened", origin="other.example/log"))
    lie("opened with another key", change_fact("log.opened", vkey="x"))
    lie("opened twice", repeat("log.opened"))
    lie("not opened", remove("log.opened"))
    lie("time runs back", change_fact("daemon.started", at="2001-01-01T00:00:00Z"))
    lie("a time that no calendar has", change_fact("daemon.started", at="2026-02-30T00:00:00Z"))
    lie("a newer version of an entry", change_fact("daemon.started", v=2))
    lie("a fact of another form", change_fact("request.received", number="1"))
    # 2^53 - 1 is the largest integer that every reader of JSON keeps exactly (RFC 7493).
    lie("the largest number", change_fact("daemon.started", note=2**53 - 1), is_wrong=False)
    lie("a number beyond the largest", change_fact("daemon.started", note=2**53))
    lie("a fact is missing", lambda evidence: evidence.entries[evidence.place("request.received")].pop("channel"))
    lie("a person's address", change_fact("vault.destroyed", note="ada@example.org"))
    lie("configuration that was never in force", lambda evidence: evidence.entries.insert(
        2, {"at": evidence.entries[1]["at"], "kind": "signers.changed", "file": "signers", "v": 1, "practice": True,
            "old": "sha256:" + "0" * 64, "new": "sha256:" + "1" * 64}))
    def configuration(evidence, text, kind="register.changed", **more):
        evidence.entries.append({
            "at": evidence.entries[-1]["at"], "kind": kind, "v": 1, "practice": True, **more,
            "old": evidence.entries[0][more.get("file", "register")], "new": evidence.keep(text)})

    lie("a register with an address, which it may have",
        lambda evidence: configuration(evidence, b"mail to ada@example.org"), is_wrong=False)

    def address_in_text(evidence):
        entry = evidence.entries[evidence.place("task.attested")]
        old = [entry["text"], entry["signature"]]
        text = evidence.artifact(entry["text"]).replace(b"medium USB", b"medium ada@example.org USB")
        sign_again(evidence, entry, text, namespace="erasure-attestation@expunged")
        drop_unnamed(evidence, old)

    lie("an address in a signed text", address_in_text)
    # The request.
    lie("a number left out", change_fact("request.received", number=2))
    lie("received twice", repeat("request.received"))
    lie("not confirmed", remove("request.confirmed"))
    lie("not concluded", remove("request.concluded"))
    lie("one look only", lambda evidence: evidence.entries[evidence.place("request.concluded")]["looks"].pop(),
        bundle=True)
    lie("a look that saw rows",
        lambda evidence: evidence.entries[evidence.place("request.concluded")]["looks"][1].update(remaining=1))
    lie("the person was not informed", remove("subject.informed"))
    lie("closed twice", repeat("request.closed"), bundle=True)
    lie("a fact that nobody knows", change_fact("vault.destroyed", note="x"), is_wrong=False)
    lie("a letter twice", repeat("letter.sent"))
    lie("a letter of completion about a request that runs", change_fact("letter.sent", 1, letter="completion"))
    lie("the term extended twice", lambda evidence: [evidence.entries.insert(
        evidence.place("request.confirmed") + 1, about_request(
            evidence, "deadline.extended", reason="complexity", on=evidence.entries[0]["at"][:10],
            **{name: evidence.entries[evidence.place("request.received")]["dueDates"][from_] for name, from_ in (
                ("statutory", "extended"), ("workTo", "statutory"), ("ruleSet", "ruleSet"))})) for _ in range(2)])
    lie("an approver holds it", lambda evidence: evidence.entries.insert(
        evidence.place("plan.approved", 2) + 1, about_request(
            evidence, "hold.set", by=evidence.entries[evidence.place("plan.approved")]["by"], system="crm",
            ground="art17-3-e", reviewBefore=evidence.entries[0]["at"][:10])))
    lie("an erasure begins although it is held", lambda evidence: evidence.entries.insert(
        evidence.place("plan.approved", 2) + 1, about_request(
            evidence, "hold.set", by="u-" + "7" * 32, system="crm", ground="art17-3-e",
            reviewBefore=evidence.entries[0]["at"][:10])))
    lie("the review of a hold is years ahead", lambda evidence: evidence.entries.insert(
        evidence.place("request.confirmed") + 1, about_request(
            evidence, "hold.set", by="u-" + "7" * 32, system="usb-stick", ground="art17-3-e",
            reviewBefore="2099-01-01")))
    # In its place stands something else: reports of other requests name the indices of what follows.
    lie("the vault was not destroyed", change_fact("vault.destroyed", kind="comet.seen"))
    lie("ended twice", repeat("request.ended"))
    lie("a report that nobody has", change_fact("request.concluded", report="sha256:" + "0" * 64))

    def other_report(evidence):
        entry = evidence.entries[evidence.place("request.concluded")]
        old = entry["report"]
        entry["report"] = evidence.keep(evidence.artifact(old).replace(b"erased", b"ERASED"))
        drop_unnamed(evidence, [old])

    lie("a report with other words", other_report, only_ours=True, bundle=True)
    # The plan and who approved it.
    lie("not proposed", remove("plan.proposed"))
    def approve_less(evidence):
        place = evidence.place("plan.approved")
        approval = evidence.entries.pop(place)["approval"]
        drop_unnamed(evidence, [approval["text"], approval["signature"]])

    lie("approved by one person, who was enough", approve_less, only_ours=True)
    lie("approved by nobody", lambda evidence: [remove("plan.approved")(evidence) for _ in range(2)])
    lie("approved by the drafter",
        lambda evidence: [part.update(by=evidence.entries[evidence.place("plan.proposed")]["by"]) for part in (
            evidence.entries[evidence.place("plan.approved")],
            evidence.entries[evidence.place("plan.approved")]["approval"])], bundle=True)
    lie("approved by one person twice",
        lambda evidence: evidence.entries.insert(evidence.place("plan.approved", 2),
                                                 dict(evidence.entries[evidence.place("plan.approved")])))
    lie("another person than who signed", change_fact("plan.approved", by="u-" + "0" * 32))
    lie("another key than that of the signature", lambda evidence: evidence.entries[evidence.place("plan.approved")][
        "approval"].update(keyFingerprint="SHA256:" + "A" * 43))
    lie("signed again by the same person, good", approval(lambda text: text), is_wrong=False)
    lie("a refusal counted as approval",
        approval(lambda text: text.replace(b"decision approve", b"decision refuse")), bundle=True)
    lie("approved for fewer jobs", approval(lambda text: re.sub(rb"jobs \d+", b"jobs 1", text)))
    lie("approved for another log", approval(lambda text: re.sub(rb"log \S+", b"log other.example/log", text)))
    lie("approved for another request", approval(lambda text: re.sub(rb"request r-\w+", b"request r-" + b"0" * 32, text)))
    lie("approved with another nonce", approval(lambda text: re.sub(rb"nonce \w+", b"nonce " + b"0" * 32, text)))
    lie("a line more in the approval", approval(lambda text: text + b"note x\n"))
    lie("lines of the approval swapped", approval(swap_lines(1, 2)))
    lie("signed for another purpose", approval(lambda text: text, namespace="erasure-attestation@expunged"))
    lie("signed by the second person under the first one's name", approval(lambda text: text, who="chris"))
    lie("the plan changed after its approval", plan(lambda document: document["jobs"][0].update(title="Other")),
        bundle=True)
    lie("the plan of another log", plan(lambda document: document.update(log="other.example/log")))
    lie("a job of the plan is covered by no system", plan(lambda document: document["coverage"][0]["jobs"].pop()))
    # Jobs.
    lie("a job without outcome", lambda evidence: evidence.entries.pop(evidence.settled("notified")))

    def outcome_later(evidence):
        place = evidence.settled("notified")
        evidence.entries.insert(place + 1, evidence.entries.pop(place))

    lie("an outcome that stands later", outcome_later)

    def end_behind_done(evidence):
        del evidence.entries[evidence.settled("notified"):]
        names = canonical(evidence.entries).decode()
        plan = evidence.artifact(evidence.entries[evidence.place("plan.proposed")]["digest"]).decode()
        for name in [name for name in evidence.artifacts if name not in names + plan]:
            del evidence.artifacts[name]

    lie("the log ends behind an attempt that was done", end_behind_done)
    lie("two outcomes of one job", repeat("job.settled"), bundle=True)
    lie("the second of two outcomes is another", lambda evidence: evidence.entries.insert(
        evidence.settled("notified") + 1, {**evidence.entries[evidence.settled("notified")],
                                           "outcome": {"outcome": "cancelled", "reason": "other"}}))
    lie("unconfirmed is called erased", lambda evidence: evidence.entries[evidence.settled("unconfirmed")].update(
        outcome=evidence.entries[evidence.settled("erased", "recipient-signed")]["outcome"]), bundle=True)
    lie("erased is called cancelled", lambda evidence: evidence.entries[evidence.settled("erased", "us")].update(
        outcome={"outcome": "cancelled", "reason": "other"}))
    lie("a job that no plan has", lambda evidence: evidence.entries[evidence.place("attempt.started")].update(
        job="j-" + "0" * 32))
    lie("an attempt without start", remove("attempt.started", 3))
    lie("an attempt without end", remove("attempt.ended", 3))
    lie("an attempt that ends twice", repeat("attempt.ended"))
    lie("an epoch left out", change_fact("attempt.started", epoch=2))
    lie("two attempts of one name", lambda evidence: evidence.entries[evidence.place("attempt.started", 2)].update(
        attempt=evidence.entries[evidence.place("attempt.started")]["attempt"]))
    lie("an attempt at another plan",
        lambda evidence: evidence.entries[evidence.place("attempt.started")].update(
            digest=evidence.entries[evidence.place("plan.proposed")]["findings"]))
    lie("everything stood still", lambda evidence: evidence.entries.insert(
        evidence.place("attempt.started"), {"at": evidence.entries[evidence.place("plan.approved", 2)]["at"],
                                            "kind": "work.stopped", "by": "u-" + "1" * 32, "v": 1}))
    lie("the plan was paused", lambda evidence: evidence.entries.insert(
        evidence.place("attempt.started"),
        {**{name: evidence.entries[evidence.place("plan.approved", 2)][name]
            for name in ("at", "by", "plan", "request", "v")}, "kind": "plan.paused"}), bundle=True)
    lie("no system was released", lambda evidence: [remove("system.released")(evidence) for _ in range(2)])
    lie("another record was released", change_fact("system.released", record="sha256:" + "3" * 64))
    lie("no company passed its test", lambda evidence: [remove("recipient.passed")(evidence) for _ in range(3)])
    lie("no effect was prepared", lambda evidence: evidence.entries.pop(
        evidence.place("attempt.prepared", job=evidence.entries[evidence.settled("erased", "us")]["job"])), bundle=True)
    lie("more rows than were approved", outcome(set_effect(reduced=2)), bundle=True)
    lie("more rows than were found", outcome(set_effect(found=0)))
    lie("a negative number of rows", outcome(set_effect(erased=-1)))
    lie("anonymised is called erased", outcome(set_effect(anonymised=1, reduced=0)))
    lie("taken out of use is called erased", outcome(set_effect(restricted=1, reduced=0)))
    lie("erased is called nothing-found", outcome(lambda found: found.update(outcome="nothing-found")))
    lie("a dispatch is no proof", outcome(set_verification(seen="dispatch")))
    lie("something remains", outcome(set_verification(remaining=[
        {"dataset": "customer", "erase": 1, "isRoot": True, "kept": [], "reduce": 0}])))
    lie("we vouch for a company", outcome(set_verification(voucher="us"), voucher="recipient-signed"))
    lie("files were rewritten where nobody looked",
        outcome(set_verification(storage={"level": "rewritten"}), voucher="recipient-signed"))
    lie("rows are kept that nothing follows", outcome(lambda found: found["receipt"]["effects"][0]["kept"].append(
        {"count": 1, "rule": "because", "until": "2030-01-01"})))
    lie("no receipt was kept", remove("receipt.kept"), bundle=True)
    lie("more than the receipt says", outcome(set_effect(erased=2, found=2), voucher="recipient-signed"), bundle=True)
    lie("a receipt by another key", lambda evidence: evidence.entries[evidence.place("receipt.kept")].update(
        key='{"crv":"Ed25519","kty":"OKP","x":"%s"}' % base64.urlsafe_b64encode(
            ed25519_sign(bytes(32), b"")[0]).decode().rstrip("=")))
    lie("attested by one person", remove("task.attested"), bundle=True)
    lie("the attestations differ", change_fact("task.attested", 2, found=False))
    lie("an artifact that is not here", lambda evidence: evidence.artifacts.pop(
        evidence.entries[evidence.place("plan.approved")]["approval"]["text"][7:]))
    attested = lambda evidence: evidence.entries[evidence.place("task.attested")]
    attestation = lambda evidence: attested(evidence)["text"][7:]
    destroyed = lambda evidence, place, about=None: {
        "about": about or attested(evidence)["request"], "at": evidence.entries[place]["at"],
        "kind": "artifact.destroyed", "v": 1, "digests": ["sha256:" + attestation(evidence)]}
    other = lambda evidence: next(
        entry["request"] for entry in evidence.entries
        if entry["kind"] == "request.ended" and entry["request"] != attested(evidence)["request"])
    plan = lambda evidence: evidence.entries[evidence.place("plan.proposed")]
    lie("an artifact that was destroyed on purpose", lambda evidence: evidence.entries.append(destroyed(evidence, -1))
        or evidence.artifacts.pop(attestation(evidence)), is_wrong=False)
    lie("an artifact that was destroyed as another request's", lambda evidence: evidence.entries.append(
        destroyed(evidence, -1, other(evidence))) or evidence.artifacts.pop(attestation(evidence)))
    lie("a plan that was destroyed on purpose", lambda evidence: evidence.entries.append({
        "about": plan(evidence)["request"], "at": evidence.entries[-1]["at"], "kind": "artifact.destroyed", "v": 1,
        "digests": [plan(evidence)["digest"]]}) or evidence.artifacts.pop(plan(evidence)["digest"][7:]))
    def named_by_another(evidence):
        """The destruction of one request's artifact explains nothing where another request names it too."""
        evidence.entries.append(destroyed(evidence, -1))
        evidence.artifacts.pop(attestation(evidence))
        kept = next(entry["approval"] for entry in evidence.entries if entry["kind"] == "plan.approved" and
                    entry["request"] != attested(evidence)["request"])
        evidence.artifacts.pop(kept["text"][7:])
        kept["text"] = attested(evidence)["text"]

    lie("an artifact that was destroyed, and another request names it", named_by_another)

    def changed_looks(evidence, change):
        """The last look of a request's only plan, in both places that say it."""
        concluded = evidence.entries[evidence.place("plan.concluded")]
        request = next(entry for entry in evidence.entries if entry["kind"] == "request.concluded" and
                       entry["request"] == concluded["request"])
        change(concluded["look"])
        request["looks"][0] = dict(concluded["look"])
        # The reports name the looks: a form that nobody knows is not compared.
        for entry in evidence.entries:
            if "reportFormat" in entry:
                entry["reportFormat"] = 99

    def an_hour_before(text, hours):
        time = datetime.datetime.fromisoformat(text[:-1]) - datetime.timedelta(hours=hours)
        return time.strftime("%Y-%m-%dT%H:%M:%SZ")

    def early(hours):
        def lie(evidence):
            at = evidence.entries[evidence.place("plan.concluded")]["at"]
            changed_looks(evidence, lambda look: look.update(at=an_hour_before(at, hours)))
        return lie

    def second_look(**facts):
        return lambda evidence: evidence.entries[evidence.place("request.concluded")]["looks"][1].update(facts)

    lie("a last look into nothing", lambda evidence: changed_looks(evidence, lambda look: look.update(systems=0)),
        bundle=True)
    lie("a last look long before", early(2), bundle=True)
    lie("a last look half an hour before", early(0.5), is_wrong=False)
    lie("a second look into nothing", second_look(systems=0))
    lie("a second look of a time to come", second_look(at="2099-01-01T00:00:00Z"))
    lie("looks in another order", lambda evidence: evidence.entries[evidence.place("request.concluded")]["looks"][1]
        .update(at=evidence.entries[evidence.place("request.received")]["at"]))
    for kind in ("plan.concluded", "request.concluded"):
        lie(f"{kind} while something that was seen again waits", lambda evidence, kind=kind: evidence.entries.insert(
            evidence.place(kind), {name: evidence.entries[evidence.place(kind)][name] for name in ("at", "request", "v")}
            | {"kind": "finding.opened", "system": "crm", "remaining": 5}), bundle=True)

    def by_older_rules(change):
        return lambda evidence: (evidence.entries[0].update(rules=9), change(evidence))

    lie("the same by older rules", by_older_rules(lambda evidence: changed_looks(
        evidence, lambda look: look.update(systems=0))), is_wrong=False)
    lie("an entry behind the end of its request", lambda evidence: evidence.entries.insert(
        evidence.place("request.ended") + 1,
        {name: evidence.entries[evidence.place("request.ended")][name] for name in ("at", "request", "v")}
        | {"kind": "lookup.made", "systems": 1, "purpose": "discover"}))
    lie("an artifact that was destroyed before its request ended", lambda evidence: evidence.entries.insert(
        evidence.place("task.attested") + 1, destroyed(evidence, evidence.place("task.attested")))
        or evidence.artifacts.pop(attestation(evidence)))


# --- completeness -----------------------------------------------------------------------------------------------------

# What may be missing or stand twice, and why nobody can tell from the log alone. Whoever has the log's key can do that; a
# checkpoint that somebody kept (--old) shows it, and a witness does.
LOOSE = {
    "daemon.started": "says only that the daemon ran", "daemon.stopped": "says only that the daemon ran",
    "clock.stepped": "in practice, moves the calendar only", "lookup.made": "a look changes nothing",
    "question.asked": "a question that was answered, or not", "identifier.accepted": "belongs to a look",
    "identifier.declined": "belongs to a look", "finding.opened": "a look", "finding.settled": "what was made of a look",
    "tags.written": "names no rows", "tags.expired": "names no rows", "copy.expired": "the outcome says it too",
    "attempt.reported-late": "changes nothing", "letter.sent": "a letter is no outcome", "alarm.sent": "tells our people",
    "deadline.near": "tells our people", "recipient.passed": "another test of the same record may stand before it",
    "system.scanned": "a look", "reprobe.made": "a look", "reprobe.settled": "what was made of a look",
    "system.released": "another release of the same record may stand before it",
    "callback.received": "the next answer counts", "exception.granted": "its proposal is void anyway",
    "category.decided": "the plan's lines say it too", "access.denied": "nothing happened",
    "dossier.made": "nothing changed", "job.reopened": "what follows says it",
    "attempt.prepared": "of a company; where rows of ours went it is demanded, a lie of its own",
    "plan.approved": "how many signatures are enough is the organisation's own rule; none is a lie of its own",
    "request.ended": "the number is not among the ended ones, and both say that no entry lists the last ones",
}
# What may stand twice and not be missing.
TWICE = {
    "receipt.kept": "the same receipt",
    "subject.informed": "the person was told again", "vault.destroyed": "gone stays gone",
}


def drawn(entries):
    """The place of one entry of each kind, the last; of all entries with EVERY=1."""
    if os.environ.get("EVERY"):
        return range(len(entries))
    return sorted({entry["kind"]: index for index, entry in enumerate(entries)}.values())


def completeness(run):
    """An entry dropped, doubled, or swapped with the next one, and everything else written again so that it fits: lists,
    roots, tree and checkpoint. Both verifiers say the same, and nothing that counts can be left out."""
    quick = verify.ed25519_verifies
    known = {}

    def remembered(key, signature, message):
        """The same few signatures over and over."""
        triple = (key, signature, message)
        if triple not in known:
            known[triple] = quick(*triple)
        return known[triple]

    verify.ed25519_verifies = remembered
    try:
        for index in drawn(run_entries(run)):
            for what in ("drop", "double", "swap"):
                evidence = Evidence(run.demo)
                entries, kind = evidence.entries, evidence.entries[index]["kind"]
                if what == "drop":
                    del entries[index]
                elif what == "double":
                    entries.insert(index + 1, dict(entries[index]))
                elif index + 1 == len(entries):
                    continue
                else:
                    one, other = entries[index], entries[index + 1]
                    # The times stay in their order: only a clumsy forger is caught by them.
                    entries[index], entries[index + 1] = {**other, "at": one["at"]}, {**one, "at": other["at"]}
                evidence.forge(run.audit)
                folder = run.work / "lie"
                shutil.rmtree(folder, ignore_errors=True)
                evidence.write_log(folder)
                run.same_verdict(f"completeness: {what} entry {index}, {kind}", folder,
                                 loose=what == "swap" or kind in LOOSE or what == "double" and kind in TWICE)
    finally:
        verify.ed25519_verifies = quick


WHO = {}


def run_entries(run):
    return Evidence(run.demo).entries


# --- rubbish ----------------------------------------------------------------------------------------------------------

# --- changes of the configuration, and keys in other hands ------------------------------------------------------------


def changes(run):
    """As if the demo were no practice: nobody appoints himself."""
    listed, run.signers = run.signers, run.work / "changers"
    run.signers.write_text(re.sub(r'namespaces="[^"]*"', "", listed.read_text()))
    nonces = [digit * 32 for digit in "abcdef"]

    def start(practice):
        evidence = Evidence(run.demo)
        del evidence.entries[evidence.place("plan.approved", 2) + 1:]
        evidence.entries[0]["practice"], evidence.entries[0]["rules"] = practice, 7
        for entry in evidence.entries:
            if entry["kind"] == "daemon.started":
                entry["practice"] = practice
        evidence.entries = [entry for entry in evidence.entries if practice or entry["kind"] not in
                            ("signers.changed", "register.changed")]
        return evidence, Writer(evidence)

    def sign(writer, who, part, old, new, nonce, says=()):
        values = {"kind": part, "old": old, "new": new, "nonce": nonce, **dict(says)}
        text = f"expunged-configuration/v1\nlog {writer.evidence.vkey.split('+')[0]}\n" + "".join(
            f"{name} {values[name]}\n" for name in ("kind", "old", "new", "nonce"))
        approval = {"by": writer.by[who]}
        sign_again(writer.evidence, approval, text.encode(), who, "erasure-configuration@expunged")
        return writer.add("change.signed", part=part, approval=approval, old=old, new=new, nonce=nonce,
                          by=approval["by"])

    def change(writer, part, new, nonce, people=("bram", "chris"), old=None, practice=False):
        old = old or writer.evidence.entries[0][part]
        for who in people:
            sign(writer, who, part, old, new, nonce)
        facts = {"old": old, "new": new, "practice": practice}
        if part == "register":
            writer.add("register.changed", systems=["crm"], **facts)
        else:
            writer.add("signers.changed", file=part, people=[writer.by["bram"]], **facts)

    second, third = ("sha256:" + digit * 64 for digit in "23")

    def lie(what, go_on, is_wrong=True, practice=False):
        evidence, writer = start(practice)
        go_on(writer)
        evidence.drop_unnamed()
        folder = run.work / "lie"
        shutil.rmtree(folder, ignore_errors=True)
        evidence.write_log(folder)
        run.compare(f"change: {what}", folder, is_wrong)

    def all_three(writer):
        for part, nonce in zip(("people", "signers", "register"), nonces):
            change(writer, part, second, nonce, people=("chris", "bram"))
        change(writer, "people", third, nonces[3], old=second)

    lie("of all three by two people", all_three, is_wrong=False)
    lie("in practice by nobody", lambda writer: change(writer, "people", second, nonces[0], (), practice=True),
        is_wrong=False, practice=True)
    lie("by nobody", lambda writer: change(writer, "people", second, nonces[0], ()))
    lie("by one", lambda writer: change(writer, "register", second, nonces[0], ("bram",)))
    lie("by one twice", lambda writer: change(writer, "signers", second, nonces[0], ("bram", "bram")))
    lie("that calls itself practice", lambda writer: change(writer, "people", second, nonces[0], practice=True))
    lie("of what is not in force", lambda writer: change(writer, "people", second, nonces[0], old=third))
    lie("under two nonces", lambda writer: (
        sign(writer, "bram", "people", writer.evidence.entries[0]["people"], second, nonces[0]),
        change(writer, "people", second, nonces[1], ("chris",))))

    def replayed(writer):
        first = writer.evidence.entries[0]["people"]
        change(writer, "people", second, nonces[0])
        change(writer, "people", first, nonces[1], old=second)
        change(writer, "people", second, nonces[0])

    lie("with signatures that were used before", replayed)
    for name, value in (("kind", "signers"), ("old", third), ("new", third), ("nonce", nonces[5])):
        lie(f"whose text has another {name}", lambda writer, name=name, value=value: sign(
            writer, "bram", "people", writer.evidence.entries[0]["people"], second, nonces[0],
            {name: value}))

    def compromised(writer, since=None):
        approvals = [entry for entry in writer.evidence.entries if entry["kind"] == "plan.approved"]
        key = approvals[0]["approval"]["keyFingerprint"]
        writer.add("signer.compromised", person=writer.by["bram"], keys=[key], since=since or approvals[0]["at"],
                   by=writer.by["chris"])
        return approvals[0]

    def doubted(writer):
        approval = compromised(writer)
        writer.add("plan.doubted", request=approval["request"], plan=approval["plan"], person=writer.by["bram"],
                   by=writer.by["chris"])
        return approval

    def confirmed(writer, who):
        approval = doubted(writer)
        confirmation = {"by": writer.by[who]}
        sign_again(writer.evidence, confirmation, writer.evidence.artifact(approval["approval"]["text"]), who)
        writer.add("plan.confirmed", request=approval["request"], plan=approval["plan"], approval=confirmation,
                   instead=writer.by["bram"], by=confirmation["by"])
        return approval

    def third_signer(writer):
        writer.by["anna"] = "u-" + "c" * 32

    lie("a key in other hands, and a plan in doubt", doubted, is_wrong=False)
    lie("a plan in doubt that nobody doubts", lambda writer: writer.add(
        "plan.doubted", **{name: writer.evidence.entries[-1][name] for name in ("request", "plan")},
        person=writer.by["bram"]))

    def too_late(writer):
        writer.at = "2098-01-01T00:00:00Z"
        approval = compromised(writer, since=writer.at)
        writer.add("plan.doubted", request=approval["request"], plan=approval["plan"], person=writer.by["bram"])

    lie("a plan in doubt that was approved before", too_late)
    lie("a plan confirmed by who has signed it", lambda writer: confirmed(writer, "chris"))
    lie("a plan confirmed by whose approval is in doubt", lambda writer: confirmed(writer, "bram"))
    lie("a plan confirmed by another", lambda writer: (third_signer(writer), confirmed(writer, "anna")),
        is_wrong=False)
    lie("a plan resumed in doubt", lambda writer: (
        writer.add("plan.paused", **{name: writer.evidence.entries[-1][name] for name in ("request", "plan")}),
        (lambda approval: writer.add("plan.resumed", request=approval["request"], plan=approval["plan"]))(
            doubted(writer))))

    def claimed(writer, rules):
        writer.evidence.entries[0]["rules"] = rules
        compromised(writer)
        first = next(entry for entry in run_entries(run) if entry["kind"] == "attempt.started")
        writer.evidence.entries.append({**first, "at": writer.at})

    lie("an attempt of a plan that a key in other hands approved", lambda writer: claimed(writer, 9))
    lie("the same by older rules", lambda writer: claimed(writer, 8), is_wrong=False)
    def half_compromised(writer, rules):
        writer.evidence.entries[0]["rules"] = rules
        old = writer.evidence.entries[0]["people"]
        sign(writer, "bram", "people", old, second, nonces[0])
        compromised(writer, since=writer.at)
        change(writer, "people", second, nonces[0], people=("chris",))

    lie("one of whose signatures is by a key in other hands", lambda writer: half_compromised(writer, 10))
    lie("the same by older rules", lambda writer: half_compromised(writer, 9), is_wrong=False)
    lie("a change signed with a key in other hands", lambda writer: (
        compromised(writer), sign(writer, "bram", "people", writer.evidence.entries[0]["people"], second, nonces[0])))
    run.signers = listed


# --- kinds of signatures ----------------------------------------------------------------------------------------------


def kinds(run):
    """The first approval by a key of each kind that people may have; what one verifier takes, the other takes."""
    listed = run.demo / "allowed_signers"
    room = run.work / "kinds"
    room.mkdir()
    run.signers = room / "allowed_signers"
    for name, bits, is_wrong in (("rsa", "3072", False), ("small rsa", "2048", True)):
        path = room / name.replace(" ", "-")
        subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", bits, "-N", "", "-f", str(path)], check=True)

        def by_file(text, path=path):
            (room / "text").write_bytes(text)
            (room / "text.sig").unlink(missing_ok=True)
            subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", verify.APPROVAL, "-f", str(path),
                            str(room / "text")], check=True, capture_output=True)
            return " ".join(pathlib.Path(f"{path}.pub").read_text().split()[:2]), (room / "text.sig").read_bytes()

        approved_by(run, listed, name, by_file, is_wrong)
    for kind in software_keys.KINDS:
        def by_hardware(text, kind=kind, **others):
            return software_keys.sign(kind, room, text, verify.APPROVAL, **others)

        approved_by(run, listed, kind, by_hardware, False)
        approved_by(run, listed, f"{kind}, PIN asked for and demanded", by_hardware, False, more=["--require-pin"])
        approved_by(run, listed, f"{kind} without a touch", by_hardware, True, flags=0x04)
        approved_by(run, listed, f"{kind} with a touch alone", by_hardware, False, flags=0x01)
        approved_by(run, listed, f"{kind} with a touch alone where a PIN is demanded", by_hardware, True, flags=0x01,
                    more=["--require-pin"])
    page = ["--page-origin", software_keys.ORIGIN.decode()]
    approved_by(run, listed, "a browser on the page", by_hardware, False, more=page)
    approved_by(run, listed, "a browser elsewhere", by_hardware, True, more=page, origin=b"https://other.example")
    approved_by(run, listed, "a browser with extensions", by_hardware, False, flags=0x85, extensions=b"\xa0")
    for flags, extensions in ((0x85, b""), (0x05, b"\xa0"), (0x45, b"")):
        approved_by(run, listed, f"a browser with flags {flags:#x}", by_hardware, True, flags=flags,
                    extensions=extensions)
    run.signers = listed


def approved_by(run, listed, what, sign, is_wrong, more=(), **others):
    evidence = Evidence(run.demo)
    place = evidence.place("plan.approved")
    # The log ends here: the report names the key, and only expunge-audit makes it again.
    del evidence.entries[place + 1:]
    approval = evidence.entries[place]["approval"]
    old = verify.SSHSignature(evidence.artifact(approval["signature"])).key
    line, signature = sign(evidence.artifact(approval["text"]), **others)
    approval["signature"] = evidence.keep(signature)
    approval["keyFingerprint"] = verify.SSHSignature(signature).fingerprint()
    of_old = " ".join(["ssh-ed25519", base64.b64encode(old).decode()])
    text = listed.read_text()
    if of_old not in text:
        raise SystemExit("the demo's first approver has another kind of key than this test knows")
    # The old line stays: the same person signed more with that key.
    run.signers.write_text(text + "".join(one.replace(of_old, line) + "\n" for one in text.splitlines() if of_old in one))
    evidence.drop_unnamed()
    folder = run.work / "lie"
    shutil.rmtree(folder, ignore_errors=True)
    evidence.write_log(folder)
    run.compare(f"approved by {what}", folder, is_wrong, more=more)


RUBBISH = [None, True, False, 0, -1, 1, 2**53, 2**63, "", "x", "a" * 70_000, "\u202e", "2026-01-01",
           "9999-12-31T23:59:59Z", "sha256:" + "0" * 64, "r-" + "0" * 32, "0-18446744073709551615", [], [[]], {},
           {"a": {}}, [None], ["x"] * 300]


def places(value):
    """Every container in a value, with every key or index in it."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        pairs = list(one.items()) if isinstance(one, dict) else list(enumerate(one)) if isinstance(one, list) else []
        for key, inner in pairs:
            yield one, key
            waiting.append(inner)


def rubbish(run, entries, files):
    """verify.py alone: whatever stands in an entry, a plan, or a file, it says what is wrong and never stumbles."""
    seed = int(os.environ.get("EXPUNGE_SEED", 0)) or random.randrange(1, 10**9)
    chance = random.Random(seed)
    key = verify.VerifierKey(run.key.read_text().strip())
    signers = verify.AllowedSigners(run.signers.read_bytes())
    plan_at = Evidence(run.demo).place("plan.proposed")
    try:
        for _ in range(entries):
            evidence = Evidence(run.demo)
            plan = json.loads(evidence.artifact(evidence.entries[plan_at]["digest"]))
            into_plan = chance.random() < 0.25
            container, name = chance.choice(list(places(plan if into_plan else chance.choice(evidence.entries))))
            what = chance.choice(RUBBISH + ["delete"] * 4)
            if what == "delete":
                del container[name]
            else:
                container[name] = what
            if into_plan:
                evidence.entries[plan_at]["digest"] = evidence.keep(canonical(plan))
            replay = verify.Replay(key.name, [key], signers, lambda digest: evidence.artifacts.get(digest[7:]), True)
            for index, one in enumerate(evidence.entries):
                data = canonical(one)
                try:
                    replay.take(verify.Entry(index, data), data, verify.leaf_hash(data))
                except verify.Malformed:
                    # As many more as there are: what follows a wrong entry must not make it stumble either.
                    pass
        for number in range(files):
            name = ("evidence", "bundle")[number % 2]
            folder = run.copy(name)
            there = sorted(path for path in folder.rglob("*") if path.is_file()
                           and path.name not in ("README.txt", "index.html", "verify.py", "checkpoint.tsr", "ca.pem"))
            path = chance.choice(there)
            data = bytearray(path.read_bytes())
            at = chance.randrange(len(data))
            put_in = bytes(chance.randrange(256) for _ in range(chance.choice((0, 1, 3))))
            data[at:at + chance.choice((0, 1, 1, 5))] = put_in
            if bytes(data) == path.read_bytes():
                continue
            path.write_bytes(bytes(data))
            status = run.second(folder, [])
            if status[0] != 1 and path.name != "policy":
                run.failures.append(
                    f"rubbish in {path.relative_to(folder)}, byte {at}: verify.py {status} (EXPUNGE_SEED={seed})")
    except Exception as error:
        run.failures.append(f"verify.py stumbles over rubbish (EXPUNGE_SEED={seed}): {type(error).__name__}: {error} "
                            f"at line {innermost(error)}")


def innermost(error):
    trace = error.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    return trace.tb_lineno


def shorten(bundle, end):
    """Leaves the entries before an index, and what they name."""
    for path in [*(bundle / "entries").iterdir(), *(bundle / "proofs").iterdir()]:
        if int(path.name.split(".")[0]) >= end:
            path.unlink()
    (bundle / "report.txt").unlink()
    (bundle / "index.html").unlink(missing_ok=True)
    texts = b"".join(path.read_bytes() for path in (bundle / "entries").iterdir())
    for path in (bundle / "artifacts/sha256").iterdir():
        if path.name.encode() not in texts:
            path.unlink()


def auditors_folder(run):
    """The folder that `make demo` exports whole: what is made from the log is made again by both."""
    run.compare("auditor", run.demo / "auditor", False)
    newest = ["--old", str(run.demo / "evidence/checkpoint")]
    run.compare("auditor, and a later checkpoint was kept", run.demo / "auditor", True, newest)
    for path in ("requests.csv", "late.csv", "people.csv"):
        run.damage("a bit in the middle", "auditor", path, flip(0.5))
        run.damage("the last line gone", "auditor", path, lambda data: b"\n".join(data.split(b"\n")[:-2]) + b"\n")
        run.damage("a line more", "auditor", path, lambda data: data + data.split(b"\n")[-2] + b"\n")
        run.damage("Windows line ends", "auditor", path, lambda data: data.replace(b"\n", b"\r\n"))
        run.damage("deleted", "auditor", path, lambda data: None)
    run.damage("two requests swapped", "auditor", "requests.csv", swap_lines(1, 2))
    for path in ("index.html", "exceptions.csv", "lookups.csv", "history.csv", "README.txt"):
        run.damage("deleted", "auditor", path, lambda data: None)
    for path in ("index.html", "exceptions.csv", "lookups.csv", "history.csv"):
        folder = run.copy("auditor")
        put(folder / path, flip(0.5)((folder / path).read_bytes()))
        run.compare(f"auditor, a bit in the middle ({path})", folder, True, only_ours=True)
    run.damage("a file of somebody else", "auditor", "notes.txt", lambda data: b"hello\n")
    run.damage("a bit in the middle", "auditor", "log/checkpoint", flip(0.5))
    run.damage("deleted", "auditor", "log/checkpoint", lambda data: None)
    run.damage("a bit in the middle", "auditor", "bundles/2/entries/0.json", flip(0.5))
    run.damage("a letter among the authorities", "auditor", "bundles/2/tsa/letter.txt", lambda data: b"hello\n")
    run.damage("a letter among the authorities", "bundle", "tsa/letter.txt", lambda data: b"hello\n")
    folder = run.copy("auditor")
    (folder / "bundles/2").rename(folder / "bundles/1")
    run.compare("auditor, the bundle of another request", folder, True)
    # A bundle whose conclusion and all behind it were left out is in order by itself.
    folder = run.copy("auditor")
    concluded = next(int(path.name.split(".")[0]) for path in (folder / "bundles/2/entries").iterdir()
                     if json.loads(path.read_bytes())["kind"] == "request.concluded")
    shorten(folder / "bundles/2", concluded)
    run.compare("auditor, a bundle without the conclusion of its request", folder, True)
    tile = sorted(path for path in (run.demo / "auditor/log/tile/entries").rglob("*") if path.is_file())[0]
    run.damage("a bit in the middle", "auditor", tile.relative_to(run.demo / "auditor").as_posix(), flip(0.5))
    # A log that its own key signs anew is another log: the tables are not its tables.
    evidence = Evidence(run.demo)
    folder = run.copy("auditor")
    shutil.rmtree(folder / "log")
    shutil.rmtree(folder / "bundles")
    evidence.entries = evidence.entries[:evidence.place("request.concluded")]
    evidence.list_again()
    evidence.artifacts = {name: data for name, data in evidence.artifacts.items()
                          if any(name in canonical(entry).decode() for entry in evidence.entries)}
    evidence.write_log(folder / "log")
    run.compare("auditor, the tables of a longer log", folder, True)


# --- a long log: many files of entries, which are read ahead ----------------------------------------------------------


def long_log(run):
    """The demo's story, and 3,000 starts and stops of the daemon behind it."""
    def write(change=lambda entries: None):
        evidence = Evidence(run.demo)
        stop = {"at": evidence.entries[-1]["at"], "kind": "daemon.stopped", "v": 1}
        start = {**stop, "kind": "daemon.started", "version": "0.1.0", "lost": 0,
                 "practice": evidence.entries[0]["practice"]}
        evidence.entries += [dict(one) for _ in range(3000) for one in (start, stop)]
        change(evidence.entries)
        folder = run.work / "long"
        shutil.rmtree(folder, ignore_errors=True)
        evidence.write_log(folder)
        return folder

    def damage(what, path, change):
        folder = write()
        data = change((folder / path).read_bytes())
        (folder / path).unlink() if data is None else (folder / path).write_bytes(data)
        run.compare(f"long log, {what}", folder, True)

    run.compare("long log", write(), False)
    for number in (0, 15, 16, 17, 22):
        damage(f"a bit in file {number}", f"tile/entries/{number:03}", flip(0.5))
    damage("two bits in two files", "tile/entries/018", lambda data: flip(0.9)(flip(0.2)(data)))
    damage("a file gone", "tile/entries/020", lambda data: None)
    damage("a file cut", "tile/entries/019", lambda data: data[:-1])
    damage("hashes gone", "tile/0/018", lambda data: None)
    damage("a hash of another", "tile/0/021", flip(0.3))

    folder = write()
    (folder / "tile/entries/018").rename(run.work / "elsewhere")
    (folder / "tile/entries/018").symlink_to(run.work / "elsewhere")
    ours, second = run.both(folder, [])
    if ours[0] != 3 or second[0] == 0:
        run.failures.append(f"long log, a link: expunge-audit {ours}, verify.py {second}")

    def before(*places):
        return lambda entries: [entries[place].update(at="2020-01-01T00:00:00Z") for place in places]

    run.compare("long log, a time before", write(before(5000)), True)
    run.compare("long log, two times before", write(before(4100, 6000)), True)
    run.compare("long log, of an unknown kind at its end", write(lambda entries: entries[-1].update(kind="daemon.paused")), False)


def main(words):
    if len(words) != 2:
        print("use: two_verifiers.py DEMO_FOLDER EXPUNGE_AUDIT", file=sys.stderr)
        return 2
    demo, audit = pathlib.Path(words[0]).resolve(), pathlib.Path(words[1]).resolve()
    with tempfile.TemporaryDirectory() as work:
        run = Comparison(demo, audit, pathlib.Path(work))
        run.compare("evidence", demo / "evidence", False)
        run.compare("bundle", demo / "bundle", False)
        approvals = [entry for entry in run_entries(run) if entry["kind"] == "plan.approved"]
        WHO.update(bram=approvals[0]["by"], chris=approvals[1]["by"])
        damages(run)
        auditors_folder(run)
        long_log(run)
        damaged = run.compared
        lies(run)
        kinds(run)
        completeness(run)
        changes(run)
        rubbish(run, entries=150, files=40)
    for failure in run.failures:
        print(f"two_verifiers: {failure}", file=sys.stderr)
    if run.failures:
        return 1
    print(f"  verify.py and expunge-audit agree on {run.compared} folders: {damaged} good or damaged, "
          f"{run.compared - damaged} of a log written anew by who has its key; {run.same} at the very same place")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
