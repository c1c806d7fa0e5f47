"""``container``: a container that runs, of podman or docker."""

import json
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import Field

from holdfast.declare.strict import SecretText, Strict
from holdfast.kinds.base import BaseKind
from holdfast.kinds.shell import quote
from holdfast.model import Attributes, Change, Resource, Sensitive, as_value
from holdfast.ports import Answers, Contents, Query, Wanted

_FIND = "c=$(command -v podman || command -v docker)"
_TOOL = f"{_FIND} || {{ echo no podman or docker >&2; exit 1; }}"
_LABEL = "holdfast.declared"


class ContainerDeclared(Strict):
    """
    A container made from an image, and made anew when its declaration is another.

    Secrets in ``env`` reach it without standing in an argument; podman and docker keep
    the environment of a container in their own storage, readable by root.

        - container: shop
          image: registry.shop.example/shop:1.4
          ports: ["127.0.0.1:8080:80"]
          env: {LOG_LEVEL: info, PASSWORD: "${{ secrets.shop }}"}
          volumes: ["/srv/shop:/data"]
    """

    container: str
    image: str = ""
    command: list[str] = Field(default_factory=list)
    ports: list[str] = Field(default_factory=list)
    env: dict[str, SecretText] = Field(default_factory=dict)
    volumes: list[str] = Field(default_factory=list)
    network: str | None = None
    restart: str | None = Field(default=None, description="As `unless-stopped`.")
    running: bool = True
    absent: bool = False


class ContainerKind(BaseKind):
    """Reads the label in which a container bears its own declaration."""

    name = "container"
    model = ContainerDeclared

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Attributes ``declared`` (image, command, ports...) and ``running``."""
        if declared.absent:
            return Wanted(declared.container, None)
        told = {
            "image": declared.image,
            "command": tuple(declared.command),
            "ports": tuple(declared.ports),
            "env": {key: _reference(value) for key, value in declared.env.items()},
            "volumes": tuple(declared.volumes),
            "network": declared.network or "",
            "restart": declared.restart or "",
        }
        secrets = {k: v for k, v in declared.env.items() if isinstance(v, Sensitive)}
        how = {"secrets": secrets} if secrets else {}
        return Wanted(
            declared.container, {"declared": told, "running": declared.running}, how
        )

    def look(self, resource: Resource, /) -> Iterator[Query]:
        """One question."""
        yield Query("say", (_question(resource.address.name),))

    def read(self, resource: Resource, answers: Answers, /) -> Attributes | None:
        """What it was made from; empty for one that something else made."""
        told = answers[Query("say", (_question(resource.address.name),))]
        if not told:
            return None
        running, _, label = told.partition(" ")
        return {"declared": _unlabelled(label.strip()), "running": running == "true"}

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        """Remove the old one, run the new one; or only start and stop."""
        del contents
        name, before, after = quote(change.address.name), change.before, change.after
        gone = f'"$c" rm -f {name} >/dev/null 2>&1 || :'
        if after is None:
            return (_TOOL, gone)
        if before is None or before.get("declared") != after.get("declared"):
            word = "run -d" if after["running"] else "create"
            run = f'"$c" {word} {" ".join(_words(change))} >/dev/null'
            return (_TOOL, gone, *_exported(change), run)
        return (
            _TOOL,
            f'"$c" {"start" if after["running"] else "stop"} {name} >/dev/null',
        )

    def inverse(self, change: Change, /) -> Change | None:
        """A container that something else made cannot be made again."""
        before = change.before
        return change.swapped() if before is None or before["declared"] else None


def _words(change: Change) -> Iterator[str]:
    told: Any = (change.after or {})["declared"]
    label = b64encode(json.dumps(told, sort_keys=True).encode()).decode()
    yield f"--name {quote(change.address.name)} --label {_LABEL}={label}"
    for port in told["ports"]:
        yield f"-p {quote(port)}"
    for volume in told["volumes"]:
        yield f"-v {quote(volume)}"
    for key, value in told["env"].items():
        yield (
            f"-e {quote(key)}"
            if _secret(change, key)
            else f"-e {quote(f'{key}={value}')}"
        )
    if told["network"]:
        yield f"--network {quote(told['network'])}"
    if told["restart"]:
        yield f"--restart {quote(told['restart'])}"
    yield quote(told["image"])
    yield from (quote(word) for word in told["command"])


def _reference(value: str | Sensitive) -> str:
    """A secret stands in the label by its name and version only."""
    return f"secret:{value.reference}" if isinstance(value, Sensitive) else value


def _secret(change: Change, key: str) -> Sensitive | None:
    secrets: Any = change.how.get("secrets", {})
    found = secrets.get(key)
    return found if isinstance(found, Sensitive) else None


def _exported(change: Change) -> Iterator[str]:
    """Secrets reach the tool through its environment: arguments are for all to see."""
    told: Any = (change.after or {})["declared"]
    for key in told["env"]:
        found = _secret(change, key)
        if found is not None:
            yield f"export {quote(key)}={quote(found.reveal())}"


def _question(name: str) -> str:
    form = f'{{{{.State.Running}}}} {{{{index .Config.Labels "{_LABEL}"}}}}'
    return (
        f"{_FIND} || exit 1\n"
        f'"$c" inspect --type container --format {quote(form)} {quote(name)}'
    )


def _unlabelled(label: str) -> Attributes:
    try:
        found = json.loads(b64decode(label, validate=True))
    except (ValueError, Error):
        return {}
    return as_value(found) if isinstance(found, dict) else {}
