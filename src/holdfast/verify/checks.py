"""Checks that run on a host after it was changed, as one script."""

import re
from collections.abc import Sequence
from shlex import quote
from typing import Protocol

from holdfast.problems import Problem

_MARK = "@holdfast-check"


class Check(Protocol):
    """What is declared under ``checks:``; exactly one of the first three is set."""

    @property
    def http(self) -> str | None:
        """A URL, as the host itself sees it."""
        ...

    @property
    def command(self) -> str | None:
        """A piece of sh that must exit with 0."""
        ...

    @property
    def tcp(self) -> str | None:
        """``address:port`` that must accept a connection."""
        ...

    @property
    def status(self) -> int:
        """The HTTP status that is expected."""
        ...

    @property
    def contains(self) -> str | None:
        """Text the HTTP answer must hold."""
        ...


def check_script(checks: Sequence[Check]) -> bytes:
    """The script that runs every check and says how each ended; a POSIX shell is enough."""
    pieces = ['HOLDFAST_ROOT="$R"; export HOLDFAST_ROOT\n']
    pieces += [_HTTP] if any(check.http for check in checks) else []
    pieces += [
        f"said=$( ( {_body(check)}\n) </dev/null 2>&1 ); status=$?\n"
        f"printf '{_MARK} {number} %s %s\\n' $status "
        '"$(printf %s "$said" | tail -c 300 | tr "\\n" " ")"\n'
        for number, check in enumerate(checks)
    ]
    return "".join(pieces).encode()


def read_checks(
    host: str, checks: Sequence[Check], output: bytes
) -> tuple[Problem, ...]:
    """The checks that did not pass on one host; one without an answer did not."""
    told = re.findall(
        rf"^{_MARK} (\d+) (\d+) ?(.*)$", output.decode(errors="replace"), re.MULTILINE
    )
    ended = {int(number): (int(status), said) for number, status, said in told}
    return tuple(
        _not_passed(host, check, *ended.get(number, (-1, "it gave no answer")))
        for number, check in enumerate(checks)
        if ended.get(number, (-1, ""))[0] != 0
    )


def _body(check: Check) -> str:
    if check.http:
        found = f" | grep -qF -- {quote(check.contains)}" if check.contains else ""
        quiet = "" if check.contains else " >/dev/null"
        return f"set -e; holdfast_http {quote(check.http)} {check.status}{found}{quiet}"
    if check.tcp:
        address, _, port = check.tcp.rpartition(":")
        return (
            f"if command -v nc >/dev/null 2>&1; then nc -z -w 5 {quote(address)} "
            f"{quote(port)}; else timeout 5 bash -c "
            f"{quote(f': </dev/tcp/{address}/{port}')}; fi"
        )
    return f"cd / ; {check.command}"


def _not_passed(host: str, check: Check, status: int, said: str) -> Problem:
    what = check.http or check.tcp or check.command
    return Problem(
        code="verify.check-failed",
        summary=f"A check did not pass on {host}",
        detail=f"`{what}` ended with {status}: {said.strip() or 'it said nothing'}",
        next_step="See what was changed with `holdfast history`, take it back with `undo`.",
    )


_HTTP = """\
holdfast_http() {
  if command -v curl >/dev/null 2>&1; then
    answer=$(curl -sS -m 10 -w '\\n%{http_code}' "$1") || return 1
    printf '%s\\n' "$answer" | sed '$d'
    code=$(printf '%s\\n' "$answer" | tail -n 1)
  elif command -v python3 >/dev/null 2>&1; then
    python3 -c 'import sys, urllib.request, urllib.error
try: r = urllib.request.urlopen(sys.argv[1], timeout=10)
except urllib.error.HTTPError as e: r = e
sys.stdout.write(r.read().decode(errors="replace"))
sys.exit(0 if r.status == int(sys.argv[2]) else "status %d" % r.status)' "$1" "$2"
    return
  elif command -v wget >/dev/null 2>&1; then
    wget -q -T 10 -O - "$1"; return
  else echo "no curl, wget or python3 to ask with"; return 1
  fi
  [ "$code" = "$2" ] || { echo "status $code, wanted $2"; return 1; }
}
"""
