"""How often a property is tried: what its test asks for, or less in the fast lane."""

from typing import Any

from hypothesis import settings

_USUAL = 100
_LEAST = 10


def examples(count: int, **more: Any) -> settings:
    """
    Settings for so many examples in `./dev test`.

    The profile says what share of them is tried: ``quick`` takes a quarter.
    """
    share = settings.default.max_examples / _USUAL if settings.default else 1
    return settings(max_examples=max(_LEAST, round(count * share)), **more)
