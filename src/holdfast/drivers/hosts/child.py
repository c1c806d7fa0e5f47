"""One child process: a script in, its lines out, nothing left behind."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Thread
from typing import IO

from holdfast.ports import Result

_STDERR_KEPT = 64 * 1024


def run_child(
    argv: Sequence[str],
    script: bytes,
    *,
    listen: Callable[[bytes], None] | None = None,
    timeout: float | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Result:
    """
    Run ``argv`` with ``script`` on its standard input, in a process group of its own.

    ``listen`` gets every complete line of standard output. Raises
    ``subprocess.TimeoutExpired`` after ``timeout`` seconds, with the group killed; the
    group is also killed when this process is interrupted. Raises ``OSError`` when the
    program is not there.
    """
    with subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=None if env is None else dict(env),
        cwd=cwd,
        start_new_session=True,
    ) as child:
        errors = bytearray()
        helpers = [
            Thread(target=_feed, args=(child.stdin, script), daemon=True),
            Thread(target=_drain, args=(child.stderr, errors), daemon=True),
        ]
        heard = bytearray()
        reader = Thread(target=_hear, args=(child.stdout, heard, listen), daemon=True)
        for helper in (*helpers, reader):
            helper.start()
        try:
            child.wait(timeout)
        except BaseException:
            _kill(child)
            raise
        for helper in (*helpers, reader):
            helper.join()
        return Result(child.returncode, bytes(heard), bytes(errors))


def _feed(pipe: IO[bytes] | None, script: bytes) -> None:
    if pipe is None:
        return
    try:
        pipe.write(script)
        pipe.close()
    except BrokenPipeError:
        return


def _drain(pipe: IO[bytes] | None, kept: bytearray) -> None:
    while pipe is not None and (part := pipe.read1(65536)):  # type: ignore[attr-defined]
        kept += part
        del kept[:-_STDERR_KEPT]


def _hear(
    pipe: IO[bytes] | None, heard: bytearray, listen: Callable[[bytes], None] | None
) -> None:
    if pipe is None:
        return
    if listen is None:
        heard += pipe.read()
        return
    for line in pipe:
        heard += line
        if line.endswith(b"\n"):
            listen(line[:-1])


def _kill(child: "subprocess.Popen[bytes]") -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
