#!/usr/bin/env bash
# A password keeps strangers from writing, lets everyone read, and comes off when the card is wiped.
# shellcheck disable=SC2154 # lib.sh sets them
. "$(dirname "$0")/lib.sh"
need jq
start_reader
echo 0badcafe5a5a >"$work/password"
echo 11223344 >"$work/wrong"
echo 'no hex' >"$work/broken"

for chip in ntag213 ntag215 ntag216; do
    virtual swap --chip "$chip"
    say "$chip: with the password on, only its owner writes"
    expect 0 "$nfc" encode --uri https://badge.example/1 --password-file "$work/password"
    uri_is https://badge.example/1
    expect 3 "$nfc" encode --uri https://badge.example/2 --json
    is .error.code tag-locked
    expect 3 "$nfc" encode --uri https://badge.example/2 --password-file "$work/wrong"
    expect 3 "$nfc" wipe
    uri_is https://badge.example/1
    expect 0 "$nfc" encode --uri https://badge.example/2 --password-file "$work/password"
    uri_is https://badge.example/2

    say "$chip: wiping takes it off"
    expect 0 "$nfc" wipe --password-file "$work/password"
    uri_is null
    expect 0 "$nfc" encode --uri https://badge.example/3
    uri_is https://badge.example/3
done

say "a card torn away while the password is set can be finished with the same command"
for after in 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22; do
    virtual swap --chip ntag213
    uid=$(jq -r '.cards[]|select(.on_reader).uid' "$work/answer.json")
    virtual fault tear --after "$after"
    run "$nfc" encode --uri https://badge.example/4 --password-file "$work/password" || true
    virtual fault none
    virtual insert --uid "$uid"
    expect 0 "$nfc" encode --uri https://badge.example/4 --password-file "$work/password"
    uri_is https://badge.example/4
    expect 3 "$nfc" wipe
done

say "a password file that is none is refused before the reader is asked"
virtual remove
expect 2 "$nfc" encode --uri https://badge.example/ --password-file "$work/broken"
