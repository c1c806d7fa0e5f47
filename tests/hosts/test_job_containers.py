"""Containers of jobs, by a real podman; skipped where it does not work."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from holdfast.app import Application, open_application
from holdfast.app.runs.containers import containers_of
from holdfast.app.runs.wiring import Crew, crew_of, worker_of
from holdfast.drivers.steps import step_files
from holdfast.engine.runs.worker import Worker
from holdfast.engine.steps.work import StepWork
from holdfast.model import JobView, State
from holdfast.ports import Image, JobContainers
from hosts.podman import IMAGE, podman, working

pytestmark = pytest.mark.hosts
PATIENCE = 60.0


@dataclass
class Shop:
    """A project with one workflow, its keeper, and perhaps a worker."""

    folder: Path
    app: Application
    crew: Crew
    worker: Worker | None = None

    @classmethod
    def of(cls, folder: Path, **jobs: Any) -> "Shop":
        """Declare its jobs."""
        (folder / "workflows").mkdir(exist_ok=True)
        (folder / "holdfast.yaml").write_text("project: shop\nowner: team-a\n")
        flow = {"name": "ci", "on": {"workflow_dispatch": {}}, "jobs": jobs}
        (folder / "workflows/ci.yaml").write_text(json.dumps(flow))
        app = open_application(folder)
        return cls(folder, app, crew_of(app))

    def begin(self) -> str:
        """Start the workflow; the run's name."""
        flow = self.crew.flows.named("ci")
        self.crew.flows.keep(flow)
        return self.crew.keeper.accept(self.crew.flows.request(flow, {}), "ann")

    def run(self) -> str:
        """Carry a run out here, to its end."""
        self.worker = self.worker or worker_of(self.crew, "w1")
        self.worker.start()
        run = self.begin()
        self.wait(lambda: self.state(run).is_end, "the end")
        return run

    def state(self, run: str) -> State:
        with self.app.store.runs.begin() as transaction:
            return self.crew.keeper.view(transaction, run).state

    def job(self, run: str, key: str = "j") -> JobView:
        with self.app.store.runs.begin() as transaction:
            return self.crew.keeper.view(transaction, run).jobs[key]

    def printed(self, run: str, step: int, job: str = "j") -> str:
        return self.app.store.runs.printed(run, job, step).decode()

    def keepers(self) -> list[int]:
        """The small processes that keep steps."""
        found = (self.folder / ".holdfast/steps").rglob(step_files.KEEPER)
        return [
            pid for pid in (step_files.read_pid(one.parent) for one in found) if pid
        ]

    def wait(self, until: Callable[[], object], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not until():
            assert time.monotonic() < end, f"waited in vain: {what}"
            time.sleep(0.05)

    def close(self) -> None:
        if self.worker:
            self.worker.stop(10)
            work = self.worker.job.work
            assert isinstance(work, StepWork)
            work.runner.close()
        self.crew.close()
        self.app.close()


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with working(tmp_path_factory.mktemp("podman")):
        yield


Declare = Callable[..., Shop]


@pytest.fixture
def declare(works: None, tmp_path: Path) -> Iterator[Declare]:
    """A shop with jobs; in the end nothing of its containers may be left."""
    del works
    made: list[Shop] = []

    def of(**jobs: Any) -> Shop:
        made.append(Shop.of(tmp_path, **jobs))
        return made[-1]

    yield of
    for shop in made:
        shop.wait(lambda: not _ours(tmp_path), "that everything is removed")
        shop.close()
    assert not list((tmp_path / ".holdfast/containers").glob("*/*"))


def _ours(folder: Path) -> list[str]:
    """Containers and networks of one project; others may be tested at the same time."""
    state = (folder / ".holdfast/containers").resolve()
    mine = f"holdfast-{sha256(str(state).encode()).hexdigest()[:8]}-"
    listed = podman("ps", "-a", "--filter", "label=holdfast.job", "--format={{.Names}}")
    networks = podman("network", "ls", "--format={{.Name}}")
    every = [*listed.stdout.split(), *networks.stdout.split()]
    return [one for one in every if one.startswith(mine)]


def test_a_job_in_a_container_with_a_service(
    declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDFAST_SECRET_KEY", "correct-horse")
    health = "--health-cmd 'test -e /tmp/up || { touch /tmp/up; false; }'"
    shop = declare(
        j={
            "runs-on": "ubuntu-latest",
            "container": {
                "image": IMAGE,
                "env": {"KEY": "${{ secrets.key }}", "TWO": "a\nb"},
                "options": "--hostname inside",
                "ports": [8081],
            },
            "services": {"web": {"image": IMAGE, "ports": [8080], "options": health}},
            "steps": [
                {
                    "run": 'echo "on $(hostname), $HOME, $KEY, $TWO, $DOCKER_HOST"\n'
                    'test "$PWD" = "$GITHUB_WORKSPACE"; touch here\n'
                    "wget -q -O- http://web:8080/nothing 2>&1 | grep -o 404\n"
                    'echo "x=1" >> "$GITHUB_OUTPUT"; echo "A=b" >> "$GITHUB_ENV"\n'
                    'echo /my/bin >> "$GITHUB_PATH"',
                    "id": "one",
                    "env": {"DOCKER_HOST": "tcp://theirs"},
                },
                {
                    "run": "ls /__w/shop/shop; "
                    'echo "${{ steps.one.outputs.x }} $A ${PATH%%:*}"\n'
                    "echo ports ${{ job.services.web.ports['8080'] }} "
                    "${{ job.container.network }}\nfalse; echo never"
                },
                {"run": "echo even so", "if": "always()", "shell": "sh"},
            ],
        }
    )
    run = shop.run()
    first, second, third = (shop.printed(run, step) for step in (1, 2, 3))
    assert "on inside, /github/home, ***, a\nb, tcp://theirs\n404\n" in first
    assert second.startswith("here\n1 b /my/bin\nports ")
    assert second.rstrip().endswith("-r1-j")
    assert third == "even so\n"
    steps = shop.job(run).steps
    outcomes = [steps[index].outcome for index in range(4)]
    assert outcomes == ["success", "success", "failure", "success"]


def test_services_of_a_job_on_the_machine_itself(declare: Declare) -> None:
    port = "${{ job.services.web.ports['8080'] }}"
    ask = "import urllib.request as u, urllib.error as e\ntry: u.urlopen"
    script = (
        f"{ask}('http://127.0.0.1:{port}/')\n"
        "except e.HTTPError as error: print('status', error.code)"
    )
    services = {"web": {"image": IMAGE, "ports": ["8080"]}}
    shop = declare(
        j={"services": services, "steps": [{"run": script, "shell": "python"}]}
    )
    assert shop.printed(shop.run(), 1) == "status 404\n"


def test_what_cannot_start_runs_nothing_on_the_machine(
    declare: Declare, tmp_path: Path
) -> None:
    options = "--health-cmd false --health-interval 1s --health-timeout 1s"
    sick = {"image": IMAGE, "options": f"{options} --health-retries 1"}
    outside = tmp_path / "outside"
    shop = declare(
        sick={"services": {"web": sick}, "steps": [{"run": "echo begun"}]},
        missing={
            "container": f"{IMAGE}-not",
            "steps": [{"run": f"touch {outside}", "if": "always()"}],
        },
    )
    run = shop.run()
    assert "Not healthy after" in shop.printed(run, 0, "sick")
    assert shop.job(run, "sick").steps[1].outcome == "skipped"
    why = shop.job(run, "missing").steps[1].body["why"]
    assert why == "nothing was done: the container of the job was not started"
    assert not outside.exists()


_SLOW = """
echo begin >> /effects/log
sleep 77 & setsid sleep 77 &
until [ -e /effects/go ]; do sleep 0.1; done
echo end >> /effects/log
"""


def _slow(effects: Path) -> dict[str, Any]:
    effects.mkdir()
    return {
        "container": {"image": IMAGE, "volumes": [f"{effects}:/effects"]},
        "steps": [{"run": _SLOW}, {"run": "echo after"}],
    }


def _sleeping(folder: Path) -> bool:
    found = [one for one in _ours(folder) if one.endswith("-j")]
    return any("sleep 77" in podman("exec", one, "ps").stdout for one in found)


def test_a_killed_worker_finds_its_step_in_the_container_again(
    declare: Declare, tmp_path: Path
) -> None:
    effects = tmp_path / "effects"
    shop = declare(j=_slow(effects))
    argv = [sys.executable, "-m", "holdfast", "worker", "--name", "w1"]
    worker = subprocess.Popen(argv, cwd=tmp_path, stdout=subprocess.DEVNULL)
    run = shop.begin()
    shop.wait((effects / "log").exists, "the step")
    worker.kill()
    worker.wait()
    shop.worker = worker_of(shop.crew, "w1")
    shop.worker.start()
    (effects / "go").touch()
    shop.wait(lambda: shop.state(run).is_end, "the end")
    assert shop.state(run) is State.SUCCEEDED
    assert (effects / "log").read_text() == "begin\nend\n"
    assert shop.printed(run, 2) == "after\n"


def test_a_step_that_is_cut_off_or_cancelled_ends_inside_too(
    declare: Declare, tmp_path: Path
) -> None:
    shop = declare(j=_slow(tmp_path / "effects"))
    shop.worker = worker_of(shop.crew, "w1")
    shop.worker.start()
    run = shop.begin()
    shop.wait(lambda: _sleeping(tmp_path), "the step")
    os.kill(max(shop.keepers()), signal.SIGKILL)
    shop.wait(lambda: shop.state(run) is State.IN_DOUBT, "the question")
    shop.wait(lambda: not _sleeping(tmp_path), "its end inside")
    assert _ours(tmp_path), "the job may still go on"
    shop.crew.keeper.answer(run, "j", "not-made", "ann")
    shop.wait(lambda: _sleeping(tmp_path), "the step, once more")
    shop.crew.keeper.cancel(run, "enough", "ann")
    shop.wait(lambda: shop.state(run) is State.CANCELLED, "the end")
    assert not _sleeping(tmp_path)


def test_what_a_worker_left_that_was_killed_is_removed(
    declare: Declare, tmp_path: Path
) -> None:
    shop = declare(j=_slow(tmp_path / "effects"))
    shop.worker = worker_of(shop.crew, "w1")
    containers = containers_of(shop.app)
    assert containers
    containers.start(JobContainers("r1/j", services={"web": Image(IMAGE)}))
    assert len(_ours(tmp_path)) == 2
    shop.worker.job.tidy()
    assert not _ours(tmp_path)
