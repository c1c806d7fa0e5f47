"""Installed packages, from whatever package manager the host has."""

from collections.abc import Mapping, Sequence
from typing import Any

_SCRIPT = """\
if command -v dpkg-query >/dev/null 2>&1; then echo apt
  dpkg-query -W -f='${{Package}} ${{Version}} ${{db:Status-Abbrev}}\\n' {names} 2>/dev/null
elif command -v apk >/dev/null 2>&1; then echo apk
  apk list -I {names} 2>/dev/null | sed 's/ .*//'
elif command -v rpm >/dev/null 2>&1; then echo dnf
  rpm -q --qf '%{{NAME}} %{{VERSION}}-%{{RELEASE}}\\n' {names} 2>/dev/null |
    grep -v 'is not installed'
else echo none; fi"""


class PackageProbe:
    """``package`` (name): manager, version and hold; version ``None`` when absent."""

    name = "package"

    def script(self, asked: Sequence[tuple[str, ...]], /) -> str:
        """One query of the package database for all names."""
        from holdfast.kinds.shell import quote

        return _SCRIPT.format(names=" ".join(quote(args[0]) for args in asked))

    def parse(
        self, asked: Sequence[tuple[str, ...]], output: bytes, /
    ) -> Mapping[tuple[str, ...], Any]:
        """Name, version and state of what is there."""
        manager, *lines = output.decode(errors="replace").split("\n")
        read = {"apt": _apt, "apk": _apk, "dnf": _rpm}.get(manager)
        if read is None:
            return dict.fromkeys(asked, "no package manager")
        found = dict(item for line in lines if line for item in read(line))
        absent = (None, False)
        return {
            args: {
                "manager": manager,
                "version": found.get(args[0], absent)[0],
                "hold": found.get(args[0], absent)[1],
            }
            for args in asked
        }


Found = tuple[str, tuple[str, bool]]


def _apt(line: str) -> list[Found]:
    name, version, state = [*line.split(" "), "", ""][:3]
    return [(name, (version, state.startswith("h")))] if state[1:2] == "i" else []


def _apk(line: str) -> list[Found]:
    name, version, release = (
        line.rsplit("-", 2) if line.count("-") > 1 else (line, "", "")
    )
    return [(name, (f"{version}-{release}", False))]


def _rpm(line: str) -> list[Found]:
    name, _, version = line.partition(" ")
    return [(name, (version, False))]
