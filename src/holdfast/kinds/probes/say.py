"""What a small piece of sh prints."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any


class SayProbe:
    """``say`` (script): its standard output as text; ``None`` when it ends non-zero."""

    name = "say"

    def script(self, asked: Sequence[tuple[str, ...]], /) -> str:
        """Each piece in a subshell with nothing to read; what it prints as base64."""
        return "\n".join(
            f"said=$( {args[0]}\n) 2>/dev/null && printf '{number} %s\\n' "
            '"$(printf %s "$said" | base64 | tr -d \'\\n\')"'
            for number, args in enumerate(asked)
        )

    def parse(
        self, asked: Sequence[tuple[str, ...]], output: bytes, /
    ) -> Mapping[tuple[str, ...], Any]:
        """Texts by number."""
        told = (line.partition(b" ") for line in output.splitlines())
        texts = {
            int(number): b64decode(coded).decode(errors="surrogateescape")
            for number, _, coded in told
        }
        return {args: texts.get(number) for number, args in enumerate(asked)}
