#!/usr/bin/env bash
# Requests that try to be something else than they look (tests/load/tricks.mjs), alone and behind nginx as shipped.
set -euo pipefail
cd "$LIANGZHENG_SOURCE"
bin=$LIANGZHENG_BIN
here=$(mktemp -d)
trap 'load_end; rm -rf "$here"' EXIT
. tests/load/lib.sh
failed=0
load_register 10 1
load_serve
node tests/load/tricks.mjs "$port" alone || failed=1
load_end && load_pids=()
load_serve --trusted-proxy 127.0.0.1
load_nginx
node tests/load/tricks.mjs "$public" nginx || failed=1
exit "$failed"
