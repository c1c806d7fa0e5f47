"""All commands of one host as one script, and what it says while it runs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from holdfast.apply import shared_syncs
from holdfast.model import Change, canonical, digest
from holdfast.ports import Contents, Kind, still_running

_OUTPUT_KEPT = 64 * 1024


@dataclass(frozen=True, slots=True)
class Script:
    """One script and the mark its progress lines bear."""

    text: bytes
    mark: bytes


def write(
    changes: Sequence[Change], kinds: Mapping[str, Kind], contents: Contents
) -> Script:
    """
    The script that makes these changes one after the other and stops at a failure.

    Each change runs in its own subshell under ``set -e`` with its two outputs joined; a
    marked line tells when it begins and with which status it ended. New files that follow
    each other share their syncs.
    """
    mark = digest(canonical([[str(c.address), c.before, c.after] for c in changes]))[
        7:23
    ]
    commands = [commands_of(change, kinds, contents) for change in changes]
    groups = list(shared_syncs.grouped(enumerate(commands)))
    pieces = [
        shared_syncs.script(mark, group) if len(group) > 1 else _piece(mark, *group[0])
        for group in groups
    ]
    head = _head(changes[0].address.host) if changes else ""
    if any(len(group) > 1 for group in groups):
        head += shared_syncs.head(mark)
    return Script("".join([head, *pieces]).encode(), mark.encode())


BUSY = 98
"""The status of a script that finds another one still at work."""


def _head(host: str) -> str:
    """Who writes (what is made is theirs already), and the sign that it is at work."""
    return (
        f"umask 022; ME=$(id -un):$(id -gn)\n{still_running(host)}"
        f"if still_running; then exit {BUSY}; fi\n"
        'echo "$$ $(age $$)" >"$P"; trap \'rm -f "$P"\' EXIT\n'
    )


def commands_of(
    change: Change, kinds: Mapping[str, Kind], contents: Contents
) -> Sequence[str]:
    """The commands of one change; a handler's come from the kind it drives."""
    kind = str(change.how["kind"]) if _is_handler(change) else change.address.kind
    return kinds[kind].commands(change, contents)


def _is_handler(change: Change) -> bool:
    return change.address.kind == "handler"


def _piece(mark: str, number: int, commands: Sequence[str]) -> str:
    body = "\n".join(commands)
    return (
        f"printf '@{mark} begin {number}\\n'\n"
        f"(\nset -e\n{body}\n) </dev/null 2>&1\n"
        f"status=$?\nprintf '\\n@{mark} end {number} %s\\n' $status\n"
        f"[ $status -eq 0 ] || exit 1\n"
    )


@dataclass(slots=True)
class Progress:
    """Reads a running script line by line."""

    mark: bytes
    begun: int = -1
    ended: dict[int, int] = field(default_factory=dict)
    output: dict[int, bytearray] = field(default_factory=dict)

    def hear(self, line: bytes) -> int | None:
        """Take one line; the number of the change that has just ended, if one has."""
        told = re.fullmatch(
            rb"@" + self.mark + rb" (?:begin (\d+)|end (\d+) (\d+))", line
        )
        if not told:
            self._keep(line)
            return None
        if told[1]:
            self.begun = int(told[1])
            return None
        self.ended[int(told[2])] = int(told[3])
        return int(told[2])

    def said(self, number: int) -> str:
        """What one change printed, the last 64 KiB of whole lines."""
        return bytes(self.output.get(number, b"")).decode(errors="replace").strip("\n")

    def _keep(self, line: bytes) -> None:
        kept = self.output.setdefault(self.begun, bytearray())
        kept += line + b"\n"
        if len(kept) > _OUTPUT_KEPT:
            del kept[: kept.find(b"\n", len(kept) - _OUTPUT_KEPT) + 1]
