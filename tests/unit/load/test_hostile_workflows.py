"""Nothing crashes or takes long on any workflow: it is read, or refused with its place."""

import time
from pathlib import Path

import pytest

from holdfast.kinds import BUILT_IN
from holdfast.load import Loaded, load

KINDS = {kind.name: kind for kind in BUILT_IN}
HEAD = "project: p\nowner: t\nenvironments: {e: {}}\n"
JOB = "on: push\njobs: {j: {runs-on: x, steps: [{run: 'true', IF}], STRATEGY}}\n"
LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
)
AXES = ", ".join(f"a{n}: [{', '.join(map(str, range(100)))}]" for n in range(50))


def flow(condition: str = "true", strategy: str = "") -> bytes:
    told = JOB.replace("IF", f"if: {condition!r}")
    return told.replace(", STRATEGY", f", {strategy}" if strategy else "").encode()


REFUSED = {
    "laughs": LAUGHS.encode(),
    "a list that is in itself": b"on: push\njobs: &a {j: *a}\n",
    "deep": b"on: " + b"[" * 5000 + b"]" * 5000,
    "deep in blocks": "".join(f"{' ' * n}a:\n" for n in range(3000)).encode(),
    "ten megabytes": b"on: push # " + b"x" * (10 << 20),
    "not UTF-8": b"on: push\nname: \xff\xfe\n",
    "a NUL": b"on: push\nname: a\x00b\n",
    "a long chain": flow("a" + ".b" * 5000),
    "many brackets": flow("(" * 5000 + "1" + ")" * 5000),
    "an endless text": flow("''" * 100_000 + "'"),
    "a job named as a path": flow().replace(b"j:", b"../../x:"),
    "a step named as a path": flow().replace(b"run:", b"id: ../../x, run:"),
}
LARGE = {
    "a huge matrix": flow(strategy=f"strategy: {{matrix: {{{AXES}}}}}"),
    "many jobs": b"on: push\njobs:\n"
    + b"".join(
        b"  j%d: {runs-on: x, steps: [{run: a}]}\n" % number for number in range(2000)
    ),
    "a pattern that could try for ever": b"on: {push: {branches: ['"
    + b"*a" * 200
    + b"']}}\njobs: {j: {runs-on: x, steps: [{run: a}]}}\n",
}


def _loaded(root: Path, content: bytes) -> Loaded:
    (root / "workflows").mkdir()
    (root / "holdfast.yaml").write_text(HEAD)
    (root / "workflows/w.yaml").write_bytes(content)
    began = time.process_time()
    loaded = load(root, KINDS)
    assert time.process_time() - began < 20
    return loaded


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_workflow_is_refused_with_its_place(
    name: str, tmp_path: Path
) -> None:
    loaded = _loaded(tmp_path, REFUSED[name])
    assert loaded.project is None
    places = [problem.place for problem in loaded.problems]
    assert all(place and place.file == "workflows/w.yaml" for place in places)


@pytest.mark.parametrize("name", LARGE)
def test_a_large_workflow_is_read_in_time(name: str, tmp_path: Path) -> None:
    loaded = _loaded(tmp_path, LARGE[name])
    assert loaded.project is not None, loaded.problems
