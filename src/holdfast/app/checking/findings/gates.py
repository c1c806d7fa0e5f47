"""Gates that nobody, or not enough people, could ever open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from holdfast import gate
from holdfast.app.checking.scene import Ground, Scene
from holdfast.app.checking.wording import mended
from holdfast.gate import Approve
from holdfast.problems import Place, Problem, Severity

_ASKED = ("by", "count", "not", "within")


def gates_of_project(ground: Ground) -> Iterator[Problem]:
    """The gates of environments: whether they can be read, and who may open them."""
    for name, written in ground.project.gates.items():
        path = ("environments", name, "gates")
        read = gate.parse_gates(written) if written else None
        if isinstance(read, Problem):
            yield replace(read, place=ground.document.place(path))
        elif "approve" in written:
            place = ground.document.place((*path, "approve"))
            title = f"The gate of {name}"
            yield from _judged(written["approve"], ground, title, place)


def policies_of_project(ground: Ground) -> Iterator[Problem]:
    """The same for what policies want."""
    for document in ground.below("policies/"):
        for number, policy in enumerate(document.value or ()):
            read = gate.parse_policy(policy)
            if isinstance(read, Problem):
                yield replace(read, place=document.place((number,)))
            elif "need" in policy:
                place = document.place((number, "need", "approve"))
                wanted = policy["need"].get("approve")
                yield from _judged(wanted, ground, f"`{read.name}`", place)


def approvals_of_steps(scene: Scene) -> Iterator[Problem]:
    """Whom steps ask for a yes or for a report, as far as that is written down."""
    for seen in scene.steps():
        if seen.step.by:
            place = scene.place((*seen.path, "by"), seen.step.place)
            title = f"The step `{seen.step.title}`"
            told = {"by": list(seen.step.by)}
            yield from _judged(told, scene.ground, title, place)
        if seen.step.uses.partition("@")[0] != "holdfast/approve":
            continue
        told = {key: seen.step.with_[key] for key in _ASKED if key in seen.step.with_}
        if "${{" in repr(told):
            continue
        place = scene.place((*seen.path, "with", "by"), seen.step.place)
        title = f"The step `{seen.step.title}`"
        yield from _judged(told, scene.ground, title, place)


def owners_who_are_asked(scene: Scene) -> Iterator[Problem]:
    """A reaction that asks its owner, who is a team of nobody."""
    owner, teams = scene.flow.owner, scene.project.teams
    if scene.flow.autonomy == "propose" and teams.get(owner) == []:
        place = scene.place(("autonomy",), scene.top)
        yield _nobody(f"{scene.flow.name} asks its owner", (owner,), place)


def _judged(
    written: Any, ground: Ground, title: str, place: Place
) -> Iterator[Problem]:
    """What is wrong with the people one approval asks for."""
    wanted, teams = gate.parse_approve(written), ground.project.teams
    if not isinstance(wanted, Approve):
        return
    people = _people(wanted.by, teams)
    yield from _strangers(wanted.by, teams, title, place)
    if not wanted.by:
        return
    if not people:
        yield _nobody(title, wanted.by, place)
    elif len(people) < wanted.persons:
        yield _too_few(title, wanted, people, place)
    elif wanted.not_author and len(people) - 1 < wanted.persons:
        yield _not_without_author(title, wanted, people, place)


def _people(by: Sequence[str], teams: Mapping[str, Sequence[str]]) -> list[str]:
    """Everybody whose word would count, each once."""
    every = (person for name in by for person in teams.get(name, [name]))
    return sorted({person.strip().casefold() for person in every})


def _strangers(
    by: Sequence[str], teams: Mapping[str, Sequence[str]], title: str, place: Place
) -> Iterator[Problem]:
    """Names that are no team, and nobody in one; without teams all names are people."""
    persons = {person for team in teams.values() for person in team}
    for name in by:
        if teams and name not in teams and name not in persons:
            yield Problem(
                code="check.unknown-approver",
                summary=f"{title} asks `{name}`, who is in no team",
                detail="It is no team of holdfast.yaml, and nobody of that name is in "
                f"one. Teams: {', '.join(teams)}.",
                next_step=mended(name, {*teams, *persons}) or "Add it to `teams:`.",
                place=place,
                severity=Severity.WARNING,
            )


def _nobody(title: str, by: Sequence[str], place: Place) -> Problem:
    return Problem(
        code="check.no-approver",
        summary=f"{title}, and nobody may say yes",
        detail=f"There is nobody in {', '.join(by)}. It would wait until silence is a no.",
        next_step=f"Put people into it: teams: {{{by[0]}: [NAME]}}",
        place=place,
    )


def _too_few(
    title: str, wanted: Approve, people: Sequence[str], place: Place
) -> Problem:
    return Problem(
        code="check.too-few-approvers",
        summary=f"{title} wants {wanted.persons} people of {len(people)}",
        detail=f"Only {', '.join(people)} may say yes; everybody counts once.",
        next_step=f"Write `count: {len(people)}`, or add people to the team.",
        place=place,
    )


def _not_without_author(
    title: str, wanted: Approve, people: Sequence[str], place: Place
) -> Problem:
    return Problem(
        code="check.author-needed",
        summary=f"{title} cannot be opened when one of its people starts it",
        detail=f"It wants {wanted.persons} of {', '.join(people)}, and `not: author` "
        "leaves out who started it.",
        next_step="Add people to the team.",
        place=place,
        severity=Severity.WARNING,
    )
