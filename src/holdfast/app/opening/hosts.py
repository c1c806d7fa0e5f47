"""Each host of a project with the driver that its ``connect:`` asks for."""

from collections.abc import Mapping
from pathlib import Path

from holdfast.declare import Connect, HostEntry, Project, over
from holdfast.drivers.hosts import ContainerHost, LocalHost, ScriptedHost, SshHost
from holdfast.drivers.secrets import SecretChain
from holdfast.model import Sensitive
from holdfast.ports import Host
from holdfast.problems import HoldfastError, Problem


def host_for(
    entry: HostEntry, connect: Connect, root: Path, state: Path, secrets: SecretChain
) -> Host:
    """The driver a host asks for; raises ``HoldfastError`` when it cannot be made."""
    match connect.driver:
        case "local":
            folder = None if connect.root is None else root / connect.root
            return LocalHost(entry.name, folder)
        case "scripted":
            return ScriptedHost(entry.name, state / "scripted" / entry.name)
        case "container":
            return ContainerHost(entry.name, entry.address or entry.name)
        case _:
            return _ssh(entry, connect, root, state, secrets)


def _ssh(
    entry: HostEntry, connect: Connect, root: Path, state: Path, secrets: SecretChain
) -> Host:
    config = None if connect.config is None else root / connect.config
    return SshHost(
        entry.name,
        entry.address or entry.name,
        user=connect.user,
        port=connect.port,
        config=config,
        become=connect.become,
        become_password=_password(connect, secrets),
        control_dir=state / "ssh",
        connect_timeout=connect.timeout,
    )


def _password(connect: Connect, secrets: SecretChain) -> Sensitive | None:
    if connect.become_password is None:
        return None
    found = secrets.get(connect.become_password)
    if found is None:
        raise HoldfastError(
            Problem(
                code="app.no-become-password",
                summary="The secret for `become_password` is not there",
                detail=f"`{connect.become_password}` is in no secret backend.",
                next_step=f"holdfast secret set {connect.become_password}",
            )
        )
    return found


def hosts_for(
    project: Project, root: Path, state: Path, secrets: SecretChain
) -> Mapping[str, Host]:
    """Every host of the project with its driver; nothing is connected yet."""
    return {
        name: host_for(
            entry, over(project.connect, entry.connect), root, state, secrets
        )
        for name, entry in project.hosts.items()
    }
