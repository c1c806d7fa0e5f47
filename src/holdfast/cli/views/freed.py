"""What was removed, for people and for machines."""

from dataclasses import asdict

from holdfast.ports import Freed

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")
_STEP = 1024


def text(freed: Freed, *, dry_run: bool) -> str:
    """One sentence with every number that is not zero."""
    if not freed:
        return "Nothing is beyond its time."
    parts = [
        f"{count} {noun if count == 1 else noun + 's'}"
        for count, noun in (
            (freed.runs, "run"),
            (freed.events, "event"),
            (freed.decisions, "decision"),
            (freed.segments, "row of the engine"),
            (freed.archives, "archive"),
        )
        if count
    ]
    parts = [part.replace("row of the engines", "rows of the engine") for part in parts]
    parts += [f"{_size(freed.output)} of output"] if freed.output else []
    parts += [f"{_size(freed.archived)} of archives"] if freed.archived else []
    return f"{'Would remove' if dry_run else 'Removed'}: {', '.join(parts)}."


def data(freed: Freed, *, dry_run: bool) -> dict[str, object]:
    """The same as ``holdfast.pruned/1``; sizes in bytes."""
    return {"dry_run": dry_run, **asdict(freed)}


def _size(number: float) -> str:
    for unit in _UNITS[:-1]:
        if number < _STEP:
            return f"{number:.0f} {unit}" if unit == "bytes" else f"{number:.1f} {unit}"
        number /= _STEP
    return f"{number:.1f} {_UNITS[-1]}"
