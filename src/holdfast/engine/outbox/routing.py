"""Which channels hear of a notice."""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from holdfast.declare import OWNER, NotifyDeclared, SendDeclared
from holdfast.model import HAPPENINGS, PAGES, Notice


def channels_for(
    notice: Notice, declared: NotifyDeclared
) -> Mapping[str, frozenset[str]]:
    """
    The channels that have to do with a notice, each with the words it wants to hear.

    A channel that wants only the end of a cause is among them when the cause opens: it
    is not told then.
    """
    kin = {notice.opening, *HAPPENINGS.get(notice.opening, ())}
    found: dict[str, frozenset[str]] = {}
    for rule in declared.send:
        words = _words(rule) & kin
        if not words or not _concerns(rule, notice):
            continue
        for channel in _named(rule, notice, declared):
            found[channel] = found.get(channel, frozenset()) | words
    return found


def _words(rule: SendDeclared) -> frozenset[str]:
    """What a rule is about; ``page`` is every sort of page."""
    return frozenset(rule.on) | frozenset(PAGES if "page" in rule.on else ())


def _named(
    rule: SendDeclared, notice: Notice, declared: NotifyDeclared
) -> Iterable[str]:
    for name in rule.to:
        if name == OWNER:
            yield from declared.owners.get(notice.owner, ())
        else:
            yield name


def _concerns(rule: SendDeclared, notice: Notice) -> bool:
    stem = PurePosixPath(notice.file).stem
    return (
        _among(rule.environment, notice.environments)
        and _among(rule.workflow, (notice.workflow, notice.file, stem))
        and _among(rule.owner, (notice.owner,))
    )


def _among(wanted: str | list[str], seen: Iterable[str]) -> bool:
    return not wanted or bool(set(wanted) & set(seen))
