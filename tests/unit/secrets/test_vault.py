"""Vault: values by path and key, and everything that can be in the way, in words."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from holdfast.declare import VaultDeclared
from holdfast.drivers.secrets import EnvironmentSecrets, SecretChain, VaultSecrets
from holdfast.drivers.secrets.vault import Place, parsed
from holdfast.model import Sensitive
from holdfast.problems import HoldfastError, Problem
from unit.secrets.vault_server import Answer, Vault, served

TOKEN = "root-token"  # noqa: S105


@pytest.fixture
def vault() -> Iterator[Vault]:
    values: dict[str, list[dict[str, Any] | None]] = {
        "kv/shop/db": [{"password": "old one"}, {"password": "new one", "port": 5432}],
        "kv/gone": [{"a": "1"}, None],
        "team/kv/x": [{"k": "in a deep mount"}],
    }
    with served(Vault(values=values)) as serving:
        yield serving


def _chain(
    vault: Vault, environ: dict[str, str] | None = None, **how: Any
) -> SecretChain:
    told = {"VAULT_TOKEN": TOKEN} if environ is None else environ
    declared = VaultDeclared(address=vault.address, timeout=2, **how)
    env = EnvironmentSecrets(told, b"k" * 32)

    def find(reference: str) -> Sensitive | None:
        return chain.get(reference)

    source = VaultSecrets(declared, find, Path(), told)
    names = {"db_password": "vault:kv/shop/db#password"}
    chain = SecretChain([env], sources=[env, source], names=names)
    return chain


def _opened(env: EnvironmentSecrets) -> Callable[[str], Sensitive | None]:
    return lambda reference: env.open(reference.removeprefix("env:"))


def _problem(
    chain: SecretChain, reference: str = "vault:kv/shop/db#password"
) -> Problem:
    with pytest.raises(HoldfastError) as error:
        chain.get(reference)
    problem = error.value.problems[0]
    assert TOKEN not in f"{problem.summary} {problem.detail} {problem.next_step}"
    return problem


def test_the_newest_version_unless_another_is_pinned(vault: Vault) -> None:
    chain = _chain(vault)
    newest, pinned = chain.get("db_password"), chain.get("vault:kv/shop/db#password@1")
    assert newest
    assert pinned
    assert (newest.reveal(), newest.reference) == ("new one", "db_password@vault-2")
    assert (pinned.reveal(), pinned.version) == ("old one", "vault-1")
    port = chain.get("vault:kv/shop/db#port")
    assert port
    assert port.reveal() == "5432"
    assert chain.get("vault:kv/none#a") is None
    assert chain.redact("it was new one, then old one") == "it was ***, then ***"


def test_a_namespace_and_a_deep_mount(vault: Vault) -> None:
    vault.namespace = "team"
    found = _chain(vault, namespace="team", mount="team/kv").get("vault:team/kv/x#k")
    assert found
    assert found.reveal() == "in a deep mount"


def test_an_approle_signs_in_once_and_again_when_its_token_is_no_more(
    vault: Vault,
) -> None:
    vault.roles["role"] = "the secret id"
    how = {"role_id": "role", "secret_id": "env:SID"}
    chain = _chain(vault, {"SID": "the secret id"}, **how)
    assert chain.get("vault:kv/shop/db#password@1")
    assert chain.get("vault:kv/shop/db#password@2")
    assert [path for _, path, _ in vault.asked].count("/v1/auth/approle/login") == 1
    vault.tokens.clear()
    assert chain.get("vault:kv/shop/db#port")
    assert [path for _, path, _ in vault.asked].count("/v1/auth/approle/login") == 2


def test_a_token_near_its_end_is_replaced_before_it_is_refused(vault: Vault) -> None:
    vault.roles["role"], vault.lease = "the secret id", 100
    now = [0.0]
    declared = VaultDeclared(
        address=vault.address,
        role_id="role",
        secret_id="env:SID",  # noqa: S106
    )
    env = EnvironmentSecrets({"SID": "the secret id"}, b"k")
    source = VaultSecrets(declared, _opened(env), Path(), {}, lambda: now[0])
    for now[0] in (0.0, 80.0, 95.0):
        assert source.open("kv/shop/db#password")
    logins = [path for _, path, _ in vault.asked if path.endswith("login")]
    assert len(logins) == 2


def _always(status: int, *errors: str, **headers: str) -> Any:
    def odd(_path: str) -> Answer:
        return status, {"errors": list(errors)}, headers

    return odd


ODD = [
    (_always(503, "Vault is sealed"), "secret.vault-not-ready"),
    (_always(429), "secret.vault-not-ready"),
    (_always(473), "secret.vault-not-ready"),
    (_always(501), "secret.vault-not-ready"),
    (_always(403, "permission denied"), "secret.vault-denied"),
    (_always(500, "internal error"), "secret.vault-failed"),
    (_always(400, "bad path"), "secret.vault-failed"),
]


@pytest.mark.parametrize(("odd", "code"), ODD)
def test_what_the_server_refuses_is_said(odd: Any, code: str, vault: Vault) -> None:
    vault.odd = odd
    problem = _problem(_chain(vault))
    assert problem.code == code
    assert vault.address in problem.detail


def test_a_token_is_never_sent_where_a_redirection_points(vault: Vault) -> None:
    with served(Vault()) as elsewhere:
        vault.odd = _always(307, location=f"{elsewhere.address}/v1/kv/data/x?token=no")
        problem = _problem(_chain(vault))
        assert problem.code == "secret.vault-redirected"
        assert elsewhere.address in problem.detail
        assert elsewhere.asked == []


def test_a_server_that_is_not_there(vault: Vault) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        vault.address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert _problem(_chain(vault)).code == "secret.vault-unreachable"


def test_a_server_that_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        declared = VaultDeclared(address=address, timeout=1)
        env = EnvironmentSecrets({"VAULT_TOKEN": TOKEN}, b"k")
        source = VaultSecrets(declared, _opened(env), Path(), {})
        with pytest.raises(HoldfastError) as error:
            source.open("kv/a#b")
    assert error.value.problems[0].code == "secret.vault-timeout"


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("vault:kv/gone#a", "secret.vault-deleted"),
        ("vault:kv/shop/db#pasword", "secret.vault-no-key"),
        ("vault:kv/shop/db", "secret.bad-reference"),
        ("vault:kv/../sys/raw#a", "secret.bad-reference"),
        ("vault:kv/shop/db#password@x", "secret.bad-reference"),
        ("valt:kv/shop/db#password", "secret.no-backend"),
    ],
)
def test_what_a_reference_names_and_is_not_there(
    reference: str, code: str, vault: Vault
) -> None:
    assert _problem(_chain(vault), reference).code == code


def test_a_key_that_is_nearly_right_is_named(vault: Vault) -> None:
    problem = _problem(_chain(vault), "vault:kv/shop/db#pasword")
    assert "password" in problem.next_step


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://vault.example:8200", "secret.vault-insecure"),
        ("", "secret.vault-no-address"),
    ],
)
def test_an_address_that_would_give_the_token_away(address: str, code: str) -> None:
    assert _problem(_chain(Vault(address=address))).code == code


def test_no_token_is_a_problem_of_its_own(vault: Vault) -> None:
    assert _problem(_chain(vault, {})).code == "secret.vault-no-token"
    assert vault.asked == []


def test_a_place_is_read_from_its_end() -> None:
    assert parsed("kv/a/b#c", None) == Place("kv", "a/b", "c")
    assert parsed("team/kv/a#c@7", "team/kv") == Place("team/kv", "a", "c", 7)
