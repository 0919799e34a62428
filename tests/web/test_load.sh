#!/usr/bin/env bash
# A small crowd with slow phones and idle strangers: alone and behind nginx as shipped, every honest phone is
# answered, and with its own badge.  The figures are script/load's; here nothing is timed but patience.
set -euo pipefail
cd "$LIANGZHENG_SOURCE"
bin=$LIANGZHENG_BIN
here=$(mktemp -d)
trap 'load_end; rm -rf "$here"' EXIT
. tests/load/lib.sh
failed=0

# crowd PORT: 100 phones, a tenth slow, beside 200 idle connections and 50 trickled heads
crowd() {
    local answer kind
    for kind in "idle 200" "head 50"; do
        # shellcheck disable=SC2086 # two words
        node tests/load/abuse.mjs "$1" $kind 60 >"$here/abuse.out" &
        load_pids+=("$!")
    done
    answer=$("$bin/load_phones" "$1" "$here/pages" 100 10 2)
    jq -e '.refused == 0 and .wrong == 0 and .answered > 0' <<<"$answer" >"$here/null" ||
        { echo "honest phones were let down: $answer" && failed=1; }
}

load_register 50 10
load_serve
crowd "$port"
load_end && load_pids=()

load_serve --trusted-proxy 127.0.0.1
load_nginx
crowd "$public"
# the server sees the phones' own addresses, not the proxy's; no log holds a token
grep -q 'peer=127\.1\.0\.' "$here/serve.log" || { echo "the proxy's word about its clients is not believed" && failed=1; }
for token in $(sed 's|^/v/||; s| .*||' "$here/pages"); do
    ! grep -rqF -- "$token" "$here/serve.log" "$here/nginx" || { echo "a token stands in a log" && failed=1; }
done
exit "$failed"
