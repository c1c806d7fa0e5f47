#!/bin/sh
# A playground: three hosts that are folders of this machine, and the runs of three
# services. Every command is shown before its output, and everything stays for the reader.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
PATH=$here/../../.venv/bin:$PATH
play=${1:-${TMPDIR:-/tmp}/holdfast-demo-$(id -u)}
if [ -e "$play" ] && [ ! -e "$play/.demo" ]; then
    echo "$play is there already and is not a playground: name another folder." >&2
    exit 1
fi
rm -rf "$play"
mkdir -p "$play"
cd "$play"
: >.demo
export HOLDFAST_NO_INPUT=1 HOLDFAST_ACTOR=ann LC_ALL=C.UTF-8

title() { printf '\n== %s\n' "$*"; }
run() {
    printf '\n$ %s\n' "$*"
    sh -c "$*"
}
# For what is meant to end with another status than 0: it is shown.
ends() {
    printf '\n$ %s\n' "$*"
    sh -c "$*" || printf '(exit status %s)\n' "$?"
}

. "$here/hosts.sh"
. "$here/runs.sh"

title "It is yours"
echo "cd $play && export PATH=$(cd "$here/../.." && pwd)/.venv/bin:\$PATH"
echo "Change config/web.yaml, then: holdfast plan, holdfast apply, holdfast undo RUN"
echo "Change workflows/, then: holdfast serve, and in another terminal: holdfast run ship"
