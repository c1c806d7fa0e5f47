"""
Who sent this: signatures, tokens and passwords, compared in constant time.

Every secret is tried every time, so the time an answer takes tells nothing. Each
function gives ``None`` when the sender is who it says, else what is wrong.
"""

import binascii
import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from hashlib import sha256

from holdfast.drivers.webhooks.request import Request

_SECONDS = re.compile(r"[0-9]{1,12}")
_MOST_SIGNATURES = 16


def signed_body(request: Request) -> str | None:
    """An HMAC over the body, as the settings say: header, prefix, encoding."""
    settings = request.settings
    given = request.header(settings.header)
    if not given:
        return f"the header {settings.header} is missing"
    if not given.startswith(settings.prefix):
        return f"{settings.header} does not begin with `{settings.prefix}`"
    signed = request.body
    if settings.timestamp_header:
        moment = request.header(settings.timestamp_header)
        if wrong := out_of_time(request, moment, settings.timestamp_header):
            return wrong
        signed = moment.encode() + b":" + request.body
    given = given.removeprefix(settings.prefix)
    return _one_of(
        request,
        [given],
        [_signature(key, signed, request) for key in _keys(request)],
    )


def github(request: Request) -> str | None:
    """``X-Hub-Signature-256: sha256=<hex>`` over the body."""
    given = request.header("x-hub-signature-256")
    if not given:
        return "the header X-Hub-Signature-256 is missing"
    wanted = [
        "sha256=" + hmac.digest(key, request.body, "sha256").hex()
        for key in _keys(request)
    ]
    return _one_of(request, [given], wanted)


def gitlab(request: Request) -> str | None:
    """A signature as :func:`standard` has it where there is one, else the token."""
    if request.header("webhook-signature"):
        return standard(request)
    given = request.header("x-gitlab-token")
    if not given:
        return "the header X-Gitlab-Token is missing"
    return _one_of(request, [given], list(request.secrets))


def password_or_token(request: Request) -> str | None:
    """``Authorization: Basic`` or ``Bearer``, the secret being password or token."""
    scheme, _, given = request.header("authorization").partition(" ")
    match scheme.lower():
        case "bearer":
            return _one_of(request, [given.strip()], list(request.secrets))
        case "basic":
            return _basic(request, given.strip())
        case "":
            return "the header Authorization is missing"
        case _:
            return "Authorization is neither Basic nor Bearer"


def grafana(request: Request) -> str | None:
    """
    ``X-Grafana-Alerting-Signature``, bare hex, over the body; or a password or token.

    Where the contact point has a timestamp header, its seconds and a colon are signed
    before the body, and the settings name that header.
    """
    if request.header("authorization"):
        return password_or_token(request)
    header = request.settings.timestamp_header
    given = request.header("x-grafana-alerting-signature")
    if not given:
        return "neither X-Grafana-Alerting-Signature nor Authorization is there"
    signed = request.body
    if header:
        moment = request.header(header)
        if wrong := out_of_time(request, moment, header):
            return wrong
        signed = moment.encode() + b":" + request.body
    wanted = [hmac.digest(key, signed, "sha256").hex() for key in _keys(request)]
    return _one_of(request, [given.lower()], wanted)


def standard(request: Request) -> str | None:
    """
    Standard Webhooks: ``v1,<base64>`` over id, time and body, any of several.

    A secret with ``whsec_`` before it is base64, any other is taken as it is.
    """
    name = request.header("webhook-id")
    moment = request.header("webhook-timestamp")
    if not name:
        return "the header webhook-id is missing"
    if wrong := out_of_time(request, moment, "webhook-timestamp"):
        return wrong
    words = request.header("webhook-signature").split()[:_MOST_SIGNATURES]
    given = [word.removeprefix("v1,") for word in words if word.startswith("v1,")]
    if not given:
        return "webhook-signature holds no `v1,` signature"
    signed = b".".join((_bytes(name), moment.encode(), request.body))
    wanted = [
        b64encode(hmac.digest(key, signed, "sha256")).decode()
        for key in _standard_keys(request)
    ]
    return _one_of(request, given, wanted)


def stripe(request: Request) -> str | None:
    """``Stripe-Signature: t=<seconds>,v1=<hex>``, any of several, over time and body."""
    words = request.header("stripe-signature").split(",")[: _MOST_SIGNATURES + 1]
    pairs = [tuple(word.strip().partition("=")[::2]) for word in words]
    moment = next((value for key, value in pairs if key == "t"), "")
    if wrong := out_of_time(request, moment, "Stripe-Signature"):
        return wrong
    given = [value.lower() for key, value in pairs if key == "v1"]
    if not given:
        return "Stripe-Signature holds no `v1=` signature"
    signed = moment.encode() + b"." + request.body
    wanted = [hmac.digest(key, signed, "sha256").hex() for key in _keys(request)]
    return _one_of(request, given, wanted)


def slack(request: Request) -> str | None:
    """``X-Slack-Signature: v0=<hex>`` over ``v0``, the time and the body."""
    moment = request.header("x-slack-request-timestamp")
    if wrong := out_of_time(request, moment, "X-Slack-Request-Timestamp"):
        return wrong
    given = request.header("x-slack-signature")
    signed = b":".join((b"v0", moment.encode(), request.body))
    wanted = [
        "v0=" + hmac.digest(key, signed, "sha256").hex() for key in _keys(request)
    ]
    return _one_of(request, [given], wanted)


def out_of_time(request: Request, moment: str, header: str) -> str | None:
    """What is wrong with a signed time in Unix seconds, ``None`` when nothing is."""
    if not _SECONDS.fullmatch(moment):
        return f"{header} holds no time in Unix seconds"
    away = int(moment) - int(request.now.timestamp())
    if abs(away) > request.settings.tolerance:
        side = "ahead" if away > 0 else "old"
        return (
            f"the signed time is {abs(away)} s {side}, "
            f"{request.settings.tolerance} s are allowed"
        )
    return None


def _basic(request: Request, given: str) -> str | None:
    try:
        pair = b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        return "what follows Basic is not base64"
    user, _, password = pair.partition(b":")
    wanted = request.settings.username
    named = not wanted or hmac.compare_digest(_hash(user), _hash(_bytes(wanted)))
    proved = _any_equal([password], _keys(request))
    return None if named and proved else _WRONG


def _signature(key: bytes, signed: bytes, request: Request) -> str:
    made = hmac.digest(key, signed, request.settings.algorithm)
    return (
        made.hex() if request.settings.encoding == "hex" else b64encode(made).decode()
    )


def _one_of(request: Request, given: list[str], wanted: list[str]) -> str | None:
    if request.settings.kind == "hmac" and request.settings.encoding == "hex":
        given = [text.lower() for text in given]
    found = _any_equal(map(_bytes, given), list(map(_bytes, wanted)))
    return None if found else _WRONG


def _any_equal(given: Iterable[bytes], wanted: list[bytes]) -> bool:
    """Whether any of these is any of those; each pair is compared, none sooner."""
    hashes = [_hash(secret) for secret in wanted]
    equal = [
        hmac.compare_digest(_hash(text), secret) for text in given for secret in hashes
    ]
    return any(equal)


def _hash(text: bytes) -> bytes:
    """So that what is compared has one length, whatever was sent."""
    return sha256(text).digest()


def _keys(request: Request) -> list[bytes]:
    return [_bytes(secret) for secret in request.secrets]


def _standard_keys(request: Request) -> list[bytes]:
    """The keys of secrets; one that says it is base64 and is not is left out."""
    keys = []
    for secret in request.secrets:
        try:
            coded = secret.removeprefix("whsec_")
            key = b64decode(coded, validate=True) if coded != secret else _bytes(secret)
        except (binascii.Error, ValueError):
            continue
        keys += [key] if key else []
    return keys


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


_WRONG = "it fits none of the secrets of this webhook"
