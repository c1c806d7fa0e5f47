"""YAML 1.2, core schema, with the place of everything; never raises on any input."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from holdfast.problems import Place, Problem

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 64
MAX_NODES = 1_000_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_ODD_FLOAT = {".inf", ".Inf", ".INF", "+.inf", "-.inf", ".nan", ".NaN", ".NAN"}
_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_CORE = "tag:yaml.org,2002:"

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Document:
    """Plain values, and where each of them was written, by its path of keys."""

    file: str
    value: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Path) -> Place:
        """Where a value was written, or the nearest thing around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(self.file, 1, 1))


class _Refused(Exception):  # noqa: N818 - it carries a problem, it is none
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.summary)
        self.problem = problem


def read_yaml(content: bytes, file: str) -> Document:
    """Read one file; what is wrong with it is in ``problems``, never raised."""
    document = Document(file)
    try:
        events = yaml.parse(_text(content, file), Loader=_LOADER)
        _Builder(document, iter(events)).build()
    except _Refused as refused:
        document.problems.append(refused.problem)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        document.problems.append(
            Problem(
                code="load.yaml",
                summary="This is not YAML",
                detail=f"{error.problem or error.context}.",
                next_step="Mend the line; quote text that holds `: ` or ` #`.",
                place=Place(file, line, column),
            )
        )
    except (yaml.YAMLError, UnicodeError, ValueError) as error:
        document.problems.append(
            _simple(file, "load.yaml", "This is not YAML", str(error))
        )
    return document


def _text(content: bytes, file: str) -> str:
    if len(content) > MAX_BYTES:
        raise _Refused(
            _simple(
                file,
                "load.too-large",
                "The file is too large",
                f"{len(content)} bytes, {MAX_BYTES} allowed. Was it meant as `source:`?",
            )
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _Refused(
            Problem(
                code="load.not-utf8",
                summary="The file is not UTF-8",
                detail=f"Byte {error.start} is {content[error.start]:#04x}.",
                next_step="Save the file as UTF-8.",
                place=Place(file, line, 1),
            )
        ) from error


class _Builder:
    """Builds values from events, without trusting their size or depth."""

    def __init__(self, document: Document, events: Iterator[Any]) -> None:
        self._document, self._events = document, events
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._nodes = 0

    def build(self) -> None:
        """Read the first document; a second one is a problem."""
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if self._document.places:
                    raise self._refuse(
                        event, "load.documents", "Only one document a file"
                    )
                self._document.value = self._node(next(self._events), (), 0)

    def _node(self, event: Any, path: Path, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise self._refuse(
                event, "load.too-deep", f"Nested deeper than {MAX_DEPTH}"
            )
        self._document.places.setdefault(path, self._place(event))
        start = self._nodes
        self._count(event, 1)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                raise self._refuse(event, "load.alias", f"No anchor `{event.anchor}`")
            value, size = self._anchors[event.anchor]
            self._count(event, size)
            return value
        if isinstance(event, yaml.ScalarEvent):
            value = self._scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._only(event, "seq")
            value = self._sequence(path, depth)
        else:
            self._only(event, "map")
            value = self._mapping(path, depth)
        if event.anchor:
            self._anchors[event.anchor] = (value, self._nodes - start)
        return value

    def _sequence(self, path: Path, depth: int) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self._node(event, (*path, len(values)), depth + 1))
        return values

    def _mapping(self, path: Path, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._refuse(event, "load.key", "A key must be plain text")
            key = event.value
            here = (*path, key)
            if key in values:
                first = self._document.places[here]
                self._document.problems.append(
                    Problem(
                        code="load.duplicate-key",
                        summary=f"`{key}` is written twice",
                        detail=f"The first one is at {first}.",
                        next_step="Take one of them out.",
                        place=self._place(event),
                    )
                )
                self._node(next(self._events), (*path, f"{key} (again)"), depth + 1)
                continue
            self._document.places[here] = self._place(event)
            values[key] = self._node(next(self._events), here, depth + 1)
        return values

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        tag = event.tag
        if tag is None:
            return (
                plain(text) if event.implicit[0] and event.style in (None, "") else text
            )
        if tag in ("!", _CORE + "str"):
            return text
        if tag.startswith(_CORE) and tag[len(_CORE) :] in (
            "int",
            "float",
            "bool",
            "null",
        ):
            return plain(text)
        raise self._refuse(event, "load.tag", f"The tag {tag} is not supported")

    def _only(self, event: Any, word: str) -> None:
        if event.tag not in (None, "!", _CORE + word):
            raise self._refuse(
                event, "load.tag", f"The tag {event.tag} is not supported"
            )

    def _count(self, event: Any, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            raise self._refuse(
                event, "load.explodes", f"More than {MAX_NODES} values, aliases counted"
            )

    def _place(self, event: Any) -> Place:
        mark = event.start_mark
        return Place(self._document.file, mark.line + 1, mark.column + 1)

    def _refuse(self, event: Any, code: str, summary: str) -> _Refused:
        return _Refused(Problem(code=code, summary=summary, place=self._place(event)))


def plain(text: str) -> Any:
    """What an unquoted scalar means in the core schema."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text):
        return int(text) if len(text) < 4000 else text  # noqa: PLR2004
    if _OCTAL.fullmatch(text) or _HEX.fullmatch(text):
        return int(text, 0)
    if text in _ODD_FLOAT:
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return float(text) if _FLOAT.fullmatch(text) else text


def _simple(file: str, code: str, summary: str, detail: str) -> Problem:
    return Problem(code=code, summary=summary, detail=detail, place=Place(file, 1, 1))
