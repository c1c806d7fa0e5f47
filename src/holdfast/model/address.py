"""Names for everything that can change."""

import re
from dataclasses import dataclass

_WRITTEN = re.compile(
    r"(?:(?P<environment>[^/:]+)/)?(?:(?P<host>[^/:]+)/)?(?P<kind>[a-z_]+):(?P<name>.+)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """
    One managed thing, written ``production/web-1/file:/etc/motd``.

    A thing that lives on no host (a service, a stack) has an empty ``host``.
    """

    environment: str
    host: str
    kind: str
    name: str

    def __str__(self) -> str:
        where = "/".join(part for part in (self.environment, self.host) if part)
        return f"{where}/{self.local}" if where else self.local

    @property
    def local(self) -> str:
        """The address as it reads on its own host: ``file:/etc/motd``."""
        return f"{self.kind}:{self.name}"

    @classmethod
    def parse(cls, text: str) -> "Address | None":
        """The address that ``str`` wrote; ``None`` when the text is not one."""
        found = _WRITTEN.fullmatch(text)
        if not found:
            return None
        return cls(
            found["environment"] or "",
            found["host"] or "",
            found["kind"],
            found["name"],
        )
