"""A podman that works, with a small image of busybox alone."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

IMAGE = "localhost/holdfast-test:1"
CONF = """\
[containers]
default_ulimits = ["nofile=10000:10000", "nproc=10000:10000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
_FOLDERS = ("bin", "etc", "tmp", "root", "proc", "dev", "sys", "run", "srv")


def podman(*words: str) -> "subprocess.CompletedProcess[str]":
    """Call it."""
    return subprocess.run(
        ["podman", *words], capture_output=True, text=True, check=False
    )


@contextmanager
def working(folder: Path) -> Iterator[None]:
    """Make it work here, with the image; skips the test where it does not."""
    busybox = shutil.which("busybox")
    if not (shutil.which("podman") and busybox):
        pytest.skip("no podman or no busybox on this machine")
    (folder / "containers.conf").write_text(CONF)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONTAINERS_CONF", str(folder / "containers.conf"))
        patch.setenv("HOLDFAST_CONTAINERS", "podman")
        root = folder / "root"
        for name in _FOLDERS:
            (root / name).mkdir(parents=True)
        shutil.copy(busybox, root / "bin/busybox")
        (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
        (root / "etc/group").write_text("root:x:0:\n")
        subprocess.run([busybox, "--install", "-s", str(root / "bin")], check=True)
        for link in (root / "bin").iterdir():
            if link.is_symlink():
                link.unlink()
                link.symlink_to("/bin/busybox")
        archive = folder / "root.tar"
        subprocess.run(["tar", "-C", str(root), "-cf", str(archive), "."], check=True)
        command = 'CMD ["httpd","-f","-p","8080","-h","/srv"]'
        podman("import", "-q", "--change", command, str(archive), IMAGE)
        if podman("run", "--rm", IMAGE, "/bin/true").returncode != 0:
            pytest.skip("podman does not work on this machine")
        yield
