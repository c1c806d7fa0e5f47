"""SOPS files: what is sealed is opened, what was touched is refused."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest
import yaml
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from examples import examples
from holdfast.drivers.secrets import AgeIdentities, SopsSecrets
from holdfast.drivers.secrets.sops_tree import as_bytes, opened, plain_number
from holdfast.problems import HoldfastError
from unit.secrets.sops_writer import as_json, written

TREE: dict[str, Any] = {
    "db": {"password": "correct horse", "port": 5432, "ratio": 0.25, "on": True},
    "list": ["first", {"deep": "second"}, 7],
    "note_unencrypted": "anybody may read: this",
    "count_unencrypted": 12,
    "empty": "",
    "nothing": None,
    "lines": "-- BEGIN --\nabc\n-- END --\n",
}


@pytest.fixture
def identity() -> str:
    return str(pyrage.x25519.Identity.generate())


def _recipient(identity: str) -> str:
    return str(pyrage.x25519.Identity.from_str(identity).to_public())


def _source(root: Path, identity: str) -> SopsSecrets:
    nobody = AgeIdentities(root / "none", {})
    return SopsSecrets(root, nobody, b"k" * 32, {"SOPS_AGE_KEY": identity})


def _write(path: Path, document: dict[str, Any]) -> None:
    text = (
        as_json(document)
        if path.suffix == ".json"
        else yaml.safe_dump(document, sort_keys=False)
    )
    path.write_text(text, encoding="utf-8")


PLACES = {
    "db/password": "correct horse",
    "db/port": "5432",
    "db/ratio": "0.25",
    "db/on": "true",
    "list/0": "first",
    "list/1/deep": "second",
    "note_unencrypted": "anybody may read: this",
    "count_unencrypted": "12",
    "empty": "",
    "lines": "-- BEGIN --\nabc\n-- END --\n",
}


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
def test_every_value_is_found_by_its_keys(
    suffix: str, identity: str, tmp_path: Path
) -> None:
    _write(tmp_path / f"s{suffix}", written(TREE, [_recipient(identity)]))
    source = _source(tmp_path, identity)
    for keys, value in PLACES.items():
        found = source.open(f"s{suffix}#{keys}")
        assert found
        assert found.reveal() == value
        assert found.version.startswith("sops-")
    for keys in ("nothing", "db/none", "list/9", "db/password/deeper"):
        assert source.open(f"s{suffix}#{keys}") is None
    assert source.open("none.yaml#a") is None


@pytest.mark.parametrize(
    "how", [{"only_sealed": True}, {"encrypted_suffix": "_secret"}]
)
def test_other_rules_of_what_is_sealed(
    how: dict[str, Any], identity: str, tmp_path: Path
) -> None:
    tree = {"a_secret": "correct horse", "b": "plain", "n_unencrypted": 1}
    _write(tmp_path / "s.yaml", written(tree, [_recipient(identity)], **how))
    found = _source(tmp_path, identity).open("s.yaml#a_secret")
    assert found
    assert found.reveal() == "correct horse"


def _swapped(document: dict[str, Any]) -> None:
    db = document["db"]
    db["password"], document["lines"] = document["lines"], db["password"]


def _plain(document: dict[str, Any]) -> None:
    document["db"]["password"] = "mine"  # noqa: S105


def _plain_note(document: dict[str, Any]) -> None:
    document["note_unencrypted"] = "changed"


def _removed(document: dict[str, Any]) -> None:
    del document["list"][0]


def _later(document: dict[str, Any]) -> None:
    document["sops"]["lastmodified"] = "2027-01-01T00:00:00Z"


def _no_mac(document: dict[str, Any]) -> None:
    document["sops"]["mac"] = ""


def _bit(document: dict[str, Any]) -> None:
    text = document["db"]["password"]
    at = text.index("data:") + 5
    document["db"]["password"] = (
        text[:at] + ("B" if text[at] == "A" else "A") + text[at + 1 :]
    )


def _grouped(document: dict[str, Any]) -> None:
    document["sops"]["key_groups"] = [{"age": []}]


def _no_age(document: dict[str, Any]) -> None:
    document["sops"]["age"] = []


def _no_sops(document: dict[str, Any]) -> None:
    del document["sops"]


TOUCHED = [
    (_swapped, "secret.sops-faulty"),
    (_plain, "secret.sops-faulty"),
    (_plain_note, "secret.sops-faulty"),
    (_removed, "secret.sops-faulty"),
    (_later, "secret.sops-faulty"),
    (_no_mac, "secret.sops-faulty"),
    (_bit, "secret.sops-faulty"),
    (_grouped, "secret.sops-faulty"),
    (_no_sops, "secret.sops-faulty"),
    (_no_age, "secret.sops-no-age"),
]


@pytest.mark.parametrize(("touch", "code"), TOUCHED, ids=lambda t: str(t)[:20])
def test_a_file_that_was_touched_gives_nothing(
    touch: Callable[[dict[str, Any]], None], code: str, identity: str, tmp_path: Path
) -> None:
    document = written(TREE, [_recipient(identity)])
    touch(document)
    _write(tmp_path / "s.yaml", document)
    with pytest.raises(HoldfastError) as error:
        _source(tmp_path, identity).open("s.yaml#db/port")
    problem = error.value.problems[0]
    assert problem.code == code
    assert "correct horse" not in f"{problem.summary} {problem.detail}"


def test_a_file_for_others_says_for_whom(identity: str, tmp_path: Path) -> None:
    other = _recipient(str(pyrage.x25519.Identity.generate()))
    _write(tmp_path / "s.yaml", written(TREE, [other]))
    with pytest.raises(HoldfastError) as error:
        _source(tmp_path, identity).open("s.yaml#db/port")
    assert error.value.problems[0].code == "secret.sops-not-for-us"
    assert other in error.value.problems[0].detail


def test_any_of_several_recipients_opens_it(identity: str, tmp_path: Path) -> None:
    other = _recipient(str(pyrage.x25519.Identity.generate()))
    _write(tmp_path / "s.yaml", written(TREE, [other, _recipient(identity)]))
    assert _source(tmp_path, identity).open("s.yaml#db/port")


@pytest.mark.parametrize("place", ["../s.yaml#a", "/etc/passwd#a", "s.yaml"])
def test_a_reference_stays_inside_of_the_project(
    place: str, identity: str, tmp_path: Path
) -> None:
    with pytest.raises(HoldfastError, match=r"secret\.bad-reference"):
        _source(tmp_path, identity).open(place)


def test_aliases_are_refused_before_they_are_followed(
    identity: str, tmp_path: Path
) -> None:
    (tmp_path / "s.yaml").write_text("a: &x [1]\nb: [*x, *x]\nsops: {}\n")
    with pytest.raises(HoldfastError, match=r"secret\.sops-faulty"):
        _source(tmp_path, identity).open("s.yaml#a")


leaves = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.integers(-(10**12), 10**12),
    st.booleans(),
    st.none(),
    st.sampled_from([0.5, 1.25, -3.75, 1e6, 0.001]),
)
trees = st.dictionaries(
    st.text("abc_", min_size=1, max_size=4),
    st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.text("ab", min_size=1, max_size=2), inner, max_size=3),
        ),
        max_leaves=6,
    ),
)


@examples(60, suppress_health_check=list(HealthCheck))
@given(trees)
def test_what_the_writer_sealed_the_reader_opens(tree: dict[str, Any]) -> None:
    identity = pyrage.x25519.Identity.generate()
    document = written(tree, [str(identity.to_public())])
    metadata = document.pop("sops")
    key = pyrage.decrypt(metadata["age"][0]["enc"].encode(), [identity])
    assert opened(document, metadata, key) == tree


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.0, "1"),
        (0.1, "0.1"),
        (1e21, "1" + "0" * 21),
        (1e-7, "0.0000001"),
        (-2.5, "-2.5"),
    ],
)
def test_numbers_count_without_exponents(number: float, text: str) -> None:
    assert plain_number(number) == text
    assert as_bytes(number) == text.encode()


@pytest.mark.skipif(not shutil.which("sops"), reason="the program sops is not here")
def test_a_file_of_sops_itself_is_opened(identity: str, tmp_path: Path) -> None:
    (tmp_path / "plain.yaml").write_text(yaml.safe_dump(TREE, sort_keys=False))
    made = subprocess.run(
        ["sops", "encrypt", "--age", _recipient(identity), "plain.yaml"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    (tmp_path / "s.yaml").write_bytes(made.stdout)
    for keys, value in PLACES.items():
        found = _source(tmp_path, identity).open(f"s.yaml#{keys}")
        assert found
        assert found.reveal() == value
