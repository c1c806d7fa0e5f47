"""A project that is served is what its files say, as soon as they say something else."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.app import Application, open_application
from holdfast.app.outbox import post_for, post_renewed
from holdfast.app.serving.process import ServerProcess, server_process
from holdfast.app.serving.reloading import Renewal
from holdfast.problems import HoldfastError

PROJECT = "project: shop\nowner: you\nenvironments: {live: {}}\n"
HOSTS = "hosts: {web-1: {environment: live, connect: {driver: local, root: web-1}}}\n"
FLOW = 'name: ship\non: {event: {type: order}}\njobs: {one: {steps: [{run: ":"}]}}\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in (
        ("holdfast.yaml", PROJECT),
        ("hosts/hosts.yaml", HOSTS),
        ("workflows/ship.yaml", FLOW),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def app(root: Path) -> Iterator[Application]:
    opened = open_application(root)
    yield opened
    opened.close()


@pytest.fixture
def server(app: Application) -> Iterator[ServerProcess]:
    told: list[HoldfastError] = []
    made = server_process(app, "w1", (), 1, told.append)
    yield made
    made.crew.close()


def names(server: ServerProcess) -> list[str]:
    return [row.name for row in server.desks.runs.workflows()]


def tick(server: ServerProcess) -> None:
    """What the first loop of a server does first in each turn."""
    server.turns[0].do[0]()


def write(path: Path, text: str) -> None:
    """Write a file; its time differs even where clocks of file systems are coarse."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    later = path.stat().st_mtime_ns + 1_000_000
    os.utime(path, ns=(later, later))


def test_what_has_not_changed_is_not_read_again(app: Application) -> None:
    adopted: list[Application] = []
    renewal = Renewal(app, (adopted.append,))
    assert not renewal.tick()
    assert adopted == []


def test_a_new_workflow_a_changed_one_and_one_that_is_gone(
    server: ServerProcess, root: Path
) -> None:
    write(root / "workflows/more.yaml", FLOW.replace("ship", "more"))
    tick(server)
    assert names(server) == ["more", "ship"]
    write(root / "workflows/more.yaml", FLOW.replace("ship", "much more"))
    tick(server)
    assert names(server) == ["much more", "ship"]
    (root / "workflows/more.yaml").unlink()
    tick(server)
    assert names(server) == ["ship"]


def test_what_cannot_be_used_is_told_once_and_changes_nothing(
    server: ServerProcess, root: Path, app: Application
) -> None:
    write(root / "workflows/ship.yaml", "name: ship\non: push\nowner: 3\njobs: 7\n")
    with pytest.raises(HoldfastError) as caught:
        tick(server)
    assert caught.value.problems[0].code == "app.not-renewed"
    assert "workflows/ship.yaml" in str(caught.value.problems[1].place)
    tick(server)
    assert names(server) == ["ship"]
    assert app.project.workflows[0].triggers[0].event == "event"
    write(root / "workflows/ship.yaml", FLOW.replace("name: ship", "name: sail"))
    tick(server)
    assert names(server) == ["sail"]


def test_rules_hooks_and_hosts_are_those_of_the_files(
    server: ServerProcess, root: Path, app: Application
) -> None:
    before = app.engine.eyes.hosts["web-1"]
    gate = "environments: {live: {gates: {approve: {by: [crew]}}}}\n"
    told = PROJECT.replace("environments: {live: {}}\n", gate)
    write(
        root / "holdfast.yaml",
        f"{told}teams: {{crew: [ann]}}\nhooks: {{a: {{kind: hmac, secret: x}}}}\n",
    )
    write(root / "hosts/hosts.yaml", HOSTS + "  # web-2 comes soon\n")
    tick(server)
    assert server.crew.keeper.gatekeeper.rules.gates["live"].approve is not None
    assert server.desks.events.receive("a", {}, b"").status == 401
    assert app.engine.eyes.hosts["web-1"] is before
    moved = HOSTS.replace("root: web-1", "root: elsewhere")
    write(root / "hosts/hosts.yaml", moved)
    tick(server)
    assert app.engine.eyes.hosts["web-1"] is not before


def test_what_counts_only_after_a_restart_is_said(
    server: ServerProcess, root: Path
) -> None:
    more = "secrets: {backends: [env]}\n"
    write(root / "holdfast.yaml", PROJECT + more)
    with pytest.raises(HoldfastError) as caught:
        tick(server)
    assert caught.value.problems[0].code == "app.needs-restart"
    assert "secrets" in caught.value.problems[0].summary


def test_a_commit_counts_even_when_no_declaration_changed(
    root: Path, app: Application
) -> None:
    def git(*words: str) -> None:
        named = ["-c", "user.name=ann", "-c", "user.email=ann@example.org"]
        subprocess.run(["git", "-C", str(root), *named, *words], check=True)

    git("init", "-q")
    git("add", "workflows")
    git("commit", "-qm", "one")
    renewal = Renewal(app)
    app.forget_commit()
    before = app.commit
    git("commit", "-q", "--allow-empty", "-m", "two")
    assert renewal.tick()
    assert app.commit != before


def test_a_channel_that_is_declared_while_it_is_served_counts(
    app: Application, root: Path
) -> None:
    post = post_for(app, "one")
    renewal = Renewal(app, (post_renewed(post),))
    before = (root / "holdfast.yaml").read_text(encoding="utf-8")
    more = "notify: {channels: {ops: {driver: slack, url: slack_ops}}}\n"
    write(root / "holdfast.yaml", f"{before}\n{more}")
    assert renewal.tick()
    assert list(post.delivery.senders) == ["ops"]
    assert list(post.relay.writing.declared.channels) == ["ops"]
