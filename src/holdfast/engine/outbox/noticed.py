"""What is common to everything that people may have to know of an entry."""

from collections.abc import Mapping
from typing import Any

from holdfast.engine.outbox.subject import About
from holdfast.model import Entry, Notice, Phase

Body = Mapping[str, Any]


def noticed(
    entry: Entry,
    of: About,
    happened: str,
    phase: Phase,
    *causes: str,
    opening: str = "",
    **more: Any,
) -> Notice:
    """A notice of an entry; ``more`` are its other fields."""
    job = str(entry.body.get("job", ""))
    told: dict[str, Any] = {
        "path": f"/runs/{entry.run}" if of.workflow and entry.run else "",
        "environments": of.places(job),
        **more,
    }
    return Notice(
        happened=happened,
        opening=opening or happened,
        phase=phase,
        causes=causes,
        at=entry.at,
        workflow=of.workflow,
        file=of.file,
        owner=of.owner,
        run=entry.run,
        job=job,
        actor=entry.actor,
        **told,
    )


def sentence(text: object) -> str:
    """What somebody wrote, with an end."""
    words = str(text or "").strip()
    return words if not words or words[-1] in ".!?" else f"{words}."
