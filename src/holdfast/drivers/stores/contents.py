"""Contents by their digest, compressed; those with secrets in them sealed."""

import os
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, select
from sqlalchemy.dialects.sqlite import insert

from holdfast.drivers.files import read_or_make_key
from holdfast.drivers.stores.tables import contents
from holdfast.ports import ContentStore

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


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
        rows = [self._row(name, body, name in sealed) for name, body in kept.items()]
        if not rows:
            return
        with self._engine.begin() as connection:
            connection.execute(insert(contents).on_conflict_do_nothing(), rows)

    def _row(self, name: str, content: bytes, sealed: bool) -> dict[str, object]:  # noqa: FBT001
        body = zlib.compress(content, 3)
        if sealed:
            nonce = os.urandom(_NONCE)
            body = nonce + self._cipher().encrypt(nonce, body, name.encode())
        return {"digest": name, "sealed": int(sealed), "body": body}

    def get(self, digest: str, /) -> bytes | None:
        """The bytes, ``None`` when they are not kept."""
        chosen = select(contents).where(contents.c.digest == digest)
        with self._engine.connect() as connection:
            row = connection.execute(chosen).first()
        if row is None:
            return None
        body: bytes = row.body
        if row.sealed:
            nonce, sealed = body[:_NONCE], body[_NONCE:]
            body = self._cipher().decrypt(nonce, sealed, digest.encode())
        return zlib.decompress(body)

    def _cipher(self) -> "AESGCM":
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(read_or_make_key(self._key))


_: type[ContentStore] = SqlContents
