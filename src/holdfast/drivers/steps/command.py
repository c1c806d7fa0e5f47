"""Start a command that does not outlive its parent."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from holdfast.drivers.steps import process_tree


def start(
    argv: Sequence[str], env: Mapping[str, str], folder: Path, output: int
) -> "subprocess.Popen[bytes]":
    """
    Start it with nothing to read, in a session of its own; raises ``OSError``.

    Who ties a process to its parent has to be that process. A copy of this one could,
    but every page of memory it touches has to be copied as well: hundreds. So it is
    ``setpriv`` that becomes the command, and nothing of this process is copied.
    """
    tie = _tie() if _is_there(argv[0], env, folder) else ()
    return subprocess.Popen(
        [*tie, *argv],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        cwd=folder,
        env=env,
        start_new_session=True,
        preexec_fn=None if tie else process_tree.die_with_parent,  # noqa: PLW1509 - one thread
    )


def _is_there(name: str, env: Mapping[str, str], folder: Path) -> bool:
    """Whether it can be started; else the system is asked, and says why not."""
    program = str(folder / name) if os.sep in name else name
    return shutil.which(program, path=env.get("PATH", os.defpath)) is not None


@cache
def _tie() -> tuple[str, ...]:
    """What begins the line of a command tied to its parent; empty when it is not here."""
    tie = (shutil.which("setpriv", path=os.defpath) or "", "--pdeathsig", "KILL", "--")
    try:
        subprocess.run(
            [*tie, "true"], check=True, capture_output=True, env={"PATH": os.defpath}
        )
    except (OSError, subprocess.CalledProcessError):
        return ()
    return tie
