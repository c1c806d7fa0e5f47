"""Whatever comes in, nothing breaks, and a refusal tells nothing."""

import hmac
import json
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from holdfast.declare import WebhookDeclared
from holdfast.declare.webhook import WebhookKind
from holdfast.drivers.webhooks import receive
from holdfast.drivers.webhooks.reading import MAX_DEPTH
from holdfast.model import Occurrence
from holdfast.ports import Refusal

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEY = "a secret of some length"
KINDS = get_args(WebhookKind)
NAMES = [
    "X-Hub-Signature-256",
    "X-GitHub-Event",
    "X-GitHub-Delivery",
    "X-Gitlab-Token",
    "X-Gitlab-Event",
    "Authorization",
    "X-Grafana-Alerting-Signature",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
    "Stripe-Signature",
    "X-Slack-Signature",
    "X-Slack-Request-Timestamp",
    "Content-Type",
]


def signed(body: bytes) -> dict[str, str]:
    """Headers that prove a body to everyone who asks for no signed time."""
    made = hmac.digest(KEY.encode(), body, "sha256").hex()
    return {
        "X-Hub-Signature-256": f"sha256={made}",
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": "1",
        "X-Gitlab-Token": KEY,
        "X-Grafana-Alerting-Signature": made,
    }


def take(
    kind: str, headers: dict[str, str], body: bytes
) -> tuple[Occurrence, ...] | Refusal:
    chosen = WebhookDeclared.model_validate({"kind": kind})
    return receive(chosen, (KEY, "whsec_!"), headers, body, NOW)


@given(
    kind=st.sampled_from(KINDS),
    headers=st.dictionaries(
        st.sampled_from(NAMES) | st.text(max_size=20), st.text(max_size=80)
    ),
    body=st.binary(max_size=200),
)
@examples(300)
def test_no_stranger_is_believed_and_none_breaks_it(
    kind: str, headers: dict[str, str], body: bytes
) -> None:
    told = take(kind, headers, body)
    assert isinstance(told, Refusal)
    assert told.status == 401
    assert KEY not in str(told)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["alerts", "status", "labels", "project", "object_kind"])
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(kind=st.sampled_from(["github", "gitlab", "grafana", "hmac"]), value=JSON)
@examples(300)
def test_a_proved_sender_may_say_anything(kind: str, value: object) -> None:
    body = json.dumps(value).encode()
    told = take(kind, signed(body), body)
    if isinstance(told, Refusal):
        assert told.status == 400
    else:
        assert all(isinstance(happened.delivery, str) for happened in told)
        json.dumps([happened.data for happened in told], ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not JSON"),
        (b"hello", "not JSON"),
        (b"[]", "no object"),
        (b"7", "no object"),
        (b'{"a": 1', "not JSON"),
        (b'{"a": 1} {"b": 2}', "not JSON"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": {"b": 1, "b": 1}}', "twice"),
        (b'{"a": NaN}', "no number"),
        (b'{"a": -Infinity}', "no number"),
        (b'{"a": 1e999}', "too large"),
        (b'{"a": ' + b"9" * 5000 + b"}", "digits"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b'{"a": "\\ud800"}', "half of a character"),
        (b'{"\\udfff": 1}', "half of a character"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "deeper"),
        (b'{"a": ' * 500 + b"1" + b"}" * 500, "deeper"),
    ],
    ids=lambda value: value[:20] if isinstance(value, bytes) else value,
)
def test_what_is_no_good_json_is_told_so(body: bytes, why: str) -> None:
    told = take("hmac", signed(body), body)
    assert isinstance(told, Refusal)
    assert told.status == 400
    assert why in told.problem.detail


def test_some_depth_is_allowed() -> None:
    deep = MAX_DEPTH - 1
    body = b'{"a": ' + b"[" * (deep - 1) + b"]" * (deep - 1) + b"}"
    assert not isinstance(take("hmac", signed(body), body), Refusal)
    body = b'{"a": ' + b"[" * (deep + 1) + b"]" * (deep + 1) + b"}"
    assert isinstance(take("hmac", signed(body), body), Refusal)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"alerts": {}}',
        b'{"alerts": [7]}',
        b'{"alerts": [{"status": "maybe"}]}',
        b'{"alerts": [{"status": ["firing"]}]}',
        b'{"alerts": [' + b"{}," * 10_000 + b"{}]}",
    ],
    ids=lambda body: body[:32],
)
def test_alerts_that_are_none_are_told_so(body: bytes) -> None:
    told = take("grafana", signed(body), body)
    assert isinstance(told, Refusal)
    assert told.status == 400


def test_a_refusal_repeats_nothing_of_what_was_sent() -> None:
    body = b'{"password": "hunter2", "password": 1}'
    for kind in KINDS:
        told = take(kind, signed(body), body)
        assert isinstance(told, Refusal)
        assert "hunter2" not in str(told)


def test_names_that_are_far_too_long_stay_apart() -> None:
    body = b"{}"
    first = take("github", signed(body) | {"X-GitHub-Delivery": "x" * 5000}, body)
    second = take("github", signed(body) | {"X-GitHub-Delivery": "x" * 5001}, body)
    assert not isinstance(first, Refusal)
    assert not isinstance(second, Refusal)
    assert first[0].id != second[0].id
    assert len(first[0].delivery) <= 200
