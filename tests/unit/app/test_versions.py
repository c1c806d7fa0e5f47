"""Which version is meant, and what is said of a name that leads nowhere."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from holdfast.app import Application, open_application
from holdfast.app.secrets import exposure, versions
from holdfast.model import Event
from holdfast.problems import HoldfastError

PROJECT = "project: p\nowner: sre\nenvironments: {production: {}}\nsecrets: "
Opened = Callable[[str], Application]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    made: list[Application] = []

    def with_secrets(text: str) -> Application:
        (tmp_path / "holdfast.yaml").write_text(PROJECT + text)
        made.append(open_application(tmp_path))
        return made[-1]

    yield with_secrets
    for app in made:
        app.close()


def test_a_version_is_meant_by_its_number_and_the_one_in_use_stays(
    opened: Opened,
) -> None:
    app = opened("{backends: [store]}")
    versions.set_secret(app, "hook", "correct horse")
    versions.rotate_secret(app, "hook", "another one", "2h")
    for newest in ("2", "store-2"):
        with pytest.raises(HoldfastError, match="is the version in use"):
            versions.retire_secret(app, "hook", newest)
    with pytest.raises(HoldfastError, match="no version 3"):
        versions.retire_secret(app, "hook", "3")
    versions.retire_secret(app, "hook", "1")
    told = {(use.what, use.version) for use in exposure.uses(app, "hook")}
    assert told == {
        ("set", "store-1"),
        ("replaced", "store-1"),
        ("set", "store-2"),
        ("retired", "store-1"),
    }


def test_a_name_for_what_is_not_there_says_where_it_was_looked_for(
    opened: Opened,
) -> None:
    app = opened("{names: {token: 'env:NOT_SET_ANYWHERE'}}")
    with pytest.raises(HoldfastError, match="has no value on this machine") as caught:
        versions.read_secret(app, "token")
    assert "env:NOT_SET_ANYWHERE" in caught.value.problems[0].detail


def test_a_step_that_was_given_a_secret_is_a_use(opened: Opened) -> None:
    app = opened("{backends: [store]}")
    kept = versions.set_secret(app, "hook", "correct horse")
    (idle,) = exposure.listed(app)
    assert idle.used == ""
    told: dict[str, Any] = {"job": "ship", "step": 1, "id": "__run_2"}
    told["secrets"] = [kept.reference]
    app.note(Event.STEP_ENDED, told)
    last = exposure.uses(app, "hook")[-1]
    assert (last.what, last.step, last.version) == ("used", "ship/2", "store-1")
    (used,) = exposure.listed(app)
    assert used.used >= used.since
