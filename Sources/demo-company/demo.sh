#!/usr/bin/env bash
# The life of one request on the practice calendar, from a mail in March 2026 to the last invoice in 2034, on made-up
# people: one plain sentence a step. `make demo` runs it.
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
# refused CALL…: the call must be refused, in words.
refused() { if "$@"; then fail "this should have been refused: $*"; fi; }
# calendar DAY: nine in the morning of that day.
calendar() {
  local now=$(as bram --json status | grep -o '"now":"[^"]*"' | cut -d'"' -f4)
  as bram calendar --seconds $(($(TZ=Europe/Amsterdam date -d "$1 09:00" +%s) - $(date -d "$now" +%s))) > /dev/null
}
signs() { as "$1" approve "$2" --key "$demo/keys/$1" --principal "$1@demo.example" --yes; }
happen() { "$bin/demo-company" happen "$1" --systems "$demo/systems"; }
nights() { "$bin/demo-company" nightly-backups --catalogue "$demo/systems/backups.json" --today "$1"; }

rm -rf "$demo"
mkdir -p "$demo"/{run,keys,companies,plans}

step "A small company: a thousand made-up people in a CRM, a back office and its nightly backups, in March 2026."
"$bin/demo-company" seed --systems "$demo/systems" --people 1000 --seed 1 --today 2026-03-06
happen family
happen order

step "Four other companies start up: a sister company, a mailing house, a firm that once cleansed the addresses, and an intermediary."
"$bin/demo-company" secrets --folder "$demo/secrets"
"$bin/demo-company" serve --port 0 --ready-file "$demo/companies/port" --secrets-folder "$demo/secrets" \
  --state "$demo/companies" --calendar 2026-03-06T08:00:00Z > "$demo/companies/server.log" 2>&1 &
pids+=($!)
for _ in $(seq 100); do [ -s "$demo/companies/port" ] && break; sleep 0.1; done
[ -s "$demo/companies/port" ] || fail "the demo companies did not start"
port=$(cat "$demo/companies/port")

step "Anna, Bram and Chris each make a signing key of their own."
for who in anna bram chris; do
  ssh-keygen -q -t ed25519 -N '' -C "$who" -f "$demo/keys/$who"
  echo "$who@demo.example namespaces=\"erasure-approval@expunged,erasure-attestation@expunged,erasure-configuration@expunged\"" \
    "$(cut -d' ' -f1,2 "$demo/keys/$who.pub")" >> "$demo/allowed_signers"
done

step "The register: plans/demo, with a mailing house, telephone numbers that are searched, and open orders that stand in the way."
cp -r plans/retention plans/demo "$demo/plans/"
sed -e 's/cleansing/mailing/g' -e 's/Address mailing/Mailing house/' -e '1s/.*/# Sends our catalogues on our instruction./' \
  plans/demo/cleansing.yaml > "$demo/plans/demo/mailing.yaml"
sed -i "s/127.0.0.1:8401/127.0.0.1:$port/" "$demo"/plans/demo/*.yaml
sed -i -e 's/{email: billing_email}\]/{email: billing_email}, {phone: phone}]/' \
  -e 's/yields: {customer-no: customer_no}/yields: {customer-no: customer_no, phone: phone}/' "$demo/plans/demo/crm.yaml"
sed -i -e 's/^# blockers:/blockers:/' -e 's/^#   open-order:/  open-order:/' "$demo/plans/demo/backoffice.yaml"

step "The log and its keys are made, in practice mode: one Unix user plays everybody, and the calendar begins on Friday 6 March 2026."
user=$(id -un)
"$bin/expunged" init --config "$demo/expunged.yaml" --origin erasure.example/evidence --register "$demo/plans" \
  --organisation demo --signers "$demo/allowed_signers" --socket "$demo/run/command.sock" \
  --practice --calendar 2026-03-06 \
  --person "anna:clerk+officer:$user:anna@demo.example" --person "bram:officer:$user:bram@demo.example" \
  --person "chris:officer:$user:chris@demo.example" \
  --person "dora:system-owner:$user:dora@demo.example" --owns dora:crm+backoffice
cp "$demo"/secrets/* "$demo/credentials/"
cat >> "$demo/expunged.yaml" <<LETTERS
letters: {name: Demo BV, address: [Lindegracht 1, 1015 KB Amsterdam]}
mail: {from: privacy@demo.example, command: [/bin/sh, -c, "cat >> '$demo/mail.txt'"]}
LETTERS

step "Somebody else's time-stamping authority is told of each checkpoint, and never of anybody: it gets a hash."
python3 Sources/demo-company/time_stamp_authority.py "$demo/authority" "$demo/authority.port" &
pids+=($!)
for _ in $(seq 100); do [ -s "$demo/authority.port" ] && break; sleep 0.1; done
[ -s "$demo/authority.port" ] || fail "the time-stamping authority did not start"
authority=http://127.0.0.1:$(cat "$demo/authority.port")
cat >> "$demo/expunged.yaml" <<ANCHORS
anchors:
  time-stamp: {url: "$authority/", ca: authority/ca.pem, crl: ["$authority/crl"]}
ANCHORS

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

step "No plan tells a company before its endpoint has passed the test of its contract."
for company in sister mailing cleansing intermediary; do as bram recipient test $company; done

step "Ada de Vries writes a mail. Anna registers it; the identifiers come from a file, never from the command line."
cat > "$demo/request.txt" <<REQUEST
channel: mail
capacity: customer
language: en
email: ada.devries@example.org
contact: ada.devries@example.org
text: Please erase everything you have on me.
REQUEST
as anna request add --from "$demo/request.txt"
rm "$demo/request.txt"
as anna request confirm 1 --method known-channel --ground art17-1-b

step "The last day is Tuesday 7 April 2026, and the request says why: a month later is Easter Monday. The acknowledgement says the same."
as anna request show 1
as bram calendar --seconds 900 > /dev/null
for _ in $(seq 100); do [ -s "$demo/mail.txt" ] && break; sleep 0.2; done
cat "$demo/mail.txt"
grep -q "7 April 2026" "$demo/mail.txt" || fail "the acknowledgement does not name the last day"

step "Monday 9 March. Anna has all systems searched. A telephone number was found that also belongs to Ada's son: the plan stops."
calendar 2026-03-09
refused as anna plan 1
as bram task show 1
step "Bram declines the number: it would lead to somebody else."
as bram task answer 1 decline

step "Now an open order stands in the way: erasing it would take from her what she has paid for."
refused as anna plan 1

step "Thursday 12 March. The order is delivered. Anna has the plan drafted. Nothing has changed anywhere yet."
calendar 2026-03-12
happen delivery
nights 2026-03-12
as anna plan 1

step "Ada disputes a mailing: the record of that subscription is left out, for the claim, with statute and day of review."
record=$(as bram approve 1 | sed -n 's/^ *\([0-9]*\) .*list: offers.*/\1/p')
echo "She disputes that she ever subscribed; the record of it is needed to answer the claim." > "$demo/why.txt"
as bram approve 1 --leave-out "$record" --ground art17-3-e --citation "Art. 6:162 BW" --review 2026-09-01 \
  --reason-from "$demo/why.txt" | grep -A2 "Otherwise than"
rm "$demo/why.txt"

step "Anna tries to approve her own plan. She is refused, in words."
refused signs anna 1

step "Bram looks at the records themselves, then signs the plan's digest. One more must."
signs bram 1
step "Chris signs too, with his own key; now the daemon may begin."
signs chris 1 2> /dev/null

step "Every system is only looked at until its owner has seen that it behaves: Dora releases the CRM and the back office."
as dora system release crm
as dora system release backoffice

step "The daemon works. The sister company and the mailing house answer 503 at first, the intermediary is slow."
as anna watch 1 --until-settled

step "The USB stick is destroyed by hand; two people who did not ask for it sign for that."
task=$(as bram --json task list | grep -o '"task":"j-[0-9a-f]*"' | head -n 1 | cut -d'"' -f4)
as bram task show "$task"
for who in bram chris; do
  as $who task 'done' "$task" --key "$demo/keys/$who" --principal $who@demo.example \
    --done destroyed --medium "USB stick, serial DEMO-0042" --method destroy --yes
done

step "Day after day the companies are asked. The mailing house confirms days later; the cleansing firm never says a word."
mailing=$(as bram job list 1 | awk '$1 == "mailing" { print $NF }')
asked=2
for day in 2026-03-13 2026-03-16 2026-03-17; do
  calendar $day
  asked=$((asked + 1))
  until_seen "\"words\":\"attempt $asked\"" job show "$mailing"
done
until_seen '"state":"erased"' job show "$mailing"
calendar 2026-03-30
until_seen 'cleansing is silent' status
as bram job list 1 | grep -E "SYSTEM|mailing|cleansing"
as bram status || true

step "Thursday 2 April was the last working day before the end of the term: the silent firm stays unconfirmed, and nobody calls that erased."
calendar 2026-04-03
until_seen '"outcome":"unconfirmed"' job list 1

step "All systems are looked into once more, and again after a settling time. Then the request is concluded."
until_seen '"kind":"plan.concluded"' request show 1
as bram calendar --seconds 7200 > /dev/null
until_seen '"state":"concluded"' request list --all
as bram job list 1

step "Friday 3 April. Ada is informed, in time. The letter is made from what was done and seen, and from nothing else; her code is in it."
as bram letter show 1 --kind completion --language en
as bram letter send 1 --kind completion --language en
step "Her identifiers, and with them the last copy of them, are destroyed; she keeps the code."
as bram request close 1
until_seen '"state":"closed"' request list --all

step "Friday 17 April: the day after the last backup that could hold her. The daemon looks whether it is really gone."
"$bin/demo-company" expire-backups --catalogue "$demo/systems/backups.json" --today 2026-04-17
calendar 2026-04-17
until_seen '"path":"catalogue"' job list 1
step "The last copy is gone. Nobody knows any more who she was: the second text has no name and no address."
as bram letter show 1 --kind last-copy-gone --language en

step "June. The intermediary's feed brings her back, under a new key. The look ninety days after the erasure notices, by tags alone."
happen feed
as bram watch > "$demo/watch.txt" &
watcher=$!
# One system is looked through each hour; a look that the calendar overtook says so and is made again.
looks() { cat "$demo/watch.txt" "$demo/daemon.log" | grep -cE "system.scanned|could not be looked through" || true; }
calendar 2026-06-11
for _ in 1 2 3 4; do
  seen=$(looks)
  as bram calendar --seconds 3700 > /dev/null
  for _ in $(seq 100); do [ "$(looks)" -gt "$seen" ] && break; sleep 0.3; done
  as bram --json task list | grep -q '"seen-again"' && break
done
kill "$watcher"; wait "$watcher" 2> /dev/null || true
cat "$demo/watch.txt"
until_seen '"seen-again"' task list
as bram task show 1
step "Bram has asked: she did not come back by herself. It becomes a request of its own, with a plan that two people sign."
as bram task answer 1 replan
as bram request list
refused as anna plan 2
step "The telephone number is still her son's too, and the record that was left out is still needed: both are said, and decided anew."
as bram task answer 2 decline
as anna plan 2 | grep "were left out the first time"
record=$(as bram approve 2 | sed -n 's/^ *\([0-9]*\) .*list: offers.*/\1/p')
echo "The claim is not settled." > "$demo/why.txt"
as bram approve 2 --leave-out "$record" --ground art17-3-e --citation "Art. 6:162 BW" --review 2026-12-01 \
  --reason-from "$demo/why.txt" > /dev/null
rm "$demo/why.txt"
signs bram 2 2> /dev/null
signs chris 2 2> /dev/null
as anna watch 2 --until-settled
until_seen '"kind":"plan.concluded"' request show 2
as bram calendar --seconds 7200 > /dev/null
until_seen '"state":"concluded"' request list --all
as bram request close 2 --channel phone

step "The years go by until Dutch tax law lets the last invoice go; each year's invoices go on their day."
for year in $(seq 2027 2034); do
  left=$(as bram job list 1 | grep -c follow-up)
  calendar "$year-01-02"
  for _ in $(seq 200); do [ "$(as bram job list 1 | grep -c follow-up)" -lt "$left" ] && break; sleep 0.2; done
done
until_seen '"state":"ended"' request show 1
as bram job list 1

step "The evidence is taken out for the auditor: of the request, and the whole log with an index. Then the daemon stops."
as bram evidence export 1 "$demo/bundle"
as bram evidence export --all "$demo/auditor" --bundle 2
# What an officer and an auditor see of her now, as text and as JSON.
mkdir "$demo/printed"
for asked in "request show 1" "request list --all" "job list 1" status "report --from 2026-01-01 --to 2034-12-31"; do
  for form in "" --json; do
    # shellcheck disable=SC2086
    as bram $form $asked > "$demo/printed/${asked// /-}$form" 2>&1 || fail "$(cat "$demo/printed/${asked// /-}$form")"
  done
done
kill "$daemon"; wait "$daemon" || fail "the daemon did not stop in order"
for form in "" --json; do
  # shellcheck disable=SC2086
  "$bin/expunge-audit" verify "$demo/bundle" --key "$demo/log.vkey" --signers "$demo/allowed_signers" $form \
    > "$demo/printed/audit$form" 2>&1 || fail "expunge-audit: $(cat "$demo/printed/audit$form")"
done

step "2034. A search over all that we keep, and all that our programs print by now, finds nothing of her in any form it knows."
python3 Sources/demo-company/search.py --self-test
python3 Sources/demo-company/search.py ada.devries@example.org "Ada de Vries" +31000004711 "Lindegracht 12" \
  --in "$demo/state" "$demo/evidence" "$demo/bundle" "$demo/daemon.log" "$demo/watch.txt" "$demo/printed"

step "The auditor checks the published log and the bundle, without the daemon and with keys of his own."
"$bin/expunge-audit" verify "$demo/evidence" --key "$demo/log.vkey" --signers "$demo/allowed_signers"
"$bin/expunge-audit" verify "$demo/bundle" --key "$demo/log.vkey" --signers "$demo/allowed_signers"
"$bin/expunge-audit" verify "$demo/auditor" --key "$demo/log.vkey" --signers "$demo/allowed_signers"

step "What was erased where, what was kept and why, what was only told:"
cat "$demo/bundle/report.txt"
echo
echo "Everything is in .demo: auditor/index.html evidence/ bundle/ log.vkey allowed_signers systems/ state/ daemon.log mail.txt"
