"""What starts runs, decided without a clock: matching, storms, breakers, loops."""

from holdfast.engine.triggers.breaker import (
    Attempt,
    Breaker,
    Budget,
    Circuit,
    breaker,
    budget,
)
from holdfast.engine.triggers.contexts import Head, contexts
from holdfast.engine.triggers.correlate import group_of, rule_of, target_of
from holdfast.engine.triggers.decision import TROUBLE, Decision, History, Verb, compact
from holdfast.engine.triggers.loops import (
    Effect,
    Link,
    Loop,
    chain_of,
    likely_cause,
    loop,
)
from holdfast.engine.triggers.match import Match, Truth, explain
from holdfast.engine.triggers.matching import closed, matches, starting
from holdfast.engine.triggers.reactions import (
    Concern,
    Reaction,
    backtest,
    concern,
    react,
)
from holdfast.engine.triggers.storm import Rule, deadline, decide

__all__ = [
    "TROUBLE",
    "Attempt",
    "Breaker",
    "Budget",
    "Circuit",
    "Concern",
    "Decision",
    "Effect",
    "Head",
    "History",
    "Link",
    "Loop",
    "Match",
    "Reaction",
    "Rule",
    "Truth",
    "Verb",
    "backtest",
    "breaker",
    "budget",
    "chain_of",
    "closed",
    "compact",
    "concern",
    "contexts",
    "deadline",
    "decide",
    "explain",
    "group_of",
    "likely_cause",
    "loop",
    "matches",
    "react",
    "rule_of",
    "starting",
    "target_of",
]
