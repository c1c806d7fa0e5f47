"""The command line as it is typed, in this process: its modules are imported once."""

import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from subprocess import CompletedProcess
from unittest import mock

from holdfast.cli import main


def typed(
    root: Path, *words: str, who: str = "ann", given: str = ""
) -> "CompletedProcess[str]":
    """What one command says in a project's folder, and how it ends."""
    said, complained = StringIO(), StringIO()
    environment = {"HOLDFAST_ACTOR": who, "NO_COLOR": "1"}
    with (
        chdir(root),
        mock.patch.dict("os.environ", environment),
        mock.patch.object(sys, "argv", ["holdfast", *words]),
        mock.patch.object(sys, "stdin", StringIO(given)),
        redirect_stdout(said),
        redirect_stderr(complained),
    ):
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
    return CompletedProcess(words, status, said.getvalue(), complained.getvalue())
