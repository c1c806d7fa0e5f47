"""Names of jobs and steps: which are allowed, and the ones that are made up."""

import re

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_LONGEST = 100
_ODD = re.compile(r"[^A-Za-z0-9_-]")


def fault_of_id(name: str) -> str:
    """What is wrong with a name, in GitHub's words; empty for nothing."""
    if not _ID.fullmatch(name) or len(name) >= _LONGEST:
        return (
            f"The identifier '{name}' is invalid. IDs may only contain alphanumeric "
            "characters, '_', and '-'. IDs must start with a letter or '_' and and must "
            f"be less than {_LONGEST} characters."
        )
    if name.startswith("__"):
        return (
            f"The identifier '{name}' is invalid. IDs starting with '__' are reserved."
        )
    return ""


def repeated(name: str) -> str:
    """What is said of a name that was there before."""
    return (
        f"The identifier '{name}' may not be used more than once within the same scope."
    )


def made(stem: str, taken: set[str]) -> str:
    """A name nobody wrote: ``__run``, ``__run_2``, ``__actions_checkout``."""
    first = f"__{_ODD.sub('_', stem)}"[:_LONGEST]
    name, number = first, 1
    while name.lower() in taken:
        number += 1
        tail = f"_{number}"
        name = first[: _LONGEST - len(tail)] + tail
    taken.add(name.lower())
    return name
