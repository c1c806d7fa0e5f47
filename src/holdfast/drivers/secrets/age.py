"""Secrets in files of the project, encrypted with age (age-encryption.org/v1)."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from holdfast.drivers.files import write_private
from holdfast.drivers.secrets.identity import AgeIdentities, cannot_open, encrypt_for
from holdfast.model import Sensitive
from holdfast.ports import SecretKeeper, SecretVersion
from holdfast.problems import HoldfastError, Problem

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")
_RECIPIENTS = "recipients.txt"


class AgeSecrets:
    """
    One file a secret, ``secrets/NAME.age``, with every version of it.

    Files are encrypted for everybody in ``secrets/recipients.txt`` and belong in git.
    The identity that opens them is in ``identity``, or named by the environment; see
    :class:`AgeIdentities`.
    """

    name = "age"

    def __init__(self, folder: Path, identity: Path) -> None:
        self._folder = folder
        self._identities = AgeIdentities(identity)

    def get(self, name: str, /) -> Sensitive | None:
        """The newest version; raises ``HoldfastError`` when it cannot be opened."""
        kept = self._kept(name)
        return Sensitive(name, str(len(kept)), _value(kept[-1])) if kept else None

    def names(self) -> Iterator[str]:
        """Every name; nothing is decrypted."""
        return (path.stem for path in sorted(self._folder.glob("*.age")))

    def set(
        self, name: str, value: str, /, by: str = "", now: datetime | None = None
    ) -> Sensitive:
        """Keep a new version; the ones before stay. Git says who made it and when."""
        check_name(name)
        kept = [*self._kept(name), value]
        self._write(name, kept)
        return Sensitive(name, str(len(kept)), value)

    def versions(self, name: str, /) -> tuple[SecretVersion, ...]:
        """Every version, oldest first."""
        return tuple(
            SecretVersion(str(number), retires=_retires(one))
            for number, one in enumerate(self._kept(name), 1)
        )

    def version(self, name: str, version: str, /) -> Sensitive | None:
        """One version, also a retired one."""
        kept = self._kept(name)
        there = version.isdecimal() and 0 < int(version) <= len(kept)
        return (
            Sensitive(name, version, _value(kept[int(version) - 1])) if there else None
        )

    def retire(self, name: str, version: str, /, at: datetime) -> bool:
        """Write down from when on a version is not accepted."""
        kept = self._kept(name)
        if not version.isdecimal() or not 0 < int(version) <= len(kept):
            return False
        index = int(version) - 1
        kept[index] = {"value": _value(kept[index]), "retires": at.isoformat()}
        self._write(name, kept)
        return True

    def recipients(self) -> list[str]:
        """Whom to encrypt for; the first secret makes an identity of the project."""
        path = self._folder / _RECIPIENTS
        if path.is_file():
            lines = path.read_text(encoding="utf-8").splitlines()
            return [line.strip() for line in lines if line.startswith("age1")]
        import pyrage

        if self._identities.there:
            own = self._identities.read(path)[0]
            identity = pyrage.x25519.Identity.from_str(own)
        else:
            identity = pyrage.x25519.Identity.generate()
            write_private(self._identities.path, f"{identity}\n".encode())
        write_private(path, f"{identity.to_public()}\n".encode())
        return [str(identity.to_public())]

    def _kept(self, name: str) -> list[Any]:
        """Each version: its value, or with ``retires`` beside it."""
        path = self._folder / f"{name}.age"
        if not _NAME.fullmatch(name) or not path.is_file():
            return []
        try:
            kept = json.loads(self._identities.decrypt(path.read_bytes(), path))
        except (OSError, ValueError) as error:
            raise HoldfastError(cannot_open(path, str(error))) from error
        return list(kept)

    def _write(self, name: str, kept: list[Any]) -> None:
        path = self._folder / f"{name}.age"
        sealed = encrypt_for(self.recipients(), json.dumps(kept).encode(), path)
        write_private(path, sealed)


def check_name(name: str) -> None:
    """Raise ``HoldfastError`` (secret.bad-name) for what cannot name a secret."""
    if not _NAME.fullmatch(name):
        raise HoldfastError(_bad_name(name))


def _value(kept: Any) -> str:
    return str(kept["value"] if isinstance(kept, Mapping) else kept)


def _retires(kept: Any) -> datetime | None:
    at = kept.get("retires") if isinstance(kept, Mapping) else None
    return datetime.fromisoformat(at) if at else None


def _bad_name(name: str) -> Problem:
    return Problem(
        code="secret.bad-name",
        summary=f"`{name[:40]}` cannot be the name of a secret",
        detail="Letters, digits, `_` and `-` are allowed, a letter or `_` first.",
        next_step="holdfast secret set db_password",
    )


_: type[SecretKeeper] = AgeSecrets
