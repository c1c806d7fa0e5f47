"""Rows of the ledger with the texts that are kept beside them."""

import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from holdfast.drivers.stores.tables import printed
from holdfast.model import (
    Address,
    Attributes,
    Entry,
    Event,
    Printed,
    canonical,
    each_in,
)

_NAMED = re.compile(r'"\$text":"(sha256:[0-9a-f]{64})"')
_AT_ONCE = 500


def keep_texts(connection: Connection, entries: Iterable[Entry]) -> None:
    """Keep what entries name and do not hold."""
    rows = [
        {"digest": one.digest, "salt": one.salt, "body": packed(one.text)}
        for entry in entries
        for one in each_in(entry.body, Printed)
        if one.text is not None
    ]
    if rows:
        connection.execute(insert(printed), rows)


def entries_of(connection: Connection, rows: Sequence[Row[Any]]) -> Iterator[Entry]:
    """The entries of rows, with their texts as far as these are kept."""
    texts = _texts(connection, [d for row in rows for d in _NAMED.findall(row.body)])
    for row in rows:
        yield Entry(
            event=Event(row.event),
            run=row.run,
            address=Address.parse(row.address) if row.address else None,
            actor=row.actor,
            at=row.at,
            body=body_of(row.body, texts),
            sequence=row.sequence,
            previous=row.previous,
            hash=row.hash,
        )


def body_of(text: str, texts: Mapping[str, Printed]) -> Attributes:
    """The body a row holds; a text that is not in ``texts`` is only named."""

    def named(found: dict[str, Any]) -> Any:
        name = found.get("$text") if len(found) == 1 else None
        if isinstance(name, str) and name.startswith("sha256:"):
            return texts.get(name, Printed(name))
        return found

    read: Attributes = json.loads(text, object_hook=named)
    return read


def as_read(entry: Entry) -> Entry:
    """An entry that was just written, as whoever reads it finds it."""
    texts = {one.digest: one for one in each_in(entry.body, Printed)}
    return replace(entry, body=body_of(canonical(entry.body).decode(), texts))


def packed(text: str) -> bytes:
    """A text as its row holds it."""
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 3)


def unpacked(body: bytes) -> str:
    """The text of a row."""
    return zlib.decompress(body).decode("utf-8", "surrogatepass")


def _texts(connection: Connection, names: Sequence[str]) -> dict[str, Printed]:
    found: dict[str, Printed] = {}
    for at in range(0, len(names), _AT_ONCE):
        some = names[at : at + _AT_ONCE]
        chosen = select(printed).where(printed.c.digest.in_(some))
        for row in connection.execute(chosen):
            found[row.digest] = Printed(row.digest, unpacked(row.body), row.salt)
    return found
