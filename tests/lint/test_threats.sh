#!/usr/bin/env bash
# docs/threats.md names, for each threat, tests that exist: functions of the unit tests, or files.
. "$(dirname "$0")/lib.sh"

page=docs/threats.md
[[ -e $page ]] || { echo "skipped: no $page" && exit 77; }
cases=$(grep -rhoE '^static void [a-z0-9_]+\(void \*\*' tests/unit | sed 's/static void //; s/(.*//')
while IFS= read -r row; do
    place="$page:${row%%:*}"
    IFS='|' read -r _ who _ _ shown _ <<<"${row#*:}"
    mapfile -t named < <(grep -oE '`[^`]+`' <<<"$shown" | tr -d '`')
    [[ ${#named[@]} -gt 0 ]] || finding "$place: $who: names no test that shows it"
    for name in "${named[@]}"; do
        case $name in
        tests/*) [[ -e $name ]] ;;
        *) grep -qxF -- "$name" <<<"$cases" ;;
        esac || finding "$place: there is no test $name"
    done
done < <(grep -nE '^\|' "$page" | sed '1,2d')
lint_end
