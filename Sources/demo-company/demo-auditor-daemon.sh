#!/usr/bin/env bash
# The last two steps of the auditor's demo, each with a throw-away daemon: an operator who appoints himself, and a database
# that was set back.
#
#   demo-auditor-daemon.sh DEMO_FOLDER AUDIT_FOLDER
#
# DEMO_FOLDER is what `make demo` left, AUDIT_FOLDER the auditor's own.
set -euo pipefail
demo=$(cd "$1" && pwd)
audit=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
bin=${EXPUNGE_BIN:-$(cd "$here/../.." && swift build --show-bin-path)}
daemon=

fail() { echo "demo-auditor: $*" >&2; exit 1; }
step() { printf '\n== %s\n' "$*"; }
end_daemon() { [ -z "$daemon" ] || { kill "$daemon" 2>/dev/null && wait "$daemon"; } || true; daemon=; }
trap end_daemon EXIT
# start_daemon FOLDER WHO: WHO is --as NAME in practice mode, and nothing where the Unix user says who it is.
start_daemon() {
  folder=$1 who=${2:-}
  "$bin/expunged" run --config "$folder/expunged.yaml" >> "$folder/daemon.log" 2>&1 &
  daemon=$!
  for _ in $(seq 200); do
    expunge --json status > /dev/null 2>&1 && return
    kill -0 "$daemon" 2>/dev/null || fail "the daemon did not start: $(tail -n 3 "$folder/daemon.log")"
    sleep 0.1
  done
  fail "the daemon did not answer"
}
# shellcheck disable=SC2086
expunge() { "$bin/expunge" --socket "$folder/run/command.sock" $who "$@"; }

step "An operator has the machine. He writes himself into the people as an officer, with a key of his own, and restarts the daemon."
own=$(id -un)
others=()
for name in daemon nobody bin; do [ "$name" = "$own" ] || others+=("$name"); done
site=$audit/operator
rm -rf "$site"
mkdir -p "$site/run" "$site/keys"
cp -r "$demo/plans" "$site/plans"
for name in otto bram chris; do
  ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$site/keys/$name"
  [ "$name" = otto ] || echo "$name@demo.example $(cut -d' ' -f1,2 "$site/keys/$name.pub")" >> "$site/allowed_signers"
done
"$bin/expunged" init --config "$site/expunged.yaml" --origin erasure.example/operator --register "$site/plans" \
  --organisation demo --signers "$site/allowed_signers" --socket "$site/run/command.sock" \
  --person "otto:operator:$own:otto@demo.example" --person "bram:officer:${others[0]}:bram@demo.example" \
  --person "chris:officer:${others[1]}:chris@demo.example" > /dev/null
cp "$demo"/secrets/* "$site/credentials/"
start_daemon "$site"
end_daemon
sed -i 's/roles: \[operator\]/roles: [officer, operator]/' "$site/expunged.yaml"
grep -q 'roles: \[officer, operator\]' "$site/expunged.yaml" || fail "the configuration is not as this script knows it"
echo "otto@demo.example $(cut -d' ' -f1,2 "$site/keys/otto.pub")" >> "$site/allowed_signers"
start_daemon "$site"
expunge change show
for part in people signers; do
  if expunge change sign "$part" --yes --key "$site/keys/otto" --principal otto@demo.example; then
    fail "he signed for himself"
  fi
done
expunge check || true
end_daemon
"$bin/expunge-audit" verify "$site/evidence" --key "$site/log.vkey" --signers "$site/allowed_signers" | tail -n 1
if grep -rqa '"kind":"\(people\|signers\).changed"' "$site/evidence"; then fail "the log says that he was appointed"; fi
echo "It is on the disk, and it counts for nothing: the log has no entry that appoints him."
rm -rf "$site"

step "An older copy of the database is put in the place of the newer one. The daemon notices, signs nothing and executes nothing."
copy=$audit/rollback
rm -rf "$copy"
mkdir -p "$copy/run"
for part in state evidence credentials plans systems secrets authority allowed_signers expunged.yaml log.vkey; do
  [ ! -e "$demo/$part" ] || cp -r "$demo/$part" "$copy/"
done
sed -i "s#$demo#$copy#g" "$copy/expunged.yaml"
cp -r "$copy/state" "$copy/older"
start_daemon "$copy" "--as bram"
end_daemon
signed=$(sed -n 2p "$copy/evidence/checkpoint")
rm -rf "$copy/state"
mv "$copy/older" "$copy/state"
start_daemon "$copy" "--as bram"
expunge --json status | grep -o 'the journal has [^"]*' || fail "the older database was not noticed"
who="--as dora"
if expunge system stop crm; then fail "something was appended to an older database"; fi
end_daemon
[ "$(sed -n 2p "$copy/evidence/checkpoint")" = "$signed" ] || fail "something was signed over an older database"
echo "The published log is as it was: $signed entries. \`expunged recover\` would go on from it."
rm -rf "$copy"
