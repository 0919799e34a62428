#!/usr/bin/env bash
# run.sh [alone] [nginx] [abuse]: the load of script/load; prints a table, exit 1 when a limit was missed.
# Environment: SECONDS_EACH (8), PHONES_ALONE (1000), PHONES_NGINX (8000), ABUSERS (2000).
set -euo pipefail
bin=${LIANGZHENG_BIN:-build/bench/bin}
each=${SECONDS_EACH:-8} alone=${PHONES_ALONE:-1000} behind=${PHONES_NGINX:-8000} abusers=${ABUSERS:-2000}
here=$(mktemp -d)
trap 'load_end; rm -rf "$here"' EXIT
. tests/load/lib.sh
missed=0

# row NAME JSON LIMIT CONDITION
row() {
    local mark=yes
    jq -e "$4" <<<"$2" >"$here/null" || { mark=NO && missed=1; }
    jq -r --arg name "$1" --arg limit "$3" --arg mark "$mark" \
        '"| \($name) | \(.per_second) | \(.p50_ms) | \(.p99_ms) | \(.max_ms) | \(.refused) | \(.slow_answered) / \(.slow_refused) | \(.wrong) | \($limit) | \($mark) |"' <<<"$2"
}
crowd() { "$bin/load_phones" "$1" "$here/pages" "$2" "$3" "$each"; }
fresh() { load_end && load_pids=() && load_serve "$@"; }

in_time='.refused == 0 and .wrong == 0 and .over_1s == 0'
run_alone() {
    fresh
    row "alone, $alone phones, none slow" "$(crowd "$port" "$alone" 0)" "max 1 s" "$in_time"
    row "alone, $alone phones, 10 % slow" "$(crowd "$port" "$alone" 10)" "max 1 s, slow ones answered too" \
        "$in_time and .slow_refused == 0"
}
run_nginx() {
    fresh --trusted-proxy 127.0.0.1
    load_nginx
    row "nginx, $behind phones, none slow" "$(crowd "$public" "$behind" 0)" "p99 50 ms" '.refused == 0 and .wrong == 0 and .p99_ms <= 50'
    row "nginx, $behind phones, 10 % slow" "$(crowd "$public" "$behind" 10)" "p99 50 ms" \
        '.refused == 0 and .wrong == 0 and .p99_ms <= 50 and .slow_refused == 0'
}

# against NAME PORT KIND…: honest phones while others misbehave.
against() {
    local name=$1 to=$2 kind answer abuser
    shift 2
    for kind in "$@"; do
        : >"$here/abuse.out"
        node tests/load/abuse.mjs "$to" "$kind" "$abusers" $((each + 14)) >"$here/abuse.out" &
        abuser=$!
        load_pids+=("$abuser")
        wait_for 30 grep -q ready "$here/abuse.out"
        answer=$(crowd "$to" 100 0)
        kill "$abuser" 2>"$here/null" || true
        wait "$abuser" 2>"$here/null" || true
        row "$name, 100 phones beside $abusers × $kind" "$answer" "p99 100 ms" \
            '.refused == 0 and .wrong == 0 and .p99_ms <= 100'
    done
}
run_abuse() {
    fresh --trusted-proxy 127.0.0.1
    load_nginx
    against nginx "$public" idle silent head body chunks deaf half-closed
    fresh
    against alone "$port" idle deaf half-closed
}

load_register 1000 50
echo "| load | answers/s | p50 ms | p99 ms | max ms | refused | slow answered / refused | wrong | limit | kept |"
echo "|---|---|---|---|---|---|---|---|---|---|"
[[ $# -gt 0 ]] || set -- alone nginx abuse
for part in "$@"; do
    case $part in
    alone) run_alone ;;
    nginx) run_nginx ;;
    abuse) run_abuse ;;
    *) exit 2 ;;
    esac
done
exit "$missed"
