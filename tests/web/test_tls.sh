#!/usr/bin/env bash
# nginx as shipped, with its TLS: HTTP/2 for the host's own name, also for many at once, and the word never to come by
# plain HTTP again; another host gets no handshake, plain HTTP only the way to https.
set -euo pipefail
cd "$LIANGZHENG_SOURCE"
bin=$LIANGZHENG_BIN
here=$(mktemp -d)
trap 'load_end; rm -rf "$here"' EXIT
. tests/load/lib.sh
host=zf.example.gov.cn
failed=0
fail() { echo "$*" && failed=1; }

mkdir "$here/tls"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$host" \
    -addext "subjectAltName=DNS:$host" -keyout "$here/tls/privkey.pem" -out "$here/tls/fullchain.pem" 2>"$here/openssl.log"
load_register 10 10
load_serve --trusted-proxy 127.0.0.1
load_nginx

# ask NAME CURL-ARGUMENT…: by TLS, as a client that knows only this certificate
ask() {
    curl -sS --max-time 30 --cacert "$here/tls/fullchain.pem" --resolve "$1:$public:127.0.0.1" "${@:2}" 2>"$here/curl.err"
}

read -r path number <"$here/pages"
said=$(ask "$host" --http2 -D "$here/head" -o "$here/page" -w '%{http_version} %{http_code}' "https://$host:$public$path")
[[ $said == "2 200" ]] || fail "the badge's page by HTTP/2: $said $(<"$here/curl.err")"
grep -q "$number" "$here/page" || fail "it is not the page of $number"
grep -qi '^strict-transport-security: max-age=' "$here/head" || fail "nothing tells the browser to stay with https"

said=$(ask "$host" --http1.1 --tls-max 1.2 -o "$here/page" -w '%{http_version} %{http_code}' "https://$host:$public$path")
[[ $said == "1.1 200" ]] || fail "an older phone (TLS 1.2, HTTP/1.1): $said $(<"$here/curl.err")"
! ask "$host" --tls-max 1.1 --ciphers 'DEFAULT@SECLEVEL=0' -o "$here/page" "https://$host:$public$path" || fail "TLS 1.1 is served"
! ask other.example -k -o "$here/page" "https://other.example:$public/" || fail "another host gets a handshake"

said=$(curl -sS -o "$here/page" -w '%{http_code} %{redirect_url}' -H "Host: $host" "http://127.0.0.1:$plain$path")
[[ $said == "301 https://$host$path" ]] || fail "plain HTTP is not sent to https"

# 400, up to 200 at a time, over as many streams and connections as curl likes
: >"$here/many"
for _ in $(seq 40); do
    sed "s|^\\(/v/[^ ]*\\) .*|url = \"https://$host:$public\\1\"\noutput = \"$here/null\"|" "$here/pages" >>"$here/many"
done
ask "$host" --http2 --parallel --parallel-max 200 -w '%{http_code}\n' -K "$here/many" >"$here/codes" || fail "$(<"$here/curl.err")"
[[ $(sort "$here/codes" | uniq -c | tr -s ' ') == " 400 200" ]] || fail "of 400 at a time: $(sort "$here/codes" | uniq -c)"
exit "$failed"
