#!/usr/bin/env bash
# Libraries of others that the tests of the webhook contract compare with, in .build/python-tools. Does nothing when
# they are there.
set -euo pipefail
cd "$(dirname "$0")/../.."
wanted="joserfc==1.8.0 standardwebhooks==1.1.0 svix==2.9.1"
tools=.build/python-tools
[ "$(cat "$tools/installed" 2> /dev/null)" = "$wanted" ] && exit 0
mkdir -p .build
python3 -m venv "$tools"
# shellcheck disable=SC2086
"$tools/bin/pip" install -q --disable-pip-version-check $wanted
echo "$wanted" > "$tools/installed"
