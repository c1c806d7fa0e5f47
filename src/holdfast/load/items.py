"""One file of desired state: its resources and handlers."""

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.declare import Config, ConfigDeclared, HandlerDeclared, Item
from holdfast.expressions import ExpressionError, contexts_of, has_expression
from holdfast.load.checked import checked
from holdfast.load.yaml12 import Document, Path
from holdfast.ports import Kind
from holdfast.problems import Place, Problem, did_you_mean

COMMON = ("after", "then", "for_each", "when")
CONTEXTS = {"vars", "host", "facts", "environment", "item", "secrets"}


def read_config(
    document: Document, kinds: Mapping[str, Kind], owner: str | None
) -> tuple[Config | None, tuple[Problem, ...]]:
    """The config of one file, or everything that is wrong with it."""
    declared, faults = checked(ConfigDeclared, document.value, document)
    problems = list(faults)
    if declared is None:
        return None, tuple(problems)
    if not (declared.owner or owner):
        problems.append(_no_owner(document))
    items: list[Item] = []
    for number, data in enumerate(declared.resources):
        item, wrong = _item(data, document, ("resources", number), kinds)
        problems += wrong
        if item:
            items.append(item)
    handlers: dict[str, tuple[Mapping[str, Any], Place]] = {}
    for name, data in declared.handlers.items():
        place = document.place(("handlers", name))
        problems += _handler(name, data, document)
        handlers[name] = (data, place)
    problems += _unknown_handlers(items, handlers)
    problems += _unknown_after(items)
    config = Config(
        declared, declared.owner or owner or "", document.file, tuple(items), handlers
    )
    return config, tuple(problems)


def _item(
    data: Mapping[str, Any], document: Document, path: Path, kinds: Mapping[str, Kind]
) -> tuple[Item | None, list[Problem]]:
    place = document.place(path)
    named = [key for key in data if key in kinds]
    if not named:
        return None, [_no_kind(data, place, kinds)]
    kind = named[0]
    own = {key: value for key, value in data.items() if key not in COMMON}
    problems = list(_expressions(data, document, path))
    model = None
    if _dynamic(own):
        known = {f.alias or n for n, f in kinds[kind].model.model_fields.items()}
        problems += [
            Problem(
                code="load.unknown-key",
                summary=f"A {kind} has no key `{key}`",
                detail=f"Known: {', '.join(sorted({*known, *COMMON}))}.",
                next_step=did_you_mean(key, {*known, *COMMON}),
                place=document.place((*path, key)),
            )
            for key in own
            if key not in known
        ]
    else:
        model, faults = checked(kinds[kind].model, own, document, path)
        problems += faults
    item = Item(
        kind=kind,
        data=own,
        place=place,
        after=_words(data.get("after")),
        then=_words(data.get("then")),
        for_each=data.get("for_each"),
        when=None if data.get("when") is None else str(data["when"]),
        model=model,
    )
    return item, problems


def _words(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(str(word) for word in value)


def _dynamic(value: Any) -> bool:
    if isinstance(value, str):
        return has_expression(value)
    if isinstance(value, dict):
        return any(_dynamic(item) for item in value.values())
    return isinstance(value, list) and any(_dynamic(item) for item in value)


def _expressions(data: Any, document: Document, path: Path) -> Iterator[Problem]:
    """Expressions that cannot be read, or that name a context there is not."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _expressions(value, document, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _expressions(value, document, (*path, number))
    elif isinstance(data, str) and has_expression(data):
        try:
            unknown = contexts_of(data) - CONTEXTS
        except ExpressionError as error:
            yield Problem(
                code="load.expression",
                summary="This expression cannot be read",
                detail=str(error),
                place=document.place(path),
            )
            return
        for name in sorted(unknown):
            yield Problem(
                code="load.unknown-context",
                summary=f"There is no `{name}` in expressions here",
                detail=f"Known: {', '.join(sorted(CONTEXTS))}.",
                next_step=did_you_mean(name, CONTEXTS),
                place=document.place(path),
            )


def _handler(
    name: str, data: Mapping[str, Any], document: Document
) -> tuple[Problem, ...]:
    path: Path = ("handlers", name)
    problems = tuple(_expressions(data, document, path))
    if problems or _dynamic(data):
        return problems
    return checked(HandlerDeclared, data, document, path)[1]


def _unknown_handlers(
    items: list[Item], handlers: Mapping[str, object]
) -> Iterator[Problem]:
    for item in items:
        for name in item.then:
            if name not in handlers:
                yield Problem(
                    code="load.unknown-handler",
                    summary=f"There is no handler `{name}` in this file",
                    detail=f"Known: {', '.join(handlers) or 'none'}.",
                    next_step=did_you_mean(name, handlers)
                    or f"Declare it: handlers: {{{name}: {{service: NAME, do: reload}}}}",
                    place=item.place,
                )


def _unknown_after(items: list[Item]) -> Iterator[Problem]:
    known = {f"{item.kind}:{item.data[item.kind]}" for item in items}
    if any(_dynamic(item.data[item.kind]) or item.for_each for item in items):
        return
    for item in items:
        for name in item.after:
            if not any(word == name or word.startswith(f"{name}#") for word in known):
                yield Problem(
                    code="load.unknown-after",
                    summary=f"`after:` names `{name}`, which is not in this file",
                    next_step=did_you_mean(name, known),
                    place=item.place,
                )


def _no_kind(
    data: Mapping[str, Any], place: Place, kinds: Mapping[str, Kind]
) -> Problem:
    word = next(iter(data), "")
    return Problem(
        code="load.unknown-kind",
        summary=f"There is no kind of resource called `{word}`",
        detail=f"Known: {', '.join(kinds)}.",
        next_step=did_you_mean(word, kinds),
        place=place,
    )


def _no_owner(document: Document) -> Problem:
    return Problem(
        code="load.no-owner",
        summary="Nobody owns this",
        detail="Neither this file nor holdfast.yaml has an `owner:`.",
        next_step="Write `owner: team-name` in holdfast.yaml.",
        place=document.place(()),
    )
