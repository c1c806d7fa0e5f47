"""What a step prints beyond the limit is let go, and its run says how much that was."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import ValidationError

from holdfast.declare import RetentionDeclared
from holdfast.engine.steps.work import StepWork
from holdfast.model import State
from unit.runs.test_steps import Shop, sh, shop

__all__ = ["shop"]
LINE = "y" * 99
MANY = f"for i in $(seq 50); do echo {LINE}; done"


@dataclass
class Limited(Shop):
    """A shop whose steps may print a thousand bytes."""

    def work(self) -> StepWork:
        made = Shop.work(self)
        made.processes.most = lambda: 1000
        return made


@pytest.fixture
def limited(shop: Shop, tmp_path: Path) -> Limited:
    return Limited(shop.world, tmp_path, runners=shop.runners)


@pytest.mark.parametrize(
    "script", [MANY, f"echo ::stop-commands::word; {MANY}", f"{MANY}; exit 3"]
)
def test_the_log_and_the_run_say_how_much_is_missing(
    limited: Limited, script: str
) -> None:
    run = limited.run(sh(script, "a"))
    step = limited.world.view(run).jobs["j"].steps[0]
    assert step.outcome == ("failure" if "exit" in script else "success")
    printed = limited.printed(run)
    dropped = 5000 - 1000 + (len("::stop-commands::word\n") if "stop" in script else 0)
    said = f"{dropped} bytes more were printed and not kept"
    assert "[holdfast] what comes is not kept" in printed
    assert printed.splitlines()[-1].startswith(f"::warning::{said}")
    (told,) = step.body["annotations"]
    assert told["level"] == "warning"
    assert told["text"].startswith(said)
    assert len(printed) < 1300


def test_each_step_may_print_as_much(limited: Limited) -> None:
    fits = f"for i in 1 2 3 4 5 6 7 8 9; do echo {LINE}; done"
    run = limited.run(sh(fits, "a"), sh(fits, "b"))
    for index in (0, 1):
        assert limited.printed(run, index) == f"{LINE}\n" * 9
        step = limited.world.view(run).jobs["j"].steps[index]
        assert "annotations" not in step.body


def test_what_is_masked_beyond_the_limit_is_hidden_from_the_ledger(
    limited: Limited,
) -> None:
    mask = (
        f"{MANY}; echo ::add-mask::made-here-42; echo t=made-here-42 >> $GITHUB_OUTPUT"
    )
    run = limited.run(sh(mask, "a"), sh("echo ${{ steps.a.outputs.t }}", "b"))
    assert limited.world.view(run).state is State.SUCCEEDED
    assert "made-here" not in str(limited.world.store.ledger.of_run(run))
    assert limited.printed(run, 1) == "***\n"


@pytest.mark.parametrize(
    ("written", "size"), [("2KiB", 2048), ("64MiB", 64 << 20), ("1GiB", 1 << 30)]
)
def test_a_size_is_written_with_its_unit(written: str, size: int) -> None:
    made = RetentionDeclared.model_validate({"log_size": written})
    assert made.log_size == size


@pytest.mark.parametrize("written", ["64MB", "64", "0KiB", "many", -1])
def test_what_is_no_size_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        RetentionDeclared.model_validate({"log_size": written})


def test_without_a_word_it_is_generous() -> None:
    assert RetentionDeclared().log_size == 64 * 1024 * 1024
