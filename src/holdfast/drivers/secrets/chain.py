"""Several backends as one, with everything they give out hidden from what is shown."""

from collections.abc import Iterator, Sequence

from holdfast.drivers.secrets.age import AgeSecrets
from holdfast.drivers.secrets.redactor import SHORTEST, Redactor
from holdfast.model import Sensitive
from holdfast.ports import SecretBackend
from holdfast.problems import HoldfastError, Problem


class SecretChain:
    """Asks each backend in turn; the first that knows a name answers."""

    def __init__(self, backends: Sequence[SecretBackend], kept: AgeSecrets) -> None:
        self._backends = (*backends, kept)
        self._kept = kept
        self._known: dict[str, Sensitive] = {}
        self._redactor = Redactor()

    def get(self, name: str) -> Sensitive | None:
        """The current version, decrypted once; raises ``HoldfastError``."""
        if name not in self._known:
            answers = (backend.get(name) for backend in self._backends)
            found = next((answer for answer in answers if answer), None)
            if found is None:
                return None
            self._known[name] = found
            self._redactor.learn(found.reveal())
        return self._known[name]

    def names(self) -> Iterator[str]:
        """Every name of every backend, once."""
        every = (name for backend in self._backends for name in backend.names())
        return iter(dict.fromkeys(every))

    def set(self, name: str, value: str) -> Sensitive:
        """Keep a new version in the project's encrypted files."""
        if len(value) < SHORTEST:
            raise HoldfastError(_too_short(name))
        self._known.pop(name, None)
        self._redactor.learn(value)
        return self._kept.set(name, value)

    def redact(self, text: str) -> str:
        """The text without any value that was given out."""
        return self._redactor.redact(text)


def _too_short(name: str) -> Problem:
    return Problem(
        code="secret.too-short",
        summary=f"The value for {name} is too short to be kept out of logs",
        detail=f"It has fewer than {SHORTEST} characters. Nothing was kept.",
        next_step="Use a longer one.",
    )
