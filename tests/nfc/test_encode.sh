#!/usr/bin/env bash
# Writing a card: what fits, what is refused, and what a card pulled away leaves behind.
# shellcheck disable=SC2154 # lib.sh sets them
. "$(dirname "$0")/lib.sh"
need jq
start_reader

say "without a card, commands say so and exit 1"
expect 1 "$nfc" read --json
is .error.code not-found
expect 1 "$nfc" probe

say "probe tells UID, chip and capacity"
virtual insert --chip ntag215 --uid 04112233445566
expect 0 "$nfc" probe
is '[.uid,.chip,.capacity]|join(" ")' '04112233445566 NTAG215 496'

say "an address is written, read back and read again"
expect 0 "$nfc" encode --uri https://badge.example/v/abc --json
is '[.uid,.chip,.bytes,.capacity]|join(" ")' '04112233445566 NTAG215 27 496'
uri_is https://badge.example/v/abc
expect 0 "$nfc" list --json
is '.readers[0].tag.uid' 04112233445566

say "the longest address of each chip fits, one byte more is refused before anything is written"
for chip in ntag213:144 ntag215:496 ntag216:872; do
    IFS=: read -r name capacity <<<"$chip"
    virtual swap --chip "$name"
    # Overhead: block 2 or 4, record 4 or 7, prefix code 1; "https://" takes none.
    room=$((capacity - (capacity > 255 ? 12 : 7)))
    fits=https://$(head -c "$room" /dev/zero | tr '\0' a)
    expect 0 "$nfc" encode --uri "$fits"
    uri_is "$fits"
    virtual save "$work/before"
    expect 2 "$nfc" encode --uri "${fits}a" --json
    is .error.code too-large
    virtual save "$work/after"
    cmp "$work/before" "$work/after"
done

say "nothing of a longer, older address stays on the card"
expect 0 "$nfc" encode --uri https://b.example/
virtual save "$work/memory"
! grep -q aaaa "$work/memory" || fail "old bytes stayed"

say "a card torn away at any moment reads as empty, as before or as complete; the same command then finishes"
long=https://badge.example/v/$(head -c 300 /dev/zero | tr '\0' k)
torn=0 done_at=0
for after in 0 1 2 3 4 5 6 7 8 9 12 15 20 30 40 60 80 85 88 90 91 92 93 94 95 96 97 98 99 100 102 104 106 110 130; do
    virtual swap --chip ntag216
    uid=$(jq -r '.cards[]|select(.on_reader).uid' "$work/answer.json")
    virtual fault tear --after "$after"
    status=0
    run "$nfc" encode --uri "$long" || status=$?
    virtual fault none
    if [[ $status == 0 ]]; then
        done_at=$after
        break
    fi
    torn=$((torn + 1))
    virtual insert --uid "$uid"
    expect 0 "$nfc" read --json
    uri=$(jq -r .uri "$work/out")
    [[ $uri == null || $uri == "$long" ]] || fail "a half-written card reads as $uri"
    expect 0 "$nfc" encode --uri "$long"
    uri_is "$long"
done
[[ $torn -gt 20 && $done_at -gt 80 ]] || fail "torn $torn times, whole at $done_at"

say "a second writing over a torn card never shows the old address with the new bytes"
virtual swap --chip ntag213 --uid 04aabbccddee01
expect 0 "$nfc" encode --uri https://old.example/1
for after in 4 5 6 7 8 9 10 11 12; do
    virtual insert --uid 04aabbccddee01
    virtual fault tear --after "$after"
    run "$nfc" encode --uri https://new.example/2345678901234567890 || true
    virtual fault none
    virtual insert --uid 04aabbccddee01
    expect 0 "$nfc" read --json
    case $(jq -r .uri "$work/out") in
    null | https://old.example/1 | https://new.example/2345678901234567890) ;;
    *) fail "mixed: $(cat "$work/out")" ;;
    esac
done

say "what is no address is refused"
expect 2 "$nfc" encode --uri 'no address'
expect 2 "$nfc" encode

say "read-only locks for ever, and repeating it is harmless"
virtual swap --chip ntag213
expect 0 "$nfc" encode --uri https://locked.example/ --read-only
expect 0 "$nfc" encode --uri https://locked.example/ --read-only
expect 3 "$nfc" encode --uri https://other.example/ --json
is .error.code tag-locked
expect 3 "$nfc" wipe
uri_is https://locked.example/
