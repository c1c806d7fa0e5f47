"""
A Markdown document as prose and fenced blocks, every line in exactly one of them.

Fences are CommonMark's: backticks or tildes, three or more, also indented and in lists.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from holdfast.load.workflows.tree import MAX_BYTES, TreeError
from holdfast.problems import Place

_MARK = "---"
_ENDS = ("---", "...")
_READER = MarkdownIt("commonmark")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as it is read, without its marks; lines count from 0."""

    line: int
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """What a link or a picture points at."""

    line: int
    target: str


@dataclass(frozen=True, slots=True)
class Fence:
    """
    One fenced block: the lines from ``line`` to before ``end``, counted from 0.

    ``info`` is what follows the opening marks, and ``column`` where that begins;
    ``offset`` is by how much each line of ``content`` is indented in the file.
    """

    line: int
    end: int
    info: str
    column: int
    content: str
    offsets: tuple[int, ...] = ()

    def place(self, file: str, line: int, column: int) -> Place:
        """Where a place of the content (both from 1) is in the file."""
        before = self.offsets[line - 1] if line <= len(self.offsets) else 0
        return Place(file, self.line + 1 + line, column + before)


@dataclass(frozen=True, slots=True)
class Prose:
    """The lines between two blocks."""

    line: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """
    One file: ``front`` is its front matter's YAML, ``None`` when it has none.

    ``lines`` keep their ends; ``parts`` cover all of them after the front matter.
    """

    lines: tuple[str, ...]
    front: str | None
    body: int
    parts: tuple[Prose | Fence, ...]
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()

    def text(self, part: Prose | Fence) -> str:
        """The lines of a part as they are written."""
        return "".join(self.lines[part.line : part.end])

    def heading(self, line: int) -> Heading | None:
        """The nearest heading above a line."""
        return next((h for h in reversed(self.headings) if h.line < line), None)


def has_front_matter(content: bytes) -> bool:
    """Whether a Markdown file begins as a runbook does."""
    first = content.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]
    return first.rstrip() == _MARK.encode()


def read_document(content: bytes, file: str) -> Document:
    """Read a file; raises ``TreeError`` for one that is not whole."""
    if len(content) > MAX_BYTES:
        message = f"The file has {len(content)} bytes; {MAX_BYTES} are allowed"
        raise TreeError(message)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise TreeError("The file is not UTF-8", Place(file, line, 1)) from error
    lines = _lines(text)
    body = _body(lines, file)
    tokens = _READER.parse("\n" * body + "\n".join([*_bare(lines[body:]), ""]))
    fences = _fences(tokens, lines, file)
    return Document(
        lines=tuple(lines),
        front="".join(lines[1 : body - 1]) if body else None,
        body=body,
        parts=tuple(_parts(fences, body, len(lines))),
        headings=tuple(_headings(tokens)),
        links=tuple(_links(tokens)),
    )


def _lines(text: str) -> list[str]:
    """Lines as CommonMark counts them: other breaks of Unicode are none."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    whole = [f"{line}\n" for line in lines[:-1]]
    return [*whole, lines[-1]] if lines[-1] else whole


def _bare(lines: Sequence[str]) -> list[str]:
    return [line.removesuffix("\n") for line in lines]


def _body(lines: Sequence[str], file: str) -> int:
    """The line after the front matter, 0 when there is none."""
    if not lines or lines[0].rstrip() != _MARK:
        return 0
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() in _ENDS:
            return number + 1
    message = "The front matter has no end: a line `---` is missing"
    raise TreeError(message, Place(file, 1, 1))


def _fences(tokens: Iterable[Token], lines: Sequence[str], file: str) -> list[Fence]:
    found = []
    for token in tokens:
        if token.type != "fence" or token.map is None:
            continue
        line, end = token.map
        content = token.content.split("\n")[:-1]
        source = lines[line].removesuffix("\n")
        if end - line != len(content) + 2:
            message = f"This block has no end: a line `{token.markup}` is missing"
            raise TreeError(
                message, Place(file, line + 1, _marks_at(token, source) + 1)
            )
        info = token.info.strip()
        inner = _bare(lines[line + 1 : end - 1])
        found.append(
            Fence(
                line=line,
                end=end,
                info=info,
                column=source.index(info, _marks_at(token, source)) + 1,
                content=token.content,
                offsets=tuple(
                    len(whole) - len(part)
                    for whole, part in zip(inner, content, strict=True)
                ),
            )
        )
    return found


def _marks_at(token: Token, source: str) -> int:
    return max(source.find(token.markup), 0)


def _parts(fences: Iterable[Fence], body: int, end: int) -> Iterable[Prose | Fence]:
    at = body
    for fence in fences:
        if fence.line > at:
            yield Prose(at, fence.line)
        yield fence
        at = fence.end
    if at < end:
        yield Prose(at, end)


def _headings(tokens: Sequence[Token]) -> Iterable[Heading]:
    for opened, inline in pairwise(tokens):
        if opened.type == "heading_open" and opened.map is not None:
            yield Heading(opened.map[0], int(opened.tag[1:]), _plain(inline))


def _plain(inline: Token) -> str:
    children = inline.children or ()
    return "".join(one.content for one in children).strip()


def _links(tokens: Iterable[Token]) -> Iterable[Link]:
    for token in tokens:
        line = token.map[0] if token.map else 0
        for one in token.children or ():
            line += one.type in ("softbreak", "hardbreak")
            target = one.attrGet("href") or one.attrGet("src")
            if target:
                yield Link(line, str(target))
