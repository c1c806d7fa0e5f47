"""Secrets from the environment."""

from collections.abc import Iterator, Mapping

from holdfast.drivers.secrets.fingerprint import fingerprint
from holdfast.model import Sensitive
from holdfast.ports import SecretBackend, SecretSource

PREFIX = "HOLDFAST_SECRET_"


class EnvironmentSecrets:
    """
    ``HOLDFAST_SECRET_DB_PASSWORD`` under the name ``db_password``.

    ``env:NAME`` opens any other variable, by its whole name.
    """

    name = "env"

    def __init__(self, environ: Mapping[str, str], key: bytes) -> None:
        self._environ = environ
        self._values = {
            word.removeprefix(PREFIX).lower(): value
            for word, value in environ.items()
            if word.startswith(PREFIX) and value
        }
        self._key = key

    def get(self, name: str, /) -> Sensitive | None:
        """The value in the environment, ``None`` when there is none."""
        return self._sensitive(name, self._values.get(name.lower()))

    def open(self, place: str, /) -> Sensitive | None:
        """The variable of exactly this name, else the secret of this name."""
        value = self._environ.get(place)
        return self._sensitive(place, value) if value else self.get(place)

    def names(self) -> Iterator[str]:
        """Every name, in small letters."""
        return iter(self._values)

    def _sensitive(self, name: str, value: str | None) -> Sensitive | None:
        if value is None:
            return None
        return Sensitive(name, fingerprint(self.name, self._key, value), value)


_: type[SecretBackend] = EnvironmentSecrets
_source: type[SecretSource] = EnvironmentSecrets
