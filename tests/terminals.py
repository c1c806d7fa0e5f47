"""A command on a terminal of its own, and a person there who answers its questions."""

import os
import pty
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from select import select

HOLDFAST = Path(sys.executable).parent / "holdfast"


def at_terminal(
    root: Path, words: Sequence[str], env: Mapping[str, str]
) -> tuple[subprocess.Popen[bytes], int]:
    """The command, and the other end of its terminal; who calls this closes that."""
    ours, theirs = pty.openpty()
    plain = {name: value for name, value in os.environ.items() if name != "CI"}
    child = subprocess.Popen(
        [str(HOLDFAST), *words],
        cwd=root,
        env={**plain, "TERM": "xterm", **env},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    return child, ours


def typed(
    root: Path,
    words: Sequence[str],
    answers: Sequence[tuple[str, str]],
    env: Mapping[str, str],
) -> tuple[int, str]:
    """Run a command to its end; each question is answered when it comes."""
    child, ours = at_terminal(root, words, env)
    said, fresh, left = "", "", list(answers)
    while part := _read(ours, said):
        said += part
        fresh += part
        if left and left[0][0] in fresh:
            os.write(ours, f"{left.pop(0)[1]}\n".encode())
            fresh = ""
    os.close(ours)
    return child.wait(60), said


def _read(terminal: int, said: str) -> str:
    """What came next; empty at the end. Fails when nothing comes for a minute."""
    ready, _, _ = select([terminal], [], [], 60)
    assert ready, said
    try:
        return os.read(terminal, 4096).decode(errors="replace")
    except OSError:
        return ""
