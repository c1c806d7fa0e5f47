"""Pages of rules: what each answers to, how often it acts, and its breakers."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.routing import Route

from holdfast.ports import RuleDesk, RuleRow
from holdfast.problems import HoldfastError, Problem
from holdfast.server.pages.layout import Paper
from holdfast.server.pages.live import Live

_SPANS = ("1d", "7d", "30d")
_DISAGREED = ("rejected", "expired")
_SHOWN = 200


def routes(desk: RuleDesk, paper: Paper, live: Live) -> list[Route]:
    """What is shown of rules, and how a breaker is closed."""
    pages = _Pages(desk, paper, live)
    return [
        Route("/rules", live.shown(pages.rules)),
        Route("/rules/backtest", paper.shown(pages.backtest)),
        Route("/rules/close", paper.done(pages.close, "/rules"), methods=["POST"]),
        Route("/rules/trust", paper.done(pages.trust, "/rules"), methods=["POST"]),
        Route("/rules/pause", paper.done(pages.pause, "/rules"), methods=["POST"]),
    ]


class _Pages:
    def __init__(self, desk: RuleDesk, paper: Paper, live: Live) -> None:
        self._desk, self._paper, self._live = desk, paper, live

    def rules(self, request: Request) -> str:
        rows = [(row, agreed(row)) for row in self._desk.rules()]
        return self._live.page(request, "rules.html", rows=rows, spans=_SPANS)

    def backtest(self, request: Request) -> str:
        asked = request.query_params
        workflow, since = asked.get("workflow", ""), asked.get("since", "7d")
        found = self._desk.backtest(workflow, since)
        verbs = sorted({one.verb for one in found.answers})
        return self._paper.page(
            request,
            "backtest.html",
            found=found,
            counts=[(verb, found.count(verb)) for verb in verbs],
            answers=found.answers[-_SHOWN:],
        )

    def close(self, request: Request, told: Mapping[str, str]) -> str:
        """Close one breaker."""
        workflow, why = told.get("workflow", ""), told.get("why", "").strip()
        if not why:
            raise HoldfastError(_NO_REASON)
        self._desk.close(workflow, told.get("target", ""), request.state.actor, why)
        return "/rules?" + urlencode({"closed": workflow})

    def trust(self, request: Request, told: Mapping[str, str]) -> str:
        """Let a rule act again as it declares."""
        workflow, why = told.get("workflow", ""), told.get("why", "")
        self._desk.trust(workflow, request.state.actor, why)
        return "/rules"

    def pause(self, request: Request, told: Mapping[str, str]) -> str:
        """Pause a rule, or let it answer events again."""
        workflow, why = told.get("workflow", ""), told.get("why", "")
        if told.get("do") == "resume":
            self._desk.resume(workflow, request.state.actor, why)
        else:
            until = told.get("until", "").strip()
            self._desk.pause(workflow, request.state.actor, why, until)
        return "/rules"


def agreed(row: RuleRow) -> str:
    """With how many runs that a rule proposed people agreed, in words."""
    ended = dict(row.ended)
    no = sum(ended.get(word, 0) for word in _DISAGREED)
    yes = sum(ended.get(word, 0) for word in ("succeeded", "failed", "running"))
    asked = row.autonomy == "propose" and yes + no
    return f"people agreed with {yes} of {yes + no}" if asked else ""


_NO_REASON = Problem(
    code="server.no-reason",
    summary="A breaker is closed with a reason",
    detail="Nothing was changed.",
    next_step="Say why: the next one who looks will want to know.",
)
