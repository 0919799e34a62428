#!/usr/bin/env bash
# The words of the command line, end to end: exit codes, JSON shapes, and a register that survives being killed.
set -u

program=$LIANGZHENG_BIN/liangzheng
[[ -x $program ]] || { echo "skipped: no liangzheng yet" && exit 77; }
command -v jq >/dev/null || { echo "skipped: no jq" && exit 77; }

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place" || exit 3
failed=0

# exits CODE ARGUMENT…: runs the program; its output stands in out and err.
exits() {
    local want=$1 code
    shift
    "$program" "$@" >out 2>err </dev/null
    code=$?
    [[ $code == "$want" ]] && return
    echo "FAILED: liangzheng $* exits $code, not $want"
    tail -n 4 out err
    failed=1
}

# shows FILTER: the JSON of the last command fulfils it.
shows() {
    jq -e "$1" out >/dev/null && return
    echo "FAILED: not so: $1"
    cat out
    failed=1
}

says() { grep -q -- "$1" "${2:-out}" || { echo "FAILED: nothing says $1" && cat out err && failed=1; }; }

# person N: a row of a roster; ID numbers of an area that does not exist, with their check characters.
roster() {
    awk -v from="$1" -v to="$2" 'BEGIN {
        print "姓名,身份证号,工作单位,执法证号,执法类别,发证日期,有效期至,人员类别"
        split("7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2", w, " ")
        for (p = from; p < to; p++) {
            id = sprintf("610699%04d%02d%02d%03d", 1950 + int(p / 336) % 50, 1 + int(p / 28) % 12, 1 + p % 28, int(p / 16800))
            sum = 0
            for (i = 1; i <= 17; i++) sum += w[i] * substr(id, i, 1)
            id = id substr("10X98765432", sum % 11 + 1, 1)
            printf "演示人,%s,延安市示范区水务局,610698%06d,水务,2026-01-01,2030-12-31,%s\n", id, p, p % 10 == 9 ? "辅助人员" : "执法人员"
        }
    }'
}

# ---- wrong use ----
exits 2
exits 0 --help
says 'liangzheng certificate cancel'
exits 2 nonsense
exits 0 --version
says '^liangzheng [0-9]'
exits 0 certificate --help
says 'liangzheng certificate unschedule'
[[ $(grep -c 'liangzheng badge' out) == 0 ]] || { echo 'FAILED: other commands are listed' && failed=1; }
exits 2 certificate
says 'liangzheng certificate show' err
for word in --help --version 'certificate --help' 'check --help'; do
    # shellcheck disable=SC2086
    "$program" $word >/dev/full 2>/dev/null
    [[ $? == 3 ]] || { echo "FAILED: liangzheng $word says nothing of a full disk" && failed=1; }
done
exits 2 certificate show
exits 2 certificate show 610698000000
says LIANGZHENG_DATA err
exits 2 init
exits 2 init bad --public-url 'https://UPPER.example'
[[ ! -e bad ]] || { echo 'FAILED: a refused init left a folder' && failed=1; }

# ---- a register ----
exits 0 init reg --organ 延安市司法局 --public-url https://zf.yanan.example --json
shows '.data == "reg" and .login == "admin" and (.password | length) >= 16'
exits 2 init reg
exits 0 init trial
says 'localhost:8080' err
export LIANGZHENG_DATA=$place/reg
exits 0 check --json
shows '.ok and .log >= 2'

# ---- a roster ----
roster 0 20 >roster.csv
exits 0 import roster roster.csv --dry-run --json
shows '.created == 20 and .stored == false'
exits 1 certificate show 610698000001
exits 0 import roster roster.csv --json
shows '.created == 20 and .changed == 0 and .refused == [] and .stored and .organs_created == ["延安市示范区水务局"]'
exits 0 import roster roster.csv --json
shows '.unchanged == 20'
{ cat roster.csv && echo '李四,12345,延安市示范区水务局,610698000099,水务,2026-01-01,2030-12-31,执法人员'; } >bad.csv
exits 1 import roster bad.csv --json
shows '(.stored | not) and (.refused[0] | .line == 22 and .column == "身份证号" and (.expected | length) > 0 and (.message | length) > 0)'
exits 1 import roster roster.csv --as nobody-here
sed '2s/2026-01-01,2030-12-31/2999-01-01,2999-12-31/; 2s/610698000000/610698000098/' <roster.csv >early.csv
exits 1 import roster early.csv --json
shows '(.stored | not) and (.refused[0] | .line == 2 and .column == "发证日期" and .found == "2999-01-01")'
printf '姓名,单位,编号\n李四,延安市示范区水务局,1\n' >near.csv
exits 2 import roster near.csv
says '执法证号' err

# ---- a certificate's life ----
exits 0 certificate show 610698000001 --json
shows '.number == "610698000001" and .kind == "enforcement" and .status == "valid" and .scope == ["水务"] and .valid_until == "2030-12-31"'
exits 2 certificate cancel 610698000001
exits 2 certificate cancel 610698000001 --reason gain
exits 2 certificate cancel 610698000001 --reason transfer --effective yesterday
exits 0 certificate suspend 610698000001 --reason investigation --document '延执〔2026〕1号' --json
shows '.status == "suspended" and .reason == "investigation"'
exits 1 certificate suspend 610698000001 --reason investigation
exits 0 certificate reinstate 610698000001
exits 0 certificate cancel 610698000002 --reason transfer
exits 0 certificate undo 610698000002
exits 0 certificate cancel 610698000002 --reason retirement --effective 2030-01-01 --json
shows '.scheduled and .status == "valid"'
exits 2 certificate cancel 610698000002 --reason retirement --effective 2031-01-01
exits 2 certificate cancel 610698000002 --reason retirement --document "$(printf '\033[2J')"
exits 2 certificate cancel 610698000002 --reason retirement --document "$(printf 'x%.0s' {1..101})"
exits 0 certificate suspend 610698000002 --reason annual-check --effective 2029-01-01
exits 0 certificate history 610698000002 --json
shows '[.[] | select(.scheduled) | .event] == ["suspend", "cancel"]'
later=$(jq '.[1].id' out)
exits 2 certificate unschedule 610698000002
exits 1 certificate unschedule 610698000001 --change "$later"
exits 0 certificate unschedule 610698000002 --change "$later" --json
shows '.event == "cancel"'
exits 0 certificate unschedule 610698000002
says 'suspend'
exits 1 certificate unschedule 610698000002
exits 0 certificate history 610698000002
says '已撤回 undone'
exits 0 certificate revoke 610698000003 --reason gain
exits 1 certificate renew 610698000004
exits 1 certificate show 999999999999

# ---- roles ----
exits 0 user add hr --role hr --organ 延安市示范区水务局 --json
shows '.login == "hr" and (.password | length) >= 16'
exits 0 user add reviewer --role bureau
exits 0 user list --json
shows 'map(.login) == ["admin", "hr", "reviewer"] and all(has("password") | not)'
exits 3 certificate revoke 610698000004 --reason gain --as hr
roster 20 21 >filed.csv
exits 0 import roster filed.csv --as hr
exits 0 certificate show 610698000020 --json
shows '.status == "awaiting-confirmation"'
exits 1 verify 610698000020 --json
shows '.verdict == "unknown" and .certificate == null'
exits 3 certificate issue 610698000020 --as hr
roster 30 31 | sed s/水务局/交通局/ >roads.csv
exits 0 import roster roads.csv
exits 0 user add elsewhere --role hr --organ 延安市示范区交通局
exits 1 certificate show 610698000020 --as elsewhere
exits 0 certificate show 610698000001 --as elsewhere --json
shows '.status == "valid" and (has("document") or has("post") or has("person") | not)'
exits 0 certificate show 610698000001 --as hr --json
shows 'has("document")'
exits 1 certificate history 610698000001 --as elsewhere
exits 1 user disable admin
exits 0 certificate issue 610698000020 --as reviewer --json
shows '.status == "valid"'
exits 0 user disable hr
exits 3 certificate cancel 610698000020 --reason transfer --as hr

# ---- badges and verdicts ----
exits 0 badge token 610698000001
token=$(<out)
exits 0 badge token 610698000001
[[ $(<out) == "$token" ]] || { echo 'FAILED: a second token' && failed=1; }
exits 0 badge token 610698000001 --chip 04A1B2C3D4E5F6 --json
chip=$(jq -r .token out)
exits 1 badge token 610698000001 --chip 04FFFFFFFFFFFF
exits 0 verify "$token" --json
shows '.verdict == "valid" and .evidence.signature == "good" and .evidence.source == "register" and .certificate.number == "610698000001"'
shows '(.as_of | test("^20[0-9-]{8}T[0-9:]{8}Z$")) and has("reason")'
exits 0 verify "$chip" --chip 04A1B2C3D4E5F6
exits 1 verify "$chip" --chip 04FFFFFFFFFFFF --json
shows '.verdict == "copied" and .evidence.chip == "mismatch"'
exits 0 badge url 610698000001
says '^HTTPS://ZF.YANAN.EXAMPLE/V/[A-Z2-7]*$'
exits 0 verify "$(<out)"
exits 1 verify 610698000003 --json
shows '.verdict == "revoked" and .reason == "gain"'
exits 1 verify 610698000009 --json
shows '.verdict == "auxiliary"'
exits 1 verify 610698999999 --json
shows '.verdict == "unknown"'
exits 2 verify 'what is this'
exits 0 certificate card 610698000001 --json
shows '.[0] | .number == "610698000001" and (.url | startswith("HTTPS://"))'
exits 1 badge token 610698000003

# ---- offline ----
exits 0 trust export trust
exits 0 verify "$token" --offline --trust trust --json
shows '.verdict == "valid" and .evidence.source == "offline"'
exits 2 verify "$token" --offline
exits 1 verify 610698000001 --offline --trust trust --json
shows '.verdict == "unconfirmed"'
exits 0 badge printed 610698000001
exits 3 badge show 610698000001 --as elsewhere
exits 1 badge destroy 610698000001
exits 0 badge token 610698000004
exits 0 badge spoil 610698000004
exits 1 badge destroy 610698000004 --as elsewhere
exits 0 badge destroy 610698000004 --json
shows '.state == "destroyed" and (.live | not)'
exits 1 badge destroy 610698000004
exits 0 badge lose 610698000001
exits 0 trust export trust
exits 1 verify "$token" --offline --trust trust --json
shows '.verdict == "cancelled" and .reason == "lost"'
exits 0 verify 610698000001
says '截至 as of        20[0-9-]* [0-9:]*  由登记库答复'
says '单位 organ        延安市示范区水务局'
says '有效期 validity   2026-01-01 — 2030-12-31'
exits 1 verify "$token" --offline --trust trust
says '原因 reason       此标识牌已声明遗失作废'
says '截至 as of        20[0-9-]* [0-9:]*  由本机'
exits 0 keys log
says '^zf.yanan.example/log+[0-9a-f]*+'
exits 0 keys rotate
exits 0 keys list --json
shows 'length == 2'
exits 0 log verify --json
shows '.ok'
exits 0 audit verify --json
shows '.ok and .events > 20'

exits 0 audit list
says '20[0-9-]* [0-9:]*  .*certificate.cancel  certificate 610698000002'

# ---- the rest ----
exits 0 organ list --json
shows 'length == 3'
exits 0 policy set valid-years 3
exits 0 policy list --json
shows '."valid-years" == 3'
exits 2 policy set valid-years 99
exits 2 policy set nothing 1
exits 1 person photo 610698000001 no-such-file.jpg
exits 0 export out-dir --json
shows '.records > 40'
[[ $(wc -l <out-dir/people.jsonl) == 22 ]] || { echo 'FAILED: not every person was exported' && failed=1; }
jq -es 'all(.id_number == null)' out-dir/people.jsonl >/dev/null || { echo 'FAILED: an export shows ID numbers' && failed=1; }

# ---- backup and restore ----
exits 0 backup copy.db --json
shows '.keys == "copy.db.keys"'
exits 2 backup copy.db
exits 0 badge token 610698000005
late=$(<out)
exits 0 certificate revoke 610698000005 --reason gain
exits 0 trust export trust
exits 0 restore copy.db --data back --log trust --json
shows '(.new_log | not) and .replayed == 2 and .lost_tokens == 1'
exits 0 check --data back
exits 1 verify "$late" --data back --json
shows '.verdict == "revoked"'
exits 2 restore copy.db --data back
exits 1 restore no-such.db --data nowhere
says '没有这个备份文件' err
exits 0 restore copy.db --data fresh --json
shows '.new_log and .unreconciled > 10'
exits 1 verify 610698000006 --data fresh --json
shows '.verdict == "unconfirmed"'
exits 0 certificate reconcile 610698000006 --data fresh
exits 0 verify 610698000006 --data fresh
exits 0 check --data fresh

# ---- killed at any moment: all or nothing, and sound ----
roster 1000 9000 >large.csv
for moment in 0.02 0.05 0.1 0.2 0.3 0.4; do
    (timeout -s KILL "$moment" "$program" import roster large.csv) >/dev/null 2>&1
    exits 0 check
    "$program" certificate show 610698001000 >/dev/null 2>&1
    first=$?
    "$program" certificate show 610698008999 >/dev/null 2>&1
    last=$?
    [[ $first == "$last" ]] || { echo "FAILED: killed after $moment s, half a roster is stored" && failed=1; }
done
exits 0 import roster large.csv --json
shows '.created + .unchanged == 8000 and .stored'
exits 0 check
for moment in 0.005 0.01 0.015 0.02 0.03; do
    (timeout -s KILL "$moment" "$program" badge token 610698000007) >/dev/null 2>&1
    (timeout -s KILL "$moment" "$program" certificate suspend 610698000007 --reason other) >/dev/null 2>&1
    exits 0 check
    "$program" certificate reinstate 610698000007 >/dev/null 2>&1
done
exits 0 certificate show 610698000007 --json
shows '.status == "valid"'

# ---- demo ----
mkdir demo
exits 0 init demo/register --demo
[[ $(stat -c %a demo/logins.txt) == 600 ]] || { echo 'FAILED: others may read the logins' && failed=1; }
[[ $(wc -l <demo/logins.txt) == 6 ]] || { echo 'FAILED: not every role has a login' && failed=1; }
exits 0 check --data demo/register
verdicts=
for tag in demo/register/demo-tags/*.ndef.json; do
    "$program" verify "$(jq -r .uri "$tag")" --chip "$(jq -r .uid "$tag")" --data demo/register --json >out 2>err
    verdicts+="$(jq -r .verdict out) "
done
[[ $verdicts == 'valid auxiliary suspended cancelled copied forged valid ' ]] ||
    { echo "FAILED: the demo's tags read: $verdicts" && failed=1; }

exit "$failed"
