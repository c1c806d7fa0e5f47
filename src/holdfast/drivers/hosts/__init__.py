"""Places where scripts run."""

from holdfast.drivers.hosts.container import ContainerHost
from holdfast.drivers.hosts.local import LocalHost
from holdfast.drivers.hosts.scripted import ScriptedHost
from holdfast.drivers.hosts.ssh import SshHost

__all__ = ["ContainerHost", "LocalHost", "ScriptedHost", "SshHost"]
