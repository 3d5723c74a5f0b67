#!/usr/bin/env bash
# The officer's page with the company of the demo, until Ctrl-C: `make demo-page`. Each of its people makes a passkey by
# a link, in a browser of yours.
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$(swift build --show-bin-path)
demo=$PWD/.demo-page
port=${PORT:-8403}
pids=()
stop() { for pid in "${pids[@]:-}"; do [ -n "$pid" ] && kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; done; pids=(); return 0; }
trap stop EXIT
fail() { echo "demo-page: $*" >&2; tail -n 20 "$demo/daemon.log" >&2 2>/dev/null || true; exit 1; }
as() { local who=$1; shift; "$bin/expunge" --socket "$demo/run/command.sock" --as "$who" "$@"; }

rm -rf "$demo"
mkdir -p "$demo"/{run,companies,plans}
"$bin/demo-company" seed --systems "$demo/systems" --people 1000 --seed 1 --today "$(date +%F)"
"$bin/demo-company" secrets --folder "$demo/secrets"
"$bin/demo-company" serve --port 0 --ready-file "$demo/companies/port" --secrets-folder "$demo/secrets" \
  --state "$demo/companies" > "$demo/companies/server.log" 2>&1 &
pids+=($!)
for _ in $(seq 100); do [ -s "$demo/companies/port" ] && break; sleep 0.1; done
[ -s "$demo/companies/port" ] || fail "the demo companies did not start"
cp -r plans/retention plans/demo "$demo/plans/"
sed -i "s/127.0.0.1:8401/127.0.0.1:$(cat "$demo/companies/port")/" "$demo"/plans/demo/*.yaml
: > "$demo/allowed_signers"
user=$(id -un)
"$bin/expunged" init --config "$demo/expunged.yaml" --origin erasure.example/evidence --register "$demo/plans" \
  --organisation demo --signers "$demo/allowed_signers" --socket "$demo/run/command.sock" --practice \
  --person "anna:clerk:$user:anna@demo.example" --person "bram:officer:$user:bram@demo.example" \
  --person "chris:officer:$user:chris@demo.example" \
  --person "dora:system-owner:$user:dora@demo.example" --owns dora:crm+backoffice
cp "$demo"/secrets/* "$demo/credentials/"
cat >> "$demo/expunged.yaml" <<PAGE
letters: {name: Demo BV, address: [Lindegracht 1, 1015 KB Amsterdam]}
mail: {from: privacy@demo.example, command: [/bin/sh, -c, "cat >> '$demo/mail.txt'"]}
page: {listen: "127.0.0.1:$port", url: "http://localhost:$port"}
PAGE
"$bin/expunged" run --config "$demo/expunged.yaml" >> "$demo/daemon.log" 2>&1 &
daemon=$!
pids+=("$daemon")
for _ in $(seq 200); do
  as bram --json status > /dev/null 2>&1 && break
  kill -0 "$daemon" 2>/dev/null || fail "the daemon did not start"
  sleep 0.1
done
for company in sister cleansing intermediary; do as bram recipient test "$company" > /dev/null; done
cat > "$demo/request.txt" <<REQUEST
channel: mail
capacity: customer
language: nl
email: ada.devries@example.org
contact: ada.devries@example.org
text: Wilt u alles wissen wat u van mij hebt?
REQUEST
as anna request add --from "$demo/request.txt" > /dev/null
rm "$demo/request.txt"
printf '\nEach of them opens his link once, in a browser on this machine, and makes a passkey:\n\n'
for who in anna bram chris dora; do as bram people invite "$who"; echo; done
printf '\nThe page is at http://localhost:%s. Request 1 waits for a plan. Ctrl-C ends it.\n' "$port"
wait "$daemon"
