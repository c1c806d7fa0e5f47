"""
The process here of a command in a container: what becomes of one becomes of the other.

It is run by its path, with nothing but the standard library: python -I -S inside.py PID
GRACE CLIENT CONTAINER exec WORDS. The line to the command inside is its input: a signal
is a line there, and its end ends everything inside.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

HELD = "HOLDFAST_AS_"
"""What variables are called here that the client would take for its own."""

_SIGNALS = ("HUP", "INT", "QUIT", "TERM", "USR1", "USR2")
_SPARE = 2.0

SUPERVISOR = """\
export HOLDFAST_KEY="$0"
[ -z "$HOLDFAST_ADD_PATH" ] || PATH="$HOLDFAST_ADD_PATH:$PATH"
unset HOLDFAST_ADD_PATH
exec 3<&0
trap : HUP INT QUIT TERM USR1 USR2
"$@" </dev/null 3<&- &
child=$!
{
    trap '' HUP INT QUIT TERM USR1 USR2
    while read -r signal; do kill -s "$signal" 0; done
    trap '' ALRM
    for _ in 1 2 3 4 5 6 7 8 9; do
        found=
        for one in $(grep -ls "HOLDFAST_KEY=$0" /proc/[0-9]*/environ); do
            one=${one#/proc/} && found="$found ${one%/environ}"
        done
        [ -n "$found" ] || break
        kill -s KILL $found
    done
} <&3 >/dev/null 2>&1 &
watch=$!
exec 3<&-
wait "$child"; status=$?
while kill -s 0 "$child" 2>/dev/null; do wait "$child"; status=$?; done
kill -s ALRM "$watch" 2>/dev/null
wait "$watch" 2>/dev/null
exit "$status"
"""
"""
What runs the command inside. The key in their environment tells what came from it, also
what left its process group. The watch is ended by a signal that it takes no notice of
once it ends the others: it is done with all of them before anybody goes home.
"""


def env_file(env: Mapping[str, str]) -> tuple[list[str], int | None]:
    """Variables as a file in memory: the words that name it, and its handle."""
    if not env:
        return [], None
    handle = os.memfd_create("env", os.MFD_CLOEXEC)
    text = "".join(f"{name}={value}\n" for name, value in env.items())
    os.write(handle, text.encode())
    return ["--env-file", f"/proc/self/fd/{handle}"], handle


def main(words: Sequence[str]) -> int:
    """Run the command inside; its exit status."""
    pid, grace, client, container, verb, *rest = words
    if not Path(f"/proc/{pid}").exists():
        subprocess.run(
            [client, "start", container], stdout=subprocess.DEVNULL, check=False
        )
    held = {
        n.removeprefix(HELD): v for n, v in os.environ.items() if n.startswith(HELD)
    }
    more, handle = env_file(held)
    handles = () if handle is None else (handle,)
    process = subprocess.Popen(
        [client, verb, *more, *rest],
        stdin=subprocess.PIPE,
        pass_fds=handles,
        env={n: v for n, v in os.environ.items() if not n.startswith(HELD)},
        start_new_session=True,
    )
    line = process.stdin
    assert line is not None  # noqa: S101 - it was asked for

    def pass_on(number: int, _frame: FrameType | None) -> None:
        with suppress(OSError):
            os.write(line.fileno(), f"{signal.Signals(number).name[3:]}\n".encode())
        signal.setitimer(signal.ITIMER_REAL, max(0.1, float(grace) - _SPARE))

    for name in _SIGNALS:
        signal.signal(signal.Signals[f"SIG{name}"], pass_on)
    signal.signal(signal.SIGALRM, lambda *_: line.close())
    status = process.wait()
    return 128 - status if status < 0 else status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
