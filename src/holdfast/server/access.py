"""Who may: tokens that name a person, kept as hashes in one file only its owner reads."""

import json
import secrets
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path

from holdfast.ports import PrivateFile

_BYTES = 32


@dataclass(slots=True)
class Access:
    """
    Tokens by the hash of their value: 256 random bits need no slow hash.

    ``own`` is good while the server runs, for whoever may read its finding file.
    """

    path: Path
    write: PrivateFile
    own: str = ""
    own_actor: str = ""

    def actor(self, token: str) -> str:
        """Whose token it is; empty for nobody's."""
        if not token:
            return ""
        if self.own and compare_digest(token.encode(), self.own.encode()):
            return self.own_actor
        wanted = _hash(token)
        found = ""
        for kept, actor in self._read().items():
            if compare_digest(kept, wanted):
                found = actor
        return found

    def add(self, actor: str) -> str:
        """A new token of a person; only its hash is kept."""
        token = f"hf_{secrets.token_urlsafe(_BYTES)}"
        self._save({**self._read(), _hash(token): actor})
        return token

    def remove(self, actor: str) -> int:
        """Take all tokens of a person away; how many."""
        every = self._read()
        left = {kept: who for kept, who in every.items() if who != actor}
        self._save(left)
        return len(every) - len(left)

    def actors(self) -> tuple[str, ...]:
        """Everybody who has a token."""
        return tuple(sorted(set(self._read().values())))

    def _read(self) -> dict[str, str]:
        try:
            found: dict[str, str] = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return found

    def _save(self, every: dict[str, str]) -> None:
        self.write(self.path, json.dumps(every, indent=1).encode())


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
