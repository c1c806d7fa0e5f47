"""The door for what others tell: size, then proof, then reading."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from holdfast.declare import WebhookDeclared
from holdfast.drivers.webhooks import alerts, forges, generic, signatures
from holdfast.drivers.webhooks.reading import NotReadError, read_object
from holdfast.drivers.webhooks.request import Request
from holdfast.model import Occurrence
from holdfast.ports import Receive, Refusal
from holdfast.problems import Problem

MAX_BYTES_GITHUB = 25 * 1024 * 1024
"""What GitHub sends at most."""
MAX_BYTES = 5 * 1024 * 1024

_UNAUTHORIZED, _UNREADABLE, _TOO_LARGE = 401, 400, 413

_Verify = Callable[[Request], str | None]
_Tell = Callable[[Request, Mapping[str, object]], tuple[Occurrence, ...]]

_KINDS: Mapping[str, tuple[_Verify, _Tell]] = {
    "github": (signatures.github, forges.github),
    "gitlab": (signatures.gitlab, forges.gitlab),
    "alertmanager": (signatures.password_or_token, alerts.alerts),
    "grafana": (signatures.grafana, alerts.alerts),
    "hmac": (signatures.signed_body, generic.told),
    "standard": (signatures.standard, generic.standard),
    "stripe": (signatures.stripe, generic.stripe),
    "slack": (signatures.slack, generic.slack),
}


def receive(
    settings: WebhookDeclared,
    secrets: Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
    /,
) -> tuple[Occurrence, ...] | Refusal:
    """
    What a request tells, or why it is not taken; never raises.

    Nothing of the body is read before the sender is proved, and no problem repeats
    anything of it. A webhook without a secret takes nothing.
    """
    good = tuple(secret for secret in secrets if secret)
    small = {name.lower(): value for name, value in headers.items()}
    request = Request(settings, good, small, body, now)
    most = MAX_BYTES_GITHUB if settings.kind == "github" else MAX_BYTES
    if len(body) > most:
        return _too_large(request, most)
    verify, tell = _KINDS[settings.kind]
    if not good:
        return _no_secret(request)
    if wrong := verify(request):
        return _not_proved(request, wrong)
    try:
        return tell(request, read_object(request))
    except NotReadError as error:
        return _not_read(request, str(error))


def _too_large(request: Request, most: int) -> Refusal:
    return Refusal(
        _TOO_LARGE,
        Problem(
            code="webhook.too-large",
            summary="The delivery is too large",
            detail=(
                f"{len(request.body)} bytes for {request.settings.source}, {most} "
                "are taken. Nothing was stored."
            ),
            next_step="Have the sender send less: fewer alerts or events at a time.",
        ),
    )


def _no_secret(request: Request) -> Refusal:
    return Refusal(
        _UNAUTHORIZED,
        Problem(
            code="webhook.no-secret",
            summary="This webhook has no secret yet",
            detail=(
                f"Without one nobody can prove to be {request.settings.source}. "
                "Nothing was stored."
            ),
            next_step="Set the secret it names: holdfast secret set NAME",
        ),
    )


def _not_proved(request: Request, why: str) -> Refusal:
    return Refusal(
        _UNAUTHORIZED,
        Problem(
            code="webhook.not-proved",
            summary="The sender of this webhook is not proved",
            detail=f"For {request.settings.source}: {why}. Nothing was stored.",
            next_step=(
                "Set the same secret on both sides, and look at the sender's clock."
            ),
        ),
    )


def _not_read(request: Request, why: str) -> Refusal:
    return Refusal(
        _UNREADABLE,
        Problem(
            code="webhook.unreadable",
            summary="The delivery cannot be read",
            detail=(
                f"The sender of {request.settings.source} is proved, but {why}. "
                "Nothing was stored."
            ),
            next_step="Have the sender send one JSON object of the documented form.",
        ),
    )


_: Receive = receive
