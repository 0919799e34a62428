#!/usr/bin/env bash
# script/server brings registry, virtual reader and kiosk up, prints where they are, and leaves nothing behind when it
# is interrupted, twice in a row with the same register.
set -u
. "$LIANGZHENG_SOURCE/tests/lib/wait.sh"

for program in liangzheng liangzheng-serve liangzheng-nfc liangzheng-kiosk; do
    [[ -x $LIANGZHENG_BIN/$program ]] || { echo "skipped: no $program yet" && exit 77; }
done

place=$(mktemp -d)
export LIANGZHENG_DEMO_DIR=$place/demo
server=
trap '[[ -z $server ]] || kill -KILL -- "-$server" 2>/dev/null; rm -rf "$place"' EXIT
# Job control: a child of its own group that may be interrupted, as on a terminal.
set -m

fail() {
    echo "FAILED: $*"
    cat "$place/said"
    tail -n 20 "$LIANGZHENG_DEMO_DIR"/run/*.log
    exit 1
}

# Every process we started carries the folder on its command line.
none_left() { ! pgrep -f -- "$LIANGZHENG_DEMO_DIR/" >/dev/null; }

for round in first second; do
    "$LIANGZHENG_SOURCE/script/server" </dev/null >"$place/said" 2>&1 &
    server=$!
    wait_for 60 grep -q 'Ctrl-C to end' "$place/said" || fail "$round start: it does not come up"

    mapfile -t urls < <(grep -oE 'http://127\.0\.0\.1:[0-9]+/' "$place/said" | awk '!seen[$0]++')
    curl -fsS "${urls[0]}healthz" >/dev/null || fail "$round start: the registry does not answer"
    wait_for 10 eval 'curl -fsS "${urls[1]}state" | jq -e ".reader == \"ready\""' || fail "$round start: no reader at the kiosk"

    kill -INT -- "-$server"
    wait "$server" || fail "$round start: interrupting it is no failure, but it ended with $?"
    server=
    none_left || fail "$round start: left behind: $(pgrep -af -- "$LIANGZHENG_DEMO_DIR/")"
    left=$(find "$LIANGZHENG_DEMO_DIR/run" ! -type f ! -type d)
    [[ -z $left ]] || fail "$round start: left behind: $left"
done
[[ $(stat -c %a "$LIANGZHENG_DEMO_DIR/logins.txt") == 600 ]] || fail "the demo's logins are readable by others"
