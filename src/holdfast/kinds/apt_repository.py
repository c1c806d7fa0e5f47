"""``apt_repository``: where apt gets packages from, and the key they are signed with."""

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from holdfast.declare.strict import Strict
from holdfast.kinds.shell import quote
from holdfast.kinds.texts import TextsKind, absent, texts
from holdfast.model import Change
from holdfast.ports import Wanted


class AptRepositoryDeclared(Strict):
    """
    A deb822 file below ``/etc/apt/sources.list.d`` with its key beside it.

    The key (``content:`` or ``source:``, armoured or binary) counts for this repository
    alone (``Signed-By``). The index of the new repository is fetched at once.

        - apt_repository: shop
          uris: [https://packages.shop.example/debian]
          suites: [bookworm]
          components: [main]
          source: keys/shop.asc
    """

    apt_repository: str
    uris: list[str] = Field(default_factory=list)
    suites: list[str] = Field(default_factory=lambda: ["./"])
    components: list[str] = Field(default_factory=list)
    content: str | None = None
    source: str | None = None
    trusted: bool = Field(
        default=False, description="Take it unsigned; for tests only."
    )
    absent: bool = False


class AptRepositoryKind(TextsKind):
    """Two files."""

    name = "apt_repository"
    model = AptRepositoryDeclared

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Attributes ``sources`` and ``key``, digests."""
        name = declared.apt_repository
        armoured = content is None or content.startswith(b"-----BEGIN")
        files = {
            "sources": f"/etc/apt/sources.list.d/{name}.sources",
            "key": f"/etc/apt/keyrings/{name}.{'asc' if armoured else 'gpg'}",
        }
        if declared.absent:
            return absent(name, files, {})
        signed = files["key"] if content is not None else ""
        text = _deb822(declared, signed).encode()
        told = {"sources": (files["sources"], text), "key": (files["key"], content)}
        return texts(name, told, {}, {})

    def taken_up(self, change: Change) -> Iterator[str]:
        """Fetch the index of this repository only."""
        if change.after is not None and change.after.get("sources"):
            part = f"Dir::Etc::sourcelist=sources.list.d/{change.address.name}.sources"
            yield (
                f"apt-get update -q -o {quote(part)} -o Dir::Etc::sourceparts=- "
                "-o APT::Get::List-Cleanup=0 -o APT::Update::Error-Mode=any"
            )


def _deb822(declared: AptRepositoryDeclared, signed_by: str) -> str:
    lines = {
        "Types": "deb",
        "URIs": " ".join(declared.uris),
        "Suites": " ".join(declared.suites),
        "Components": " ".join(declared.components),
        "Signed-By": signed_by,
        "Trusted": "yes" if declared.trusted else "",
    }
    return "".join(f"{key}: {value}\n" for key, value in lines.items() if value)
