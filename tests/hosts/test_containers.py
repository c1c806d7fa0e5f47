"""Containers as hosts and as what is declared; skipped where podman does not work."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from holdfast.app import Application, open_application
from holdfast.engine import Report
from holdfast.problems import Exit
from hosts.podman import IMAGE, working
from hosts.podman import podman as _podman
from story import Place, cases, tell, write_project

pytestmark = pytest.mark.hosts


def _nothing(_script: str) -> "subprocess.CompletedProcess[str]":
    return _podman("version")


@pytest.fixture(scope="module")
def podman(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A podman that works, with a small image of busybox alone."""
    with working(tmp_path_factory.mktemp("podman")):
        yield
        _podman("rm", "-f", "-t", "0", "hf-host", "hf-shop")


@pytest.fixture
def host(podman: None) -> Iterator[str]:
    del podman
    _podman("rm", "-f", "-t", "0", "hf-host")
    done = _podman("run", "-d", "--name", "hf-host", IMAGE, "/bin/sleep", "1000")
    assert done.returncode == 0, done.stderr
    yield "hf-host"
    _podman("rm", "-f", "-t", "0", "hf-host")


def _disk(host: str) -> dict[str, object]:
    script = (
        "for d in etc srv root d l; do [ -e /$d ] || [ -L /$d ] || continue\n"
        "find /$d | sort | while read -r p; do stat -c '%n %F %a %u %g' \"$p\"\n"
        '[ ! -f "$p" ] || sha256sum "$p"; [ ! -L "$p" ] || readlink "$p"; done; done'
    )
    return {"all": _podman("exec", host, "/bin/sh", "-c", script).stdout}


@pytest.mark.parametrize("case", [*cases("link"), *cases("file")[:4]])
def test_a_case_in_a_container(case: dict[str, Any], host: str, tmp_path: Path) -> None:
    def run(script: str) -> "subprocess.CompletedProcess[str]":
        return _podman("exec", host, "/bin/sh", "-c", f"R=; {script}")

    hosts = f"hosts: {{h: {{address: {host}}}}}\nconnect: {{driver: container}}\n"
    tell(case, Place(hosts, run, lambda: _disk(host)), tmp_path)


def test_a_container_that_is_gone_is_unreachable(podman: None, tmp_path: Path) -> None:
    del podman
    hosts = "hosts: {h: {address: hf-nowhere}}\nconnect: {driver: container}\n"
    place = Place(hosts, _nothing, dict)
    write_project(tmp_path, place, {"resources": [{"file": "/etc/x"}]})
    app = open_application(tmp_path)
    assert "h" in app.propose(()).plan.unknown
    app.close()


def _apply(app: Application) -> Report:
    proposal = app.propose(())
    return app.carry_out(proposal, app.judge(proposal, ask=False, why=""))


def _declared(root: Path, **more: Any) -> Application:
    hosts = "hosts: {h: {}}\nconnect: {driver: local}\n"
    place = Place(hosts, _nothing, dict)
    told = {"container": "hf-shop", "image": IMAGE, "command": ["/bin/sleep", "1000"]}
    write_project(root, place, {"resources": [{**told, **more}]})
    return open_application(root)


def test_a_container_is_made_changed_and_brought_back(
    podman: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del podman
    monkeypatch.setenv("HOLDFAST_SECRET_SHOP", "correct-horse")
    app = _declared(tmp_path, env={"LEVEL": "info", "KEY": "${{ secrets.shop }}"})
    assert _apply(app).exit == Exit.DONE
    assert not app.propose(()).plan
    inside = _podman("exec", "hf-shop", "/bin/sh", "-c", "echo $LEVEL $KEY").stdout
    assert inside == "info correct-horse\n"
    labels = _podman("inspect", "--format", "{{.Config.Labels}}", "hf-shop").stdout
    assert "correct-horse" not in labels
    app.close()

    app = _declared(tmp_path, env={"LEVEL": "debug"})
    report = _apply(app)
    assert report.exit == Exit.DONE
    inside = _podman("exec", "hf-shop", "/bin/sh", "-c", "echo $LEVEL").stdout
    assert inside == "debug\n"
    _podman("stop", "-t", "0", "hf-shop")
    assert [c.action.value for c in app.propose(()).plan.changes] == ["update"]
    assert _apply(app).exit == Exit.DONE
    app.close()

    app = _declared(tmp_path, absent=True)
    gone = _apply(app)
    assert gone.exit == Exit.DONE
    assert _podman("inspect", "hf-shop").returncode != 0
    back, lost = app.propose_undo(gone.run, ())
    assert not lost
    assert app.carry_out(back, app.judge(back, ask=False, why="")).exit == Exit.DONE
    inside = _podman("exec", "hf-shop", "/bin/sh", "-c", "echo $LEVEL").stdout
    assert inside == "debug\n"
    app.close()
