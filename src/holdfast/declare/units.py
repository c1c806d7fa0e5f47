"""Durations, sizes and shares as people write them."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_SIZE = re.compile(r"(\d+)([KMG])iB")


def seconds_of(text: str) -> int:
    """Seconds of ``30s``, ``5m``, ``1h30m`` or ``7d``; raises ``ValueError``."""
    found = _DURATION.fullmatch(text.strip())
    if not found or not text.strip():
        message = f"a duration is written like 30s, 5m, 1h30m or 7d, not {text!r}"
        raise ValueError(message)
    sizes = (86400, 3600, 60, 1)
    return sum(
        int(n or 0) * size for n, size in zip(found.groups(), sizes, strict=True)
    )


def lasting(seconds: float) -> str:
    """A length of time as people write it: ``1h30m``."""
    left, words = int(seconds), []
    for letter, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, left = divmod(left, size)
        words += [f"{count}{letter}"] if count else []
    return "".join(words) or "0s"


def bytes_of(text: str) -> int:
    """Bytes of ``512KiB``, ``64MiB`` or ``1GiB``; raises ``ValueError``."""
    found = _SIZE.fullmatch(text.strip())
    if not found:
        message = f"a size is written like 512KiB, 64MiB or 1GiB, not {text!r}"
        raise ValueError(message)
    return int(found[1]) << 10 * (1 + "KMG".index(found[2]))


def _size(value: object) -> object:
    return bytes_of(value) if isinstance(value, str) else value


def _duration(value: object) -> object:
    return seconds_of(value) if isinstance(value, str) else value


def _share(value: int | str) -> int | str:
    if isinstance(value, str) and not re.fullmatch(r"\d{1,3}%", value):
        message = f"a share is a number of hosts or written like 25%, not {value!r}"
        raise ValueError(message)
    return value


def _percent(value: object) -> object:
    found = re.fullmatch(r"(\d{1,3})%?", value) if isinstance(value, str) else None
    return int(found[1]) if found else value


Duration = Annotated[int, BeforeValidator(_duration)]
"""Seconds; written ``1h30m``."""

Size = Annotated[int, BeforeValidator(_size)]
"""Bytes; written ``64MiB``."""

Share = Annotated[int | str, AfterValidator(_share)]
"""A number, or a share like ``25%``."""

Percent = Annotated[int, BeforeValidator(_percent)]
"""A whole percentage, 0 to 100."""
