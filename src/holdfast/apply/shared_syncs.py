"""New files of one script that share their syncs, so that each costs one program."""

from collections.abc import Iterable, Iterator, Sequence

from holdfast.ports import NewFile

_MOST = 32
"""Files: after so many the first of them are told to have ended."""

Piece = tuple[int, Sequence[str]]
"""The number of a change, and its commands."""


def grouped(pieces: Iterable[Piece]) -> Iterator[tuple[Piece, ...]]:
    """Put neighbours together that are one new file each, no file twice."""
    group: list[Piece] = []
    targets: set[str] = set()
    for number, commands in pieces:
        new = new_file(commands)
        if new is None or new.target in targets or len(group) == _MOST:
            yield from (tuple(group),) if group else ()
            group, targets = [], set()
        if new is None:
            yield ((number, commands),)
        else:
            group.append((number, (new,)))
            targets.add(new.target)
    if group:
        yield tuple(group)


def new_file(commands: Sequence[str]) -> NewFile | None:
    """The new file that is all a change does."""
    told = [command for command in commands if command]
    only = told[0] if len(told) == 1 else None
    return only if isinstance(only, NewFile) else None


def head(mark: str) -> str:
    """The function of the groups; its arguments are number, mode and file by turns."""
    return _TOGETHER.replace("@MARK", f"@{mark}")


def script(mark: str, group: Sequence[Piece]) -> str:
    """
    Prepare one after the other and stop at a failure; put in place what is prepared.

    The lines of progress are those of changes made one by one. Until a rename, nothing
    that was prepared can be seen.
    """
    steps = [
        _PREPARE.format(mark=mark, number=number, new=new)
        for number, commands in group
        if (new := new_file(commands))
    ]
    modes = {new.mode for _, commands in group if (new := new_file(commands))} - {""}
    start = f"bad=; modes='{' '.join(sorted(modes))}'; set --\n"
    return "".join([start, *steps, _END.format(mark=mark)])


_PREPARE = """\
if [ -z "$bad" ]; then
printf '@{mark} begin {number}\\n'; k=-{number}
(
set -e
{new.prepared}
) </dev/null 2>&1
status=$?
if [ $status -eq 0 ]; then set -- "$@" {number} "{new.mode}" {new.target}
else bad="{number} $status"; fi
fi
"""

_END = """\
k=; together "$@" || exit 1
if [ -n "$bad" ]; then printf '\\n@{mark} end %s\\n' "$bad"; exit 1; fi
"""

_TOGETHER = r"""
together() {
  [ $# -gt 0 ] || return 0
  for mode in $modes any; do
    ( left=$#; while [ $left -gt 0 ]; do
        n="${3%/*}/.holdfast-$$-$1" own=$2; shift 3; left=$((left - 3))
        case $mode in any | "$own") set -- "$@" "$n" ;; esac
      done
      if [ "$mode" = any ]; then
        sync "$@" 2>/dev/null || fsync "$@" 2>/dev/null || sync
      elif [ $# -gt 0 ]; then chmod "$mode" "$@" 2>&1; fi )
  done
  left=$# ended= failed=
  while [ $left -gt 0 ]; do
    number=$1 mode=$2 f=$3 n="${3%/*}/.holdfast-$$-$1"; shift 3; left=$((left - 3))
    set -- "$@" "$number" "$mode" "$f"
    if [ -n "$failed" ]; then rm -f "$n"; continue; fi
    printf '@MARK begin %s\n' "$number"
    if [ -d "$f" ]; then echo "$f is a directory"; false
    else mv -f "$n" "$f" </dev/null 2>&1; fi
    status=$?
    if [ $status -eq 0 ]; then ended="$ended $number"
    else failed="$number $status"; rm -f "$n"; fi
  done
  ( left=$#; while [ $left -gt 0 ]; do
      f=$3; shift 3; left=$((left - 3)); set -- "$@" "${f%/*}"
    done
    sync "$@" 2>/dev/null || fsync "$@" 2>/dev/null || : )
  for number in $ended; do printf '\n@MARK end %s 0\n' "$number"; done
  [ -n "$failed" ] || return 0
  printf '\n@MARK end %s\n' "$failed"; return 1
}
"""
