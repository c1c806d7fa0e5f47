"""Secrets in plain files that somebody else puts there: systemd, a container runtime."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from holdfast.drivers.secrets.fingerprint import fingerprint
from holdfast.model import Sensitive
from holdfast.ports import SecretBackend, SecretSource
from holdfast.problems import HoldfastError, Problem

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_OTHERS = 0o077
_LARGEST = 1 << 20


class FileSecrets:
    """
    One file a secret; one newline at its end is not part of the value.

    A plain name is looked for in ``folders``: systemd's ``$CREDENTIALS_DIRECTORY`` or
    ``/run/secrets``, where whoever made them says who may read. ``file:PATH`` names any
    file, from ``root`` on when it is not absolute; there nobody but its owner may read
    it.
    """

    name = "file"

    def __init__(self, root: Path, folders: Sequence[Path], key: bytes) -> None:
        self._root, self._folders, self._key = root, tuple(folders), key

    def get(self, name: str, /) -> Sensitive | None:
        """A file of this name in one of the folders."""
        if not _NAME.fullmatch(name):
            return None
        places = (folder / name for folder in self._folders)
        found = next((path for path in places if path.is_file()), None)
        return None if found is None else self._sensitive(name, found)

    def names(self) -> Iterator[str]:
        """Every file in the folders."""
        for folder in self._folders:
            if folder.is_dir():
                inside = (path for path in sorted(folder.iterdir()) if path.is_file())
                yield from (p.name for p in inside if _NAME.fullmatch(p.name))

    def open(self, place: str, /) -> Sensitive | None:
        """One file; raises ``HoldfastError`` when others may read it."""
        path = self._root / place
        known = any(path.parent == folder for folder in self._folders)
        try:
            mode = path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise HoldfastError(_unreadable(path, error)) from error
        if mode & _OTHERS and not known:
            raise HoldfastError(_open_to_others(path, mode))
        return self._sensitive(place, path)

    def _sensitive(self, name: str, path: Path) -> Sensitive:
        try:
            with path.open("rb") as file:
                raw = file.read(_LARGEST + 1)
        except OSError as error:
            raise HoldfastError(_unreadable(path, error)) from error
        if len(raw) > _LARGEST:
            raise HoldfastError(_too_large(path))
        value = raw.decode("utf-8", "surrogateescape").removesuffix("\n")
        return Sensitive(name, fingerprint(self.name, self._key, value), value)


def _unreadable(path: Path, error: OSError) -> Problem:
    return Problem(
        code="secret.unreadable",
        summary=f"The secret's file {path.name} cannot be read",
        detail=f"{path}: {error.strerror}. Nothing was changed.",
        next_step=f"Let this user read it: ls -l {path}",
    )


def _open_to_others(path: Path, mode: int) -> Problem:
    return Problem(
        code="secret.open-to-others",
        summary=f"Others may read {path.name}",
        detail=f"{path} has mode {mode & 0o777:04o}. It was not used.",
        next_step=f"chmod 0600 {path}",
    )


def _too_large(path: Path) -> Problem:
    return Problem(
        code="secret.too-large",
        summary=f"{path.name} is too large to be a secret",
        detail=f"{path} has more than {_LARGEST} bytes. It was not used.",
        next_step="Name the file that holds only the secret.",
    )


_: type[SecretBackend] = FileSecrets
_source: type[SecretSource] = FileSecrets
