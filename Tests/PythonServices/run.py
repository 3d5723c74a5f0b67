"""Runs a server on a free port of 127.0.0.1 for as long as its own input is open.

Every "{port}" in the arguments becomes the port, and every "{port.NAME}" another one, which stands under its name in the
file "ports" (JSON) of the working folder. Prints the port when the server answers there, and ends the server when the
input ends: also when the test program dies.
"""
import json
import random
import re
import socket
import subprocess
import sys
import time


def held():
    """A socket on a port below those that the kernel hands out: the server may take seconds before it takes it."""
    while True:
        probe = socket.socket()
        try:
            probe.bind(("127.0.0.1", random.randrange(12000, 20000)))
            return probe
        except OSError:
            probe.close()


names = {""}.union(*(re.findall(r"\{port\.(\w+)\}", argument) for argument in sys.argv[1:]))
# All are held at once, so that no two are the same.
probes = {name: held() for name in names}
ports = {name: probe.getsockname()[1] for name, probe in probes.items()}
for probe in probes.values():
    probe.close()
port = ports.pop("")
if ports:
    with open("ports", "w") as file:
        json.dump(ports, file)


def filled(argument):
    for name, number in ports.items():
        argument = argument.replace("{port.%s}" % name, str(number))
    return argument.replace("{port}", str(port))


server = subprocess.Popen(
    [filled(argument) for argument in sys.argv[1:]], stdin=subprocess.DEVNULL, stdout=sys.stderr)
try:
    while True:
        if server.poll() is not None:
            sys.exit("the server ended with %d" % server.returncode)
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.05)
    # In one write, also where Python buffers nothing: whoever reads it closes the pipe then.
    sys.stdout.write("%d\n" % port)
    sys.stdout.flush()
    sys.stdin.read()
finally:
    # Nothing of it is needed any more, and some wait long for open connections.
    server.kill()
