#!/usr/bin/env bash
# The whole story, what goes well and what does not, told with known passwords, cookies, keys, tokens, names and
# personal numbers; then none of them may stand in anything that a program or nginx wrote for its operator.
# shellcheck disable=SC2154 # load/lib.sh sets port, public, server
set -euo pipefail
cd "$LIANGZHENG_SOURCE"
bin=$LIANGZHENG_BIN
here=$(mktemp -d)
kiosk=
trap 'load_end; rm -rf "$here"' EXIT
. tests/load/lib.sh
for program in liangzheng liangzheng-serve liangzheng-kiosk liangzheng-nfc liangzheng-print; do
    [[ -x $bin/$program ]] || { echo "skipped: no $program" && exit 77; }
done
mkdir "$here/logs" "$here/out"
logs=$here/logs

# lz COMMAND…: stdout is the caller's, stderr goes to the logs; failures are part of the story.
lz() { "$bin/liangzheng" "$@" --data "$here/register" 2>>"$logs/cli" </dev/null || true; }
secret() { [[ -z $1 ]] || printf '%s\n' "$1" >>"$here/secrets"; }

# ---- a register, people, accounts, badges ----
load_register 10 3
secret "$(jq -r .password "$here/init.json")"
tail -n +2 "$here/roster.csv" | cut -d, -f2 | while read -r name; do secret "$name"; done
tail -n +2 "$here/roster.csv" | cut -d, -f4 | while read -r id; do secret "$id"; done
sed 's|^/v/||; s| .*||' "$here/pages" >>"$here/secrets"
for number in 27000000001 27000000002; do
    secret "$(lz badge url "$number" | sed -n 's|.*/[Vv]/||p' | head -n 1)"
done
# private keys, line by line, and as hexadecimal
find "$here/register/keys" -type f | while read -r file; do
    grep -aE '^[A-Za-z0-9+/=]{40,}$' "$file" >>"$here/secrets" || true
    secret "$(od -An -tx1 "$file" | tr -d ' \n' | cut -c 1-64)"
done
lz user add wang.hr --role hr --json >"$here/out/hr"
lz user add li.clerk --role clerk --json >"$here/out/clerk"
lz user add li.clerk --role clerk --json >"$here/out/again"
secret "$(jq -r .password "$here/out/hr")"
secret "$(jq -r .password "$here/out/clerk")"
secret canary-of-a-wrong-password
secret canary-typed-where-the-login-belongs

token=$(head -n 1 "$here/pages" | sed 's|^/v/||; s| .*||')
id=$(sed -n 2p "$here/roster.csv" | cut -d, -f4)
name=$(sed -n 2p "$here/roster.csv" | cut -d, -f2)

# ---- the command line, also where it fails ----
lz verify "$token" >"$here/out/verify"
lz verify "${token%????}AAAA" >"$here/out/verify"
lz verify "https://elsewhere.example/v/$token" --offline --trust "$here/nowhere" >"$here/out/verify"
lz certificate suspend 27000000002 --reason investigation --json >"$here/out/suspend"
lz certificate suspend 27000000002 --reason nonsense --json >"$here/out/suspend"
lz keys rotate >"$here/out/rotate"
lz backup "$here/backup.db" >"$here/out/backup"
lz check >"$here/out/check"
lz audit verify >"$here/out/audit"
"$bin/liangzheng" init "$here/register" >"$here/out/init" 2>>"$logs/cli" </dev/null || true
lz print card 27000000001 -o "$here/out/card.pdf" >"$here/out/print"
lz print card 27999999999 -o "$here/out/none.pdf" >"$here/out/print"
"$bin/liangzheng-print" card 27000000001 -o "$here/nowhere/card.pdf" --data "$here/register" >"$here/out/print" 2>>"$logs/print" </dev/null || true

# ---- pages, through nginx and directly ----
load_serve --trusted-proxy 127.0.0.1
load_nginx
to=$public
ask() { curl -s --max-time 30 -H 'Host: zf.example.gov.cn' -o "$here/out/page" "$@" || true; }
sign_in() { ask -D "$here/head.$1" -H 'Content-Type: application/json' --data "{\"login\":\"$1\",\"password\":\"$2\"}" "http://127.0.0.1:$3/sign-in"; }
for at in "$to" "$port"; do
    url=http://127.0.0.1:$at
    sign_in admin "$(jq -r .password "$here/init.json")" "$at"
    secret "$(jq -r '.csrf // empty' "$here/out/page")"
    csrf=$(jq -r '.csrf // empty' "$here/out/page")
    cookie=$(sed -n 's/^[Ss]et-[Cc]ookie: *\([^;]*\);.*/\1/p' "$here/head.admin")
    [[ -n $csrf && -n $cookie ]] || { echo "nobody could sign in: $(cat "$here/out/page")" && exit 1; }
    secret "${cookie#*=}"
    sign_in admin canary-of-a-wrong-password "$at"
    sign_in canary-typed-where-the-login-belongs x "$at"
    cookies=(-H "Cookie: $cookie")
    for path in "/v/$token" "//v/$token" "/%76/$token" "/./v/$token" "/v/$token/photo" "/v/$token/x" "/v/$token%zz" \
        "/certificates/$token" "/verify/$token" "/c/$token" "/verify?number=$token" "/verify?number=https://zf.example.gov.cn/v/$token" \
        "/verify?number=$id" "/organs?text=$id" "/sign-in?next=/v/$token" "/language?lang=zh&next=/v/$token" \
        /c/27000000001 /certificates/27000000001 /certificates/27000000001/x /27000000001 \
        /desk/certificates/27000000001 /desk/accounts/wang.hr/password; do
        ask --path-as-is "$url$path"
        ask --path-as-is "${cookies[@]}" "$url$path"
        ask --path-as-is -H "Referer: https://zf.example.gov.cn/v/$token" -H "User-Agent: $id" "$url$path"
    done
    ask "${cookies[@]}" --get --data-urlencode "text=$id" "$url/desk/people"
    ask "${cookies[@]}" --get --data-urlencode "text=$name" "$url/desk/people"
    ask "${cookies[@]}" "$url/desk/people/1"
    ask "${cookies[@]}" -H "X-CSRF-Token: $csrf" -F "file=@$here/roster.csv;type=text/csv" "$url/desk/imports"
    ask "${cookies[@]}" -H "X-CSRF-Token: stale" --data "name=$name&id=$id" "$url/desk/people/1/photo"
    printf 'GET /v/%s extra HTTP/1.1\r\nHost: zf.example.gov.cn\r\n\r\n' "$token" >"$here/out/raw"
    { exec 8<>"/dev/tcp/127.0.0.1/$at" && cat "$here/out/raw" >&8 && timeout 5 cat <&8 >"$here/out/page"; } || true
    exec 8>&-
done

# ---- a counter with a reader, then without its registry ----
"$bin/liangzheng-nfc" virtual start --link "$here/reader" --control "$here/control" >"$here/out/reader" 2>>"$logs/nfc" &
load_pids+=("$!")
wait_for 20 test -s "$here/out/reader"
virtual() { "$bin/liangzheng-nfc" virtual "$@" --control "$here/control" >>"$here/out/virtual" 2>>"$logs/nfc" || true; }
export LIBNFC_DEVICE=pn532_uart:$here/reader LIBNFC_AUTO_SCAN=no
virtual insert --chip ntag216 --uid 04a1b2c3d4e580
"$bin/liangzheng-nfc" encode 27000000003 --data "$here/register" --json >"$here/out/encode" 2>>"$logs/nfc" </dev/null || true
"$bin/liangzheng-nfc" read --json >"$here/out/read" 2>>"$logs/nfc" </dev/null || true
jq -r '.. | strings' "$here/out/read" 2>"$here/null" | sed -n 's|.*/v/||p' >>"$here/secrets"
virtual remove
"$bin/liangzheng-kiosk" --registry "http://127.0.0.1:$port" --log-key "$(lz keys log)" --reader "$LIBNFC_DEVICE" \
    --listen 127.0.0.1:0 --trust "$here/trust" >"$here/out/kiosk" 2>>"$logs/kiosk" </dev/null &
kiosk=$!
load_pids+=("$kiosk")
wait_for 30 test -s "$here/out/kiosk" || true
counter=http://127.0.0.1:$(jq -r .port "$here/out/kiosk")
if wait_for 30 curl -sf "$counter/state"; then
    virtual insert --chip ntag216 --uid 04a1b2c3d4e580
    wait_for 30 bash -c "curl -s '$counter/state' | jq -e '.tap != null'" || { echo "the counter saw no tap" && exit 1; }
    curl -s "$counter/v/$token" "$counter/verify?number=$token" >"$here/out/page" || true
else
    echo "the counter did not start: $(cat "$logs/kiosk")"
    exit 1
fi
kill "$server" && wait "$server" || true
ask "http://127.0.0.1:$to/v/$token"
curl -s -o "$here/out/page" "$counter/verify?number=$token" || true
kill "$kiosk" && wait "$kiosk" || true

# ---- and nothing of it was written down ----
sort -u "$here/secrets" | LC_ALL=C awk 'length > 5' >"$here/wanted"
[[ $(wc -l <"$here/wanted") -gt 30 ]] || { echo "too few secrets to look for" && exit 1; }
for log in "$here/serve.log" "$logs/kiosk" "$logs/cli"; do
    [[ -s $log ]] || { echo "$log is empty, so it proves nothing" && exit 1; }
done
# Whose certificate was looked at is nobody's affair either; the command line's own words go to who typed the number.
failed=0
for private in 2700000000 wang.hr; do
    ! grep -rnF -- "$private" "$here/serve.log" "$here/nginx" "$logs/kiosk" | head -n 3 | grep . ||
        { echo "$private stands in a log" && failed=1; }
done
while IFS=: read -r file line text; do
    secret=$(grep -oFf "$here/wanted" <<<"$text" | head -n 1)
    echo "${file#"$here"/}:$line: $(cut -c 1-200 <<<"$text") (holds ${secret:0:12}…)"
    failed=1
done < <(find "$here/serve.log" "$here/nginx" "$logs" -type f ! -name '*.conf' -exec grep -nHaFf "$here/wanted" {} + || true)
exit "$failed"
