"""Installed packages, from whatever package manager the host has."""

from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.kinds.shell import quote

_SCRIPT = """\
if command -v apt-get >/dev/null 2>&1; then echo apt
{apt}
elif command -v apk >/dev/null 2>&1; then echo apk
  apk list -I {names} 2>/dev/null | sed 's/ .*//'
elif command -v dnf >/dev/null 2>&1; then echo dnf
  rpm -q --qf '%{{NAME}} %{{VERSION}}-%{{RELEASE}}\\n' {names} 2>/dev/null |
    grep -v 'is not installed'
else echo none; fi"""

_APT = """\
  if set -- /var/lib/dpkg/updates/[0-9]*; [ ! -e "$1" ] && [ -r /var/lib/dpkg/status ]
  then printf '%s\\n' {names} | awk 'NR == FNR {{ asked[$1]; next }}
    /^Package: / {{ name = $2 }} /^Status: / {{ state = $2 " " $3 " " $4 }}
    /^Version: / && name in asked {{ print name, $2, state }}' - /var/lib/dpkg/status
  else dpkg-query -W -f='${{Package}} ${{Version}} ${{Status}}\\n' {names} 2>/dev/null
  fi"""
"""
What dpkg-query says, read from its database as it does, in a quarter of the time.

While dpkg is at work, parts of the truth are in ``updates``: then it is asked itself. In
an entry ``Package`` and ``Status`` come before ``Version``.
"""


class PackageProbe:
    """``package`` (name): manager, version and hold; version ``None`` when absent."""

    name = "package"

    def script(self, asked: Sequence[tuple[str, ...]], /) -> str:
        """One query of the package database for all names."""
        names = " ".join(quote(args[0]) for args in asked)
        return _SCRIPT.format(apt=_APT.format(names=names), names=names)

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
    name, version, wanted, _, state = [*line.split(" "), *[""] * 4][:5]
    return [(name, (version, wanted == "hold"))] if state == "installed" else []


def _apk(line: str) -> list[Found]:
    name, version, release = (
        line.rsplit("-", 2) if line.count("-") > 1 else (line, "", "")
    )
    return [(name, (f"{version}-{release}", False))]


def _rpm(line: str) -> list[Found]:
    name, _, version = line.partition(" ")
    return [(name, (version, False))]
