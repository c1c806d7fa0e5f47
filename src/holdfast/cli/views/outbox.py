"""The outbox for people and for machines."""

import json
from collections.abc import Iterable

from holdfast.model.moments import to_second
from holdfast.ports import LetterRow

_TITLE = 48


def data(row: LetterRow) -> dict[str, object]:
    """One letter as JSON has it."""
    told: dict[str, object] = {
        "id": row.id,
        "to": row.to,
        "sort": row.sort,
        "what": row.what,
        "state": row.state,
        "at": row.at.isoformat(),
        "attempts": row.attempts,
        "answer": row.answer,
        "tried": row.tried.isoformat() if row.tried else None,
        "due": row.due.isoformat() if row.due else None,
    }
    return told if row.body is None else {**told, "body": dict(row.body)}


def rows(found: Iterable[LetterRow]) -> list[dict[str, object]]:
    """Letters as the rows of a table."""
    return [
        {
            "id": row.id,
            "what": row.what[:_TITLE],
            "to": row.to,
            "state": row.state,
            "tries": row.attempts,
            "next": f"{row.due:%m-%d %H:%M:%S}" if row.due else "",
            "answer": row.answer[:_TITLE],
        }
        for row in found
    ]


def text(row: LetterRow) -> str:
    """One letter with all that is known of it."""
    lines = [
        f"{row.id} to {row.to}: {row.state}",
        f"  what      {row.what}",
        f"  written   {to_second(row.at)}",
        f"  attempts  {row.attempts}",
        f"  answer    {row.answer}" if row.answer else "",
        f"  next try  {to_second(row.due)}" if row.due else "",
    ]
    body = json.dumps(dict(row.body or {}), indent=2, ensure_ascii=False)
    return "\n".join([*(line for line in lines if line), body])
