"""Whether Vault has what the project names there: asked for names, never for a value."""

from collections.abc import Callable, Iterator, Mapping
from time import monotonic

from holdfast.app.checking.scene import Ground
from holdfast.declare import VaultDeclared
from holdfast.drivers.secrets import EnvironmentSecrets, FileSecrets, VaultSecrets
from holdfast.model import Sensitive
from holdfast.ports import SecretSource
from holdfast.problems import HoldfastError, Place, Problem, Severity

_PATIENCE = 2
"""Seconds one answer may take, however long runs wait for theirs."""
_BOUND = 5.0
"""Seconds all of them may take; and who does not answer once is not asked again."""

_ABSENT = frozenset({"secret.vault-no-key", "secret.vault-deleted"})
_SILENT = frozenset(
    {
        "secret.vault-ca",
        "secret.vault-insecure",
        "secret.vault-no-address",
        "secret.vault-no-token",
        "secret.vault-not-ready",
        "secret.vault-redirected",
        "secret.vault-timeout",
        "secret.vault-unreachable",
    }
)
"""What is the same for every name."""
_DENIED = "secret.vault-denied"
_NO_KEY = b""


def vault_problems(
    ground: Ground, names: Mapping[str, str], environ: Mapping[str, str]
) -> Iterator[Problem]:
    """What is to be said of ``names``, each with its place in Vault."""
    declared = ground.project.secrets.vault or VaultDeclared()
    vault = VaultSecrets(
        declared.model_copy(update={"timeout": min(declared.timeout, _PATIENCE)}),
        _token_of(ground, environ),
        ground.project.root,
        environ,
    )
    until, silent = monotonic() + _BOUND, None
    for name, reference in names.items():
        place = ground.document.place(("secrets", "names", name))
        if silent is None and monotonic() > until:
            silent = _slow()
        if silent is not None:
            yield _not_asked(name, reference, silent, place)
            continue
        try:
            if not vault.has(reference):
                yield _unknown(name, f"Nothing is at vault:{reference}.", "", place)
        except HoldfastError as error:
            said = error.problems[0]
            if said.code in _ABSENT:
                told = f"{said.summary}. {said.detail}"
                yield _unknown(name, told, said.next_step, place)
            else:
                yield _not_asked(name, reference, said, place)
            silent = said if said.code in _SILENT else None


def _token_of(
    ground: Ground, environ: Mapping[str, str]
) -> Callable[[str], Sensitive | None]:
    """What opens the token: where that takes no key of the project."""
    sources: Mapping[str, SecretSource] = {
        "env": EnvironmentSecrets(environ, _NO_KEY),
        "file": FileSecrets(ground.project.root, (), _NO_KEY),
    }

    def find(reference: str) -> Sensitive | None:
        word, _, rest = reference.partition(":")
        return sources[word].open(rest) if word in sources else None

    return find


def _unknown(name: str, told: str, next_step: str, place: Place) -> Problem:
    return Problem(
        code="check.unknown-secret",
        summary=f"No backend has the secret `{name}`",
        detail=f"{told} Vault was asked for names only; no value was opened.",
        next_step=next_step or "Write it there: vault kv put MOUNT/PATH KEY=-",
        place=place,
        severity=Severity.WARNING,
    )


def _not_asked(name: str, reference: str, why: Problem, place: Place) -> Problem:
    mount, _, rest = reference.partition("#")[0].partition("/")
    permits = f"A policy with `read` on {mount}/subkeys/{rest} lets a check see it."
    return Problem(
        code="check.backend-not-asked",
        summary=f"It is not known whether Vault has `{name}`",
        detail=f"It is vault:{reference}. {why.summary}. {why.detail}",
        next_step=permits if why.code == _DENIED else why.next_step,
        place=place,
        severity=Severity.NOTE,
    )


def _slow() -> Problem:
    return Problem(
        code="check.backend-not-asked",
        summary=f"Vault took more than {_BOUND:g} s for the names before",
        next_step="Try again: holdfast check",
    )
