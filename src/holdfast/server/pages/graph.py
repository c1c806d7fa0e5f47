"""The jobs of a run as a picture: layers from left to right, lines to what they need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from holdfast.model import JobView, State
from holdfast.ports import RunSheet
from holdfast.server.pages.timeline import counted, pressing

EACH = 6
"""A matrix with more jobs is one box."""

WIDTH, HEIGHT, GAP_X, GAP_Y = 200, 36, 34, 12


@dataclass(frozen=True, slots=True)
class Box:
    """One job: where it is drawn, and how it stands."""

    key: str
    label: str
    state: State
    x: int = 0
    y: int = 0
    started: str = ""
    ended: str = ""
    note: str = ""
    """How the jobs of a matrix stand, when they are one box."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes, and curves between them as SVG paths."""

    boxes: tuple[Box, ...]
    curves: tuple[str, ...]
    width: int
    height: int


def picture(sheet: RunSheet) -> Picture:
    """Each job to the right of all it needs, a small matrix as a box for each job."""
    jobs, view = sheet.jobs, sheet.view
    layers = _layers({job.id: job.needs for job in jobs})
    rows: dict[int, int] = {}
    boxes: list[Box] = []
    for job in jobs:
        layer = layers[job.id]
        for box in _boxes(sheet, job.id, view.of(job.id)):
            row = rows.get(layer, 0)
            rows[layer] = row + 1
            x, y = layer * (WIDTH + GAP_X) + 1, row * (HEIGHT + GAP_Y) + 1
            boxes.append(replace(box, x=x, y=y))
    curves = [
        _curve(source, target)
        for job in jobs
        for target in boxes
        if target.key.partition(".")[0] == job.id
        for source in boxes
        if source.key.partition(".")[0] in job.needs
    ]
    return Picture(
        tuple(boxes),
        tuple(curves),
        (max(layers.values(), default=0) + 1) * (WIDTH + GAP_X) - GAP_X + 2,
        max(rows.values(), default=1) * (HEIGHT + GAP_Y) - GAP_Y + 2,
    )


def _boxes(sheet: RunSheet, job: str, seen: Sequence[JobView]) -> list[Box]:
    """A box for each job of a matrix, or one for all when they are many."""
    if len(seen) <= EACH:
        return [
            Box(one.key, sheet.name(one.key), one.state, 0, 0, one.started, one.ended)
            for one in seen or (JobView(job),)
        ]
    states = [one.state for one in seen]
    label, note = f"{job} x {len(seen)}", counted(states)
    return [Box(seen[0].key, label, pressing(states), note=note)]


def _layers(needs: Mapping[str, Sequence[str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    while len(found) < len(needs):
        ready = [
            j for j, of in needs.items() if j not in found and set(of) <= set(found)
        ]
        for job in ready or [j for j in needs if j not in found]:
            found[job] = max((found.get(n, -1) + 1 for n in needs[job]), default=0)
    return found


def _curve(source: Box, target: Box) -> str:
    x1, y1 = source.x + WIDTH, source.y + HEIGHT // 2
    x2, y2 = target.x, target.y + HEIGHT // 2
    middle = (x1 + x2) // 2
    return f"M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}"
