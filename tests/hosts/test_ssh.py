"""What happens to a connection, and what is then said and known."""

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from holdfast.app import Application, open_application
from holdfast.app.secrets.versions import set_secret
from holdfast.engine import Report
from holdfast.model import Event
from holdfast.problems import Exit
from hosts.machines import HOME, Machine
from story import Place, write_project

pytestmark = pytest.mark.hosts
MOTD = {"resources": [{"file": "/etc/motd", "content": "hello\n"}]}
Open = Callable[..., Application]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Open]:
    """Open a project with one host; ``connect`` are more words for it."""
    apps: list[Application] = []

    def begin(
        machine: Machine, config: dict[str, Any], connect: str = ""
    ) -> Application:
        root = tmp_path / "project"
        root.mkdir(exist_ok=True)
        (root / "ssh_config").write_text(machine.ssh_config(), encoding="utf-8")
        hosts = (
            f"hosts: {{h: {{address: {machine.address}}}}}\n"
            f"connect: {{config: ssh_config, timeout: 6s{connect or ', user: root'}}}\n"
        )
        write_project(root, Place(hosts, machine.run, machine.disk), config)
        apps.append(open_application(root))
        return apps[-1]

    yield begin
    for app in apps:
        app.close()


def _apply(app: Application) -> Report:
    proposal = app.propose(())
    assert not proposal.plan.unknown, proposal.plan.unknown
    return app.carry_out(proposal, app.judge(proposal, ask=False, why=""))


def _unreachable(app: Application) -> str:
    """Why the host cannot be asked, as it is said to a person."""
    plan = app.propose(()).plan
    assert not plan.changes
    problem = plan.unknown["h"]
    assert problem.next_step
    return f"{problem.code} {problem.summary}"


def test_a_connection_is_kept_for_what_comes_after(
    machine: Machine, project: Open
) -> None:
    app = project(machine, MOTD)
    assert _apply(app).exit == Exit.DONE
    sshd = "grep -c 'Accepted publickey' /var/log/auth.log || journalctl -b -t sshd"
    said = machine.run(f"{sshd} | grep -c 'Accepted publickey'").stdout
    assert int(said.split()[-1]) <= 2, "one for Holdfast, one for this question"


def test_a_changed_host_key_is_refused(machine: Machine, project: Open) -> None:
    known = machine.folder / "known_hosts"
    other = HOME / "other"
    if not other.exists():
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(other)],
            check=True,
        )
    key = " ".join(other.with_suffix(".pub").read_text().split()[:2])
    app = project(machine, MOTD)
    known.write_text(f"{machine.address} {key}\n")
    assert "its host key has changed" in _unreachable(app)


def test_an_unknown_host_key_is_refused(machine: Machine, project: Open) -> None:
    (machine.folder / "known_hosts").write_text("")
    assert "its host key is not known" in _unreachable(project(machine, MOTD))


def test_a_user_that_may_not_log_in(machine: Machine, project: Open) -> None:
    app = project(machine, MOTD, ", user: nobody")
    assert "refuses the key or user" in _unreachable(app)


def test_a_host_whose_cable_is_out(machine: Machine, project: Open) -> None:
    app = project(machine, MOTD)
    machine.cut()
    assert "hosts.unreachable" in _unreachable(app)


def _deploy(machine: Machine, sudoers: str) -> None:
    script = (
        "useradd -m -s /bin/sh deploy && echo deploy:correct-horse | chpasswd\n"
        "install -d -o deploy -m 700 /home/deploy/.ssh\n"
        "install -o deploy -m 600 /root/.ssh/authorized_keys /home/deploy/.ssh/\n"
        f"echo '{sudoers}' >/etc/sudoers.d/deploy"
    )
    assert machine.sh(script) == 0


def test_becoming_root_without_a_password(machine: Machine, project: Open) -> None:
    _deploy(machine, "deploy ALL=(ALL) NOPASSWD: ALL")
    app = project(machine, MOTD, ", user: deploy, become: root")
    assert _apply(app).exit == Exit.DONE
    assert machine.sh('[ "$(stat -c %U /etc/motd)" = root ]') == 0


def test_a_password_that_was_not_given(machine: Machine, project: Open) -> None:
    _deploy(machine, "deploy ALL=(ALL) ALL")
    app = project(machine, MOTD, ", user: deploy, become: root")
    assert "sudo there wants a password" in _unreachable(app)


BECOME = ", user: deploy, become: root, become_password: sudo"


def test_a_password_from_a_secret(
    machine: Machine, project: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    _deploy(machine, "deploy ALL=(ALL) ALL")
    monkeypatch.setenv("HOLDFAST_SECRET_SUDO", "correct-horse")
    app = project(machine, MOTD, BECOME)
    assert _apply(app).exit == Exit.DONE
    everything = b"".join(p.read_bytes() for p in app.state.iterdir() if p.is_file())
    assert b"correct-horse" not in everything


def test_a_wrong_password(
    machine: Machine, project: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    _deploy(machine, "deploy ALL=(ALL) ALL")
    monkeypatch.setenv("HOLDFAST_SECRET_SUDO", "battery-staple")
    said = _unreachable(project(machine, MOTD, BECOME))
    assert "sudo there refuses the password" in said


def test_a_user_that_may_not_become_root(
    machine: Machine, project: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    _deploy(machine, "# nothing")
    monkeypatch.setenv("HOLDFAST_SECRET_SUDO", "correct-horse")
    said = _unreachable(project(machine, MOTD, BECOME))
    assert "may not become another" in said


def test_through_a_jump_host(start: Callable[[], Machine], project: Open) -> None:
    jump, target = start(), start()
    config = (
        f"Host 10.77.0.*\n  IdentityFile {HOME}/key\n  IdentitiesOnly yes\n"
        f"  UserKnownHostsFile {jump.folder}/known_hosts {target.folder}/known_hosts\n"
        f"Host {jump.address}\n  User root\n"
        f"Host {target.address}\n  ProxyJump {jump.address}\n"
    )
    app = project(target, MOTD)
    (app.root / "ssh_config").write_text(config)
    assert _apply(app).exit == Exit.DONE
    said = jump.run("journalctl -b -t sshd | grep -c 'Accepted publickey'").stdout
    assert int(said) >= 1, "it went through the jump host"


SLOW = {
    "resources": [
        {"file": "/etc/one", "content": "1\n"},
        {"command": "sleep 4; touch /root/done", "check": "test -e /root/done"},
        {"file": "/etc/two", "content": "2\n"},
    ]
}


def _interrupted(app: Application, after: float, what: Callable[[], object]) -> Report:
    timer = Timer(after, what)
    timer.start()
    try:
        return _apply(app)
    finally:
        timer.join()


def _events(report: Report) -> list[Event]:
    return [outcome.event for outcome in report.walked.outcomes]


def test_a_cable_pulled_in_mid_apply(machine: Machine, project: Open) -> None:
    app = project(machine, SLOW)
    report = _interrupted(app, 1.5, machine.cut)
    assert _events(report)[0] is Event.SUCCEEDED
    assert Event.IN_DOUBT in _events(report)
    assert report.exit == Exit.IN_DOUBT
    machine.heal()
    _goes_on(app, machine)


def test_a_reboot_in_mid_apply(machine: Machine, project: Open) -> None:
    app = project(machine, SLOW)
    report = _interrupted(app, 1.5, lambda: machine.sh("systemctl reboot --force"))
    assert report.exit == Exit.IN_DOUBT
    _goes_on(app, machine)


def test_an_ssh_client_killed_in_mid_apply(machine: Machine, project: Open) -> None:
    app = project(machine, SLOW)
    kill = ["pkill", "-KILL", "-f", f"^ssh .*{machine.address}"]
    report = _interrupted(app, 1.5, lambda: subprocess.run(kill, check=True))
    assert report.exit == Exit.IN_DOUBT
    _goes_on(app, machine)


def _goes_on(app: Application, machine: Machine) -> None:
    """The next start looks, decides and ends what was begun."""
    for _ in range(100):
        if machine.sh("true") == 0:
            break
    with app.alone():
        for _ in range(30):
            app.settle()
            if not app.open_doubts():
                break
            time.sleep(0.3)  # what outlived its connection is waited for
        assert not app.open_doubts()
        assert _apply(app).exit == Exit.DONE
    assert machine.sh('[ "$(cat /etc/one)" = 1 ] && [ "$(cat /etc/two)" = 2 ]') == 0
    assert not app.propose(()).plan


def test_a_full_disk_leaves_the_old_file(machine: Machine, project: Open) -> None:
    machine.sh(
        "mkdir /srv/s; mount -t tmpfs -o size=64k none /srv/s; echo old >/srv/s/f"
    )
    big = {"resources": [{"file": "/srv/s/f", "content": "x" * 200_000}]}
    report = _apply(project(machine, big))
    assert report.exit == Exit.FAILED
    assert "No space left" in report.walked.outcomes[0].output
    assert machine.sh('[ "$(cat /srv/s/f)" = old ] && [ "$(ls -A /srv/s)" = f ]') == 0


def test_a_file_system_that_cannot_be_written(machine: Machine, project: Open) -> None:
    machine.sh("mkdir /srv/s; mount -t tmpfs none /srv/s; echo old >/srv/s/f")
    machine.sh("mount -o remount,ro /srv/s")
    report = _apply(
        project(machine, {"resources": [{"file": "/srv/s/f", "content": "n"}]})
    )
    assert report.exit == Exit.FAILED
    assert "Read-only" in report.walked.outcomes[0].output


def test_a_secret_on_a_real_host_is_nowhere_else(
    machine: Machine, project: Open, capfd: pytest.CaptureFixture[str]
) -> None:
    config = {
        "resources": [
            {"file": "/etc/app.conf", "content": "key=${{ secrets.api }}\n"},
            {
                "command": 'echo "$KEY" >/root/used; echo "loud: $KEY"; ps ax',
                "check": "test -e /root/used",
                "env": {"KEY": "${{ secrets.api }}"},
            },
        ]
    }
    app = project(machine, {"resources": []})
    set_secret(app, "api", "s3cr3t-v4lue")
    app.close()
    app = project(machine, config)
    report = _apply(app)
    assert report.exit == Exit.DONE, report.proof
    assert machine.sh("grep -q s3cr3t-v4lue /etc/app.conf /root/used") == 0
    kept = b"".join(p.read_bytes() for p in app.root.rglob("*") if p.is_file())
    assert b"s3cr3t-v4lue" not in kept
    told = [o.output for o in report.walked.outcomes]
    assert "s3cr3t" not in capfd.readouterr().out
    assert "loud" in told[1]
