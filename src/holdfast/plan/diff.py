"""What differs, as a person reads it."""

from collections.abc import Iterator
from difflib import unified_diff

from holdfast.model import Change, Value, differences
from holdfast.ports import Contents

_LONGEST = 200
"""Lines of a diff that are shown; the rest is counted."""


def lines_of(change: Change, contents: Contents) -> Iterator[str]:
    """Each attribute that differs; text as a unified diff."""
    if change.address.kind == "handler":
        callers = ", ".join(address.local for address in change.triggered_by)
        yield f"because of {callers}" if callers else "left over from a run cut short"
        return
    for name, before, after in differences(change):
        if _is_content(before) or _is_content(after):
            yield from _content(change, before, after, contents)
        elif change.before is None:
            yield f"{name}: {_shown(after)}"
        elif change.after is None:
            yield f"{name}: {_shown(before)}"
        else:
            yield f"{name}: {_shown(before)} → {_shown(after)}"
    if change.address.kind == "command" and "run" in change.how:
        yield f"$ {change.how['run']}"


def unified(change: Change, contents: Contents) -> str | None:
    """The diff of the content as one text; ``None`` when there is none to show."""
    pairs = [
        (before, after)
        for _, before, after in differences(change)
        if _is_content(before) or _is_content(after)
    ]
    if not pairs:
        return None
    return "\n".join(
        line for b, a in pairs for line in _content(change, b, a, contents)
    )


def _content(
    change: Change, before: Value, after: Value, contents: Contents
) -> Iterator[str]:
    if change.sensitive:
        yield "content: differs (it holds a secret and is not shown)"
        return
    old, new = _text(before, contents), _text(after, contents)
    if old is None or new is None:
        yield f"content: {_size(before, contents)} → {_size(after, contents)}"
        return
    path = str(change.how.get("path", change.address.name))
    diff = list(
        unified_diff(old, new, f"{path} (is)", f"{path} (wanted)", lineterm="", n=3)
    )
    yield from (line.rstrip("\n") for line in diff[:_LONGEST])
    if len(diff) > _LONGEST:
        yield f"... {len(diff) - _LONGEST} more lines; see them all with --json"


def _is_content(value: Value) -> bool:
    return isinstance(value, str) and value.startswith("sha256:")


def _text(value: Value, contents: Contents) -> list[str] | None:
    if value is None:
        return []
    content = contents.get(str(value))
    if content is None or b"\0" in content:
        return None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    lines = text.split("\n")
    ending = ["\\ No newline at end of file"] if lines[-1] else []
    return [
        *(_visible(line) for line in lines if line or line is not lines[-1]),
        *ending,
    ]


def _visible(line: str) -> str:
    """Control characters as escapes: what a host says must not drive a terminal."""
    return "".join(
        character
        if character.isprintable() or character == "\t"
        else _escape(character)
        for character in line
    )


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode()


def _size(value: Value, contents: Contents) -> str:
    if value is None:
        return "nothing"
    content = contents.get(str(value))
    known = f", {len(content)} bytes" if content is not None else ""
    return f"{str(value)[:19]}…{known}"


def _shown(value: Value) -> str:
    if value is None:
        return "(unset)"
    return _visible(value) if isinstance(value, str) else str(value)
