"""From what happened to runs: decided, written down and started in one transaction."""

from holdfast.engine.reacting.backtest import look_back
from holdfast.engine.reacting.causes import chain_to, is_loop
from holdfast.engine.reacting.circuits import attempts, close
from holdfast.engine.reacting.inputs import inputs_of
from holdfast.engine.reacting.paging import Page, page
from holdfast.engine.reacting.proofs import is_remedy
from holdfast.engine.reacting.reactor import Reactor
from holdfast.engine.reacting.starts import Stopped

__all__ = [
    "Page",
    "Reactor",
    "Stopped",
    "attempts",
    "chain_to",
    "close",
    "inputs_of",
    "is_loop",
    "is_remedy",
    "look_back",
    "page",
]
