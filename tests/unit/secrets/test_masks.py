"""What jobs mask is in the database, and only those who have to hide it can open it."""

from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.drivers.files import write_once
from holdfast.drivers.secrets import SealedMasks
from holdfast.drivers.stores import Store
from holdfast.drivers.stores.mask_tables import masks
from holdfast.problems import HoldfastError
from unit.runs.test_retention import janitor
from unit.runs.world import World, job, step


def site(store: Store, folder: Path, name: str) -> SealedMasks:
    home = folder / name
    home.mkdir()
    return SealedMasks(store.masks, name, home / "masks.key")


def test_a_server_opens_what_a_worker_elsewhere_masked(
    store: Store, tmp_path: Path
) -> None:
    server, worker = site(store, tmp_path, "server"), site(store, tmp_path, "worker")
    server.admit()
    worker.keep("r1", "build", 0, ["one-time-token"])
    worker.keep("r1", "build", 2, ["other"])
    worker.keep("r1", "test", 0, ["third"])
    assert server.of("r1", "build") == ("one-time-token", "other")
    assert worker.of("r1", "build") == ("one-time-token", "other")
    assert server.of("r2", "build") == ()


def test_what_is_kept_holds_no_value_in_clear(store: Store, tmp_path: Path) -> None:
    site(store, tmp_path, "worker").keep("r1", "build", 0, ["one-time-token"])
    with store.engine.connect() as connection:
        (row,) = connection.execute(masks.select()).all()
    assert b"one-time-token" not in row.sealed
    assert row.sealed.startswith(b"-----BEGIN AGE ENCRYPTED FILE-----")


def test_a_site_that_came_later_says_that_it_cannot_hide_it(
    store: Store, tmp_path: Path
) -> None:
    site(store, tmp_path, "worker").keep("r1", "build", 0, ["one-time-token"])
    late = site(store, tmp_path, "late")
    late.admit()
    with pytest.raises(HoldfastError) as raised:
        late.of("r1", "build")
    assert raised.value.problems[0].code == "secret.masked-elsewhere"


def test_an_attempt_that_is_read_again_replaces_what_was_kept_of_it(
    store: Store, tmp_path: Path
) -> None:
    worker = site(store, tmp_path, "worker")
    worker.keep("r1", "build", 0, ["first"])
    worker.keep("r1", "build", 0, ["first", "second"])
    assert worker.of("r1", "build") == ("first", "second")


def test_two_processes_of_a_site_that_begin_together_have_one_key(
    tmp_path: Path,
) -> None:
    write_once(tmp_path / "key", b"one")
    write_once(tmp_path / "key", b"two")
    assert (tmp_path / "key").read_bytes() == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_masks_are_forgotten_when_the_run_has_ended(
    store: Store, tmp_path: Path
) -> None:
    world = World.of(store)
    world.worker("w1")
    world.flow = replace(world.flow, jobs=(job("build", steps=(step("a"),)),))
    over, still = world.start(), world.start()
    world.end(over, "build")
    worker = site(store, tmp_path, "worker")
    for run in (over, still):
        worker.keep(run, "build", 0, ["one-time-token"])
    janitor(world).prune()
    assert worker.of(over, "build") == ()
    assert worker.of(still, "build") == ("one-time-token",)
