"""What somebody is told: one message for one cause, whatever carries it there."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Phase(Enum):
    """How a message stands to its cause: it began, was taken up, is over, or just is."""

    OPENED = "opened"
    TAKEN_UP = "taken-up"
    CLOSED = "closed"
    ONCE = "once"


HAPPENINGS: Mapping[str, tuple[str, ...]] = {
    "gate-opened": ("decided", "expired"),
    "in-doubt": ("answered",),
    "failed": ("recovered",),
    "breaker-opened": ("recovered",),
    "budget-spent": (),
    "trust-lost": ("recovered",),
    "drift": ("recovered",),
    "missed-schedule": (),
    "told": ("closed",),
}
"""What opens a cause, and what may end it. ``told`` is what a workflow itself says."""

PAGES = ("breaker-opened", "budget-spent", "trust-lost")
"""What an owner is paged for; ``page`` stands for all of them."""


@dataclass(frozen=True, slots=True)
class Notice:
    """
    One thing people may have to know, before it is decided who is told.

    ``happened`` is a word of :data:`HAPPENINGS`, ``opening`` the word its cause was
    opened by. ``causes`` are names; one that ends in ``/`` stands for all that begin
    so. ``replaces`` stands for causes that are over without anybody having to know.
    ``text`` says what is needed, ``command`` what can be typed, ``path`` is that of the
    server's page. ``at`` is a moment as the ledger writes it.
    """

    happened: str
    opening: str
    phase: Phase
    causes: tuple[str, ...]
    title: str
    replaces: str = ""
    text: str = ""
    command: str = ""
    path: str = ""
    severity: str = "info"
    at: str = ""
    workflow: str = ""
    file: str = ""
    owner: str = ""
    run: str = ""
    job: str = ""
    environments: tuple[str, ...] = ()
    actor: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """
    One message as it is handed to a channel; everything in it may be shown there.

    ``id`` is the same each time it is sent, ``cause`` the same for everything about one
    cause. ``severity`` is ``critical``, ``error``, ``warning`` or ``info``.
    """

    id: str
    cause: str
    happened: str
    phase: Phase
    severity: str
    title: str
    text: str
    project: str
    at: str = ""
    workflow: str = ""
    run: str = ""
    job: str = ""
    environment: str = ""
    owner: str = ""
    actor: str = ""
    why: str = ""
    command: str = ""
    url: str = ""
