# shellcheck shell=bash
# Shared by tests/lint/test_*.sh: which files are ours, and how a finding is told.
# A line may be excepted from one rule where it says why, on itself or the line above:  lint-ok: REASON

cd "${LIANGZHENG_SOURCE:-$(dirname "${BASH_SOURCE[0]}")/../..}" || exit 3
failed=0

# finding "file:line: what": prints it and makes the test fail.
finding() {
    printf '%s\n' "$*"
    failed=1
}

# lint_end: the test's exit code, last line of each.
lint_end() { exit "$failed"; }

# findings: the same for every line of stdin.
findings() {
    local line
    while IFS= read -r line; do
        finding "$line"
    done
}

# ours EXTENSION…: our files with these extensions, sorted; neither what is built, installed nor vendored.
ours() {
    local names=() extension
    for extension in "$@"; do
        names+=(-o -name "*.$extension")
    done
    find . \( -name build -o -name demo -o -name node_modules -o -name vendor -o -name .git -o -name corpus \) -prune \
        -o -type f \( "${names[@]:1}" \) -print | sed 's|^\./||' | LC_ALL=C sort
}

# scripts: shell scripts by name or first line.
scripts() {
    { ours sh && grep -lE '^#!.*\bbash' script/* .ci/*; } | LC_ALL=C sort -u
}

# bare FILE…: prints "file:line:text" of C files with comments and the insides of strings blanked, so that rules about
# code read code only.  Lines that carry or follow `lint-ok:` are left out.
bare() {
    awk '
    FNR == 1 { comment = 0; excepted = 0 }
    {
        skip = excepted || /lint-ok: ./
        excepted = /lint-ok: ./
        out = ""; quote = ""
        for (i = 1; i <= length($0); i++) {
            c = substr($0, i, 1); two = substr($0, i, 2)
            if (comment) { if (two == "*/") { comment = 0; i++ } continue }
            if (quote != "") { if (c == "\\") i++; else if (c == quote) { quote = ""; out = out c } continue }
            if (two == "/*") { comment = 1; i++; continue }
            if (two == "//") break
            if (c == "\"" || c == "\047") quote = c
            out = out c
        }
        if (!skip) print FILENAME ":" FNR ":" out
    }' "$@" /dev/null
}
