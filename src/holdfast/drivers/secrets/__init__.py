"""Where secrets come from, and what keeps them out of everything that is shown."""

from holdfast.drivers.redaction.redactor import Redactor, StreamRedactor
from holdfast.drivers.secrets.age import AgeSecrets
from holdfast.drivers.secrets.chain import SecretChain
from holdfast.drivers.secrets.environment import EnvironmentSecrets
from holdfast.drivers.secrets.files import FileSecrets
from holdfast.drivers.secrets.identity import AgeIdentities
from holdfast.drivers.secrets.masks import SealedMasks
from holdfast.drivers.secrets.rootkey import RootKeys
from holdfast.drivers.secrets.sops import SopsSecrets
from holdfast.drivers.secrets.stored import StoredSecrets
from holdfast.drivers.secrets.vault import VaultSecrets

__all__ = [
    "AgeIdentities",
    "AgeSecrets",
    "EnvironmentSecrets",
    "FileSecrets",
    "Redactor",
    "RootKeys",
    "SealedMasks",
    "SecretChain",
    "SopsSecrets",
    "StoredSecrets",
    "StreamRedactor",
    "VaultSecrets",
]
