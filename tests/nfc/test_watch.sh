#!/usr/bin/env bash
# The reader loop: what is a tap, what is noise, and that it comes back whatever happened to reader or card.
# shellcheck disable=SC2154 # lib.sh sets them
. "$(dirname "$0")/lib.sh"
need jq
start_reader
virtual insert --uid 04000000000001
expect 0 "$nfc" encode --uri https://badge.example/v/one
virtual swap --chip ntag213 --uid 04000000000002
virtual remove

start_watch
wait_event 1 '.event=="reader" and .state=="ready"'

say "laying a card on is one tap with UID, chip and address"
virtual insert --uid 04000000000001
wait_event 1 '.event=="tap" and .seq==1 and .uid=="04000000000001" and .chip=="NTAG216" and .uri=="https://badge.example/v/one" and .at_ms>1700000000000'

say "another card in the same moment: the first is gone, the second is a tap, its address is null"
virtual swap --uid 04000000000002
wait_event 1 '.event=="gone" and .uid=="04000000000001"'
wait_event 1 '.event=="tap" and .seq==2 and .uid=="04000000000002" and .chip=="NTAG213" and .uri==null'

say "taking it away is told once, laying it on again is a new tap"
virtual remove
wait_event 1 '.event=="gone" and .uid=="04000000000002"'
virtual insert --uid 04000000000002
wait_event 1 '.event=="tap" and .seq==3'

say "a card that is torn away in mid-read records nothing, and is read when it lies still"
virtual remove
wait_event 2 '.event=="gone" and .uid=="04000000000002"'
virtual fault tear --after 1
virtual insert --uid 04000000000001
torn_off() { virtual list && jq -e 'all(.cards[]; .on_reader|not)' "$work/answer.json"; }
wait_for 10 torn_off || fail "the card was not torn off: $(cat "$work/answer.json")"
[[ $(count '.event=="tap"') == 3 ]] || fail "a torn read was recorded: $(cat "$work/events")"
virtual insert --uid 04000000000001
wait_event 1 '.event=="tap" and .seq==4 and .uri=="https://badge.example/v/one"'

say "unplugged: away with a reason in two languages, told once; plugged in again: ready, and the card is a tap"
virtual fault unplug
wait_event 1 '.event=="reader" and .state=="away" and .reason=="device" and (.zh|length)>5 and (.en|length)>5'
virtual fault replug
wait_event 2 '.event=="reader" and .state=="ready"'
wait_event 1 '.event=="tap" and .seq==5'
[[ $(count '.state=="away"') == 1 ]] || fail "away was told more than once: $(cat "$work/events")"

away=1 ready=2 seq=5
for fault in mute noack corrupt; do
    say "$fault: the reader is away, and back when the fault is mended"
    virtual fault "$fault"
    away=$((away + 1)) ready=$((ready + 1)) seq=$((seq + 1))
    wait_event "$away" '.state=="away"'
    virtual fault none
    wait_event "$ready" '.state=="ready"'
    wait_event 1 ".event==\"tap\" and .seq==$seq"
done

say "a second program is refused while the loop holds the reader, and says so"
expect 3 "$nfc" read --json
is .error.code busy

say "killed, it leaves the reader free for the next"
kill -9 "$watcher"
wait "$watcher" 2>/dev/null || true
readable() { "$nfc" read --json | jq -e .uid; }
wait_for 10 readable || fail "the reader stayed claimed"
start_watch
wait_event 1 '.event=="tap"'

say "SIGTERM ends it with 0"
kill "$watcher"
wait "$watcher" || fail "exit $?"

say "it ends by itself when nobody reads its events"
virtual remove
mkfifo "$work/pipe"
timeout 20 "$nfc" watch >"$work/pipe" &
watcher=$!
started+=("$watcher")
head -n 1 <"$work/pipe" >/dev/null
virtual insert
wait "$watcher" || fail "exit $? after its reader went away"

say "it ends with its parent, even one that was killed"
: >"$work/events"
bash -c '"$0" watch >"$1" & echo $! >"$2"; wait' "$nfc" "$work/events" "$work/child" &
parent=$!
wait_for 10 test -s "$work/child"
child=$(cat "$work/child")
wait_for 10 test -s "$work/events"
kill -9 "$parent"
wait "$parent" 2>/dev/null || true
gone() { ! kill -0 "$child" 2>/dev/null || grep -q '^State:.*Z' "/proc/$child/status"; }
wait_for 10 gone || fail "watch outlived its parent"
