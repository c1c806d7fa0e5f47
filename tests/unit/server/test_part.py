"""What the page of a run shows of its steps, over a desk that has one sheet."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fakes import StoppedClock
from holdfast.drivers.files import write_private
from holdfast.model import JobView, RunView, Sort, Span, State, StepView
from holdfast.ports import Desks, JobSheet, RunRow, RunSheet, StepSheet
from holdfast.server.access import Access
from holdfast.server.application import application
from unit.server.test_api import Client

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOSTILE = '"><script>alert(1)</script>'


@dataclass
class OneSheet:
    """A desk with one run; it counts what it was asked to read."""

    sheet: RunSheet
    text: bytes = b""
    read: list[tuple[str, int]] = field(default_factory=list)

    def receive(self) -> None:
        """No hook is called here."""

    def run(self, _run: str) -> RunSheet:
        return self.sheet

    def printed(self, _run: str, job: str, step: int) -> bytes:
        self.read.append((job, step))
        return self.text


Shows = Callable[[OneSheet], Client]


@pytest.fixture
def shows(tmp_path: Path) -> Shows:
    access = Access(tmp_path / "tokens.json", write_private)
    token = access.add("ann")

    def client(desk: OneSheet) -> Client:
        desks = Desks(*[desk] * 6)  # type: ignore[arg-type]
        return Client(application(desks, access, "shop", StoppedClock(NOON)), token)

    return client


def sheet(*steps: StepView, state: State = State.SUCCEEDED, jobs: int = 1) -> RunSheet:
    """A run of one job, or of a matrix, each with the same steps."""
    keys = ["t"] if jobs == 1 else [f"t.{n}" for n in range(jobs)]
    since, until = NOON.isoformat(), (NOON + timedelta(seconds=3)).isoformat()
    views = {
        key: JobView(
            key,
            state,
            started=since,
            ended=until,
            total=jobs,
            steps={one.index: one for one in steps},
        )
        for key in keys
    }
    spans = [
        Span(key, Sort.WORK, since, until, one.index, state=one.state)
        for key in keys
        for one in steps
    ]
    names = tuple(StepSheet(f"s{one.index}", f"step {one.index}") for one in steps)
    row = RunRow("r1", "flow", "flow", state, "ann", NOON, NOON + timedelta(seconds=4))
    view = RunView("r1", jobs=views, state=state)
    return RunSheet(row, view, 1, (JobSheet("t", "t", (), names),), spans=tuple(spans))


def went(index: int, **more: object) -> StepView:
    return replace(StepView(index, 1, State.SUCCEEDED, "success", "success"), **more)  # type: ignore[arg-type]


def test_what_a_step_sums_up_is_shown_and_its_html_is_not_obeyed(shows: Shows) -> None:
    body = {
        "summary": "### 40 **passed** <script>x</script>",
        "annotations": [{"level": "warning", "text": "old <b>call</b>"}],
    }
    page = shows(OneSheet(sheet(went(0, body=body)))).get("/runs/r1").text
    assert "<strong>passed</strong>" in page
    assert "1 annotation<" in page
    assert "<script>" not in page
    assert "<b>call" not in page


def test_names_in_the_pictures_of_a_run_are_not_obeyed(shows: Shows) -> None:
    made = sheet(went(0))
    named = JobSheet("t", HOSTILE, (), (StepSheet("a", HOSTILE),))
    desk = OneSheet(replace(made, jobs=(named,)), HOSTILE.encode())
    client = shows(desk)
    for path in ("/runs/r1", "/runs/r1/part", "/runs/r1/times", "/runs/r1/log/t/0"):
        page = client.get(path).text
        assert "alert(1)" in page
        assert "<script>" not in page.replace('<script src="/static', "")
        assert HOSTILE not in page


def test_what_a_closed_step_printed_is_in_the_page_and_not_in_every_part(
    shows: Shows,
) -> None:
    failed = StepView(1, 1, State.FAILED, "failure", "failure")
    desk = OneSheet(sheet(went(0), failed, state=State.FAILED), b"a line")
    client = shows(desk)
    assert client.get("/runs/r1").text.count("a line") == 2
    assert desk.read == [("t", 0), ("t", 1)]
    desk.read.clear()
    part = client.get("/runs/r1/part").text
    assert desk.read == [("t", 1)]
    assert part.count("a line") == 1
    assert 'href="/runs/r1/log/t/0"' in part
    assert "a line" in client.get("/runs/r1/log/t/0").text
    assert client.get("/runs/r1/log/t/0?part=1").text.startswith("<pre")


def test_of_many_long_outputs_the_page_holds_some_and_links_the_rest(
    shows: Shows,
) -> None:
    steps = [went(index) for index in range(30)]
    desk = OneSheet(sheet(*steps), b"x" * 200_000)
    page = shows(desk).get("/runs/r1").text
    assert len(page) < 2_000_000
    assert 'class="later" href="/runs/r1/log/t/29"' in page
    assert len(desk.read) == 6


def test_a_large_matrix_is_one_box_one_row_and_one_fold(shows: Shows) -> None:
    page = shows(OneSheet(sheet(went(0), jobs=60))).get("/runs/r1").text
    assert page.count('class="box ') == 1
    assert "60 jobs of <b>t</b> went well" in page
    assert "t x 60: 60 succeeded" in page


def test_only_what_may_be_printing_is_asked_for_again_and_again(shows: Shows) -> None:
    """A step that waits at a gate has begun, and prints nothing for hours."""
    step = StepView(0, 1, State.RUNNING)
    works = shows(OneSheet(sheet(step, state=State.RUNNING)))
    gated = shows(OneSheet(sheet(step, state=State.GATED)))
    assert "data-busy" in works.get("/runs/r1/part").text
    assert "data-busy" not in gated.get("/runs/r1/part").text


def test_the_timeline_is_a_table_for_who_reads_better_than_looks(shows: Shows) -> None:
    page = shows(OneSheet(sheet(went(0), went(1)))).get("/runs/r1/times").text
    assert page.count("worked, succeeded") == 2
    assert "2026-03-01 12:00:00" in page
