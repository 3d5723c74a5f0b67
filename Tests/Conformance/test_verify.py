#!/usr/bin/env python3
"""Tests of Sources/EvidenceLog/verify.py by itself: signatures, trees, notes, texts, and what it does with rubbish.

    python3 Tests/Conformance/test_verify.py

Uses ssh-keygen and openssl to make signatures. Vectors that are not in this file are read from $EXPUNGE_SAMPLES.
"""

import base64
import contextlib
import hashlib
import importlib.util
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import software_keys  # noqa: E402  (a module beside this one)

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SPEC = importlib.util.spec_from_file_location("verify", ROOT / "Sources/EvidenceLog/verify.py")
verify = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(verify)
SAMPLES = pathlib.Path(os.environ.get("EXPUNGE_SAMPLES", ROOT / "../shared/data"))
Malformed = verify.Malformed


def hexed(text):
    return bytes.fromhex(text)


def openssl(*words):
    return subprocess.run(["openssl", *words], check=True, capture_output=True).stdout


class Ed25519(unittest.TestCase):
    # RFC 8032, 7.1: TEST 1, TEST 2, TEST 3, TEST SHA(abc).
    VECTORS = [
        ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", b"",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595b"
         "be24655141438e7a100b"),
        ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", b"\x72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb430"
         "2aeeb00d291612bb0c00"),
        ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", b"\xaf\x82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716e"
         "d28dc027beceea1ec40a"),
        ("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf", hashlib.sha512(b"abc").digest(),
         "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138a"
         "c17ad9bef1177331a704"),
    ]
    # "Taming the many EdDSAs" (eprint 2020/1244), the encodings of points of small order, those that are not
    # canonical last.
    SMALL = [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ]

    def test_rfc_8032(self):
        for key, message, signature in self.VECTORS:
            self.assertTrue(verify.ed25519_verifies(hexed(key), hexed(signature), message))

    def test_every_damaged_byte_is_noticed(self):
        key, message, signature = self.VECTORS[1]
        good = hexed(signature)
        for at in range(64):
            damaged = good[:at] + bytes([good[at] ^ 1 << at % 8]) + good[at + 1:]
            self.assertFalse(verify.ed25519_verifies(hexed(key), damaged, message), at)
        self.assertFalse(verify.ed25519_verifies(hexed(key), good, message + b"\0"))
        self.assertFalse(verify.ed25519_verifies(hexed(key), good[:63], message))
        self.assertFalse(verify.ed25519_verifies(hexed(key), good + b"\0", message))
        self.assertFalse(verify.ed25519_verifies(hexed(key)[:31], good, message))

    def test_s_of_the_group_order_or_more_is_refused(self):
        # RFC 8032, 5.1.7: S + L would verify where the range is not checked.
        key, message, signature = self.VECTORS[2]
        good = hexed(signature)
        s = int.from_bytes(good[32:], "little") + verify.L
        self.assertFalse(verify.ed25519_verifies(hexed(key), good[:32] + s.to_bytes(32, "little"), message))

    def test_keys_of_small_order_sign_nothing(self):
        # With such a key and S = 0 the equation holds for every message, or for one of a few.
        for key in self.SMALL:
            for r in self.SMALL:
                self.assertFalse(verify.ed25519_verifies(hexed(key), hexed(r) + bytes(32), b"any"), (key, r))

    def test_only_canonical_points_decode(self):
        for text in self.SMALL[:8]:
            self.assertEqual(verify.ed_encode(verify.ed_decode(hexed(text))).hex(), text)
        for text in self.SMALL[8:]:
            self.assertIsNone(verify.ed_decode(hexed(text)))
        self.assertIsNone(verify.ed_decode((2).to_bytes(32, "little")))

    def test_the_group_has_its_order(self):
        self.assertEqual(verify.ed_encode(verify.ed_base_times(verify.L)), hexed(self.SMALL[0]))

    def test_a_thousand_signatures_take_seconds(self):
        key, message, signature = self.VECTORS[1]
        begin = time.process_time()
        for _ in range(50):
            verify.ed25519_verifies(hexed(key), hexed(signature), message)
        self.assertLess((time.process_time() - begin) * 20, 30)


class P256AndRSA(unittest.TestCase):
    # RFC 6979, A.2.5, SHA-256 over "sample" and "test".
    KEY = hexed("04" "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
                "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299")
    VECTORS = [
        (b"sample", 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
         0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8),
        (b"test", 0xF1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367,
         0x019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083),
    ]

    def test_rfc_6979(self):
        for message, r, s in self.VECTORS:
            self.assertTrue(verify.p256_verifies(self.KEY, r, s, message))
            self.assertFalse(verify.p256_verifies(self.KEY, r, s, message + b"."))
            self.assertFalse(verify.p256_verifies(self.KEY, s, r, message))

    def test_numbers_out_of_range_and_points_off_the_curve(self):
        # As Wycheproof's ecdsa_secp256r1_sha256_test has them: 0, n, n + r, and a point that is none.
        message, r, s = self.VECTORS[0]
        n = verify.N
        for pair in [(0, 0), (0, s), (r, 0), (n, s), (r, n), (r + n, s), (r, s + n), (1, 1)]:
            self.assertFalse(verify.p256_verifies(self.KEY, *pair, message), pair)
        off = self.KEY[:64] + bytes([self.KEY[64] ^ 1])
        for key in [off, self.KEY[:64], b"\x03" + self.KEY[1:], b"\x04" + bytes(64), b"\x04" + b"\xff" * 64]:
            self.assertFalse(verify.p256_verifies(key, r, s, message))

    def test_the_other_s_is_as_good(self):
        # ECDSA says nothing about which of s and n - s; a signature is not used as a name anywhere.
        message, r, s = self.VECTORS[0]
        self.assertTrue(verify.p256_verifies(self.KEY, r, verify.N - s, message))

    def test_rsa_by_openssl(self):
        with tempfile.TemporaryDirectory() as folder:
            key, text = f"{folder}/key", f"{folder}/text"
            pathlib.Path(text).write_bytes(b"sample")
            openssl("genrsa", "-out", key, "2048")
            n = int(openssl("rsa", "-in", key, "-noout", "-modulus").decode().split("=")[1], 16)
            made = openssl("dgst", "-sha256", "-sign", key, text)
        self.assertTrue(verify.rsa_verifies(n, 65537, made, b"sample"))
        self.assertFalse(verify.rsa_verifies(n, 65537, made, b"simple"))
        self.assertFalse(verify.rsa_verifies(n, 65537, b"\0" + made, b"sample"))
        larger = (int.from_bytes(made, "big") + n).to_bytes(257, "big")
        self.assertFalse(verify.rsa_verifies(n, 65537, larger, b"sample"))
        for exponent in (1, 2, 0):
            self.assertFalse(verify.rsa_verifies(n, exponent, made, b"sample"))


class Trees(unittest.TestCase):
    def naive(self, leaves):
        if len(leaves) < 2:
            return leaves[0] if leaves else hashlib.sha256(b"").digest()
        k = 1
        while k * 2 < len(leaves):
            k *= 2
        return verify.node_hash(self.naive(leaves[:k]), self.naive(leaves[k:]))

    def path(self, index, leaves):
        if len(leaves) == 1:
            return []
        k = 1
        while k * 2 < len(leaves):
            k *= 2
        if index < k:
            return self.path(index, leaves[:k]) + [self.naive(leaves[k:])]
        return self.path(index - k, leaves[k:]) + [self.naive(leaves[:k])]

    def test_examples_of_the_document(self):
        text = (ROOT / "Sources/EvidenceLog/FORMAT.md").read_text(encoding="utf-8")
        for data in (verify.tree_root([]), verify.leaf_hash(b""), verify.leaf_hash(b"abc"),
                     verify.tree_root([verify.leaf_hash(b""), verify.leaf_hash(b"abc")])):
            self.assertIn(base64.b64encode(data).decode(), text)

    def test_roots_and_paths_as_rfc_6962_defines_them(self):
        leaves = [verify.leaf_hash(bytes([i])) for i in range(40)]
        for size in range(41):
            root = self.naive(leaves[:size])
            self.assertEqual(verify.tree_root(leaves[:size]), root)
            for index in range(size):
                path = self.path(index, leaves[:size])
                self.assertEqual(verify.inclusion_root(index, size, leaves[index], path), root)
                for other in [(index + 1) % size] if size > 1 else []:
                    self.assertFalse(self.leads(other, size, leaves[index], path, root))
                self.assertFalse(self.leads(index, size, leaves[index], path + [root], root))
                if path:
                    self.assertFalse(self.leads(index, size, leaves[index], path[:-1], root))
        self.assertFalse(self.leads(1, 1, leaves[0], [], leaves[0]))

    def leads(self, index, size, leaf, path, root):
        try:
            return verify.inclusion_root(index, size, leaf, path) == root
        except Malformed:
            return False

    def test_names_of_tiles(self):
        self.assertEqual(verify.tile_number(1234067), "x001/x234/067")
        self.assertEqual(verify.tile_number(0), "000")
        self.assertEqual(verify.tile_of("tile/entries/x001/000.p/112"), ("entries", 1000, 112))
        self.assertEqual(verify.tile_of("tile/1/001"), ("1", 1, 256))
        for path in ("tile/0/0", "tile/0/x000/001", "tile/00/001", "tile/0/001.p/0", "tile/0/001.p/256",
                     "tile/0/001.p/01",
                     "tile/0/001/", "tile/0/x001", "tile/-1/000", "tile/0/00\u0661"):
            with self.assertRaises(Malformed, msg=path):
                verify.tile_of(path)

    def test_given_vectors(self):
        folder = SAMPLES / "merkle-vectors"
        if not folder.is_dir():
            self.skipTest("samples not given")
        for case in self.cases("inclusion"):
            self.assertEqual(self.holds(lambda: verify.inclusion_root(
                case["leafIdx"], case["treeSize"], verify.hash_of(case["leafHash"]), self.hashes(case["proof"])) ==
                verify.hash_of(case["root"])), not case["wantErr"], case["desc"])
        for case in self.cases("consistency"):
            self.assertEqual(self.holds(lambda: verify.consistency_holds(
                case["size1"], case["size2"], base64.b64decode(case["root1"]), base64.b64decode(case["root2"]),
                self.hashes(case["proof"]))), not case["wantErr"], case["desc"])

    def holds(self, check):
        try:
            return check()
        except Malformed:
            return False

    def hashes(self, proof):
        return [verify.hash_of(one) for one in proof or []]

    def cases(self, name):
        found = json.loads((SAMPLES / f"merkle-vectors/{name}.json").read_text())
        self.assertGreater(len(found), 40)
        return found


class Notes(unittest.TestCase):
    def setUp(self):
        if not (SAMPLES / "log-vectors").is_dir():
            self.skipTest("samples not given")
        self.key = verify.Trust([verify.VerifierKey((SAMPLES / "log-vectors/log.vkey").read_text().strip())])
        self.note = (SAMPLES / "log-vectors/checkpoint.300").read_bytes()

    def test_checkpoints_proofs_and_consistency(self):
        new = verify.Checkpoint(self.note, self.key)
        self.assertEqual((new.size, new.others), (300, 2))
        for index in (0, 255):
            said, path, note = verify.proof_of((SAMPLES / f"log-vectors/{index}.tlog-proof").read_bytes())
            leaf = verify.leaf_hash((SAMPLES / f"log-vectors/{index}.leaf").read_bytes())
            self.assertEqual((said, note), (index, self.note))
            self.assertEqual(verify.inclusion_root(index, 300, leaf, path), new.root)
        for size in (3, 256):
            old = verify.Checkpoint((SAMPLES / f"log-vectors/checkpoint.{size}").read_bytes(), self.key)
            lines = (SAMPLES / f"log-vectors/consistency.{size}-300").read_text().split()
            path = [verify.hash_of(line) for line in lines]
            self.assertTrue(verify.consistency_holds(size, 300, old.root, new.root, path))
            self.assertFalse(verify.consistency_holds(size, 300, old.root, new.root, path[:-1]))
            self.assertFalse(verify.consistency_holds(size, 300, new.root, old.root, path))

    def test_every_damaged_byte_is_noticed(self):
        # Lines of keys that were not brought are not part of what our key signed.
        signed = self.note.index("\n— witness".encode())
        for at in range(signed):
            damaged = self.note[:at] + bytes([self.note[at] ^ 1]) + self.note[at + 1:]
            with self.assertRaises(Malformed, msg=at):
                verify.Checkpoint(damaged, self.key)

    def test_other_notes_are_refused(self):
        mine = self.note[:self.note.index("— witness".encode())]
        for bad in (b"", b"\n\n", mine[:-1], mine.replace(b"\n", b"\r\n"), mine + b"more\n", mine + b"\n",
                    b"\xff" + mine,
                    mine.replace(b"\n300\n", b"\n0300\n"), mine[:mine.index("—".encode())],
                    mine + "— erasure.example/evidence yzI6YwAA\n".encode()):
            with self.assertRaises(Malformed):
                verify.Checkpoint(bad, self.key)
        self.assertEqual(verify.Checkpoint(mine, self.key).others, 0)

    def test_verifier_keys(self):
        text = self.key.keys[0].text
        for bad in ("", "a+b", text.replace("+cb", "+cc"), text.upper(), text + "A", text.replace("+Ad", "+Bd"),
                    " " + text):
            with self.assertRaises(Malformed, msg=bad):
                verify.VerifierKey(bad)


class Outside(unittest.TestCase):
    """Witnesses' lines by the quorum of a policy, and time stamps of openssl."""

    def setUp(self):
        if not (SAMPLES / "log-vectors").is_dir():
            self.skipTest("samples not given")
        vectors = SAMPLES / "log-vectors"
        self.note = (vectors / "checkpoint.300").read_bytes()
        log, *witnesses = [path.read_text().strip() for path in [vectors / "log.vkey", *sorted(vectors.glob("w*.vkey"))]]
        self.lines = [f"log {log}"] + [f"witness w{n} {vkey}" for n, vkey in enumerate(witnesses, 1)]
        self.names = [f"w{n}" for n in range(1, len(witnesses) + 1)]

    def policy(self, *more):
        return verify.policy_of(("\n".join([*self.lines, *more]) + "\n").encode())

    def test_a_quorum_must_have_cosigned(self):
        self.assertTrue(self.names)
        names = " ".join(self.names)
        for more in (["quorum none"], [f"group all all {names}", "quorum all"], [f"group one 1 {names}", "quorum one"]):
            checkpoint = verify.Checkpoint(self.note, self.policy(*more))
            self.assertEqual(sorted(checkpoint.cosigned), self.names)
        # Without their lines the log's own is not enough.
        short = b"".join(line for line in self.note.splitlines(True) if b"witness.example/w1 " not in line)
        self.assertEqual(verify.Checkpoint(short, self.policy("quorum none")).cosigned, {})
        for more in ([f"group all all {names}", "quorum all"], [f"group one any {names}", "quorum one"]):
            with self.assertRaises(Malformed):
                verify.Checkpoint(short, self.policy(*more))

    def test_a_changed_cosignature_rejects_the_note(self):
        line = next(line for line in self.note.split(b"\n") if b"witness.example/w1 " in line)
        name, _, text = line.rpartition(b" ")
        for at in range(4, 76):
            data = bytearray(base64.b64decode(text))
            data[at] ^= 1
            damaged = self.note.replace(line, name + b" " + base64.b64encode(bytes(data)))
            with self.assertRaises(Malformed, msg=at):
                verify.Checkpoint(damaged, self.policy("quorum none"))

    def test_time_stamps_are_read_and_nothing_else(self):
        with tempfile.TemporaryDirectory() as folder:
            port = os.path.join(folder, "port")
            server = subprocess.Popen(
                [sys.executable, ROOT / "Sources/demo-company/time_stamp_authority.py", folder, port, "--attached"],
                stdin=subprocess.PIPE)
            try:
                while not os.path.exists(port):
                    self.assertIsNone(server.poll())
                    time.sleep(0.01)
                query = os.path.join(folder, "query")
                openssl("ts", "-query", "-digest", "ab" * 32, "-sha256", "-cert", "-out", query)
                url = f"http://127.0.0.1:{pathlib.Path(port).read_text().strip()}"
                asked = pathlib.Path(query).read_bytes()

                def ask(path):
                    header = {"Content-Type": "application/timestamp-query"}
                    return urllib.request.urlopen(urllib.request.Request(url + path, asked, header)).read()

                data = ask("/")
                imprint, seconds = verify.time_stamp(data)
                self.assertEqual(imprint, bytes.fromhex("ab" * 32))
                self.assertLess(abs(seconds - time.time()), 60)
                self.assertEqual(verify.time_stamp(ask("/lie/imprint"))[0], bytes(32))
                for bad in (ask("/lie/refuse"), ask("/lie/garbage"), b"", data[:-1], data + b"\0", b"\x30\x80"):
                    with self.assertRaises(Malformed):
                        verify.time_stamp(bad)
                # Whatever the byte, it is read or refused, and nothing else happens.
                for at in range(0, len(data), 7):
                    try:
                        verify.time_stamp(data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1:])
                    except Malformed:
                        pass
            finally:
                server.stdin.close()
                server.wait()


class CanonicalJSON(unittest.TestCase):
    def test_one_value_has_one_text(self):
        for good in (b'{}', b'{"a":1,"b":[true,false,{"c":""}]}', b'{"a":-9007199254740991}',
                     '{"a":"é\u2028"}'.encode(),
                     b'{"a":"\\b\\t\\n\\f\\r\\u001f\\"\\\\"}', b'{"A":0,"a":0}'):
            verify.canonical_json(good)
        for bad in (b'', b'[]', b'1', b'{"a":1 }', b'{ "a":1}', b'{"b":1,"a":1}', b'{"a":1,"a":1}', b'{"a":1.0}',
                    b'{"a":1e2}',
                    b'{"a":-0}', b'{"a":01}', b'{"a":null}', b'{"a":[null]}', b'{"a":9007199254740992}',
                    b'{"a":"\\u0041"}',
                    b'{"a":"\\/"}', b'{"a":"\\ud800"}', b'{"a":"\xff"}', '{"é":1}'.encode(), b'{"a":NaN}',
                    b'{"a":Infinity}',
                    b'{"a":"\\u001F"}', b'{"a":1}\n', b'\xef\xbb\xbf{"a":1}', b'{"a":' + b'9' * 5000 + b'}',
                    b'{"a":"\n"}'):
            with self.assertRaises(Malformed, msg=bad[:40]):
                verify.canonical_json(bad)

    def test_depth_is_bounded(self):
        def deep(levels):
            return b'{"a":' + b'[' * (levels - 1) + b']' * (levels - 1) + b'}'
        verify.canonical_json(deep(64))
        for levels in (65, 1_000, 200_000):
            with self.assertRaises(Malformed):
                verify.canonical_json(deep(levels))
        verify.canonical_json(b'{"a":"' + b'[' * 1_000 + b'"}')


class People(unittest.TestCase):
    """Signatures and allowed_signers, made by ssh-keygen itself."""

    @classmethod
    def setUpClass(cls):
        cls.room = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.room.name)
        cls.text = b"expunged-approval/v1\nlog x\n"
        (cls.folder / "text").write_bytes(cls.text)
        for name, kind in (("ed", ["ed25519"]), ("p256", ["ecdsa", "-b", "256"]), ("p384", ["ecdsa", "-b", "384"]),
                           ("rsa", ["rsa", "-b", "3072"]), ("small", ["rsa", "-b", "2048"])):
            subprocess.run(["ssh-keygen", "-q", "-N", "", "-C", name, "-f", str(cls.folder / name), "-t"] + kind,
                           check=True)

    @classmethod
    def tearDownClass(cls):
        cls.room.cleanup()

    def signature(self, name, namespace=verify.APPROVAL, options=()):
        made = subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", str(self.folder / name),
                               *options],
                              input=self.text, capture_output=True, check=True)
        return made.stdout

    def test_ssh_keygen(self):
        for name in ("ed", "p256", "rsa"):
            for options in ((), ("-O", "hashalg=sha256")):
                signature = verify.SSHSignature(self.signature(name, options=options))
                self.assertTrue(signature.signs(self.text))
                self.assertFalse(signature.signs(self.text + b"\n"))
                listed = subprocess.run(["ssh-keygen", "-l", "-f", str(self.folder / f"{name}.pub")],
                                        capture_output=True,
                                        check=True).stdout.decode().split()[1]
                self.assertEqual(signature.fingerprint(), listed)
        for name in ("small", "p384"):
            with self.assertRaises(Malformed):
                verify.SSHSignature(self.signature(name)).signs(self.text)

    def test_many_signatures_of_p256(self):
        # r and s with leading zeros and with the sign byte come up among them.
        for _ in range(12):
            self.assertTrue(verify.SSHSignature(self.signature("p256")).signs(self.text))

    def test_every_damaged_letter_is_noticed(self):
        good = self.signature("ed")
        for at in range(len(good)):
            for bit in (1, 4):
                damaged = good[:at] + bytes([good[at] ^ bit]) + good[at + 1:]
                try:
                    parsed = verify.SSHSignature(damaged)
                    held = parsed.signs(self.text) and parsed.namespace == verify.APPROVAL.encode()
                except Malformed:
                    held = False
                self.assertFalse(held, at)
        for bad in (b"", good[:-1], good + b"\n", good.replace(b"\n", b"\r\n"), good.replace(b"\n", b"", 2),
                    b" " + good):
            with self.assertRaises(Malformed):
                verify.SSHSignature(bad)

    def test_keys_in_hardware(self):
        # Made by software that is not ours; browsers, PIN and touch are in the vectors and in Tests/EvidenceLogTests.
        room = SAMPLES / "sshsig-vectors"
        if not room.is_dir():
            self.skipTest("samples not given: 1 test not run")
        text = (room / "approval.txt").read_bytes()
        for name in ("rsa", "sk-ed25519-up-uv", "webauthn"):
            data = (room / f"{name}.sig").read_bytes()
            signature = verify.SSHSignature(data)
            self.assertTrue(signature.signs(text, pin=True, pages=[b"https://erasure.example"]))
            blob = base64.b64decode(b"".join(data.split(b"\n")[1:-2]))
            for at in range(0, len(blob), 1 if name == "webauthn" else 3):
                damaged = blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1:]
                try:
                    parsed = verify.SSHSignature(software_keys.armoured(damaged))
                    held = parsed.signs(text) and parsed.namespace == verify.APPROVAL.encode()
                except Malformed:
                    held = False
                self.assertFalse(held, (name, at))
        with self.assertRaisesRegex(Malformed, "not the page"):
            verify.SSHSignature((room / "webauthn.sig").read_bytes()).signs(text, pages=[b"https://other.example"])

    def hardware(self, kind, flags, pin=False, **others):
        """True, or why a signature by a key in software is not taken."""
        _, made = software_keys.sign(kind, self.folder, self.text, verify.APPROVAL, flags, **others)
        try:
            return verify.SSHSignature(made).signs(self.text, pin=pin)
        except Malformed as problem:
            return str(problem)

    def test_touch_is_demanded_always_and_a_pin_where_asked_for(self):
        for kind in software_keys.KINDS:
            self.assertIs(self.hardware(kind, 0x05, pin=True), True)
            self.assertIs(self.hardware(kind, 0x01), True)
            self.assertIn("no PIN", self.hardware(kind, 0x01, pin=True))
            self.assertIn("nobody touched", self.hardware(kind, 0x04))
            self.assertIn("nobody touched", self.hardware(kind, 0x00))
        self.assertIs(self.hardware("webauthn", 0x85, extensions=b"\xa0"), True)
        for flags, extensions in ((0x85, b""), (0x05, b"\xa0"), (0x45, b"")):
            self.assertIn("do not fit", self.hardware("webauthn", flags, extensions=extensions))
        self.assertIn("another text", self.hardware("webauthn", 0x05, origin=b'a"b'))

    def line(self, options="", name="ed", who="bram@example.org"):
        key = " ".join((self.folder / f"{name}.pub").read_text().split()[:2])
        return f"{who} {options}{' ' if options else ''}{key}\n".encode()

    def refusal(self, data, at="2026-06-01T12:00:00Z", namespace=verify.APPROVAL):
        key = verify.SSHSignature(self.signature("ed")).key
        try:
            verify.AllowedSigners(data).require(key, namespace, at)
            return ""
        except Malformed as problem:
            return str(problem)

    def test_who_may_sign_what_and_when(self):
        self.assertEqual(self.refusal(self.line()), "")
        self.assertEqual(self.refusal(b"# people\n\n\t" + self.line('namespaces="a,erasure-approval@expunged"')), "")
        self.assertIn("not for", self.refusal(self.line('namespaces="a"')))
        self.assertIn("nobody", self.refusal(self.line(name="p256")))
        self.assertIn("nobody", self.refusal(b""))
        for options, wanted in (('valid-after="20260601120000Z"', ""), ('valid-after="20260601120001Z"', "only from"),
                                ('valid-before="202606011200Z"', ""), ('valid-before="20260601Z"', "only until"),
                                ('Valid-After="20260101Z",valid-before="20270101Z",'
                                 'namespaces="erasure-approval@expunged"', "")):
            said = self.refusal(self.line(options))
            self.assertTrue(wanted in said if wanted else not said, (options, said))
        self.assertEqual(self.refusal(self.line('namespaces="a"') + self.line(), at="2026-01-01T00:00:00Z"), "")
        self.assertEqual(self.refusal(self.line().replace(b"\n", b"\r\n")), "")

    def test_files_that_mean_more_than_they_show_are_refused(self):
        for bad in (self.line(who="*@example.org"), self.line(who="!bram"), self.line("cert-authority"),
                    self.line('namespaces="*"'), self.line('valid-after="20260101"'),
                    self.line('valid-after="20261301Z"'),
                    self.line('no-touch-required'), self.line('namespaces="a",namespaces="b"'),
                    self.line('namespaces=a'),
                    b"bram\n", b"bram ssh-ed25519\n", b"bram ssh-ed25519 AAAA\n", b"\xff\n",
                    self.line().replace(b"ssh-ed25519", b"ssh-rsa", 1)):
            with self.assertRaises(verify.Unusable, msg=bad):
                verify.AllowedSigners(bad)

    def test_signed_texts_are_exact(self):
        names = verify.SIGNED_TEXTS["expunged-attestation/v1"][0].split()
        good = ("expunged-attestation/v1\n" + "".join(f"{name} some words\n" for name in names)).encode()
        self.assertEqual(verify.signed_text(good, "expunged-attestation/v1")["medium"], "some words")
        for bad in (good[:-1], good + b"\n", good.replace(b"\n", b"\r\n"),
                    good.replace(b"medium some", b"medium  some"),
                    good.replace(b"words\n", b"words \n", 1), good.replace(b"job", b"Job"), b"\xff" + good, good + good,
                    good.replace(b"some words", b"", 1), good.replace("some".encode(), "so\u202eme".encode(), 1),
                    good.replace(b"some", b"x" * 600, 1), good.replace(b"some", b"so\x07me", 1)):
            with self.assertRaises(Malformed):
                verify.signed_text(bad, "expunged-attestation/v1")


class Days(unittest.TestCase):
    def test_a_month_later(self):
        for day, months, then in (("2026-01-31", 1, "2026-02-28"), ("2028-01-31", 1, "2028-02-29"),
                                  ("2026-11-30", 3, "2027-02-28"), ("9999-10-31", 2, "9999-12-31"),
                                  ("9999-10-31", 3, "9999-12-31")):
            self.assertEqual(verify.months_after(day, months), then)

    def test_days_end_with_the_calendar(self):
        self.assertEqual(verify.days_after("2026-02-28", 1), "2026-03-01")
        self.assertEqual(verify.days_after("9999-12-30T00:00:00Z", 5), "9999-12-31")
        self.assertEqual(verify.days_after("0001-01-02", -5), "0001-01-01")
        self.assertEqual(verify.days_between("2026-02-28", "2026-03-02"), 2)


class Receipts(unittest.TestCase):
    CLAIMS = {"iss": "https://erasure.example", "iat": 1, "jti": "a-1", "request_id": "r-" + "1" * 32,
              "job_id": "j-" + "2" * 32, "request_sha256": "3" * 64, "status": "completed",
              "completed_at": "2026-01-01T00:00:00Z", "records_erased": 1}

    def test_a_receipt_by_openssl(self):
        with tempfile.TemporaryDirectory() as folder:
            key, text, out = f"{folder}/key", f"{folder}/text", f"{folder}/out"
            openssl("genpkey", "-algorithm", "ed25519", "-out", key)
            public = openssl("pkey", "-in", key, "-pubout", "-outform", "DER")[-32:]
            jwk = '{"crv":"Ed25519","kty":"OKP","x":"%s"}' % self.url(public)

            def signed(header, claims):
                data = f"{self.url(json.dumps(header).encode())}.{self.url(json.dumps(claims).encode())}".encode()
                pathlib.Path(text).write_bytes(data)
                openssl("pkeyutl", "-sign", "-inkey", key, "-rawin", "-in", text, "-out", out)
                return data + b"." + self.url(pathlib.Path(out).read_bytes()).encode()

            header = {"alg": "EdDSA", "typ": "erasure-receipt+jwt"}
            good = signed(header, self.CLAIMS)
            self.assertEqual(verify.jws_claims(good, jwk)["records_erased"], 1)
            bad = [signed({**header, "typ": "JWT"}, self.CLAIMS), signed({**header, "alg": "none"}, self.CLAIMS),
                   signed({**header, "alg": "HS256"}, self.CLAIMS), signed({**header, "crit": ["x"]}, self.CLAIMS),
                   signed(header, {**self.CLAIMS, "name": "Ada"}), signed(header, {**self.CLAIMS, "status": "fine"}),
                   signed(header, {**self.CLAIMS, "retained": 3}),
                   signed(header, {**self.CLAIMS, "records_erased": "1"}),
                   signed(header, {**self.CLAIMS, "records_erased": -1}),
                   signed(header, {**self.CLAIMS, "jti": "for Ada"}), signed(header, {**self.CLAIMS, "jti": "x" * 65}),
                   signed(header, {**self.CLAIMS, "retained": [
                       {"category": "invoices", "until": "2033-01-01", "basis": "caf\u00e9"}]}),
                   good[:-1], good + b"=", good + b".", good.replace(b".", b"", 1), b"", b"..", b"\xff.a.b",
                   good[:-2] + bytes([good[-2] ^ 1]) + good[-1:]]
            for data in bad:
                with self.assertRaises(Malformed):
                    verify.jws_claims(data, jwk)
            for other in ("", "{}", "[]", "null", jwk.replace(",", ", "), jwk.replace("OKP", "EC"),
                          jwk.replace("}", ',"use":"sig"}'), '{"kty":[]}',
                          '{"kty":' + "[" * 50_000, jwk.replace('"x"', '"y"')):
                with self.assertRaises(Malformed, msg=other[:30]):
                    verify.jws_claims(good, other)

    @staticmethod
    def url(data):
        return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Document(unittest.TestCase):
    """verify.py and FORMAT.md list the same kinds, and the facts of each."""

    def test_kinds_and_facts(self):
        text = (ROOT / "Sources/EvidenceLog/FORMAT.md").read_text(encoding="utf-8")
        rows = {kind: line for line in text.split("\n") if line.startswith("| `")
                for kind in re.findall(r"`([a-z-]+\.[a-z-]+)`", line.split("|")[1])}
        self.assertEqual(set(rows) - set(verify.ENTRY_SHAPES), set(), "add a line for each to KINDS of verify.py")
        self.assertEqual(set(verify.ENTRY_SHAPES) - set(rows), set(), "FORMAT.md does not describe these")
        for kind, (_, facts) in verify.ENTRY_SHAPES.items():
            for fact, (_, optional, artifact) in facts.items():
                self.assertIn(f"`{fact}`", rows[kind], kind)
                self.assertEqual(bool(re.search(rf"`{fact}`(\*\*)?\?", rows[kind])), optional, (kind, fact))
                self.assertEqual(f"**`{fact}`**" in rows[kind], artifact, (kind, fact))
            said = re.sub(r"\{[^}]*\}|\([^)]*\)", "", rows[kind].split("|")[2])
            self.assertEqual(set(re.findall(r"`([a-zA-Z]+)`", said)) - set(facts), set(), kind)


    def test_subject_commitment(self):
        code = (b"Dear Ada,\r\n  expunged-subject/v1\r\nlog a.example/log\r\nrequest r-" + b"0" * 32 +
                b"\r\nentry 7\r\nkinds customer-no email\r\nnonce " + bytes(range(32)).hex().encode() + b"\r\n\r\nRegards\r\n")
        who = b"email ada@example.org\ncustomer-no 4711\n"
        found = verify.SubjectCode(code, who)
        self.assertEqual((found.entry, found.log), (7, "a.example/log"))
        self.assertEqual(found.commitment(), "fc15ec588d3fb0b76523996c939db282fb266ba3165c787a30f5870cce19e66a")
        self.assertNotEqual(verify.SubjectCode(code, who.replace(b"4711", b"4712")).commitment(), found.commitment())
        for letter, names in ((code.replace(b"/v1", b"/v2"), who), (code.replace(b"entry 7", b"entry x"), who),
                              (code.replace(b"nonce 00", b"nonce 0"), who), (code, b"email ada@example.org"),
                              (code, b"ada@example.org"), (code, b"")):
            with self.assertRaises(verify.Unusable) as raised:
                verify.SubjectCode(letter, names)
            self.assertNotIn("ada@", str(raised.exception))

    def test_rules_of_a_log(self):
        text = (ROOT / "Sources/EvidenceLog/FORMAT.md").read_text(encoding="utf-8")
        numbers = [int(number) for number in re.findall(r"^\| ([0-9]+) \|", text, re.MULTILINE)]
        self.assertEqual(numbers, list(range(1, verify.NEWEST_RULES + 1)))

    def test_words_are_those_of_the_program(self):
        def words(path, kind):
            text = (ROOT / "Sources/ErasureDomain" / path).read_text(encoding="utf-8")
            body = re.search(r"enum %s: String.*?\{\n(.*?)\n *\}\n" % kind, text, re.DOTALL).group(1)
            cases = re.findall(r"^ *case (\w+)(?: = \"([a-z0-9-]+)\")?", body, re.MULTILINE)
            return {word or name for name, word in cases}

        def listed(shape, fact):
            return set(verify.OBJECT_SHAPES[shape][1][fact][0].strip("[()]").split("|"))

        self.assertEqual(words("Words/Vocabulary.swift", "JobVerb"), set(verify.VERBS))
        self.assertEqual(words("Words/CategoryDecision.swift", "GroundRejection"), set(verify.REJECTIONS))
        self.assertEqual(words("Plan/ErasurePlan.swift", "Reason"), listed("COVERAGE", "notApplicable"))
        self.assertEqual(words("Words/PackageKind.swift", "PackageKind"), listed("EXPORT", "packages"))


class Tables(unittest.TestCase):
    """The auditor's folder, without a log: its lines, and the sample."""

    def test_columns_are_those_of_the_document_and_the_program(self):
        text = (ROOT / "Sources/EvidenceLog/FORMAT.md").read_text(encoding="utf-8")
        said = text[text.index("`requests.csv` has the columns"):]
        names = re.findall(r"`([a-z_]+)`", said[:said.index("- `state`")])
        self.assertEqual([name for name in names if name in verify.REQUEST_COLUMNS], verify.REQUEST_COLUMNS)
        program = (ROOT / "Sources/ErasureDomain/Accounts/RequestAccount+Figures.swift").read_text(encoding="utf-8")
        for name, columns in (("columns", verify.REQUEST_COLUMNS), ("lateColumns", verify.LATE_COLUMNS)):
            body = re.search(r"static let %s = \[(.*?)\]" % name, program, re.DOTALL).group(1)
            self.assertEqual(re.findall(r'"([a-z_]+)"', body), columns)

    def test_a_cell_is_no_formula(self):
        self.assertEqual(verify.table_line(["a", "1,2", 'say "so"', ""]), b'a,"1,2","say ""so""",\n')
        for start in "=+-@\t\r":
            self.assertIn(b"'" + start.encode(), verify.table_line([start + "cmd"]))

    def test_the_sample_of_the_document(self):
        self.assertEqual(verify.drawn(range(1, 101), "dice 5 2 6", 3), [27, 51, 70])
        text = (ROOT / "Sources/EvidenceLog/FORMAT.md").read_text(encoding="utf-8")
        self.assertIn("seed `dice 5 2 6`, numbers 1 to 100, 3 drawn: 27, 51, 70", text)
        self.assertEqual(verify.drawn([3, 1, 2], "x", 10), [1, 2, 3])

    def test_wrong_use_of_the_sample_is_two(self):
        for words in (["/nowhere", "--seed", "x", "--count", "1"], [".", "--seed", "", "--count", "1"],
                      [".", "--seed", "x", "--count", "0"], [".", "--seed", "x\ny", "--count", "1"]):
            with contextlib.redirect_stderr(io.StringIO()):
                self.assertEqual(verify.main(["sample"] + words), 2, words)

    def test_dates_move_as_the_document_says(self):
        dates = {"received": "2026-03-02", "statutory": "2026-04-02", "extended": "2026-06-02"}

        def entry(kind, **facts):
            made = verify.Entry.__new__(verify.Entry)
            made.kind, made.facts, made.index, made.at = kind, facts, facts.pop("index", 1), facts.pop("at", "")
            made.by, made.request, made.plan, made.job = None, "r-" + "1" * 32, facts.pop("plan", None), facts.pop("job", None)
            return made

        received = dict(number=1, channel="mail", receivedOn="2026-03-02", receivedAt="2026-03-02T09:00:00Z",
                        dueDates=dates)
        account = verify.Account(entry("request.received", **received))
        self.assertEqual((account.due, account.late("2026-04-05")), ("2026-04-02", [("reply", "", 3), ("erasure", "", 3)]))
        account.take(entry("identity.proved", suspendedDays=5, statutory="2026-04-07"))
        self.assertEqual(account.due, "2026-04-07")
        account.take(entry("deadline.extended", reason="complexity", statutory="2026-06-09"))
        self.assertEqual(account.due, "2026-06-09")
        account.take(entry("receipt.corrected", receivedOn="2026-02-27", receivedAt="2026-02-27T09:00:00Z",
                           dueDates=dict(dates, statutory="2026-03-27")))
        self.assertEqual((account.due, account.suspended, account.extended_for), ("2026-03-27", 0, ""))
        account.take(entry("request.refused", ground="not-ours", at="2026-03-20T09:00:00Z"))
        account.take(entry("letter.sent", letter="refusal", on="2026-03-30"))
        self.assertEqual(account.late("2026-05-01"), [("reply", "2026-03-30", 3)])
        self.assertEqual(account.state, "refused")


class Order(unittest.TestCase):
    """What may stand where: made-up logs of which no signature is here. Demo and both verifiers: two_verifiers.py."""

    R, P, ANNA, BRAM = "r-" + "1" * 32, "p-" + "1" * 32, "u-" + "a" * 32, "u-" + "b" * 32
    ERASE, EXPORT = "j-" + "1" * 32, "j-" + "2" * 32

    def setUp(self):
        self.entries, self.day, self.artifacts = [], 1, {}
        some = "sha256:" + "0" * 64
        self.log("log.opened", origin="log.example", vkey="key", people=some, signers=some, register=some,
                 practice=True, rules=6)

    def log(self, kind, /, **facts):
        self.entries.append({"at": f"2026-03-{self.day:02d}T00:00:00Z", "kind": kind, "v": 1, **facts})

    def about(self, kind, /, **facts):
        self.log(kind, request=self.R, **facts)

    def at_job(self, job, kind, /, **facts):
        self.about(kind, plan=self.P, job=job, **facts)

    def receive(self, rights=("erasure", "portability"), **more):
        due = dict.fromkeys(("received", "nominal", "statutory", "workTo", "extended"), "2026-04-01")
        self.about("request.received", number=1, commitment="0" * 64, channel="mail", receivedAt="2026-03-01T00:00:00Z",
                   receivedOn="2026-03-01", capacities=["customer"], identifierKinds=["email"], rights=list(rights),
                   dueDates={**due, "ruleSet": "NL"}, **more)

    def confirm(self):
        self.about("request.confirmed", method="counter", ground="art17-1-b", by=self.ANNA)

    def plan(self, change=None):
        """One erasure behind one export, on a ground for each."""
        common = {"system": "crm", "leftOut": []}
        count = {"dataset": "customer", "isRoot": True, "erase": 1, "reduce": 0, "kept": []}
        jobs = [{**common, "job": self.EXPORT, "verb": "export", "counts": [], "dependsOn": [],
                 "export": {"packages": ["portability"], "datasets": []}},
                {**common, "job": self.ERASE, "verb": "erase", "counts": [count],
                 "dependsOn": [{"job": self.EXPORT, "kind": "settled"}]}]
        some = "sha256:" + "0" * 64
        document = {"v": 1, "plan": self.P, "request": self.R, "log": "log.example", "drafter": self.ANNA,
                    "findings": some, "register": some, "practice": True, "ground": "art17-1-b",
                    "margin": {"percent": 10, "least": 5}, "jobs": jobs,
                    "coverage": [{"system": "crm", "role": "own", "jobs": [self.EXPORT, self.ERASE]},
                                 {"system": "fax", "role": "own", "jobs": [], "notApplicable": "ground-rejected"}],
                    "decisions": [{"system": "crm", "category": "contact", "datasets": ["customer"],
                                   "ground": "art17-1-b", "by": self.ANNA}]}
        if change:
            change(document)
        data = json.dumps(document, separators=(",", ":"), sort_keys=True).encode()
        digest = verify.digest_of(data)
        self.artifacts[digest] = data
        nonce = f"{len(self.entries):032x}"
        self.about("plan.proposed", plan=self.P, by=self.ANNA, digest=digest, findings=some, nonce=nonce,
                   jobs=len(jobs), searched=["crm"], startBefore="2026-04-01T00:00:00Z")
        return digest

    def approve(self, digest, people=("b", "c")):
        for who in people:
            by = "u-" + who * 32
            some = "sha256:" + who * 64
            self.about("plan.approved", plan=self.P, by=by, digest=digest, enough=who == people[-1], approval={
                "by": by, "keyFingerprint": who, "text": some, "signature": some})

    def decide(self, by=ANNA, **facts):
        self.about("category.decided", plan=self.P, **{"system": "fax", "category": "marketing", "by": by,
                                                       "ground": "art17-1-b", **facts})

    def collect(self, epoch, expires="2026-03-20T00:00:00Z"):
        self.at_job(self.EXPORT, "attempt.started", attempt=f"a-{epoch:032x}", epoch=epoch, digest=self.digest)
        self.at_job(self.EXPORT, "rows.collected", epoch=epoch, bytes=9, mac="0" * 64, expires=expires,
                    datasets=[{"dataset": "customer", "rows": 1}])
        self.at_job(self.EXPORT, "attempt.ended", epoch=epoch, end="needs-officer", question={"code": "package-waits"})

    def package(self, kind, **facts):
        made = {"ciphertext": "0" * 64, "bytes": 9, "systems": 1, "rows": 1, "files": 0, "recipient": "age",
                "until": "2026-03-15T00:00:00Z"} if kind == "made" else {"how": "counter"}
        self.about(f"package.{kind}", plan=self.P, by=self.BRAM, **{"package": "portability", **made, **facts})

    def exports(self):
        """All of it, and then the erasure begins."""
        self.receive()
        self.confirm()
        self.digest = self.plan()
        self.approve(self.digest)
        self.collect(1)
        self.package("made")
        self.package("delivered")
        self.at_job(self.EXPORT, "job.settled", outcome={"outcome": "exported", "waived": False})
        self.log("system.released", system="crm", record="sha256:" + "0" * 64, by=self.BRAM)
        self.at_job(self.ERASE, "attempt.started", attempt="a-" + "f" * 32, epoch=1, digest=self.digest)

    def test_the_keys_of_a_log_follow_each_other(self):
        old, new = self.keys
        self.entries[0]["vkey"] = old
        self.log("key.rotated", newVkey=new, fromSize=2)
        self.log("key.destroyed", vkey=old)
        self.assertIsNone(self.replayed())
        good = list(self.entries)
        for change, kind, words in (
                (lambda: self.entries[1].update(newVkey=old), "key.rotated", "no new key"),
                (lambda: self.entries[1].update(fromSize=9), "key.rotated", "cannot carry"),
                (lambda: self.entries.insert(2, dict(self.entries[1])), "key.rotated", "not destroyed yet"),
                (lambda: self.entries[2].update(vkey=new), "key.destroyed", "names no key"),
                (lambda: self.entries.pop(1), "key.destroyed", "names no key"),
                (lambda: self.entries.insert(1, {**good[2], "kind": "log.closed", "reason": "lost"}), "key.rotated",
                 "behind the end")):
            self.entries = [dict(entry) for entry in good]
            change()
            self.entries = [{k: v for k, v in e.items() if e["kind"] != "log.closed" or k != "vkey"}
                            for e in self.entries]
            self.refused(kind, words)

    def test_a_checkpoint_is_signed_by_a_key_that_is_in_force(self):
        old, new = (verify.VerifierKey(text) for text in self.keys)
        replay = verify.Replay("log.example", [old, new], None, self.artifacts.get, whole=True)
        replay.in_force, replay.destroyed = [new.text], [old.text]
        replay.require_keys([new])
        with self.assertRaises(verify.Wrong):
            replay.require_keys([old])
        replay.trusted = ["another"]
        with self.assertRaises(verify.Wrong):
            replay.require_keys([new])

    @property
    def keys(self):
        def vkey(byte):
            data = b"\1" + bytes([byte]) * 32
            digest = hashlib.sha256(b"log.example\n" + data).digest()[:4]
            return f"log.example+{digest.hex()}+{base64.b64encode(data).decode()}"

        return vkey(1), vkey(2)

    def measures(self):
        self.receive()
        self.confirm()
        self.log("system.released", system="crm", record="sha256:" + "0" * 64, by=self.BRAM)
        self.about("measure.ordered", measure="restriction", systems=["crm"], byHand=["fax"], by=self.BRAM)
        self.about("measure.started", measure="restriction", system="crm")
        self.about("measure.applied", measure="restriction", system="crm", rows=1)
        self.about("measure.applied", measure="restriction", system="fax", rows=0, by=self.BRAM)
        self.about("request.refused", ground="art17-3-b", by=self.BRAM)
        self.about("subject.informed", on="2026-03-01", channel="mail", by=self.BRAM)
        self.about("casefile.kept", until="2031-03-01", digest="sha256:" + "0" * 64, people=3)
        self.about("request.closed", by=self.BRAM)

    def replayed(self):
        """The kind of the entry that cannot stand where it stands, and why; None where all may."""
        key = type("Key", (), {"text": "key"})
        replay = verify.Replay("log.example", [key], None, self.artifacts.get, whole=True)
        for index, facts in enumerate(self.entries):
            data = json.dumps(facts, separators=(",", ":"), sort_keys=True).encode()
            try:
                replay.take(verify.Entry(index, data), data, verify.leaf_hash(data))
            except Malformed as problem:
                return facts["kind"], str(problem)
        return None

    def refused(self, kind, words):
        found = self.replayed()
        self.assertIsNotNone(found, words)
        self.assertEqual(found[0], kind, found[1])
        self.assertIn(words, found[1])

    def place(self, kind):
        return next(i for i, entry in enumerate(self.entries) if entry["kind"] == kind)

    def test_good_stories(self):
        for story in (self.exports, self.measures):
            self.setUp()
            story()
            self.assertIsNone(self.replayed())

    def test_nothing_goes_before_the_exports_are_settled(self):
        for left_out, kind, words in (
                ("rows.collected", "package.made", "before all is collected"),
                ("package.made", "package.delivered", "not made of what is collected now"),
                ("package.delivered", "job.settled", "not delivered or waived so"),
                ("job.settled", "attempt.started", "before " + self.EXPORT)):
            self.setUp()
            self.exports()
            del self.entries[self.place(left_out)]
            self.refused(kind, words)

    def collected_for_both(self):
        self.receive(["erasure", "portability", "access"])
        self.confirm()
        self.digest = self.plan()
        self.approve(self.digest)
        self.collect(1)
        self.package("made", package="access")

    def waive(self, system):
        self.about("package.waived", plan=self.P, by=self.BRAM, system=system, reason="nothing-there")

    def test_a_system_is_waived_before_any_package_is_delivered(self):
        self.collected_for_both()
        self.waive("crm")
        self.assertIsNone(self.replayed())
        self.package("delivered", package="access")
        self.refused("package.delivered", "not made of what is collected now")
        self.setUp()
        self.collected_for_both()
        self.package("delivered", package="access")
        self.assertIsNone(self.replayed())
        self.waive("crm")
        self.refused("package.waived", "after a package was delivered")

    def test_a_file_is_added_before_the_access_package_is_delivered(self):
        for delivered in ("portability", "access"):
            self.setUp()
            self.collected_for_both()
            self.package("made")
            self.package("delivered", package=delivered)
            self.at_job(self.EXPORT, "files.added", files=1, bytes=1, mac="0" * 64, expires="2026-03-20T00:00:00Z",
                        by=self.BRAM)
            if delivered == "access":
                self.refused("files.added", "after the access package was delivered")
            else:
                self.assertIsNone(self.replayed())

    def test_plans_that_would_not_wait(self):
        def job(place, **facts):
            return lambda document: document["jobs"][place].update(facts)
        for change, kind, words in (
                (job(1, dependsOn=[]), "plan.proposed", "before the person has"),
                (job(1, dependsOn=[{"job": self.EXPORT, "kind": "handed-over"}]), "plan.proposed", "before the person"),
                (job(1, export={"packages": [], "datasets": []}), "plan.proposed", "half an export"),
                (job(0, export={"packages": [], "datasets": []}), "plan.proposed", "for no package"),
                (job(0, export={"packages": ["access"], "datasets": []}), "plan.approved", "does not name"),
                (lambda document: document["coverage"][1].update(notApplicable="no"), "plan.proposed", "none of")):
            self.setUp()
            self.receive()
            self.confirm()
            self.approve(self.plan(change))
            self.refused(kind, words)

    def test_a_request_without_erasure_has_no_erasing_job(self):
        self.receive(["portability"])
        self.confirm()
        self.approve(self.plan())
        self.refused("plan.approved", "does not ask for erasure")

    def test_grounds(self):
        fax = {"system": "fax", "category": "marketing", "ground": "art17-1-b", "rejected": "other-legal-basis",
               "by": self.ANNA}

        def also(**facts):
            return lambda document: document["decisions"].append({**fax, **facts})
        good = {"rejected": "other-legal-basis"}
        for decided, change, kind, words in (
                (good, also(), None, None),
                (good, also(by=self.BRAM), "plan.approved", "says otherwise"),
                (good, also(rejected="still-necessary"), "plan.approved", "says otherwise"),
                ({}, also(), "plan.approved", "says otherwise"),
                ({**good, "system": "crm"}, also(), "plan.approved", "nobody decided"),
                ({**good, "by": None}, also(), "category.decided", "by nobody"),
                ({"rejected": "still-necessary"}, also(), "category.decided", "no answer"),
                ({"rejected": "too-much-work"}, also(), "category.decided", "rejects no ground"),
                ({**good, "system": "crm"}, also(system="crm", datasets=["customer"]), "plan.approved", "was rejected"),
                ({**good, "system": "crm"}, also(system="crm"), "plan.approved", "was rejected"),
                (good, lambda document: document.pop("decisions"), "plan.approved", "on which grounds"),
                (good, lambda document: document["decisions"].clear(), "plan.approved", "for nothing in crm"),
                (good, lambda document: document["decisions"].extend([fax, fax]), "plan.approved", "twice")):
            self.setUp()
            self.receive()
            self.confirm()
            self.plan()
            self.decide(**decided)
            if self.entries[-1]["by"] is None:
                del self.entries[-1]["by"]
            self.approve(self.plan(change))
            if kind:
                self.refused(kind, words)
            else:
                self.assertIsNone(self.replayed())

    def test_all_stays_by_two_people(self):
        for people, wanted in ((("b", "c"), None), (("b",), "leaves everything")):
            self.setUp()
            self.receive()
            self.confirm()
            self.approve(self.plan(lambda document: document["jobs"][1].update(
                counts=[], leftOut=[{"dataset": "customer", "count": 1}])), people)
            if wanted:
                self.refused("plan.approved", wanted)
            else:
                self.assertIsNone(self.replayed())

    def test_measures_and_case_files(self):
        for left_out, kind, words in (
                ("request.confirmed", "measure.ordered", "is received"),
                ("system.released", "measure.started", "not released"),
                ("measure.ordered", "measure.started", "waits in crm"),
                ("measure.started", "measure.applied", "nobody began"),
                ("measure.applied", "request.closed", "waits in a system"),
                ("subject.informed", "casefile.kept", "after the person was informed")):
            self.setUp()
            self.measures()
            del self.entries[self.place(left_out)]
            self.refused(kind, words)
        def opened(step, by):
            self.log("casefile.opened", about=self.R, step=step, reason="complaint", by=by)

        def destroyed(digest="sha256:" + "0" * 64, **facts):
            self.log("casefile.destroyed", about=self.R, digest=digest, **facts)
        for steps, kind, words in (
                ([(opened, 1, self.ANNA), (opened, 2, self.BRAM), (opened, 2, self.BRAM)], None, None),
                ([(opened, 2, self.BRAM)], "casefile.opened", "nobody else"),
                ([(opened, 1, self.BRAM), (opened, 2, self.BRAM)], "casefile.opened", "nobody else"),
                ([(opened, 1, None)], "casefile.opened", "by nobody"),
                ([(destroyed,)], "casefile.destroyed", "until 2031-03-01"),
                ([(destroyed, "sha256:" + "1" * 64)], "casefile.destroyed", "not the case file")):
            self.setUp()
            self.measures()
            for step, *more in steps:
                step(*more)
            if steps[0][-1] is None:
                del self.entries[-1]["by"]
            if kind:
                self.refused(kind, words)
            else:
                self.assertIsNone(self.replayed())
        for second in (opened, destroyed):
            self.setUp()
            self.measures()
            self.entries[self.place("casefile.kept")]["until"] = self.entries[-1]["at"][:10]
            destroyed()
            self.assertIsNone(self.replayed())
            second(*((1, self.ANNA) if second is opened else ()))
            self.refused(self.entries[-1]["kind"], "no case file")
        self.setUp()
        self.measures()
        self.entries[self.place("casefile.kept")]["people"] = 1
        self.refused("casefile.kept", "no two people")
        for twice, words in (("casefile.kept", "once"), ("measure.ordered", "not over"),
                             ("measure.applied", "waits in crm")):
            self.setUp()
            self.measures()
            self.entries.insert(self.place(twice), self.entries[self.place(twice)])
            self.refused(twice, words)


class Command(unittest.TestCase):
    def run_with(self, words):
        said, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(errors):
            try:
                status = verify.main(words)
            except SystemExit as leaving:
                status = leaving.code
        return status, said.getvalue(), errors.getvalue()

    def test_wrong_use_is_two(self):
        with tempfile.TemporaryDirectory() as folder:
            room = pathlib.Path(folder)
            (room / "empty").mkdir()
            (room / "signers").write_bytes(b"")
            (room / "bad.vkey").write_bytes(b"x+y")
            key = room / "log.vkey"
            name, data = "log.example", b"\x01" + bytes(31) + b"\x05"
            key.write_text(f"{name}+{hashlib.sha256(name.encode() + bytes([10]) + data).hexdigest()[:8]}+"
                           f"{base64.b64encode(data).decode()}\r\n")
            good = ["--key", str(key), "--signers", str(room / "signers")]
            for words in ([], [folder], [str(room / "none")] + good, [str(room / "empty")] + good, [str(key)] + good,
                          [folder, "--key", str(room / "bad.vkey"), "--signers", str(room / "signers")],
                          [folder, "--key", str(room / "none"), "--signers", str(room / "signers")],
                          [folder, "--old", str(room / "signers")] + good):
                status, said, errors = self.run_with(words)
                self.assertEqual(status, 2, words)
                self.assertTrue(errors, words)
                self.assertNotIn("Traceback", said + errors)

    def test_links_and_strange_files(self):
        with tempfile.TemporaryDirectory() as folder:
            room = pathlib.Path(folder)
            (room / "log/tile/0").mkdir(parents=True)
            (room / "secret").write_bytes(b"x")
            link = room / "log/checkpoint"
            link.symlink_to(room / "secret")
            with self.assertRaises(verify.Wrong) as caught:
                verify.Folder(str(room / "log"))
            self.assertEqual(caught.exception.place, "checkpoint")
            link.unlink()
            os.mkfifo(link)
            with self.assertRaises(verify.Wrong):
                verify.Folder(str(room / "log"))
            link.unlink()
            (room / "log/tile/0/000").write_bytes(b"1234")
            with self.assertRaises(verify.Wrong):
                verify.Folder(str(room / "log")).read("tile/0/000", 3)
            with self.assertRaises(verify.Wrong):
                verify.Folder(str(room / "log")).read("../secret", 3)

    def test_what_evidence_says_moves_no_cursor(self):
        self.assertEqual(verify.printable("a\x1b[2J\u202eb\n"), "a\\u001b[2J\\u202eb\\u000a")


if __name__ == "__main__":
    unittest.main()
