"""``package``: a package of the host's own package manager."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from holdfast.declare.strict import Strict
from holdfast.kinds.base import BaseKind, cannot_look
from holdfast.kinds.probes.pip import normal
from holdfast.kinds.shell import path, quote
from holdfast.model import Attributes, Change, Resource
from holdfast.ports import Answers, Contents, Query, Wanted

_APT = "DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300"
_CONF = "-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold"


class PackageDeclared(Strict):
    """
    A package, installed in any version, in exactly one, or not at all.

    Works with apt, dnf and apk, whichever the host has; the index is only refreshed
    when the package cannot be found in the one that is there. ``hold`` keeps apt from
    upgrading it. ``pip`` names a Python environment instead. Undo also takes out what
    came along and nothing else needs.

        - package: nginx
        - package: redis-server
          version: 5:7.0.15-1~deb12u1
          hold: true
        - package: flask
          pip: /opt/app/venv
    """

    package: str
    version: str | None = None
    hold: bool | None = None
    pip: str | None = None
    absent: bool = False


class PackageKind(BaseKind):
    """Reads the package database once for all packages of a host."""

    name = "package"
    model = PackageDeclared

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Attributes ``installed``, ``version`` and ``hold``."""
        how = {"pip": declared.pip, "name": declared.package} if declared.pip else {}
        name = (
            f"{declared.pip}#{declared.package}" if declared.pip else declared.package
        )
        if declared.absent:
            return Wanted(name, None, how)
        wanted: dict[str, Any] = {"installed": True}
        if declared.version is not None:
            wanted["version"] = declared.version
        if declared.hold is not None:
            wanted["hold"] = declared.hold
        return Wanted(name, wanted, how)

    def look(self, resource: Resource, /) -> Iterator[Query]:
        """One question."""
        yield _query(resource)

    def read(self, resource: Resource, answers: Answers, /) -> Attributes | None:
        """What is installed, and by which manager."""
        told = answers[_query(resource)]
        if isinstance(told, str):
            raise cannot_look(resource, told)
        if "pip" in resource.how:
            version = told.get(normal(str(resource.how["name"])))
            return {"installed": True, "version": version} if version else None
        if told["version"] is None:
            return None
        return {"installed": True, **told}

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        """Install, change the version, hold, or remove."""
        return tuple(_with_pip(change) if "pip" in change.how else _commands(change))

    def inverse(self, change: Change, /) -> Change | None:
        """What came along with a new package goes with it."""
        back = change.swapped()
        if change.before is not None:
            return back
        return replace(back, how={**change.how, "alone": True})


def _query(resource: Resource) -> Query:
    if "pip" in resource.how:
        return Query("pip", (str(resource.how["pip"]),))
    return Query("package", (resource.address.name,))


def _with_pip(change: Change) -> Iterator[str]:
    pip = f"{path(str(change.how['pip']))}/bin/python -m pip"
    name, quiet = str(change.how["name"]), "-q --disable-pip-version-check"
    if change.after is None:
        yield f"{pip} uninstall -y {quiet} {quote(name)}"
        return
    version = change.after.get("version")
    yield f"{pip} install {quiet} {quote(f'{name}=={version}' if version else name)}"


def _alone(name: str) -> str:
    """Purge what nothing would need once this package is gone, and needs now."""
    removed = "awk '/^(Remv|Purg)/ { print $2 }' | sort"
    return (
        f"t=$(mktemp -d); trap 'rm -rf \"$t\"' EXIT\n"
        f'apt-get -s autoremove | {removed} >"$t/now"\n'
        f'apt-get -s --auto-remove purge {quote(name)} | {removed} >"$t/then"\n'
        f'{_APT} purge {quote(name)} $(comm -13 "$t/now" "$t/then")\n'
        'rm -rf "$t"; trap - EXIT'
    )


def _commands(change: Change) -> Iterator[str]:
    name, after, before = change.address.name, change.after, change.before or {}
    if after is None:
        yield _by_manager(
            _alone(name) if change.how.get("alone") else f"{_APT} purge {quote(name)}",
            f"dnf -y -q remove {quote(name)}",
            f"apk del -q {quote(name)}",
        )
        return
    version = after.get("version")
    if not before or version != before.get("version"):
        yield _install(name, None if version is None else str(version))
    if after.get("hold") is not None and after.get("hold") != before.get("hold", False):
        word = "hold" if after["hold"] else "unhold"
        only_apt = 'echo "Only apt can hold; give a version: instead." >&2; exit 1'
        yield _by_manager(f"apt-mark {word} {quote(name)}", only_apt, only_apt)


def _install(name: str, version: str | None) -> str:
    apt = quote(f"{name}={version}" if version else name)
    dnf = quote(f"{name}-{version}" if version else name)
    apk = quote(f"{name}={version}" if version else name)
    install = f"{_APT} {_CONF} --allow-downgrades --allow-change-held-packages install"
    return _by_manager(
        f"{install} {apt} || {{ {_APT} update && {install} {apt}; }}",
        f"dnf -y -q install {dnf} || dnf -y -q downgrade {dnf}",
        f"apk add -q {apk} || {{ apk update -q && apk add -q {apk}; }}",
    )


def _by_manager(apt: str, dnf: str, apk: str) -> str:
    return (
        f"if command -v apt-get >/dev/null 2>&1; then {apt}\n"
        f"elif command -v apk >/dev/null 2>&1; then {apk}\n"
        f"elif command -v dnf >/dev/null 2>&1; then {dnf}\n"
        'else echo "no apt, apk or dnf here" >&2; exit 1; fi'
    )
