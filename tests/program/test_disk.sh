#!/usr/bin/env bash
# A disk that is full or read-only, a register of a newer version, a damaged page: each gets its sentence in both
# languages and exit code 3, and loses nothing.
set -u

program=$LIANGZHENG_BIN/liangzheng
[[ -x $program ]] || { echo "skipped: no liangzheng yet" && exit 77; }
for tool in sqlite3 jq node; do
    command -v "$tool" >/dev/null || { echo "skipped: no $tool" && exit 77; }
done

place=$(mktemp -d)
mounted=
trap '[[ -z $mounted ]] || umount "$mounted"; rm -rf "$place"' EXIT
cd "$place" || exit 3
failed=0
fail() {
    echo "FAILED: $*"
    tail -n 4 out err 2>/dev/null
    failed=1
}

# refuses WHAT CHINESE ENGLISH COMMAND…: exit code 3, and both sentences on stderr.
refuses() {
    local what=$1 zh=$2 en=$3 code
    shift 3
    "$@" >out 2>err </dev/null
    code=$?
    [[ $code == 3 ]] || fail "$what: exits $code, not 3"
    grep -q -- "$zh" err || fail "$what: nothing says $zh"
    grep -q -- "$en" err || fail "$what: nothing says $en"
}

# sound FOLDER: what a whole register counts; empty when it is not sound.
sound() { "$program" check --data "$1" --json 2>/dev/null | jq -c 'select(.ok) | [.log, .audit]'; }
state() { "$program" certificate show 27060000001 --data "$1" --json 2>/dev/null | jq -r .status; }
unchanged() { [[ -n $before && $(sound "$1") == "$before" && $(state "$1") == valid ]] || fail "$2: the register is not as it was: $(sound "$1"), before $before"; }

node "$LIANGZHENG_SOURCE/tests/conformance/people.mjs" 30 >roster.csv
if ! "$program" init reg >out 2>err || ! "$program" import roster roster.csv --data reg >out 2>err; then
    fail "no register"
    exit 1
fi
before=$(sound reg)

# ---- a newer version ----
cp -r reg newer
sqlite3 newer/register.db 'PRAGMA user_version = 9999' || fail "sqlite3"
refuses "newer" '更新的版本' 'newer version' "$program" certificate suspend 27060000001 --reason other --data newer
refuses "newer, server" '更新的版本' 'newer version' timeout 20 "$LIANGZHENG_BIN/liangzheng-serve" --data newer --listen 127.0.0.1:0
sqlite3 newer/register.db "PRAGMA user_version = $(sqlite3 reg/register.db 'PRAGMA user_version')"
unchanged newer "newer"

# ---- one damaged page, wherever it lies ----
pages=$(($(stat -c %s reg/register.db) / 4096))
for page in 1 $((pages / 2)) $((pages - 1)); do
    rm -rf damaged && cp -r reg damaged
    dd if=/dev/zero bs=4096 seek="$page" count=1 of=damaged/register.db conv=notrunc 2>/dev/null
    refuses "page $page of $pages damaged" '损坏' 'damaged' "$program" check --data damaged
done

# ---- read-only, to whoever is not root ----
as=()
if [[ $(id -u) == 0 ]]; then
    command -v setpriv >/dev/null && as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi
if [[ $(id -u) != 0 || ${#as[@]} -gt 0 ]]; then
    cp -r reg locked
    [[ ${#as[@]} == 0 ]] || { chmod 755 . && chown -R 65534:65534 locked; }
    chmod 400 locked/register.db && chmod 500 locked
    refuses "read-only" '无法写入' 'cannot be written' "${as[@]}" "$program" certificate suspend 27060000001 --reason other --data locked
    chmod 700 locked && chmod 600 locked/register.db
    unchanged locked "read-only"
else
    echo "not tried: read-only, for root may write anywhere and there is no setpriv"
fi

# ---- a full disk ----
mkdir small
if [[ $(id -u) == 0 ]] && mount -t tmpfs -o size=6m tmpfs small 2>/dev/null; then
    mounted=$place/small
    cp -r reg small/reg
    dd if=/dev/zero of=small/filler bs=4096 2>/dev/null
    refuses "full" '磁盘空间不足' 'disk is full' "$program" certificate suspend 27060000001 --reason other --data small/reg
    rm small/filler
    unchanged small/reg "full"
    node "$LIANGZHENG_SOURCE/tests/conformance/people.mjs" 900 >large.csv
    dd if=/dev/zero of=small/filler bs=4096 2>/dev/null
    truncate -s -300K small/filler
    refuses "full in the middle" '磁盘空间不足' 'disk is full' "$program" import roster large.csv --data small/reg
    rm small/filler
    unchanged small/reg "full in the middle"
    "$program" certificate suspend 27060000001 --reason other --data small/reg >out 2>err || fail "with room again nothing can be written"

    # Every command that writes a file says so, and leaves no half of one.
    "$program" backup good.db --data reg >out 2>err || fail "backup"
    "$program" badge token 27060000004 --data reg >out 2>err || fail "badge token"
    dd if=/dev/zero of=small/filler bs=4096 2>/dev/null
    refuses "full, backup" '磁盘空间不足' 'full' "$program" backup small/copy.db --data reg
    refuses "full, restore" '磁盘空间不足' 'full' "$program" restore good.db --data small/again
    refuses "full, init" '磁盘空间不足' 'full' "$program" init small/fresh
    refuses "full, export" '磁盘空间不足' 'full' "$program" export small/export --data reg
    refuses "full, trust export" '磁盘空间不足' 'full' "$program" trust export small/trust --data reg
    for kind in pdf png; do
        refuses "full, card as $kind" '磁盘空间不足' 'full' "$program" print card 27060000004 -o "small/card.$kind" --data reg
    done
    [[ $(cd small && echo *) == "filler reg" ]] || fail "full: left behind $(cd small && echo *)"
    rm small/filler
else
    echo "not tried: a full disk, for only root mounts a small one"
fi

# ---- a clock that jumps back ----
# What was done "in the future" still holds: nobody is better off because a clock is wrong.
# A program with the address sanitizer refuses to run behind another preloaded library.
if command -v faketime >/dev/null && ! grep -q "ASan runtime does not come first" <(faketime now "$program" --help 2>&1); then
    token=$("$program" badge token 27060000001 --data reg)
    "$program" certificate suspend 27060000001 --reason other --data reg >out 2>err || fail "clock: suspend"
    "$program" trust export trust --data reg >out 2>err || fail "clock: export"
    before=$(sound reg)
    for moment in '1 second ago' '2 days ago' '+2 days'; do
        for what in "27060000001 --data reg" "$token --data reg" "$token --offline --trust trust"; do
            # shellcheck disable=SC2086 # words
            faketime "$moment" "$program" verify $what --json >out 2>err
            # No answer at all proves nothing: one value, and not a good one.
            jq -es 'length == 1 and (.[0].verdict | type == "string" and . != "valid")' out >/dev/null ||
                fail "clock $moment: a suspended certificate is valid, or nothing was said"
        done
        [[ $(sound reg) == "$before" ]] || fail "clock $moment: the register is not as it was"
    done
    refuses "clock two days behind" '请校准时钟' 'Set the clock right' faketime '2 days ago' "$program" certificate reinstate 27060000001 --data reg
    [[ $(sound reg) == "$before" && $(state reg) == suspended ]] || fail "clock: reinstated before it was suspended"
    # Ahead and back: an administrator says that the clock is right now.
    faketime '+2 days' "$program" certificate suspend 27060000002 --reason other --data reg >out 2>err || fail "clock ahead: suspend"
    refuses "clock back" 'clock accept' 'clock accept' "$program" certificate reinstate 27060000001 --data reg
    "$program" clock accept --data reg >out 2>err || fail "clock accept"
    "$program" certificate reinstate 27060000001 --data reg >out 2>err || fail "clock accepted: nothing can be written"
    [[ $(state reg) == valid && -n $(sound reg) ]] || fail "clock accepted: not as it should be"
else
    echo "not tried: a clock that jumps, for there is no faketime, or the program has the address sanitizer"
fi

exit "$failed"
