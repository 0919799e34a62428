#!/usr/bin/env bash
# Encoding by number: the register is asked for the address and told only when the card was read back.  The register
# is a stand-in here that writes down what it was asked.
# shellcheck disable=SC2154 # lib.sh sets them
. "$(dirname "$0")/lib.sh"
need jq
start_reader
mkdir "$work/bin"
cp "$nfc" "$work/bin/liangzheng-nfc"
cat >"$work/bin/liangzheng" <<'STANDIN'
#!/usr/bin/env bash
echo "$*" >>"$(dirname "$0")/../asked"
case "$2" in
url) [[ $3 != 27999999999 ]] || { echo "no such certificate" >&2 && exit 1; }
     [[ $3 != 27000000002 ]] || { printf 'one\ntwo\n' && exit 0; }
     echo "https://badge.example/v/$3" ;;
encoded) [[ $3 != 27000000003 ]] || exit 3 ;;
esac
STANDIN
chmod +x "$work/bin/liangzheng"
encode=("$work/bin/liangzheng-nfc" encode)
virtual insert --chip ntag216 --uid 04a1b2c3d4e580

say "probe, address, write, read back, record: in this order"
expect 0 "${encode[@]}" 27000000001 --data "$work/register" --json
is .uid 04a1b2c3d4e580
cat >"$work/expected" <<E2
badge url 27000000001 --chip 04a1b2c3d4e580 --chip-type NTAG216 --data $work/register
badge encoded 27000000001 --chip 04a1b2c3d4e580 --data $work/register
E2
diff "$work/expected" "$work/asked"
uri_is https://badge.example/v/27000000001

say "a number the register refuses writes nothing"
: >"$work/asked"
expect 1 "${encode[@]}" 27999999999
grep -q 'no such certificate' "$work/err"
! grep -q encoded "$work/asked" || fail "$(cat "$work/asked")"
uri_is https://badge.example/v/27000000001

say "more than one line from the register is no address"
expect 3 "${encode[@]}" 27000000002
uri_is https://badge.example/v/27000000001

say "a card torn away is not recorded; the same command then finishes"
: >"$work/asked"
virtual fault tear --after 20
expect 3 "${encode[@]}" 27000000004
grep -q 'not registered' "$work/err" || fail "$(cat "$work/err")"
! grep -q encoded "$work/asked" || fail "$(cat "$work/asked")"
virtual insert --uid 04a1b2c3d4e580
expect 0 "${encode[@]}" 27000000004
grep -q '^badge encoded 27000000004 ' "$work/asked" || fail "$(cat "$work/asked")"

say "when the register cannot record, the command fails"
expect 1 "${encode[@]}" 27000000003

say "without the register's program the command says so"
rm "$work/bin/liangzheng"
expect 1 "${encode[@]}" 27000000001 --json
