"""Secrets in files of the project, encrypted with age (age-encryption.org/v1)."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from holdfast.drivers.files import write_private
from holdfast.model import Sensitive
from holdfast.ports import SecretBackend
from holdfast.problems import HoldfastError, Problem

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")
_RECIPIENTS = "recipients.txt"


class AgeSecrets:
    """
    One file a secret, ``secrets/NAME.age``, with every version of it.

    Files are encrypted for everybody in ``secrets/recipients.txt`` and belong in git.
    The identity that opens them is in ``identity``, or named by the environment:
    ``HOLDFAST_AGE_IDENTITY`` (the key itself) or ``HOLDFAST_AGE_IDENTITY_FILE``.
    """

    name = "age"

    def __init__(self, folder: Path, identity: Path) -> None:
        self._folder = folder
        self._identity = Path(os.environ.get("HOLDFAST_AGE_IDENTITY_FILE", identity))

    def get(self, name: str, /) -> Sensitive | None:
        """The newest version; raises ``HoldfastError`` when it cannot be opened."""
        values = self._values(name)
        return Sensitive(name, str(len(values)), values[-1]) if values else None

    def names(self) -> Iterator[str]:
        """Every name; nothing is decrypted."""
        return (path.stem for path in sorted(self._folder.glob("*.age")))

    def set(self, name: str, value: str) -> Sensitive:
        """Keep a new version; the ones before stay."""
        if not _NAME.fullmatch(name):
            raise HoldfastError(_bad_name(name))
        values = [*self._values(name), value]
        import pyrage

        recipients = [
            pyrage.x25519.Recipient.from_str(line) for line in self._recipients()
        ]
        sealed = pyrage.encrypt(json.dumps(values).encode(), recipients, armored=True)
        write_private(self._folder / f"{name}.age", sealed)
        return Sensitive(name, str(len(values)), value)

    def _values(self, name: str) -> list[str]:
        path = self._folder / f"{name}.age"
        if not _NAME.fullmatch(name) or not path.is_file():
            return []
        import pyrage

        identity = self._key(path)
        try:
            opened = pyrage.decrypt(
                path.read_bytes(), [pyrage.x25519.Identity.from_str(identity)]
            )
            values = json.loads(opened)
        except (
            OSError,
            ValueError,
            pyrage.DecryptError,
            pyrage.IdentityError,
        ) as error:
            raise HoldfastError(_cannot_open(path, str(error))) from error
        return [str(value) for value in values]

    def _key(self, needed_for: Path) -> str:
        told = os.environ.get("HOLDFAST_AGE_IDENTITY", "")
        if not told:
            try:
                told = self._identity.read_text(encoding="utf-8")
            except OSError as error:
                why = f"the identity {self._identity}: {error.strerror}"
                raise HoldfastError(_cannot_open(needed_for, why)) from error
        found = re.search(r"AGE-SECRET-KEY-1[0-9A-Z]+", told)
        if not found:
            why = f"{self._identity} holds no AGE-SECRET-KEY"
            raise HoldfastError(_cannot_open(needed_for, why))
        return found[0]

    def _recipients(self) -> list[str]:
        """Whom to encrypt for; the first secret makes an identity of the project."""
        path = self._folder / _RECIPIENTS
        if path.is_file():
            lines = path.read_text(encoding="utf-8").splitlines()
            return [line.strip() for line in lines if line.startswith("age1")]
        import pyrage

        if os.environ.get("HOLDFAST_AGE_IDENTITY") or self._identity.exists():
            identity = pyrage.x25519.Identity.from_str(self._key(path))
        else:
            identity = pyrage.x25519.Identity.generate()
            write_private(self._identity, f"{identity}\n".encode())
        write_private(path, f"{identity.to_public()}\n".encode())
        return [str(identity.to_public())]


def _bad_name(name: str) -> Problem:
    return Problem(
        code="secret.bad-name",
        summary=f"`{name[:40]}` cannot be the name of a secret",
        detail="Letters, digits, `_` and `-` are allowed, a letter or `_` first.",
        next_step="holdfast secret set db_password",
    )


def _cannot_open(path: Path, why: str) -> Problem:
    return Problem(
        code="secret.cannot-open",
        summary=f"The secret {path.stem} cannot be opened",
        detail=f"{path}: {why}. Nothing was changed.",
        next_step="Put the project's identity there, or name it in "
        "HOLDFAST_AGE_IDENTITY_FILE.",
    )


_: type[SecretBackend] = AgeSecrets
