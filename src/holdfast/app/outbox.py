"""Wire the outbox of a project: channels, subscribers, and the loop that serves them."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from holdfast.app.application import Application
from holdfast.drivers.notices import Channel, Subscriber
from holdfast.engine.outbox import Delivery, Post, Relay, Writing, environments_of
from holdfast.ports import Sender


def tells(app: Application) -> bool:
    """Whether anybody is to be told anything."""
    return bool(app.project.notify.channels or app.project.subscribers)


def post_for(app: Application, holder: str) -> Post:
    """The way out of a project; ``holder`` is a name of its own for each process."""
    store, clock = app.store.outbox, app.engine.clock

    def clean(plain: dict[str, Any]) -> dict[str, Any]:
        text = app.secrets.redact(json.dumps(plain, ensure_ascii=False, default=str))
        cleaned: dict[str, Any] = json.loads(text)
        return cleaned

    relay = Relay(store, clock, holder, writing_of(app), app.project.owner, clean=clean)
    post = Post(relay, Delivery(store, clock, holder, {}, app.secrets.redact))
    post_renewed(post)(app)
    return post


def post_renewed(post: Post) -> Callable[[Application], None]:
    """What the way out takes over of a project."""

    def renew(app: Application) -> None:
        post.relay.writing = writing_of(app)
        post.relay.owner = app.project.owner
        post.relay.subscribers = app.project.subscribers
        post.relay.places = environments_of(app.project.workflows)
        post.delivery.senders = senders_of(app)

    return renew


def writing_of(app: Application) -> Writing:
    """Who writes letters for the project's channels."""
    return Writing(app.project.notify, app.project.name, app.secrets.redact)


def senders_of(app: Application) -> dict[str, Sender]:
    """Every channel and subscriber by its name; no secret is opened yet."""

    def usable(name: str) -> Sequence[str]:
        found = app.secrets.usable(name, app.engine.clock.now())
        return [one.reveal() for one in found]

    channels: dict[str, Sender] = {
        name: Channel(one, usable, app.root)
        for name, one in app.project.notify.channels.items()
    }
    subscribers = {
        name: Subscriber(one, usable) for name, one in app.project.subscribers.items()
    }
    return {**channels, **subscribers}
