"""Throw-away machines of the bed, as tests see them."""

import hashlib
import os
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

BED = Path(__file__).parents[1] / "bed/bed"
HOME = Path(os.environ.get("HOLDFAST_BED", "/tmp/holdfast-bed"))
NOISE = (
    "/var/log", "/var/cache", "/var/lib/apt", "/var/lib/dpkg", "/var/lib/systemd",
    "/var/lib/rpm", "/var/lib/dnf",
    "/var/lib/dbus", "/run", "/tmp", "/root/.ssh", "/etc/ssh/ssh_host", "/etc/machine-id",
    "/var/tmp", "/etc/passwd-", "/etc/shadow-", "/etc/group-", "/etc/gshadow-",
    "/etc/subuid-", "/etc/subgid-", "/etc/.pwd.lock", "/etc/.updated", "/var/.updated",
    "/var/lib/private", "/var/lib/pam", "/dev", "/proc", "/sys", "/etc/ld.so.cache",
    "/etc/.resolv.conf.systemd-resolved.bak", "/etc/hostname", "/usr/share/info",
)  # fmt: skip
"""What a running system writes by itself, and what package managers keep for their own."""


def bed(*words: str, **env: str) -> str:
    """Run the bed's script; what it prints."""
    done = subprocess.run(
        [str(BED), *words],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@dataclass(frozen=True)
class Machine:
    """One running host."""

    name: str
    number: int

    @property
    def address(self) -> str:
        return f"10.77.0.{self.number}"

    @property
    def folder(self) -> Path:
        return HOME / "h" / self.name

    def ssh_config(self) -> str:
        """What a user's own ssh_config would say about it."""
        return (
            f"Host {self.address}\n  IdentityFile {HOME}/key\n  IdentitiesOnly yes\n"
            f"  UserKnownHostsFile {self.folder}/known_hosts\n"
            "  StrictHostKeyChecking yes\n"
        )

    def sh(self, script: str) -> int:
        """Run something on it, past everything that is tested."""
        return self.run(script).returncode

    def run(self, script: str) -> "subprocess.CompletedProcess[str]":
        config = self.folder / "ssh_config"
        config.write_text(self.ssh_config(), encoding="utf-8")
        return subprocess.run(
            ["ssh", "-F", str(config), f"root@{self.address}", "R=; " + script],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def disk(self) -> dict[str, object]:
        """Everything on its disk that is not as in the image, and that is no noise."""
        top = self.folder / "up"
        found: dict[str, object] = {}
        for path in sorted(top.rglob("*")):
            name = "/" + str(path.relative_to(top))
            if name.startswith(NOISE):
                continue
            state = self._state(path, HOME / "base" / name[1:])
            if state is not None:
                found[name] = state
        return found

    def _state(self, path: Path, image: Path) -> object:
        """What is at a path; ``None`` when that is just what the image has."""
        now = _told(path)
        if now == ("directory",):
            return None if image.is_dir() else _mode(path)
        if stat.S_ISCHR(path.lstat().st_mode):
            return "deleted" if image.exists() or image.is_symlink() else None
        then = _told(image) if image.exists() or image.is_symlink() else None
        if now == then and _mode(path) == _mode(image):
            return None
        return (*now, *_mode(path))

    def cut(self) -> None:
        bed("cut", str(self.number))

    def heal(self) -> None:
        bed("heal", str(self.number))


def _told(path: Path) -> tuple[str, ...]:
    if path.is_symlink():
        return ("link", str(path.readlink()))
    if path.is_dir():
        return ("directory",)
    if path.is_file():
        return ("file", hashlib.sha256(path.read_bytes()).hexdigest())
    return ("other",)


def _mode(path: Path) -> tuple[str, int, int]:
    told = path.lstat()
    return (oct(told.st_mode), told.st_uid, told.st_gid)
