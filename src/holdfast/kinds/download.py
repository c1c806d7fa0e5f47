"""``download``: a file from the network, whose digest is known before."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from pydantic import Field, field_validator

from holdfast.declare.strict import Strict
from holdfast.kinds.base import octal
from holdfast.kinds.file import FileKind, owned, place
from holdfast.kinds.shell import path, quote
from holdfast.model import Change
from holdfast.ports import BESIDE, PUT_IN_PLACE, Contents, Wanted

_DIGEST = 64


def checked_digest(digest: str) -> str:
    """A SHA-256 in 64 hexadecimal digits; raises ``ValueError``."""
    if len(digest) != _DIGEST or set(digest.lower()) - set("0123456789abcdef"):
        message = "sha256 is 64 hexadecimal digits"
        raise ValueError(message)
    return digest.lower()


def fetched(url: str, sha256: str, to: str) -> str:
    """Sh that puts what is at ``url`` into ``$n`` beside ``to``, if its digest is right."""
    where = quote(url)
    return (
        f"f={path(to)}; d=${{f%/*}}; n={BESIDE}\n"
        'trap \'rm -f "$n"\' EXIT; umask 077; set -C; : >"$n"; set +C; umask 022\n'
        'has() { command -v "$1" >/dev/null 2>&1; }\n'
        f'if has curl; then curl -fsSL --retry 2 -o "$n" -- {where}\n'
        f'elif has wget; then wget -q -O "$n" -- {where}\n'
        f'elif has python3; then python3 -c {quote(_PYTHON)} {where} "$n"\n'
        "else echo no curl, wget or python3 to fetch with >&2; exit 1; fi\n"
        f'echo "{sha256}  $n" | sha256sum -c >/dev/null 2>&1 || '
        "{ echo its sha256 is not the one that was declared >&2; exit 1; }"
    )


_PYTHON = (
    "import sys, urllib.request; urllib.request.urlretrieve(sys.argv[1], sys.argv[2])"
)


class DownloadDeclared(Strict):
    """
    A file from the network; the target fetches it itself.

        - download: /usr/local/bin/tool
          url: https://shop.example/tool-1.2
          sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
          mode: "0755"
    """

    download: str
    url: str
    sha256: str = Field(description="What it must be; nothing is fetched without.")
    mode: str | None = None
    owner: str | None = None
    group: str | None = None

    @field_validator("sha256")
    @classmethod
    def _digest(cls, digest: str) -> str:
        return checked_digest(digest)

    @field_validator("mode")
    @classmethod
    def _octal(cls, mode: str | None) -> str | None:
        return None if mode is None else octal(mode)


class DownloadKind(FileKind):
    """A file whose content the target fetches itself."""

    name = "download"
    model: ClassVar[Any] = DownloadDeclared

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Attributes ``content`` (the digest), ``mode``, ``owner`` and ``group``."""
        given = {key: getattr(declared, key) for key in ("mode", "owner", "group")}
        wanted: dict[str, Any] = {k: v for k, v in given.items() if v is not None}
        wanted |= {"type": "file", "content": f"sha256:{declared.sha256}"}
        return Wanted(declared.download, wanted, {"url": declared.url})

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        """Fetch, check, rename; the way back writes the old file."""
        after = change.after or {}
        content = str(after.get("content", ""))
        known = not content or content in contents
        if known or content == (change.before or {}).get("content"):
            return tuple(place(change.address.name, change, contents))
        return tuple(_commands(change, content.removeprefix("sha256:")))


def _commands(change: Change, sha256: str) -> Iterator[str]:
    after = change.after or {}
    yield (
        fetched(str(change.how["url"]), sha256, change.address.name)
        + f'\nchmod 0644 "$n"\n{PUT_IN_PLACE}'
    )
    yield from owned(change.address.name, {}, after)
