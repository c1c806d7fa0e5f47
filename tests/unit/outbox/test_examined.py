"""What `holdfast doctor` says of messages that did not arrive."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from holdfast.app.doctor import examine, examined
from holdfast.drivers.stores import open_store
from holdfast.ports import Letter, OutboxSheet

PROJECT = """
project: shop
owner: team-shop
environments: {production: {}}
notify: {channels: {ops: {driver: webhook, url: ops_url}}}
"""
DEAD = (("ops", "dead", 2), ("audit", "dead", 1), ("ops", "waiting", 4))
FAILING = (("ops", "failing", 2), ("ops", "waiting", 1))


@pytest.mark.parametrize(
    ("sheet", "told"),
    [
        (OutboxSheet(), [("ok", "on their way: 0")]),
        (OutboxSheet(FAILING, age=60), [("ok", "on their way: 3")]),
        (OutboxSheet(DEAD), [("warning", "dead letters: 3")]),
        (
            OutboxSheet(FAILING, age=7260),
            [("warning", "not taken: 2, the oldest for 2h1m")],
        ),
        (
            OutboxSheet(DEAD, age=700, late=610),
            [
                ("warning", "dead letters: 3"),
                ("error", "nobody delivers: something is due for 10m"),
            ],
        ),
    ],
)
def test_what_is_said(sheet: OutboxSheet, told: list[tuple[str, str]]) -> None:
    found = list(examined(sheet))
    assert [(one.state, one.seen) for one in found] == told
    assert all(one.fix for one in found if one.state != "ok")


def test_it_looks_without_making_anything(tmp_path: Path) -> None:
    def said() -> list[str]:
        return [one.seen for one in examine(tmp_path) if one.check == "outbox"]

    (tmp_path / "holdfast.yaml").write_text(PROJECT, encoding="utf-8")
    assert said() == ["on their way: 0"]
    assert not (tmp_path / ".holdfast").exists()
    (tmp_path / ".holdfast").mkdir(mode=0o700)
    store = open_store(tmp_path / ".holdfast/holdfast.db")
    then = datetime.now(UTC) - timedelta(minutes=10, seconds=30)
    letter = Letter("k", "ops", "notice", "Shipped", {}, then, then)
    with store.outbox.begin() as transaction:
        transaction.put([letter])
    store.close()
    assert said() == ["nobody delivers: something is due for 10m"]
    plain = PROJECT.replace("notify:", "vars:")
    (tmp_path / "holdfast.yaml").write_text(plain, encoding="utf-8")
    assert said() == []
