"""The desk of rules of a server."""

from collections.abc import Sequence

from holdfast.drivers.desks.client import Asking
from holdfast.ports import BacktestRow, DecisionRow, RuleDesk, RuleRow
from holdfast.ports.wire import from_wire


class RemoteRuleDesk:
    """Asks the server; who asks is who the token is of."""

    def __init__(self, asking: Asking) -> None:
        self._get, self._post = asking.get, asking.post

    def rules(self) -> Sequence[RuleRow]:
        """Every workflow that answers to events, by name."""
        return from_wire(tuple[RuleRow, ...], self._get("/rules")["rules"])

    def rule(self, workflow: str, /) -> tuple[RuleRow, tuple[DecisionRow, ...]]:
        """One rule and its last decisions, newest first."""
        found = self._get("/rule", {"workflow": workflow})
        decisions = from_wire(tuple[DecisionRow, ...], found["decisions"])
        return from_wire(RuleRow, found["rule"]), decisions

    def backtest(self, workflow: str, since: str = "30d") -> BacktestRow:
        """Ask a workflow about all that is stored; starts nothing."""
        asked = {"workflow": workflow, "since": since}
        return from_wire(BacktestRow, self._get("/rule/backtest", asked)["backtest"])

    def close(self, workflow: str, target: str, actor: str, why: str) -> RuleRow:
        """Close a breaker."""
        told = {"workflow": workflow, "target": target, "why": why}
        return from_wire(RuleRow, self._post("/rule/close", told)["rule"])

    def pause(self, workflow: str, actor: str, why: str, until: str = "") -> RuleRow:
        """Let a rule start nothing for a while."""
        told = {"workflow": workflow, "why": why, "until": until}
        return from_wire(RuleRow, self._post("/rule/pause", told)["rule"])

    def resume(self, workflow: str, actor: str, why: str) -> RuleRow:
        """End the pause of a rule."""
        told = {"workflow": workflow, "why": why}
        return from_wire(RuleRow, self._post("/rule/resume", told)["rule"])

    def trust(self, workflow: str, actor: str, why: str) -> RuleRow:
        """Let a rule act again as it declares."""
        told = {"workflow": workflow, "why": why}
        return from_wire(RuleRow, self._post("/rule/trust", told)["rule"])


_: type[RuleDesk] = RemoteRuleDesk
