#!/usr/bin/env bash
# Signed notices with their evidence, against bare libcurl and the same local server; then memory with many waiting jobs.
# The folder is on the disk (BENCH_FOLDER, the working folder otherwise): a commit must cost what it costs.
set -euo pipefail
cd "$(dirname "$0")"
for product in webhook-bench quick-server; do swift build -c release --product $product; done
built=$(swift build -c release --show-bin-path)
folder=$(mktemp -d -p "${BENCH_FOLDER:-$PWD/.build}")
coproc server { exec "$built/quick-server"; }
pid=$server_PID
ends() {
  kill "$pid" 2>/dev/null || true
  rm -rf "$folder"
}
trap ends EXIT
read -r port <&"${server[0]}"
"$built/webhook-bench" rate "$port" "$pid" "$folder" "${BENCH_JOBS:-8000}" "${BENCH_PAIRS:-5}"
# Each figure from a process that has done nothing else.
for jobs in 2000 100000; do
  mkdir "$folder/$jobs"
  "$built/webhook-bench" fill "$port" "$folder/$jobs" $jobs
  "$built/webhook-bench" hold "$port" "$folder/$jobs" 1000
done
