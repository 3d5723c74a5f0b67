"""A processor that speaks OpenDSR 2.0 and OpenGDPR 1.0, for tests.

Usage: opendsr_processor.py PORT FOLDER. Everything it knows is in FOLDER/state.json, read before and written after each
call; a test writes it between calls. Keys and certificates are FOLDER/<name>.key and .pem; openssl signs.
"""
import base64
import http.server
import json
import os
import subprocess
import sys
import threading

PORT, FOLDER = int(sys.argv[1]), sys.argv[2]
LOCK = threading.Lock()
NAMES = {"2.0": ("/v2", "/v2/requests", "OpenDSR"), "1.0": ("/v1", "/v1/opengdpr_requests", "OpenGDPR")}


def path(name):
    return os.path.join(FOLDER, name)


def load():
    with open(path("state.json")) as file:
        return json.load(file)


def save(state):
    with open(path("state.new"), "w") as file:
        json.dump(state, file)
    os.rename(path("state.new"), path("state.json"))


def signature(body, state):
    made = subprocess.run(
        ["openssl", "dgst", "-sha256", "-sign", path(state["leaf"] + ".key")], input=body, capture_output=True,
        check=True)
    return made.stdout


class Processor(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def answer(self, status, body=b"", headers=(), content="application/json"):
        """An answer to send; nothing is sent yet."""
        return status, body, [("Content-Type", content), ("Content-Length", str(len(body))), *headers]

    def signed(self, status, value, state):
        body = json.dumps(value, indent=1).encode()
        sign = signature(body, state)
        with open(path("last-body"), "wb") as file:
            file.write(body)
        with open(path("last-signature"), "wb") as file:
            file.write(sign)
        label = NAMES[state["version"]][2]
        headers = [("X-%s-Processor-Domain" % label, state["domain"])]
        if status not in state["unsigned"]:
            headers.append(("X-%s-Signature" % label, base64.b64encode(sign).decode()))
        if status in state["corrupt"]:
            body += b" "
        return self.answer(status, body, headers + [tuple(pair) for pair in state["headers"]])

    def call(self):
        with LOCK:
            state = load()
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            state["calls"].append({
                "method": self.command, "path": self.path, "body": body.decode(),
                "headers": {name.lower(): value for name, value in self.headers.items()}})
            answer = self.serve(state, body)
            # Before the answer: after it the state is the test's.
            save(state)
        if answer is None:
            self.close_connection = True
            return
        status, content, headers = answer
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_DELETE = call

    def serve(self, state, body):
        root, requests, _ = NAMES[state["version"]]
        fault = state["faults"].pop(self.command + " " + self.path, None) or state["faults"].pop(self.command, None)
        if isinstance(fault, list):
            status, headers, text = fault
            return self.answer(status, text.encode(), [tuple(pair) for pair in headers])
        if self.path == root + "/discovery":
            value = {
                "api_version": state["version"], "supported_identities": state["identities"],
                "supported_subject_request_types": state["types"],
                "processor_certificate": state["certificate"].replace("{port}", str(PORT))}
            return self.answer(200, json.dumps(value).encode())
        if self.path.endswith(".pem"):
            with open(path(os.path.basename(self.path)), "rb") as file:
                return self.answer(200, file.read(), content="application/x-pem-file")
        if self.path == requests and self.command == "POST":
            return self.create(state, body, fault)
        if self.path.startswith(requests + "/"):
            return self.one(state, self.path[len(requests) + 1:], fault)
        return self.answer(404)

    def create(self, state, body, fault):
        request = json.loads(body)
        name = request["subject_request_id"]
        state["requests"].setdefault(name, state["status"])
        values = {identity["identity_value"] for identity in request["subject_identities"]}
        state["people"] = [person for person in state["people"] if not values & set(person)]
        if fault == "lose":
            return None
        # The whole request comes back in it, and must be kept nowhere.
        value = {
            "controller_id": "c", "subject_request_id": state["answer_id"] or name,
            "expected_completion_time": "2026-12-31T00:00:00Z", "received_time": request["submitted_time"],
            "encoded_request": base64.b64encode(body).decode()}
        return self.signed(201, value, state)

    def one(self, state, name, fault):
        if name not in state["requests"]:
            return self.answer(404)
        value = {"controller_id": "c", "subject_request_id": state["answer_id"] or name,
                 "expected_completion_time": "2026-12-31T00:00:00Z"}
        if self.command == "DELETE":
            if state["requests"][name] != "pending":
                return self.answer(400, b'{"error":{"code":400,"message":"not pending"}}')
            state["requests"][name] = "cancelled"
            if fault == "lose":
                return None
            return self.signed(202, dict(value, received_time="2026-11-25T00:00:00Z"), state)
        return self.signed(200, dict(value, request_status=state["requests"][name]), state)


http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Processor).serve_forever()
