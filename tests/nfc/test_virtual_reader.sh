#!/usr/bin/env bash
# The virtual reader's own manners: what it says, what it refuses, what it leaves behind.
# shellcheck disable=SC2154 # lib.sh sets them
. "$(dirname "$0")/lib.sh"
need jq
start_reader --chip ntag213

say "start prints the connection string to use"
[[ $(jq -r .reader "$work/start.json") == "pn532_uart:$work/reader" ]] || fail "$(cat "$work/start.json")"

say "a card keeps its memory when it is taken away and laid on again"
virtual insert
expect 0 "$nfc" encode --uri https://badge.example/
virtual remove
virtual insert
uri_is https://badge.example/
is .chip NTAG213

say "save and load copy a card's memory; the UID comes with it"
virtual save "$work/dump with a blank"
uid=$(jq -r '.cards[]|select(.on_reader).uid' "$work/answer.json")
virtual insert --chip ntag213 --uid 04010203040506 --dump "$work/dump with a blank"
uri_is https://badge.example/
is .uid "$uid"

say "a dump of the wrong size, an unknown chip, UID, verb or fault are refused with exit 2"
head -c 100 /dev/zero >"$work/short"
for words in "load $work/short" 'insert --chip ntag999' 'insert --uid 12' 'dance' 'fault hiccup' 'fault tear --after x' \
    'remove now' 'save'; do
    # shellcheck disable=SC2086 # words
    expect 2 "$nfc" virtual $words --control "$work/control"
done

say "save with no card on the reader is a no, exit 1"
virtual remove
expect 1 "$nfc" virtual save "$work/none" --control "$work/control"

say "a second reader on the same socket is refused; a file at the link's path is never replaced"
expect 3 "$nfc" virtual start --link "$work/other" --control "$work/control"
echo precious >"$work/file"
expect 2 "$nfc" virtual start --link "$work/file" --control "$work/control2"
[[ $(cat "$work/file") == precious ]] || fail "the file was replaced"

say "unplugged, the path is gone; commands say what to check"
virtual fault unplug
[[ ! -e $work/reader ]] || fail "the link stayed"
expect 3 "$nfc" read --json
is .error.code device
virtual fault replug

say "each fault makes the command fail in time, not hang"
virtual insert
for fault in mute noack corrupt; do
    virtual fault "$fault"
    expect 3 "$nfc" read
    virtual fault none
    expect 0 "$nfc" read
done

say "the control socket is for this user only"
[[ $(stat -c %a "$work/control") == [67]00 ]] || fail "mode $(stat -c %a "$work/control")"

say "SIGTERM ends it and leaves neither link nor socket"
kill "${started[0]}"
wait "${started[0]}" || fail "exit $?"
[[ ! -e $work/reader && ! -e $work/control ]] || fail "$(ls "$work")"

say "a dead reader's socket is taken over"
start_reader
kill -9 "${started[1]}"
wait "${started[1]}" 2>/dev/null || true
rm "$work/start.json"
start_reader
virtual insert
expect 0 "$nfc" read
