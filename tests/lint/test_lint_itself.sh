#!/usr/bin/env bash
# Each lint finds what it is for: a small tree with one offence a file, and one with none.
set -u
lint=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
export LIANGZHENG_SOURCE=$tree LIANGZHENG_BIN=$tree/bin
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
house_rules | web/server.c | char *f(json_t *v) { return json_dumps(v, 0); }\n
house_rules | web/server.c | /* TO@DO later */\n
house_rules | web/server.c | char *path = "/ro@ot/x";\n
house_rules | web/templates/page.mustache | <p>{{{name}}}</p>\n
house_rules | tests/program/test_x.sh | sl@eep 1\n
house_rules | tests/unit/web/test_x.c | void f(void) { usl@eep(1); }\n
house_rules | registry/person.c | void f(void *db) { sqlite3_close(db); }\n
house_rules | registry/person.c | char *q = "SELECT name FROM person";\n
house_rules | web/page.c | char *q = "DELETE FROM person";\n
secrets | registry/person.c | int f(void)\n{\n    char password[9];\n    return g(password);\n}\n
secrets | registry/person.c | int f(void)\n{\n    char x[LZ_PASSWORD_SIZE];\n    if (g(x))\n        return 1;\n    OPENSSL_cleanse(x, sizeof x);\n    return 0;\n}\n
secrets | registry/person.c | int f(void)\n{\n    struct lz_account_row row = {0};\n    g(&row);\n    return 0;\n}\n
secrets | registry/person.c | int f(void)\n{\n    struct lz_buf plain;\n    g(&plain);\n    lz_buf_free(&plain);\n    return 0;\n}\n
threats | docs/threats.md | | who |\n|---|\n| thief | tries | stopped | `no_such_test` | - |\n
threats | docs/threats.md | | who |\n|---|\n| thief | tries | stopped | surely | - |\n
threats | docs/threats.md | | who |\n|---|\n| thief | tries | stopped | `tests/no/such.sh` | - |\n
routes | bin/row | nothing
routes | bin/row | {"method":"GET","path":"/a","roles":[],"handled":true}\n
routes | bin/row | {"method":"GET","path":"/a","roles":["hr"],"handled":false}\n
routes | bin/row | {"method":"GET","path":"/a","roles":["hr"],"handled":true,"page":"lost"}\n
routes | bin/row | {"method":"GET","path":"/a","roles":["hr"],"handled":true,"title":"no.word"}\n
routes | bin/row | {"method":"GET","path":"/undescribed","roles":["hr"],"handled":true}\n
routes | bin/row | {"method":"GET","path":"/untested","roles":["hr"],"handled":true}\n
reference | docs/reference.md | what no program says\n
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
int g(void)
{
    char password[9] = "";
    int err = h(password);
    OPENSSL_cleanse(password, sizeof password);
    return err;
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
    # Programs of a table with one whole row, or the row of the offence.
    mkdir -p "$tree"/{bin,docs,tests/web,web/messages/zh,web/messages/en}
    cat >"$tree/bin/liangzheng-serve" <<'SERVE'
#!/usr/bin/env bash
row=$(cat "${0%/*}/row" 2>/dev/null || echo '{"method":"GET","path":"/a/{id}","roles":["hr"],"handled":true,"page":"page","title":"a.title"}')
[[ $* != --routes ]] || echo "[$row]"
SERVE
    printf '#!/usr/bin/env bash\n' | tee "$tree"/bin/liangzheng{,-kiosk,-nfc,-print} >/dev/null
    chmod +x "$tree"/bin/*
    echo 'a.title = A' | tee "$tree/web/messages/zh/a.ini" >"$tree/web/messages/en/a.ini"
    printf '  /a:\n  /a/{id}:\n  /untested:\n' >"$tree/web/openapi.yaml"
    echo 'get("/a"); get("/a/1"); get("/undescribed")' >"$tree/tests/web/test_x.mjs"
    touch "$tree/web/templates/page.mustache"
    touch "$tree"/{registry/person.h,registry/db/sql.h,nfc/tag.h,web/page.h}
}

fresh_tree
printf '%s' "$harmless" >"$tree/web/harmless.c"
for name in arrows house_rules scripts secrets routes; do
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
