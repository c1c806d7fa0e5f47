"""The outbox for people: pages, forms and the API, over a real store."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fakes import StoppedClock
from holdfast.app.desks.outbox import LocalOutboxDesk
from holdfast.drivers.desks.outbox import RemoteOutboxDesk
from holdfast.drivers.files import write_private
from holdfast.drivers.stores import Store, open_store
from holdfast.ports import Desks, Letter
from holdfast.server.access import Access
from holdfast.server.application import application
from holdfast.server.measures import measured
from unit.outbox.scene import NOON
from unit.server.test_api import Client, Desk

HOSTILE = '<script>alert("x")</script>'


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = open_store(tmp_path / "s.db")
    letter = Letter(
        key="k1",
        to="ops",
        sort="notice",
        what=HOSTILE,
        body={"title": HOSTILE},
        at=NOON,
        due=NOON,
        state="dead",
        attempts=11,
        answer=f"500 {HOSTILE}",
    )
    with made.outbox.begin() as transaction:
        transaction.put([letter])
    return made


@pytest.fixture
def client(store: Store, tmp_path: Path) -> Client:
    access = Access(tmp_path / "tokens.json", write_private)
    runs: Any = Desk()
    outbox = LocalOutboxDesk(store.runs, store.outbox, StoppedClock(NOON), str)
    desks = Desks(runs, runs, runs, runs, outbox, runs)
    return Client(
        application(desks, access, "shop", StoppedClock(NOON)), access.add("ann")
    )


@pytest.mark.parametrize("path", ["/outbox", "/outbox?state=dead", "/outbox/m1"])
def test_what_others_wrote_is_text_on_every_page(client: Client, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert "&lt;script&gt;" in page.text
    assert "<script>alert" not in page.text


def test_a_dead_letter_is_sent_again_and_given_up_by_forms(
    client: Client, store: Store
) -> None:
    assert "Dead letters" in client.get("/outbox?state=dead").text
    states = []
    why = {"why": "it is old news"}
    for do in ("retry", "drop"):
        assert client.post(f"/outbox/m1/{do}", data=why).status_code == 303
        letter = store.outbox.letter(1)
        assert letter is not None
        states.append((letter.state, letter.answer.partition(";")[0]))
    assert states == [("waiting", "ann sent it again"), ("dropped", "ann gave it up")]


@pytest.mark.parametrize("path", ["/outbox/m7", "/outbox/x"])
def test_a_letter_that_is_not_there_is_a_page(client: Client, path: str) -> None:
    assert "There is no letter" in client.get(path).text


def test_the_api_answers_as_the_remote_desk_reads(client: Client) -> None:
    class Asking:
        def get(self, path: str, params: Any = None) -> Any:
            return client.ask("GET", f"/api/1{path}", params=params).json()

        def post(self, path: str, body: Any) -> Any:
            return client.post(f"/api/1{path}", json=body).json()

    asking: Any = Asking()
    desk = RemoteOutboxDesk(asking)
    (row,) = desk.letters(["dead"])
    assert (row.id, row.state, row.attempts, row.body) == ("m1", "dead", 11, None)
    assert desk.letter("m1").body == {"title": HOSTILE}
    assert desk.retry("m1", "ann").state == "waiting"
    assert desk.sheet().counts == (("ops", "waiting", 1),)
    assert desk.drop("m1", "ann", "old news").state == "dropped"
    assert desk.letters(["dead"]) == ()
    assert client.get("/api/1/outbox/m9").status_code == 404
    assert client.ask("GET", "/api/1/outbox").status_code == 200


def test_what_waits_and_what_is_dead_can_be_measured(store: Store) -> None:
    clock = StoppedClock(NOON)
    outbox = LocalOutboxDesk(store.runs, store.outbox, clock, str)
    nothing: Any = SimpleNamespace(runs=lambda **_: [], workers=list, runbooks=list)
    desks = Desks(nothing, nothing, nothing, nothing, outbox, nothing)
    told = measured(desks)
    assert 'holdfast_outbox_letters{state="dead",to="ops"} 1.0' in told
    assert "holdfast_outbox_oldest_waiting_seconds 0.0" in told
    outbox.retry("m1", "ann")
    clock.time += timedelta(minutes=1)
    told = measured(desks)
    assert 'holdfast_outbox_letters{state="waiting",to="ops"} 1.0' in told
    assert "holdfast_outbox_oldest_waiting_seconds 60.0" in told
    assert "holdfast_outbox_late_seconds 60.0" in told


def test_a_stranger_sees_nothing(client: Client) -> None:
    client.token = ""
    assert client.get("/api/1/outbox").status_code == 401
