# shellcheck shell=bash
# Shared by script/*: what to install, how to build, how to say things.  Sourced, never run.
# Everything that must be installed stands in script/packages.txt or tests/package.json; nothing is fetched
# from elsewhere.

LZ_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
LZ_JOBS=$(nproc)
cd "$LZ_ROOT" || exit 3

# lz_say ZH EN: one message in both languages, to stderr so that stdout stays for results.
lz_say() { printf '%s\n%s\n' "$1" "$2" >&2; }

# lz_help FROM,TO: the lines of the calling script's head that say how to use it, wherever one stands.
lz_help() { sed -n "$1"'s/^# \?//p' "$LZ_ROOT/script/${0##*/}"; }

# lz_die EXIT ZH EN
lz_die() {
    lz_say "$2" "$3"
    exit "$1"
}

# Where another vendor's Node.js stands on the PATH, Debian's nodejs and npm would conflict with it.
lz_provided_otherwise() {
    case $1 in
    nodejs) command -v node >/dev/null ;;
    npm) command -v npm >/dev/null ;;
    *) return 1 ;;
    esac
}

# lz_missing GROUP…: the packages of these groups of packages.txt that are not installed, one a line.
lz_missing() {
    local groups=" $* " group package installed
    installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' | awk '$1 == "installed" { print $2 }')
    while read -r group package _; do
        [[ $groups == *" $group "* ]] || continue
        grep -qxF -- "$package" <<<"$installed" || lz_provided_otherwise "$package" || echo "$package"
    done <script/packages.txt
}

# lz_root COMMAND…: as root, by sudo where we are not.
lz_root() {
    if [[ $(id -u) == 0 ]]; then
        "$@"
    else
        sudo -- "$@"
    fi
}

lz_apt() {
    lz_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

# lz_install GROUP…: installs what is missing; says first, in one line, what.  Silent when nothing is.
lz_install() {
    local missing log status=0
    command -v apt-get >/dev/null && command -v dpkg-query >/dev/null ||
        lz_die 3 "这不是 Debian:请自行安装 script/packages.txt 所列的软件包。" \
            "This is not Debian: install what script/packages.txt lists by your own means."
    mapfile -t missing < <(lz_missing "$@")
    [[ ${#missing[@]} -gt 0 ]] || return 0
    echo "正在安装 Installing (apt): ${missing[*]}" >&2
    if [[ $(id -u) != 0 ]] && ! command -v sudo >/dev/null; then
        lz_die 3 "需要管理员权限才能安装:请用 root 运行,或先安装 sudo 并把您的账户加入 sudo 组。" \
            "Installing needs root: run this as root, or install sudo and add your account to its group."
    fi
    log=$(mktemp)
    # Package lists that were never fetched, or are too old, make the first try fail: fetch them, try once more.
    if ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null ||
        ! lz_apt install --no-install-recommends "${missing[@]}" >"$log" 2>&1; then
        lz_apt update >>"$log" 2>&1 || true
        lz_apt install --no-install-recommends "${missing[@]}" >>"$log" 2>&1 || status=$?
    fi
    [[ $status == 0 ]] || tail -n 25 "$log" >&2
    rm -f "$log"
    [[ $status == 0 ]] ||
        lz_die 3 "软件包安装失败,原因见上。请检查网络和软件源后再试。" \
            "The packages could not be installed; the reason stands above. Check network and sources, then try again."
}

# lz_npm: tests/node_modules as package-lock.json says; only when the lock has changed.
lz_npm() {
    local stamp=tests/node_modules/.installed-lock log status=0
    cmp -s tests/package-lock.json "$stamp" && return 0
    echo "正在安装 Installing (npm, tests/node_modules): $(
        node -p 'Object.entries(require("./tests/package.json").devDependencies).map(e => e.join("@")).join(" ")'
    )" >&2
    log=$(mktemp)
    (cd tests && { npm ci || npm ci; }) >"$log" 2>&1 </dev/null || status=$?
    [[ $status == 0 ]] || tail -n 25 "$log" >&2
    rm -f "$log"
    [[ $status == 0 ]] ||
        lz_die 3 "npm 软件包安装失败,原因见上。" "The npm packages could not be installed; the reason stands above."
    cp tests/package-lock.json "$stamp"
}

# lz_run LOG COMMAND…: output into LOG; shown only when the command fails.
lz_run() {
    local log=$1 status=0
    shift
    "$@" >"$log" 2>&1 </dev/null || status=$?
    [[ $status == 0 ]] || grep -vE '^\[[0-9]+/[0-9]+\] (Building|Linking)' "$log" | tail -n 200 >&2
    return "$status"
}

# lz_build PRESET [TARGET…]: configures and builds build/PRESET; the compilers' words stand in build/PRESET/build.log.
# On a terminal ninja shows its progress in one line.
lz_build() {
    local preset=$1 options=() targets=()
    shift
    # ninja's -k 0: one run tells of every error.
    ! command -v ccache >/dev/null || options+=(-DCMAKE_C_COMPILER_LAUNCHER=ccache)
    [[ $# == 0 ]] || targets=(--target "$@")
    mkdir -p "build/$preset"
    lz_run "build/$preset/configure.log" cmake --preset "$preset" "${options[@]}" || return
    if [[ -t 2 ]]; then
        NINJA_STATUS="构建 building $preset [%f/%t] " \
            cmake --build --preset "$preset" -j "$LZ_JOBS" "${targets[@]}" -- -k 0 >&2
    else
        lz_run "build/$preset/build.log" cmake --build --preset "$preset" -j "$LZ_JOBS" "${targets[@]}" -- -k 0
    fi
}

# lz_plain COMMAND…: runs it without address randomisation where the kernel uses more of it (over 28 bits) than the
# thread and address sanitizers of gcc 12 and clang 14 can map around.
lz_plain() {
    if [[ $(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 0) -gt 28 ]] && setarch -R true 2>/dev/null; then
        setarch -R "$@"
    else
        "$@"
    fi
}

# lz_fuzz_all SECONDS [NOUN…]: runs the harnesses (two at a time), new inputs into build/fuzz/corpus, what crashes
# into build/fuzz/artifacts; names every harness that failed and returns 1 then.
lz_fuzz_all() {
    local seconds=$1 harness noun failed=0 nouns=()
    shift
    if [[ $# -gt 0 ]]; then
        nouns=("$@")
    else
        for harness in tests/fuzz/fuzz_*.c; do
            [[ -e $harness ]] || continue
            noun=${harness##*/fuzz_}
            nouns+=("${noun%.c}")
        done
    fi
    [[ ${#nouns[@]} -gt 0 ]] || return 0
    mkdir -p build/fuzz/artifacts build/fuzz/log
    rm -f build/fuzz/log/*.failed
    export -f lz_fuzz_one lz_plain
    printf '%s\n' "${nouns[@]}" | xargs -P 2 -I NOUN bash -c 'lz_fuzz_one NOUN "$0"' "$seconds" || true
    for noun in "${nouns[@]}"; do
        [[ -e build/fuzz/log/$noun.failed ]] || continue
        failed=1
        echo "fuzz_$noun failed; artifacts in build/fuzz/artifacts/, the end of build/fuzz/log/$noun.log:" >&2
        tail -n 40 "build/fuzz/log/$noun.log" >&2
    done
    return "$failed"
}

# lz_fuzz_one NOUN SECONDS.  The seeds in tests/fuzz/corpus/NOUN are read, never written.
lz_fuzz_one() {
    local noun=$1 seconds=$2 options=()
    local corpus=build/fuzz/corpus/$noun seeds=tests/fuzz/corpus/$noun
    mkdir -p "$corpus"
    [[ ! -f tests/fuzz/$noun.dict ]] || options+=("-dict=tests/fuzz/$noun.dict")
    options+=("-artifact_prefix=build/fuzz/artifacts/$noun-" "-max_total_time=$seconds" -timeout=10 -rss_limit_mb=2048
        -print_final_stats=1 -verbosity=1)
    [[ ! -d $seeds ]] || set -- "$seeds"
    [[ -d $seeds ]] || set --
    lz_plain "build/fuzz/bin/fuzz_$noun" "${options[@]}" "$corpus" "$@" >"build/fuzz/log/$noun.log" 2>&1 ||
        touch "build/fuzz/log/$noun.failed"
}

# lz_tidy: clang-tidy (.clang-tidy) over every file of the four folders that has changed, itself or by a header or by
# the rules, since it was last found clean; a fresh clone reads them all.  Needs build/clang.
lz_tidy() {
    local clean=build/tidy
    mkdir -p "$clean"
    rm -f "$clean"/*.said
    export -f lz_tidy_one
    jq -r --arg root "$LZ_ROOT/" '.[] | [(.file | ltrimstr($root)), .command] | @tsv' build/clang/compile_commands.json |
        awk -F'\t' '$1 !~ /^(tests|build)\// && !seen[$1]++' |
        xargs -d '\n' -P "$LZ_JOBS" -n 1 bash -c 'lz_tidy_one "$0"' || true
    ! cat "$clean"/*.said 2>/dev/null
}

# lz_tidy_one "FILE<TAB>COMMAND": what clang-tidy says goes to FILE.said; silent means clean and is remembered by a
# hash of all that it read.
lz_tidy_one() {
    local file=${1%%$'\t'*} command=${1#*$'\t'} name hash words
    name=build/tidy/${file//\//_}
    read -ra words <<<"${command% -o *}"
    hash=$({ cat .clang-tidy && "${words[@]}" -E "$file"; } 2>/dev/null | sha256sum)
    [[ $hash != "$(cat "$name.clean" 2>/dev/null)" ]] || return 0
    if clang-tidy -p build/clang --quiet "$file" >"$name.said" 2>"$name.log"; then
        rm -f "$name.said" "$name.log"
        echo "$hash" >"$name.clean"
    fi
}

# lz_cppcheck: errors, warnings, performance and portability; tests/lint/cppcheck.txt says what is not so.  Needs
# build/clang.
lz_cppcheck() {
    mkdir -p build/cppcheck
    cppcheck -j "$LZ_JOBS" --quiet --enable=warning,performance,portability --inline-suppr --std=c11 --library=posix \
        --library=tests/lint/cppcheck.cfg --suppressions-list=tests/lint/cppcheck.txt -i tests --error-exitcode=1 \
        --cppcheck-build-dir=build/cppcheck --project=build/clang/compile_commands.json \
        --template='{file}:{line}: {message} [{id}]'
}
