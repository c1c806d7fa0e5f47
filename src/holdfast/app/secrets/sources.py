"""Choose where secrets come from."""

import os
from collections.abc import Mapping
from pathlib import Path

from holdfast.declare import SecretsDeclared, VaultDeclared
from holdfast.drivers.files import read_or_make_key
from holdfast.drivers.secrets import (
    AgeIdentities,
    AgeSecrets,
    EnvironmentSecrets,
    FileSecrets,
    RootKeys,
    SecretChain,
    SopsSecrets,
    StoredSecrets,
    VaultSecrets,
)
from holdfast.drivers.stores import Store
from holdfast.model import Sensitive
from holdfast.ports import SecretBackend, SecretKeeper


def secrets_for(
    root: Path, state: Path, store: Store, declared: SecretsDeclared
) -> SecretChain:
    """Every backend that is declared, in its order; nothing is opened yet."""
    key = read_or_make_key(state / "key")
    env = EnvironmentSecrets(os.environ, key)
    files = FileSecrets(root, folders_of(root, declared), key)
    age, kept = _age(root, state), stored_for(root, state, store)
    backends: Mapping[str, SecretBackend] = {b.name: b for b in (env, files, age, kept)}
    keepers: Mapping[str, SecretKeeper] = {k.name: k for k in (age, kept)}
    vault = declared.vault or VaultDeclared()

    def find(reference: str) -> Sensitive | None:
        return chain.get(reference)

    chain = SecretChain(
        [backends[word] for word in declared.backends],
        *(keepers[word] for word in declared.backends if word in keepers),
        sources=[
            env,
            files,
            SopsSecrets(root, AgeIdentities(state / "age.key"), key),
            VaultSecrets(vault, find, root, os.environ),
        ],
        names=declared.names,
    )
    return chain


def stored_for(root: Path, state: Path, store: Store) -> StoredSecrets:
    """The secrets in the database, with the root key that opens them."""
    identities = AgeIdentities(state / "age.key")
    roots = RootKeys(state, identities, _age(root, state).recipients)
    return StoredSecrets(store.secrets, roots)


def _age(root: Path, state: Path) -> AgeSecrets:
    return AgeSecrets(root / "secrets", state / "age.key")


def folders_of(root: Path, declared: SecretsDeclared) -> list[Path]:
    """Where files with secrets are looked for: what systemd gives first."""
    given = os.environ.get("CREDENTIALS_DIRECTORY", "")
    return [*([Path(given)] if given else []), *(root / f for f in declared.folders)]
