"""Who may tell us that something happened, how it is proved, and what we look at."""

from typing import Literal, Self

from pydantic import Field, model_validator

from holdfast.declare.strict import Strict
from holdfast.declare.units import Duration

WebhookKind = Literal[
    "github",
    "gitlab",
    "alertmanager",
    "grafana",
    "hmac",
    "standard",
    "stripe",
    "slack",
]


class WebhookDeclared(Strict):
    """
    One endpoint that takes webhooks.

    ``secret`` names the secret that proves the sender; with two names both are good,
    so that one can be changed without losing a delivery. The keys from ``header`` on
    are for `kind: hmac`, `timestamp_header` also for Grafana.

        kind: hmac
        name: shop-orders
        secret: [orders_hook, orders_hook_old]
        header: X-Shop-Signature
        prefix: "sha256="
        event_header: X-Shop-Event
        delivery_header: X-Shop-Delivery
    """

    kind: WebhookKind
    name: str = ""
    """The ``source`` of what it takes; the kind when it has no name."""
    secret: str | list[str] = Field(default_factory=list)
    username: str = ""
    """Of Basic authentication; empty: any."""
    tolerance: Duration = 300
    """How old a signed time may be, and how far ahead, in seconds."""
    header: str = "X-Hub-Signature-256"
    prefix: str = "sha256="
    """What stands before the signature; may be empty."""
    encoding: Literal["hex", "base64"] = "hex"
    algorithm: Literal["sha256", "sha384", "sha512", "sha1"] = "sha256"
    allow_sha1: bool = False
    timestamp_header: str = ""
    """Holds Unix seconds; they are signed too, before the body and a colon."""
    event_header: str = ""
    delivery_header: str = ""

    @model_validator(mode="after")
    def _strong(self) -> Self:
        if self.algorithm == "sha1" and not self.allow_sha1:
            message = (
                "SHA-1 signatures are not taken unless `allow_sha1: true` says that "
                "the sender knows nothing better"
            )
            raise ValueError(message)
        return self

    @property
    def source(self) -> str:
        """Who sends here, as occurrences name it."""
        return self.name or self.kind


class PollDeclared(Strict):
    """
    A git repository no webhook can come from; what is pushed there is found by looking.

        git: https://git.example/shop/api.git
        every: 1m
    """

    git: str = Field(description="A URL or path, as `git ls-remote` takes it.")
    every: Duration = 60
    repository: str = Field(
        default="",
        description="`owner/name` of it in events; the end of the URL when not given.",
    )

    @property
    def full_name(self) -> str:
        """``owner/name`` of the repository, as events have it."""
        path = self.git.replace(":", "/").rstrip("/").removesuffix(".git")
        return self.repository or "/".join(path.split("/")[-2:])
