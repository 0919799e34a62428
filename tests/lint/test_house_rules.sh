#!/usr/bin/env bash
# What the compilers do not know about this house: a table of patterns and where they may not stand.
. "$(dirname "$0")/lib.sh"

# files | but not these files | awk pattern over code without comments and strings | what to do instead
# (in the first two columns * goes through folders, too; - is none)
code_rules='
* | registry/db/* tests/unit/db/* tests/unit/faults/* tests/fuzz/* tests/bench/bare_sqlite.c | #[ \t]*include[ \t]*<sqlite3 | only registry/db knows SQLite; call registry/db/sql.h
* | registry/db/* tests/* | (^|[^A-Za-z0-9_])sqlite3_[a-z] | only registry/db speaks to SQLite; call registry/db/sql.h
* | nfc/reader_libnfc.c tests/unit/nfc/nfc_gates.h | #[ \t]*include[ \t]*<nfc/ | only nfc/reader_libnfc.c knows libnfc; call nfc/reader.h
* | web/http/civetweb*.c tests/bench/fixed_body.c | #[ \t]*include[ \t]*<civetweb | only the adapter in web/http knows civetweb
* | tests/* | (^|[^A-Za-z0-9_.>])(system|popen) *[(] | no shell: fork and exec with an argument vector
* | - | (^|[^A-Za-z0-9_.>])(strcpy|strcat|sprintf|vsprintf|gets|tmpnam|mktemp|alloca) *[(] | unbounded; use lz_buf or snprintf
* | tests/* | (^|[^A-Za-z0-9_.>])(strtok|localtime|gmtime|asctime|ctime|strerror) *[(] | not thread-safe; use the _r form or ours
* | registry/base/json_write.c tests/* | (^|[^A-Za-z0-9_])json_dump(s|f|fd|_callback|_file) *[(] | jansson drops keys when memory or the disk ends; call lz_json_write or lz_json_text
* | *_main.c tests/* | (^|[^A-Za-z0-9_.>])exit *[(] | a library never ends the process: return an lz_err
* | tests/* | ^[ \t]+static [^(]*$ | a function keeps no state: pass it in
* | *_main.c tests/* | ^static [^(]*(;|=|[{]$) | no global mutable state: pass it in, or say const
'
# What the last two patterns also match and what is right: constants, and what a thread may share by design.
harmless='static (const|inline|_Thread_local|_Noreturn) |\] *= *|^[^:]*:[^:]*:[ \t]*static [^=]*[ *]const[ \t;=*]|pthread_once_t|sig_atomic_t|_Static_assert'

# in_list FILE PATTERN…
in_list() {
    local file=$1 pattern
    shift
    for pattern in "$@"; do
        # shellcheck disable=SC2254 # patterns
        case $file in $pattern) return 0 ;; esac
    done
    return 1
}

set -f
code=$(mktemp)
trap 'rm -f "$code"' EXIT
mapfile -t sources < <(ours c h)
bare "${sources[@]}" >"$code"
while IFS='~' read -r where except pattern advice; do
    [[ -n $pattern ]] || continue
    while IFS=: read -r file line text; do
        # shellcheck disable=SC2086 # lists of patterns
        in_list "$file" $where && ! in_list "$file" $except &&
            finding "$file:$line: $(sed 's/^ *//' <<<"$text"): $advice"
    done < <(pattern=$pattern awk '{ text = $0; sub(/^[^:]*:[^:]*:/, "", text) } text ~ ENVIRON["pattern"]' "$code" |
        if [[ $pattern == *static* ]]; then grep -vE "$harmless"; else cat; fi)
done < <(sed 's/ | /~/; s/ | /~/; s/\(.*\) | /\1~/' <<<"$code_rules")
set +f

# Text of any kind -------------------------------------------------------------------------------------------------
mapfile -t texts < <(ours c h inc sql sh mjs js css html mustache svg md txt yaml json cmake; scripts | grep -v '\.sh$')

# One noun per file: 100 to 500 lines, and never more than 800.
for file in "${texts[@]}"; do
    [[ $file == *package-lock.json ]] && continue
    lines=$(wc -l <"$file")
    [[ $lines -le 800 ]] || finding "$file:1: $lines lines; a file of over 800 holds more than one noun"
done

# grep_texts PATTERN: file:line:text, without the lines excepted and without this folder, which names the patterns.
grep_texts() {
    grep -nHE "$1" "${texts[@]}" | grep -vE '^tests/lint/|lint-ok: .|package-lock\.json'
}

findings < <(grep_texts '\b(TODO|FIXME|XXX|HACK)\b' | grep -vE '(TODO|FIXME|XXX|HACK)\b.*#[0-9]' |
    sed 's/$/ : name the issue (#12) or do it/')
findings < <(grep_texts '(^|[^A-Za-z0-9_.~])/(work|root|home|farm|Users)/[A-Za-z0-9]' | sed 's/$/ : a path of one machine/')

# SQL stands in *.sql files under a name, never in C (registry/db/sql.h), where no test would list and prepare it.
mapfile -t sql_free < <(ours c h | grep -vE '^(registry/db|tests)/')
[[ ${#sql_free[@]} -eq 0 ]] || findings < <(grep -nHE \
    '"[ (]*(SELECT|INSERT (OR [A-Z]+ )?INTO|UPDATE [a-z_]+ SET|DELETE FROM|(CREATE|DROP|ALTER) (TABLE|INDEX|TRIGGER|VIEW)|PRAGMA|BEGIN( IMMEDIATE)?;|SAVEPOINT|ATTACH|VACUUM)\b' \
    "${sql_free[@]}" | grep -v 'lint-ok: .' | sed 's/$/ : name it in a .sql file beside the feature/')

# Tests wait for a condition with a deadline (tests/lib/wait.*), they do not sleep; bench and load measure time itself.
findings < <(grep -rnHE '(^|[^A-Za-z0-9_-])(sleep|usleep|nanosleep) *\(|^[^#]*(^|[;&| \t])sleep +[0-9.$]|setTimeout *\(|waitForTimeout' \
    tests --include='*.c' --include='*.h' --include='*.sh' --include='*.mjs' --exclude-dir=node_modules \
    --exclude-dir=lint --exclude-dir=lib --exclude-dir=bench --exclude-dir=load | grep -v 'lint-ok: .' | sed 's/$/ : wait for the condition, see tests\/lib\/wait.sh/')

# Mustache escapes by default; who writes raw output is on a short list that somebody reviewed.
while IFS= read -r raw; do
    grep -qxF -- "${raw%%:*}" tests/lint/raw_mustache.allow || finding "$raw : escape it, or have it reviewed for tests/lint/raw_mustache.allow"
done < <(ours mustache svg html | xargs -r grep -nHE '\{\{\{|\{\{ *&')

lint_end
