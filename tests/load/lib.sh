# shellcheck shell=bash
# A register with badges, the server, and the real nginx with the shipped configuration; sourced by script/load's
# tests/load/run.sh and by the small tests.  Needs $bin and a folder $here; everything ends with load_end.
. tests/lib/wait.sh
load_pids=()
: "${bin:?folder of the programs}" "${here:?a folder of its own}"

free_port() { node -e 's=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }

load_end() {
    local pid
    [[ ! -s $here/nginx.pid ]] || kill "$(<"$here/nginx.pid")" 2>/dev/null || true
    for pid in "${load_pids[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
}

# load_register PEOPLE BADGES: $here/register, and $here/pages with "path marker" of each badge.
load_register() {
    local number
    node tests/data/make_roster.mjs "$1" >"$here/roster.csv"
    "$bin/liangzheng" init "$here/register" --json --public-url https://zf.example.gov.cn >"$here/init.json"
    "$bin/liangzheng" import roster "$here/roster.csv" --data "$here/register" >"$here/import.out"
    for number in $(seq -f '27%09.0f' 1 "$2"); do
        echo "/v/$("$bin/liangzheng" badge token "$number" --data "$here/register") $number"
    done >"$here/pages"
}

# load_serve [OPTION…]: sets $port and $server.  What it says goes to $here/serve.log.
load_serve() {
    : >"$here/serve.out"
    "$bin/liangzheng-serve" --data "$here/register" --listen 127.0.0.1:0 --json "$@" \
        >"$here/serve.out" 2>>"$here/serve.log" </dev/null &
    server=$!
    load_pids+=("$server")
    wait_for 60 test -s "$here/serve.out" || return 1
    port=$(jq -r .port "$here/serve.out")
}

# load_nginx: another's server may take a free port before nginx does, so it is tried on others, too.
load_nginx() {
    local try
    command -v nginx >"$here/null" || { echo "nginx is missing: script/setup installs it" && return 1; }
    for try in 1 2 3 4 5; do
        ! load_nginx_once || return 0
    done
    echo "nginx did not start ($try times): $(tail -n 3 "$here/nginx/start.log")"
    return 1
}

# load_nginx_once: both shipped files; only addresses, paths and the user are replaced.  TLS as shipped where the test has
# made $here/tls; else it goes with port 443, since the crowd speaks plain HTTP.  Sets $public and $plain (port 80).
load_nginx_once() {
    local temp tls=()
    public=$(free_port) && plain=$(free_port)
    mkdir -p "$here/nginx/conf.d"
    [[ -d $here/tls ]] || tls=(-e 's| ssl http2||; /ssl_certificate/d')
    sed -e "s|listen 443|listen 127.0.0.1:$public|; s|listen 80;|listen 127.0.0.1:$plain;|" \
        -e "s|server 127.0.0.1:8080|server 127.0.0.1:$port|; s|/var/log/nginx/|$here/nginx/|" \
        -e "s|/etc/ssl/liangzheng/|$here/tls/|" "${tls[@]}" \
        packaging/nginx/liangzheng.conf >"$here/nginx/conf.d/liangzheng.conf"
    sed -e "s|/etc/nginx/conf.d/|$here/nginx/conf.d/|; s|/var/log/nginx/|$here/nginx/|; s|/run/nginx.pid|$here/nginx.pid|" \
        -e "s|^user .*|user $(id -un);|" packaging/nginx/nginx.conf >"$here/nginx/nginx.conf"
    for temp in client_body proxy fastcgi uwsgi scgi; do
        sed -i "s|^http {|&\n    ${temp}_temp_path $here/nginx/$temp;|" "$here/nginx/nginx.conf"
    done
    nginx -p "$here/nginx" -e "$here/nginx/start.log" -c "$here/nginx/nginx.conf" || return 1
    wait_for 20 test -s "$here/nginx.pid"
}
