"""The desk of events of a server."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from holdfast.drivers.desks.client import Asking
from holdfast.ports import EventDesk, EventRow, Reply, Told
from holdfast.ports.wire import from_wire, to_wire


class RemoteEventDesk:
    """Asks the server; who asks is who the token is of."""

    def __init__(self, asking: Asking) -> None:
        self._asking, self._get, self._post = asking, asking.get, asking.post

    def events(
        self, sort: str = "", limit: int = 50, before: str = ""
    ) -> Sequence[EventRow]:
        """What happened outside, newest first."""
        asked = {"type": sort, "limit": limit, "before": before}
        return from_wire(tuple[EventRow, ...], self._get("/events", asked)["events"])

    def event(self, event: str, /) -> EventRow:
        """One occurrence with its data and everything that came of it."""
        return from_wire(EventRow, self._get(f"/events/{quote(event)}")["event"])

    def send(self, told: Told, actor: str, key: str = "") -> EventRow:
        """Keep an occurrence that a person tells."""
        found = self._post("/events", to_wire(Told, told), key)
        return from_wire(EventRow, found["event"])

    def replay(self, event: str, actor: str) -> EventRow:
        """Let workflows look at an occurrence again."""
        found = self._post(f"/events/{quote(event)}/replay", {})
        return from_wire(EventRow, found["event"])

    def receive(self, hook: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Take what was sent to one endpoint."""
        return self._asking.deliver(hook, headers, body)

    def why(self, event: str, /) -> Sequence[str]:
        """Why an event started what it did."""
        return list(self._get(f"/events/{quote(event)}/why")["because"])

    def version(self) -> str:
        """A word that is another one whenever an event or a decision came."""
        return str(self._get("/events/version")["version"])


_: type[EventDesk] = RemoteEventDesk
