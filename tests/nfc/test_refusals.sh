#!/usr/bin/env bash
# Words, files and places that liangzheng-nfc refuses: one row each, with its exit status and what it says.
# shellcheck disable=SC2154 # lib.sh sets them
. "$(dirname "$0")/lib.sh"
need jq
start_reader

long=$(head -c 5000 /dev/zero | tr '\0' a)
echo 'no hex' >"$work/broken"
echo 1122334455 >"$work/short"
# STATUS | words | a part of the English sentence
rows=(
    '2||COMMAND'
    '2|dance|COMMAND'
    '0|--help|COMMAND'
    '0|help|COMMAND'
    '2|read --wait|lacks its value'
    '2|read --wait x|0 to 3600'
    '2|read --wait -1|0 to 3600'
    '2|read --wait 3601|0 to 3600'
    '2|read --wait 1s|0 to 3600'
    '2|read --hurry|unknown'
    '2|read a b c d e|too many'
    '2|read -- a b c d e|too many'
    '2|encode|address with --uri'
    '2|encode A B|address with --uri'
    '2|encode A --uri https://a.example/|address with --uri'
    '1|encode --uri https://a.example/ --password-file W/none|'
    '2|encode --uri https://a.example/ --password-file W/broken|hexadecimal'
    '2|encode --uri https://a.example/ --password-file W/short|hexadecimal'
    '3|encode --uri https://a.example/ --password-file W|'
    '1|wipe --password-file W/none|'
    '2|wipe --password-file W/broken|hexadecimal'
    '1|encode LZ-1|No card'
    '1|read|No card'
    '1|wipe|No card'
    '3|read --reader pn532_uart:W/none|cable'
    '3|read --reader pn532_uart:W/broken|does not answer'
    '3|read --reader W|'
    "3|read --reader pn532_uart:/L|"
    '2|virtual|Usage'
    '2|virtual start|Usage'
    '2|virtual start --link W/l|Usage'
    '2|virtual start --control W/c|Usage'
    '2|virtual start --link W/l --control W/c --chip ntag999|Usage'
    '2|virtual start --link /L --control W/c|too long'
    '2|virtual start --link W/l --control /L|too long'
    '1|virtual start --link W/none/l --control W/c|folder exists'
    '3|virtual start --link W/l --control W/none/c|folder exists'
    '2|virtual list|Usage'
    '3|virtual list --control W/nobody|not running'
    '3|virtual list --control /L|not running'
    '2|virtual load /L --control W/control|larger than allowed'
    '1|virtual load W/broken --control W/control|No card'
)
for row in "${rows[@]}"; do
    IFS='|' read -r status words says <<<"$row"
    words=${words//W/$work} && words=${words//\/L/\/$long}
    say "${row:0:100}"
    # shellcheck disable=SC2086 # words
    expect "$status" "$nfc" $words
    cat "$work/out" >>"$work/err"
    grep -q -- "$says" "$work/err" || fail "no '$says' in: $(cat "$work/err")"
    [[ ! -e $work/l && ! -e $work/c ]] || fail "a path was left behind"
done

say "a name with a newline goes to no other line; a folder that is gone is said"
expect 2 "$nfc" virtual load $'a\nremove' --control "$work/control"
mkdir "$work/gone"
gone() { cd "$work/gone" && rmdir "$work/gone" && exec "$nfc" virtual load x --control "$work/control"; }
status=0
(gone) >"$work/out" 2>"$work/err" || status=$?
[[ $status == 3 ]] || fail "exit $status"

say "where no reader is, list says how to name one"
unset LIBNFC_DEVICE
expect 1 "$nfc" list
grep -q -- --reader "$work/err" || fail "$(cat "$work/err")"
export LIBNFC_DEVICE=pn532_uart:$work/reader

say "an answer that cannot be written is no success"
virtual insert
for words in 'read' 'read --json' 'probe' 'list' "virtual list --control $work/control"; do
    status=0
    # shellcheck disable=SC2086 # words
    timeout 20 "$nfc" $words >/dev/full 2>"$work/err" || status=$?
    [[ $status == 3 ]] || fail "$words: exit $status"
done
