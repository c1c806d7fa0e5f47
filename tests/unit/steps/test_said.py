"""What a command says to its run by lines of its output, kept apart from the output."""

from pathlib import Path

from holdfast.drivers.steps import step_files
from holdfast.drivers.steps.output import Output

GIVES = b"::set-output name=token::s3cret"


def said(folder: Path, *pieces: bytes) -> tuple[str, ...]:
    output = Output(folder, ["s3cret"], most=1 << 20)
    for piece in pieces:
        output.take(piece)
    output.finish()
    output.close()
    return step_files.read_lines(folder, step_files.SAID)


def test_a_line_that_gives_a_value_is_kept_whole_and_printed_without_it(
    tmp_path: Path,
) -> None:
    assert said(tmp_path, GIVES[:9], GIVES[9:] + b"\n") == (GIVES.decode(),)
    printed = (tmp_path / step_files.OUTPUT).read_bytes()
    assert b"set-output" in printed
    assert b"s3cret" not in printed


def test_what_goes_on_with_a_line_is_no_command(tmp_path: Path) -> None:
    assert said(tmp_path, b"it said ", GIVES + b"\nmore\n") == ()


def test_the_last_line_needs_no_end(tmp_path: Path) -> None:
    assert said(tmp_path, b"one\n", GIVES) == (GIVES.decode(),)
