"""The API's addresses for rules."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from holdfast.ports import BacktestRow, DecisionRow, RuleDesk, RuleRow
from holdfast.ports.wire import to_wire
from holdfast.server.api.endpoint import Row
from holdfast.server.responses import answered


def rows(desk: RuleDesk) -> tuple[Row, ...]:
    """What there is about rules; a workflow is a name or a file with slashes."""
    api = _Api(desk)
    return (
        ("GET", "/rules", api.rules),
        ("GET", "/rule", api.rule),
        ("GET", "/rule/backtest", api.backtest),
        ("POST", "/rule/close", api.close),
        ("POST", "/rule/trust", api.trust),
        ("POST", "/rule/pause", api.pause),
        ("POST", "/rule/resume", api.resume),
    )


class _Api:
    def __init__(self, desk: RuleDesk) -> None:
        self._desk = desk

    def rules(self, _request: Request, _body: dict[str, Any]) -> Response:
        """Every workflow that answers to events, with what came of it in 30 days."""
        rows = tuple(self._desk.rules())
        return answered("rules", rules=to_wire(tuple[RuleRow, ...], rows))

    def rule(self, request: Request, _body: dict[str, Any]) -> Response:
        """One rule, by `workflow`, and its last decisions."""
        row, made = self._desk.rule(request.query_params["workflow"])
        decisions = to_wire(tuple[DecisionRow, ...], made)
        return answered("rule", rule=to_wire(RuleRow, row), decisions=decisions)

    def backtest(self, request: Request, _body: dict[str, Any]) -> Response:
        """What `workflow` would have answered since a moment (`since`: `7d`, a date)."""
        asked = request.query_params
        found = self._desk.backtest(asked["workflow"], asked.get("since", "30d"))
        return answered("backtest", backtest=to_wire(BacktestRow, found))

    def close(self, request: Request, body: dict[str, Any]) -> Response:
        """Close the breaker of a rule on a target: `workflow`, `target`, `why`."""
        row = self._desk.close(
            str(body["workflow"]),
            str(body["target"]),
            request.state.actor,
            str(body["why"]),
        )
        return answered("rule", rule=to_wire(RuleRow, row))

    def trust(self, request: Request, body: dict[str, Any]) -> Response:
        """Let a rule act again as it declares: `workflow`, `why`."""
        workflow, why = str(body["workflow"]), str(body["why"])
        row = self._desk.trust(workflow, request.state.actor, why)
        return answered("rule", rule=to_wire(RuleRow, row))

    def pause(self, request: Request, body: dict[str, Any]) -> Response:
        """Let a rule start nothing for a while: `workflow`, `why`, `until`."""
        workflow, why = str(body["workflow"]), str(body["why"])
        until = str(body.get("until", ""))
        row = self._desk.pause(workflow, request.state.actor, why, until)
        return answered("rule", rule=to_wire(RuleRow, row))

    def resume(self, request: Request, body: dict[str, Any]) -> Response:
        """Let a rule answer events again: `workflow`, `why`."""
        workflow, why = str(body["workflow"]), str(body.get("why", ""))
        row = self._desk.resume(workflow, request.state.actor, why)
        return answered("rule", rule=to_wire(RuleRow, row))
