#!/usr/bin/env python3
"""Copies on tape for connector "command" of expunged; the worked example of docs/commands/README.md.

The cartridges stand in a ledger, a JSON file that TAPE_LEDGER names:

    {"cartridges": [{"label": "T0042", "system": "crm", "written-from": "2026-03-01T23:50:00Z",
                     "written-until": "2026-03-02T00:20:00Z", "keep-days": 35}]}

A cartridge that is in no ledger any more has been overwritten or shredded. "expire" writes the last day and the request
beside the cartridge, for whoever fetches tapes from the vault; nothing is ever overwritten by it.
"""
import fcntl
import json
import os
import sys

VERSION = 1
ASK, LATER = 1, 75


def stop(status, words):
    # For the person who tries it by hand; expunged does not read it.
    print(words, file=sys.stderr)
    sys.exit(status)


def listed(cartridge):
    copy = {
        "id": cartridge["label"],
        "start": cartridge["written-from"],
        # null while the tape is being written: expunged then waits.
        "stop": cartridge.get("written-until"),
        "retention-days": cartridge["keep-days"],
        "requests": cartridge.get("requests", []),
    }
    if "last-day" in cartridge:
        copy["expires"] = cartridge["last-day"]
    return copy


def list_copies(ledger, order):
    systems = order["systems"]
    return [listed(cartridge) for cartridge in ledger["cartridges"] if cartridge["system"] in systems]


def expire(ledger, order):
    by_label = {cartridge["label"]: cartridge for cartridge in ledger["cartridges"]}
    # All of them or none: an order that is half understood changes nothing.
    for copy in order["copies"]:
        if copy["id"] not in by_label:
            stop(ASK, "no cartridge " + copy["id"])
    for copy in order["copies"]:
        cartridge = by_label[copy["id"]]
        # A day is brought forward, never put off.
        cartridge["last-day"] = min(copy["expires"], cartridge.get("last-day", copy["expires"]))
        requests = cartridge.setdefault("requests", [])
        if copy["request"] not in requests:
            requests.append(copy["request"])


def write(path, ledger):
    """A cut leaves the old ledger or the new one."""
    with open(path + ".new", "w") as file:
        json.dump(ledger, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)


def main():
    try:
        order = json.load(sys.stdin)
        version, verb = order["command"], order["verb"]
    except (ValueError, KeyError, TypeError):
        stop(ASK, "no order of expunged on standard input")
    if version != VERSION or verb not in ("list-copies", "expire"):
        stop(ASK, "another version or verb")
    path = os.environ["TAPE_LEDGER"]
    with open(path + ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            stop(LATER, "the ledger is in use")
        with open(path) as file:
            ledger = json.load(file)
        answer = {"command": VERSION}
        if verb == "list-copies":
            answer["copies"] = list_copies(ledger, order)
        else:
            expire(ledger, order)
            write(path, ledger)
    json.dump(answer, sys.stdout)


main()
