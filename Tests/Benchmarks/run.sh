#!/usr/bin/env bash
# All benchmarks, or those named: audit, database, page, webhook. All of them, whatever the first ones say; a missed target is the
# status.
set -euo pipefail
cd "$(dirname "$0")"
missed=0
for name in "${@:-audit webhook database page}"; do
  for part in $name; do bash "./$part.sh" || missed=1; done
done
exit $missed
