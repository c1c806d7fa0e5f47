"""What jobs asked to hide, as sealed rows; nothing here can open them."""

from sqlalchemy import Engine, select

from holdfast.drivers.stores.connect import reading, writing
from holdfast.drivers.stores.mask_tables import masks, recipients
from holdfast.drivers.stores.statements import write


class SqlMasks:
    """One row a step that masked something, and one for each site that may open them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def admit(self, site: str, key: str, /) -> None:
        """Let a site be one that rows are sealed for; ``key`` is public."""
        with writing(self._engine) as connection:
            write(connection, recipients, {"site": site, "key": key})

    def recipients(self) -> tuple[str, ...]:
        """The public keys rows are sealed for."""
        chosen = select(recipients.c.key).order_by(recipients.c.site)
        with reading(self._engine) as connection:
            return tuple(connection.scalars(chosen))

    def keep(self, run: str, job: str, step: int, sealed: bytes, /) -> None:
        """Keep what one step masked, in the place of what it had masked before."""
        row = {"run": run, "job": job, "step": step, "sealed": sealed}
        with writing(self._engine) as connection:
            write(connection, masks, row)

    def of(self, run: str, job: str, /) -> tuple[bytes, ...]:
        """What the steps of a job masked, in their order."""
        mine = (masks.c.run == run) & (masks.c.job == job)
        chosen = select(masks.c.sealed).where(mine).order_by(masks.c.step)
        with reading(self._engine) as connection:
            return tuple(connection.scalars(chosen))
