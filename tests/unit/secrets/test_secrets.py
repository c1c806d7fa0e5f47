"""Secrets come from where they are kept, and go nowhere else."""

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.drivers.secrets import (
    AgeSecrets,
    EnvironmentSecrets,
    Redactor,
    SecretChain,
)
from holdfast.problems import HoldfastError


def _chain(root: Path, environ: dict[str, str] | None = None) -> SecretChain:
    kept = AgeSecrets(root / "secrets", root / "key")
    return SecretChain([EnvironmentSecrets(environ or {}, b"k" * 32)], kept)


def test_kept_encrypted_and_found_again(tmp_path: Path) -> None:
    assert _chain(tmp_path).set("db", "correct horse").reference == "db@1"
    found = _chain(tmp_path).get("db")
    assert found
    assert found.reveal() == "correct horse"
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert all(b"correct horse" not in path.read_bytes() for path in files)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_another_version_is_another_reference(tmp_path: Path) -> None:
    chain = _chain(tmp_path)
    chain.set("db", "first value")
    assert chain.set("db", "second value").reference == "db@2"
    found = _chain(tmp_path).get("db")
    assert found
    assert (found.reference, found.reveal()) == ("db@2", "second value")


def test_the_environment_comes_first_and_its_version_follows_the_value(
    tmp_path: Path,
) -> None:
    _chain(tmp_path).set("db", "from the file")
    one = _chain(tmp_path, {"HOLDFAST_SECRET_DB": "from outside"}).get("db")
    two = _chain(tmp_path, {"HOLDFAST_SECRET_DB": "from elsewhere"}).get("db")
    assert one
    assert two
    assert one.reveal() == "from outside"
    assert one.version != two.version


def test_another_identity_cannot_open_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _chain(tmp_path).set("db", "correct horse")
    import pyrage

    other = str(pyrage.x25519.Identity.generate())
    monkeypatch.setenv("HOLDFAST_AGE_IDENTITY", other)
    with pytest.raises(HoldfastError) as error:
        _chain(tmp_path).get("db")
    assert error.value.problems[0].code == "secret.cannot-open"
    assert other not in str(error.value)


@pytest.mark.parametrize("name", ["../x", "a b", "", "1a", "a/b"])
def test_a_name_cannot_lead_elsewhere(name: str, tmp_path: Path) -> None:
    with pytest.raises(HoldfastError):
        _chain(tmp_path).set(name, "correct horse")
    assert not list(tmp_path.rglob("*.age"))


def test_a_value_too_short_to_hide_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HoldfastError, match="too short"):
        _chain(tmp_path).set("pin", "123")


VALUE = "p@ss w0rd/+='\"\\ü\nsecond line"


def _forms(value: str) -> dict[str, str]:
    raw = value.encode()
    return {
        "raw": value,
        "a line": value.splitlines()[-1],
        "for a URL": quote(value, safe=""),
        "in JSON": json.dumps({"a": value}),
        "in hex": raw.hex(),
        **{
            f"base64 after {n}": base64.b64encode(b"x" * n + raw + b"yy").decode()
            for n in range(3)
        },
    }


@pytest.mark.parametrize("form", _forms(VALUE))
def test_every_form_is_hidden(form: str) -> None:
    redactor = Redactor()
    redactor.learn(VALUE)
    shown = redactor.redact(f"before {_forms(VALUE)[form]} after")
    assert "***" in shown
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    for part in ("p@ss", "w0rd", "second line"):
        assert part not in shown


@given(st.text(min_size=4, max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_a_value_is_never_shown(value: str, before: str, after: str) -> None:
    redactor = Redactor()
    redactor.learn(value)
    if len(value.strip()) >= 4 and value not in before + after + "***":
        assert value not in redactor.redact(before + "\0" + value + "\0" + after)
