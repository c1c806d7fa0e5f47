"""A ledger, an outbox, and channels that remember what they were handed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fakes import StoppedClock
from holdfast.app.desks.outbox import LocalOutboxDesk
from holdfast.declare import NotifyDeclared, SubscriberDeclared
from holdfast.drivers.stores import Store
from holdfast.engine.journal import moment
from holdfast.engine.outbox import Delivery, Post, Relay, Writing
from holdfast.model import Entry, Event
from holdfast.ports import Answer, Letter, Sender

NOON = datetime.fromisoformat("2026-11-23T12:00:00+00:00")
TAKEN = Answer(taken=True, said="200 ok")


@dataclass
class Recorder:
    """A channel that takes everything, unless it was told what to answer."""

    gathers: bool = False
    answers: list[Answer] = field(default_factory=list)
    handed: list[list[Letter]] = field(default_factory=list)

    def send(self, letters: Sequence[Letter], now: datetime, /) -> Answer:
        self.handed.append(list(letters))
        return self.answers.pop(0) if self.answers else TAKEN

    @property
    def titles(self) -> list[str]:
        return [letter.what for letters in self.handed for letter in letters]

    @property
    def phases(self) -> list[str]:
        return [letter.body["phase"] for pile in self.handed for letter in pile]


def notify(*rules: dict[str, Any], **more: Any) -> NotifyDeclared:
    channels = {
        "ops": {"driver": "slack", "url": "slack_ops"},
        "duty": {"driver": "pagerduty", "key": "pagerduty_key"},
        "ann": {
            "driver": "mail",
            "to": ["ann@shop.example"],
            "server": "smtp.shop.example",
            "sender": "holdfast@shop.example",
        },
    }
    told = {"channels": channels, "send": list(rules), **more}
    return NotifyDeclared.model_validate(told)


@dataclass
class Scene:
    store: Store
    clock: StoppedClock
    post: Post
    senders: dict[str, Recorder]

    @classmethod
    def of(
        cls,
        store: Store,
        declared: NotifyDeclared,
        subscribers: dict[str, SubscriberDeclared] | None = None,
    ) -> "Scene":
        clock = StoppedClock(NOON)
        names = [*declared.channels, *(subscribers or {})]
        senders = {name: Recorder(gathers=name == "ann") for name in names}
        made = cls(store, clock, _post(store, clock, declared, senders, "one"), senders)
        made.post.relay.subscribers = subscribers or {}
        made.post.relay.places = {"w.yaml": {"ship": "production"}}
        made.post.relay.begin()
        return made

    def another(self, holder: str) -> Post:
        """The same in another process."""
        relay = self.post.relay
        declared = relay.writing.declared
        post = _post(self.store, self.clock, declared, self.senders, holder)
        post.relay.subscribers = relay.subscribers
        return post

    def happens(self, event: Event, run: str = "r1", **body: Any) -> None:
        self.store.ledger.append([self.entry(event, run, **body)])

    def entry(self, event: Event, run: str = "r1", **body: Any) -> Entry:
        at = moment(self.clock.now())
        return Entry(event, run=run, actor=body.pop("actor", "ann"), at=at, body=body)

    def begins(self, run: str, **more: Any) -> None:
        told = {"workflow": "ship", "file": "w.yaml", "owner": "team-shop", **more}
        self.happens(Event.QUEUED, run, **told)

    def ends(self, run: str, state: str, **more: Any) -> None:
        self.happens(Event.FINISHED, run, state=state, **more)

    def run(self, run: str, state: str, **more: Any) -> None:
        self.begins(run, **more)
        self.ends(run, state)

    @property
    def desk(self) -> LocalOutboxDesk:
        redact = self.post.relay.writing.redact
        return LocalOutboxDesk(self.store.runs, self.store.outbox, self.clock, redact)

    def passes(self, seconds: float) -> None:
        self.clock.time += timedelta(seconds=seconds)
        self.post.tick()

    def __getitem__(self, name: str) -> Recorder:
        return self.senders[name]


def _post(
    store: Store,
    clock: StoppedClock,
    declared: NotifyDeclared,
    senders: dict[str, Recorder],
    holder: str,
) -> Post:
    writing = Writing(
        declared, "shop", lambda text: text.replace("hunter2hunter2", "***")
    )
    relay = Relay(store.outbox, clock, holder, writing, "team-platform")
    given: dict[str, Sender] = dict(senders)
    return Post(relay, Delivery(store.outbox, clock, holder, given, writing.redact))
