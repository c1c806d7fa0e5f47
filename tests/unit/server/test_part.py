"""What the page of a run shows of its steps."""

from datetime import UTC, datetime

from holdfast.model import JobView, RunView, State, StepView
from holdfast.ports import JobSheet, RunRow, RunSheet, StepSheet
from holdfast.server.pages.graph import picture
from holdfast.server.pages.layout import Paper

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_what_a_step_sums_up_is_shown_and_its_html_is_not_obeyed() -> None:
    body = {
        "summary": "### 40 **passed** <script>x</script>",
        "annotations": [{"level": "warning", "text": "old <b>call</b>"}],
    }
    step = StepView(0, 1, State.SUCCEEDED, "success", "success", body)
    view = RunView("r1", jobs={"t": JobView("t", State.SUCCEEDED, steps={0: step})})
    row = RunRow("r1", "flow", "flow", State.SUCCEEDED, "ann", NOON, NOON)
    sheet = RunSheet(
        row, view, 1, jobs=(JobSheet("t", "t", (), (StepSheet("a", "a"),)),)
    )
    page = Paper("shop").page(
        "part.html",
        sheet=sheet,
        row=row,
        view=view,
        picture=picture(sheet),
        logs={("t", 0): ""},
        names={job.id: job for job in sheet.jobs},
    )
    assert "<strong>passed</strong>" in page
    assert "1 annotation<" in page
    assert "<script>" not in page
    assert "<b>call" not in page
