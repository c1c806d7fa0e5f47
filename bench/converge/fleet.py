"""
Start and stop OpenSSH daemons on 127.0.0.2 and up, each a host with its own root.

``fleet.py up N | down``. Only processes that this script started are ever signalled.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from paths import BENCH, FLEET, HOSTS, PORT, SSH_CONFIG, address

KEY = FLEET / "id_ed25519"
GROUP = Path("/sys/fs/cgroup/cpuacct/holdfast_bench_hosts")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def _keygen(path: Path) -> None:
    if not path.exists():
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True
        )


def _sshd_config(k: int, home: Path) -> str:
    return f"""\
Port {PORT}
ListenAddress {address(k)}
HostKey {home}/host_ed25519
PidFile {home}/sshd.pid
AuthorizedKeysFile {FLEET}/authorized_keys
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
PermitRootLogin yes
UseDNS no
PrintMotd no
PrintLastLog no
X11Forwarding no
MaxStartups 500
MaxSessions 200
LogLevel ERROR
SetEnv HOME={home}/home PATH={PATH}
Subsystem sftp internal-sftp
"""


def _prepare(k: int) -> str:
    """Write what host ``k`` needs; its line for known_hosts."""
    home = FLEET / f"h{k}"
    (home / "home").mkdir(parents=True, exist_ok=True)
    (HOSTS / f"h{k}").mkdir(parents=True, exist_ok=True)
    _keygen(home / "host_ed25519")
    (home / "sshd_config").write_text(_sshd_config(k, home))
    kind, key = (home / "host_ed25519.pub").read_text().split()[:2]
    return f"[{address(k)}]:{PORT} {kind} {key}"


def up(n: int) -> None:
    """Have ``n`` hosts listening."""
    FLEET.mkdir(parents=True, exist_ok=True)
    Path("/run/sshd").mkdir(exist_ok=True)
    _keygen(KEY)
    (FLEET / "authorized_keys").write_text(KEY.with_suffix(".pub").read_text())
    known = [_prepare(k) for k in range(1, n + 1)]
    start = [
        f"/usr/sbin/sshd -f {FLEET}/h{k}/sshd_config -E {FLEET}/h{k}/log"
        for k in range(1, n + 1)
        if not alive(k)
    ]
    if start:
        _start(start)
    (FLEET / "known_hosts").write_text("\n".join(known) + "\n")
    SSH_CONFIG.write_text(f"""\
Host *
  Port {PORT}
  User root
  IdentityFile {KEY}
  IdentitiesOnly yes
  UserKnownHostsFile {FLEET}/known_hosts
  StrictHostKeyChecking yes
  BatchMode yes
  LogLevel ERROR
""")
    for k in range(1, n + 1):
        _wait_for(k)


def _start(lines: list[str]) -> None:
    """Start daemons in a private mount namespace: this machine stays as it is."""
    if GROUP.parent.is_dir():
        GROUP.mkdir(exist_ok=True)
        lines = [f"echo $$ > {GROUP}/cgroup.procs", *lines]
    jail = Path(__file__).with_name("jail.sh")
    subprocess.run(
        [str(jail), "bash", "-ec", "; ".join(lines)],
        check=True,
        env={**os.environ, "HF_BENCH": str(BENCH)},
    )


def _wait_for(k: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection((address(k), PORT), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    sys.exit(f"host h{k} did not come up; see {FLEET}/h{k}/log")


def _pid(k: int) -> int | None:
    try:
        return int((FLEET / f"h{k}" / "sshd.pid").read_text())
    except (OSError, ValueError):
        return None


def alive(k: int) -> bool:
    """Whether host ``k``'s own daemon runs."""
    pid = _pid(k)
    try:
        said = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return str(FLEET / f"h{k}" / "sshd_config").encode() in said


def down() -> None:
    """End the daemons that this script started."""
    for folder in FLEET.glob("h*"):
        k = int(folder.name[1:])
        pid = _pid(k)
        if pid and alive(k):
            os.kill(pid, signal.SIGTERM)


if __name__ == "__main__":
    if sys.argv[1] == "up":
        up(int(sys.argv[2]))
    else:
        down()
