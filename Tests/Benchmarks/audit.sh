#!/usr/bin/env bash
# Verifying a log of a million entries, against a bare loop over the same SHA-256 calls and signature checks. What counts is the time
# that an auditor waits: the verifier has all processors, as on his machine, the loop has one. The processor's own time is printed
# beside it: what a machine with one processor would wait. Whole runs in turn; neighbours that compute make both figures worse.
#
#   Tests/Benchmarks/audit.sh [ENTRIES] [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")"
swift build -c release --product audit-bench
bench=$(swift build -c release --show-bin-path)/audit-bench
# The one file that an auditor gets.
bash ../Conformance/static.sh
audit=$(cd ../.. && swift build -c release --scratch-path .build/audit --show-bin-path)/expunge-audit
folder=$(mktemp -d -p "${BENCH_FOLDER:-$PWD/.build}")
trap 'rm -rf "$folder"' EXIT
"$bench" make "$folder" "${1:-1000000}"
python3 - "$bench" "$audit" "$folder" "${2:-5}" << 'PYTHON'
import json, os, statistics, subprocess, sys, time

bench, audit, folder, rounds = *sys.argv[1:4], int(sys.argv[4])
# At most twice the time of the bare loop.
TARGET = 2.0
verify = [audit, "verify", folder + "/evidence", "--key", folder + "/log.vkey", "--signers", folder + "/allowed_signers",
          "--json"]


def verified():
    """Seconds of the processors and of the wall, and the largest memory in MiB."""
    start = time.monotonic()
    with subprocess.Popen(verify, stdout=subprocess.PIPE) as program:
        said = program.stdout.read()
        _, status, usage = os.wait4(program.pid, 0)
        program.returncode = status
    if not json.loads(said)["verified"]:
        sys.exit(f"the log does not verify: {said[:2000]}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024


ratios, ofProcessor, ours, theirs, most = [], [], [], [], 0
for _ in range(rounds):
    bare = json.loads(subprocess.run([bench, "bare", folder], capture_output=True, check=True).stdout)
    cpu, wall, memory = verified()
    ratios.append(wall / bare["seconds"]), ofProcessor.append(cpu / bare["ofProcessor"])
    ours.append(wall), theirs.append(bare["seconds"])
    most = max(most, memory)
    print(f"verify {wall:.2f} s ({cpu:.2f} of the processors), bare loop {bare['seconds']:.2f} s ({bare['ofProcessor']:.2f} of its "
          f"processor; leaves {bare['leaves']:.2f}, tree {bare['tree']:.2f}, lists {bare['lists']:.2f}, {bare['artifacts']} artifacts "
          f"{bare['ofArtifacts']:.2f}, {bare['signatures']} signatures {bare['ofSignatures']:.2f}): {ratios[-1]:.2f}", flush=True)
ratio = statistics.median(ratios)
print(f"{bare['entries']} entries, {os.cpu_count()} processors: verify {statistics.median(ours):.2f} s, bare loop "
      f"{statistics.median(theirs):.2f} s (medians); largest memory {most:.0f} MiB; ratio {ratio:.2f} (at most {TARGET:.1f}), "
      f"{statistics.median(ofProcessor):.2f} of the processors' own time")
if not ratio <= TARGET:
    sys.exit(f"missed: verify takes {ratio:.2f} times as long as the bare loop, at most {TARGET:.1f} was wanted")
PYTHON
