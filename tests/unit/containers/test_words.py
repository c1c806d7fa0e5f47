"""What the client of containers is told, without one."""

from pathlib import Path

import pytest

from holdfast.app.runs.containers import read_wanted
from holdfast.drivers.containers import Client, PodlikeContainers, words
from holdfast.engine.runs.dispatch import dispatch
from holdfast.engine.runs.request import CLIENT, labels_wanted
from holdfast.ports import Image, JobRow, Task, WorkerRow
from holdfast.problems import HoldfastError
from unit.runs.world import NOON, job


def test_ports_are_on_the_loopback_unless_they_say_otherwise() -> None:
    assert words.published("80") == "127.0.0.1::80"
    assert words.published("8080:80/udp") == "127.0.0.1:8080:80/udp"
    assert words.published("0.0.0.0:8080:80") == "0.0.0.0:8080:80"
    said = "80/tcp -> 127.0.0.1:40001\n53/udp -> 0.0.0.0:53\n"
    assert words.read_ports(said) == {"80": "40001", "53": "53"}


def test_where_an_image_comes_from() -> None:
    assert words.registry_of("alpine") == "docker.io"
    assert words.registry_of("library/alpine:3") == "docker.io"
    assert words.registry_of("ghcr.io/a/b") == "ghcr.io"
    assert words.registry_of("localhost:5000/a") == "localhost:5000"


def test_a_network_of_their_own_is_refused() -> None:
    image = Image("a", options=("--network=host",))
    with pytest.raises(HoldfastError, match="must not hold --network"):
        words.run_words("n", image, "n")


def test_no_value_of_a_variable_comes_into_the_arguments(tmp_path: Path) -> None:
    env = {"KEY": "s3cret", "DOCKER_HOST": "s3cret", "PATH": "/my/bin:"}
    task = Task("r1/j/0/1", ("sh", "-e", "script"), Path("/w"), env)
    made = PodlikeContainers(Client("/usr/bin/docker"), tmp_path).inside("c1", 7, task)
    assert "s3cret" not in " ".join(made.argv)
    assert made.env["KEY"] == "s3cret"
    assert made.env["HOLDFAST_AS_DOCKER_HOST"] == "s3cret"
    assert made.env.get("DOCKER_HOST") != "s3cret"
    assert made.env["HOLDFAST_ADD_PATH"] == "/my/bin"
    assert made.argv[-4:] == ("r1/j/0/1", "sh", "-e", "script")


def test_what_a_job_wants_as_it_is_written() -> None:
    told = {
        "job": "r1/j",
        "container": {"image": "node:20", "options": "--cpus 1 --hostname 'a b'"},
        "services": {
            "db": {
                "image": "postgres",
                "ports": [5432],
                "env": {"N": 1},
                "credentials": {"username": "ann", "password": "s3cret"},
            },
            "none": {"image": ""},
        },
        "mounts": [["/a", "/b"]],
        "folder": "/a",
    }
    wanted = read_wanted(told)
    assert wanted.container == Image(
        "node:20", options=("--cpus", "1", "--hostname", "a b")
    )
    assert list(wanted.services) == ["db"]
    assert wanted.services["db"].ports == ("5432",)
    assert wanted.services["db"].env == {"N": "1"}
    assert "s3cret" not in repr(wanted)
    assert read_wanted({**told, "container": ""}).container is None


def test_a_job_with_containers_goes_to_a_worker_that_has_a_client() -> None:
    plain, boxed = job("a"), job("b", container="${{ matrix.image }}")
    assert labels_wanted(plain, {}) == ()
    assert labels_wanted(boxed, {"matrix": {"image": "node"}}) == (CLIENT,)
    assert labels_wanted(boxed, {"matrix": {"image": ""}}) == ()
    assert labels_wanted(job("c", services={"db": {}}, runs_on="big"), {}) == (
        "big",
        CLIENT,
    )
    worker = WorkerRow("w1", "w1", "here", ("linux",), 2, NOON, NOON)
    row = JobRow("r1", "b", NOON, (CLIENT,))
    waits = dispatch([row], [worker], NOON.replace(hour=1)).waits
    assert "no worker has podman or docker" in waits["r1", "b"]
    assert "on w1: apt install podman" in waits["r1", "b"]
