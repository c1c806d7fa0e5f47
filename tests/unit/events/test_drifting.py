"""Drift that is looked for again and again: told once, fixed through the gate, over."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fakes import StoppedClock
from holdfast.app import open_application
from holdfast.app.application import Application
from holdfast.app.drift.entries import looks_of, note_drift
from holdfast.app.drift.watching import drift_renewed, fixes_of, watcher_for
from holdfast.app.outbox import post_for
from holdfast.app.reacting.wiring import reactor_for
from holdfast.app.runs.wiring import crew_of
from holdfast.engine.drift.watching import Watched
from holdfast.model import Event, Occurrence, State
from holdfast.problems import Exit

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PROJECT = """
project: shop
owner: team-shop
environments: {production: {}, test: {}}
notify:
  channels: {ops: {driver: webhook, url: ops_url}}
  send: [{to: ops, on: [drift]}]
subscribers: {audit: {url: audit_url, secret: audit_secret, types: ["drift.*"]}}
"""
HOSTS = """
hosts:
  web-1: {environment: production, connect: {driver: local, root: m/web-1}}
  web-2: {environment: test, connect: {driver: local, root: m/web-2}}
"""
CONFIG = """
name: web
hosts: all
resources:
  - file: /motd
    content: Welcome
  - file: /other
    content: as it is
drift: {every: 15m, then: THEN}
"""
OTHER = """
name: other
hosts: all
resources: [{file: /issue, content: no}]
"""


class Shop:
    """A project that was applied, on a clock moved by hand."""

    def __init__(self, root: Path, then: str) -> None:
        files = {
            "holdfast.yaml": PROJECT,
            "hosts/all.yaml": HOSTS,
            "config/web.yaml": CONFIG.replace("THEN", then),
            "config/other.yaml": OTHER,
        }
        for name, text in files.items():
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        self.root, self.app = root, open_application(root)
        self.clock = StoppedClock(NOON)
        self.app.engine = replace(self.app.engine, clock=self.clock)
        apply(self.app)
        self.crew = crew_of(self.app)
        self.woken: list[int] = []
        self.watcher = watcher_for(self.app, "one", lambda: self.woken.append(1))
        self.reactor = reactor_for(self.app, self.crew.keeper, "one")
        self.relay = post_for(self.app, "one").relay
        self.relay.begin()

    def file(self, host: str, name: str = "motd") -> Path:
        return self.root / "m" / host / name

    def looks(self, **passed: float) -> list[Occurrence]:
        """Some time passes, and somebody looks."""
        self.clock.time += timedelta(**passed)
        told = [one for w in self.watcher.watched for one in self.watcher.tick(w)]
        self.reactor.tick()
        return told

    def asks(self) -> tuple[Occurrence, ...]:
        """Somebody types `holdfast drift`."""
        found, _ = self.app.drift(())
        return note_drift(self.app, looks_of(self.app.project, found), "ann")

    def letters(self) -> dict[str, list[str]]:
        """What is to be told, by whom it is for."""
        self.relay.tick()
        found: dict[str, list[str]] = {"ops": [], "audit": []}
        for letter in reversed(self.app.store.outbox.letters()):
            found[letter.to].append(letter.what)
        return found


def apply(app: Application) -> None:
    proposal = app.propose([])
    report = app.carry_out(proposal, app.judge(proposal, ask=False, why=""))
    assert report.exit is Exit.DONE


@pytest.fixture
def made(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Shop]:
    shop = Shop(tmp_path, getattr(request, "param", "report"))
    yield shop
    shop.crew.close()
    shop.app.close()


def test_the_same_drift_is_told_once_and_so_is_its_end(made: Shop) -> None:
    assert made.looks() == []
    made.file("web-1").write_text("changed by hand", encoding="utf-8")
    assert made.looks(minutes=5) == []
    (found,) = made.looks(minutes=10)
    assert (found.type, found.action, found.subject) == (
        "drift",
        "found",
        "web/production",
    )
    assert found.data["host"] == ["web-1"]
    assert found.data["things"][0]["address"] == "production/web-1/file:/motd"
    assert found.data["inputs"] == {"things": "web-1/file:/motd"}
    assert "changed by hand" not in str(found.data)
    assert made.woken == [1]
    assert made.looks(minutes=15) == []
    made.file("web-1").write_text("changed again", encoding="utf-8")
    (other,) = made.looks(minutes=15)
    assert other.action == "found"
    made.file("web-1").write_text("Welcome", encoding="utf-8")
    (over,) = made.looks(minutes=15)
    assert over.action == "resolved"
    assert made.looks(minutes=15) == []


@pytest.mark.parametrize("first", ["server", "person"])
def test_whoever_finds_it_people_programs_and_rules_are_told_once(
    made: Shop, first: str
) -> None:
    def look() -> list[str]:
        looks: list[Callable[[], Sequence[Occurrence]]] = [
            lambda: made.looks(minutes=15),
            made.asks,
        ]
        if first == "person":
            looks.reverse()
        return [one.action for each in looks for one in each()]

    assert look() == []
    made.file("web-1").write_text("changed by hand", encoding="utf-8")
    assert look() == ["found"]
    assert look() == []
    made.file("web-1", "other").write_text("that too", encoding="utf-8")
    assert look() == ["found"]
    for name, text in (("motd", "Welcome"), ("other", "as it is")):
        made.file("web-1", name).write_text(text, encoding="utf-8")
    assert look() == ["resolved"]
    entries = made.app.store.ledger.of_event(Event.DRIFT_FOUND)
    who = "holdfast" if first == "server" else "ann"
    assert [entry.actor for entry in entries] == [who] * 3
    assert made.letters() == {
        "ops": [
            "1 thing is not as left in production, of web",
            "Nothing of web has drifted in production any more",
        ],
        "audit": [
            "drift.found web/production",
            "drift.found web/production",
            "drift.resolved web/production",
        ],
    }


def test_drift_of_what_is_not_declared_any_more_is_over(made: Shop) -> None:
    made.file("web-1").write_text("changed by hand", encoding="utf-8")
    made.looks(minutes=15)
    (made.root / "config/web.yaml").unlink()
    again = open_application(made.root)
    made.app.project = again.project
    again.close()
    drift_renewed(made.watcher)(made.app)
    assert made.letters()["audit"][-1] == "drift.resolved web/production"
    assert made.asks() == ()


def test_what_was_never_applied_or_is_of_another_config_is_no_drift(
    made: Shop,
) -> None:
    made.looks()
    made.file("web-1", "issue").write_text("not watched", encoding="utf-8")
    config = made.root / "config/web.yaml"
    text = config.read_text(encoding="utf-8").replace("Welcome", "Good day")
    config.write_text(text, encoding="utf-8")
    again = open_application(made.root)
    made.app.project = again.project
    again.close()
    assert made.looks(minutes=15) == []


def test_each_environment_has_its_own_drift(made: Shop) -> None:
    made.looks()
    for host in ("web-1", "web-2"):
        made.file(host).write_text("changed", encoding="utf-8")
    assert {one.subject for one in made.looks(minutes=15)} == {
        "web/production",
        "web/test",
    }


def test_of_two_processes_one_looks(made: Shop) -> None:
    other = watcher_for(made.app, "two", lambda: None)
    looked: list[str] = []

    def counted(who: str, one: Watched) -> Watched:
        def look() -> object:
            looked.append(who)
            return one.look()

        return replace(one, look=look)  # type: ignore[arg-type]

    (first, *_), (second, *_) = made.watcher.watched, other.watched
    made.watcher.tick(counted("one", first))
    other.tick(counted("two", second))
    made.clock.time += timedelta(minutes=16)
    other.tick(counted("two", second))
    assert looked == ["one", "two"]


@pytest.mark.parametrize(
    ("made", "state"),
    [("report", None), ("propose", State.WAITING), ("fix", State.QUEUED)],
    indirect=["made"],
)
def test_what_is_to_be_done_about_it_is_a_run_through_the_same_gate(
    made: Shop, state: State | None
) -> None:
    made.looks()
    made.file("web-1").write_text("changed", encoding="utf-8")
    made.looks(minutes=15)
    runs = made.app.store.runs.runs()
    if state is None:
        assert runs == ()
        return
    (row,) = runs
    assert (row.workflow, row.state) == ("drift of web in production", state)
    looks = made.crew.keeper.waits(row.id) if state is State.WAITING else {}
    assert all("worker" in why for why in looks.values()), "it looks before it asks"
    with made.crew.keeper.store.begin() as transaction:
        view = made.crew.keeper.view(transaction, row.id)
    assert view.started["inputs"] == {"things": "web-1/file:/motd"}
    assert made.crew.flows.of(view).job("fix") is not None
    made.file("web-1").write_text("Welcome", encoding="utf-8")
    made.looks(minutes=15)
    assert len(made.app.store.runs.runs()) == 1


@pytest.mark.parametrize("made", ["fix"], indirect=True)
def test_a_fix_is_a_rule_with_gates_and_limits(made: Shop) -> None:
    first, second = fixes_of(made.app.project)
    assert (first.file, second.file) == (
        "config/web.yaml#production",
        "config/web.yaml#test",
    )
    assert first.jobs[0].environment == "production"
    assert first.owner == "team-shop"
    assert first.limits is not None
    assert (first.limits.attempts, first.limits.within) == (3, 7200)
