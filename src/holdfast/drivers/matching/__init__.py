"""Problem matchers: which lines of an output are problems, by a job's own patterns."""

from holdfast.drivers.matching.bounded import BoundedMatching

__all__ = ["BoundedMatching"]
