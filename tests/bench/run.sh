#!/usr/bin/env bash
# Runs the benches over build/bench/bin and prints one table; `script/bench` calls it.  Pairs run by turns, ROUNDS
# times, and the medians stand in the table.  What a run leaves behind: tests/bench/report.mjs.
set -euo pipefail
bin=${LIANGZHENG_BIN:-build/bench/bin} store=${BENCH_STORE:-build/bench/registers}
rounds=${ROUNDS:-3} seconds=${SECONDS_EACH:-2} many=${ROWS:-1000000} taps=${TAPS:-60} kiosks=${KIOSKS:-1000}
rows=$((many < 100000 ? many : 100000)) # of the import and the changes
[[ -z ${ROUNDS-}${SECONDS_EACH-}${ROWS-}${TAPS-}${KIOSKS-}$* ]] && whole=1 || whole=0
here=$(mktemp -d)
children=()
end_all() {
    [[ ! -s $here/nginx.pid ]] || kill "$(<"$here/nginx.pid")" || true
    [[ ${#children[@]} == 0 ]] || kill "${children[@]}" 2>"$here/null" || true
    wait || true
    children=()
}
trap 'end_all; exec 7>&-; rm -rf "$here"' EXIT
mkfifo "$here/hold" && exec 7<>"$here/hold" # peers read from it and end with us

median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
# row NAME VALUE UNIT PEER VALUE AIM [NOTE]; peer "-": none
row() { printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$@" >>"$here/rows"; }
say() { echo "- $*" >&2; }
free_port() { node -e 's=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }
ready() { curl -s -o "$here/null" --retry 50 --retry-delay 0 --retry-connrefused --max-time 20 "$1"; }
# serve REGISTER PORT [OPTION…]
serve() {
    "$bin/liangzheng-serve" --data "$1" --listen "127.0.0.1:$2" --lookups-per-minute 0 "${@:3}" 2>>"$here/serve.log" 7>&- &
    children+=("$!")
    ready "http://127.0.0.1:$2/healthz"
}
# fixed PORT ANSWER: civetweb with our settings and a whole answer of ours
fixed() {
    "$bin/bench_fixed_body" "$1" "$2" 128 <"$here/hold" 7>&- &
    children+=("$!")
    ready "http://127.0.0.1:$1/"
}
# load NAME URL: one round into files rate.NAME, p99.NAME, errors.NAME
load() {
    local rate p99 errors
    read -r rate p99 errors < <(wrk -t2 -c64 -d"${seconds}s" -s tests/bench/paths.lua "$2" | tail -n 1)
    echo "$rate" >>"$here/rate.$1" && echo "$p99" >>"$here/p99.$1" && echo "$errors" >>"$here/errors.$1"
}

# A register of $1 people.
make_register() {
    node tests/data/make_roster.mjs "$1" >"$here/$1.csv"
    "$bin/liangzheng" init "$here/$1" --json >"$here/null"
    "$bin/liangzheng" import roster "$here/$1.csv" --data "$here/$1" >"$here/null"
    "$bin/bench_tokens" "$here/$1" 1000 "$1" >"$here/$1.tokens"
}

# The large one is made once for a schema and a roster, in parts that an import takes; looking up changes nothing in it.
large_register() {
    local key part
    key=$(cat registry/db/migrations/*.sql tests/data/make_roster.mjs tests/bench/tokens.c | sha256sum | cut -c1-12)
    large=$store/$key-$many
    [[ ! -s $large.tokens ]] || return 0
    say "正在建立 $many 张证的登记库（只做一次）Making the register of $many certificates (once)"
    rm -rf "$large" && mkdir -p "$store"
    "$bin/liangzheng" init "$large" --json >"$here/null"
    node tests/data/make_roster.mjs "$many" >"$here/large.csv"
    tail -n +2 "$here/large.csv" | split -l 250000 --filter="{ head -n 1 '$here/large.csv'; cat; } >\$FILE" - "$here/part."
    for part in "$here"/part.*; do
        "$bin/liangzheng" import roster "$part" --data "$large" >"$here/null"
        rm "$part"
    done
    rm "$here/large.csv"
    "$bin/bench_tokens" "$large" 1000 "$many" >"$here/large.tokens"
    mv "$here/large.tokens" "$large.tokens"
}

# Both sizes are served at once, so that each figure, its peer and its other size take turns.
http() {
    local size kind i plain note
    local -A port
    large_register
    for size in 1000 "$many"; do
        port[$size]=$(free_port)
        serve "$([[ $size == 1000 ]] && echo "$here/1000" || echo "$large")" "${port[$size]}" --threads 128
        seq -f '/certificates/27%09.0f' 1 "$((size / 1000))" "$size" >"$here/paths.number.$size"
    done
    sed 's|^|/v/|' "$here/1000.tokens" >"$here/paths.token.1000"
    sed 's|^|/v/|' "$large.tokens" >"$here/paths.token.$many"
    for kind in token number; do
        port[$kind]=$(free_port)
        curl -s -i -H 'Accept: application/json' "http://127.0.0.1:${port[1000]}$(head -n 1 "$here/paths.$kind.1000")" >"$here/answer.$kind"
        fixed "${port[$kind]}" "$here/answer.$kind"
    done
    plain=$(free_port)
    cat >"$here/nginx.conf" <<EOF
pid $here/nginx.pid; worker_processes auto; error_log $here/nginx.log;
events { worker_connections 1024; }
http { access_log off; keepalive_requests 100000000;
  server { listen 127.0.0.1:$plain; location / { return 200 "$(head -c "$(sed '1,/^\r$/d' "$here/answer.token" | wc -c)" /dev/zero | tr '\0' x)"; } } }
EOF
    nginx -c "$here/nginx.conf" 7>&-
    ready "http://127.0.0.1:$plain/"
    # Each of the 128 connections maps the register for itself: until its pages are, page faults are what one measures.
    for size in 1000 "$many"; do
        for kind in token number; do
            seconds=$((4 * seconds)) BENCH_PATHS=$here/paths.$kind.$size load warm "http://127.0.0.1:${port[$size]}"
        done
    done
    for ((i = 0; i < rounds; i++)); do
        for kind in token number; do
            for size in 1000 "$many"; do
                BENCH_PATHS=$here/paths.$kind.$size load "$kind.$size" "http://127.0.0.1:${port[$size]}"
            done
            BENCH_PATHS=$here/paths.$kind.1000 load "fixed.$kind" "http://127.0.0.1:${port[$kind]}"
        done
        BENCH_PATHS=$here/paths.token.1000 load nginx "http://127.0.0.1:$plain"
    done
    end_all
    for kind in token number; do
        for size in 1000 "$many"; do
            note="errors $(median <"$here/errors.$kind.$size"); nginx return 200: $(median <"$here/rate.nginx")/s"
            row "verify by $kind over HTTP, $size certificates" "$(median <"$here/rate.$kind.$size")" /s "civetweb, the same answer fixed" \
                "$(median <"$here/rate.fixed.$kind")" ">= 0.8" "$note"
            row "verify by $kind over HTTP, $size certificates, p99 at 64 connections" "$(median <"$here/p99.$kind.$size")" " ms" \
                "civetweb, the same answer fixed" "$(median <"$here/p99.fixed.$kind")" "<= 5 ms" "nginx: $(median <"$here/p99.nginx") ms"
        done
        row "verify by $kind over HTTP, $many certificates beside 1000" "$(median <"$here/rate.$kind.$many")" /s "the same with 1000" \
            "$(median <"$here/rate.$kind.1000")" ">= 0.85" ""
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

# The kiosks' own work and the cancellations run on this machine, too.
kiosks() {
    local port vkey share asked failed peer_share peer_asked middle late last
    port=$(free_port)
    cp -r "$here/1000" "$here/polled"
    vkey=$("$bin/liangzheng" keys log --data "$here/polled")
    serve "$here/polled" "$port" --threads 128
    "$bin/bench_kiosks" "http://127.0.0.1:$port" "$vkey" "$kiosks" "$((4 * seconds))" "${children[0]}" "$here/polled" 5 >"$here/told"
    { read -r share asked failed && read -r middle late last; } <"$here/told"
    # as large, but no checkpoint: nobody asks the peer for tiles
    curl -s -i "http://127.0.0.1:$port/checkpoint" |
        LC_ALL=C sed -e '1s/$/\nConnection: close\r/' -e '1,/^\r$/!s/./x/g' >"$here/answer.checkpoint"
    end_all
    port=$(free_port)
    fixed "$port" "$here/answer.checkpoint"
    "$bin/bench_kiosks" "http://127.0.0.1:$port" "$vkey" "$kiosks" "$((4 * seconds))" "${children[0]}" >"$here/told"
    read -r peer_share peer_asked _ <"$here/told"
    end_all
    row "checkpoint polled by $kiosks kiosks, share of a core" "$(awk "BEGIN { print 100 * $share }")" " %" "civetweb, as large an answer fixed" \
        "$(awk "BEGIN { print 100 * $peer_share }")" - "$asked rounds/s, $failed failed; the peer: $peer_asked rounds/s"
    row "cancel until $kiosks kiosks say so, the last one" "$last" " ms" - - "<= 3000 ms" "median $middle ms, p99 $late ms, of 5 cancellations"
}

taps() {
    local middle late last photo late_photo
    LIANGZHENG_BIN=$PWD/$bin LIANGZHENG_SOURCE=$PWD node tests/bench/taps.mjs "$taps" >"$here/tapped"
    read -r middle late last photo late_photo <"$here/tapped"
    row "tap to screen, p95" "$late" " ms" - - "<= 300 ms" "$taps taps: median $middle ms, longest $last ms; with the photo: median $photo ms, p95 $late_photo ms"
}

cards() {
    local i wall memory count=1000
    mkdir "$here/portraits"
    for ((i = 1; i <= 20; i++)); do "$bin/liangzheng-print" portrait --seed "$i" -o "$here/portraits/$i.jpg"; done
    node tests/data/make_roster.mjs "$count" | node tests/bench/make_cards.mjs "$here/portraits" "$count" >"$here/cards.json"
    for ((i = 0; i < rounds; i++)); do
        read -r wall _ memory < <("$bin/bench_spend" "$bin/liangzheng-print" card --input "$here/cards.json" -o "$here/cards.pdf")
        awk "BEGIN { print int($count / $wall) }" >>"$here/cards" && echo "$memory" >>"$here/cards.memory"
        read -r wall _ memory < <("$bin/bench_spend" "$bin/bench_bare_cards" badge-print/designs/officer "$here/portraits" "$count" "$here/bare.pdf")
        awk "BEGIN { print int($count / $wall) }" >>"$here/bare.cards" && echo "$memory" >>"$here/bare.memory"
    done
    row "cards, $count in one PDF, both sides" "$(median <"$here/cards")" /s "bare cairo, pango, librsvg" "$(median <"$here/bare.cards")" - \
        "$(($(stat -c %s "$here/cards.pdf") / count / 1024)) KiB a card, bare $(($(stat -c %s "$here/bare.pdf") / count / 1024)) KiB"
    row "memory for $count cards" "$(median <"$here/cards.memory")" " MiB" "bare cairo, pango, librsvg" "$(median <"$here/bare.memory")" - \
        "ours holds the batch's photos and its PDF"
}

load_before=$(cut -d ' ' -f 1 /proc/loadavg)
figures=("$@")
[[ $# -gt 0 ]] || figures=(import offline changes http kiosks taps cards)
for figure in "${figures[@]}"; do
    case $figure in
    import | offline | changes | http | kiosks | taps | cards) ;;
    *) echo "没有这一项。No such figure: $figure (import offline changes http kiosks taps cards)" >&2 && exit 2 ;;
    esac
done
say "正在建立登记库 Making registers"
make_register 1000
[[ $rows == 1000 ]] || make_register "$rows"
for figure in "${figures[@]}"; do
    say "$figure"
    "$figure"
done
node tests/bench/report.mjs "$here/rows" "$whole" "$(git rev-parse --short HEAD)" "$load_before"
