# shellcheck shell=bash
# Shared by the reader tests: a virtual reader of our own in a folder of our own, gone when the test ends.
set -euo pipefail
: "${LIANGZHENG_BIN:?}" "${LIANGZHENG_SOURCE:?}"
. "$LIANGZHENG_SOURCE/tests/lib/wait.sh"

nfc=$LIANGZHENG_BIN/liangzheng-nfc
work=$(mktemp -d)
started=()
end() {
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap end EXIT

export LIBNFC_DEVICE=pn532_uart:$work/reader LIBNFC_AUTO_SCAN=no
unset LIANGZHENG_READER LIANGZHENG_DATA

fail() {
    echo "FAILED: $*" >&2
    exit 1
}
say() { echo "- $*"; }

# need COMMAND…: skips the test where a program is missing.
need() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || { echo "skipped: no $tool" && exit 77; }
    done
}

start_reader() {
    "$nfc" virtual start --link "$work/reader" --control "$work/control" "$@" >"$work/start.json" &
    started+=($!)
    wait_for 10 test -s "$work/start.json" || fail "the virtual reader did not start"
}
# virtual VERB…: one command to the virtual reader; its answer is in $work/answer.json.
virtual() { timeout 10 "$nfc" virtual "$@" --control "$work/control" >"$work/answer.json"; }
# run COMMAND…: a program with a deadline, so that nothing hangs for ever; stdout in $work/out, stderr in $work/err.
run() { timeout --kill-after=2 30 "$@" >"$work/out" 2>"$work/err" </dev/null; }
# expect STATUS COMMAND…
expect() {
    local want=$1 got=0
    shift
    run "$@" || got=$?
    [[ $got == "$want" ]] || fail "exit $got instead of $want: $* : $(cat "$work/out" "$work/err")"
}
# shows PATTERN: the last output has it.
shows() { grep -qE -- "$1" "$work/out" || fail "no '$1' in: $(cat "$work/out")"; }
lacks() { ! grep -qE -- "$1" "$work/out" || fail "'$1' in: $(cat "$work/out")"; }
# is FILTER VALUE: jq over the last output.
is() {
    local got
    got=$(jq -r "$1" "$work/out")
    [[ $got == "$2" ]] || fail "$1 is '$got', not '$2': $(cat "$work/out")"
}
uri_is() {
    expect 0 "$nfc" read --json
    is .uri "$1"
}

start_watch() {
    : >"$work/events"
    "$nfc" watch >"$work/events" 2>"$work/watch.err" &
    watcher=$!
    started+=("$watcher")
}
# seen COUNT FILTER: at least that many events for which the jq filter is true.
seen() { [[ $(jq -c "select($2)" "$work/events" 2>/dev/null | wc -l) -ge $1 ]]; }
wait_event() { wait_for 15 seen "$@" || fail "no event $2 x$1 in: $(cat "$work/events")"; }
count() { jq -c "select($1)" "$work/events" | wc -l; }
