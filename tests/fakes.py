"""Stand-ins that are too small or too odd to ship."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from holdfast.model import Address, Attributes, Change, Resource
from holdfast.ports import Answers, Contents, Query, Result, Wanted

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def at(name: str, host: str = "web-1", kind: str = "note") -> Address:
    return Address("test", host, kind, name)


@dataclass
class StoppedClock:
    """Time that moves only when somebody sleeps, and a clock that can be set."""

    time: datetime = NOW
    slept: list[float] = field(default_factory=list)
    passed: float = 1000.0

    def now(self) -> datetime:
        return self.time

    def steady(self) -> float:
        return self.passed

    def sleep(self, seconds: float, /) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)
        self.passed += seconds


class NoteKind:
    """A thing with one attribute, ``text``; its commands are words for the FakeHost."""

    name = "note"
    confined = True

    @property
    def model(self) -> Any:
        raise NotImplementedError

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        raise NotImplementedError

    def look(self, resource: Resource, /) -> Iterable[Query]:
        yield Query("note", (resource.address.name,))

    def read(self, resource: Resource, answers: Answers, /) -> Attributes | None:
        told = answers[Query("note", (resource.address.name,))]
        return None if told is None else {"text": told}

    def edit(self, resource: Resource, text: bytes | None, /) -> bytes | None:
        raise NotImplementedError

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        text = "rm" if change.after is None else f"set {change.after['text']}"
        return [f"note {change.address.name} {text}"]

    def inverse(self, change: Change, /) -> Change | None:
        return None if change.how.get("final") else change.swapped()


class PartKind(NoteKind):
    """Adds one line to a file: an edit kind."""

    name = "part"

    def edit(self, resource: Resource, text: bytes | None, /) -> bytes | None:
        line = str(resource.how["line"]).encode() + b"\n"
        now = text or b""
        return now if line in now else now + line


class BellKind(NoteKind):
    """What handlers drive."""

    name = "bell"

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        return [f"ring {change.how['name']}"]


KINDS: Mapping[str, Any] = {
    "note": NoteKind(),
    "part": PartKind(),
    "bell": BellKind(),
    "command": NoteKind(),
}


@dataclass
class FakeHost:
    """Plays a script's protocol back: each change ends with the status it is told."""

    name: str = "web-1"
    confined: bool = False
    fails: Callable[[str], int] = lambda _words: 0
    scripts: list[str] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)

    def run(
        self,
        script: bytes,
        /,
        *,
        listen: Callable[[bytes], None] | None = None,
        timeout: float | None = None,
    ) -> Result:
        text = script.decode()
        self.scripts.append(text)
        said: list[str] = []
        for number, piece in enumerate(text.split(" begin ")[1:]):
            mark = text.split("printf '")[1].split(" begin")[0]
            words = piece.split("set -e\n")[1].split("\n)")[0]
            self.ran.append(words)
            status = self.fails(words)
            said += [
                f"{mark} begin {number}",
                words,
                "",
                f"{mark} end {number} {status}",
            ]
            if status:
                break
        for line in said:
            if listen:
                listen(line.encode())
        return Result(0, "\n".join(said).encode())

    def close(self) -> None:
        """Nothing to let go."""
