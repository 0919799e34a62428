#!/usr/bin/env bash
# Programs that nobody here wrote meet a password and every fault of the virtual reader: they say no, never hang, and
# work again when the fault is gone.
# shellcheck disable=SC2154 # lib.sh sets them
. "$(dirname "$0")/lib.sh"
need nfc-list nfc-mfultralight nfc-poll nfc-anticol pn53x-diagnose mifare-ultralight-info jq
start_reader
echo 0badcafe5a5a >"$work/password"
uri=https://badge.example/v/first

say "a card under password: everyone reads it with nfc-mfultralight, with and without the password"
virtual insert --chip ntag213 --uid 04a1b2c3d4e580
expect 0 "$nfc" encode --uri "$uri" --password-file "$work/password"
virtual save "$work/memory"
for words in '' '--pw 0badcafe'; do
    # shellcheck disable=SC2086 # words
    expect 0 nfc-mfultralight r "$work/dump.mfd" $words
    shows '45 of 45 pages read'
    # The last two pages, password and PACK, read as zero over the air.
    cmp -n 172 "$work/dump.mfd" "$work/memory"
done

say "without the password, or with a wrong one, nfc-mfultralight writes nothing"
cp "$work/memory" "$work/forged"
printf 'FORGED' | dd of="$work/forged" bs=1 seek=24 conv=notrunc status=none
for words in '' '--pw ffffffff'; do
    # Its exit status says nothing of what was written: the card does.
    # shellcheck disable=SC2086 # words
    run nfc-mfultralight w "$work/forged" --otp --lock $words || true
    virtual save "$work/after"
    cmp "$work/memory" "$work/after"
done

say "with the password it writes; wiped with the password, the card is free again"
expect 0 "$nfc" encode --uri https://badge.example/v/second --password-file "$work/password"
timeout 60 nfc-mfultralight w "$work/memory" --pw 0badcafe <<<"NNN" >"$work/out" 2>"$work/err" || fail "$(cat "$work/out" "$work/err")"
uri_is "$uri"
expect 0 "$nfc" wipe --password-file "$work/password"
uri_is null

# tool_fails COMMAND…: it ended in time, and neither found a card nor claimed success.
tool_fails() {
    local status=0
    run "$@" || status=$?
    [[ $status -lt 124 ]] || fail "$* hung or crashed: $status"
    lacks 'UID|pages read|OK'
    grep -qiE 'error|failed|unable|no nfc' "$work/out" "$work/err" || fail "$* said nothing: $(cat "$work/out" "$work/err")"
}
tool_works() {
    expect 0 "$@"
    shows 'UID|pages read|OK'
}
tools=(nfc-list "nfc-mfultralight r $work/dump.mfd" nfc-anticol pn53x-diagnose mifare-ultralight-info)

for fault in mute noack corrupt unplug; do
    say "$fault: every tool says no; the fault gone, every tool works"
    for tool in "${tools[@]}"; do
        virtual fault "$fault"
        # shellcheck disable=SC2086 # a command and its arguments
        tool_fails $tool
        virtual fault none
        [[ $fault != unplug ]] || virtual fault replug
        # shellcheck disable=SC2086 # a command and its arguments
        tool_works $tool
    done
done

say "torn away at any exchange, nfc-mfultralight never takes a part of the card for the whole"
torn=0 whole=0
for ((after = 1; whole == 0 && after < 200; after++)); do
    rm -f "$work/dump.mfd"
    virtual swap --chip ntag213
    virtual fault tear --after "$after"
    run nfc-mfultralight r "$work/dump.mfd" || true
    if grep -q '45 of 45 pages read' "$work/out"; then
        whole=$after
    else
        torn=$((torn + 1))
    fi
    virtual fault none
done
[[ $torn -gt 5 && $whole -gt $torn ]] || fail "torn $torn times, whole at $whole"

say "nfc-poll outlives a card torn away and put back, and waits for it to leave"
virtual insert --uid 04a1b2c3d4e580
timeout 30 stdbuf -oL nfc-poll >"$work/poll" 2>&1 &
poller=$!
started+=("$poller")
wait_for 10 grep -q UID "$work/poll" || fail "$(cat "$work/poll")"
virtual fault unplug
virtual fault replug
virtual remove
status=0
wait "$poller" || status=$?
[[ $status -lt 124 ]] || fail "nfc-poll hung or crashed: $status: $(cat "$work/poll")"
