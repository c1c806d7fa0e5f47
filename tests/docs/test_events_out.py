"""The page of events names every type that is sent, and no other."""

import re
from pathlib import Path

from holdfast.declare import EVENT_TYPES

PAGE = Path(__file__).parents[2] / "docs/reference/events-out.md"


def test_every_type_is_on_the_page() -> None:
    rows = re.findall(r"^\| `([a-z]+\.[a-z-]+)` \|", PAGE.read_text(), re.MULTILINE)
    assert rows == list(EVENT_TYPES)
