"""What is declared about messages is checked before anything happens."""

from pathlib import Path

import pytest

from holdfast.app.checking import check_project
from holdfast.kinds import BUILT_IN
from holdfast.load import Loaded, load
from holdfast.problems import Problem

HEAD = "project: shop\nowner: team-shop\nenvironments: {production: {}}\n"
OPS = "notify:\n  channels:\n    ops: {driver: slack, url: slack_ops%s}\n"
FLOW = """
name: ship
on: workflow_dispatch
jobs:
  ship:
    runs-on: linux
    steps:
      - uses: holdfast/notify
        with: {to: %s, text: done}
"""


def loaded(root: Path, text: str, flow: str = "") -> Loaded:
    (root / "holdfast.yaml").write_text(HEAD + text, encoding="utf-8")
    if flow:
        (root / "workflows").mkdir()
        (root / "workflows/ship.yaml").write_text(flow, encoding="utf-8")
    return load(root, {kind.name: kind for kind in BUILT_IN})


def problem(found: Loaded) -> Problem:
    (one,) = found.problems
    return one


def test_a_channel_and_its_template_are_read(tmp_path: Path) -> None:
    (tmp_path / "ops.j2").write_text("{{ title }} by {{ owner }}", encoding="utf-8")
    found = loaded(tmp_path, OPS % ", template: ops.j2", FLOW % "ops")
    assert found.problems == ()
    assert found.project is not None
    assert found.project.notify.channels["ops"].text == "{{ title }} by {{ owner }}"
    assert "ops.j2" in found.files


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ titel }}", "'titel' is undefined"),
        ("{{ title ", "unexpected end of template"),
        ("{% for x in 5 %}{% endfor %}", "not iterable"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
    ],
)
def test_a_template_that_cannot_be_filled_in_is_said_with_its_place(
    tmp_path: Path, text: str, why: str
) -> None:
    found = problem(loaded(tmp_path, OPS % f', text: "{text}"'))
    assert found.code == "load.notify-template"
    assert why in found.detail
    assert found.place is not None
    assert found.place.line == 6


def test_a_template_that_is_not_there_is_said(tmp_path: Path) -> None:
    found = problem(loaded(tmp_path, OPS % ", template: ../../etc/passwd"))
    assert found.code == "load.no-notify-template"


def test_an_unknown_channel_in_a_workflow_is_said_with_the_nearest(
    tmp_path: Path,
) -> None:
    found = problem(loaded(tmp_path, OPS % "", FLOW % "opps"))
    assert found.code == "load.no-channel"
    assert "ops" in found.next_step
    assert found.place is not None
    assert found.place.file == "workflows/ship.yaml"


def test_a_channel_that_is_worked_out_is_not_looked_at(tmp_path: Path) -> None:
    flow = FLOW % '"${{ inputs.channel }}"'
    assert loaded(tmp_path, OPS % "", flow).problems == ()


def test_a_message_without_words_and_a_secret_nobody_kept_are_found(
    tmp_path: Path,
) -> None:
    flow = (FLOW % "ops").replace(", text: done", "")
    loaded(tmp_path, OPS % "", flow)
    problems, _ = check_project(tmp_path)
    found = {one.code: one.summary for one in problems}
    assert found["check.missing-input"] == "holdfast/notify needs the input `text`"
    assert found["check.unknown-secret"] == "No backend has the secret `slack_ops`"


@pytest.mark.parametrize(
    "rule",
    [
        "  send: [{to: opps, on: [failed]}]\n",
        "  owners: {team-shop: opps}\n",
        "  owners: {team-shop: [ops, opps]}\n",
    ],
)
def test_an_unknown_channel_in_a_rule_is_said(tmp_path: Path, rule: str) -> None:
    found = problem(loaded(tmp_path, OPS % "" + rule))
    assert found.code == "load.no-channel"
    assert found.place is not None
    assert found.place.line == 7


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ops: {driver: slack}", "needs `url:`"),
        ("ops: {driver: slack, url: 'https://hooks.slack.com/x'}", "name of a secret"),
        ("ops: {driver: slack, url: u, key: k}", "has no `key:`"),
        ("ops: {driver: slack, url: u, gather: 1m}", "has no `gather:`"),
        ("ops: {driver: pagerduty}", "needs `key:`"),
        ("ops: {driver: mail, to: a@b, server: s}", "needs `sender:`"),
        ("ops: {driver: fax, url: u}", "slack"),
        ("owner: {driver: slack, url: u}", "no channel can be called"),
        ("ops: {driver: slack, url: u, text: a, template: b}", "not both"),
        (
            "ops: {driver: mail, to: a, server: s, sender: c, password: p, security: none}",
            "in clear",
        ),
    ],
)
def test_a_channel_that_makes_no_sense_is_said(
    tmp_path: Path, text: str, why: str
) -> None:
    found = problem(loaded(tmp_path, f"notify:\n  channels:\n    {text}\n"))
    assert why in f"{found.detail} {found.next_step}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("url: 'https://u:p@x.example/', secret: s", "belongs into a secret"),
        ("url: 'https://x.example/?token=1', secret: s", "belongs into a secret"),
        ("url: 'ftp://x.example/', secret: s", "begins with https://"),
        ("url: 'https://x.example/', secret: s, types: [run.eded]", "run.ended"),
        ("url: 'https://x.example/'", "missing"),
    ],
)
def test_a_subscriber_that_makes_no_sense_is_said(
    tmp_path: Path, text: str, why: str
) -> None:
    found = problem(loaded(tmp_path, f"subscribers:\n  audit: {{{text}}}\n"))
    assert why in f"{found.summary} {found.detail} {found.next_step}"
