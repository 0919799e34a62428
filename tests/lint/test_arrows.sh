#!/usr/bin/env bash
# Includes run only downward (docs/architecture.md): each row says what a folder may include.
. "$(dirname "$0")/lib.sh"

# files (the first pattern that matches decides) | folders, or single files, that they may include
arrows='
registry/base/*         | registry/base/
registry/db/*           | registry/base/ registry/db/
registry/credential/*   | registry/base/ registry/credential/
registry/*              | registry/
nfc/*                   | registry/base/ nfc/
badge-print/*           | registry/base/ badge-print/
web/kiosk/*             | registry/base/ registry/credential/ nfc/ web/http web/kiosk/
web/*                   | registry/base/ registry/credential/ registry/*.h badge-print/ web/http web/desk/ web/public/ web/*.h
tests/unit/base/*       | registry/base/ tests/unit/
tests/unit/db/*         | registry/base/ registry/db/ tests/unit/
tests/unit/credential/* | registry/base/ registry/credential/ tests/unit/
tests/unit/registry/*   | registry/ tests/unit/
tests/unit/command/*    | registry/ tests/unit/
tests/unit/nfc/*        | registry/base/ nfc/ tests/unit/
tests/unit/badge_print/* | registry/base/ badge-print/ tests/unit/
tests/unit/web/*        | registry/ badge-print/ web/ tests/unit/
tests/unit/kiosk/*      | registry/base/ registry/credential/ nfc/ web/http web/kiosk/ tests/unit/
tests/*                 | registry/ nfc/ badge-print/ web/ tests/
'

# Headers that the build writes beside the objects, one for each folder of SQL.
generated='*/statements.h'

# allowed_for FILE: the right-hand side of its row.
allowed_for() {
    local pattern allowed
    while IFS='|' read -r pattern allowed; do
        # shellcheck disable=SC2254,SC2295 # the row is a pattern
        case $1 in ${pattern// /}) echo "$allowed" && return ;; esac
    done <<<"${arrows#$'\n'}"
}

# may_include ALLOWED PATH: a folder allows all below it, "web/http" what begins so, "*.h" no deeper folder.
may_include() {
    local edge
    set -f
    for edge in $1; do
        case $edge in
        *\*.h) [[ ${2%/*}/ == "${edge%\**}" ]] && return 0 ;;
        *) [[ $2 == "$edge"* ]] && return 0 ;;
        esac
    done
    return 1
}

while IFS=: read -r file line text; do
    path=${text#*\"}
    path=${path%%\"*}
    # Unit tests share helpers, in tests/unit and beside them.
    for beside in tests/unit "${file%/*}"; do
        [[ $file == tests/unit/* && ! -e $path && -e $beside/$path ]] && path=$beside/$path
    done
    # shellcheck disable=SC2053 # a pattern
    if [[ ! -e $path && $path != $generated || $path != */* ]]; then
        finding "$file:$line: \"$path\": no such file from the root of the tree; write \"registry/base/error.h\""
    elif ! may_include "$(allowed_for "$file")" "$path"; then
        finding "$file:$line: \"$path\": this arrow points the wrong way; $file may include:$(allowed_for "$file")"
    fi
done < <(ours c h inc | xargs grep -nE '^[ \t]*#[ \t]*include[ \t]*"')
lint_end
