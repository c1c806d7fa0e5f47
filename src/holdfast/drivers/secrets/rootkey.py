"""Where the root key of the store is: the environment, an age file, or a file."""

import os
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from holdfast.drivers.files import write_private
from holdfast.drivers.secrets.envelope import KEY_SIZE, RootKey
from holdfast.drivers.secrets.identity import AgeIdentities, encrypt_for
from holdfast.problems import HoldfastError, Problem

VARIABLE = "HOLDFAST_ROOT_KEY"
_OTHERS = 0o077


class RootKeys:
    """
    One key that seals, and older ones that still open.

    Keys are written as base64, one a word, the newest first. They are taken from
    ``HOLDFAST_ROOT_KEY``; else from ``root.key.age`` in the state folder, opened with the
    project's age identity; else from ``HOLDFAST_ROOT_KEY_FILE`` or ``root.key`` in the
    state folder, which nobody else may read and which is made on first use.
    """

    def __init__(
        self,
        state: Path,
        identities: AgeIdentities,
        recipients: Callable[[], list[str]],
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._environ = os.environ if environ is None else environ
        self._aged = state / "root.key.age"
        self._file = Path(self._environ.get(f"{VARIABLE}_FILE", state / "root.key"))
        self._identities, self._recipients = identities, recipients

    @property
    def where(self) -> str:
        """The place they are in, for people."""
        if self._environ.get(VARIABLE):
            return VARIABLE
        return str(self._aged if self._aged.is_file() else self._file)

    def current(self, *, make: bool) -> RootKey:
        """
        The key that seals; with ``make`` one is made where there is none.

        Without, that raises ``HoldfastError`` (``secret.no-root-key``).
        """
        known = self._known()
        if known:
            return known[0]
        if not make:
            raise HoldfastError(_no_key(self.where, "the newest one"))
        return self.renew()

    def find(self, key: str) -> RootKey:
        """The key of an id; raises ``HoldfastError`` (secret.no-root-key)."""
        found = next((one for one in self._known() if one.id == key), None)
        if found is None:
            raise HoldfastError(_no_key(self.where, key))
        return found

    def renew(self) -> RootKey:
        """Put a new key before the ones there are; raises ``HoldfastError``."""
        if self._environ.get(VARIABLE):
            raise HoldfastError(_given())
        made = RootKey(os.urandom(KEY_SIZE))
        self._write([made, *self._known()])
        return made

    def forget_old(self) -> None:
        """Keep only the newest key, when it is ours to keep."""
        if not self._environ.get(VARIABLE):
            self._write(self._known()[:1])

    def seal_with_age(self) -> Path:
        """
        Move the keys from the plain file into one for the project's recipients.

        Raises ``HoldfastError`` for a key that is in the environment.
        """
        if self._environ.get(VARIABLE):
            raise HoldfastError(_given())
        lines = _lines(self._known())
        write_private(self._aged, encrypt_for(self._recipients(), lines, self._aged))
        self._file.unlink(missing_ok=True)
        return self._aged

    def _known(self) -> tuple[RootKey, ...]:
        told = self._environ.get(VARIABLE, "")
        if told:
            return _parsed(told, VARIABLE)
        if self._aged.is_file():
            opened = self._identities.decrypt(self._aged.read_bytes(), self._aged)
            return _parsed(opened.decode(errors="replace"), str(self._aged))
        try:
            private = self._file.stat().st_mode & _OTHERS == 0
            told = self._file.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise HoldfastError(_bad(str(self._file), str(error.strerror))) from error
        trusted = self._environ.get("CREDENTIALS_DIRECTORY", "")
        if not private and not (trusted and self._file.is_relative_to(trusted)):
            raise HoldfastError(_open_to_others(self._file))
        return _parsed(told, str(self._file))

    def _write(self, keys: Sequence[RootKey]) -> None:
        lines = _lines(keys)
        if self._aged.is_file():
            sealed = encrypt_for(self._recipients(), lines, self._aged)
            write_private(self._aged, sealed)
        else:
            write_private(self._file, lines)


def _lines(keys: Sequence[RootKey]) -> bytes:
    return b"".join(b64encode(one.key) + b"\n" for one in keys)


def _parsed(told: str, where: str) -> tuple[RootKey, ...]:
    keys = []
    for word in told.replace(",", " ").split():
        try:
            key = b64decode(word, validate=True)
        except ValueError as error:
            raise HoldfastError(_bad(where, "it is no base64")) from error
        if len(key) != KEY_SIZE:
            raise HoldfastError(_bad(where, f"it has {len(key)} bytes"))
        keys.append(RootKey(key))
    return tuple(keys)


def _no_key(where: str, key: str) -> Problem:
    return Problem(
        code="secret.no-root-key",
        summary="The root key that opens the kept secrets is not there",
        detail=f"Wanted: {key}. Looked in {where}. Nothing was changed.",
        next_step=f"Put {where} back from its backup, or name the key in {VARIABLE}.",
    )


def _bad(where: str, why: str) -> Problem:
    return Problem(
        code="secret.bad-root-key",
        summary="The root key cannot be used",
        detail=f"{where}: {why}; 32 bytes in base64 are wanted. Nothing was changed.",
        next_step="Make one: openssl rand -base64 32",
    )


def _open_to_others(path: Path) -> Problem:
    return Problem(
        code="secret.open-to-others",
        summary=f"Others may read {path.name}",
        detail=f"{path} has mode {path.stat().st_mode & 0o777:04o}. It was not used.",
        next_step=f"chmod 0600 {path}",
    )


def _given() -> Problem:
    return Problem(
        code="secret.root-key-given",
        summary="The root key comes from the environment and is not ours to change",
        detail=f"{VARIABLE} may hold several: the first one seals, the others still open. "
        "Nothing was changed.",
        next_step=f"{VARIABLE}='NEW OLD' holdfast secret rekey",
    )
