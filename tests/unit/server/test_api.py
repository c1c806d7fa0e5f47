"""What the API takes and refuses, over a desk that remembers what it was asked."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from fakes import StoppedClock
from holdfast.drivers.files import write_private
from holdfast.ports import Desks, Reply, Report, Unanswered
from holdfast.problems import HoldfastError, Problem
from holdfast.server.access import Access
from holdfast.server.application import application


class Desk:
    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def workers(self) -> tuple[()]:
        return ()

    def start(
        self, workflow: str, inputs: Any, actor: str, why: str = "", key: str = ""
    ) -> str:
        self.asked.append((workflow, inputs, actor, why, key))
        return "r1"

    def decide(self, *told: Any, yes: bool) -> Any:
        self.asked.append((*told, yes))
        raise HoldfastError(Problem("engine.moved", "It has moved"))

    def report(self, *told: Any) -> None:
        self.asked.append(told)

    def take(self, *told: Any) -> None:
        self.asked.append(told)

    def receive(self, hook: str, headers: Any, body: bytes) -> Reply:
        return Reply(404, f"There is no endpoint {hook}.")

    def drain(self, worker: str, actor: str, *, on: bool) -> None:
        self.asked.append((worker, actor, on))


@dataclass
class Client:
    """Asks the application itself; no port is opened."""

    app: Any
    token: str

    def get(self, path: str) -> httpx.Response:
        return self.ask("GET", path)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.ask("POST", path, **more)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://shop"
            ) as client:
                return await client.request(method, path, headers=headers, **more)

        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return asyncio.run(asked())


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def client(desk: Desk, tmp_path: Path) -> Client:
    access = Access(tmp_path / "tokens.json", write_private)
    desks = Desks(desk, desk, desk, desk, desk, desk)  # type: ignore[arg-type]
    made = application(desks, access, "shop", StoppedClock())
    return Client(made, access.add("ann"))


class Away(Desk):
    """The desk of a project whose database does not answer."""

    def workers(self) -> tuple[()]:
        where = "postgresql://holdfast@db.example/holdfast"
        raise Unanswered(Problem("store.unreachable", "It does not answer", where))

    def start(self, *_told: Any, **_more: Any) -> str:
        self.workers()
        return ""

    def receive(self, *_told: Any) -> Reply:
        self.workers()
        return Reply(202, "")


def test_what_the_database_cannot_do_now_may_be_asked_again(tmp_path: Path) -> None:
    access, desk = Access(tmp_path / "tokens.json", write_private), Away()
    desks = Desks(desk, desk, desk, desk, desk, desk)  # type: ignore[arg-type]
    client = Client(
        application(desks, access, "shop", StoppedClock()), access.add("ann")
    )
    for answer in (client.get("/health"), client.post("/hooks/orders", content=b"{}")):
        assert (answer.status_code, answer.text) == (503, "It does not answer\n")
    answer = client.post("/api/1/runs", json={"workflow": "ship"})
    assert (answer.status_code, answer.json()["code"]) == (503, "store.unreachable")


def test_who_starts_a_run_is_who_the_token_is_of(client: Client, desk: Desk) -> None:
    told = {"workflow": "ship", "inputs": {"a": 1}, "why": "now", "actor": "root"}
    answer = client.post("/api/1/runs", json=told)
    assert answer.json()["run"] == "r1"
    assert desk.asked == [("ship", {"a": 1}, "ann", "now", "")]


@pytest.mark.parametrize("yes", ["false", "no", 1, None, []])
def test_a_yes_that_was_not_said_as_one_is_none(
    client: Client, desk: Desk, yes: Any
) -> None:
    told = {"job": "deploy", "digest": "sha256:1", "yes": yes}
    answer = client.post("/api/1/runs/r1/decide", json=told)
    assert answer.status_code == 400
    assert "`yes` is true or false" in answer.text
    assert client.post("/api/1/workers/w1/drain", json={"on": yes}).status_code == 400
    assert desk.asked == []


def test_a_word_that_was_said_is_passed_on(client: Client, desk: Desk) -> None:
    told = {"job": "deploy", "digest": "sha256:1", "why": "fine", "yes": False}
    answer = client.post("/api/1/runs/r1/decide", json=told)
    assert answer.status_code >= 400
    assert "It has moved" in answer.text
    client.post("/api/1/workers/w1/drain")
    assert desk.asked == [
        ("r1", "deploy", "sha256:1", "fine", "ann", False),
        ("w1", "ann", True),
    ]


def test_a_report_of_a_manual_step_is_of_who_the_token_is_of(
    client: Client, desk: Desk
) -> None:
    told = {"job": "runbook", "step": 2, "how": "done", "text": "I saw it"}
    client.post("/api/1/runs/r1/report", json={**told, "fields": {"n": "3"}})
    client.post("/api/1/runs/r1/take", json=told)
    assert desk.asked == [
        ("r1", "runbook", 2, Report("done", "I saw it", {"n": "3"}), "ann"),
        ("r1", "runbook", 2, "ann"),
    ]


@pytest.mark.parametrize("wrong", [{"how": "yes"}, {"step": "two"}, {"fields": "n=3"}])
def test_a_report_that_is_none_is_refused(
    client: Client, desk: Desk, wrong: dict[str, Any]
) -> None:
    told = {"job": "runbook", "step": 2, "how": "done", **wrong}
    assert client.post("/api/1/runs/r1/report", json=told).status_code == 400
    assert desk.asked == []


def test_nobody_is_told_anything_without_a_token(client: Client) -> None:
    client.token = ""
    assert client.get("/api/1/workers").status_code == 401
    assert client.post("/api/1/runs", json={"workflow": "ship"}).status_code == 401
    assert client.get("/health").text == "ok\n"


@pytest.mark.parametrize("body", ["", "[]", "{", "\x00", '"ship"', '{"inputs": 3}'])
def test_what_is_no_request_is_refused_and_starts_nothing(
    client: Client, desk: Desk, body: str
) -> None:
    assert client.post("/api/1/runs", content=body).status_code == 400
    assert desk.asked == []
