"""A name, a reference, and what answers to them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fakes import NOW
from holdfast.drivers.secrets import (
    AgeSecrets,
    EnvironmentSecrets,
    FileSecrets,
    SecretChain,
)
from holdfast.problems import HoldfastError

KEY = b"k" * 32


def _file(folder: Path, name: str, value: str, mode: int = 0o600) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(value)
    (folder / name).chmod(mode)
    return folder / name


def test_a_file_is_a_secret_without_the_newline_at_its_end(tmp_path: Path) -> None:
    path = _file(tmp_path, "pw", "correct horse\n\n")
    files = FileSecrets(tmp_path, [], KEY)
    for place in ("pw", str(path)):
        found = files.open(place)
        assert found
        assert found.reveal() == "correct horse\n"
        assert found.version.startswith("file-")
    assert files.open("none") is None
    assert files.get("pw") is None, "only the known folders answer to plain names"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_file_that_others_may_read_is_not_used(mode: int, tmp_path: Path) -> None:
    _file(tmp_path, "pw", "correct horse", mode)
    with pytest.raises(HoldfastError) as error:
        FileSecrets(tmp_path, [], KEY).open("pw")
    problem = error.value.problems[0]
    assert problem.code == "secret.open-to-others"
    assert problem.next_step == f"chmod 0600 {tmp_path / 'pw'}"


def test_a_folder_of_credentials_answers_to_plain_names(tmp_path: Path) -> None:
    _file(tmp_path / "creds", "db_password", "correct horse", 0o444)
    files = FileSecrets(tmp_path, [tmp_path / "creds"], KEY)
    found = files.get("db_password")
    assert found
    assert found.reveal() == "correct horse"
    assert list(files.names()) == ["db_password"]
    assert files.open("creds/db_password")
    for name in ("../pw", "/etc/passwd", ".hidden", ""):
        assert files.get(name) is None


def test_what_is_too_large_to_be_a_secret(tmp_path: Path) -> None:
    _file(tmp_path, "pw", "x" * ((1 << 20) + 1))
    with pytest.raises(HoldfastError, match=r"secret\.too-large"):
        FileSecrets(tmp_path, [], KEY).open("pw")


def test_bytes_that_are_no_text_are_kept_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "pw").write_bytes(b"\xff\xfe-binary")
    (tmp_path / "pw").chmod(0o600)
    chain = SecretChain([], sources=[FileSecrets(tmp_path, [], KEY)])
    found = chain.get("file:pw")
    assert found
    assert found.reveal().encode("utf-8", "surrogateescape") == b"\xff\xfe-binary"


def test_a_variable_by_its_whole_name() -> None:
    told = {"PGPASSWORD": "correct horse", "HOLDFAST_SECRET_API": "battery staple"}
    env = EnvironmentSecrets(told, KEY)
    chain = SecretChain([env], sources=[env])
    for reference, value in (
        ("env:PGPASSWORD", "correct horse"),
        ("env:api", "battery staple"),
        ("api", "battery staple"),
    ):
        found = chain.get(reference)
        assert found
        assert found.reveal() == value
    assert chain.get("PGPASSWORD") is None, "a plain name reads no other variable"


def _chain(root: Path, names: dict[str, str] | None = None) -> SecretChain:
    age = AgeSecrets(root / "secrets", root / "key")
    env = EnvironmentSecrets({"TOKEN": "correct horse"}, KEY)
    return SecretChain([env], age, sources=[env], names=names)


def test_a_name_may_stand_for_a_reference(tmp_path: Path) -> None:
    chain = _chain(tmp_path, {"db": "env:TOKEN"})
    found = chain.get("db")
    assert found
    assert (found.name, found.reveal()) == ("db", "correct horse")
    assert chain.home("db") == "env:TOKEN"
    assert "db" in chain.names()
    assert chain.redact("correct horse") == "***"


def test_a_version_can_be_pinned(tmp_path: Path) -> None:
    chain = _chain(tmp_path)
    chain.set("db", "first one")
    chain.set("db", "second one")
    pinned, newest = chain.get("age:db@1"), chain.get("age:db")
    assert pinned
    assert newest
    assert (pinned.reveal(), newest.reveal()) == ("first one", "second one")
    assert chain.get("age:db@7") is None


def test_during_the_grace_both_versions_count_and_then_only_the_new_one(
    tmp_path: Path,
) -> None:
    chain = _chain(tmp_path)
    chain.set("hook", "first one")
    chain.set("hook", "second one")
    keeper = chain.keeper("hook")
    assert keeper
    keeper.retire("hook", "1", NOW + timedelta(hours=1))
    shown = [one.reveal() for one in chain.usable("hook", NOW)]
    assert shown == ["second one", "first one"]
    later = chain.usable("hook", NOW + timedelta(hours=2))
    assert [one.reveal() for one in later] == ["second one"]
    every = {one.reveal() for one in chain.every("hook")}
    assert every == {"first one", "second one"}
    newest = _chain(tmp_path).get("hook")
    assert newest
    assert newest.reveal() == "second one"


def test_what_somebody_else_set_is_seen_after_a_refresh(tmp_path: Path) -> None:
    ours, theirs = _chain(tmp_path), _chain(tmp_path)
    ours.set("db", "first one")
    assert ours.get("db")
    theirs.set("db", "second one")
    ours.refresh()
    found = ours.get("db")
    assert found
    assert found.reveal() == "second one"
    assert ours.redact("first one") == "***", "what was shown once stays hidden"


def test_a_backend_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(HoldfastError) as error:
        _chain(tmp_path).get("evn:TOKEN")
    problem = error.value.problems[0]
    assert problem.code == "secret.no-backend"
    assert "env" in problem.next_step


def test_nowhere_to_keep_is_said() -> None:
    env = EnvironmentSecrets({}, KEY)
    with pytest.raises(HoldfastError, match=r"secret\.no-keeper"):
        SecretChain([env]).set("db", "correct horse")


def test_a_version_that_is_kept_has_a_reference_and_opens_whatever_comes_later(
    tmp_path: Path,
) -> None:
    chain = _chain(tmp_path, {"named": "age:db", "fixed": "age:db@1", "e": "env:TOKEN"})
    now = datetime(2026, 3, 1, tzinfo=UTC)
    chain.set("db", "first value", now=now)
    chain.set("db", "second value", now=now)
    for name in ("db", "named"):
        reference = chain.at(name, "1", now)
        assert reference == "age:db@1"
        found = chain.get(reference)
        assert found
        assert found.reveal() == "first value"
        assert found.version == "1"
    for name, version in (("db", "3"), ("fixed", "1"), ("e", "1"), ("gone", "1")):
        assert chain.at(name, version, now) == ""
    keeper = chain.keeper("db")
    assert keeper
    keeper.retire("db", "1", now)
    assert chain.at("db", "1", now) == ""
