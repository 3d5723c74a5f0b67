#!/usr/bin/env bash
# All benchmarks, or those named: database, page, webhook.
set -euo pipefail
cd "$(dirname "$0")"
for name in "${@:-webhook database page}"; do
  for part in $name; do bash "./$part.sh"; done
done
