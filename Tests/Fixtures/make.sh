#!/usr/bin/env bash
# Keeps evidence and journal of one release for ever: what `make demo` left, as a fixture that every later version must read.
#
#   Tests/Fixtures/make.sh NAME [DEMO_FOLDER]
#
# NAME is the version, and what is peculiar about it where there are several: 0.1.0-rules-6. A fixture is made once, by the
# programs of that release, and never again: one that later programs made would prove nothing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -ge 1 ] || { echo "use: Tests/Fixtures/make.sh NAME [DEMO_FOLDER]" >&2; exit 2; }
demo=$(cd "${2:-$here/../../.demo}" && pwd)
folder=$here/releases/$1
[ ! -e "$folder" ] || { echo "$folder is there already; a fixture is never made again" >&2; exit 1; }
[ ! -s "$demo/state/journal.db-wal" ] || { echo "the daemon did not end in order: $demo/state/journal.db-wal" >&2; exit 1; }
mkdir -p "$folder"
# The code of the letter, with which the person finds her request, and what she was known by.
grep -a -A5 '^expunged-subject/v1' "$demo/mail.txt" | head -n 6 > "$folder/code.txt"
echo "email ada.devries@example.org" > "$folder/identifiers.txt"
python3 - "$demo" "$folder/evidence.tar.xz" << 'PYTHON'
import pathlib, sys, tarfile

demo, made = pathlib.Path(sys.argv[1]), sys.argv[2]

def plain(one):
    one.mtime, one.uid, one.gid, one.uname, one.gname, one.mode = 0, 0, 0, "", "", 0o755 if one.isdir() else 0o644
    return one

with tarfile.open(made, "w:xz", preset=9) as archive:
    for name in ("evidence", "bundle", "log.vkey", "allowed_signers", "state/journal.db"):
        archive.add(demo / name, pathlib.PurePath(name).name, filter=plain)
PYTHON
ls -l "$folder"
