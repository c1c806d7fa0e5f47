"""What expressions and templates can name, for one host and one config."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from holdfast.declare import Config, HostEntry, Project
from holdfast.expressions import (
    ExpressionError,
    evaluate,
    has_expression,
    interpolate,
    is_truthy,
    references,
)
from holdfast.model import Attributes, Sensitive

FindSecret = Callable[[str], Sensitive | None]
_PASSES = 5
"""How often a variable may name another one that has to be worked out first."""


class NeedsFacts(Exception):  # noqa: N818 - a question to the host, no error
    """Something asks for facts that nobody has looked up yet."""


class Unusable(Exception):  # noqa: N818 - it carries words, the caller adds the place
    """A value that cannot be worked out: problem code, what is wrong, what to do."""

    def __init__(
        self, code: str, summary: str, detail: str = "", fix: str = ""
    ) -> None:
        super().__init__(summary)
        self.code, self.summary, self.detail, self.fix = code, summary, detail, fix


@dataclass(slots=True)
class Contexts:
    """
    The values by context name; secrets are found when they are named.

    ``used`` gathers the reference of every secret that was asked for.
    """

    plain: dict[str, Any]
    find_secret: FindSecret
    facts_known: bool
    used: dict[str, None] = field(default_factory=dict)

    def with_item(self, item: Any) -> "Contexts":
        """The same with one ``item`` of a ``for_each``, and nothing used yet."""
        plain = {**self.plain, "item": item}
        return Contexts(plain, self.find_secret, self.facts_known)

    def for_text(self, text: str, *, bare: bool = False) -> dict[str, Any]:
        """What one text may name; raises ``NeedsFacts`` and ``Unusable``."""
        named = references(text, bare=bare)
        if not self.facts_known and any(path[0] == "facts" for path in named):
            raise NeedsFacts
        wanted = [path[1] for path in named if path[0] == "secrets" and len(path) > 1]
        return {**self.plain, "secrets": {name: self.secret(name) for name in wanted}}

    def secret(self, name: str) -> Sensitive:
        """One secret; raises ``Unusable`` when no backend has it."""
        found = self.find_secret(name)
        if found is None:
            raise Unusable(
                "load.no-secret",
                f"There is no secret `{name}`",
                "It is neither in secrets/ nor in the environment.",
                f"holdfast secret set {name}",
            )
        self.used[found.reference] = None
        return found

    def filled(self, value: Any) -> Any:
        """
        A declared value with every expression worked out.

        A text that is one ``${{ secrets.x }}`` becomes the secret itself, closed; a
        secret inside of a longer text is refused. Raises ``Unusable``.
        """
        if isinstance(value, str):
            return self._text(value) if has_expression(value) else value
        if isinstance(value, Mapping):
            return {key: self.filled(item) for key, item in value.items()}
        return [self.filled(i) for i in value] if isinstance(value, list) else value

    def revealed(self, text: str) -> str:
        """A content with every expression worked out, secrets opened."""
        if not has_expression(text):
            return text
        try:
            value = interpolate(text, self.for_text(text), reveal=True)
        except ExpressionError as error:
            raise _no_value(error) from error
        return value if isinstance(value, str) else str(value)

    def holds(self, condition: str) -> bool:
        """Whether a ``when:`` is true."""
        try:
            return is_truthy(evaluate(condition, self.for_text(condition, bare=True)))
        except ExpressionError as error:
            raise _no_value(error) from error

    def _text(self, text: str) -> Any:
        try:
            return interpolate(text, self.for_text(text))
        except ExpressionError as error:
            if any(path[0] == "secrets" for path in references(text)):
                raise _secret_in_text() from error
            raise _no_value(error) from error


def contexts_for(
    project: Project,
    config: Config,
    host: HostEntry,
    facts: Attributes | None,
    find_secret: FindSecret,
) -> Contexts:
    """
    What a config's expressions can name on one host.

    A variable of the project is overruled by the environment's, then the config's, then
    the host's own; variables may be made of others.
    """
    environment = project.environments[host.environment]
    layers = (project.vars, environment.vars, config.declared.vars, host.vars)
    merged = {key: value for layer in layers for key, value in layer.items()}
    told = {
        "name": host.name,
        "address": host.address or host.name,
        "environment": host.environment,
        "groups": sorted(host.groups),
        "labels": dict(host.labels),
        "vars": dict(host.vars),
    }
    plain: dict[str, Any] = {
        "host": told,
        "environment": host.environment,
        "facts": dict(facts or {}),
    }
    contexts = Contexts({**plain, "vars": merged}, find_secret, facts is not None)
    return _worked_out(contexts) if any(_open(v) for v in merged.values()) else contexts


def _worked_out(contexts: Contexts) -> Contexts:
    """Work out variables that are made of others; one that cannot be stays as it is."""
    for _ in range(_PASSES):
        values = contexts.plain["vars"]
        contexts.plain["vars"] = {k: _tried(contexts, v) for k, v in values.items()}
        if not any(_open(value) for value in contexts.plain["vars"].values()):
            break
    return contexts


def _tried(contexts: Contexts, value: Any) -> Any:
    if not _open(value):
        return value
    try:
        return contexts.filled(value)
    except (NeedsFacts, Unusable):
        return value


def _open(value: Any) -> bool:
    if isinstance(value, str):
        return has_expression(value)
    if isinstance(value, Mapping):
        return any(_open(item) for item in value.values())
    return isinstance(value, list) and any(_open(item) for item in value)


def items_of(for_each: Any) -> Iterator[Any]:
    """
    The ``item`` of each round: of a list its values, of keys ``{key, value}``.

    Raises ``Unusable`` for anything else.
    """
    if isinstance(for_each, Mapping):
        yield from ({"key": key, "value": value} for key, value in for_each.items())
    elif isinstance(for_each, list | tuple):
        yield from for_each
    else:
        raise Unusable(
            "load.for-each",
            "`for_each:` needs a list or keys with values",
            f"Seen: {for_each!r:.60}.",
            "for_each: [one, two]",
        )


def _no_value(error: ExpressionError) -> Unusable:
    return Unusable(
        "load.expression",
        "This expression has no value",
        error.message,
        "Known names: vars, host, facts, environment, item and secrets.",
    )


def _secret_in_text() -> Unusable:
    return Unusable(
        "load.secret-in-text",
        "A secret can only be the whole of a value here",
        "Part of a longer text it would be shown in plans and logs.",
        "Put it into a file's content, or into a command's `env:`.",
    )
