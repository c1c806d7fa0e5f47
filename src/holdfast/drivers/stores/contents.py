"""Contents by their digest, compressed; those with secrets in them sealed."""

import os
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, delete, select

from holdfast.drivers.files import read_or_make_key
from holdfast.drivers.stores.connect import glancing
from holdfast.drivers.stores.statements import inserting
from holdfast.drivers.stores.tables import contents
from holdfast.ports import ContentStore, Scrubbable
from holdfast.problems import HoldfastError, Problem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_AT_ONCE = 500


class SqlContents:
    """
    Bytes in the database.

    Sealed ones are encrypted with AES-256-GCM under the project's key, bound to their
    digest. The key is made on first use in a file only its owner can read.
    """

    def __init__(self, engine: Engine, key: Path) -> None:
        self._engine, self._key = engine, key

    def put(
        self, kept: Mapping[str, bytes], /, *, sealed: Collection[str] = ()
    ) -> None:
        """Keep bytes by their digest; keeping them twice is harmless."""
        known = self._known(kept)
        rows = [
            self._row(name, body, name in sealed)
            for name, body in kept.items()
            if name not in known
        ]
        if not rows:
            return
        with self._engine.begin() as connection:
            put = inserting(connection, contents).on_conflict_do_nothing()
            connection.execute(put, rows)

    def _known(self, names: Iterable[str]) -> set[str]:
        """Those of some digests that are kept already: mostly all of them."""
        every, found = list(names), set[str]()
        with glancing(self._engine) as connection:
            for at in range(0, len(every), _AT_ONCE):
                some = contents.c.digest.in_(every[at : at + _AT_ONCE])
                found |= set(connection.scalars(select(contents.c.digest).where(some)))
        return found

    def _row(self, name: str, content: bytes, sealed: bool) -> dict[str, object]:  # noqa: FBT001
        body = zlib.compress(content, 3)
        if sealed:
            nonce = os.urandom(_NONCE)
            body = nonce + self._cipher().encrypt(nonce, body, name.encode())
        return {"digest": name, "sealed": int(sealed), "body": body}

    def get(self, digest: str, /) -> bytes | None:
        """The bytes, ``None`` when they are not kept."""
        chosen = select(contents).where(contents.c.digest == digest)
        with glancing(self._engine) as connection:
            row = connection.execute(chosen).first()
        if row is None:
            return None
        body: bytes = row.body
        if row.sealed:
            body = self._opened(digest, body)
        return zlib.decompress(body)

    def scrub(self, clean: Callable[[bytes], bytes], /) -> tuple[str, ...]:
        """
        Drop every content in clear that ``clean`` changes; digests of them.

        A content is named by what it is, so it cannot be another: an undo that needs one
        says that it is not kept. What is sealed stays.
        """
        gone = []
        with self._engine.begin() as connection:
            chosen = select(contents.c.digest, contents.c.body)
            rows = connection.execute(
                chosen.where(contents.c.sealed == 0),
                execution_options={"yield_per": 100},
            )
            for row in rows:
                content = zlib.decompress(row.body)
                if clean(content) != content:
                    gone.append(str(row.digest))
            for name in gone:
                connection.execute(delete(contents).where(contents.c.digest == name))
        return tuple(gone)

    def _opened(self, digest: str, body: bytes) -> bytes:
        from cryptography.exceptions import InvalidTag

        try:
            return self._cipher().decrypt(body[:_NONCE], body[_NONCE:], digest.encode())
        except InvalidTag:
            raise HoldfastError(
                Problem(
                    code="store.other-key",
                    summary="A kept content was sealed with another key than the one here",
                    detail=f"{self._key} does not open {digest}. Nothing was changed.",
                    next_step=f"Copy {self._key.name} from .holdfast of the machine that "
                    "kept it to .holdfast of this one.",
                )
            ) from None

    def _cipher(self) -> "AESGCM":
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(read_or_make_key(self._key))


_: type[ContentStore] = SqlContents
_scrubbable: type[Scrubbable] = SqlContents
