"""Runs a server on a free port of 127.0.0.1 for as long as its own input is open.

Every "{port}" in the arguments becomes the port. Prints the port when the server answers there, and ends the server
when the input ends: also when the test program dies.
"""
import socket
import subprocess
import sys
import time

with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
server = subprocess.Popen(
    [argument.replace("{port}", str(port)) for argument in sys.argv[1:]], stdin=subprocess.DEVNULL,
    stdout=sys.stderr)
try:
    while True:
        if server.poll() is not None:
            sys.exit("the server ended with %d" % server.returncode)
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.05)
    print(port, flush=True)
    sys.stdin.read()
finally:
    # Nothing of it is needed any more, and some wait long for open connections.
    server.kill()
