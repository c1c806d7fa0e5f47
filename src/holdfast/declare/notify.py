"""Who is told what, over which channel, and who hears of everything as an event."""

from fnmatch import fnmatchcase
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from holdfast.declare.strict import Strict
from holdfast.declare.units import Duration

ChannelDriver = Literal["slack", "teams", "webhook", "mail", "pagerduty"]

Happening = Literal[
    "gate-opened",
    "decided",
    "expired",
    "in-doubt",
    "answered",
    "failed",
    "recovered",
    "page",
    "breaker-opened",
    "budget-spent",
    "trust-lost",
    "missed-schedule",
    "drift",
]

EVENT_TYPES = (
    "run.started",
    "run.ended",
    "gate.opened",
    "gate.decided",
    "job.in-doubt",
    "job.answered",
    "apply.started",
    "apply.done",
    "breaker.opened",
    "breaker.closed",
    "budget.spent",
    "trust.lost",
    "trust.given",
    "schedule.missed",
    "drift.found",
    "drift.resolved",
)
"""What subscribers can hear of, without the ``dev.holdfast.`` before it."""

OWNER = "owner"
"""The word in ``to:`` for the channels of whoever owns what it is about."""

_NEEDED = {
    "slack": ("url",),
    "teams": ("url",),
    "webhook": ("url",),
    "mail": ("to", "server", "sender"),
    "pagerduty": ("key",),
}
_KNOWN = {
    "slack": {"url"},
    "teams": {"url"},
    "webhook": {"url", "secret"},
    "mail": {
        "to",
        "server",
        "port",
        "security",
        "user",
        "password",
        "sender",
        "ca",
        "gather",
    },
    "pagerduty": {"key", "endpoint"},
}
_SHARED = {"driver", "text", "template"}
_EVENTS_URL = "https://events.pagerduty.com/v2/enqueue"


def _secret_name(name: str) -> str:
    if "://" in name:
        message = (
            "this is the name of a secret; keep the URL itself with: "
            "holdfast secret set NAME"
        )
        raise ValueError(message)
    return name


def _url_or_secret(text: str) -> str:
    if "://" not in text:
        return text
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an address begins with https:// or http://")
    if parts.username or parts.password or parts.query:
        message = (
            "an address with a password or a token in it belongs into a secret; "
            "write that secret's name here"
        )
        raise ValueError(message)
    return text


def _type_pattern(text: str) -> str:
    if not any(fnmatchcase(known, text) for known in EVENT_TYPES):
        message = f"no event is of the type {text!r}; known: {', '.join(EVENT_TYPES)}"
        raise ValueError(message)
    return text


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


SecretName = Annotated[str, AfterValidator(_secret_name)]
"""The name of a secret, never its value."""

Words = Annotated[str | list[str], AfterValidator(_listed)]
"""One word, or a list of them."""


class ChannelDeclared(Strict):
    """
    One way to reach people.

    `url`, `key`, `secret` and `password` are names of secrets, never the values. `text`
    or `template` (a file) is Jinja2 and replaces the words of the message, not its
    title.

    `slack` and `teams` have a `url`; `webhook` has a `url` and, to sign, a `secret`;
    `pagerduty` has a `key`; `mail` has the rest: its messages that come within `gather`
    of each other, a minute when nothing is said, are one letter.

        driver: mail
        to: [sre@shop.example]
        server: smtp.shop.example
        sender: holdfast@shop.example
        user: holdfast
        password: smtp_password
    """

    driver: ChannelDriver
    url: SecretName = ""
    key: SecretName = ""
    secret: SecretName | list[SecretName] = Field(default_factory=list)
    endpoint: str = _EVENTS_URL
    """Where PagerDuty takes events; another one in Europe."""
    to: Words = Field(default_factory=list)
    server: str = ""
    port: int | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: SecretName = ""
    sender: str = ""
    ca: str = ""
    """A file of the project with the certificates to trust; the system's without one."""
    text: str = ""
    template: str = ""
    gather: Duration | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        missing = [key for key in _NEEDED[self.driver] if not getattr(self, key)]
        if missing:
            message = f"a channel by {self.driver} needs `{missing[0]}:`"
            raise ValueError(message)
        odd = sorted(self.model_fields_set - _KNOWN[self.driver] - _SHARED)
        if odd:
            message = f"a channel by {self.driver} has no `{odd[0]}:`"
            raise ValueError(message)
        if self.text and self.template:
            raise ValueError("either `text:` or `template:`, not both")
        if self.password and self.security == "none":
            raise ValueError("a password is not sent over a connection in clear")
        return self

    @property
    def gathers(self) -> int:
        """Seconds in which messages become one."""
        if self.gather is not None:
            return self.gather
        return 60 if self.driver == "mail" else 0


class SendDeclared(Strict):
    """
    What is sent where: of some sorts, about some environments, workflows and owners.

    `to: owner` is the channel that `owners:` names for the owner of the workflow. Whoever
    was told that something is open is told once when it is over.

        to: ops
        on: [gate-opened, in-doubt, failed]
        environment: production
    """

    to: Words
    on: list[Happening]
    environment: Words = Field(default_factory=list)
    workflow: Words = Field(default_factory=list)
    owner: Words = Field(default_factory=list)


class NotifyDeclared(Strict):
    """
    Who is told what.

    Of one cause there is one message, and one when it is over. A cause that comes back
    within `quiet` is told when it is still there after that time, and not before.

        notify:
          link: https://holdfast.shop.example
          channels:
            ops: {driver: slack, url: slack_ops}
            duty: {driver: pagerduty, key: pagerduty_key}
          owners: {team-shop: ops}
          send:
            - {to: owner, on: [gate-opened, failed]}
            - {to: duty, on: [breaker-opened, in-doubt], environment: production}
    """

    link: str = Field(default="", description="The server's address, for links.")
    quiet: Duration = 600
    channels: dict[str, ChannelDeclared] = Field(default_factory=dict)
    owners: dict[str, Words] = Field(
        default_factory=dict, description="Channels by the owner of a workflow."
    )
    send: list[SendDeclared] = Field(default_factory=list)

    @model_validator(mode="after")
    def _names(self) -> Self:
        if OWNER in self.channels:
            message = f"no channel can be called `{OWNER}`: `to: owner` has a meaning"
            raise ValueError(message)
        return self


class SubscriberDeclared(Strict):
    """
    A program that is sent what happens, as signed CloudEvents.

    `url` is an address or the name of a secret that holds it. Each event is signed with
    `secret` by Standard Webhooks; of two names both sign, so that one can be changed.
    Without `types` it gets all of them; see the reference of events.

        url: https://audit.shop.example/events
        secret: audit_signing
        types: [run.ended, gate.*]
    """

    url: Annotated[str, AfterValidator(_url_or_secret)]
    secret: SecretName | list[SecretName]
    types: list[Annotated[str, AfterValidator(_type_pattern)]] = Field(
        default_factory=list
    )
