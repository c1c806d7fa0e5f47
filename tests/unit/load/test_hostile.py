"""Nothing crashes on any file: what is wrong with it is said, with its place."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kinds import BUILT_IN
from holdfast.load import Loaded, load
from holdfast.load.yaml12 import read_yaml

KINDS = {kind.name: kind for kind in BUILT_IN}
HEAD = "project: p\nowner: t\nenvironments: {e: {}}\n"

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
)

HOSTILE = {
    "explodes": (LAUGHS.encode(), "load.explodes"),
    "deep": (b"[" * 5000 + b"]" * 5000, "load.too-deep"),
    "not UTF-8": (b"name: \xff\xfe\n", "load.not-utf8"),
    "ten megabytes": (b"# " + b"x" * (10 << 20), "load.too-large"),
    "no YAML": (b"name: [unclosed\n", "load.yaml"),
    "twice the same key": (b"name: a\nname: b\n", "load.duplicate-key"),
    "a list": (b"- a\n- b\n", "load.not-a-mapping"),
    "a text": (b"hello", "load.not-a-mapping"),
    "wrong types": (b"name: [1]\nhosts: 5\nresources: 7\n", "load.wrong-value"),
    "a python object": (b"name: !!python/object/apply:os.system [true]\n", "load.tag"),
    "a NUL": (b"name: a\x00b\n", "load.yaml"),
}


def _loaded(root: Path, config: bytes) -> Loaded:
    (root / "config").mkdir(exist_ok=True)
    (root / "holdfast.yaml").write_text(HEAD)
    (root / "config/c.yaml").write_bytes(config)
    return load(root, KINDS)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gives_problems(name: str, tmp_path: Path) -> None:
    content, code = HOSTILE[name]
    loaded = _loaded(tmp_path, content)
    assert loaded.project is None
    codes = {problem.code for problem in loaded.problems}
    assert code in codes, loaded.problems
    assert all(p.place and p.place.file == "config/c.yaml" for p in loaded.problems)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    document = read_yaml(content, "x.yaml")
    assert document.problems or document is not None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["name", "hosts", "resources", "file", "x", "handlers"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_shape_is_read_or_refused(tmp_path_factory: object, shape: object) -> None:
    import json

    root = tmp_path_factory.mktemp("p")  # type: ignore[attr-defined]
    loaded = _loaded(root, json.dumps(shape).encode())
    assert loaded.project or loaded.problems


CORE = {
    "on: yes": {"on": "yes"},
    "a: no": {"a": "no"},
    "a: 010": {"a": 10},
    "a: 0o17": {"a": 15},
    "a: 0xff": {"a": 255},
    "a: ~": {"a": None},
    "a: true": {"a": True},
    "a: 1e3": {"a": 1000.0},
    "a: 12:30:45": {"a": "12:30:45"},
    "a: 2026-11-23": {"a": "2026-11-23"},
    "a: .5": {"a": 0.5},
    "a: '5'": {"a": "5"},
    "a: 1_000": {"a": "1_000"},
}


@pytest.mark.parametrize("text", CORE)
def test_the_core_schema_of_yaml_1_2(text: str) -> None:
    assert read_yaml(text.encode(), "x").value == CORE[text]
