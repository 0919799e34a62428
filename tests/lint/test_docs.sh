#!/usr/bin/env bash
# What README and docs name exists: linked files, paths of this tree, commands of the programs.
. "$(dirname "$0")/lib.sh"

[[ -e README.md ]] || { echo "skipped: no README.md yet" && exit 77; }
mapfile -t pages < <(ours md)

# exists_from PAGE PATH: links are relative to their page, code spans to the root.
for page in "${pages[@]}"; do
    while IFS=: read -r line target; do
        target=${target%%#*}
        case $target in '' | http:* | https:* | mailto:*) continue ;; esac
        [[ -e ${page%/*}/$target || (${page%/*} == "$page" && -e $target) ]] ||
            finding "$page:$line: the link to $target leads nowhere"
    done < <(grep -noE '\]\([^) ]+' "$page" | sed 's/:\](/:/; s/:](/:/')

    # `registry/db/sql.h`, `script/test`, `registry/`; with a wildcard one match will do.
    while IFS=: read -r line path; do
        # shellcheck disable=SC2086 # wildcards
        compgen -G "$path" >/dev/null || finding "$page:$line: $path does not exist"
    done < <(grep -noE '(registry|nfc|badge-print|web|tests|script|docs|packaging|cmake|\.ci)/[A-Za-z0-9_./*-]*' "$page" |
        grep -vE ':(docs|web|nfc)/$|/\.\.' | sed -E 's/[.,:;]+$//; s/\bCOMMIT\b/*/' | LC_ALL=C sort -u -t: -k2)
done

# `liangzheng WORD`: each has its program or stands in the help.
program=${LIANGZHENG_BIN:-build/test/bin}/liangzheng
if [[ -x $program ]]; then
    help=$("$program" help 2>&1 || true)
    while IFS=: read -r page line word; do
        [[ -x $program-$word ]] || grep -qwF -- "$word" <<<"$help" ||
            finding "$page:$line: there is no command liangzheng $word"
    done < <(grep -noHE '\bliangzheng [a-z]+' "${pages[@]}" | sed 's/liangzheng //' | LC_ALL=C sort -u -t: -k3,3)
fi
lint_end
