"""Since when a thing is as it is, and through whom, as far as its host can tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote


@dataclass(frozen=True, slots=True)
class Asked:
    """A thing to ask about: a ``path``, a ``package`` or a ``unit``, and its name."""

    sort: str
    name: str


@dataclass(frozen=True, slots=True)
class Mark:
    """``since`` in seconds of the epoch, 0 when nothing tells; ``by`` in words."""

    since: int = 0
    by: str = ""


def marks_script(asked: Sequence[Asked]) -> bytes:
    """
    Sh that looks for traces; changes nothing, and is silent about what it cannot read.

    A path tells by its change time, what dpkg and sudo logged near that time tells the
    rest. A package tells by the log of dpkg, a unit by its last change of state.
    """
    lines = [
        f"{one.sort} {number} {quote(one.name)}" for number, one in enumerate(asked)
    ]
    return "\n".join([_SCRIPT, *lines, ""]).encode()


def read_marks(asked: Sequence[Asked], output: bytes) -> tuple[Mark, ...]:
    """One mark for each thing that was asked about."""
    since, by = dict[int, int](), dict[int, str]()
    for line in output.decode(errors="replace").splitlines():
        word, _, rest = line.partition(" ")
        number, _, told = rest.partition(" ")
        if number.isdigit() and word == "@since" and told.strip().isdigit():
            since[int(number)] = int(told)
        elif number.isdigit() and word == "@by" and told.strip():
            by.setdefault(int(number), told.strip())
    return tuple(Mark(since.get(n, 0), by.get(n, "")) for n in range(len(asked)))


_SCRIPT = r"""
near() {
  m=$(date -d "@$2" '+%Y-%m-%d %H:%M' 2>/dev/null) || return 0
  journalctl -q -o cat --since "@$(($2 - 120))" --until "@$(($2 + 2))" _COMM=sudo \
    2>/dev/null | sed -n "s/^ *\([^ ]*\) : .*COMMAND=\(.*\)/@by $1 \1 with sudo: \2/p" |
    tail -n 1
  grep -E "^$m:[0-9]+ (install|upgrade|remove|purge) " "$R/var/log/dpkg.log" \
    2>/dev/null | tail -n 1 | sed "s/^[^ ]* [^ ]* \([^ ]* [^ ]*\).*/@by $1 dpkg: \1/"
}
path() {
  t=$(stat -c %Z "$R$2" 2>/dev/null || stat -c %Z "$(dirname "$R$2")" 2>/dev/null)
  [ -n "$t" ] || return 0
  echo "@since $1 $t"
  near "$1" "$t"
}
package() {
  line=$(grep -E " (install|upgrade|remove|purge) $2(:[a-z0-9]+)? " \
    "$R/var/log/dpkg.log" 2>/dev/null | tail -n 1)
  [ -n "$line" ] || return 0
  set -- "$1" $line
  echo "@since $1 $(date -d "$2 $3" +%s 2>/dev/null)"
  echo "@by $1 dpkg: $4 $5"
  sed -n '/^Start-Date/,/^End-Date/p' "$R/var/log/apt/history.log" 2>/dev/null |
    sed -n "s/^Requested-By: \(.*\)/@by $1 \1/p" | tail -n 1
}
unit() {
  t=$(systemctl show -p StateChangeTimestamp --value -- "$2" 2>/dev/null)
  [ -n "$t" ] || return 0
  t=$(date -d "$t" +%s 2>/dev/null) && echo "@since $1 $t" && near "$1" "$t"
}
"""
