"""Channels and subscribers as senders: the secret is opened when it is needed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from holdfast.declare import ChannelDeclared, SubscriberDeclared
from holdfast.drivers.notices.door import Outgoing, post
from holdfast.drivers.notices.mail import Mailbox, hand_over, mail
from holdfast.drivers.notices.pagerduty import pagerduty
from holdfast.drivers.notices.slack import slack
from holdfast.drivers.notices.teams import teams
from holdfast.drivers.notices.webhook import cloudevent, webhook
from holdfast.model import Message
from holdfast.ports import Answer, Letter, Sender
from holdfast.ports.wire import from_wire
from holdfast.problems import HoldfastError, Problem

Usable = Callable[[str], Sequence[str]]
"""The versions of a secret that count now, newest first."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A declared channel; a path in it is below ``root``."""

    declared: ChannelDeclared
    usable: Usable
    root: Path

    @property
    def gathers(self) -> bool:
        """Whether several messages go out as one."""
        return self.declared.driver == "mail"

    def send(self, letters: Sequence[Letter], now: datetime, /) -> Answer:
        """Hand messages over; raises ``HoldfastError`` when a secret cannot be had."""
        messages = [from_wire(Message, dict(letter.body)) for letter in letters]
        if self.declared.driver == "mail":
            box = self._mailbox()
            return hand_over(mail(messages, box, now), box)
        return post(self._outgoing(messages[0], now), now)

    def _outgoing(self, message: Message, now: datetime) -> Outgoing:
        declared = self.declared
        if declared.driver == "pagerduty":
            key = the_secret(declared.key, self.usable)
            return pagerduty(message, key, declared.endpoint)
        url = the_secret(declared.url, self.usable)
        match declared.driver:
            case "slack":
                return slack(message, url)
            case "teams":
                return teams(message, url)
            case _:
                return webhook(message, url, every(declared.secret, self.usable), now)

    def _mailbox(self) -> Mailbox:
        declared = self.declared
        password = (
            the_secret(declared.password, self.usable) if declared.password else ""
        )
        return Mailbox(
            server=declared.server,
            sender=declared.sender,
            to=tuple(declared.to),
            security=declared.security,
            port=declared.port,
            user=declared.user,
            password=password,
            ca=self.root / declared.ca if declared.ca else None,
        )


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A declared subscriber."""

    declared: SubscriberDeclared
    usable: Usable
    gathers: bool = False

    def send(self, letters: Sequence[Letter], now: datetime, /) -> Answer:
        """Hand one event over; raises ``HoldfastError`` when a secret cannot be had."""
        letter, url = letters[0], self.declared.url
        if "://" not in url:
            url = the_secret(url, self.usable)
        secrets = every(self.declared.secret, self.usable)
        return post(cloudevent(letter.body, letter.key, url, secrets, now), now)


def the_secret(name: str, usable: Usable) -> str:
    """The newest version of a secret; raises ``HoldfastError`` for none."""
    found = usable(name)
    if not found:
        raise HoldfastError(_no_secret(name))
    return found[0].strip()


def every(names: str | list[str], usable: Usable) -> list[str]:
    """All versions of all names that count, each once; raises for a name with none."""
    wanted = [names] if isinstance(names, str) else names
    for name in wanted:
        the_secret(name, usable)
    return list(dict.fromkeys(v.strip() for name in wanted for v in usable(name)))


def _no_secret(name: str) -> Problem:
    return Problem(
        code="notice.no-secret",
        summary=f"There is no secret {name}",
        detail="Nothing was sent; the letter stays in the outbox.",
        next_step=f"Keep it: holdfast secret set {name}",
    )


_: type[Sender] = Channel
_s: type[Sender] = Subscriber
