#!/usr/bin/env bash
# Go's own code for its checksum database reads our transparency log over HTTP: checkpoints, every tile, every entry,
# from every size that was ever seen to the last; on a small live register and on a log grown past 70,000 entries.
set -euo pipefail
: "${LIANGZHENG_BIN:?}" "${LIANGZHENG_SOURCE:?}"
. "$LIANGZHENG_SOURCE/tests/lib/wait.sh"
here=$LIANGZHENG_SOURCE/tests/conformance

skip() { echo "skipped: $1" && exit 77; }
for tool in go node curl jq; do
    command -v "$tool" >/dev/null || skip "no $tool"
done
for program in liangzheng liangzheng-serve grow_log; do
    [[ -x $LIANGZHENG_BIN/$program ]] || skip "no $program"
done
[[ -d /usr/share/gocode/src/golang.org/x/mod/sumdb/tlog ]] || skip "no golang-golang-x-mod-dev"

work=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server" 2>/dev/null; wait; rm -rf "$work"' EXIT
fail() {
    echo "FAILED: $*" >&2
    exit 1
}

export GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS=-trimpath CGO_ENABLED=0
# Beside the programs, so that the second run builds nothing.
export GOCACHE=$LIANGZHENG_BIN/../go-cache
GOCACHE=$(mkdir -p "$GOCACHE" && cd "$GOCACHE" && pwd)
go build -o "$work/judge" "$here/go/main.go" || fail "the judge does not build"

# serve REGISTER: a server for it; its address in $url, its log's key in $vkey.
serve() {
    if [[ -n $server ]]; then
        kill "$server"
        wait "$server" || true
    fi
    : >"$work/ready.json"
    "$LIANGZHENG_BIN/liangzheng-serve" --data "$1" --listen 127.0.0.1:0 --share "$LIANGZHENG_SOURCE/web" --json \
        >"$work/ready.json" 2>"$work/serve.log" &
    server=$!
    wait_for 15 test -s "$work/ready.json" || fail "the server does not start: $(cat "$work/serve.log")"
    url=$(jq -r .url "$work/ready.json")
    vkey=$("$LIANGZHENG_BIN/liangzheng" keys log --data "$1")
}
# remember FOLDER: keeps the present checkpoint under its size.
remember() {
    curl -fsS "$url/checkpoint" >"$work/now"
    mkdir -p "$1"
    mv "$work/now" "$1/$(sed -n 2p "$work/now")"
}
judge() { "$work/judge" "$url" "$vkey" "$1" || fail "the judge objects"; }

lz() { "$LIANGZHENG_BIN/liangzheng" "$@" --data "$work/live" >"$work/out" || fail "liangzheng $*: $(cat "$work/out")"; }
"$LIANGZHENG_BIN/liangzheng" init "$work/live" >"$work/out"
serve "$work/live"
remember "$work/small"
node "$here/people.mjs" 9 >"$work/roster.csv"
lz import roster "$work/roster.csv"
for serial in 1 2 3 4 5 6 7 8 9; do
    lz badge token "2706000000$serial"
    remember "$work/small"
done
lz certificate suspend 27060000001 --reason investigation
remember "$work/small"
lz certificate cancel 27060000002 --reason transfer
lz keys rotate
judge "$work/small"
live_vkey=$vkey

# Sizes around the edges of tiles: within the first, at two levels, and 273 full tiles of level 0, one of level 1.
"$LIANGZHENG_BIN/liangzheng" init "$work/city" >"$work/out"
serve "$work/city"
for size in 2 3 255 256 257 511 512 4000 40000 65535 65536 65537 65792 65793 69888 69889 70123; do
    "$LIANGZHENG_BIN/grow_log" "$work/city" "$size" || fail "the log does not grow to $size"
    remember "$work/large"
done
judge "$work/large"
for beyond in 0/273.p/236 0/274 1/001.p/18 2/000.p/2 2/000 3/000.p/1 entries/273.p/236 entries/274; do
    [[ $(curl -s -o /dev/null -w '%{http_code}' "$url/tile/$beyond") == 404 ]] || fail "tile $beyond lies beyond the tree"
done
status=0
"$work/judge" "$url" "$live_vkey" "$work/large" 2>"$work/err" || status=$?
[[ $status == 1 ]] || fail "the judge opens checkpoints with another log's key"
