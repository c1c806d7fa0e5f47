"""Which hosts a pattern names; Ansible's patterns."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from fnmatch import fnmatchcase

_RANGE = re.compile(r"(?P<word>.*)\[(?P<start>-?\d*)(?P<colon>:)?(?P<end>-?\d*)\]")


def matching(
    pattern: str, hosts: Sequence[str], groups: Mapping[str, Collection[str]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    r"""
    The hosts a pattern names, in their order, and the words that name nothing.

    ``a:b`` or ``a,b`` is either, ``:&c`` only those also in c, ``:!d`` not those in d;
    ``web*`` and ``~web-\d+`` match names of hosts and groups, ``web[0:2]`` takes the
    first three of a group. ``groups`` gives the hosts of each group.
    """
    chosen: list[str] = []
    lost: list[str] = []
    words = _words(pattern)
    positive = [word for word in words if word[0] not in "&!"]
    for word in positive or ["all"]:
        found = _named(word, hosts, groups)
        if not found:
            lost.append(word)
        chosen += found
    kept = dict.fromkeys(chosen)
    for word in words:
        if word[0] in "&!":
            named = set(_named(word[1:], hosts, groups))
            kept = {h: None for h in kept if (h in named) == (word[0] == "&")}
    return tuple(host for host in hosts if host in kept), tuple(lost)


def _words(pattern: str) -> list[str]:
    """Split at commas and colons, but not inside of brackets or a regular expression."""
    if pattern.startswith("~"):
        return [word for word in pattern.split(",") if word]
    return [word for word in re.split(r"[,:](?![^\[]*\])", pattern.strip()) if word]


def _named(
    word: str, hosts: Sequence[str], groups: Mapping[str, Collection[str]]
) -> list[str]:
    if word in ("all", "*"):
        return list(hosts)
    found = _RANGE.fullmatch(word)
    if found and word not in hosts:
        return _sliced(_named(found["word"], hosts, groups), found)
    if word.startswith("~"):
        pattern = re.compile(word[1:])
        return _where(hosts, groups, lambda name: bool(pattern.match(name)))
    if any(sign in word for sign in "*?["):
        return _where(hosts, groups, lambda name: fnmatchcase(name, word))
    return _where(hosts, groups, lambda name: name == word)


def _where(
    hosts: Sequence[str],
    groups: Mapping[str, Collection[str]],
    fits: Callable[[str], bool],
) -> list[str]:
    members = {h for name, inside in groups.items() if fits(name) for h in inside}
    return [host for host in hosts if host in members or fits(host)]


def _sliced(found: list[str], match: re.Match[str]) -> list[str]:
    start, end = match["start"], match["end"]
    if not match["colon"]:
        at = int(start)
        return found[at : at + 1 or None]
    last = int(end) + 1 if end else None
    return found[int(start or 0) : last or None]


def ranged(name: str) -> list[str]:
    """``web-[1:3]`` as three names; ``[01:10]`` keeps its zeros, ``[a:c]`` are letters."""
    found = re.search(r"\[([^\[\]:]+):([^\[\]:]+)(?::(\d+))?\]", name)
    if not found:
        return [name]
    start, end, step = found[1], found[2], int(found[3] or 1)
    if start.isdigit() and end.isdigit():
        width = len(start) if start.startswith("0") else 0
        middle = [str(n).zfill(width) for n in range(int(start), int(end) + 1, step)]
    elif len(start) == len(end) == 1:
        middle = [chr(n) for n in range(ord(start), ord(end) + 1, step)]
    else:
        return [name]
    head, tail = name[: found.start()], name[found.end() :]
    return [head + part + rest for part in middle for rest in ranged(tail)]
