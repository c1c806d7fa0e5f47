"""The shell that is kept for the next script, and what ends it."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from holdfast.drivers.hosts import SshHost
from holdfast.model import Sensitive
from holdfast.ports import Unreachable
from hosts.machines import Machine

pytestmark = pytest.mark.hosts
Reach = Callable[..., SshHost]


@pytest.fixture
def reach(machine: Machine, tmp_path: Path) -> Iterator[Reach]:
    """A host as the driver sees it; with more of its words."""
    config = tmp_path / "ssh_config"
    config.write_text(machine.ssh_config(), encoding="utf-8")
    opened: list[SshHost] = []

    def begin(**more: object) -> SshHost:
        words = {"user": "root", "config": config, "control_dir": tmp_path, **more}
        opened.append(SshHost("h", machine.address, **words))  # type: ignore[arg-type]
        return opened[-1]

    yield begin
    for host in opened:
        host.close()
        host.disconnect()


def _says(host: SshHost, script: str) -> str:
    return host.run(script.encode()).stdout.decode().strip()


def test_scripts_share_a_shell_and_nothing_else(reach: Reach) -> None:
    host = reach()
    first = _says(host, "echo $$; cd /tmp; umask 077; X=1; export X; set -f")
    assert _says(host, "echo $$") == first
    assert _says(host, 'pwd; umask; echo "$X$-"') == "/root\n0022\ns"
    assert host.run(b"exit 7").status == 7
    assert _says(host, "echo $$") == first, "it is the subshell that ended"


def test_a_script_that_reads_does_not_eat_the_next(reach: Reach) -> None:
    host = reach()
    assert _says(host, "cat </dev/null; echo one") == "one"
    assert _says(host, "echo two") == "two"


def test_both_outputs_belong_to_their_script(reach: Reach) -> None:
    host = reach()
    for number in range(20):
        result = host.run(f"echo out {number}; echo err {number} >&2".encode())
        assert result.stdout.strip() == f"out {number}".encode()
        assert result.stderr.strip() == f"err {number}".encode()


def test_megabytes_both_ways(reach: Reach) -> None:
    body = "x" * 75 + "\n"
    script = f"cat <<'E'\n{body * 40_000}E\n"
    assert reach().run(script.encode()).stdout.strip(b"\n") == (
        body * 40_000
    ).encode().strip(b"\n")


def test_a_shell_that_was_killed_is_opened_anew(reach: Reach) -> None:
    host = reach()
    first = _says(host, "echo $$")
    killed = host.run(b"kill -KILL $(sh -c 'echo $PPID')")
    assert killed.status == 137
    second = _says(host, "echo $$")
    assert second != first, "a shell of which a script was killed is not used again"
    with pytest.raises(Unreachable) as caught:
        host.run(b"kill -KILL $$; sleep 1")
    assert caught.value.started
    assert _says(host, "echo $$") not in (first, second)


def test_a_connection_that_ended_while_idle(reach: Reach, machine: Machine) -> None:
    host = reach()
    first = _says(host, "echo $$")
    assert machine.sh(f"kill -KILL {first}") == 0
    assert _says(host, "echo still") == "still"
    host.disconnect()
    assert _says(host, "echo again") == "again"


def test_a_script_that_takes_too_long(reach: Reach) -> None:
    host = reach()
    assert _says(host, "echo first") == "first"
    with pytest.raises(Unreachable) as caught:
        host.run(b"sleep 30", timeout=0.3)
    assert "no end after 0.3 s" in str(caught.value.problems[0].detail)
    assert _says(host, "echo next") == "next"


def _deploy(machine: Machine, rule: str) -> None:
    script = (
        "useradd -m -s /bin/sh deploy && echo deploy:reboot | chpasswd\n"
        "install -d -o deploy -m 700 /home/deploy/.ssh\n"
        "install -o deploy -m 600 /root/.ssh/authorized_keys /home/deploy/.ssh/\n"
        f"echo '{rule}' >/etc/sudoers.d/deploy"
    )
    assert machine.sh(script) == 0


def _sudo(reach: Reach, password: str) -> SshHost:
    return reach(
        user="deploy", become="root", become_password=Sensitive("sudo", "1", password)
    )


def test_a_password_that_sudo_does_not_ask_for_goes_nowhere(
    reach: Reach, machine: Machine
) -> None:
    _deploy(machine, "deploy ALL=(ALL) NOPASSWD: ALL")
    result = _sudo(reach, "echo oops").run(b"id -un")
    assert result.stdout.strip() == b"root"
    assert not result.stderr


def test_a_password_is_given_for_every_shell(reach: Reach, machine: Machine) -> None:
    _deploy(machine, "deploy ALL=(ALL) ALL")
    host = _sudo(reach, "reboot")
    assert _says(host, "id -un") == "root"
    host.close()
    assert _says(host, "id -un") == "root", "whether sudo remembers or asks again"


def test_a_closed_host_leaves_no_process(reach: Reach, machine: Machine) -> None:
    host = reach()
    shell = _says(host, "echo $$")
    host.close()
    for _ in range(50):
        if machine.sh(f"kill -0 {shell} 2>/dev/null") != 0:
            break
    else:
        pytest.fail("the shell outlived its host")
    mine = ["pgrep", "-f", f"^ssh .*{machine.address} "]
    left = subprocess.run(mine, capture_output=True, text=True, check=False).stdout
    assert len(left.split()) <= 1, "the shared connection alone, for its idle time"
