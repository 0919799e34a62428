#!/usr/bin/env bash
# Runs the benches over build/bench/bin and prints one table; `script/bench` calls it.  Pairs run by turns, ROUNDS
# times, and the medians stand in the table; JSON goes to tests/bench/history/<commit>.json.
set -euo pipefail
bin=${LIANGZHENG_BIN:-build/bench/bin}
rounds=${ROUNDS:-3} seconds=${SECONDS_EACH:-2} rows=${ROWS:-100000}
here=$(mktemp -d)
server=
trap 'exec 7>&- || true; [[ -z $server ]] || kill "$server" 2>/dev/null || true; [[ ! -s $here/nginx.pid ]] || kill "$(<"$here/nginx.pid")"; rm -rf "$here"' EXIT

median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
# row NAME VALUE UNIT PEER VALUE AIM [NOTE]
row() { printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$@" >>"$here/rows"; }
free_port() { node -e 's=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }
ready() { curl -s -o "$here/null" --retry 50 --retry-delay 0 --retry-connrefused --max-time 10 "$1"; }
# load NAME URL: one round into files rate.NAME, p99.NAME, errors.NAME
load() {
    local rate p99 errors
    read -r rate p99 errors < <(wrk -t2 -c64 -d"${seconds}s" -s tests/bench/paths.lua "$2" | tail -n 1)
    echo "$rate" >>"$here/rate.$1" && echo "$p99" >>"$here/p99.$1" && echo "$errors" >>"$here/errors.$1"
}

# A register of $1 people, 1,000 tokens of it.
make_register() {
    node tests/data/make_roster.mjs "$1" >"$here/$1.csv"
    "$bin/liangzheng" init "$here/$1" --json >"$here/null"
    "$bin/liangzheng" import roster "$here/$1.csv" --data "$here/$1" >"$here/null"
    "$bin/bench_tokens" "$here/$1" 1000 >"$here/$1.tokens"
}

http() {
    local size=$1 port fixed plain i
    port=$(free_port) && fixed=$(free_port) && plain=$(free_port)
    "$bin/liangzheng-serve" --data "$here/$size" --listen "127.0.0.1:$port" --threads 128 --lookups-per-minute 0 \
        2>"$here/serve.log" &
    server=$!
    mkfifo "$here/hold.$size"
    "$bin/bench_fixed_body" "$fixed" <"$here/hold.$size" &
    exec 7>"$here/hold.$size"
    cat >"$here/nginx.conf" <<EOF
pid $here/nginx.pid; worker_processes auto; error_log $here/nginx.log;
events { worker_connections 1024; }
http { access_log off; keepalive_requests 100000000;
  server { listen 127.0.0.1:$plain; location / { return 200 "$(printf 'x%.0s' {1..600})"; } } }
EOF
    nginx -c "$here/nginx.conf" 7>&-
    ready "http://127.0.0.1:$port/healthz" && ready "http://127.0.0.1:$fixed/" && ready "http://127.0.0.1:$plain/"
    sed 's|^|/v/|' "$here/$size.tokens" >"$here/paths.token"
    seq -f '/certificates/27%09.0f' 1 "$(($size / 1000))" "$size" >"$here/paths.number"
    for ((i = 0; i < rounds; i++)); do
        BENCH_PATHS=$here/paths.token load "token.$size" "http://127.0.0.1:$port"
        BENCH_PATHS=$here/paths.token load "fixed.$size" "http://127.0.0.1:$fixed"
        BENCH_PATHS=$here/paths.number load "number.$size" "http://127.0.0.1:$port"
        BENCH_PATHS=$here/paths.token load "nginx.$size" "http://127.0.0.1:$plain"
    done
    kill "$server" "$(<"$here/nginx.pid")" && exec 7>&- && wait
    server= && rm -f "$here/nginx.pid"
    for i in token number; do
        row "verify by $i over HTTP, $size certificates" "$(median <"$here/rate.$i.$size")" /s "civetweb, fixed body" \
            "$(median <"$here/rate.fixed.$size")" ">= 0.8" "p99 $(median <"$here/p99.$i.$size") ms, errors $(median <"$here/errors.$i.$size"); nginx return 200: $(median <"$here/rate.nginx.$size")/s"
    done
}

offline() {
    local i cold warm bare
    "$bin/liangzheng" trust export "$here/trust" --data "$here/$rows" >"$here/null"
    for ((i = 0; i < rounds; i++)); do
        read -r cold warm bare < <("$bin/bench_verify_offline" "$here/trust" <"$here/$rows.tokens")
        echo "$cold" >>"$here/cold" && echo "$warm" >>"$here/warm" && echo "$bare" >>"$here/bare"
    done
    row "verify offline, first time, a core" "$(median <"$here/cold")" /s "bare OpenSSL ES256" "$(median <"$here/bare")" ">= 0.9" ""
    row "verify offline, signature remembered, a core" "$(median <"$here/warm")" /s "bare OpenSSL ES256" "$(median <"$here/bare")" - "a cache, no status"
}

changes() {
    local n i
    for n in 1 64; do
        for ((i = 0; i < rounds; i++)); do
            "$bin/bench_changes" "$here/$rows" "$n" "$seconds" >>"$here/ours.$n"
            "$bin/bench_bare_sqlite" "$here/bare.db" "$n" "$seconds" >>"$here/sqlite.$n"
            "$bin/bench_bare_sqlite" "$here/plain.db" "$n" "$seconds" plain >>"$here/plain.$n"
        done
        row "durable status changes, $n thread(s)" "$(median <"$here/ours.$n")" /s "bare SQLite, $n thread(s), same rows and indexes" \
            "$(median <"$here/sqlite.$n")" ">= 0.7" "group commit of both"
        row "durable status changes, $n thread(s)" "$(median <"$here/ours.$n")" /s "bare SQLite, $n a commit, four short rows" \
            "$(median <"$here/plain.$n")" - "one index, no hand-over between threads"
    done
}

# rate FILE COMMAND…: rows a second into FILE
rate() {
    local into=$1 began=$EPOCHREALTIME
    shift && "$@" >"$here/null"
    awk "BEGIN { print int($rows / ($EPOCHREALTIME - $began)) }" >>"$into"
}
import() {
    local i
    for ((i = 0; i < rounds; i++)); do
        rm -rf "$here/again" "$here/import.db" "$here/indexed.db"
        "$bin/liangzheng" init "$here/again" --json >"$here/null"
        sqlite3 "$here/indexed.db" <tests/bench/roster_indexes.sql
        rate "$here/imported" "$bin/liangzheng" import roster "$here/$rows.csv" --data "$here/again"
        rate "$here/plain.import" sqlite3 "$here/import.db" ".mode csv" ".import $here/$rows.csv roster"
        rate "$here/indexed.import" sqlite3 "$here/indexed.db" ".mode csv" ".import --skip 1 $here/$rows.csv roster"
    done
    row "roster import, rows/s" "$(median <"$here/imported")" /s "sqlite3 .import, no index" "$(median <"$here/plain.import")" \
        ">= 0.33" "one short row a line; ours: four rows, nine indexes, every cell checked, ID numbers encrypted"
    row "roster import, rows/s" "$(median <"$here/imported")" /s "sqlite3 .import, nine indexes" \
        "$(median <"$here/indexed.import")" - "one row a line"
}

make_register 1000
make_register "$rows"
import
offline
changes
http 1000
http "$rows"
commit=$(git rev-parse --short HEAD)
node -e '
const rows = require("fs").readFileSync(process.argv[1], "utf8").trim().split("\n").map((l) => l.split("\t")).map(
  ([figure, value, unit, peer, peerValue, aim, note]) => ({ figure, value: +value, unit, peer, peerValue: +peerValue,
    ratio: +(value / peerValue).toFixed(2), aim, note }));
require("fs").writeFileSync(process.argv[2], JSON.stringify({ commit: process.argv[3], date: new Date().toISOString(), rows }, null, 1) + "\n");
console.log("| figure | value | peer in the same run | peer | ratio | aim | note |\n|---|---|---|---|---|---|---|");
for (const r of rows) console.log(`| ${r.figure} | ${r.value}${r.unit} | ${r.peer} | ${r.peerValue}${r.unit} | ${r.ratio} | ${r.aim} | ${r.note} |`);
' "$here/rows" "tests/bench/history/$commit.json" "$commit"
