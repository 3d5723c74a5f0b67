#!/usr/bin/env python3
"""A time-stamping authority of RFC 3161 on 127.0.0.1, which is `openssl ts`: for the demo and for tests.

    time_stamp_authority.py FOLDER PORT-FILE [--attached]

Makes its keys in FOLDER on the first start (ca.pem is what whoever trusts it needs) and writes its port to PORT-FILE.
With --attached it ends with its standard input. /crl is the list of what it has revoked, of this moment. Under /lie/<how> it answers
wrongly, as no authority should: imprint, nonce, refuse, garbage, huge, silent; /lie/old/crl is a list of last year.
"""
import http.server
import os
import signal
import subprocess
import sys
import tempfile
import threading

folder, port_file = os.path.abspath(sys.argv[1]), sys.argv[2]
turn = threading.Lock()


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def path(name):
    return os.path.join(folder, name)


def write(name, text):
    with open(path(name), "w", encoding="ascii") as file:
        file.write(text)


def make_keys():
    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl("req", "-x509", *new_key, "-days", "7300", "-subj", "/CN=Demo authority", "-keyout", path("ca.key"),
            "-out", path("ca.pem"))
    openssl("req", *new_key, "-subj", "/CN=Demo time stamps", "-keyout", path("tsa.key"), "-out", path("tsa.csr"))
    write("tsa.ext", "extendedKeyUsage=critical,timeStamping\n")
    openssl("x509", "-req", "-in", path("tsa.csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-CAcreateserial",
            "-days", "7300", "-extfile", path("tsa.ext"), "-out", path("tsa.pem"))
    write("index.txt", "")
    write("ca.cnf", f"""[ca]
default_ca = demo
[demo]
database = {path("index.txt")}
default_md = sha256
""")
    write("serial", "01\n")
    write("tsa.cnf", f"""[tsa]
default_tsa = demo
[demo]
serial = {path("serial")}
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
""")


def reply(query):
    with tempfile.TemporaryDirectory() as work:
        asked, said = os.path.join(work, "q"), os.path.join(work, "r")
        with open(asked, "wb") as file:
            file.write(query)
        with turn:
            openssl("ts", "-reply", "-config", path("tsa.cnf"), "-queryfile", asked, "-signer", path("tsa.pem"),
                    "-inkey", path("tsa.key"), "-out", said)
        with open(said, "rb") as file:
            return file.read()


def revoked(*when):
    """The list of revoked certificates, as DER."""
    with tempfile.TemporaryDirectory() as work:
        pem, der = os.path.join(work, "pem"), os.path.join(work, "der")
        with turn:
            openssl("ca", "-gencrl", "-config", path("ca.cnf"), "-cert", path("ca.pem"), "-keyfile", path("ca.key"),
                    *(when or ("-crldays", "7")), "-out", pem)
        openssl("crl", "-in", pem, "-outform", "DER", "-out", der)
        with open(der, "rb") as file:
            return file.read()


def query_over(digest):
    with tempfile.TemporaryDirectory() as work:
        asked = os.path.join(work, "q")
        openssl("ts", "-query", "-digest", digest.hex(), "-sha256", "-cert", "-out", asked)
        with open(asked, "rb") as file:
            return file.read()


class Authority(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if not self.path.endswith("/crl"):
            self.send_error(404)
            return
        last_year = ("-crl_lastupdate", "250101000000Z", "-crl_nextupdate", "250201000000Z")
        self.say("application/pkix-crl", revoked(*(last_year if "/lie/old/" in self.path else ())))

    def do_POST(self):
        query = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        how = self.path.rpartition("/lie/")[2] if "/lie/" in self.path else ""
        if how == "silent":
            return
        if self.headers.get("Content-Type") != "application/timestamp-query":
            self.send_error(415)
            return
        answer = {
            "": lambda: reply(query),
            # Over something else, with the very number of the request.
            "imprint": lambda: reply(query.replace(imprint_of(query), bytes(32))),
            # Over the right bytes, and another number than ours: as an old answer would have.
            "nonce": lambda: reply(query_over(imprint_of(query))),
            # PKIStatus 2, rejection.
            "refuse": lambda: bytes.fromhex("30053003020102"),
            "garbage": lambda: b"<html>come back later</html>",
            "huge": lambda: bytes(1 << 20),
        }[how]()
        self.say("application/timestamp-reply", answer)

    def say(self, kind, answer):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *words):
        pass


def imprint_of(query):
    at = query.index(b"\x04\x20") + 2
    return query[at:at + 32]


os.makedirs(folder, exist_ok=True)
if not os.path.exists(path("tsa.cnf")):
    make_keys()
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Authority)
with open(port_file + ".new", "w", encoding="ascii") as file:
    file.write(f"{server.server_address[1]}\n")
os.rename(port_file + ".new", port_file)
if "--attached" in sys.argv:
    def ended():
        while sys.stdin.buffer.read(1):
            pass
        os._exit(0)

    threading.Thread(target=ended, daemon=True).start()
server.serve_forever()
