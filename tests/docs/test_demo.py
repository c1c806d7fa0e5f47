"""`./dev demo` does what the README says of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

DEMO = Path(__file__).parents[2] / "tools/demo/demo.sh"
SEEN = (
    "Done and verified.  12 changed.",
    "/etc/app/app.conf",
    "cart / test | expected 3 items, got 2",
    "Recorded: yes by bob",
    "catalog is live",
    "payments is live",
    "Proposal of restart: 1 yes of you",
    "host:web-2 is claimed by bob",
    "bob can end it: holdfast claim host:web-2 --release",
    "`1. Look at the list` of",
    "1 of 2 steps automated",
    "last proven: today",
    "== It is yours",
)


@pytest.mark.slow
def test_the_demo_tells_its_story_to_the_end(tmp_path: Path) -> None:
    play = tmp_path / "play"
    environment = {**os.environ, "NO_COLOR": "1"}
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    done = subprocess.run(
        ["sh", str(DEMO), str(play)],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        env=environment,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    told = done.stdout + done.stderr
    assert [line for line in SEEN if line not in told] == []
    moved = (play / "moved.txt").read_text(encoding="utf-8").splitlines()
    assert moved == [f"part {number} moved" for number in (1, 2, 3, 4)]
    live = (play / "live.txt").read_text(encoding="utf-8").splitlines()
    assert live == ["catalog is live", "payments is live"]
    prices = (play / "prices.txt").read_text(encoding="utf-8")
    assert prices == "prices of today\n"


def test_a_folder_that_is_no_playground_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years", encoding="utf-8")
    done = subprocess.run(
        ["sh", str(DEMO), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "is no playground" in done.stderr or "not a playground" in done.stderr
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "years"
