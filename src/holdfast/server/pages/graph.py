"""The jobs of a run as a picture: layers from left to right, lines to what they need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holdfast.model import JobView, State
from holdfast.ports import RunSheet

WIDTH, HEIGHT, GAP_X, GAP_Y = 216, 36, 40, 12


@dataclass(frozen=True, slots=True)
class Box:
    """One job: where it is drawn, and how it stands."""

    key: str
    label: str
    state: State
    x: int
    y: int
    started: str = ""
    ended: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes, and curves between them as SVG paths."""

    boxes: tuple[Box, ...]
    curves: tuple[str, ...]
    width: int
    height: int


def picture(sheet: RunSheet) -> Picture:
    """Each job to the right of all it needs, a matrix as one box for each of its jobs."""
    jobs, view = sheet.jobs, sheet.view
    layers = _layers({job.id: job.needs for job in jobs})
    rows: dict[int, int] = {}
    boxes: list[Box] = []
    for job in jobs:
        layer = layers[job.id]
        for seen in view.of(job.id) or (JobView(job.id),):
            row = rows.get(layer, 0)
            rows[layer] = row + 1
            x, y = layer * (WIDTH + GAP_X), row * (HEIGHT + GAP_Y)
            name = sheet.name(seen.key)
            boxes.append(
                Box(seen.key, name, seen.state, x + 1, y + 1, seen.started, seen.ended)
            )
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
