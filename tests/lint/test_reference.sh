#!/usr/bin/env bash
# docs/reference.md says what the programs say: commands, options, environment, errors, states, routes.
bin=$(realpath "${LIANGZHENG_BIN:-build/test/bin}")
here=$(realpath "$(dirname "$0")")
. "$here/lib.sh"

[[ -x $bin/liangzheng-serve ]] || { echo "skipped: no programs in $bin" && exit 77; }
made=$(bash "$here/reference.sh" "$bin") || finding "tests/lint/reference.sh failed"
said=$(diff <(printf '%s\n' "$made") docs/reference.md) ||
    finding "docs/reference.md is not what the programs say; bash tests/lint/reference.sh BIN >docs/reference.md
$said"
lint_end
