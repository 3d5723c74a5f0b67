"""Measures the first screen as an officer's browser gets it, from a real daemon.

Requests are registered, confirmed, planned and closed with the command line; then their rows in the answering tables,
which are all that the page reads, are copied under other numbers and references until there are as many as wanted. Settled
jobs are rows without a record: nothing of the page reads one.
"""

import base64
import getpass
import hashlib
import html
import http.client
import json
import os
import re
import socket
import sqlite3
import statistics
import struct
import subprocess
import sys
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PROGRAMS, FOLDER, RUNS = sys.argv[1], os.path.abspath(sys.argv[2]), int(sys.argv[3])
TEMPLATES, JOBS = 40, 1_000_000
NAMES = {"anna": "clerk", "bram": "officer", "chris": "officer"}


def string(data):
    return struct.pack(">I", len(data)) + data


def url_safe(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Passkey:
    """A software authenticator: what a browser would make of a touch."""

    kind = b"sk-ecdsa-sha2-nistp256@openssh.com"

    def __init__(self, host):
        self.host, self.key = host, ec.generate_private_key(ec.SECP256R1())

    def line(self, name):
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        blob = string(self.kind) + string(b"nistp256") + string(point) + string(self.host.encode())
        spaces = "erasure-login@expunged,erasure-approval@expunged,erasure-attestation@expunged"
        return f'{name}@example.org namespaces="{spaces}" {self.kind.decode()} {base64.b64encode(blob).decode()}\n'

    def assertion(self, url, namespace, text):
        signed = b"SSHSIG" + b"".join(
            string(part) for part in (namespace.encode(), b"", b"sha512", hashlib.sha512(text.encode()).digest()))
        client = json.dumps(
            {"type": "webauthn.get", "challenge": url_safe(signed), "origin": url, "crossOrigin": False},
            separators=(",", ":")).encode()
        data = hashlib.sha256(self.host.encode()).digest() + b"\x05" + struct.pack(">I", 1)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return {"authenticator-data": url_safe(data), "client-data": url_safe(client), "signature": url_safe(signature)}


class Installation:
    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self.keys = {name: Passkey("localhost") for name in NAMES}
        os.makedirs(f"{FOLDER}/plans")
        os.makedirs(f"{FOLDER}/run")
        with open(f"{FOLDER}/plans/stick.yaml", "w") as file:
            file.write(
                "register: 1\nsystem: stick\nname: A stick\nrole: carrier\nowner: sales\nsubjects: [customer]\n"
                "connector: manual-task\nsettings: {instruction: Empty it.}\nidentifiers: [email]\n")
        with open(f"{FOLDER}/signers", "w") as file:
            file.writelines(key.line(name) for name, key in self.keys.items())
        people = [f"{name}:{role}:{getpass.getuser()}:{name}@example.org" for name, role in NAMES.items()]
        self.program(
            "expunged", "init", "--config", f"{FOLDER}/expunged.yaml", "--origin", "bench.example/evidence", "--register",
            f"{FOLDER}/plans", "--organisation", "demo", "--signers", f"{FOLDER}/signers", "--socket",
            f"{FOLDER}/run/command.sock", "--practice", *(word for person in people for word in ("--person", person)))
        with open(f"{FOLDER}/expunged.yaml", "a") as file:
            file.write(f'\npage: {{listen: "127.0.0.1:{self.port}", url: "{self.url}"}}\n')

    def program(self, name, *words, check=True):
        done = subprocess.run([f"{PROGRAMS}/{name}", *words], cwd=FOLDER, capture_output=True, text=True)
        if check and done.returncode != 0:
            raise SystemExit(f"{name} {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def says(self, who, *words):
        return self.program("expunge", "--socket", f"{FOLDER}/run/command.sock", "--as", who, *words)

    def start(self):
        self.log = open(f"{FOLDER}/daemon.log", "ab")
        self.daemon = subprocess.Popen(
            [f"{PROGRAMS}/expunged", "run", "--config", f"{FOLDER}/expunged.yaml"], cwd=FOLDER, stdout=self.log,
            stderr=self.log)
        for _ in range(1_200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self.daemon.poll() is not None:
                    break
                time.sleep(0.1)
        raise SystemExit(open(f"{FOLDER}/daemon.log").read()[-2_000:])

    def stop(self):
        self.daemon.terminate()
        self.daemon.wait(60)

    def journal(self):
        for path, _, files in os.walk(FOLDER):
            if "journal.db" in files:
                return os.path.join(path, "journal.db")
        raise SystemExit("there is no journal.db")

    # The page.

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def login(self, name):
        connection = self.connection()
        connection.request("GET", "/login")
        page = connection.getresponse().read().decode()
        text = html.unescape(re.search(r'<pre id="login-text">(.*?)</pre>', page, re.S).group(1))
        namespace = html.unescape(re.search(r'data-namespace="(.*?)"', page).group(1))
        form = {"form-token": "", "to": "/", "text": text, **self.keys[name].assertion(self.url, namespace, text)}
        connection.request(
            "POST", "/login", urllib.parse.urlencode(form),
            {"content-type": "application/x-www-form-urlencoded", "origin": self.url})
        answer = connection.getresponse()
        body = answer.read().decode()
        if answer.status != 303:
            raise SystemExit(f"the login was refused: {answer.status} {body}")
        return answer.getheader("set-cookie").split(";")[0]

    def milliseconds(self, path, cookie):
        connection = self.connection()
        times = []
        for _ in range(RUNS + 3):
            begun = time.perf_counter()
            connection.request("GET", path, headers={"cookie": cookie})
            answer = connection.getresponse()
            page = answer.read().decode()
            times.append((time.perf_counter() - begun) * 1_000)
            if answer.status != 200 or page.count("<tr role") < 2:
                raise SystemExit(f"{path}: {answer.status} {page[:2_000]}")
        return times[3:]


def register(site):
    """Templates in every ordinary state, received on different days."""
    with open(f"{FOLDER}/list.csv", "w") as file:
        file.write("id,channel,capacity,email,received\n")
        for number in range(1, TEMPLATES + 1):
            day = time.strftime("%Y-%m-%d", time.localtime(time.time() - 86_400 * (1 + number % 35)))
            file.write(f"t{number},mail,customer,person{number}@example.org,{day}\n")
    site.says("anna", "request", "import", f"{FOLDER}/list.csv")
    for number in range(1, TEMPLATES + 1):
        if number % 4 == 0:
            continue
        site.says("anna", "request", "confirm", str(number), "--method", "known-channel", "--ground", "art17-1-b")
        if number % 4 == 2:
            site.says("anna", "plan", str(number))
        if number % 8 == 3:
            site.says("anna", "request", "withdraw", str(number))
        if number % 16 == 3:
            site.says("bram", "request", "close", str(number), "--channel", "mail", "--on", time.strftime("%Y-%m-%d"))


def reference(kind, number):
    return f"{kind}-{hashlib.sha256(f'{kind}{number}'.encode()).hexdigest()[:32]}"


def multiply(path, count, closed_share):
    """Copies the templates' rows until there are so many requests; the first rows stay as they are."""
    journal = sqlite3.connect(path)
    columns = [row[1] for row in journal.execute("PRAGMA table_info(request_answer)")]
    templates = [dict(zip(columns, row)) for row in journal.execute("SELECT * FROM request_answer")]
    plan_columns = [row[1] for row in journal.execute("PRAGMA table_info(plan_answer)") if row[1] != "ordinal"]
    plans = {
        row[0]: dict(zip(plan_columns, row[1:]))
        for row in journal.execute(f"SELECT plan, {', '.join(plan_columns)} FROM plan_answer")}
    closed = [row for row in templates if row["work_to"] is None]
    opened = [row for row in templates if row["work_to"] is not None]

    def rows():
        for number in range(len(templates) + 1, count + 1):
            pool = closed if number % 1_000 < closed_share * 1_000 else opened
            row = dict(pool[number % len(pool)])
            old, new = row["request"], reference("r", number)
            changes = {f'"number":{row["number"]},': f'"number":{number},', old: new}
            for plan in json.loads(row["record"]).get("plans", []):
                changes[plan] = reference("p", number)
                copied = dict(plans[plan], plan=reference("p", number), request=new)
                for before, after in changes.items():
                    copied["record"] = copied["record"].replace(before, after)
                journal.execute(
                    f"INSERT INTO plan_answer ({', '.join(copied)}) VALUES ({', '.join('?' * len(copied))})",
                    list(copied.values()))
            for before, after in changes.items():
                row["record"] = row["record"].replace(before, after)
            row["number"], row["request"] = number, new
            yield [row[column] for column in columns]

    journal.executemany(
        f"INSERT INTO request_answer ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", rows())
    journal.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        "INSERT INTO job_answer (job, plan, ordinal, system, changes, state, waits, phase, deadline, record) "
        "SELECT printf('j-%032x', i), 'p', i, 'stick', 0, 'erased', 0, 0, i, '{}' FROM n",
        (count * JOBS // 100_000,))
    journal.commit()
    journal.close()


def bare(path):
    """The same number of rows by one statement over the same file, without daemon, protocol and page."""
    journal = sqlite3.connect(path)
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        journal.execute(
            "SELECT record FROM request_answer WHERE work_to IS NOT NULL ORDER BY work_to, number LIMIT 25").fetchall()
        times.append((time.perf_counter() - begun) * 1_000)
    return statistics.median(times)


def main():
    site = Installation()
    site.start()
    register(site)
    time.sleep(2)
    site.stop()
    path = site.journal()
    with open(path, "rb") as file:
        assert not os.path.exists(path + "-wal") or os.path.getsize(path + "-wal") == 0
        templates = file.read()
    medians = {}
    for name, count, closed in (
        ("100", 100, 0), ("100 000, all open", 100_000, 0), ("100 000, 95 % closed", 100_000, 0.95)):
        with open(path, "wb") as file:
            file.write(templates)
        multiply(path, count, closed)
        site.start()
        cookie = site.login("bram")
        lines = [name]
        for page in ("/", "/requests", "/requests?show=closed"):
            times = site.milliseconds(page, cookie)
            medians[name, page] = statistics.median(times)
            ratio = medians[name, page] / medians["100", page]
            lines.append(f"{page} {medians[name, page]:.1f} ms (at most {max(times):.1f}; {ratio:.2f} of 100 requests)")
        site.stop()
        lines.append(f"bare SELECT of 25 rows {bare(path):.2f} ms")
        print("requests: " + "\n  ".join(lines), flush=True)


main()
