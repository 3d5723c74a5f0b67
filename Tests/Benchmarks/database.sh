#!/usr/bin/env bash
# Figures of the PostgreSQL connector, on a server that this script starts: ratios of medians, release build.
set -euo pipefail
cd "$(dirname "$0")"
swift build -c release --product database-bench
bench=$(swift build -c release --show-bin-path)/database-bench
postgres=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
server=$(mktemp -d) && chmod 755 "$server"
# PostgreSQL refuses to run as root.
server_user() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
ends() {
  server_user "$postgres/pg_ctl" -D "$server/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$server"
}
trap ends EXIT
[ "$(id -u)" != 0 ] || chown postgres "$server"
server_user "$postgres/initdb" -D "$server/data" -A trust -U postgres >/dev/null
for port in $(seq 54500 54599); do
  if server_user "$postgres/pg_ctl" -D "$server/data" -l "$server/log" -w start \
    -o "-p $port -k $server -c listen_addresses= -c shared_buffers=512MB -c max_wal_size=8GB" >/dev/null 2>&1; then break; fi
done
psql=(psql -X -q -v ON_ERROR_STOP=1 -h "$server" -p "$port" -U postgres)
"${psql[@]}" -d postgres -c "CREATE ROLE bench_look LOGIN" -c "CREATE ROLE bench_erase LOGIN"
database() { # its name: an empty database of five tables
  "${psql[@]}" -d postgres -c "CREATE DATABASE $1"
  "${psql[@]}" -d "$1" <<'SQL'
CREATE TABLE customer(id int PRIMARY KEY, email text NOT NULL, name text);
CREATE TABLE address(id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customer(id), street text);
CREATE TABLE session(id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customer(id), at timestamptz);
CREATE TABLE orders(id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customer(id), at timestamptz);
CREATE TABLE order_item(id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders(id), what text);
CREATE INDEX ON address(customer_id); CREATE INDEX ON session(customer_id); CREATE INDEX ON orders(customer_id);
CREATE INDEX ON order_item(order_id); CREATE INDEX ON customer(lower(btrim(email, E' \t\n\r')));
GRANT SELECT ON ALL TABLES IN SCHEMA public TO bench_look;
GRANT SELECT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO bench_erase;
SQL
}
for rows in 10000 1000000; do
  database bench_$rows
  "${psql[@]}" -d "bench_$rows" -v rows=$rows <<'SQL'
CREATE TABLE many(rows int); INSERT INTO many VALUES (:rows);
-- Other people, so that the tables are not the person's alone.
INSERT INTO customer SELECT i, 'p' || i || '@example.org', 'n' FROM generate_series(2, 20000) AS i;
INSERT INTO address SELECT 2000000 + i, 2 + i % 19999, 's' FROM generate_series(1, 40000) AS i;
INSERT INTO session SELECT 2000000 + i, 2 + i % 19999, now() FROM generate_series(1, 100000) AS i;
INSERT INTO orders SELECT 2000000 + i, 2 + i % 19999, now() FROM generate_series(1, 60000) AS i;
INSERT INTO order_item SELECT 2000000 + i, 2000001 + i % 60000, 'w' FROM generate_series(1, 200000) AS i;
CREATE PROCEDURE refill() LANGUAGE plpgsql AS $$
DECLARE n int; BEGIN
SELECT rows INTO n FROM many;
INSERT INTO customer VALUES (1, 'p1@example.org', 'n') ON CONFLICT DO NOTHING;
INSERT INTO address SELECT i, 1, 's' FROM generate_series(1, n / 10) AS i ON CONFLICT DO NOTHING;
INSERT INTO session SELECT i, 1, now() FROM generate_series(1, n * 3 / 10) AS i ON CONFLICT DO NOTHING;
INSERT INTO orders SELECT i, 1, now() FROM generate_series(1, n * 2 / 10) AS i ON CONFLICT DO NOTHING;
INSERT INTO order_item SELECT i, 1 + i % (n * 2 / 10), 'w' FROM generate_series(1, n * 4 / 10) AS i ON CONFLICT DO NOTHING;
END $$;
SQL
done
# Ordinary people: twenty rows each.
database ordinary_template
"${psql[@]}" -d ordinary_template <<'SQL'
INSERT INTO customer SELECT i, 'p' || i || '@example.org', 'n' FROM generate_series(1, 20000) AS i;
INSERT INTO address SELECT i, 1 + (i - 1) % 20000, 's' FROM generate_series(1, 40000) AS i;
INSERT INTO session SELECT i, 1 + (i - 1) % 20000, now() FROM generate_series(1, 100000) AS i;
INSERT INTO orders SELECT i, 1 + (i - 1) % 20000, now() FROM generate_series(1, 60000) AS i;
INSERT INTO order_item SELECT i, 1 + (i - 1) % 60000, 'w' FROM generate_series(1, 180000) AS i;
VACUUM ANALYZE;
SQL
# All three, whatever the first ones say; a missed target is the script's status.
missed=0
"$bench" ordinary "$server" "$port" 300 6 || missed=1
"$bench" many "$server" "$port" 10000 9 || missed=1
"$bench" many "$server" "$port" 1000000 3 || missed=1
exit $missed
