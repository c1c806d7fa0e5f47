"""What called workflows may ask of the token: never more than who calls them has."""

from collections.abc import Iterator, Mapping

from holdfast.declare import Workflow
from holdfast.load.workflows.check import Fault

SCOPES = (
    "actions",
    "checks",
    "contents",
    "deployments",
    "discussions",
    "issues",
    "packages",
    "pages",
    "pull-requests",
    "repository-projects",
    "statuses",
    "security-events",
    "id-token",
)
_LEVELS = ("none", "read", "write")
_EVERYTHING = "*"
_LONGEST = 500

Levels = Mapping[str, str]


def levels(written: Levels) -> dict[str, str]:
    """The level of every scope, ``read-all`` and ``write-all`` opened up."""
    if _EVERYTHING in written:
        return dict.fromkeys(SCOPES, written[_EVERYTHING].removesuffix("-all"))
    return {**dict.fromkeys(SCOPES, "none"), **written}


def beyond_callers(workflow: Workflow, given: Levels | None) -> Iterator[Fault]:
    """
    Everything a called workflow asks for beyond what its caller has.

    ``given`` is what the workflow itself has when it says nothing, ``None``: anything.
    """
    outer = given if workflow.permissions is None else workflow.permissions
    for job in workflow.jobs:
        called = job.calls
        if called is None:
            continue
        allowed = outer if job.permissions is None else job.permissions
        asked = [(f"workflow '{job.uses}'", called.permissions)]
        asked += [
            (f"nested job '{one.name or one.id}'", one.permissions)
            for one in called.jobs
        ]
        found = [
            fault for who, wanted in asked if (fault := _beyond(who, wanted, allowed))
        ]
        for fault in found:
            start = f"Error calling workflow '{job.uses}'. The {fault}"
            where = (
                f"{job.place.file} (Line: {job.place.line}, Col: {job.place.column}): "
            )
            yield Fault(job.place, _cut(start, _LONGEST - len(where)))
        if not found:
            yield from beyond_callers(called, allowed)


def _beyond(who: str, wanted: Levels | None, allowed: Levels | None) -> str:
    """The sentence about what is too much; empty when nothing is."""
    if wanted is None or allowed is None:
        return ""
    asked, had = levels(wanted), levels(allowed)
    more = [s for s in SCOPES if _LEVELS.index(asked[s]) > _LEVELS.index(had[s])]
    if not more:
        return ""
    requested = ", ".join(f"{scope}: {asked[scope]}" for scope in more)
    permitted = ", ".join(f"{scope}: {had[scope]}" for scope in more)
    return f"{who} is requesting '{requested}', but is only allowed '{permitted}'."


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}[...]"
