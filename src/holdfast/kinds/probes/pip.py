"""Packages of a Python environment."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.kinds.shell import path


class PipProbe:
    """``pip`` (environment): versions by name; a word that says why when it is none."""

    name = "pip"

    def script(self, asked: Sequence[tuple[str, ...]], /) -> str:
        """The names of its ``dist-info`` folders: no Python has to be started."""
        return "\n".join(
            f"if [ -x {path(args[0])}/bin/python ]; then echo {number} ok\n"
            f"for d in {path(args[0])}/lib/python*/site-packages/*.dist-info; do "
            f'[ -d "$d" ] && echo "{number} ${{d##*/}}"; done; fi'
            for number, args in enumerate(asked)
        )

    def parse(
        self, asked: Sequence[tuple[str, ...]], output: bytes, /
    ) -> Mapping[tuple[str, ...], Any]:
        """Versions by normalised name for each environment."""
        found: dict[int, dict[str, str]] = {}
        for line in output.decode(errors="replace").splitlines():
            number, _, told = line.partition(" ")
            versions = found.setdefault(int(number), {})
            name, dash, version = told.removesuffix(".dist-info").partition("-")
            if dash:
                versions[normal(name)] = version
        return {
            args: found.get(number, f"no Python environment in {args[0]}")
            for number, args in enumerate(asked)
        }


def normal(name: str) -> str:
    """A package's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()
