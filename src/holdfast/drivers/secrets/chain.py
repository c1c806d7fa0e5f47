"""Several backends as one, with everything they give out hidden from what is shown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from holdfast.drivers.redaction.redactor import SHORTEST, Redactor
from holdfast.model import Sensitive
from holdfast.ports import SecretBackend, SecretKeeper, SecretSource, SecretVersion
from holdfast.problems import HoldfastError, Problem, did_you_mean


class SecretChain:
    """
    Asks each backend in turn; the first that knows a plain name answers.

    A name in ``names`` stands for a reference, and a reference (``vault:kv/db#key``,
    ``store:db@2``) is opened by the source or keeper before its colon. ``keepers`` keep
    new versions: the one that has the name already, else the first.
    """

    def __init__(
        self,
        backends: Sequence[SecretBackend],
        *keepers: SecretKeeper,
        sources: Iterable[SecretSource] = (),
        names: Mapping[str, str] | None = None,
    ) -> None:
        late = (keeper for keeper in keepers if keeper not in backends)
        self._backends: tuple[SecretBackend, ...] = (*backends, *late)
        self._keepers = {keeper.name: keeper for keeper in keepers}
        self._sources = {source.name: source for source in sources}
        self._names = dict(names or {})
        self._known: dict[str, Sensitive] = {}
        self._redactor = Redactor()

    def get(self, name: str) -> Sensitive | None:
        """The current version, decrypted once; raises ``HoldfastError``."""
        if name not in self._known:
            found = self._found(name)
            if found is None:
                return None
            self._known[name] = self._learned(found)
        return self._known[name]

    def names(self) -> Iterator[str]:
        """Every name of every backend, once."""
        return iter(self.homes())

    def home(self, name: str) -> str:
        """What answers to a name: a backend's word or a reference; empty for nothing."""
        if name in self._names or ":" in name:
            return self._names.get(name, name)
        found = (b.name for b in self._backends if b.get(name) is not None)
        return next(found, "")

    def homes(self) -> dict[str, str]:
        """What answers to each name; nothing is opened."""
        found = dict(self._names)
        for backend in self._backends:
            for name in backend.names():
                found.setdefault(name, backend.name)
        return found

    def keeper(self, name: str) -> SecretKeeper | None:
        """The keeper whose version of a name is the one in use, if it is one's."""
        return self._keepers.get(self.home(name))

    def set(
        self, name: str, value: str, by: str = "", now: datetime | None = None
    ) -> Sensitive:
        """Keep a new version; raises ``HoldfastError`` for one too short to hide."""
        if len(value.strip()) < SHORTEST:
            raise HoldfastError(_too_short(name))
        if not self._keepers:
            raise HoldfastError(_no_keeper(name))
        keepers = list(self._keepers.values())
        keeper = next((k for k in keepers if name in set(k.names())), keepers[0])
        self._known.pop(name, None)
        self._redactor.learn(value)
        return keeper.set(name, value, by, now)

    def versions(self, name: str) -> tuple[SecretVersion, ...]:
        """Every version of a name that is kept here, oldest first."""
        keeper = self.keeper(name)
        return keeper.versions(name) if keeper else ()

    def usable(self, name: str, now: datetime) -> tuple[Sensitive, ...]:
        """
        The versions that count at a moment, newest first.

        For what others signed before they heard of a rotation. Of a secret that is kept
        elsewhere it is the current one.
        """
        keeper = self.keeper(name)
        if keeper is None:
            found = self.get(name)
            return (found,) if found else ()
        valid = [v.version for v in keeper.versions(name) if v.usable(now)]
        opened = (keeper.version(name, version) for version in reversed(valid))
        return tuple(self._learned(one) for one in opened if one)

    def at(self, name: str, version: str, now: datetime) -> str:
        """
        The reference that opens one version of a name, whatever is set later.

        Empty when it is not kept here or not accepted any more.
        """
        word, _, place = self.home(name).partition(":")
        kept, keeper = place or name, self._keepers.get(word)
        if keeper is None or "@" in kept:
            return ""
        found = (one for one in keeper.versions(kept) if one.version == version)
        usable = any(one.usable(now) for one in found)
        return f"{word}:{kept}@{version}" if usable else ""

    def every(self, name: str) -> tuple[Sensitive, ...]:
        """Every version there is, retired ones too; for finding traces of them."""
        kept = (
            keeper.version(name, version.version)
            for keeper in self._keepers.values()
            for version in keeper.versions(name)
        )
        found = self.get(name)
        every = [*([found] if found else []), *(one for one in kept if one)]
        return tuple(self._learned(one) for one in dict.fromkeys(every))

    def refresh(self) -> None:
        """Ask the backends anew from now on; what was learned stays hidden."""
        self._known.clear()

    def redact(self, text: str) -> str:
        """The text without any value that was given out."""
        return self._redactor.redact(text)

    def without(self, problem: Problem) -> Problem:
        """A problem without any such value: its words may quote one."""
        return replace(
            problem,
            summary=self.redact(problem.summary),
            detail=self.redact(problem.detail),
            next_step=self.redact(problem.next_step),
        )

    def _found(self, name: str) -> Sensitive | None:
        reference = self._names.get(name, name)
        if ":" not in reference:
            answers = (backend.get(reference) for backend in self._backends)
            return next((answer for answer in answers if answer), None)
        found = self._opened(*reference.split(":", 1))
        if found is None or name not in self._names:
            return found
        return Sensitive(name, found.version, found.reveal())

    def _opened(self, word: str, place: str) -> Sensitive | None:
        if word in self._sources:
            return self._sources[word].open(place)
        if word in self._keepers:
            keeper, (name, _, version) = self._keepers[word], place.partition("@")
            return keeper.version(name, version) if version else keeper.get(name)
        raise HoldfastError(_no_backend(word, place, [*self._sources, *self._keepers]))

    def _learned(self, found: Sensitive) -> Sensitive:
        self._redactor.learn(found.reveal())
        return found


def _too_short(name: str) -> Problem:
    return Problem(
        code="secret.too-short",
        summary=f"The value for {name} is too short to be kept out of logs",
        detail=f"It has fewer than {SHORTEST} characters. Nothing was kept.",
        next_step="Use a longer one.",
    )


def _no_keeper(name: str) -> Problem:
    return Problem(
        code="secret.no-keeper",
        summary=f"There is nowhere to keep {name}",
        detail="Neither `age` nor `store` is in `backends:`. Nothing was kept.",
        next_step="Add one of them below secrets: in holdfast.yaml.",
    )


def _no_backend(word: str, place: str, known: list[str]) -> Problem:
    return Problem(
        code="secret.no-backend",
        summary=f"There is no secret backend `{word}`",
        detail=f"Seen: {word}:{place}. Known: {', '.join(known)}.",
        next_step=did_you_mean(word, known) or "See docs/howto/secrets.md.",
    )
