#!/usr/bin/env bash
# liangzheng.ini of a register: read by the server, beaten by its options, and a typing error is an error.
set -u

serve=$LIANGZHENG_BIN/liangzheng-serve
[[ -x $serve ]] || { echo "skipped: no liangzheng-serve yet" && exit 77; }
. "$LIANGZHENG_SOURCE/tests/lib/wait.sh"
place=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf "$place"' EXIT
cd "$place" || exit 3
failed=0
fail() {
    echo "FAILED: $*"
    tail -n 4 out err 2>/dev/null
    failed=1
}
"$LIANGZHENG_BIN/liangzheng" init reg >out 2>err || fail "init"

# address OPTION…: where the server comes up.
address() {
    : >ready
    "$serve" --data reg --json "$@" >ready 2>err &
    server=$!
    wait_for 20 test -s ready || fail "no server"
    jq -r .url <ready >url
}
stop() { kill "$server" && wait "$server" 2>/dev/null && server=; }

printf '[serve]\nlisten = 127.0.0.2:0\nlookups-per-minute = 2\nthreads = 8\n' >reg/liangzheng.ini
address
[[ $(<url) == http://127.0.0.2:* ]] || fail "the file's address is not used: $(<url)"
codes=$(for _ in 1 2 3; do curl -s -o out -w '%{http_code} ' "$(<url)/verify?number=1"; done)
[[ $codes == "200 200 429 " ]] || fail "the file's limit is not used: $codes"
stop
address --listen 127.0.0.1:0
[[ $(<url) == http://127.0.0.1:* ]] || fail "the option does not beat the file: $(<url)"
stop
printf '[serve]\nlookups = 2\n' >reg/liangzheng.ini
"$serve" --data reg --listen 127.0.0.1:0 >out 2>err && fail "a typing error is not told"
grep -q lookups err || fail "the typing error is not named"
printf '[serve]\ntrusted-proxy = localhost\n' >reg/liangzheng.ini
timeout 20 "$serve" --data reg --listen 127.0.0.1:0 >out 2>err
[[ $? == 2 ]] || fail "a proxy that is no address is taken"
grep -q trusted-proxy err || fail "nothing says that a proxy is no address"
exit "$failed"
