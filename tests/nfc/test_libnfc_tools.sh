#!/usr/bin/env bash
# Programs that nobody here wrote find, read and write a card on the virtual reader.
# shellcheck disable=SC2154 # lib.sh sets them
. "$(dirname "$0")/lib.sh"
need nfc-list nfc-mfultralight nfc-poll nfc-anticol pn53x-diagnose mifare-ultralight-info jq
start_reader

say "nfc-list opens the reader and finds no card"
expect 0 nfc-list
shows 'NFC device: .* opened'
lacks UID

virtual insert --uid 04a1b2c3d4e580
say "nfc-list -v finds the card and nothing else"
expect 0 nfc-list -v
shows 'UID \(NFCID1\): 04  a1  b2  c3  d4  e5  80'
shows 'ATQA \(SENS_RES\): 00  44'
shows '^0 ISO14443B passive'

say "pn53x-diagnose passes line, ROM and RAM"
expect 0 pn53x-diagnose
[[ $(grep -c OK "$work/out") == 3 ]] || fail "$(cat "$work/out")"

say "nfc-anticol selects by hand, frame by frame"
expect 0 nfc-anticol
shows 'UID: 04a1b2c3d4e580'
lacks WARNING

say "mifare-ultralight-info knows the UID"
expect 0 mifare-ultralight-info
shows '04a1b2c3d4e580'

say "nfc-mfultralight reads every page; the dump is the memory"
for chip in ntag213:180:45 ntag215:540:135 ntag216:924:231; do
    IFS=: read -r name size pages <<<"$chip"
    virtual swap --chip "$name"
    expect 0 nfc-mfultralight r "$work/dump.mfd"
    shows "$pages of $pages pages read"
    [[ $(stat -c %s "$work/dump.mfd") == "$size" ]] || fail "$name: dump of $(stat -c %s "$work/dump.mfd") bytes"
    virtual save "$work/memory"
    # The password page reads as zero over the air.
    cmp -n $((size - 8)) "$work/dump.mfd" "$work/memory"
done

say "nfc-mfultralight writes back what our program wrote"
virtual insert --uid 04a1b2c3d4e580
expect 0 "$nfc" encode --uri https://badge.example/v/first
virtual save "$work/first"
expect 0 "$nfc" wipe
uri_is null
timeout 60 nfc-mfultralight w "$work/first" <<<"NNN" >"$work/out" 2>"$work/err" || fail "$(cat "$work/out" "$work/err")"
uri_is https://badge.example/v/first

say "nfc-poll finds the card and waits for it to leave"
timeout 30 stdbuf -oL nfc-poll >"$work/poll" 2>&1 &
poller=$!
wait_for 10 grep -q 'UID' "$work/poll" || fail "$(cat "$work/poll")"
virtual remove
wait "$poller" || fail "nfc-poll: $(cat "$work/poll")"
