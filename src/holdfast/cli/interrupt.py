"""Ctrl-C while hosts are being changed: once to stop well, twice to leave."""

import os
import signal
from types import FrameType, TracebackType
from typing import Self

from holdfast.cli.output import say
from holdfast.problems import Exit


class Interrupt:
    """
    Hears Ctrl-C.

    The first lets what is running end and begins nothing new; the second leaves. That is
    what a crash is: the journal knows what was begun, and the next start looks what
    became of it.
    """

    def __init__(self) -> None:
        self._asked = False

    def asked(self) -> bool:
        """Whether a person wants it to stop."""
        return self._asked

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._hear)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        if self._asked:
            say(
                "\nLeft. What was running is in doubt; the next `holdfast apply` looks."
            )
            os._exit(Exit.INTERRUPTED)
        self._asked = True
        say(
            "\nStopping: what is running on a host ends, nothing new is begun. "
            "Ctrl-C again leaves now, with what is running in doubt."
        )
