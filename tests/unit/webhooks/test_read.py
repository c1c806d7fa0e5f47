"""What a delivery says, once its sender is believed: occurrences of one shape."""

import json
from datetime import timedelta

from holdfast.declare import WebhookDeclared
from unit.webhooks.test_receive import (
    ALERT,
    GITHUB,
    GITLAB,
    KEY,
    NOTIFICATION,
    NOW,
    PROVED,
    SECONDS,
    STANDARD,
    coded,
    hexed,
    refused,
    take,
)


def test_each_alert_is_one_occurrence() -> None:
    over = ALERT | {"status": "resolved", "endsAt": "2026-11-23T12:00:00Z"}
    other = ALERT | {"fingerprint": "aaaa"}
    body = {"receiver": "hook", "alerts": [ALERT, over, other, ALERT]}
    headers = {"Authorization": f"Bearer {KEY}"}
    told = take("alertmanager", headers, json.dumps(body).encode())
    assert [(o.subject, o.action) for o in told] == [
        ("c6eadffa33fcdf37", "firing"),
        ("c6eadffa33fcdf37", "resolved"),
        ("aaaa", "firing"),
    ]
    assert told[0].delivery == "c6eadffa33fcdf37/firing/2026-11-23T11:59:00Z"
    assert told[1].delivery.endswith(
        "/resolved/2026-11-23T11:59:00Z/2026-11-23T12:00:00Z"
    )
    assert told[0].data["labels"]["alertname"] == "HighMemory"
    assert told[0].data["receiver"] == "hook"
    assert {o.type for o in told} == {"alert"}


def test_an_alert_told_again_is_the_same_occurrence() -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    first = take("alertmanager", headers, NOTIFICATION)
    again = take("alertmanager", headers, NOTIFICATION, now=NOW + timedelta(hours=4))
    assert [o.id for o in first] == [o.id for o in again]
    anew = NOTIFICATION.replace(b"11:59:00Z", b"13:00:00Z")
    assert take("alertmanager", headers, anew)[0].id != first[0].id


def test_labels_are_the_name_of_an_alert_that_has_none() -> None:
    named = {key: ALERT[key] for key in ("status", "labels", "startsAt")}
    headers = {"Authorization": f"Bearer {KEY}"}
    (told,) = take("alertmanager", headers, json.dumps({"alerts": [named]}).encode())
    assert len(told.subject) == 16


def test_github_names_event_action_and_repository() -> None:
    (told,) = take("github", GITHUB)
    assert (told.source, told.type, told.action, told.subject) == (
        "github",
        "pull_request",
        "opened",
        "octo/shop",
    )
    assert told.delivery == GITHUB["X-GitHub-Delivery"]
    assert told.at == NOW


def test_github_may_send_a_form() -> None:
    body = b"payload=%7B%22action%22%3A%22opened%22%7D"
    headers = GITHUB | {
        "X-Hub-Signature-256": f"sha256={hexed(body)}",
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    }
    assert take("github", headers, body)[0].action == "opened"


def test_json_that_curl_calls_a_form_is_json() -> None:
    body = b' {"action": "opened", "a": "b=c&d"}'
    headers = GITHUB | {
        "X-Hub-Signature-256": f"sha256={hexed(body)}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    assert take("github", headers, body)[0].data == {"action": "opened", "a": "b=c&d"}


def test_a_merge_request_is_a_pull_request_too() -> None:
    payload = {
        "object_kind": "merge_request",
        "user": {"username": "ada"},
        "project": {"path_with_namespace": "shop/api", "default_branch": "main"},
        "repository": {"name": "api"},
        "object_attributes": {
            "iid": 7,
            "action": "update",
            "oldrev": "a" * 40,
            "source_branch": "feature",
            "target_branch": "main",
            "last_commit": {"id": "b" * 40},
        },
    }
    (told,) = take("gitlab", GITLAB, json.dumps(payload).encode())
    assert (told.type, told.action, told.subject) == (
        "pull_request",
        "synchronize",
        "shop/api",
    )
    assert told.data["pull_request"]["head"] == {"ref": "feature", "sha": "b" * 40}
    assert told.data["pull_request"]["base"] == {"ref": "main"}
    assert told.data["repository"]["full_name"] == "shop/api"
    assert told.data["sender"] == {"login": "ada"}
    assert told.data["object_attributes"]["iid"] == 7


def test_gitlab_may_sign_instead() -> None:
    assert take("gitlab", STANDARD | {"X-Gitlab-Event": "Note Hook"})[0].type == "note"
    forged = STANDARD | {"X-Gitlab-Token": KEY, "webhook-signature": "v1,AAAA"}
    assert refused("gitlab", forged).status == 401, "the weaker proof is not asked"


def test_older_gitlabs_are_told_apart_by_the_body() -> None:
    headers = {"X-Gitlab-Token": KEY, "X-Gitlab-Event-UUID": "u"}
    first = take("gitlab", headers, b'{"object_kind": "push", "ref": "a"}')[0]
    second = take("gitlab", headers, b'{"object_kind": "push", "ref": "b"}')[0]
    again = take("gitlab", headers, b'{"object_kind": "push", "ref": "a"}')[0]
    assert first.id == again.id != second.id


def test_a_named_endpoint_is_a_source_of_its_own() -> None:
    settings = WebhookDeclared.model_validate(
        {
            "kind": "hmac",
            "name": "orders",
            "event_header": "X-Event",
            "delivery_header": "X-Id",
        }
    )
    headers = PROVED["hmac"][0] | {"X-Event": "order.paid", "X-Id": "17"}
    (told,) = take(settings, headers)
    assert (told.source, told.type, told.delivery) == ("orders", "order.paid", "17")
    headers.pop("X-Id")
    assert refused(settings, headers).status == 400


def test_a_sender_without_ids_may_say_the_same_twice() -> None:
    headers, body = PROVED["hmac"]
    first = take("hmac", headers, body)[0]
    second = take("hmac", headers, body, now=NOW + timedelta(microseconds=1))[0]
    assert first.id != second.id


def test_a_cloud_event_says_what_it_is() -> None:
    body = b'{"specversion": "1.0", "type": "shop.paid", "subject": "order 7"}'
    signature = f"v1,{coded(f'msg_1.{SECONDS}.'.encode() + body)}"
    (told,) = take("standard", STANDARD | {"webhook-signature": signature}, body)
    assert (told.type, told.subject) == ("shop.paid", "order 7")
