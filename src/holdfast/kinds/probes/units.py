"""Units of systemd."""

from collections.abc import Mapping, Sequence
from typing import Any

_SHOWN = "Id,Names,LoadState,ActiveState,UnitFileState"


class UnitProbe:
    """``unit`` (name): its properties; a word that says why when they cannot be had."""

    name = "unit"

    def script(self, asked: Sequence[tuple[str, ...]], /) -> str:
        """One ``systemctl show`` for all units, in their order."""
        from holdfast.kinds.shell import quote

        names = " ".join(quote(args[0]) for args in asked)
        return (
            "if [ -d /run/systemd/system ]; then "
            f"systemctl show -p {_SHOWN} -- {names}; else echo 'no systemd'; fi"
        )

    def parse(
        self, asked: Sequence[tuple[str, ...]], output: bytes, /
    ) -> Mapping[tuple[str, ...], Any]:
        """One block of properties a unit, in the order they were asked for."""
        text = output.decode(errors="replace").strip("\n")
        if text.startswith("no systemd") or not text:
            return dict.fromkeys(asked, "no systemd")
        blocks = [_block(block) for block in text.split("\n\n")]
        return {
            args: blocks[number] if number < len(blocks) else "no answer"
            for number, args in enumerate(asked)
        }


def _block(text: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in text.splitlines())
    return {key: value for key, _, value in pairs}
