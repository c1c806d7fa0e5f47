"""Where connections are shared: short enough for a socket, and nobody else's."""

from pathlib import Path

import pytest

from holdfast.drivers.hosts import SshHost, ssh

DEEP = Path("/srv") / ("a-folder-with-a-long-name/" * 6)


def control(host: SshHost) -> Path:
    return next(
        Path(word.partition("=")[2])
        for word in host._ssh()
        if word.startswith("ControlPath=")
    )


def test_a_step_with_a_deep_folder_of_its_own_shares_the_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / DEEP.relative_to("/")
    deep.mkdir(parents=True)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    outside = control(SshHost("web-1", "10.0.0.1", control_dir=deep / "ssh"))
    monkeypatch.setenv("TMPDIR", str(deep))
    monkeypatch.setattr("tempfile.tempdir", None)
    inside = control(SshHost("web-1", "10.0.0.1", control_dir=deep / "ssh"))
    assert inside == outside
    assert len(str(inside)) < ssh._LONGEST_SOCKET


def test_a_folder_others_can_write_to_is_not_used(tmp_path: Path) -> None:
    open_to_all = tmp_path / "holdfast"
    open_to_all.mkdir(mode=0o777)
    open_to_all.chmod(0o777)
    assert not ssh._is_ours(open_to_all)
    open_to_all.chmod(0o700)
    assert ssh._is_ours(open_to_all)
    link = tmp_path / "link"
    link.symlink_to(open_to_all)
    assert not ssh._is_ours(link)
