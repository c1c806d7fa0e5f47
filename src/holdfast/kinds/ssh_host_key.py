"""``ssh_host_key``: the key another machine is known by."""

from typing import Any

from pydantic import Field

from holdfast.declare.strict import Strict
from holdfast.kinds.parts import PartKind, bytes_of, ended, lines_of
from holdfast.model import Resource
from holdfast.ports import Wanted


class SshHostKeyDeclared(Strict):
    """
    A line of ``known_hosts``: from this machine the other is known by this key.

        - ssh_host_key: git.shop.example
          key: ssh-ed25519 AAAAC3Nza...
    """

    ssh_host_key: str = Field(description="Its name, or `[name]:port`.")
    key: str = ""
    path: str = "/etc/ssh/ssh_known_hosts"
    absent: bool = False


class SshHostKeyKind(PartKind):
    """Edits the line of one name and one type of key."""

    name = "ssh_host_key"
    model = SshHostKeyDeclared

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Everything is how: the state is the file's."""
        key = " ".join(declared.key.split()[:2])
        how = {
            "path": declared.path,
            "edits": True,
            "host": declared.ssh_host_key,
            "key": key,
            "absent": declared.absent,
        }
        kind = key.partition(" ")[0]
        return Wanted(
            f"{declared.ssh_host_key}#{kind}" if kind else declared.ssh_host_key,
            {},
            how,
        )

    def edit(self, resource: Resource, text: bytes | None, /) -> bytes | None:
        """The file with this key for the name, and no other of its type."""
        how, lines = resource.how, lines_of(text)
        host, key = str(how["host"]), str(how["key"])
        mine = [n for n, line in enumerate(lines) if _is_of(line, host, key)]
        kept = [line for n, line in enumerate(lines) if n not in mine]
        if how.get("absent"):
            return None if text is None else bytes_of(kept)
        wanted = f"{host} {key}\n"
        if len(mine) == 1 and lines[mine[0]].startswith(wanted.rstrip("\n")):
            return text
        at = mine[0] if mine else len(kept)
        return bytes_of([*ended(kept[:at]), wanted, *kept[at:]])


def _is_of(line: str, host: str, key: str) -> bool:
    """Whether a line says the same type of key for the same name."""
    names, _, rest = line.partition(" ")
    return host in names.split(",") and rest.split()[:1] == key.split()[:1]
