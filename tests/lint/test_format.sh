#!/usr/bin/env bash
# C files stand as .clang-format lays them out: `clang-format -i FILE` mends one.
. "$(dirname "$0")/lib.sh"

command -v clang-format >/dev/null || { echo "skipped: no clang-format" && exit 77; }
findings < <(ours c h | xargs -P "$(nproc)" -n 16 clang-format --dry-run 2>&1 | grep -E '(warning|error):' |
    awk -F: '!seen[$1]++ { print $1 ":" $2 ": not laid out as .clang-format says; run clang-format -i " $1 }')
lint_end
