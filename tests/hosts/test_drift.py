"""Drift on a real machine: which attribute, since when, and through whom."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast.app import Application, open_application
from holdfast.engine import State
from hosts.machines import Machine
from story import Place, write_project

pytestmark = pytest.mark.hosts

CONFIG: dict[str, Any] = {
    "resources": [
        {"file": "/etc/one", "content": "1\n", "mode": "0644"},
        {"file": "/etc/two", "content": "2\n"},
        {"package": "hello-svc"},
        {"service": "hello-svc", "running": True},
    ]
}
REPO = (
    "rm -f /etc/apt/sources.list; rm -rf /etc/apt/sources.list.d/*\n"
    'echo "deb [trusted=yes] file:/srv/repo ./" >/etc/apt/sources.list.d/bed.list\n'
)


@pytest.fixture
def app(machine: Machine, tmp_path: Path) -> Application:
    (tmp_path / "ssh_config").write_text(machine.ssh_config(), encoding="utf-8")
    hosts = (
        f"hosts: {{h: {{address: {machine.address}}}}}\n"
        "connect: {config: ssh_config, user: root, timeout: 60s}\n"
    )
    machine.sh(REPO)
    write_project(tmp_path, Place(hosts, machine.run, machine.disk), CONFIG)
    app = open_application(tmp_path)
    proposal = app.propose(())
    report = app.carry_out(proposal, app.judge(proposal, ask=False, why=""))
    assert report.exit == 0, report.proof
    return app


def test_who_did_what_and_when(app: Application, machine: Machine) -> None:
    assert (
        machine.sh("useradd -m ann; echo 'ann ALL=(ALL) NOPASSWD: ALL' >>/etc/sudoers")
        == 0
    )
    machine.sh("su ann -c 'sudo sh -c \"echo 3 >/etc/one\"'")
    machine.sh("systemctl stop hello-svc; apt-get purge -y -qq hello-svc")
    found, _ = app.drift(())
    drifted = {f.address.local: f for f in found.of(State.DRIFTED)}
    assert set(drifted) == {"file:/etc/one", "package:hello-svc", "service:hello-svc"}
    now = machine.run("date -u '+%Y-%m-%d'").stdout.strip()
    assert all(f.since.startswith(now) for f in drifted.values() if f.since)
    assert "ann with sudo" in drifted["file:/etc/one"].by
    assert "purge hello-svc" in drifted["package:hello-svc"].by or (
        "remove hello-svc" in drifted["package:hello-svc"].by
    )
    observed, recorded, wanted = drifted["file:/etc/one"].attributes["content"]
    assert observed != recorded == wanted
    app.close()


def test_a_declaration_that_moved_on_is_no_drift(app: Application) -> None:
    config = app.root / "config/case.yaml"
    moved = yaml.safe_load(config.read_text(encoding="utf-8"))
    moved["resources"][1]["content"] = "two\n"
    config.write_text(yaml.safe_dump(moved), encoding="utf-8")
    app.close()
    again = open_application(app.root)
    found, _ = again.drift(())
    assert [f.address.local for f in found.of(State.PENDING)] == ["file:/etc/two"]
    assert not found.of(State.DRIFTED)
    again.close()


def test_a_host_that_cannot_be_asked_is_not_in_sync(
    app: Application, machine: Machine
) -> None:
    machine.cut()
    app.engine.eyes.hosts["h"].disconnect()  # type: ignore[attr-defined]
    found, _ = app.drift(())
    assert found.unknown
    assert found.coverage == 0
    machine.heal()
    app.close()
