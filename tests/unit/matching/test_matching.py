"""Problem matchers make annotations, as GitHub's runner does, and never take long."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from holdfast.drivers.matching import BoundedMatching
from holdfast.drivers.matching.matcher import matcher, matchers_in
from holdfast.ports import Matched

ESLINT = {
    "owner": "eslint-stylish",
    "pattern": [
        {"regexp": r"^([^\s].*)$", "file": 1},
        {
            "regexp": r"^\s+(\d+):(\d+)\s+(error|warning|info)\s+(.*)\s\s+(.*)$",
            "line": 1,
            "column": 2,
            "severity": 3,
            "message": 4,
            "code": 5,
            "loop": True,
        },
    ],
}
GO = {
    "owner": "go",
    "severity": "warning",
    "pattern": [
        {
            "regexp": r"^(?<file>[^ :]+\.go):(\d+): (.*)$",
            "file": 1,
            "line": 2,
            "message": 3,
        }
    ],
}
STYLISH = """\
/src/a.js
   1:0  error  Missing "use strict" statement                 strict
  5:10  warning  'addOne' is defined but never used  no-unused-vars
  7:1  info  nothing bad  none

not a file
"""


def file_of(*matchers: Any) -> str:
    return json.dumps({"problemMatcher": matchers})


def found(
    output: str, folder: Path = Path("/src"), *matchers: dict[str, Any]
) -> Matched:
    known = {one["owner"]: one for one in matchers}
    return BoundedMatching().find([output.encode()], known, folder)


def test_a_pattern_that_loops_has_many_problems_of_one_file() -> None:
    made = found(STYLISH, Path("/src"), ESLINT)
    assert made.problems == (
        {
            "level": "error",
            "text": 'Missing "use strict" statement               ',
            "file": "a.js",
            "line": 1,
            "title": "strict",
        },
        {
            "level": "warning",
            "text": "'addOne' is defined but never used",
            "file": "a.js",
            "line": 5,
            "title": "no-unused-vars",
        },
    )


def test_lines_in_between_end_a_problem_of_several_lines() -> None:
    two = matcher(
        {
            "owner": "o",
            "pattern": [
                {"regexp": "^file (.*)$", "file": 1},
                {"regexp": "^at (\\d+)$", "line": 1},
                {"regexp": "^says (.*)$", "message": 1},
            ],
        }
    )
    lines = ["file a", "at 1", "says x", "says y", "file b", "other", "at 2", "says z"]
    seen = [two.feed(line) for line in lines]
    assert [one for one in seen if one] == [{"file": "a", "line": "1", "message": "x"}]


def test_commands_add_and_remove_matchers_as_the_output_goes_on(tmp_path: Path) -> None:
    (tmp_path / "go.json").write_text(file_of(GO), encoding="utf-8")
    output = (
        "a.go:1: before\n::add-matcher::go.json\n\x1b[31ma.go:2: seen\x1b[0m\r\n"
        "::stop-commands::t\n::remove-matcher owner=go::\n::t::\na.go:3: seen too\n"
        "::remove-matcher owner=go::\na.go:4: after\n"
    )
    made = found(output, tmp_path)
    assert [one["line"] for one in made.problems] == [2, 3]
    assert made.problems[0]["level"] == "warning"
    assert made.problems[0]["text"] == "seen"
    assert made.matchers == {"go": None}


def test_what_was_added_before_is_used_and_may_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "go.json").write_text(
        file_of({**GO, "severity": "notice"}), encoding="utf-8"
    )
    made = found("x.go:1: a\n::add-matcher::go.json\nx.go:2: b", tmp_path, GO)
    assert [one["level"] for one in made.problems] == ["warning", "notice"]
    assert list(made.matchers) == ["go"]


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (r"^(a+)+$", "a" * 60 + "b"),
        (r"^(a|a)*$", "a" * 60 + "b"),
        (r"(.*)(.*)(.*)(.*)(.*)x(.*)y", "x" * 4000),
    ],
)
def test_a_pattern_that_would_take_for_ever_is_given_up(
    pattern: str, line: str
) -> None:
    slow = {"owner": "slow", "pattern": [{"regexp": pattern, "message": 0}]}
    begun = time.monotonic()
    made = found(f"{line}\na.go:2: seen\n{line}\n", Path("/src"), slow, GO)
    assert time.monotonic() - begun < 20
    assert [one["line"] for one in made.problems] == [2]
    assert made.matchers == {"slow": None}
    assert "`slow` is not used any more" in made.said[0]


def test_an_output_that_takes_too_long_in_all_has_no_problems() -> None:
    made = BoundedMatching(patience=0.0).find([b"a.go:1: x\n"], {"go": GO}, Path("/"))
    assert made.problems == ()
    assert made.matchers == {"go": None}
    assert made.said


def test_there_are_no_more_problems_than_a_run_can_show() -> None:
    made = found("a.go:1: x\n" * 150, Path("/src"), GO)
    assert len(made.problems) == 100
    assert made.said == ("problem matchers found 50 problems more than the 100 kept",)


def test_of_a_very_long_line_the_beginning_is_looked_at() -> None:
    made = found("a.go:1: " + "y" * 100_000 + "\nb.go:2: z", Path("/src"), GO)
    assert [(one["file"], len(one["text"])) for one in made.problems] == [
        ("a.go", 4096 - 8),
        ("b.go", 1),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ("[]", "no list `problemMatcher`"),
        (file_of({"pattern": []}), "no `owner`"),
        (file_of({"owner": "o", "pattern": []}), "wants 1 to 20"),
        (file_of({**GO, "severity": "fatal"}), "`severity` of `go`"),
        (file_of({"owner": "o", "pattern": [{"message": 1}]}), "no `regexp`"),
        (
            file_of({"owner": "o", "pattern": [{"regexp": "(", "message": 0}]}),
            "cannot be used",
        ),
        (
            file_of({"owner": "o", "pattern": [{"regexp": "a", "message": 1}]}),
            "none of the 0 groups",
        ),
        (file_of({"owner": "o", "pattern": [{"regexp": "a"}]}), "says no `message`"),
        (
            file_of(
                {
                    "owner": "o",
                    "pattern": [{"regexp": "a", "message": 0, "loop": True}],
                }
            ),
            "may `loop`",
        ),
    ],
)
def test_a_file_that_is_no_matcher_is_said(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        matchers_in(text)
    (tmp_path / "m.json").write_text(text, encoding="utf-8")
    made = found("::add-matcher::m.json\n", tmp_path)
    assert said in made.said[0]


def test_a_matcher_that_is_no_plain_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "big").write_bytes(b" " * 70_000)
    commands = [f"::add-matcher::{n}\n" for n in ("pipe", "big", "gone", "/dev/zero")]
    made = found("".join(commands), tmp_path)
    assert [one.rpartition(": ")[2] for one in made.said] == [
        "it is no file",
        "it has more than 65536 bytes",
        "No such file or directory",
        "it is no file",
    ]
