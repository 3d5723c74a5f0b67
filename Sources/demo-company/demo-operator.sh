#!/usr/bin/env bash
# What the administrator of a PostgreSQL database wants to see before he lets expunged in, in some minutes, on a server
# that this script starts. Made-up people only. It deletes and makes .demo-operator/ anew.
set -euo pipefail
cd "$(dirname "$0")/../.."
programs=$PWD/.build/debug
folder=$PWD/.demo-operator
postgres=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
rm -rf "$folder" && mkdir -p "$folder"/{plans/demo,keys} && cp -r plans/retention "$folder/plans/" && cd "$folder"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
as() { local who=$1; shift; "$programs/expunge" --socket "$folder/practice/run/command.sock" --as "$who" "$@"; }
sql() { psql -X -At -q -v ON_ERROR_STOP=1 -h "$server" -p "$port" -U postgres -d "${database:-crm}" "$@"; }
# PostgreSQL refuses to run as root.
server_user() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
ends() {
  [ -z "${daemon:-}" ] || kill "$daemon" 2>/dev/null || true
  [ -z "${port:-}" ] || server_user "$postgres/pg_ctl" -D "$server/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$server"
}
# Asks again until it is so; a slow machine gets its time, and what never comes ends the demo.
wait_for() { # what, then a command
  local what=$1; shift
  for _ in $(seq 900); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done
  echo "not within 90 seconds: $what"; tail daemon.log; exit 1
}
says() { [ "$(sql -c "SELECT $1")" = t ]; } # a condition in SQL
start_daemon() {
  "$programs/expunged" run --config practice/expunged.yaml >>daemon.log 2>&1 & daemon=$!
  wait_for "the daemon answers" as dora system list
}
stop_daemon() { kill "$daemon"; wait "$daemon" 2>/dev/null || true; }
request() { # the customer's number
  printf 'channel: mail\ncapacity: customer\nemail: p%s@example.org\ncontact: p%s@example.org\ntext: erase me\n' "$1" "$1" \
    | as anna request add --from - --json | sed -n 's/.*"number":\([0-9]*\).*/\1/p'
}
confirmed() { local number; number=$(request "$1"); as anna request confirm "$number" --method known-channel --ground b >/dev/null; echo "$number"; }
approved() {
  as anna plan "$1" >/dev/null
  for who in bram chris; do as $who approve "$1" --yes --key keys/$who --principal $who@demo.example >/dev/null 2>&1; done
}
# To the end, not `grep -q`: with pipefail a program whose reader has gone fails.
job_says() { as bram job list "$1" | grep "$2"; } # request, a word of its line
task_says() { as bram task list --json | grep "$1"; }
settled() { timeout 180 "$programs/expunge" --socket practice/run/command.sock --as bram watch "$1" --until-settled | grep -E 'attempt|job\.|question' | cut -c29- | sed 's/^/  /'; }
everybody_else() { # all rows of all tables but those of the customers named
  sql -c "SELECT md5(coalesce(string_agg(row, ',' ORDER BY row), '')) FROM (
    SELECT 'c' || t::text AS row FROM customer t WHERE id NOT IN ($1)
    UNION ALL SELECT 'o' || t::text FROM orders t WHERE customer_id NOT IN ($1)
    UNION ALL SELECT 'i' || t::text FROM order_item t JOIN orders o ON o.id = t.order_id WHERE o.customer_id NOT IN ($1)
    UNION ALL SELECT 'k' || t::text FROM complaint t WHERE customer_id NOT IN ($1)) AS rows"
}

server=$(mktemp -d) && chmod 755 "$server"
[ "$(id -u)" != 0 ] || chown postgres "$server"
trap ends EXIT
say "A PostgreSQL server of our own, with 20,000 customers and their orders."
server_user "$postgres/initdb" -D "$server/data" -A trust -U postgres >/dev/null
for port in $(seq 54400 54499); do
  if server_user "$postgres/pg_ctl" -D "$server/data" -o "-p $port -k $server -c listen_addresses=127.0.0.1" -l "$server/log" -w start >/dev/null 2>&1; then break; fi
done
database=postgres sql -c "CREATE DATABASE crm"
sql <<'SQL'
CREATE TABLE customer(id int PRIMARY KEY, email text NOT NULL, name text);
CREATE TABLE orders(id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customer(id), at timestamptz);
CREATE TABLE order_item(id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders(id), what text);
CREATE TABLE complaint(id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customer(id), text text);
INSERT INTO customer SELECT i, 'p' || i || '@example.org', 'n' FROM generate_series(1, 20000) AS i;
INSERT INTO orders SELECT i, 1 + i % 20000, now() FROM generate_series(1, 60000) AS i;
INSERT INTO order_item SELECT i, 1 + i % 60000, 'w' FROM generate_series(1, 120000) AS i;
INSERT INTO complaint SELECT i, i, 't' FROM generate_series(1, 100) AS i;
CREATE INDEX ON orders(customer_id); CREATE INDEX ON order_item(order_id); CREATE INDEX ON complaint(customer_id);
CREATE INDEX ON customer(lower(btrim(email, E' \t\n\r')));
CREATE ROLE crm_look LOGIN; CREATE ROLE crm_erase LOGIN;
ANALYZE;
SQL
cat > plans/demo/crm.yaml <<'YAML'
register: 1
system: crm
name: Customer relations
role: own
owner: sales-operations
subjects: [customer]
connector: postgresql
settings: {look: crm-look, erase: crm-erase}
datasets:
  customer: {table: customer, find: [{email: email}], suffices: [email], review: [name], erase: delete}
  orders: {table: orders, belongs-to: {customer: {customer_id: id}}, erase: delete}
  order-item: {table: order_item, belongs-to: {orders: {order_id: id}}, erase: delete}
copies: {none: {said-by: it-operations, on: 2026-11-20}}
YAML
for who in anna bram chris dora; do
  ssh-keygen -q -t ed25519 -N '' -C $who -f keys/$who
  echo "$who@demo.example namespaces=\"erasure-approval@expunged,erasure-attestation@expunged,erasure-configuration@expunged\" $(cut -d' ' -f1,2 keys/$who.pub)" >> allowed_signers
done
me=$(id -un)
"$programs/expunged" init --config practice/expunged.yaml --origin erasure.demo.example/operator --register plans \
  --organisation demo --signers allowed_signers --socket practice/run/command.sock --practice \
  --person "anna:clerk:$me:anna@demo.example" --person "bram:officer:$me:bram@demo.example" \
  --person "chris:officer:$me:chris@demo.example" --person "dora:system-owner:$me:dora@demo.example" --owns dora:crm >/dev/null
for user in look erase; do echo "host=127.0.0.1 port=$port dbname=crm user=crm_$user" > practice/credentials/crm-$user; done
start_daemon

say "1. The two users have no rights yet. The plan is refused, and names what is missing:"
one=$(confirmed 1)
as anna plan "$one" 2>&1 | fold -s -w 116 | sed 's/^/  /' || true
say "   'expunge register sql crm' prints every statement, its plan and the rights. We run the rights:"
as dora register sql crm > crm.sql; grep '^GRANT' crm.sql | sed 's/^/  /'; grep '^GRANT' crm.sql | sql

say "2. A table references customers and stands in no dataset. The plan is refused, with the line that settles it:"
as anna plan "$one" 2>&1 | fold -s -w 116 | sed 's/^/  /' || true
sed -i 's/^copies:/  complaint: {table: complaint, belongs-to: {customer: {customer_id: id}}, erase: delete}\ncopies:/' plans/demo/crm.yaml
stop_daemon; start_daemon
as dora register sql crm | grep '^GRANT' | sql
as dora system release crm

say "3. pgbench works beside us. Its latency before, and while ten people are erased:"
bench() { "$postgres/pgbench" -n -h "$server" -p "$port" -U postgres -d crm -T "$1" -c 2 -f bench.sql 2>/dev/null | sed -n 's/latency average = //p'; }
printf '\\set c random(100, 20000)\nSELECT count(*) FROM orders WHERE customer_id = :c;\n' > bench.sql
alone=$(bench 4)
# Whom we erase, and the record that step 6 adds. Customer 22 is not among them: the roll-back must leave all of his.
erased=1,11,12,13,14,15,16,17,18,19,20,21
others=$(everybody_else "$erased,1000022")
numbers=(); for c in $(seq 11 20); do numbers+=("$(confirmed "$c")"); done
(bench 8 > beside.txt) & beside=$!
for number in "${numbers[@]}"; do approved "$number"; done
wait $beside
for number in "${numbers[@]}"; do settled "$number" >/dev/null 2>&1; done
echo "  latency alone $alone, beside ten erasures $(cat beside.txt)"

say "4. Somebody holds a lock on the customer's row. Our job steps back, and comes again:"
(echo "BEGIN; SELECT 1 FROM customer WHERE id = 1 FOR UPDATE; SELECT pg_sleep(600);" | sql >/dev/null 2>&1 || true) & holder=$!
asleep="FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
wait_for "somebody holds the row" says "count(*) = 1 $asleep"
approved "$one"
wait_for "our job steps back" job_says "$one" lock-timeout
sql -c "SELECT pg_terminate_backend(pid) $asleep" >/dev/null; wait $holder
settled "$one"

say "5. kill -9 between COMMIT and answer: the server has committed and cannot say so, and the daemon is killed."
two=$(confirmed 21)
sql -c "ALTER SYSTEM SET synchronous_standby_names = 'nobody'" -c "SELECT pg_reload_conf()" >/dev/null
approved "$two"
wait_for "the server has committed" says "count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND usename = 'crm_erase'"
kill -9 "$daemon"; wait "$daemon" 2>/dev/null || true
sql -c "ALTER SYSTEM RESET synchronous_standby_names" -c "SELECT pg_reload_conf()" >/dev/null
rm -f practice/run/command.sock; start_daemon; settled "$two"

say "6. Between two signatures a second record with the same address appears. One root row too many: everything rolls
back, and a person is asked."
three=$(confirmed 22)
as anna plan "$three" >/dev/null
as bram approve "$three" --yes --key keys/bram --principal bram@demo.example >/dev/null 2>&1
sql -c "INSERT INTO customer VALUES (1000022, 'p22@example.org', 'n')"
as chris approve "$three" --yes --key keys/chris --principal chris@demo.example >/dev/null 2>&1
wait_for "a person is asked" task_says more-than-approved
as bram task list | sed 's/^/  /'
echo "  records with this address that are still there: $(sql -c "SELECT count(*) FROM customer WHERE email = 'p22@example.org'")"

say "7. The whole database, everybody else's rows and all of customer 22's, before and after:"
after=$(everybody_else "$erased,1000022")
echo "  before $others"; echo "  after  $after"
[ "$others" = "$after" ] || { echo "somebody else's rows have changed"; exit 1; }
for c in ${erased//,/ }; do
  [ "$(sql -c "SELECT count(*) FROM customer WHERE id = $c")" = 0 ] || { echo "customer $c is still there"; exit 1; }
done
echo "  nobody else's rows differ; the twelve people are gone."
stop_daemon
"$programs/expunge-audit" verify practice/evidence --key practice/log.vkey --signers allowed_signers | tail -n 1
