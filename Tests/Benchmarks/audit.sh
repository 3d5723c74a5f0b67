#!/usr/bin/env bash
# Verifying a log of a million entries, against a bare loop over the same SHA-256 calls and signature checks. Both have one
# thread, and what counts is the processor's time, so that neighbours do not decide; whole runs in turn.
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
    """Seconds of the processor and of the wall, and the largest memory in MiB."""
    start = time.monotonic()
    with subprocess.Popen(verify, stdout=subprocess.PIPE) as program:
        said = program.stdout.read()
        _, status, usage = os.wait4(program.pid, 0)
        program.returncode = status
    if not json.loads(said)["verified"]:
        sys.exit(f"the log does not verify: {said[:2000]}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024, usage.ru_utime


ratios, ours, theirs, most, user = [], [], [], 0, []
for _ in range(rounds):
    bare = json.loads(subprocess.run([bench, "bare", folder], capture_output=True, check=True).stdout)
    cpu, wall, memory, mine = verified()
    ratios.append(cpu / bare["seconds"])
    ours.append(cpu), theirs.append(bare["seconds"]), user.append(mine)
    most = max(most, memory)
    print(f"verify {cpu:.2f} s of the processor ({mine:.2f} of them in the program, {wall:.2f} s on the wall), "
          f"bare loop {bare['seconds']:.2f} s (leaves {bare['leaves']:.2f}, tree {bare['tree']:.2f}, lists "
          f"{bare['lists']:.2f}, {bare['artifacts']} artifacts {bare['ofArtifacts']:.2f}, {bare['signatures']} signatures "
          f"{bare['ofSignatures']:.2f}): {ratios[-1]:.2f}", flush=True)
ratio = statistics.median(ratios)
print(f"{bare['entries']} entries: verify {statistics.median(ours):.2f} s, bare loop {statistics.median(theirs):.2f} s "
      f"(medians); largest memory {most:.0f} MiB; ratio {ratio:.2f} (at most {TARGET:.1f})")
if not ratio <= TARGET:
    sys.exit(f"missed: verify takes {ratio:.2f} times as long as the bare loop, at most {TARGET:.1f} was wanted")
PYTHON
