"""Keys in hardware and passkeys, made in software, which can be made to do what hardware would not.

openssl does the arithmetic; the bytes are those of OpenSSH's PROTOCOL.u2f and PROTOCOL.sshsig.
"""

import base64
import hashlib
import subprocess

ORIGIN, APPLICATION = b"https://erasure.example", b"erasure.example"
KINDS = {
    "sk-ed25519": b"sk-ssh-ed25519@openssh.com",
    "sk-ecdsa": b"sk-ecdsa-sha2-nistp256@openssh.com",
    "webauthn": b"webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
}


def openssl(*words):
    return subprocess.run(["openssl", *words], check=True, capture_output=True).stdout


def string(data):
    return len(data).to_bytes(4, "big") + data


def armoured(blob):
    text = base64.b64encode(blob)
    lines = b"".join(text[at:at + 70] + b"\n" for at in range(0, len(text), 70))
    return b"-----BEGIN SSH SIGNATURE-----\n" + lines + b"-----END SSH SIGNATURE-----\n"


def sign(kind, folder, text, namespace, flags=0x05, extensions=b"", origin=ORIGIN):
    """(`type base64` of a new key, the signature file), whatever the flags say."""
    pem, covered = folder / "software.pem", folder / "covered"
    algorithm = ("ED25519",) if kind == "sk-ed25519" else ("EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    openssl("genpkey", "-algorithm", *algorithm, "-out", str(pem))
    der = openssl("pkey", "-in", str(pem), "-pubout", "-outform", "DER")
    fields = string(der[12:]) if kind == "sk-ed25519" else string(b"nistp256") + string(der[26:])
    made_by = KINDS[kind]
    key_kind = KINDS["sk-ecdsa"] if kind == "webauthn" else made_by
    key = string(key_kind) + fields + string(APPLICATION)
    start = string(namespace.encode()) + string(b"") + string(b"sha512")
    inner, tail = b"SSHSIG" + start + string(hashlib.sha512(text).digest()), b""
    if kind == "webauthn":
        challenge = base64.urlsafe_b64encode(inner).rstrip(b"=")
        inner = b'{"type":"webauthn.get","challenge":"' + challenge + b'","origin":"' + origin + \
            b'","crossOrigin":false}'
        tail = string(origin) + string(inner) + string(extensions)
    counter = bytes([flags]) + b"\x00\x00\x00\x07"
    covered.write_bytes(hashlib.sha256(APPLICATION).digest() + counter + extensions + hashlib.sha256(inner).digest())
    if kind == "sk-ed25519":
        made = openssl("pkeyutl", "-sign", "-rawin", "-inkey", str(pem), "-in", str(covered))
    else:
        der = openssl("dgst", "-sha256", "-sign", str(pem), str(covered))
        size = der[3]
        made = string(der[4:4 + size]) + string(der[6 + size:])
    signature = string(made_by) + string(made) + counter + tail
    line = key_kind.decode() + " " + base64.b64encode(key).decode()
    return line, armoured(b"SSHSIG\x00\x00\x00\x01" + string(key) + start + string(signature))
