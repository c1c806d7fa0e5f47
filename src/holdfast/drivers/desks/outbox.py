"""The desk of the outbox of a server."""

from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import quote

from holdfast.drivers.desks.client import Asking
from holdfast.ports import LetterRow, OutboxDesk, OutboxSheet
from holdfast.ports.wire import from_wire


class RemoteOutboxDesk:
    """Asks the server; who asks is who the token is of."""

    def __init__(self, asking: Asking) -> None:
        self._get, self._post = asking.get, asking.post

    def letters(
        self, states: Collection[str] = (), limit: int = 100, before: str = ""
    ) -> Sequence[LetterRow]:
        """Letters, newest first."""
        asked = {"state": list(states), "limit": limit, "before": before}
        found = self._get("/outbox", asked)["letters"]
        return from_wire(tuple[LetterRow, ...], found)

    def letter(self, letter: str, /) -> LetterRow:
        """One letter with its body."""
        return _row(self._get(f"/outbox/{quote(letter)}"))

    def retry(self, letter: str, actor: str, why: str = "", /) -> LetterRow:
        """Send a letter again."""
        return _row(self._post(f"/outbox/{quote(letter)}/retry", {"why": why}))

    def drop(self, letter: str, actor: str, why: str, /) -> LetterRow:
        """Give a letter up."""
        return _row(self._post(f"/outbox/{quote(letter)}/drop", {"why": why}))

    def sheet(self) -> OutboxSheet:
        """How the way out stands."""
        return from_wire(OutboxSheet, self._get("/outbox/sheet")["sheet"])


def _row(told: Any) -> LetterRow:
    return from_wire(LetterRow, told["letter"])


_: type[OutboxDesk] = RemoteOutboxDesk
