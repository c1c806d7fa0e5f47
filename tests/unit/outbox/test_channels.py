"""What Slack, Teams, PagerDuty and others are sent, over a real connection."""

import hmac
import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from holdfast.declare import ChannelDeclared, SubscriberDeclared, WebhookDeclared
from holdfast.drivers.notices import Channel, Subscriber
from holdfast.drivers.notices.door import Outgoing, post
from holdfast.drivers.notices.pagerduty import pagerduty
from holdfast.drivers.notices.slack import slack
from holdfast.drivers.notices.teams import teams
from holdfast.drivers.webhooks import signatures
from holdfast.drivers.webhooks.request import Request
from holdfast.model import Message, Phase
from holdfast.ports import Answer, Letter
from holdfast.ports.wire import to_wire
from holdfast.problems import HoldfastError
from unit.outbox.receiver import Receiver, Reply, receiver

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECRET = "whsec_" + b64encode(b"k" * 32).decode()
OTHER = "a-plain-secret-of-somebody"
HOSTILE = "<!channel> <https://evil.example|click> *b* [x](http://evil) & \u202e"


def message(**more: Any) -> Message:
    told: dict[str, Any] = {
        "id": "7-abc/ops",
        "cause": "failed/w.yaml/",
        "happened": "failed",
        "phase": Phase.OPENED,
        "severity": "error",
        "title": "r7 of ship failed",
        "text": "See what it printed.\nType: holdfast logs r7",
        "project": "shop",
        "at": "2026-11-23T11:59:59.000000Z",
        "run": "r7",
        "command": "holdfast logs r7",
        "url": "https://holdfast.example/runs/r7",
    }
    return Message(**{**told, **more})


def letter(told: Message) -> Letter:
    body = to_wire(Message, told)
    return Letter(told.id, "ops", "notice", told.title, body, NOW, NOW, number=1)


def channel(secrets: dict[str, list[str]], **declared: Any) -> Channel:
    model = ChannelDeclared.model_validate(declared)
    return Channel(model, lambda name: secrets.get(name, []), Path("/"))


def sent(
    told: Message, there: Receiver, driver: str, **more: Any
) -> tuple[Answer, Any]:
    secrets = {"url": [f"{there.url}/services/T0/B0/secret-path"], "key": ["k" * 32]}
    if driver == "pagerduty":
        more["endpoint"] = f"{there.url}/v2/enqueue"
    key = "key" if driver == "pagerduty" else "url"
    made = channel(secrets, driver=driver, **{key: key}, **more)
    return made.send([letter(told)], NOW), there.seen[-1].json


def test_slack_gets_blocks_of_plain_text() -> None:
    with receiver() as there:
        answer, told = sent(message(title=HOSTILE, text=HOSTILE), there, "slack")
    assert answer == Answer(taken=True, said="200 ok")
    header, section, _ = told["blocks"]
    assert header["type"] == "header"
    assert header["text"] == {"type": "plain_text", "text": HOSTILE, "emoji": False}
    assert section["text"]["type"] == "plain_text"
    assert "<" not in told["text"]
    assert "&lt;!channel&gt;" in told["text"]


def test_slack_gets_no_more_than_it_takes() -> None:
    body = json.loads(slack(message(title="t" * 500, text="x" * 9000), "u").body)
    assert len(body["blocks"][0]["text"]["text"]) == 150
    assert len(body["blocks"][1]["text"]["text"]) == 3000
    empty = json.loads(slack(message(text=""), "u").body)
    assert [block["type"] for block in empty["blocks"]] == ["header", "context"]


def test_teams_gets_an_adaptive_card_whose_text_is_no_markdown() -> None:
    with receiver(Reply(202, b"")) as there:
        answer, told = sent(message(text=HOSTILE), there, "teams")
    assert answer.taken
    assert told["type"] == "message"
    (attachment,) = told["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert card["type"] == "AdaptiveCard"
    assert {part["type"] for part in card["body"]} == {"RichTextBlock"}
    assert card["body"][1]["inlines"][0]["text"] == HOSTILE
    assert card["actions"][0]["url"] == "https://holdfast.example/runs/r7"


def test_a_card_is_smaller_than_teams_allows() -> None:
    body = teams(message(text="\n".join(["é" * 20] * 140)), "u").body
    assert len(body) < 28 * 1024


def test_pagerduty_keeps_one_incident_for_a_cause() -> None:
    with receiver(*[Reply(202, b'{"status":"success"}')] * 3) as there:
        _, opened = sent(message(), there, "pagerduty")
        _, taken = sent(message(phase=Phase.TAKEN_UP), there, "pagerduty")
        _, closed = sent(message(phase=Phase.CLOSED), there, "pagerduty")
        assert there.seen[0].path == "/v2/enqueue"
    actions = [one["event_action"] for one in (opened, taken, closed)]
    assert actions == ["trigger", "acknowledge", "resolve"]
    assert {one["dedup_key"] for one in (opened, taken, closed)} == {
        "shop/failed/w.yaml/"
    }
    assert opened["payload"]["severity"] == "error"
    assert opened["payload"]["summary"] == "r7 of ship failed"
    assert opened["payload"]["source"] == "shop"
    assert opened["routing_key"] == "k" * 32


def test_a_long_cause_has_a_short_key_of_its_own() -> None:
    keys = {
        json.loads(pagerduty(message(cause=f"{'x' * 900}{n}"), "k", "u").body)[
            "dedup_key"
        ]
        for n in range(3)
    }
    assert len(keys) == 3
    assert max(map(len, keys)) <= 255


def test_a_webhook_gets_the_message_itself_signed() -> None:
    with receiver() as there:
        secrets = {"url": [there.url], "sign": [SECRET]}
        made = channel(secrets, driver="webhook", url="url", secret="sign")  # noqa: S106 - its name
        assert made.send([letter(message())], NOW).taken
        (seen,) = there.seen
    assert seen.json["title"] == "r7 of ship failed"
    assert seen.json["phase"] == "opened"
    assert verified(seen.headers, seen.body, SECRET) is None


def test_an_event_is_signed_as_our_own_receiver_wants_it_and_by_the_book() -> None:
    event = {"specversion": "1.0", "id": "7-abc", "type": "dev.holdfast.run.ended"}
    with receiver(Reply(204, b"")) as there:
        declared = SubscriberDeclared(url=there.url, secret=["new", "old"])
        secrets = {"new": [SECRET], "old": [OTHER]}
        made = Subscriber(declared, lambda name: secrets.get(name, []))
        one = Letter("event/7-abc/audit", "audit", "event", "x", event, NOW, NOW)
        assert made.send([one], NOW).taken
        (seen,) = there.seen
    content_type = seen.headers["content-type"]
    assert content_type == "application/cloudevents+json; charset=utf-8"
    assert seen.json == event
    for secret in (SECRET, OTHER):
        assert verified(seen.headers, seen.body, secret) is None
    assert verified(seen.headers, seen.body + b" ", SECRET) is not None
    name, moment = seen.headers["webhook-id"], seen.headers["webhook-timestamp"]
    assert "." not in name
    assert int(moment) == int(NOW.timestamp())
    signed = f"{name}.{moment}.".encode() + seen.body
    key = b64decode(SECRET.removeprefix("whsec_"))
    wanted = b64encode(hmac.new(key, signed, sha256).digest()).decode()
    assert seen.headers["webhook-signature"].split()[0] == f"v1,{wanted}"


def test_the_id_of_an_event_is_the_same_in_each_attempt_and_its_time_is_not() -> None:
    from holdfast.drivers.notices.signing import signed

    first = signed("event/7", NOW, b"{}", [OTHER])
    later = signed("event/7", NOW.replace(hour=13), b"{}", [OTHER])
    assert first["webhook-id"] == later["webhook-id"]
    assert first["webhook-timestamp"] != later["webhook-timestamp"]
    assert first["webhook-signature"] != later["webhook-signature"]


def test_a_secret_that_is_missing_or_broken_is_said_by_its_name() -> None:
    made = channel({}, driver="slack", url="slack_ops")
    with pytest.raises(HoldfastError) as caught:
        made.send([letter(message())], NOW)
    assert "slack_ops" in str(caught.value)
    broken = {"u": ["http://127.0.0.1:1"], "s": ["whsec_no base64!"]}
    made = channel(broken, driver="webhook", url="u", secret="s")  # noqa: S106 - its name
    with pytest.raises(HoldfastError) as caught:
        made.send([letter(message())], NOW)
    assert caught.value.problems[0].code == "notice.signing-secret"
    assert "base64!" not in str(caught.value)


# --- answers ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "wanted"),
    [
        (Reply(500, b"down"), Answer(taken=False, said="500 down")),
        (Reply(404, b"no_service"), Answer(taken=False, said="404 no_service")),
        (Reply(410, b"gone"), Answer(taken=False, said="410 gone", final=True)),
        (Reply(400, b"bad"), Answer(taken=False, said="400 bad", final=True)),
        (
            Reply(429, b"slow", {"Retry-After": "90"}),
            Answer(taken=False, said="429 slow", after=90),
        ),
        (
            Reply(503, b"", {"Retry-After": format_datetime(NOW.replace(minute=5))}),
            Answer(taken=False, said="503", after=300),
        ),
        (
            Reply(429, b"", {"Retry-After": "soon"}),
            Answer(taken=False, said="429"),
        ),
        (
            Reply(200, b"a\x1b[2J\nb\x00" + b"c" * 10**6),
            Answer(taken=True, said=("200 a [2J b " + "c" * 500)[:204]),
        ),
    ],
    ids=lambda value: str(value)[:20],
)
def test_an_answer_is_read(reply: Reply, wanted: Answer) -> None:
    with receiver(reply) as there:
        assert post(Outgoing(there.url, b"{}"), NOW) == wanted


def test_a_redirect_is_not_followed_anywhere() -> None:
    with receiver() as elsewhere:
        moved = Reply(307, b"", {"Location": elsewhere.url})
        with receiver(moved) as there:
            answer = post(Outgoing(there.url, b"{}"), NOW)
        assert elsewhere.seen == []
    assert answer == Answer(taken=False, said="307: redirects are not followed")


def test_who_does_not_answer_is_left_and_tried_later() -> None:
    with receiver(Reply(hangs=True)) as there:
        answer = post(Outgoing(there.url, b"{}"), NOW, timeout=0.2)
    assert answer == Answer(taken=False, said="no answer within 0.2 s")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/secret-path", "no url", "ftp://x/y"]
)
def test_an_address_nobody_is_at_is_not_shown(url: str) -> None:
    answer = post(Outgoing(url, b"{}"), NOW)
    assert not answer.taken
    assert not answer.final
    assert "secret-path" not in answer.said


def test_what_is_sent_does_not_show_its_address() -> None:
    assert "secret" not in repr(Outgoing("https://x/secret", b"", {"a": "secret"}))


def verified(headers: dict[str, str], body: bytes, secret: str) -> str | None:
    settings = WebhookDeclared(kind="standard")
    return signatures.standard(Request(settings, [secret], headers, body, NOW))
