#!/usr/bin/env bash
# Prints docs/reference.md from the programs and tables themselves: `bash tests/lint/reference.sh BIN >docs/reference.md`.
# test_reference.sh compares the two, so the manual and the code cannot part.
set -euo pipefail
bin=${1:-${LIANGZHENG_BIN:-build/test/bin}}
cd "${LIANGZHENG_SOURCE:-$(dirname "${BASH_SOURCE[0]}")/../..}"

# options_of PROGRAM WORD…: "`--data DIR`, `--json`" from a command's own help; English words are the manual's.
options_of() {
    "$@" --help 2>&1 </dev/null | sed -nE 's/^ +(-[a-z], +)?(--[a-z][a-z-]*( [^ ]+)?)(  .*)?$/\2/p' | grep -v '^--help' |
        sed 's/.*/`&`/; s/|/\\|/g' | paste -sd ' ' || true
}

# row COMMAND OPTIONS
row() { printf '| `%s` | %s |\n' "${1//|/\\|}" "${2:-none}"; }

echo '# Reference'
echo
echo 'Made from the programs and their tables by `tests/lint/reference.sh`; a test compares. Every command explains itself with `--help`.'
echo
echo '## Commands and options'
echo
echo '| command | options |'
echo '|---|---|'
"$bin/liangzheng" help 2>&1 | sed -nE 's/^  liangzheng (.*)$/\1/p' | grep -v ' \.\.\.$' | while IFS= read -r line; do
    read -ra words <<<"$(sed -E 's/ [A-Z[-].*$//' <<<"$line")"
    row "liangzheng ${line% \[OPTION\]...}" "$(options_of "$bin/liangzheng" "${words[@]}")"
done
for program in serve kiosk; do
    row "liangzheng $program" "$(options_of "$bin/liangzheng-$program")"
done
"$bin/liangzheng-print" --help | sed -nE 's/^  ([a-z]+) .*/\1/p' | while read -r word; do
    row "liangzheng print $word" "$(options_of "$bin/liangzheng-print" "$word")"
done
"$bin/liangzheng-nfc" --help | sed -nE '2,$s/^  ([a-z]+)( .*)?$/\1\2/p' | while IFS= read -r line; do
    row "liangzheng nfc ${line% }" "\`--reader CONNSTRING\` \`--wait SECONDS\` \`--json\` \`--data DIR\`"
done

echo
echo '## Environment'
echo
grep -rhoE 'getenv\("[A-Z_]+"' --include='*.c' registry nfc badge-print web | sed 's/.*"\(.*\)"/\1/' | LC_ALL=C sort -u | sed 's/.*/- `&`/'

echo
echo '## Errors'
echo
echo 'Exit codes: 0 done or *valid*, 1 the answer is anything else, 2 wrong use, 3 could not. The name is the last part of the problem type over HTTP.'
echo
echo '| name | HTTP | exit | 中文 | English |'
echo '|---|---|---|---|---|'
sed -nE 's/^LZ_ERROR\([A-Z_]+, *"([a-z-]+)", *([0-9]+), *([0-9]), *"([^"]*)", *"([^"]*)"\)$/| \1 | \2 | \3 | \4 | \5 |/p' registry/base/error_table.inc

# transitions FILE PREFIX: "from | event | to | who" of a table of rows {S(FROM), S(EVENT), S(TO), WHO, …}
transitions() {
    echo '| from | event | to | who |'
    echo '|---|---|---|---|'
    sed -nE 's/^ +\{S\(([A-Z_]+)\), S\(([A-Z_]+)\), S\(([A-Z_]+)\), ([A-Z_]+).*/| \1 | \2 | \3 | \4 |/p' "$1" |
        sed 's/LZ_ROLES_//' | tr 'A-Z_' 'a-z-'
}
# words FILE TABLE: "`name` 词" of a table of words
words() {
    sed -n "/ $2\\[/,/^};/p" "$1" | sed -nE 's/.*\{"([a-z-]+)", \{"([^"]+)", "([^"]+)"\}\}.*/`\1` \2/p' | paste -sd, | sed 's/,/, /g'
}
for noun in certificate badge; do
    echo
    echo "## Life of a $noun"
    echo
    words "registry/${noun}_state.c" states
    echo
    transitions "registry/${noun}_state.c"
done

echo
echo '## Routes'
echo
echo '`web/openapi.yaml` tells of their values; a test compares it, too. Roles: *public* is everyone.'
echo
echo '| method | path | roles |'
echo '|---|---|---|'
"$bin/liangzheng-serve" --routes | jq -r '.[] | "| \(.method) | `\(.path)` | \(if (.roles | index("nobody")) then "public" else .roles | join(" ") end) |"'
