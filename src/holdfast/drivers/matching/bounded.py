"""Have problem matchers read an output, in a process that may be ended at any time."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import Any

from holdfast.ports import Matched, ProblemMatching

_PATIENCE = 20.0
"""Seconds for a whole output."""

_PROGRAM = "holdfast.drivers.matching.program"
_SLOW = "problem matchers are not used any more: this output took them too long"


class BoundedMatching:
    """A process for each output; nothing is in its arguments or its environment."""

    def __init__(self, patience: float = _PATIENCE) -> None:
        self._patience = patience

    def find(
        self,
        output: Iterable[bytes],
        matchers: Mapping[str, Mapping[str, Any]],
        workspace: Path,
        /,
    ) -> Matched:
        """The problems in an output."""
        here = str(Path(__file__).parents[3])
        begin = (
            "import sys; sys.path.insert(0, sys.argv[2]); from runpy import run_module"
        )
        run = f"{begin}; run_module(sys.argv[1], run_name='__main__')"
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", run, _PROGRAM, here],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
        )
        watch = Timer(self._patience, process.kill)
        watch.daemon = True
        watch.start()
        told = {"workspace": str(workspace), "matchers": matchers}
        try:
            with process:
                answer = _asked(process, told, output)
        finally:
            watch.cancel()
        if process.returncode or not answer:
            return Matched(matchers=dict.fromkeys(matchers), said=(_SLOW,))
        found: dict[str, Any] = json.loads(answer)
        return Matched(
            tuple(found["problems"]), found["matchers"], tuple(found["said"])
        )


def _asked(
    process: "subprocess.Popen[bytes]",
    told: Mapping[str, Any],
    output: Iterable[bytes],
) -> bytes:
    """What it answers; it says nothing before it has read everything."""
    if process.stdin is None or process.stdout is None:
        return b""
    with suppress(BrokenPipeError):
        process.stdin.write(json.dumps(told).encode() + b"\n")
        for piece in output:
            process.stdin.write(piece)
        process.stdin.close()
    return process.stdout.read()


_: type[ProblemMatching] = BoundedMatching
