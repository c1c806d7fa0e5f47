"""Who is believed, and what is read out of what they say."""

import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from holdfast.declare import WebhookDeclared
from holdfast.drivers.webhooks import MAX_BYTES, MAX_BYTES_GITHUB, receive
from holdfast.model import Occurrence
from holdfast.ports import Refusal

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECONDS = str(int(NOW.timestamp()))
KEY = "a secret of some length"
BODY = b'{"action": "opened", "repository": {"full_name": "octo/shop"}}'
ALERT = {
    "status": "firing",
    "labels": {"alertname": "HighMemory", "instance": "web-1:9100"},
    "startsAt": "2026-11-23T11:59:00Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "fingerprint": "c6eadffa33fcdf37",
}
NOTIFICATION = json.dumps({"version": "4", "alerts": [ALERT]}).encode()


def hexed(content: bytes, secret: str = KEY, how: str = "sha256") -> str:
    return hmac.digest(secret.encode(), content, how).hex()


def coded(content: bytes, secret: bytes = KEY.encode()) -> str:
    return b64encode(hmac.digest(secret, content, "sha256")).decode()


def basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def take(
    settings: WebhookDeclared | str,
    headers: dict[str, str],
    body: bytes = BODY,
    *secrets: str,
    now: datetime = NOW,
) -> tuple[Occurrence, ...]:
    """Receive what must be taken."""
    told = ask(settings, headers, body, *secrets, now=now)
    assert not isinstance(told, Refusal), told.problem.detail
    return told


def refused(*given: Any, **named: Any) -> Refusal:
    told = ask(*given, **named)
    assert isinstance(told, Refusal), told
    return told


def ask(
    settings: WebhookDeclared | str,
    headers: dict[str, str],
    body: bytes = BODY,
    *secrets: str,
    now: datetime = NOW,
) -> tuple[Occurrence, ...] | Refusal:
    if isinstance(settings, str):
        settings = WebhookDeclared.model_validate({"kind": settings})
    return receive(settings, secrets or (KEY,), headers, body, now)


GITHUB = {
    "X-Hub-Signature-256": f"sha256={hexed(BODY)}",
    "X-GitHub-Event": "pull_request",
    "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
}
GITLAB = {
    "X-Gitlab-Token": KEY,
    "X-Gitlab-Event": "Push Hook",
    "Idempotency-Key": "4c9367dc",
}
STANDARD = {
    "webhook-id": "msg_1",
    "webhook-timestamp": SECONDS,
    "webhook-signature": f"v1,{coded(f'msg_1.{SECONDS}.'.encode() + BODY)}",
}
SLACK = {
    "X-Slack-Request-Timestamp": SECONDS,
    "X-Slack-Signature": f"v0={hexed(f'v0:{SECONDS}:'.encode() + BODY)}",
}
STRIPE_BODY = b'{"id": "evt_1", "type": "invoice.paid"}'
STRIPE = {
    "Stripe-Signature": f"t={SECONDS},v1={'0' * 64},"
    f"v1={hexed(f'{SECONDS}.'.encode() + STRIPE_BODY)}"
}
PROVED: dict[str, tuple[dict[str, str], bytes]] = {
    "github": (GITHUB, BODY),
    "gitlab": (GITLAB, b'{"object_kind": "push", "ref": "refs/heads/main"}'),
    "alertmanager": ({"Authorization": f"Bearer {KEY}"}, NOTIFICATION),
    "grafana": ({"X-Grafana-Alerting-Signature": hexed(NOTIFICATION)}, NOTIFICATION),
    "hmac": ({"X-Hub-Signature-256": f"sha256={hexed(BODY)}"}, BODY),
    "standard": (STANDARD, BODY),
    "stripe": (STRIPE, STRIPE_BODY),
    "slack": (SLACK, BODY),
}


def test_the_values_published_by_github_fit() -> None:
    secret, body = "It's a Secret to Everybody", b"Hello, World!"
    signature = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    headers = GITHUB | {"X-Hub-Signature-256": f"sha256={signature}"}
    told = refused("github", headers, body, secret)
    assert told.status == 400, "proved, but that greeting is no JSON"
    assert refused("github", headers, body + b"!", secret).status == 401


def test_the_values_published_by_standard_webhooks_fit() -> None:
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    then = datetime.fromtimestamp(1614265330, UTC)
    (told,) = take("standard", headers, b'{"test": 2432232314}', key, now=then)
    assert told.delivery == "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert told.data == {"test": 2432232314}


def test_the_values_published_by_slack_fit() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA"
        b"&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J"
        b"%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    headers = {
        "X-Slack-Request-Timestamp": "1531420618",
        "X-Slack-Signature": "v0=a2114d57b48eac39b9ad189dd8316235"
        "a7b4a8d21a10bd27519666489c69b503",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    then = datetime.fromtimestamp(1531420618, UTC)
    key = "8f742231b10e8888abcd99yyyzzz85a5"
    (told,) = take("slack", headers, body, key, now=then)
    assert (told.type, told.data["user_name"]) == ("/webhook-collect", "roadrunner")


@pytest.mark.parametrize("kind", PROVED)
def test_who_has_the_secret_is_believed(kind: str) -> None:
    headers, body = PROVED[kind]
    assert take(kind, headers, body)
    assert take(kind, {k.upper(): v for k, v in headers.items()}, body)


@pytest.mark.parametrize("kind", PROVED)
def test_during_a_change_of_secrets_both_are_good(kind: str) -> None:
    headers, body = PROVED[kind]
    assert take(kind, headers, body, "the new one", KEY)


@pytest.mark.parametrize("kind", PROVED)
@pytest.mark.parametrize("secrets", [("another",), ("",), ("", "another")])
def test_who_has_another_secret_is_not(kind: str, secrets: tuple[str, ...]) -> None:
    headers, body = PROVED[kind]
    assert refused(kind, headers, body, *secrets).status == 401


@pytest.mark.parametrize("kind", PROVED)
def test_without_any_secret_nobody_is_believed(kind: str) -> None:
    settings = WebhookDeclared.model_validate({"kind": kind})
    headers, body = PROVED[kind]
    told = receive(settings, (), headers, body, NOW)
    assert isinstance(told, Refusal)
    assert told.problem.code == "webhook.no-secret"


def test_a_key_of_nothing_signs_nothing() -> None:
    body = f"msg_1.{SECONDS}.".encode() + BODY
    headers = STANDARD | {"webhook-signature": f"v1,{coded(body, b'')}"}
    assert refused("standard", headers, BODY, "whsec_").status == 401


@pytest.mark.parametrize("kind", PROVED)
@pytest.mark.parametrize("dropped", [0, 1, 2])
def test_a_missing_header_is_no_proof(kind: str, dropped: int) -> None:
    headers, body = PROVED[kind]
    proofs = [name for name in headers if name != "X-GitHub-Event"]
    if dropped >= len(proofs) or proofs[dropped] in _NOT_PROOFS:
        return
    left = {k: v for k, v in headers.items() if k != proofs[dropped]}
    assert refused(kind, left, body).status == 401


_NOT_PROOFS = {"X-GitHub-Delivery", "X-Gitlab-Event", "Idempotency-Key"}


@pytest.mark.parametrize("kind", sorted(set(PROVED) - {"gitlab", "alertmanager"}))
def test_a_changed_body_is_no_proof(kind: str) -> None:
    headers, body = PROVED[kind]
    assert refused(kind, headers, body.replace(b'"', b'"x', 1)).status == 401


@pytest.mark.parametrize("kind", ["standard", "stripe", "slack"])
@pytest.mark.parametrize(("away", "good"), [(300, True), (301, False), (-301, False)])
def test_a_signed_time_is_good_for_five_minutes(
    kind: str, away: int, *, good: bool
) -> None:
    headers, body = PROVED[kind]
    told = ask(kind, headers, body, now=NOW + timedelta(seconds=away))
    assert isinstance(told, Refusal) is not good


@pytest.mark.parametrize("moment", ["", "soon", "-1", "1e9", "١٢٣", "9" * 400])
def test_a_time_that_is_none_is_no_proof(moment: str) -> None:
    signature = hexed(f"v0:{moment}:".encode() + BODY)
    headers = {
        "X-Slack-Request-Timestamp": moment,
        "X-Slack-Signature": f"v0={signature}",
    }
    assert refused("slack", headers).status == 401


def test_one_good_signature_of_several_is_enough() -> None:
    good = STANDARD["webhook-signature"]
    several = STANDARD | {"webhook-signature": f"v1a,xx v1,AAAA {good}"}
    assert take("standard", several)
    bad = STANDARD | {"webhook-signature": good.replace("v1,", "v2,")}
    assert refused("standard", bad).status == 401


@pytest.mark.parametrize(
    ("given", "headers"),
    [
        (
            {"header": "X-Sign", "prefix": "", "encoding": "base64"},
            {"X-Sign": coded(BODY)},
        ),
        (
            {"header": "X-Sign", "prefix": "sha512=", "algorithm": "sha512"},
            {"X-Sign": f"sha512={hexed(BODY, how='sha512')}"},
        ),
        (
            {"header": "X-Sign", "prefix": "", "timestamp_header": "X-At"},
            {"X-Sign": hexed(f"{SECONDS}:".encode() + BODY).upper(), "X-At": SECONDS},
        ),
        (
            {"algorithm": "sha1", "allow_sha1": True, "prefix": "sha1="},
            {"X-Hub-Signature-256": f"sha1={hexed(BODY, how='sha1')}"},
        ),
    ],
)
def test_plain_signatures_come_in_many_forms(
    given: dict[str, Any], headers: dict[str, str]
) -> None:
    settings = WebhookDeclared.model_validate({"kind": "hmac", **given})
    assert take(settings, headers)
    assert refused(settings, headers, BODY + b" ").status == 401


def test_sha1_is_refused_unless_somebody_insists() -> None:
    with pytest.raises(ValueError, match="SHA-1"):
        WebhookDeclared.model_validate({"kind": "hmac", "algorithm": "sha1"})


@pytest.mark.parametrize(
    ("authorization", "good"),
    [
        (f"Bearer {KEY}", True),
        (f"bearer {KEY}", True),
        (basic("alerts", KEY), True),
        (basic("others", KEY), False),
        (basic("alerts", "guess"), False),
        ("Basic not base64", False),
        ("Basic", False),
        ("Bearer ", False),
        ("Digest x", False),
        ("", False),
    ],
)
def test_alertmanager_shows_a_password_or_a_token(
    authorization: str, *, good: bool
) -> None:
    settings = WebhookDeclared.model_validate(
        {"kind": "alertmanager", "username": "alerts"}
    )
    told = ask(settings, {"Authorization": authorization}, NOTIFICATION)
    assert isinstance(told, Refusal) is not good


def test_grafana_signs_the_time_where_it_has_a_header_for_it() -> None:
    settings = WebhookDeclared.model_validate(
        {"kind": "grafana", "timestamp_header": "X-Grafana-At"}
    )
    signature = hexed(f"{SECONDS}:".encode() + NOTIFICATION)
    headers = {"X-Grafana-Alerting-Signature": signature, "X-Grafana-At": SECONDS}
    assert take(settings, headers, NOTIFICATION)
    del headers["X-Grafana-At"]
    assert refused(settings, headers, NOTIFICATION).status == 401


@pytest.mark.parametrize(
    ("kind", "most"), [("github", MAX_BYTES_GITHUB), ("hmac", MAX_BYTES)]
)
def test_too_much_is_not_even_looked_at(kind: str, most: int) -> None:
    told = refused(kind, {}, b" " * (most + 1))
    assert told.status == 413
    assert refused(kind, {}, b" " * most).status == 401
