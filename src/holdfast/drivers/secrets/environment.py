"""Secrets from the environment."""

import hmac
from collections.abc import Iterator, Mapping

from holdfast.model import Sensitive
from holdfast.ports import SecretBackend

PREFIX = "HOLDFAST_SECRET_"


class EnvironmentSecrets:
    """
    ``HOLDFAST_SECRET_DB_PASSWORD`` under the name ``db_password``.

    The version is a keyed digest of the value, so that a plan notices another value
    without telling anything about it.
    """

    name = "env"

    def __init__(self, environ: Mapping[str, str], key: bytes) -> None:
        self._values = {
            word.removeprefix(PREFIX).lower(): value
            for word, value in environ.items()
            if word.startswith(PREFIX) and value
        }
        self._key = key

    def get(self, name: str, /) -> Sensitive | None:
        """The value in the environment, ``None`` when there is none."""
        value = self._values.get(name.lower())
        if value is None:
            return None
        version = hmac.digest(self._key, value.encode(), "sha256").hex()[:12]
        return Sensitive(name, f"env-{version}", value)

    def names(self) -> Iterator[str]:
        """Every name, in small letters."""
        return iter(self._values)


_: type[SecretBackend] = EnvironmentSecrets
