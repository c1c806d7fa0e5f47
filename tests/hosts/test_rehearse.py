"""A rehearsal runs for real, lists what it touched, and leaves no trace."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.app import Application, open_application
from holdfast.app.rehearsing import rehearse
from holdfast.problems import HoldfastError
from hosts.machines import Machine
from story import Place, write_project

pytestmark = pytest.mark.hosts
CONFIG = {
    "resources": [
        {"user": "zed"},
        {"file": "/etc/motd", "content": "hello\n"},
        {"directory": "/srv/new"},
    ]
}


@pytest.fixture
def app(machine: Machine, tmp_path: Path) -> Iterator[Application]:
    (tmp_path / "ssh_config").write_text(machine.ssh_config(), encoding="utf-8")
    hosts = (
        f"hosts: {{h: {{address: {machine.address}}}}}\n"
        "connect: {config: ssh_config, user: root, timeout: 60s}\n"
    )
    write_project(tmp_path, Place(hosts, machine.run, machine.disk), CONFIG)
    app = open_application(tmp_path)
    yield app
    app.close()


def test_a_command_is_rehearsed(app: Application, machine: Machine) -> None:
    before = machine.disk()
    what = [
        "echo loud; rm /etc/debian_version; echo hi >>/etc/issue; touch '/root/a b'"
    ]
    told = rehearse(app, what, "h", net=True)
    assert told.status == 0
    assert told.output == "loud"
    touched = {(t.what, t.path) for t in told.touched}
    assert touched == {
        ("deleted", "/etc/debian_version"),
        ("changed", "/etc/issue"),
        ("made", "/root/a b"),
    }
    assert machine.disk() == before


def test_a_config_is_rehearsed(app: Application, machine: Machine) -> None:
    before = machine.disk()
    told = rehearse(app, ["case"], "h", net=True)
    touched = {(t.what, t.path) for t in told.touched}
    assert ("changed", "/etc/passwd") in touched
    assert ("made", "/srv/new/") in touched
    assert {what for what, path in touched if path == "/etc/motd"} <= {
        "made",
        "changed",
    }
    assert machine.disk() == before
    assert len(app.propose(()).plan.changes) == 3


def test_what_fails_says_so(app: Application) -> None:
    assert rehearse(app, ["exit 7"], "h", net=False).status == 7


def test_the_network_can_be_cut(app: Application) -> None:
    there = "ls /sys/class/net | grep -q eth0 || exit 3; ip addr show eth0 >/dev/null"
    assert rehearse(app, [there], "h", net=True).status == 0
    assert rehearse(app, ["ip addr show eth0"], "h", net=False).status != 0


def test_without_root_it_is_refused(app: Application, machine: Machine) -> None:
    machine.sh("useradd -m -s /bin/sh deploy; cp -r /root/.ssh /home/deploy/")
    machine.sh("chown -R deploy: /home/deploy/.ssh")
    hosts = app.root / "hosts/hosts.yaml"
    hosts.write_text(hosts.read_text().replace("user: root", "user: deploy"))
    again = open_application(app.root)
    with pytest.raises(HoldfastError, match="Nothing can be rehearsed"):
        rehearse(again, ["true"], "h", net=True)
    again.close()
