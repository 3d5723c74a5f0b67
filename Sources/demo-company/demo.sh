#!/usr/bin/env bash
# The main job from end to end, in practice mode, on made-up people: one plain sentence a step. `make demo` runs it.
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$(swift build --show-bin-path)
demo=$PWD/.demo
pids=()

step() { printf '\n== %s\n' "$*"; }
# until_seen PATTERN CALL…: asks again until the answer shows it.
until_seen() {
  local pattern=$1; shift
  for _ in $(seq 150); do as bram --json "$@" | grep -q "$pattern" && return; sleep 0.3; done
  as bram job list 1 >&2 || true
  fail "never saw $pattern"
}
stop() { for pid in "${pids[@]:-}"; do [ -n "$pid" ] && kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; done; pids=(); return 0; }
trap stop EXIT
fail() { echo "demo: $*" >&2; tail -n 20 "$demo/daemon.log" >&2 2>/dev/null || true; exit 1; }
as() { local who=$1; shift; "$bin/expunge" --socket "$demo/run/command.sock" --as "$who" "$@"; }

rm -rf "$demo"
mkdir -p "$demo"/{run,keys,companies,plans}
today=$(date +%F)

step "A small company comes into being: a few thousand made-up people in a CRM, a back office and its backups."
"$bin/demo-company" seed --systems "$demo/systems" --people 3000 --seed 1 --today "$today"

step "Three other companies start up: a sister company, a firm that once cleansed the addresses, and an intermediary."
"$bin/demo-company" secrets --folder "$demo/secrets"
"$bin/demo-company" serve --port 0 --ready-file "$demo/companies/port" --secrets-folder "$demo/secrets" \
  --state "$demo/companies" > "$demo/companies/server.log" 2>&1 &
pids+=($!)
for _ in $(seq 100); do [ -s "$demo/companies/port" ] && break; sleep 0.1; done
[ -s "$demo/companies/port" ] || fail "the demo companies did not start"
port=$(cat "$demo/companies/port")

step "Anna (clerk), Bram and Chris (officers) each make a signing key of their own."
for who in anna bram chris; do
  ssh-keygen -q -t ed25519 -N '' -C "$who" -f "$demo/keys/$who"
  echo "$who@demo.example namespaces=\"erasure-approval@expunged,erasure-attestation@expunged\"" \
    "$(cut -d' ' -f1,2 "$demo/keys/$who.pub")" >> "$demo/allowed_signers"
done

step "The log and its keys are made, in practice mode: one Unix user plays everybody, and the calendar can be moved."
cp -r plans/retention plans/demo "$demo/plans/"
sed -i "s/127.0.0.1:8401/127.0.0.1:$port/" "$demo"/plans/demo/*.yaml
user=$(id -un)
"$bin/expunged" init --config "$demo/expunged.yaml" --origin erasure.example/evidence --register "$demo/plans" \
  --organisation demo --signers "$demo/allowed_signers" --socket "$demo/run/command.sock" --practice \
  --person "anna:clerk:$user:anna@demo.example" --person "bram:officer:$user:bram@demo.example" \
  --person "chris:officer:$user:chris@demo.example" \
  --person "dora:system-owner:$user:dora@demo.example" --owns dora:crm+backoffice
cp "$demo"/secrets/* "$demo/credentials/"
printf 'settling-seconds: 3600\npoll-seconds: [2, 3, 5, 3600]\n' >> "$demo/expunged.yaml"
cat >> "$demo/expunged.yaml" <<LETTERS
letters: {name: Demo BV, address: [Lindegracht 1, 1015 KB Amsterdam]}
mail: {from: privacy@demo.example, command: [/bin/sh, -c, "cat >> '$demo/mail.txt'"]}
LETTERS

start_daemon() {
  "$bin/expunged" run --config "$demo/expunged.yaml" >> "$demo/daemon.log" 2>&1 &
  daemon=$!
  pids+=("$daemon")
  for _ in $(seq 200); do
    as bram --json status > /dev/null 2>&1 && return
    kill -0 "$daemon" 2>/dev/null || fail "the daemon did not start"
    sleep 0.1
  done
  fail "the daemon did not answer"
}
step "The daemon starts."
start_daemon

step "Anna registers the request of Ada de Vries, who wrote from an address we know. Identifiers come from a file."
cat > "$demo/request.txt" <<REQUEST
channel: mail
capacity: customer
email: ada.devries@example.org
contact: ada.devries@example.org
text: Please erase everything you have on me.
REQUEST
as anna request add --from "$demo/request.txt"
rm "$demo/request.txt"
as anna request confirm 1 --method known-channel --ground art17-1-b

step "No plan tells a company before its endpoint has passed the test of its contract."
for company in sister cleansing intermediary; do as bram recipient test $company; done

step "Anna has all systems searched and a plan drafted. Nothing has changed anywhere yet."
as anna plan 1

step "Anna tries to approve her own plan. She is refused, in words."
if as anna approve 1 --key "$demo/keys/anna" --principal anna@demo.example --yes; then
  fail "the drafter approved her own plan"
fi

step "Bram looks at the records themselves, then signs the plan's digest. One more must."
as bram approve 1 --key "$demo/keys/bram" --principal bram@demo.example --yes
step "Chris signs too, with his own key; now the daemon may begin."
as chris approve 1 --key "$demo/keys/chris" --principal chris@demo.example --yes 2> /dev/null

step "Every system is only looked at until its owner has seen that it behaves: Dora releases the CRM and the back office."
as dora system list
as dora system release crm
as dora system release backoffice

step "The daemon works. The sister company answers 503 at first, the intermediary late; the cleansing firm says nothing."
as anna watch 1 --until-settled

step "The USB stick is destroyed by hand; two people who did not ask for it sign for that."
task=$(as bram --json task list | grep -o '"task":"j-[0-9a-f]*"' | head -n 1 | cut -d'"' -f4)
as bram task show "$task"
as bram task 'done' "$task" --key "$demo/keys/bram" --principal bram@demo.example \
  --done destroyed --medium "USB stick, serial DEMO-0042" --method destroy --yes
as chris task 'done' "$task" --key "$demo/keys/chris" --principal chris@demo.example \
  --done destroyed --medium "USB stick, serial DEMO-0042" --method destroy --yes

step "The calendar moves to the end of the silent firm's ladder: it stays unconfirmed, and nobody calls that erased."
work_to=$(as bram --json request show 1 | grep -o '"workTo":"[0-9-]*"' | head -n 1 | cut -d'"' -f4)
as bram calendar --to "$(date -d "$work_to + 1 day" +%F)" > /dev/null
until_seen '"outcome":"unconfirmed"' job list 1

step "All systems are looked into once more, and again after a settling time. Then the request is concluded."
until_seen '"kind":"plan.concluded"' request show 1
as bram calendar --seconds 7200 > /dev/null
until_seen '"state":"concluded"' request list --all
as bram job list 1
as bram job kept

step "Ada is informed. The letter is made from what was done and seen, and from nothing else; her code is in it."
as bram letter show 1 --kind completion --language en
as bram letter send 1 --kind completion --language en
step "Her identifiers, and with them the last copy of them, are destroyed; she keeps the code."
as bram request close 1
until_seen '"state":"closed"' request list --all

step "The day on which the last backup expires: the daemon looks whether it is really gone."
tagged=$(as bram --json job list 1 | grep -o '"outcome":"expiry-tagged","until":"[0-9-]*"' | cut -d'"' -f8)
"$bin/demo-company" expire-backups --catalogue "$demo/systems/backups.json" --today "$(date -d "$tagged + 1 day" +%F)"
as bram calendar --to "$(date -d "$tagged + 2 days" +%F)" > /dev/null
until_seen '"path":"catalogue"' job list 1
step "The last copy is gone. Nobody knows any more who she was: the second text has no name and no address."
as bram letter show 1 --kind last-copy-gone --language en

step "The years go by until Dutch tax law lets the last invoice go; each year's invoices go on their day."
while true; do
  jobs=$(as bram --json job list 1)
  left=$(grep -o '"state":"follow-up"' <<< "$jobs" | wc -l || true)
  [ "$left" -gt 0 ] || break
  next=$(grep -o '"next":"[0-9-]*T' <<< "$jobs" | sort | head -n 1 | grep -o '20[0-9-]*')
  as bram calendar --to "$(date -d "$next + 1 day" +%F)" > /dev/null
  for _ in $(seq 50); do
    now=$(as bram --json job list 1 | grep -o '"state":"follow-up"' | wc -l || true)
    [ "$now" -lt "$left" ] && break
    sleep 0.2
  done
done
until_seen '"state":"ended"' request list --all
as bram job list 1

step "The evidence of the request is taken out for the auditor, and the daemon stops."
as bram evidence export 1 "$demo/bundle"
kill "$daemon"; wait "$daemon" || fail "the daemon did not stop in order"

step "The auditor checks the published log and the bundle, without the daemon and with keys of his own."
"$bin/expunge-audit" verify "$demo/evidence" --key "$demo/log.vkey" --signers "$demo/allowed_signers"
"$bin/expunge-audit" verify "$demo/bundle" --key "$demo/log.vkey" --signers "$demo/allowed_signers"

step "What was erased where, what was kept and why, what was only told:"
cat "$demo/bundle/report.txt"
echo
echo "Everything is in .demo: evidence/ bundle/ log.vkey allowed_signers systems/ state/ daemon.log mail.txt"
