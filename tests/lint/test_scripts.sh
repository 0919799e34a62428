#!/usr/bin/env bash
# Shell scripts parse, and shellcheck finds no error or warning in them.
. "$(dirname "$0")/lib.sh"

while read -r script; do
    said=$(bash -n "$script" 2>&1) || finding "$script: $said"
done < <(scripts)
if command -v shellcheck >/dev/null; then
    findings < <(scripts | xargs shellcheck --severity=warning --external-sources --format=gcc --exclude=SC1090,SC1091)
fi
for program in script/*; do
    case $program in
    *.sh | *.txt) ;;
    *) [[ -x $program ]] || finding "$program: is a command, so make it executable" ;;
    esac
done
lint_end
