"""Whether a piece of sh ends well."""

from collections.abc import Mapping, Sequence
from typing import Any


class CheckProbe:
    """``check`` (script): the exit status of that piece of sh, an integer."""

    name = "check"

    def script(self, asked: Sequence[tuple[str, ...]], /) -> str:
        """Each piece in a subshell with nothing to read and nobody to talk to."""
        return 'HOLDFAST_ROOT="$R"; export HOLDFAST_ROOT\n' + "\n".join(
            f'( cd "${{R:-/}}"; {args[0]}\n) </dev/null >/dev/null 2>&1; echo {number} $?'
            for number, args in enumerate(asked)
        )

    def parse(
        self, asked: Sequence[tuple[str, ...]], output: bytes, /
    ) -> Mapping[tuple[str, ...], Any]:
        """Statuses by number; a piece that gave none ended with 255."""
        told = (line.split() for line in output.decode(errors="replace").splitlines())
        statuses = {int(number): int(status) for number, status in told}
        return {args: statuses.get(number, 255) for number, args in enumerate(asked)}
