"""
The files a step writes for its run: ``$GITHUB_OUTPUT``, ``_ENV``, ``_STATE``, ``_PATH``.

Each line is ``name=value``, or ``name<<WORD`` with the value on the lines up to ``WORD``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_NEVER_SET = ("NODE_OPTIONS",)
_OWN = ("GITHUB_", "RUNNER_", "HOLDFAST_")


class FileError(ValueError):
    """A file that a step wrote cannot be read; the message says which line, and why."""


@dataclass(frozen=True, slots=True)
class Values:
    """Names with their values, and the names that were refused."""

    values: Mapping[str, str] = field(default_factory=dict)
    refused: tuple[str, ...] = ()


def read_values(text: str, *, environment: bool = False) -> Values:
    """
    What the lines of a file set; the last one of a name counts.

    With ``environment`` the variables that belong to the run are refused. Raises
    ``FileError``.
    """
    values: dict[str, str] = {}
    refused: list[str] = []
    for name, value in _pairs(text):
        if environment and _is_refused(name):
            refused.append(name)
        else:
            values[name] = value
    return Values(values, tuple(refused))


def read_paths(text: str) -> tuple[str, ...]:
    """The folders of ``$GITHUB_PATH``, as they were added."""
    return tuple(line for line in text.splitlines() if line.strip())


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    lines = iter(enumerate(_lines(text), start=1))
    for number, line in lines:
        if not line.strip():
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if heredoc >= 0 and (equals < 0 or heredoc < equals):
            name, _, word = line.partition("<<")
            value = _until(lines, number, word)
        elif equals >= 0:
            name, _, value = line.partition("=")
        else:
            message = f"line {number}: neither `name=value` nor `name<<WORD`: {line!r}"
            raise FileError(message)
        if not name:
            message = f"line {number}: there is no name"
            raise FileError(message)
        yield name, value


def _until(lines: Iterator[tuple[int, str]], number: int, word: str) -> str:
    """The lines up to the one that is only the word."""
    if not word:
        message = f"line {number}: there is no word after `<<`"
        raise FileError(message)
    value: list[str] = []
    for _, line in lines:
        if line == word:
            return "\n".join(value)
        value.append(line)
    message = f"line {number}: no later line is `{word}`"
    raise FileError(message)


def _lines(text: str) -> list[str]:
    """Only newlines end a line: a value may hold any other separator."""
    return [line.removesuffix("\r") for line in text.split("\n")]


def _is_refused(name: str) -> bool:
    return name.upper() in _NEVER_SET or name.upper().startswith(_OWN)
