"""``secrets:`` of ``holdfast.yaml``: where secrets come from."""

from typing import Literal

from pydantic import Field

from holdfast.declare.strict import Strict
from holdfast.declare.units import Duration

Backend = Literal["env", "file", "age", "store"]


class VaultDeclared(Strict):
    """
    A Vault or OpenBao server with a key-value store of version 2.

    Signed in to with `token`, or with `role_id` and `secret_id` (AppRole). `token` and
    `secret_id` are references, never the values.

        vault: {address: "https://vault.example:8200", role_id: 7f0c, secret_id: "env:SID"}
    """

    address: str | None = Field(default=None, description="Else `VAULT_ADDR`.")
    namespace: str | None = Field(default=None, description="Else `VAULT_NAMESPACE`.")
    mount: str | None = Field(
        default=None, description="When its name has a slash; else up to the first one."
    )
    token: str = Field(default="env:VAULT_TOKEN", description="A reference.")
    role_id: str | None = None
    secret_id: str | None = Field(default=None, description="A reference.")
    approle: str = Field(default="approle", description="Where AppRole is mounted.")
    timeout: Duration = 10
    ca: str | None = Field(default=None, description="A file of the project.")


class SecretsDeclared(Strict):
    """
    Where secrets come from.

    A plain name is asked of each of `backends` in turn; a new one is kept by the first
    of `age` and `store`. `names` gives a plain name to what is somewhere else.

        secrets:
          backends: [env, store]
          names: {db_password: "vault:kv/shop/db#password"}
    """

    backends: list[Backend] = Field(default=["env", "file", "age", "store"])
    names: dict[str, str] = Field(
        default_factory=dict, description="References by the name used in files."
    )
    folders: list[str] = Field(
        default_factory=list,
        description="One file a secret, as /run/secrets; $CREDENTIALS_DIRECTORY is known.",
    )
    vault: VaultDeclared | None = None
