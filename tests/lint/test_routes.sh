#!/usr/bin/env bash
# Every row of the web's table of routes is whole: method, path, roles, handler, its words in both languages, its
# template, its entry in web/openapi.yaml (web/test_openapi.mjs compares that in full), and some test that asks for it.
bin=$(realpath "${LIANGZHENG_BIN:-build/test/bin}")
. "$(dirname "$0")/lib.sh"

[[ -x $bin/liangzheng-serve ]] || { echo "skipped: no liangzheng-serve in $bin" && exit 77; }
tests=$(find tests/web tests/unit/web tests/browser tests/program tests/conformance tests/load -type f \
    \( -name '*.mjs' -o -name '*.c' -o -name '*.h' -o -name '*.sh' \) -print0 2>/dev/null | xargs -r -0 cat |
    sed -E 's/" [A-Z_]+ "/X/g') # "/certificates/" OFFICER "/card" in C

# has_word KEY: in the catalogues of both languages.
has_word() {
    local lang
    for lang in zh en; do
        cat web/messages/"$lang"/*.ini | grep -qE "^${1//./\\.} *=" || return 1
    done
}

rows=0
while IFS=$'\t' read -r method path roles handled page title; do
    row="$method $path"
    rows=$((rows + 1))
    [[ -n $method && $path == /* ]] || finding "$row: a row needs its method and a path"
    [[ $roles != 0 ]] || finding "$row: nobody may ask for it: name its roles"
    [[ $handled == true ]] || finding "$row: has no handler"
    [[ $page == - || -e web/templates/$page.mustache ]] || finding "$row: there is no web/templates/$page.mustache"
    [[ $title == - ]] || has_word "$title" || finding "$row: its title $title is not in both of web/messages"
    grep -qF -- "  ${path/\*\}/\}}:" web/openapi.yaml || finding "$row: web/openapi.yaml does not describe it"
    # "/desk/people/{person}/photo" is asked for as "/desk/people/", something, "/photo".
    asked=$(sed -E 's/[][+?.()|^$]/\\&/g; s/\{[a-z]+\*\}/./g; s/\{[a-z_]+\}/[^ "`]+/g' <<<"$path")
    grep -qE -- "$asked(\$|[^a-z/-])" <<<"$tests" || finding "$row: no test asks for it"
done < <("$bin/liangzheng-serve" --routes |
    jq -r '.[] | [.method, .path, (.roles | length), .handled, .page // "-", .title // "-"] | @tsv')
[[ $rows -gt 0 ]] || finding "liangzheng-serve --routes tells of no row"
lint_end
