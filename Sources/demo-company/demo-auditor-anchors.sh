#!/usr/bin/env bash
# Two steps of the auditor's demo: the time stamp of somebody else, by openssl alone, and a database that was set back.
#
#   demo-auditor-anchors.sh DEMO_FOLDER AUDIT_FOLDER
#
# DEMO_FOLDER is what `make demo` left, AUDIT_FOLDER the auditor's own with a copy of evidence/. The second step starts a
# throw-away daemon on a copy of the demo's state.
set -euo pipefail
demo=$(cd "$1" && pwd)
audit=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
bin=${EXPUNGED_BIN:-$(cd "$here/../.." && swift build --show-bin-path)}
daemon=

fail() { echo "demo-auditor: $*" >&2; exit 1; }
step() { printf '\n== %s\n' "$*"; }
end_daemon() { [ -z "$daemon" ] || { kill "$daemon" 2>/dev/null && wait "$daemon"; } || true; daemon=; }
trap end_daemon EXIT
command -v openssl > /dev/null || fail "openssl is missing"

step "Somebody else says when the log was there: his time stamp, with OpenSSL alone and his certificate from elsewhere."
cd "$audit"
[ -e evidence/checkpoint.tsr ] || fail "the demo's log has no time stamp; run \`make demo\` again"
cp "$demo/authority/ca.pem" my_ca.pem
said=$(openssl ts -reply -in evidence/checkpoint.tsr -text 2> /dev/null | sed -n 's/^Time stamp: //p')
echo "checkpoint of $(sed -n 2p evidence/checkpoint) entries, stamped $said"
at=$(date -d "$said" +%s)
openssl ts -verify -data evidence/checkpoint -in evidence/checkpoint.tsr -CAfile my_ca.pem -attime "$at" 2> /dev/null
sed '2s/$/0/' evidence/checkpoint > forged.checkpoint
if openssl ts -verify -data forged.checkpoint -in evidence/checkpoint.tsr -CAfile my_ca.pem -attime "$at" > /dev/null 2>&1; then
  fail "a checkpoint of another size passed"
fi
echo "A checkpoint of another size does not pass."

step "An older copy of the database is put in the place of the newer one. The daemon notices, signs nothing and executes nothing."
copy=$audit/rollback
rm -rf "$copy"
mkdir -p "$copy/run"
for part in state evidence credentials plans systems secrets authority allowed_signers expunged.yaml log.vkey; do
  [ ! -e "$demo/$part" ] || cp -r "$demo/$part" "$copy/"
done
sed -i "s#$demo#$copy#g" "$copy/expunged.yaml"
expunge() { "$bin/expunge" --socket "$copy/run/command.sock" --as "$@"; }
start_daemon() {
  "$bin/expunged" run --config "$copy/expunged.yaml" >> "$copy/daemon.log" 2>&1 &
  daemon=$!
  for _ in $(seq 200); do
    expunge bram --json status > /dev/null 2>&1 && return
    kill -0 "$daemon" 2>/dev/null || fail "the daemon did not start: $(tail -n 3 "$copy/daemon.log")"
    sleep 0.1
  done
  fail "the daemon did not answer"
}
cp -r "$copy/state" "$copy/older"
start_daemon
end_daemon
signed=$(sed -n 2p "$copy/evidence/checkpoint")
rm -rf "$copy/state"
mv "$copy/older" "$copy/state"
start_daemon
expunge bram --json status | grep -o 'the journal has [^"]*' || fail "the older database was not noticed"
if expunge dora system stop crm; then fail "something was appended to an older database"; fi
end_daemon
[ "$(sed -n 2p "$copy/evidence/checkpoint")" = "$signed" ] || fail "something was signed over an older database"
echo "The published log is as it was: $signed entries. \`expunged recover\` would go on from it."
rm -rf "$copy"
