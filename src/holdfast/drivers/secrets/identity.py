"""The age identities that open what was encrypted for this project."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from holdfast.problems import HoldfastError, Problem

_IDENTITY = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]+")


class AgeIdentities:
    """
    Where identities are looked for, the first place that has any wins.

    ``HOLDFAST_AGE_IDENTITY`` (the key itself), ``HOLDFAST_AGE_IDENTITY_FILE``, then the
    project's own file.
    """

    def __init__(self, own: Path, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ
        self.path = Path(self._environ.get("HOLDFAST_AGE_IDENTITY_FILE", own))

    @property
    def there(self) -> bool:
        """Whether any place has one."""
        return bool(self._environ.get("HOLDFAST_AGE_IDENTITY")) or self.path.exists()

    def read(self, needed_for: Path) -> tuple[str, ...]:
        """All of them, at least one; raises ``HoldfastError`` (secret.cannot-open)."""
        told = self._environ.get("HOLDFAST_AGE_IDENTITY", "")
        if not told:
            try:
                told = self.path.read_text(encoding="utf-8")
            except OSError as error:
                why = f"the identity {self.path}: {error.strerror}"
                raise HoldfastError(cannot_open(needed_for, why)) from error
        found = _IDENTITY.findall(told)
        if not found:
            why = f"{self.path} holds no AGE-SECRET-KEY"
            raise HoldfastError(cannot_open(needed_for, why))
        return tuple(found)

    def decrypt(self, sealed: bytes, needed_for: Path) -> bytes:
        """Open an age file; raises ``HoldfastError`` (secret.cannot-open)."""
        import pyrage

        try:
            known = [
                pyrage.x25519.Identity.from_str(one) for one in self.read(needed_for)
            ]
            opened: bytes = pyrage.decrypt(sealed, known)
        except (ValueError, pyrage.DecryptError, pyrage.IdentityError) as error:
            raise HoldfastError(cannot_open(needed_for, str(error))) from error
        return opened


def encrypt_for(recipients: list[str], content: bytes, needed_for: Path) -> bytes:
    """Armoured age for these recipients; raises ``HoldfastError``."""
    import pyrage

    try:
        known = [pyrage.x25519.Recipient.from_str(line) for line in recipients]
        sealed: bytes = pyrage.encrypt(content, known, armored=True)
    except (ValueError, pyrage.EncryptError, pyrage.RecipientError) as error:
        raise HoldfastError(_no_recipients(needed_for, str(error))) from error
    return sealed


def cannot_open(path: Path, why: str) -> Problem:
    """The problem of an age file whose identity is not there or does not fit."""
    return Problem(
        code="secret.cannot-open",
        summary=f"The secret {path.stem} cannot be opened",
        detail=f"{path}: {why}. Nothing was changed.",
        next_step="Put the project's identity there, or name it in "
        "HOLDFAST_AGE_IDENTITY_FILE.",
    )


def _no_recipients(path: Path, why: str) -> Problem:
    return Problem(
        code="secret.no-recipients",
        summary=f"{path.name} cannot be encrypted for its recipients",
        detail=f"{path}: {why}. Nothing was kept.",
        next_step="Write one age1... recipient a line into secrets/recipients.txt.",
    )
