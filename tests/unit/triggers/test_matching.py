"""What starts a workflow, and the reasons given."""

from datetime import UTC, datetime
from typing import Any

import pytest

from holdfast.declare import Schedule, Trigger, Workflow
from holdfast.engine.triggers import Truth, closed, explain, matches, starting
from holdfast.model import Occurrence

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
YES, NO, MISSING = Truth.YES, Truth.NO, Truth.MISSING


def happened(type_: str, data: Any = None, **more: str) -> Occurrence:
    fields = {"source": "github", "delivery": "1", **more}
    return Occurrence(id="e-1", type=type_, at=NOW, data=data or {}, **fields)


def ours(type_: str, data: Any = None, **more: str) -> Occurrence:
    """What Holdfast itself tells."""
    return happened(type_, data, source="holdfast", **more)


def flow(event: str = "", **more: Any) -> Workflow:
    """A workflow with one trigger; a dash in a key is written as an underscore."""
    options = {key.replace("_ignore", "-ignore"): value for key, value in more.items()}
    triggers = (Trigger(event, options),) if event else ()
    return Workflow("workflows/w.yaml", "w", triggers=triggers)


def truth(workflow: Workflow, occurrence: Occurrence, **more: str) -> Truth:
    return matches(workflow, occurrence, **more).truth


def push(ref: str, *paths: str, **more: Any) -> Occurrence:
    commits = [{"added": list(paths), "modified": [], "removed": []}]
    return happened("push", {"ref": ref, "commits": commits, **more})


MAIN, TAG = "refs/heads/main", "refs/tags/v1.0"


@pytest.mark.parametrize(
    ("options", "occurrence", "wanted"),
    [
        ({}, push(MAIN), YES),
        ({}, push(TAG), YES),
        ({}, happened("push"), MISSING),
        ({}, push(MAIN, deleted=True), NO),
        ({}, push(MAIN, head_commit={"message": "wip [skip ci]"}), NO),
        ({"branches": "main"}, push(MAIN), YES),
        ({"branches": ["main", "releases/**"]}, push("refs/heads/releases/1/2"), YES),
        ({"branches": ["releases/**", "!releases/old"]}, push(MAIN), NO),
        ({"branches": ["**", "!main"]}, push(MAIN), NO),
        ({"branches": ["main"]}, push(TAG), NO),
        ({"branches_ignore": ["dev"]}, push(TAG), NO),
        ({"branches_ignore": ["dev"]}, push(MAIN), YES),
        ({"branches_ignore": ["ma*"]}, push(MAIN), NO),
        ({"tags": ["v*"]}, push(TAG), YES),
        ({"tags": ["v*"]}, push(MAIN), NO),
        ({"tags": ["v*"], "branches": ["main"]}, push(MAIN), YES),
        ({"tags_ignore": ["v*"]}, push(TAG), NO),
        ({"branches": ["main"]}, push("refs/notes/x"), NO),
        ({"paths": ["src/**"]}, push(MAIN, "src/a.py", "README.md"), YES),
        ({"paths": ["src/**"]}, push(MAIN, "README.md"), NO),
        ({"paths": ["src/**"]}, push(MAIN), NO),
        ({"paths": ["src/**"]}, happened("push", {"ref": MAIN}), YES),
        ({"paths": ["src/**"]}, happened("push", {"ref": TAG, "commits": []}), YES),
        ({"paths": ["**", "!docs/**"]}, push(MAIN, "docs/a.md"), NO),
        ({"paths_ignore": ["docs/**"]}, push(MAIN, "docs/a.md"), NO),
        ({"paths_ignore": ["docs/**"]}, push(MAIN, "docs/a.md", "x"), YES),
        ({"paths": ["x"]}, push(MAIN, "y", changed_files=["x"]), YES),
        ({"branches": ["dev"], "paths": ["x"]}, push(MAIN, "x"), NO),
    ],
)
def test_a_push_is_filtered_as_at_github(
    options: dict[str, Any], occurrence: Occurrence, wanted: Truth
) -> None:
    assert truth(flow("push", **options), occurrence) is wanted


def pull(action: str = "opened", base: str = "main") -> Occurrence:
    data = {"pull_request": {"base": {"ref": base}}, "changed_files": ["src/a.py"]}
    return happened("pull_request", data, action=action)


@pytest.mark.parametrize(
    ("options", "occurrence", "wanted"),
    [
        ({}, pull(), YES),
        ({}, pull("synchronize"), YES),
        ({}, pull("closed"), NO),
        ({}, happened("pull_request"), MISSING),
        ({"types": ["closed"]}, pull("closed"), YES),
        ({"types": "closed"}, pull(), NO),
        ({"branches": ["main"]}, pull(), YES),
        ({"branches": ["main"]}, pull(base="dev"), NO),
        ({"branches": ["main"]}, happened("pull_request", action="opened"), MISSING),
        ({"branches_ignore": ["dev"]}, pull(base="dev"), NO),
        ({"paths": ["src/**"]}, pull(), YES),
        ({"paths": ["docs/**"]}, pull(), NO),
    ],
)
def test_a_pull_request_is_filtered_as_at_github(
    options: dict[str, Any], occurrence: Occurrence, wanted: Truth
) -> None:
    assert truth(flow("pull_request", **options), occurrence) is wanted


def alert(status: str = "firing", **labels: str) -> Occurrence:
    found = {"alertname": "HighMemory", "instance": "web-1:9100", **labels}
    data = {"labels": found, "status": status}
    return happened("alert", data, action=status, subject="f1", source="alertmanager")


@pytest.mark.parametrize(
    ("options", "occurrence", "wanted"),
    [
        ({"match": {"alertname": "HighMemory"}}, alert(), YES),
        ({"match": {"alertname": "HighMemory"}}, alert("resolved"), NO),
        ({"types": ["resolved"]}, alert("resolved"), YES),
        ({"match": {"alertname": "Other"}}, alert(), NO),
        ({"match": {"alertname": ["Other", "HighMemory"]}}, alert(), YES),
        ({"match": {"instance": "~web-[0-9]+:9100"}}, alert(), YES),
        ({"match": {"instance": "~web"}}, alert(), NO),
        ({"match": {"instance": ["~db.*", "~web.*"]}}, alert(), YES),
        ({"match": {"instance": "~("}}, alert(), NO),
        ({"match": {"service": "worker"}}, alert(), MISSING),
        ({"match": {"service": "worker", "alertname": "Other"}}, alert(), NO),
        ({"match": {"a.b": "c"}}, alert(**{"a.b": "c"}), YES),
        ({}, alert(), YES),
    ],
)
def test_an_alert_is_known_by_its_labels(
    options: dict[str, Any], occurrence: Occurrence, wanted: Truth
) -> None:
    assert truth(flow("alert", **options), occurrence) is wanted


PAID = happened(
    "order.paid",
    {"order": {"total": 12, "paid": True, "tags": ["new", "eu"]}, "note": None},
    source="orders",
    subject="order 7",
)


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({}, YES),
        ({"type": "order.paid"}, YES),
        ({"type": "~order\\..*", "source": "orders"}, YES),
        ({"type": "order.sent"}, NO),
        ({"source": ["shop", "orders"]}, YES),
        ({"action": "x"}, MISSING),
        ({"match": {"order.total": 12}}, YES),
        ({"match": {"order": {"total": 12, "paid": True}}}, YES),
        ({"match": {"order": {"total": 13}}}, NO),
        ({"match": {"order": {"none": {"x": 1}}}}, MISSING),
        ({"match": {"order.tags": "eu"}}, YES),
        ({"match": {"order.tags.0": "new"}}, YES),
        ({"match": {"order.tags.9": "new"}}, MISSING),
        ({"match": {"note": None}}, YES),
        ({"match": {"order.total": None}}, NO),
        ({"match": {"order.total": []}}, NO),
        ({"match": {"note": "null"}}, YES),
        ({"all": [{"type": "a"}, {"type": "order.paid"}], "timeout": 60}, YES),
        ({"all": [{"type": "a"}, {"type": "b"}]}, NO),
        ({"not_all": [{"type": "order.paid"}, {"action": "b"}]}, YES),
    ],
)
def test_an_event_is_known_by_its_values(
    options: dict[str, Any], wanted: Truth
) -> None:
    assert truth(flow("event", **options), PAID) is wanted


@pytest.mark.parametrize(
    ("workflow", "occurrence", "wanted"),
    [
        (flow("webhook", hook="orders"), PAID, YES),
        (flow("webhook", hook="shop"), PAID, NO),
        (flow("webhook", hook="orders", types=["order.paid"]), PAID, YES),
        (flow("webhook", hook="orders", types=["order.sent"]), PAID, NO),
        (flow("webhook", hook="orders", match={"order.total": 1}), PAID, NO),
        (
            flow("run", workflow="build", states="failed"),
            ours("run", {"workflow": "build"}, action="failed"),
            YES,
        ),
        (
            flow("run", workflow="workflows/b.yaml"),
            ours("run", {"workflow": "build", "file": "workflows/b.yaml"}),
            YES,
        ),
        (
            flow("run", workflow="build", states=["failed"]),
            ours("run", {"workflow": "build"}, action="succeeded"),
            NO,
        ),
        (flow("run", workflow="build"), ours("run"), MISSING),
        (
            flow("drift", environment="production"),
            ours("drift", {"environment": ["production"]}, action="found"),
            YES,
        ),
        (
            flow("drift", host="~web-.*", match={"kind": "file"}),
            ours("drift", {"host": ["web-1"], "kind": "service"}, action="found"),
            NO,
        ),
        (flow("drift"), ours("drift", action="resolved"), NO),
        (
            flow("drift", types=["resolved"]),
            ours("drift", action="resolved"),
            YES,
        ),
        (flow("drift"), happened("drift", {"config": "web"}, action="found"), NO),
        (flow("run"), happened("run", {"workflow": "build"}), NO),
        (flow("drift", config="web"), ours("drift", {}, action="found"), MISSING),
        (
            flow("issues", types=["labeled"]),
            happened("issues", action="labeled"),
            YES,
        ),
        (flow("issues"), happened("issues", action="opened"), YES),
        (flow("issues"), happened("push"), NO),
        (
            flow("workflow_run", workflows=["Build*"], branches=["main"]),
            happened(
                "workflow_run",
                {
                    "workflow": {"name": "Build it"},
                    "workflow_run": {"head_branch": "main"},
                },
            ),
            YES,
        ),
        (flow("workflow_run", workflows=["Build"]), happened("workflow_run"), MISSING),
    ],
)
def test_the_other_triggers(
    workflow: Workflow, occurrence: Occurrence, wanted: Truth
) -> None:
    assert truth(workflow, occurrence) is wanted


def test_a_schedule_and_a_person_start_only_their_own_workflow() -> None:
    workflow = Workflow(
        "workflows/w.yaml", "w", schedules=(Schedule("0 4 * * *"),), dispatch=()
    )
    data = {"schedule": "0 4 * * *"}
    for kind, wanted in (("schedule", YES), ("workflow_dispatch", YES), ("push", NO)):
        mine = happened(kind, data, subject="workflows/w.yaml")
        assert truth(workflow, mine) is wanted
    other = happened("schedule", data, subject="workflows/x.yaml")
    assert truth(workflow, other) is NO
    assert truth(Workflow("workflows/w.yaml", "w"), mine) is NO


def test_pushes_to_other_repositories_do_not_count() -> None:
    here = push(MAIN, repository={"full_name": "Octo/Shop"})
    assert truth(flow("push"), here, repository="octo/shop") is YES
    assert truth(flow("push"), here, repository="octo/other") is NO
    assert truth(flow("push"), push(MAIN), repository="octo/shop") is MISSING
    assert truth(flow("alert"), alert(), repository="octo/shop") is YES


def test_a_match_says_why_with_real_values() -> None:
    workflow = Workflow(
        "workflows/leak.yaml",
        "restart a leaking worker",
        triggers=(
            Trigger("alert", {"match": {"alertname": "HighCpu", "service": "worker"}}),
            Trigger("push", {}),
        ),
    )
    assert explain(matches(workflow, alert())) == (
        "no      restart a leaking worker",
        "no        on: alert",
        "yes         the type is alert (seen: alert)",
        "yes         the status is firing (seen: firing)",
        "no          alertname is HighCpu (seen: HighMemory)",
        "missing     service is worker",
        "no        on: push",
        "no          the type is push (seen: alert)",
    )


def test_the_trigger_that_fits_first_is_the_one() -> None:
    first = Trigger("alert", {"match": {"alertname": "Other"}})
    second, third = Trigger("alert", {}), Trigger("event", {})
    workflow = Workflow("w.yaml", "w", triggers=(first, second, third))
    assert starting(workflow, alert()) is second
    assert starting(workflow, PAID) is third
    assert starting(flow("push"), PAID) is None


def test_the_end_of_an_alert_is_known_by_the_same_labels() -> None:
    workflow = flow("alert", match={"alertname": "HighMemory"})
    assert closed(workflow, alert("resolved")) is workflow.triggers[0]
    assert closed(workflow, alert("resolved", alertname="Other")) is None
    assert closed(workflow, alert("firing")) is None


def test_a_text_too_long_for_a_regular_expression_fits_none() -> None:
    workflow = flow("alert", match={"alertname": "~a+"})
    assert truth(workflow, alert(alertname="a" * 4096)) is YES
    assert truth(workflow, alert(alertname="a" * 4097)) is NO
