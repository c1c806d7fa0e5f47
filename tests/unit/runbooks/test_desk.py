"""A runbook of a real project: its pages, its forms, and how alive it is."""

import asyncio
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import httpx
import pytest

from holdfast.app import open_application
from holdfast.app.application import Application
from holdfast.app.desks.local import desks_for
from holdfast.app.desks.runbook_sheets import runbook_row
from holdfast.app.desks.runbooks import LocalRunbookDesk
from holdfast.app.runs.wiring import crew_of, masks_of, worker_of
from holdfast.declare import Step, Workflow
from holdfast.declare.workflow import Job
from holdfast.drivers.files import write_private
from holdfast.model import Event, State
from holdfast.ports import Desks, Proof, Report, RunSheet
from holdfast.problems import HoldfastError, Place
from holdfast.record import Hands
from holdfast.server import Access, application

DAY = 86400


def in_base64(text: str) -> str:
    return b64encode(text.encode()).decode()


PAGE = """\
---
name: drain
environment: staging
review: 90d
on: {workflow_dispatch: {inputs: {host: {type: host, required: true}}}}
---
# Drain

Why we do this: <script>alert(1)</script>

## 1. Look at ${{ inputs.host }}

```manual
---
fields: {length: {type: number, required: true}}
---
How long is the queue of **${{ inputs.host }}**?
```

## 2. Drain it

FIRST

## 3. Look again

SECOND

That was all.
"""
BY_HAND = "```manual\nDrain ${{ steps.look-at.outputs.length }} of them.\n```"
DONE = "```sh\ntrue\n```"


@dataclass
class House:
    """A project with its desks and a worker, and its pages."""

    root: Path
    app: Application
    desks: Desks
    pages: Any
    token: str

    @property
    def books(self) -> LocalRunbookDesk:
        books = self.desks.runbooks
        assert isinstance(books, LocalRunbookDesk)
        return books

    def start(self) -> str:
        return self.desks.runs.start("drain", {"host": "web-1"}, "ann")

    def until(self, run: str, step: int) -> RunSheet:
        """Wait until a run is handed out at a step, or has ended (-1)."""
        give_up = time.monotonic() + 30
        while time.monotonic() < give_up:
            sheet = self.desks.runs.run(run)
            waits = [job.wait for job in sheet.view.jobs.values() if job.wait]
            if (
                sheet.row.state.is_end
                if step < 0
                else [w.step for w in waits] == [step]
            ):
                return sheet
            time.sleep(0.02)
        raise AssertionError(self.desks.runs.run(run))

    def say(self, run: str, step: int, **more: Any) -> None:
        self.until(run, step)
        report = Report("done", **more)
        self.desks.runbooks.report(run, "runbook", step, report, "ann")

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.pages)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://shop"
            ) as client:
                headers = {"Authorization": f"Bearer {self.token}"}
                return await client.request(method, path, headers=headers, **more)

        return asyncio.run(asked())


ASKS = "{length: {type: number, required: true}}"


def written(root: Path, first: str, second: str, asks: str = ASKS) -> None:
    page = PAGE.replace("FIRST", first).replace("SECOND", second)
    page = page.replace(ASKS, asks)
    files = {
        "holdfast.yaml": "project: p\nowner: sre\nenvironments: {staging: {}}\n",
        "hosts/h.yaml": "hosts: {web-1: {}}\nconnect: {driver: local, root: m}\n",
        "runbooks/drain.md": page,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with house_in(tmp_path, BY_HAND, BY_HAND) as made:
        yield made


@contextmanager
def house_in(root: Path, first: str, second: str) -> Iterator[House]:
    written(root, first, second)
    app = open_application(root)
    crew = crew_of(app)
    worker = worker_of(crew, "w1")
    worker.start()
    desks = desks_for(crew)
    access = Access(root / "tokens.json", write_private)
    token = access.add("ann")
    try:
        yield House(
            root, app, desks, application(desks, access, "p", app.engine.clock), token
        )
    finally:
        worker.stop(wait=5)
        crew.close()
        app.close()


def test_an_edited_runbook_says_that_its_proof_is_of_another(house: House) -> None:
    run = house.start()
    for step in range(3):
        house.say(run, step, fields={"length": 1} if step == 0 else {})
    house.until(run, -1)
    (row,) = house.books.runbooks()
    assert row.proven is not None
    assert row.proven.same
    written(house.root, BY_HAND, DONE)
    again = open_application(house.root)
    crew = crew_of(again)
    (row,) = LocalRunbookDesk(crew).runbooks()
    assert row.proven is not None
    assert not row.proven.same
    crew.close()
    again.close()


def test_what_is_asked_for_has_to_fit(house: House) -> None:
    run = house.start()
    house.until(run, 0)
    for fields, words in (
        ({}, "asks for `length`"),
        ({"length": "many"}, "does not fit"),
        ({"length": 1, "width": 2}, "does not ask for `width`"),
    ):
        with pytest.raises(HoldfastError, match=words):
            house.say(run, 0, fields=fields)
    assert house.app.store.ledger.of_event(Event.REPORTED) == ()


@pytest.mark.parametrize("how", ["done", "failed", "skipped"])
@pytest.mark.parametrize("form", [str, in_base64, quote])
def test_secrets_are_taken_out_of_what_people_say(
    house: House, how: Literal["done", "failed", "skipped"], form: Callable[[str], str]
) -> None:
    written(house.root, BY_HAND, BY_HAND, asks="{length: {type: string}}")
    house.app.secrets.set("queue_token", "hunter2/hunter2")
    fresh = open_application(house.root)
    crew = crew_of(fresh)
    desks = desks_for(crew)
    run = desks.runs.start("drain", {"host": "web-1"}, "ann")
    house.until(run, 0)
    pasted = f"it said {form('hunter2/hunter2')}!"
    fields = {"length": pasted} if how == "done" else {}
    desks.runbooks.report(run, "runbook", 0, Report(how, pasted, fields), "ann")
    (kept,) = house.app.store.ledger.of_event(Event.REPORTED)
    assert kept.body["text"] == "it said ***!"
    assert kept.body["fields"] == ({"length": "it said ***!"} if fields else {})
    assert form("hunter2/hunter2") not in str(house.app.store.ledger.of_run(run))
    crew.close()
    fresh.close()


def test_what_a_step_of_the_job_masked_is_hidden_in_what_people_paste(
    tmp_path: Path,
) -> None:
    step = "```sh\necho ::add-mask::one-time-token\n```"
    with house_in(tmp_path, step, BY_HAND) as house:
        run = house.start()
        house.say(run, 0, fields={"length": 1})
        house.say(run, 2, text="it printed one-time-token, twice")
        house.until(run, -1)
        told = house.app.store.ledger.of_event(Event.REPORTED)[-1]
    assert told.body["text"] == "it printed ***, twice"


@contextmanager
def elsewhere(house: House, folder: Path) -> Iterator[LocalRunbookDesk]:
    """The same project on another machine, whose state is its own but for the database."""
    folder.mkdir()
    written(folder, "```sh\ntrue\n```", BY_HAND)
    app = open_application(folder)
    own, app.store = app.store, house.app.store
    crew = crew_of(app)
    yield LocalRunbookDesk(crew)
    crew.close()
    own.close()


def test_a_server_hides_what_a_worker_on_another_machine_masked(tmp_path: Path) -> None:
    step = "```sh\necho ::add-mask::one-time-token\n```"
    with (
        house_in(tmp_path / "worker", step, BY_HAND) as house,
        elsewhere(house, tmp_path / "server") as server,
    ):
        masks_of(server.crew.app).admit()
        run = house.start()
        house.say(run, 0, fields={"length": 1})
        house.until(run, 2)
        pasted = Report("done", f"it said {in_base64('one-time-token')}")
        server.report(run, "runbook", 2, pasted, "ann")
        house.until(run, -1)
        told = house.app.store.ledger.of_event(Event.REPORTED)[-1]
    assert told.body["text"] == "it said ***"


def test_what_cannot_be_hidden_is_not_recorded(tmp_path: Path) -> None:
    step = "```sh\necho ::add-mask::one-time-token\n```"
    with (
        house_in(tmp_path / "worker", step, BY_HAND) as house,
        elsewhere(house, tmp_path / "late") as late,
    ):
        run = house.start()
        house.say(run, 0, fields={"length": 1})
        house.until(run, 2)
        with pytest.raises(HoldfastError, match="cannot be opened here"):
            late.report(run, "runbook", 2, Report("done", "one-time-token"), "ann")
        assert len(house.app.store.ledger.of_event(Event.REPORTED)) == 1
        late.report(run, "runbook", 2, Report("done"), "ann")
        house.until(run, -1)


def test_the_page_of_a_runbook_shows_every_block_and_runs_nothing(house: House) -> None:
    run = house.start()
    house.until(run, 0)
    page = house.ask("GET", "/runbooks/drain").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    for words in ("block-look-at", "block-drain-it", "waiting", "That was all.", run):
        assert words in page
    assert "never" in house.ask("GET", "/runbooks").text
    assert house.ask("GET", "/runbooks/nothing").status_code == 404


def test_a_step_is_taken_and_reported_on_its_page(house: House) -> None:
    run = house.start()
    house.until(run, 0)
    page = house.ask("GET", f"/runs/{run}").text
    assert "How long is the queue of <strong>web-1</strong>?" in page
    told = {"job": "runbook", "step": "0", "text": "short <b>", "field.length": "2"}
    house.ask("POST", f"/runs/{run}/task/take", data=told)
    assert "ann is at it since" in house.ask("GET", f"/runs/{run}").text
    house.ask("POST", f"/runs/{run}/task/done", data=told)
    house.until(run, 1)
    again = house.ask("POST", f"/runs/{run}/task/done", data=told)
    assert again.status_code == 404
    page = house.ask("GET", f"/runs/{run}").text
    assert "ann says it is done: short &lt;b&gt;" in page
    house.ask("POST", f"/runs/{run}/task/skip", data={**told, "step": "1"})
    house.until(run, 2)
    house.ask("POST", f"/runs/{run}/task/failed", data={**told, "step": "2"})
    assert house.until(run, -1).row.state is State.FAILED


def test_how_alive_it_is_can_be_measured(house: House) -> None:
    text = house.ask("GET", "/metrics").text
    assert 'holdfast_runbook_stale{runbook="drain"} 1.0' in text
    assert "proven_timestamp" not in text.replace("# ", "").split("drain")[-1]
    found = house.ask("GET", "/api/1/runbooks").json()["runbooks"][0]
    assert (found["name"], found["stale"]) == ("drain", "it was never proven")
    sheet = house.ask("GET", "/api/1/runbooks/drain").json()["runbook"]
    assert [block["kind"] for block in sheet["blocks"]] == ["manual"] * 3


# --- how alive one is, without a project -------------------------------------------------


def flow(review: int | None = 90 * DAY) -> Workflow:
    here = Place("r.md", 1, 1)
    steps = (
        Step("look", here, manual="Look at it"),
        Step("pull", here, manual="Pull it"),
        Step("make", here, run="make"),
        Step("ask", here, uses="holdfast/approve"),
        Step("pause", here, uses="holdfast/wait"),
    )
    job = Job("runbook", here, steps=steps)
    return Workflow("r.md", "r", owner="t", jobs=(job,), review=review)


def proof(days: float) -> Proof:
    return Proof("r1", datetime(2026, 1, 1, tzinfo=UTC), "ann", days * DAY)


@pytest.mark.parametrize(
    ("proven", "review", "stale"),
    [
        (None, 90 * DAY, "it was never proven"),
        (None, None, ""),
        (proof(89), 90 * DAY, ""),
        (proof(91.5), 90 * DAY, "last proven 91 days ago, wanted every 90d"),
        (proof(400), None, ""),
    ],
)
def test_a_runbook_is_stale_when_its_proof_is_older_than_its_review(
    proven: Proof | None, review: int | None, stale: str
) -> None:
    assert runbook_row(flow(review), {}, proven, 90).stale == stale


def test_what_costs_people_the_most_is_automated_next() -> None:
    spent = {
        "look": Hands((60.0, 60.0, 60.0)),
        "pull": Hands((600.0,)),
        "make": Hands((9000.0,)),
    }
    row = runbook_row(flow(), spent, None, 90)
    assert (row.next, row.next_seconds, row.seconds) == ("Pull it", 600, 9780)
    assert (row.manual, row.automated) == (2, 2)
    assert runbook_row(flow(), {}, None, 90).next == ""
