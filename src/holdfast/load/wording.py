"""Words of messages: Jinja2, sandboxed, and names that are not there are errors."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

_LONGEST = 8000


class WordingError(ValueError):
    """A template cannot be filled in; the message says why."""


def worded(template: str, values: Mapping[str, Any]) -> str:
    """A template filled in, cut where it is long; raises :class:`WordingError`."""
    from jinja2 import TemplateError

    try:
        text = _compiled(template).render(dict(values))
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        raise WordingError(str(error)) from error
    return text[:_LONGEST].strip()


@cache
def _compiled(template: str) -> "Template":
    return _environment().from_string(template)


@cache
def _environment() -> "SandboxedEnvironment":
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True)
