#!/usr/bin/env bash
# Every header compiles alone, with gcc and with clang, under the flags of the folder it stands in.
. "$(dirname "$0")/lib.sh"

commands=${LIANGZHENG_BIN:-build/test/bin}/../compile_commands.json
if [[ ! -e $commands ]]; then
    echo "skipped: no compile_commands.json beside the programs; configure by a preset"
    exit 77
fi
command -v clang >/dev/null || { echo "skipped: no clang" && exit 77; }

# "folder flags": include paths and definitions of the first source of each folder.
flags=$(jq -r --arg root "$PWD/" '.[] | .file as $file | [($file | ltrimstr($root) | sub("/[^/]*$"; "")),
    ([.command | scan("(?:^| )(-I ?[^ ]+|-isystem ?[^ ]+|-D ?[^ \\\\]+(?= |$)|-pthread)") | .[0]] | join(" "))] | @tsv' "$commands" |
    awk -F'\t' '!seen[$1]++')

flags_of() {
    local folder=$1
    while true; do
        awk -F'\t' -v folder="$folder" '$1 == folder { print $2; found = 1 } END { exit !found }' <<<"$flags" && return
        # A folder of headers only: the flags of the folder above.
        [[ $folder == */* ]] || break
        folder=${folder%/*}
    done
    echo "-I$PWD -D_GNU_SOURCE"
}

compile() {
    local header=$1 said
    shift
    for compiler in gcc clang; do
        said=$(printf '#include "%s"\n' "$header" |
            "$compiler" -std=c17 -Wall -Wextra -Wshadow -Wstrict-prototypes -Werror -fsyntax-only "$@" -x c - 2>&1) ||
            printf '%s: does not compile alone with %s:\n%s\n' "$header" "$compiler" "$said"
    done
}
export -f compile

findings < <(ours h | while read -r header; do
    # Definitions with quotes do not survive the list: the one that tests use is given here.
    printf '%s %s %s\n' "$header" "$(flags_of "${header%/*}")" '-DLZ_SOURCE_DIR=\".\"'
done | xargs -P "$(nproc)" -L 1 bash -c 'compile "$@"' compile)
lint_end
