"""What a secret left behind is found, told and taken away; the chain stays whole."""

import sqlite3
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fakes import StoppedClock
from holdfast.app import Application, open_application
from holdfast.app.answers import evidence, why
from holdfast.app.secrets import exposure, versions
from holdfast.cli.views import why as why_view
from holdfast.cli.views.evidence import page
from holdfast.cli.views.secrets import scrubbed, use_rows
from holdfast.drivers.redaction.forms import forms
from holdfast.model import Entry, Event, canonical, digest
from holdfast.problems import HoldfastError
from holdfast.record import verify_chain
from promises.world import world

VALUE = "correct horse battery"
LOUD: list[dict[str, Any]] = [
    {
        "command": 'printf "loud %s\\n" "$(cat "$HOLDFAST_ROOT/leaked")"',
        "check": "false",
    },
    {"file": "conf", "content": "mine\n"},
]


@pytest.fixture
def told() -> Iterator[tuple[Application, Path]]:
    """A run that printed, and kept, what nobody had declared a secret yet."""
    with world(LOUD) as (app, (disk,)):
        (disk / "leaked").write_text(VALUE)
        (disk / "conf").write_text(f"password={VALUE}\n")
        _apply(app)
        yield app, disk


def _apply(app: Application) -> str:
    proposal = app.propose(())
    return app.carry_out(proposal, app.judge(proposal, ask=False, why="")).run


def _database(app: Application) -> bytes:
    return b"".join(path.read_bytes() for path in app.state.glob("holdfast.db*"))


def _stored(app: Application) -> bytes:
    """Everything in the database, with what is compressed opened."""
    app.store.engine.dispose()
    connection = sqlite3.connect(app.state / "holdfast.db")
    found = [_database(app)]
    for table in ("printed", "contents"):
        for (body,) in connection.execute(f"SELECT body FROM {table}"):  # noqa: S608
            try:
                found.append(zlib.decompress(body))
            except zlib.error:
                continue
    connection.close()
    return b"\n".join(found)


def test_what_was_printed_is_beside_the_ledger_and_not_in_it(
    told: tuple[Application, Path],
) -> None:
    app, _ = told
    raw = b"".join(canonical(entry.body) for entry in app.store.ledger.all())
    assert VALUE.encode() not in raw
    assert VALUE.encode() not in _database(app)
    assert VALUE.encode() in _stored(app), "kept in clear until somebody scrubs it"
    assert f"| loud {VALUE}" in why_view.human(why(app, "h0/command:*"))
    assert verify_chain(app.store.ledger.all())[0] == ()


def test_scrubbing_takes_every_form_away_and_the_ledger_says_so(
    told: tuple[Application, Path],
) -> None:
    app, _ = told
    versions.set_secret(app, "api", VALUE)
    done = exposure.scrub(app, "api")
    assert (done.texts, done.rows, done.contents) == (1, 0, 1)
    stored = _stored(app)
    assert not [form for form in forms(VALUE) if form in stored]
    problems, count = verify_chain(app.store.ledger.all())
    assert problems == ()
    assert count == len(list(app.store.ledger.all()))
    shown = why_view.human(why(app, "h0/command:*"))
    assert "| loud ***" in shown
    noted = app.store.ledger.of_event(Event.SECRET_SCRUBBED)
    assert "1 printed text; 1 content" in scrubbed(noted[0])
    assert app.actor in scrubbed(noted[0])
    assert not exposure.scrub(app, "api"), "there is nothing left to do"


def test_an_undo_that_needs_what_was_scrubbed_says_so(
    told: tuple[Application, Path],
) -> None:
    app, disk = told
    versions.set_secret(app, "api", VALUE)
    exposure.scrub(app, "api")
    back, lost = app.propose_undo("r1", ["file:/conf"])
    assert [one.problem.code for one in lost] == ["plan.content-not-kept"]
    assert not back.plan
    assert (disk / "conf").read_text() == "mine\n"


def test_a_text_that_was_changed_without_being_scrubbed_is_found(
    told: tuple[Application, Path],
) -> None:
    app, _ = told
    connection = sqlite3.connect(app.state / "holdfast.db")
    with connection:
        connection.execute("UPDATE printed SET body = ?", [zlib.compress(b"harmless")])
    connection.close()
    problems, _ = verify_chain(app.store.ledger.all())
    assert problems[0].code == "record.altered"
    assert "a text it names" in problems[0].detail


def test_a_digest_tells_nothing_once_the_text_is_scrubbed(
    told: tuple[Application, Path],
) -> None:
    app, _ = told
    versions.set_secret(app, "api", VALUE)
    exposure.scrub(app, "api")
    app.store.engine.dispose()
    connection = sqlite3.connect(app.state / "holdfast.db")
    rows = connection.execute("SELECT digest, salt FROM printed").fetchall()
    connection.close()
    assert (digest(f"loud {VALUE}".encode()), b"") not in rows
    assert [salt for _, salt in rows] == [b""]


# A ledger as it was before texts were kept beside it.


def _old_row(app: Application, event: Event = Event.SUCCEEDED, **body: Any) -> Entry:
    entry = Entry(event=event, run="r0", actor="ann", at="2026-01-01", body=body)
    return app.store.ledger.append([entry])[0]


def test_rows_of_an_older_ledger_are_rewritten_and_stay_verifiable(
    told: tuple[Application, Path],
) -> None:
    app, _ = told
    old = _old_row(app, output=f"loud {VALUE}", nested={"a": [VALUE, 1]})
    reason = _old_row(app, Event.RUN_STARTED, why=f"the password is {VALUE}")
    after = _old_row(app, output="nothing to hide")
    assert VALUE.encode() in _database(app)
    versions.set_secret(app, "api", VALUE)
    assert exposure.scrub(app, "api").rows == 2
    stored = _stored(app)
    assert not [form for form in forms(VALUE) if form in stored]
    kept = {entry.sequence: entry for entry in app.store.ledger.all()}
    assert kept[old.sequence].body == {
        "output": "loud ***",
        "nested": {"a": ["***", 1]},
    }
    assert kept[old.sequence].hash == old.hash
    assert kept[after.sequence] == after
    assert verify_chain(app.store.ledger.all())[0] == ()
    noted = scrubbed(app.store.ledger.of_event(Event.SECRET_SCRUBBED)[0])
    assert f"row {old.sequence}, {reason.sequence}" in noted


def test_a_second_scrub_of_the_same_row_is_understood_too(
    told: tuple[Application, Path],
) -> None:
    app, _ = told
    _old_row(app, output=f"{VALUE} and the other horse")
    versions.set_secret(app, "one", VALUE)
    versions.set_secret(app, "two", "the other horse")
    exposure.scrub(app, "one")
    exposure.scrub(app, "two")
    assert verify_chain(app.store.ledger.all())[0] == ()


def test_a_scrubbed_row_that_is_changed_again_is_found(
    told: tuple[Application, Path],
) -> None:
    app, _ = told
    old = _old_row(app, output=f"loud {VALUE}")
    versions.set_secret(app, "api", VALUE)
    exposure.scrub(app, "api")
    connection = sqlite3.connect(app.state / "holdfast.db")
    with connection:
        connection.execute("DROP TRIGGER ledger_no_UPDATE")
        connection.execute(
            'UPDATE ledger SET body=\'{"output":"other"}\' WHERE sequence=?',
            [old.sequence],
        )
    connection.close()
    problems, _ = verify_chain(app.store.ledger.all())
    assert f"row {old.sequence}" in problems[0].summary


def test_the_ledger_is_guarded_again_after_a_scrub(
    told: tuple[Application, Path],
) -> None:
    app, _ = told
    _old_row(app, output=f"loud {VALUE}")
    versions.set_secret(app, "api", VALUE)
    exposure.scrub(app, "api")
    connection = sqlite3.connect(app.state / "holdfast.db")
    for statement in ("UPDATE ledger SET actor='x'", "DELETE FROM ledger"):
        with pytest.raises(sqlite3.DatabaseError, match="append-only"):
            connection.execute(statement)
    connection.close()


def test_a_scrub_that_cannot_be_noted_changes_nothing(
    told: tuple[Application, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _ = told
    _old_row(app, output=f"loud {VALUE}")
    versions.set_secret(app, "api", VALUE)
    before = list(app.store.ledger.all())

    def broken(*_: object) -> Any:
        raise RuntimeError

    monkeypatch.setattr(type(app.store.ledger), "_chained", broken)
    with pytest.raises(RuntimeError):
        exposure.scrub(app, "api")
    assert list(app.store.ledger.all()) == before


# Exposure and rotation.

USES: list[dict[str, Any]] = [
    {"file": "a", "content": "key=${{ secrets.api }}"},
    {"file": "b", "content": "no secret"},
    {
        "command": 'touch "$HOLDFAST_ROOT/done"',
        "check": 'test -e "$HOLDFAST_ROOT/done"',
        "env": {"KEY": "${{ secrets.api }}"},
    },
]


def _set_before_opening(app: Application) -> Application:
    versions.set_secret(app, "api", VALUE)
    app.secrets.refresh()
    return app


def test_exposure_names_runs_hosts_addresses_and_people() -> None:
    with world(USES, hosts=2) as (app, _):
        _set_before_opening(app)
        run = _apply(app)
        versions.read_secret(app, "api")
        uses = exposure.uses(app, "api")
        rows = use_rows(uses)
        assert [row["what"] for row in rows] == [
            "read",
            *["used"] * 4,
            "planned",
            "set",
        ]
        used = {str(use.address) for use in uses if use.what == "used"}
        assert {address.split("/", 2)[1] for address in used} == {"h0", "h1"}
        assert "e/h0/file:/a" in used
        assert "e/h0/file:/b" not in used
        assert {use.run for use in uses if use.what in ("used", "planned")} == {run}
        assert {use.version for use in uses} == {"1"}
        assert VALUE not in str(rows)
        with pytest.raises(HoldfastError, match=r"app\.no-such-secret"):
            exposure.uses(app, "apii")


def test_the_names_of_other_secrets_are_not_mixed_up() -> None:
    with world([{"file": "a", "content": "${{ secrets.api_2 }}"}]) as (app, _):
        versions.set_secret(app, "api", VALUE)
        versions.set_secret(app, "api_2", "another one")
        _apply(app)
        assert {use.what for use in exposure.uses(app, "api")} == {"set"}
        assert "used" in {use.what for use in exposure.uses(app, "api_2")}


def test_an_undo_hides_what_its_run_used() -> None:
    resources: list[dict[str, Any]] = [
        {
            "command": "true",
            "check": "false",
            "undo": 'printf %s "$KEY" | base64; cat "$HOLDFAST_ROOT/a"',
            "env": {"KEY": "${{ secrets.api }}"},
        },
        {"file": "a", "content": "key=${{ secrets.api }}"},
    ]
    with world(resources) as (app, (disk,)):
        versions.set_secret(app, "api", VALUE)
        run = _apply(app)
        (disk / "a").write_text(f"key={VALUE}")
        again = open_application(app.root)
        try:
            back, _ = again.propose_undo(run, ["command:*"])
            verdict = again.judge(back, ask=False, why="")
            again.carry_out(back, verdict)
            assert not [form for form in forms(VALUE) if form in _stored(again)]
            (again.state / "age.key").unlink()
        finally:
            again.close()
        blind = open_application(app.root)
        try:
            back, _ = blind.propose_undo(run, ())
            assert "app.cannot-hide" in {w.code for w in back.plan.warnings}
        finally:
            blind.close()


def test_a_list_says_where_how_many_since_when_and_last_used() -> None:
    with world(USES) as (app, _):
        versions.set_secret(app, "api", VALUE)
        versions.set_secret(app, "idle", VALUE)
        _apply(app)
        api, idle = exposure.listed(app)
        assert (api.name, api.backend, api.versions) == ("api", "age", 1)
        assert api.since
        assert api.used > api.since
        assert idle.used == ""


def test_after_a_rotation_the_old_version_counts_for_the_grace() -> None:
    with world([]) as (app, _):
        clock = StoppedClock()
        object.__setattr__(app.engine, "clock", clock)
        versions.set_secret(app, "hook", VALUE)
        kept, until = versions.rotate_secret(app, "hook", "another one", "2h")
        assert kept.reference == "hook@2"
        assert until == clock.time + timedelta(hours=2)
        assert len(app.secrets.usable("hook", clock.time)) == 2
        assert len(app.secrets.usable("hook", until)) == 1
        versions.rotate_secret(app, "hook", "a third one", "1h")
        kept_now = app.secrets.versions("hook")
        assert [v.retires and v.retires - clock.time for v in kept_now] == [
            timedelta(hours=1),
            timedelta(hours=1),
            None,
        ]
        with pytest.raises(HoldfastError, match=r"app\.version-in-use"):
            versions.retire_secret(app, "hook", "3")
        versions.retire_secret(app, "hook", "2")
        now = [one.version for one in app.secrets.usable("hook", clock.time)]
        assert now == ["3", "1"]
        with pytest.raises(HoldfastError, match=r"app\.no-such-version"):
            versions.retire_secret(app, "hook", "9")


def test_what_is_kept_elsewhere_cannot_be_rotated_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOLDFAST_SECRET_TOKEN", VALUE)
    with world([]) as (app, _):
        with pytest.raises(HoldfastError) as error:
            versions.rotate_secret(app, "token", "another one", "1h")
        assert error.value.problems[0].code == "app.kept-elsewhere"
        assert "env" in error.value.problems[0].detail


def test_the_project_says_where_secrets_come_from_and_are_kept() -> None:
    with world(USES) as (app, _):
        told = (app.root / "holdfast.yaml").read_text()
        told += "secrets:\n  backends: [env, store]\n  names: {other: 'store:api@1'}\n"
        (app.root / "holdfast.yaml").write_text(told)
        again = open_application(app.root)
        try:
            kept = versions.set_secret(again, "api", VALUE)
            assert kept.reference == "api@store-1"
            _apply(again)
            other = again.secrets.get("other")
            assert other
            assert other.reveal() == VALUE
            assert versions.rekey(again, with_age=True) == 1
            again.secrets.refresh()
            assert again.secrets.get("api")
            known = evidence(again, "r1")
            assert VALUE not in page(known.told, known.entries, known.contents)
            assert not (again.root / "secrets/api.age").exists()
        finally:
            again.close()
