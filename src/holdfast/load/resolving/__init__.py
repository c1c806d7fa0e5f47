"""From what was declared for many hosts to what is wanted on each of them."""

from holdfast.load.resolving.resolve import Resolved, resolve

__all__ = ["Resolved", "resolve"]
