"""What jobs mask, sealed with age on its way to the servers that have to hide it."""

import json
from collections.abc import Collection
from pathlib import Path

from holdfast.drivers.files import write_once
from holdfast.drivers.secrets.identity import AgeIdentities, encrypt_for
from holdfast.drivers.stores.masks import SqlMasks
from holdfast.ports import MaskBook
from holdfast.problems import HoldfastError, Problem


class SealedMasks:
    """
    Masked values of jobs in the database, sealed for this site and for every server.

    The identity of the site is made when it is needed first, in ``identity``; only what
    is public of it leaves the machine.
    """

    def __init__(self, rows: SqlMasks, site: str, identity: Path) -> None:
        self._rows, self._site, self._path = rows, site, identity

    def admit(self) -> None:
        """Let this site open what is kept from now on."""
        self._rows.admit(self._site, self._own())

    def keep(self, run: str, job: str, step: int, values: Collection[str], /) -> None:
        """Keep what a step masked."""
        every = sorted({self._own(), *self._rows.recipients()})
        told = json.dumps(sorted(values)).encode()
        self._rows.keep(run, job, step, encrypt_for(every, told, self._path))

    def of(self, run: str, job: str, /) -> tuple[str, ...]:
        """What the steps of a job masked."""
        sealed = self._rows.of(run, job)
        identity = AgeIdentities(self._path, {})
        try:
            opened = [identity.decrypt(one, self._path) for one in sealed]
        except HoldfastError as error:
            raise HoldfastError(_elsewhere(run, job)) from error
        return tuple(value for one in opened for value in json.loads(one))

    def _own(self) -> str:
        """The public key of this site."""
        import pyrage

        identity = AgeIdentities(self._path, {})
        if not identity.there:
            made = pyrage.x25519.Identity.generate()
            write_once(self._path, f"{made}\n".encode())
        known = pyrage.x25519.Identity.from_str(identity.read(self._path)[0])
        return str(known.to_public())


def _elsewhere(run: str, job: str) -> Problem:
    return Problem(
        code="secret.masked-elsewhere",
        summary=f"What {job} of {run} masked cannot be opened here",
        detail="It was sealed for the machine of its worker and for the servers that were "
        "there then: here nobody could take it out of a text. Nothing was recorded.",
        next_step="Say it without a text or fields, or where the project's server runs.",
    )


_: type[MaskBook] = SealedMasks
