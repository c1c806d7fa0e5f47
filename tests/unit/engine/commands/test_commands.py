import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.engine.commands import (
    Annotation,
    FileError,
    LineReader,
    Said,
    command_line,
    read_paths,
    read_values,
    status_said,
    suffix_of,
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", {}),
        ("a=1\nb=2\n", {"a": "1", "b": "2"}),
        ("a=1\na=2", {"a": "2"}),
        ("a=b=c\r\n", {"a": "b=c"}),
        ("a<<END\none\ntwo\nEND\nb=3\n", {"a": "one\ntwo", "b": "3"}),
        ("a<<END\nEND\n", {"a": ""}),
        ("a=x<<y\n", {"a": "x<<y"}),
        ("a<<E=F\nv\nE=F\n", {"a": "v"}),
        ("a=one\u2028two\n", {"a": "one\u2028two"}),
    ],
)
def test_what_a_file_sets(text: str, values: dict[str, str]) -> None:
    assert read_values(text).values == values


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("words", "line 1: neither"),
        ("a=1\n\nwords", "line 3: neither"),
        ("=1", "line 1: there is no name"),
        ("a<<\n", "line 1: there is no word"),
        ("a<<END\none\n", "line 1: no later line is `END`"),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_why(text: str, why: str) -> None:
    with pytest.raises(FileError, match=why):
        read_values(text)


@pytest.mark.parametrize("line", ["::set-env name=A::b", "::add-path::/x"])
def test_commands_that_are_disabled_say_what_to_write_instead(line: str) -> None:
    reader = LineReader()
    (said,) = reader.feed(line + "\n")
    assert said.text == line
    (told,) = reader.annotations
    assert told.level == "error"
    assert "disabled, as on GitHub: write to $GITHUB_" in told.text


def test_variables_of_the_run_itself_cannot_be_set() -> None:
    text = "GITHUB_SHA=x\nnode_options=y\nRUNNER_OS=z\nMINE=1\n"
    read = read_values(text, environment=True)
    assert read.values == {"MINE": "1"}
    assert read.refused == ("GITHUB_SHA", "node_options", "RUNNER_OS")
    assert read_values(text).refused == ()


def test_folders_are_kept_in_the_order_they_were_added() -> None:
    assert read_paths("/a\n\n/b\n") == ("/a", "/b")


def read(text: str) -> list[Said]:
    reader = LineReader()
    return [*reader.feed(text), *reader.finish()]


def test_ordinary_lines_are_what_they_are() -> None:
    assert read("a\nb") == [Said("line", "a"), Said("line", "b")]
    assert read(":: no command ::x\n") == [Said("line", ":: no command ::x")]
    assert read("::unknown::x\n") == [Said("line", "::unknown::x")]


def test_an_error_has_its_place_and_its_escapes_undone() -> None:
    reader = LineReader()
    text = "::error file=a%3Ab.py,line=7,title=Oh%2C no::100%25 wrong%0Areally\n"
    assert [said.text for said in reader.feed(text)] == ["100% wrong\nreally"]
    wanted = Annotation("error", "100% wrong\nreally", "a:b.py", 7, "Oh, no")
    assert reader.annotations == [wanted]


def test_an_escape_is_undone_once() -> None:
    assert read("::debug::%250A\n") == [Said("debug", "%0A")]
    assert read("::debug::%3A\n") == [Said("debug", "%3A")]


def test_groups_masks_and_the_retired_commands() -> None:
    reader = LineReader()
    text = (
        "::group::Build\nx\n::endgroup::\n::add-mask::secret\n"
        "::set-output name=n::7\n::save-state name=s::8\n"
    )
    kinds = [said.kind for said in reader.feed(text)]
    assert kinds == ["group", "line", "endgroup", "none", "none", "none"]
    assert (reader.masks, reader.outputs) == (["secret"], {"n": "7"})
    assert reader.state == {"s": "8"}


def test_commands_can_be_stopped_and_begun_again() -> None:
    reader = LineReader()
    text = "::stop-commands::word\n::error::no\n::word::\n::error::yes\n"
    assert [said.text for said in reader.feed(text)] == ["", "::error::no", "", "yes"]
    assert [one.text for one in reader.annotations] == ["yes"]


@given(
    st.lists(st.sampled_from(["::error::x", "plain", "::group::g", ""]), max_size=8),
    st.lists(st.integers(0, 60), max_size=5),
)
def test_it_does_not_matter_how_output_is_cut(
    lines: list[str], cuts: list[int]
) -> None:
    text = "\n".join(lines)
    reader, said, at = LineReader(), list[Said](), 0
    for cut in sorted(cuts):
        said += reader.feed(text[at:cut])
        at = max(at, cut)
    said += [*reader.feed(text[at:]), *reader.finish()]
    assert said == read(text)


@given(st.text())
def test_no_output_whatever_is_an_error(text: str) -> None:
    read(text)


@pytest.mark.parametrize(
    ("shell", "first", "last"),
    [
        ("", "bash", "-e"),
        ("bash", "bash", "pipefail"),
        ("sh", "sh", "-e"),
        ("python", "python", "python"),
        ("perl {0}", "perl", "perl"),
    ],
)
def test_the_command_of_each_shell(shell: str, first: str, last: str) -> None:
    words = command_line(shell, "/tmp/a b.sh")
    assert (words[0], words[-2], words[-1]) == (first, last, "/tmp/a b.sh")


def test_without_bash_the_default_is_sh() -> None:
    assert command_line("", "x", has_bash=False) == ("sh", "-e", "x")


def test_a_shell_without_a_place_for_the_script_is_refused() -> None:
    with pytest.raises(ValueError, match="has no"):
        command_line("perl", "x")


def test_the_bash_form_stops_at_the_first_failure_of_a_pipe(tmp_path: Path) -> None:
    script = tmp_path / "s.sh"
    script.write_text("false | true\necho never\n", encoding="utf-8")
    words = command_line("bash", str(script))
    done = subprocess.run(words, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
    assert (suffix_of("bash"), suffix_of("python"), suffix_of("perl {0}")) == (
        ".sh",
        ".py",
        "",
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (1, "exit status 1"),
        (126, "could not be executed"),
        (127, "was not found"),
        (143, "ended by SIGTERM"),
        (250, "exit status 250"),
    ],
)
def test_what_a_status_means(status: int, words: str) -> None:
    assert status_said(status).endswith(words)
