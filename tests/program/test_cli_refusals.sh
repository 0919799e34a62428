#!/usr/bin/env bash
# What the command line refuses, a row each: the exit code, and the field or the sentence that says why.  Nothing changes.
set -u

program=$LIANGZHENG_BIN/liangzheng
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
. "$LIANGZHENG_SOURCE/tests/lib/wait.sh"
cd "$place" || exit 3
failed=0
chip=04A1B2C3D4E5F6

fail() { echo "FAILED: $*" && failed=1; }
must() { "$program" "$@" >out 2>err </dev/null || { cat out err && exit 1; }; }
must init reg --organ 某市司法局 --json
node "$LIANGZHENG_SOURCE/tests/data/make_roster.mjs" 3 >roster.csv || exit 1
must import roster roster.csv --data reg
must badge url 27000000001 --chip "$chip" --chip-type NTAG216 --data reg
must backup saved.db --data reg
must audit verify --data reg
before=$(<out)

# CODE | words that must be said | arguments
while IFS='|' read -r code words arguments; do
    # shellcheck disable=SC2086 # words
    "$program" $arguments --data reg >out 2>err </dev/null
    got=$?
    [[ $got == "$code" ]] || fail "liangzheng $arguments exits $got, not $code: $(head -c 400 err)"
    cat out err | grep -q -- "$words" || fail "liangzheng $arguments does not say $words: $(head -c 400 err)"
done <<'ROWS'
2|hexadecimal|badge token 27000000001 --chip xyz
2|--compact needs|badge token 27000000001 --compact
2|auditor|user add hui --role king
2|--reason retirement|certificate cancel 27000000001
2|--reason investigation|certificate suspend 27000000001 --reason lunch
2|whole number|policy set undo-hours soon --source test
2|2026-12-01|policy set undo-hours 12 --from tomorrow --source test
2|gb18030|import roster roster.csv --encoding latin1
3|no-such.csv|import roster no-such.csv
2|Give a token|verify what/is/this --offline --trust reg
ROWS
must audit verify --data reg
[[ $(<out) == "$before" ]] || fail "a refusal changed the audit: $before, then $(<out)"

# The chip that was written is another than the badge's.
"$program" badge encoded 27000000001 --chip 04FFFFFFFFFFFF --data reg >out 2>err </dev/null && fail "another chip is taken for the badge's"
grep -q "not the one" err || fail "nothing says which chip: $(<err)"

# typed WORDS…: init at a terminal; each line is typed when it is asked for
typed() {
    local asked=0 line typist status
    rm -f keys && mkfifo keys
    : >said
    (
        exec 3>keys
        for line in "$@"; do
            asked=$((asked + 1))
            wait_for 20 bash -c "[[ \$(grep -ao 'Password for admin: \|Again: ' said | wc -l) -ge $asked ]]" || exit
            printf '%s\n' "$line" >&3
        done
        wait_for 20 test -e ended
    ) &
    typist=$!
    rm -f ended
    script -qfec "'$program' init '$place/typed'" /dev/null <keys >said 2>&1
    status=$?
    : >ended
    wait "$typist"
    return "$status"
}
typed "a long enough password" "another one of length" && fail "two passwords that differ are taken"
grep -q "differ" said || fail "nothing says that they differ: $(<said)"
typed "" && fail "no password is taken"
grep -q "No password" said || fail "nothing says that none was typed: $(<said)"
[[ ! -e typed ]] || fail "a register was made"
typed "a long enough password" "a long enough password" || fail "a password typed twice is refused: $(<said)"
! grep -q "long enough" said || fail "the password is shown while it is typed"

# One byte too many is not cut to what is allowed.
long=$(printf 'p%.0s' {1..129})
rm -rf typed
typed "$long" "$long" && fail "a password of 129 bytes is taken"
[[ ! -e typed ]] || fail "a register was made"
typed "${long#p}" "${long#p}" || fail "a password of 128 bytes is refused: $(<said)"

# A result that cannot be written is no success: the password would be lost.
"$program" user add hui --role clerk --data reg >/dev/full 2>err </dev/null
[[ $? == 3 ]] || fail "a password that was not shown passes for one that was"
grep -q "user password" err || fail "nothing says how to get another password: $(<err)"
must user list --data reg
grep -q hui out || fail "the account is not there"

# Without the counter's program beside it, a log cannot be fetched, and that is said.
mkdir alone && cp "$program" alone/
alone/liangzheng restore saved.db --data back --log http://127.0.0.1:1 >out 2>err </dev/null && fail "restored without a log"
grep -q "liangzheng-kiosk" err || fail "nothing says what is missing: $(<err)"
[[ ! -e back ]] || fail "a folder is left"
printf '#!/bin/sh\nkill -9 $$\n' >alone/liangzheng-kiosk && chmod +x alone/liangzheng-kiosk
alone/liangzheng restore saved.db --data back --log http://127.0.0.1:1 >out 2>err </dev/null && fail "restored by a killed fetch"
grep -q "was ended" err || fail "nothing says that it was killed: $(<err)"
"$program" restore saved.db --data back --log http://127.0.0.1:1 >out 2>err </dev/null && fail "restored without a log"
grep -q "reason stands above" err && [[ $(wc -l <err) -gt 2 ]] || fail "no reason stands above: $(<err)"
[[ ! -e back ]] || fail "a folder is left"
rm alone/liangzheng-kiosk
alone/liangzheng serve --data reg >out 2>err </dev/null && fail "a program that is not there runs"
grep -q "install it again" err || fail "nothing says that it is missing: $(<err)"
exit "$failed"
