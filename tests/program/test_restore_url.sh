#!/usr/bin/env bash
# A restore that fetches the log from an address: what ended after the backup stays ended; an address that gives no log,
# or another register's, restores nothing.
set -u

program=$LIANGZHENG_BIN/liangzheng
for name in liangzheng liangzheng-serve liangzheng-kiosk; do
    [[ -x $LIANGZHENG_BIN/$name ]] || { echo "skipped: no $name yet" && exit 77; }
done
. "$LIANGZHENG_SOURCE/tests/lib/wait.sh"
place=$(mktemp -d)
servers=()
trap '((${#servers[@]})) && kill "${servers[@]}" 2>/dev/null; rm -rf "$place"' EXIT
cd "$place" || exit 3
failed=0
fail() {
    echo "FAILED: $*"
    tail -n 4 out err 2>/dev/null
    failed=1
}

# serve FOLDER: its address in $url.
serve() {
    "$LIANGZHENG_BIN/liangzheng-serve" --data "$1" --listen 127.0.0.1:0 --json >"$1.ready" 2>"$1.log" &
    servers+=($!)
    wait_for 20 test -s "$1.ready" || { echo "no server" && exit 1; }
    url=$(jq -r .url <"$1.ready")
}
status() { "$program" certificate show "$1" --data "$2" --json | jq -r .status; }

node "$LIANGZHENG_SOURCE/tests/conformance/people.mjs" 6 >roster.csv
for register in reg other; do
    "$program" init "$register" >out 2>err && "$program" import roster roster.csv --data "$register" >out 2>err || fail "no register"
done
token=$("$program" badge token 27060000001 --data reg)
"$program" badge token 27060000003 --data reg >out
"$program" backup backup.db --data reg >out 2>err || fail "backup"
"$program" certificate revoke 27060000001 --reason gain --data reg >out 2>err || fail "revoke"
late=$("$program" badge token 27060000004 --data reg)

serve other
"$program" restore backup.db --data no --log "$url" >out 2>err && fail "another register's log restored something"
"$program" restore backup.db --data no --log http://127.0.0.1:1 >out 2>err && fail "no log restored something"
grep -q '未作恢复' err || fail "nothing says that nothing was restored"
[[ ! -e no ]] || fail "something was left behind"

serve reg
"$program" restore backup.db --data again --log "$url" >out 2>err || fail "restore from an address"
[[ ! -e again/mirror ]] || fail "the fetched mirror was left behind"
[[ $(status 27060000001 again) == revoked && $(status 27060000003 again) == valid ]] || fail "not as the log says"
[[ $("$program" verify "$token" --data again --json | jq -r .verdict) == revoked ]] || fail "a revoked badge came back to life"
[[ $("$program" verify "$late" --data again --json | jq -r .verdict) == unconfirmed ]] || fail "a badge of after the backup is not unconfirmed"
"$program" check --data again >out 2>err || fail "what was restored is not sound"
exit "$failed"
