#!/usr/bin/env bash
# The first screen of the officer's page, over HTTP with its rendering: with 100 requests, with 100 000 that are all open,
# and with 100 000 of which 95 % are closed; always beside jobs. BENCH_BIN is a folder of programs that are built already.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ -z "${BENCH_BIN:-}" ]; then
  for product in expunged expunge; do swift build -c release --product $product; done
  BENCH_BIN=$(swift build -c release --show-bin-path)
fi
folder=$(mktemp -d -p "${BENCH_FOLDER:-$PWD/.build}")
trap 'rm -rf "$folder"' EXIT
.build/python-services/venv/bin/python Tests/Benchmarks/page.py "$BENCH_BIN" "$folder" "${BENCH_RUNS:-40}"
