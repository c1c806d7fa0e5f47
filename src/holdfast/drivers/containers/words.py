"""The words a client is given; pure."""

from collections.abc import Iterable, Mapping

from holdfast.ports import Image, JobContainers
from holdfast.problems import HoldfastError, Problem

_LOCAL = "127.0.0.1"
_OURS = ("PATH", "HOME")
_OURS_BEGIN = (
    "BUILDAH_",
    "CONTAINER",
    "DOCKER_",
    "GODEBUG",
    "LD_",
    "REGISTRY_AUTH_FILE",
    "STORAGE_",
    "XDG_",
    "HOLDFAST_AS_",
)
_KEEP_ALIVE = ("tail", ("-f", "/dev/null"))
HOME = "/github/home"
LABEL = "holdfast.job"


def is_the_clients(name: str) -> bool:
    """Whether a client would take a variable for one of its own."""
    plain = name.upper()
    if plain.endswith("_PROXY"):
        return True
    return plain in _OURS or plain.startswith(_OURS_BEGIN)


def passed(names: Iterable[str]) -> list[str]:
    """Variables whose values are in the client's own environment."""
    return [word for name in names for word in ("-e", name)]


def published(port: str) -> str:
    """A port as written, on the loopback unless it says otherwise."""
    parts = str(port).split(":")
    if len(parts) == 1:
        return f"{_LOCAL}::{port}"
    return f"{_LOCAL}:{port}" if len(parts) == 2 else str(port)  # noqa: PLR2004 - a pair


def run_words(
    name: str,
    image: Image,
    network: str,
    *,
    alias: str = "",
    hosts: Mapping[str, str] | None = None,
    around: JobContainers | None = None,
) -> list[str]:
    """
    How one is started; ``around`` is the job when it is the container of its steps.

    Variables come apart from these. Raises ``HoldfastError`` for options of ours.
    """
    refused = [one for one in image.options if one.startswith(("--network", "--net"))]
    if refused:
        raise HoldfastError(_own_network(image.image, refused[0]))
    words = ["run", "-d", "--name", name, "--label", f"{LABEL}={network}"]
    words += ["--network", network]
    words += ["--network-alias", alias] if alias else []
    for host, address in (hosts or {}).items():
        words += ["--add-host", f"{host}:{address}"]
    for port in image.ports:
        words += ["-p", published(port)]
    for volume in image.volumes:
        words += ["-v", volume]
    if around is None:
        return [*words, *image.options]
    for outer, inner in around.mounts:
        words += ["-v", f"{outer}:{inner}"]
    words += ["-w", around.folder, "-e", f"HOME={HOME}", "--entrypoint", _KEEP_ALIVE[0]]
    return [*words, *image.options]


def arguments(around: JobContainers | None) -> tuple[str, ...]:
    """What comes after the image: the container of a job only has to be there."""
    return _KEEP_ALIVE[1] if around is not None else ()


def read_ports(text: str) -> dict[str, str]:
    """``8080/tcp -> 127.0.0.1:46853`` as a mapping from the port inside to the one here."""
    pairs = (line.partition(" -> ") for line in text.splitlines() if " -> " in line)
    return {
        inner.partition("/")[0]: outer.rpartition(":")[2] for inner, _, outer in pairs
    }


def registry_of(image: str) -> str:
    """Where an image comes from."""
    first, slash, _ = image.partition("/")
    named = slash and ("." in first or ":" in first or first == "localhost")
    return first if named else "docker.io"


def _own_network(image: str, option: str) -> Problem:
    return Problem(
        code="containers.own-network",
        summary=f"`options` of {image} must not hold {option}",
        detail="The containers of a job share a network of their own. None was started.",
        next_step="Leave it out; services are reached by their names.",
    )
