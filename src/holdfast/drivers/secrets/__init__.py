"""Where secrets come from, and what keeps them out of everything that is shown."""

from holdfast.drivers.secrets.age import AgeSecrets
from holdfast.drivers.secrets.chain import SecretChain
from holdfast.drivers.secrets.environment import EnvironmentSecrets
from holdfast.drivers.secrets.redactor import Redactor

__all__ = ["AgeSecrets", "EnvironmentSecrets", "Redactor", "SecretChain"]
