"""Pages of runbooks, and the forms for manual steps."""

from collections.abc import Mapping
from functools import partial

from markdown_it.token import Token
from markupsafe import Markup
from starlette.requests import Request
from starlette.routing import Route

from holdfast.ports import BlockRow, Report, RunbookDesk
from holdfast.server.pages.layout import Paper
from holdfast.server.pages.markdown import Blocks, html_of

_HOW = {"done": "done", "failed": "failed", "skip": "skipped"}
_FIELD = "field."


def routes(desk: RunbookDesk, paper: Paper) -> list[Route]:
    """What is shown of runbooks, and what people can say of their steps."""
    found = _Pages(desk, paper)
    shown, done = paper.shown, paper.done
    told = done(found.told, "/runs/{run}")
    return [
        Route("/runbooks", shown(found.runbooks)),
        Route("/runbooks/{name}", shown(found.runbook)),
        Route("/runs/{run}/task/{do}", told, methods=["POST"]),
    ]


class _Pages:
    def __init__(self, desk: RunbookDesk, paper: Paper) -> None:
        self._desk, self._page, self._piece = desk, paper.page, paper.piece

    def runbooks(self, request: Request) -> str:
        rows = self._desk.runbooks()
        costly = max(rows, key=lambda row: row.next_seconds, default=None)
        return self._page(request, "runbooks.html", rows=rows, costly=costly)

    def runbook(self, request: Request) -> str:
        sheet = self._desk.runbook(request.path_params["name"])
        text = html_of(sheet.text, self._blocks(sheet.blocks))
        return self._page(
            request, "runbook.html", sheet=sheet, row=sheet.row, text=text
        )

    def told(self, request: Request, told: Mapping[str, str]) -> str:
        """Take a manual step, or say what came of it."""
        run, do = request.path_params["run"], request.path_params["do"]
        job, step = told.get("job", ""), int(told.get("step") or -1)
        actor = request.state.actor
        if do == "take":
            self._desk.take(run, job, step, actor)
        elif do in _HOW:
            fields = {
                key.removeprefix(_FIELD): value
                for key, value in told.items()
                if key.startswith(_FIELD)
            }
            report = Report(_HOW[do], told.get("text", ""), fields)  # type: ignore[arg-type]
            self._desk.report(run, job, step, report, actor)
        return f"/runs/{run}"

    def _blocks(self, rows: tuple[BlockRow, ...]) -> Blocks:
        return {row.line: partial(self._block, row) for row in rows}

    def _block(self, row: BlockRow, token: Token) -> str:
        prose = row.kind in ("manual", "gate")
        does = html_of(row.does) if prose else Markup("")
        return self._piece("block.html", block=row, does=does, code=token.content)
