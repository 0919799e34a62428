#!/usr/bin/env bash
# Each lint finds what it is for: a small tree with one offence a file, and one with none.
set -u
lint=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
export LIANGZHENG_SOURCE=$tree
failed=0

# lint that must object | file | its content (printf format; @ is left out, so that the lints do not find this table)
offences='
arrows | nfc/tag.c | #include "registry/person.h"\n
arrows | web/kiosk/page.c | #include "registry/db/sql.h"\n
arrows | registry/base/text.c | #include "nfc/tag.h"\n
arrows | web/page.c | #include "page.h"\n
house_rules | registry/person.c | #include <sqlite3.h>\n
house_rules | nfc/tag.c | #include <nfc/nfc.h>\n
house_rules | web/server.c | #include <civetweb.h>\n
house_rules | web/server.c | int f(void)\n{\n    static int calls = 0;\n    return calls++;\n}\n
house_rules | web/server.c | static int calls;\n
house_rules | web/server.c | static struct server the_server = {\n    .port = 1};\n
house_rules | web/server.c | int f(void) { return system("ls"); }\n
house_rules | web/server.c | void f(char *a) { strcpy(a, "b"); }\n
house_rules | web/server.c | void f(void) { exit(1); }\n
house_rules | web/server.c | /* TO@DO later */\n
house_rules | web/server.c | char *path = "/ro@ot/x";\n
house_rules | web/templates/page.mustache | <p>{{{name}}}</p>\n
house_rules | tests/program/test_x.sh | sl@eep 1\n
house_rules | tests/unit/web/test_x.c | void f(void) { usl@eep(1); }\n
scripts | script/x.sh | if true; then\n
format | web/server.c | int  f ( void ) ;\n
'
# What looks like an offence and is none.
harmless='/* static int calls; system("ls") */
static const char *const words[] = {"strcpy(", "exit(1)"};
static int count(int n);
int f(int n)
{
    static const int table[] = {1, 2};
    return table[n] + count(n);
}
'

objects() { # LINT: has it found something?
    ! bash "$lint/test_$1.sh" >"$tree/said" 2>&1
}

fresh_tree() {
    rm -rf "${tree:?}"/*
    mkdir -p "$tree"/{script,.ci,nfc,web/kiosk,web/templates,registry/base,registry/db,tests/lint,tests/program,tests/unit/web}
    cp "$lint/raw_mustache.allow" "$tree/tests/lint/"
    cp "$lint/../../.clang-format" "$tree/"
    printf '#!/usr/bin/env bash\n' | tee "$tree/.ci/run" >"$tree/script/setup"
    chmod +x "$tree/script/setup"
    touch "$tree"/{registry/person.h,registry/db/sql.h,nfc/tag.h,web/page.h}
}

fresh_tree
printf '%s' "$harmless" >"$tree/web/harmless.c"
for name in arrows house_rules scripts; do
    ! objects "$name" || { echo "$name objects to a clean tree:" && cat "$tree/said" && failed=1; }
done

while IFS= read -r row; do
    [[ -n $row ]] || continue
    IFS='|' read -r name file _ <<<"$row"
    content=${row#*| } content=${content#*| }
    name=${name// /} file=${file// /}
    [[ $name != format ]] || command -v clang-format >/dev/null || continue
    fresh_tree
    # shellcheck disable=SC2059 # the content is a format
    content=${content//@/}
    printf "${content//%/%%}" >"$tree/$file"
    objects "$name" || { echo "$name does not object to $file: $content" && failed=1; }
done <<<"$offences"
exit "$failed"
