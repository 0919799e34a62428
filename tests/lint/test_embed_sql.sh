#!/usr/bin/env bash
# The build refuses SQL files that would make a wrong table, and says which line.
set -euo pipefail
root=${LIANGZHENG_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

embed() {
    cmake -D "STATEMENTS=$1" -D "MIGRATIONS=${2:-}" -D PREFIX=x -D HEADER="$work/x.h" -D SOURCE="$work/x.c" \
        -D INCLUDE=x.h -P "$root/cmake/embed_sql.cmake" >"$work/out" 2>&1
}
# refused EXPECTED_WORDS TEXT: embedding TEXT fails and says EXPECTED_WORDS
refused() {
    printf '%b' "$2" >"$work/a.sql"
    if embed "$work/a.sql" || ! tr -s '\n ' ' ' <"$work/out" | grep -qF -- "$1"; then
        echo "not refused with \"$1\": $2"
        failed=1
    fi
}
refused 'SQL before the first'      'SELECT 1\n'
refused 'a second statement'        '-- name: a\nSELECT 1\n-- name: a\nSELECT 2\n'
refused 'has no text'               '-- name: a\n-- name: b\nSELECT 1\n'
refused 'lower-case letters'        '-- name: A-b\nSELECT 1\n'
refused 'a scan needs its reason'   '-- name: a\n-- scan:\nSELECT 1\n'

printf -- '-- name: a\nSELECT 1\n' >"$work/a.sql"
printf 'SELECT 1;\n' >"$work/0001_a.sql"
printf 'SELECT 1;\n' >"$work/0003_b.sql"
if embed "$work/a.sql" "$work/0001_a.sql;$work/0003_b.sql" || ! grep -q 'migration number 2' "$work/out"; then
    echo "a gap between migrations was not refused"
    failed=1
fi
embed "$work/a.sql" "$work/0001_a.sql" || { cat "$work/out"; failed=1; }
touch -d '2020-01-01' "$work/x.h"
printf -- '-- name: a\nSELECT 2\n' >"$work/a.sql"
embed "$work/a.sql" "$work/0001_a.sql"
if [ "$work/x.h" -nt "$work/0001_a.sql" ]; then
    echo "the header was written anew though no name changed"
    failed=1
fi
exit $failed
