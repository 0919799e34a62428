# shellcheck shell=bash
# wait_for SECONDS COMMAND…: tries the command until it succeeds; returns 1 when the time is over.  The one place where
# a shell test sleeps.
wait_for() {
    local deadline=$((${EPOCHREALTIME/[.,]/} / 1000 + $1 * 1000))
    shift
    until "$@" >/dev/null 2>&1; do
        [[ $((${EPOCHREALTIME/[.,]/} / 1000)) -lt $deadline ]] || return 1
        sleep 0.05
    done
}
