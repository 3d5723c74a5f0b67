#!/usr/bin/env bash
# Software of others for the tests, in a virtual environment below .build, once for each version of the requirements;
# and a Tryton database that tests copy, since making one takes a while.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
target=$(cd "$here/../.." && mkdir -p .build && pwd)/.build/python-services
stamp=$(cat "$here/requirements.txt" "$here/install.sh" | sha256sum | cut -d' ' -f1)
if [ -e "$target/stamp" ] && [ "$(cat "$target/stamp")" = "$stamp" ]; then exit 0; fi
echo "installing Tryton, Radicale and others into .build/python-services"
rm -rf "$target"
python3 -m venv "$target/venv"
"$target/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
mkdir -p "$target/tryton"
printf '[database]\nuri = sqlite://\npath = %s/tryton\n' "$target" > "$target/tryton.conf"
printf geheim > "$target/password"
: > "$target/tryton/erp.sqlite"
TRYTONPASSFILE="$target/password" "$target/venv/bin/trytond-admin" --config "$target/tryton.conf" --database erp \
  --all --update party --activate-dependencies --email admin@example.com
# The wizard that erases a party is for the group "Party Administration", in which nobody is.
"$target/venv/bin/python" - "$target/tryton/erp.sqlite" <<'PYTHON'
import sqlite3
import sys

database = sqlite3.connect(sys.argv[1])
database.execute(
    'INSERT INTO "res_user-res_group" ("user", "group") SELECT u.id, g.id FROM res_user u, res_group g '
    "WHERE u.login = 'admin' AND g.name = 'Party Administration'")
database.commit()
database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
PYTHON
echo "$stamp" > "$target/stamp"
