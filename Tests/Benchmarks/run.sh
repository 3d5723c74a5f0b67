#!/usr/bin/env bash
# All benchmarks, or those named: database, webhook.
set -euo pipefail
cd "$(dirname "$0")"
for name in "${@:-webhook database}"; do
  for part in $name; do bash "./$part.sh"; done
done
