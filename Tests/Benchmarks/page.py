"""Measures the pages as an officer's browser gets them, from a real daemon.

Requests are registered, confirmed, planned, approved and closed with the command line; then their rows in the answering tables,
which are all that the lists read, are copied under other numbers and references until there are as many as wanted. Settled
jobs are rows without a record: no page reads one.
"""

import base64
import getpass
import hashlib
import html
import http.client
import json
import os
import re
import shutil
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
MANY = int(os.environ.get("BENCH_REQUESTS", 100_000))
TEMPLATES, SETTLED_JOBS_OF_A_REQUEST = 40, 10
ROLES = {"anna": "clerk", "bram": "officer", "chris": "officer", "dora": "system-owner", "ruth": "auditor"}
# Milliseconds: what the first screen may take, and what any other page may.
FIRST, OTHER = 100, 1_000
# Whose page, its path, and the fewest rows of a table that it must have.
PAGES = [
    ("anna", "/", 26), ("bram", "/", 26), ("ruth", "/", 0), ("dora", "/", 0),
    ("bram", "/requests", 51), ("bram", "/requests?show=overdue", 2), ("bram", "/requests?show=signatures", 2),
    ("bram", "/requests?show=closed", 2), ("bram", "/requests?show=all", 51), ("bram", "/requests?show=open&after=MIDDLE", 2),
    ("bram", "/tasks", 2), ("anna", "/tasks", 2), ("bram", "/jobs", 2), ("bram", "/jobs?state=stuck", 2),
    ("bram", "/jobs?state=failed", 0), ("bram", "/jobs?state=silent", 0), ("bram", "/jobs?state=later", 0), ("ruth", "/jobs", 2),
    ("bram", "/systems", 2), ("dora", "/systems/stick", 0), ("ruth", "/evidence", 0),
    ("bram", "/requests/2", 0), ("bram", "/requests/2/plan", 0), ("bram", "/requests/2/jobs", 2),
    ("ruth", "/requests/2/evidence", 0), ("bram", "/standstill", 0),
]


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
    daemon = None

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self.keys = {name: Passkey("localhost") for name in ROLES}
        os.makedirs(f"{FOLDER}/plans/demo")
        os.makedirs(f"{FOLDER}/run")
        with open(f"{FOLDER}/plans/demo/stick.yaml", "w") as file:
            file.write(
                "register: 1\nsystem: stick\nname: A stick\nrole: carrier\nowner: sales\nsubjects: [customer]\n"
                "connector: manual-task\nsettings: {instruction: Empty it.}\nidentifiers: [email]\n")
        with open(f"{FOLDER}/signers", "w") as file:
            file.writelines(key.line(name) for name, key in self.keys.items())
            for name in ("bram", "chris"):
                subprocess.run(
                    ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{FOLDER}/{name}.key"], check=True)
                with open(f"{FOLDER}/{name}.key.pub") as public:
                    key = " ".join(public.read().split()[:2])
                file.write(f'{name}@example.org namespaces="erasure-approval@expunged" {key}\n')
        people = [f"{name}:{role}:{getpass.getuser()}:{name}@example.org" for name, role in ROLES.items()]
        self.program(
            "expunged", "init", "--config", f"{FOLDER}/expunged.yaml", "--origin", "bench.example/evidence", "--register",
            f"{FOLDER}/plans", "--organisation", "demo", "--signers", f"{FOLDER}/signers", "--socket",
            f"{FOLDER}/run/command.sock", "--practice", *(word for person in people for word in ("--person", person)),
            "--owns", "dora:stick")
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

    def settle(self):
        """Waits until the daemon's work at its start is done: seconds, and the seconds of its processor."""
        begun, used = time.monotonic(), self.processor()
        first = used
        while time.monotonic() - begun < 600:
            time.sleep(1)
            before, used = used, self.processor()
            if used - before < 0.05:
                break
        return time.monotonic() - begun, used - first

    def processor(self):
        with open(f"/proc/{self.daemon.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self):
        with open(f"/proc/{self.daemon.pid}/status") as file:
            return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1)) // 1_024

    def stop(self):
        self.daemon.terminate()
        self.daemon.wait(600)

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

    def milliseconds(self, path, cookie, rows):
        """The times of one kept connection, as a browser has it, one answer's time of the processor, the page's bytes."""
        connection = self.connection()
        times = []
        for run in range(RUNS + 3):
            if run == 3:
                used = self.processor()
            begun = time.perf_counter()
            connection.request("GET", path, headers={"cookie": cookie})
            answer = connection.getresponse()
            page = answer.read()
            times.append((time.perf_counter() - begun) * 1_000)
            shown = page.count(b"<tr") + page.count(b'<li class="card"')
            if answer.status != 200 or shown < rows:
                raise SystemExit(f"{path}: {answer.status}, {shown} rows instead of {rows}\n{page.decode()[-2_000:]}")
        return times[3:], (self.processor() - used) / RUNS * 1_000, len(page)


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
        if number % 8 == 2:
            for name in ("bram", "chris"):
                site.says(
                    name, "approve", str(number), "--key", f"{FOLDER}/{name}.key", "--principal", f"{name}@example.org",
                    "--yes")
        if number % 8 == 3:
            site.says("anna", "request", "withdraw", str(number))
        if number % 16 == 3:
            site.says("bram", "request", "close", str(number), "--channel", "mail", "--on", time.strftime("%Y-%m-%d"))


def reference(kind, number):
    return f"{kind}-{hashlib.sha256(f'{kind}{number}'.encode()).hexdigest()[:32]}"


class Numbered(dict):
    """What is replaced in a request's record, and its number."""

    def __init__(self, number, changes):
        super().__init__(changes)
        self.number = number


def plans_of(row):
    return json.loads(row["record"]).get("plans", [])


def table(journal, name):
    columns = [row[1] for row in journal.execute(f"PRAGMA table_info({name})") if row[1] != "ordinal" or name == "job_answer"]
    return columns, [dict(zip(columns, row)) for row in journal.execute(f"SELECT {', '.join(columns)} FROM {name}")]


def multiply(path, count, closed_share):
    """Copies the templates' rows until there are so many requests; the first rows stay as they are."""
    journal = sqlite3.connect(path)
    tables = {name: table(journal, name) for name in ("request_answer", "plan_answer", "job_answer")}
    requests = tables["request_answer"][1]
    plans = {row["plan"]: row for row in tables["plan_answer"][1]}
    jobs = {}
    for row in tables["job_answer"][1]:
        jobs.setdefault(row["plan"], []).append(row)
    statements = {
        name: f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        for name, (columns, _) in tables.items()}

    def put(name, row, changes):
        row = dict(row)
        for before, after in changes.items():
            row["record"] = row["record"].replace(before, after)
        for column in ("request", "plan", "job"):
            if column in row:
                row[column] = changes.get(row[column], row[column])
        if name == "request_answer":
            row["number"] = changes.number
        journal.execute(statements[name], [row[column] for column in tables[name][0]])

    # Before the copies: at a start the newest row of each table must have a record that reads.
    journal.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        "INSERT INTO job_answer (job, plan, ordinal, system, changes, state, waits, phase, deadline, record) "
        "SELECT printf('j-%032x', i), 'p', i, 'stick', 0, 'erased', 0, 0, i, '{}' FROM n",
        (count * SETTLED_JOBS_OF_A_REQUEST,))
    # Of each kind in turn, and in each the templates in turn.
    closed = [row for row in requests if row["work_to"] is None]
    opened = [row for row in requests if row["work_to"] is not None]
    for number in range(len(requests) + 1, count + 1):
        pool = closed if number % 1_000 < closed_share * 1_000 else opened
        row = pool[number // 7 % len(pool)]
        changes = {row["request"]: reference("r", number)}
        changes |= {plan: reference("p", f"{number}.{place}") for place, plan in enumerate(plans_of(row))}
        for plan in plans_of(row):
            changes |= {job["job"]: reference("j", f"{number}.{job['job']}") for job in jobs.get(plan, [])}
        numbers = {f'"number":{row["number"]},': f'"number":{number},'}
        put("request_answer", row, Numbered(number, changes | numbers))
        for plan in plans_of(row):
            put("plan_answer", plans[plan], changes)
            for job in jobs.get(plan, []):
                put("job_answer", job, changes)
    journal.commit()
    middle = journal.execute(
        "SELECT work_to, number FROM request_answer WHERE work_to IS NOT NULL ORDER BY work_to, number "
        "LIMIT 1 OFFSET (SELECT count(*) / 2 FROM request_answer WHERE work_to IS NOT NULL)").fetchone()
    journal.close()
    day = time.strftime("%Y-%m-%d", time.gmtime(middle[0] * 86_400))
    return f"{day}_{middle[1]}"


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


def measure(site, middle):
    """One line for each page; those that took too long."""
    missed = []
    cookies = {name: site.login(name) for name in {name for name, _, _ in PAGES}}
    for name, path, rows in PAGES:
        times, used, size = site.milliseconds(path.replace("MIDDLE", middle), cookies[name], rows)
        median, most = statistics.median(times), statistics.quantiles(times, n=20, method="inclusive")[18]
        limit = FIRST if path == "/" else OTHER
        late = most if path == "/" else median
        mark = "" if late < limit else f"  MISSED: {limit} ms"
        if mark:
            missed.append(f"{ROLES[name]} {path}")
        print(f"  {ROLES[name]:13} {path:42} {median:8.1f} ms   {most:8.1f} ms   {used:8.1f} ms   "
            f"{size // 1_024:4} KiB{mark}", flush=True)
    return missed


def main():
    site = Installation()
    try:
        run(site)
    finally:
        if site.daemon and site.daemon.poll() is None:
            site.stop()


def run(site):
    site.start()
    register(site)
    site.stop()
    # The second start raises the alarms of what is registered, so that no copy wants one of its own.
    site.start()
    site.settle()
    site.stop()
    path = f"{FOLDER}/state/journal.db"
    assert not os.path.exists(path + "-wal") or os.path.getsize(path + "-wal") == 0
    # Journal, evidence and vault belong together.
    for part in ("state", "evidence"):
        shutil.copytree(f"{FOLDER}/{part}", f"{FOLDER}/templates/{part}")
    missed = []
    for name, count, closed in (
        ("100 requests", 100, 0), (f"{MANY:,} requests, all open", MANY, 0),
        (f"{MANY:,} requests, 95 % closed", MANY, 0.95)):
        for part in ("state", "evidence"):
            shutil.rmtree(f"{FOLDER}/{part}")
            shutil.copytree(f"{FOLDER}/templates/{part}", f"{FOLDER}/{part}")
        middle = multiply(path, count, closed)
        site.start()
        seconds, processor = site.settle()
        print(
            f"{name}, beside {count * SETTLED_JOBS_OF_A_REQUEST:,} settled jobs (a bare SELECT of 25 rows takes "
            f"{bare(path):.2f} ms; after the start the daemon was busy for {seconds:.0f} s, {processor:.1f} s of a "
            f"processor)\n  {'role':13} {'page':42} {'median':>11}   {'95 of 100':>11}   {'processor':>11}   size", flush=True)
        missed += [f"{page}, {name}" for page in measure(site, middle)]
        print(f"  the daemon's memory: at most {site.memory()} MiB", flush=True)
        site.stop()
    if missed:
        raise SystemExit("missed: " + "; ".join(missed))


main()
