"""
The format of SOPS (getsops.io): values sealed one by one, a MAC over them all.

A value is ``ENC[AES256_GCM,data:..,iv:..,tag:..,type:..]``; its keys from the top, each
followed by a colon, are authenticated with it, positions in lists are not. The MAC is
SHA-512 over every value in the order they are written, in capital hexadecimal digits,
itself sealed together with ``lastmodified``.
"""

import hmac
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256, sha512
from typing import Any

_SEALED = re.compile(
    r"ENC\[AES256_GCM,data:(?P<data>[^,]*),iv:(?P<iv>[^,]+),tag:(?P<tag>[^,]+),"
    r"type:(?P<type>\w+)\]"
)
_PLAIN_SUFFIX = "_unencrypted"
_RULES = (
    "unencrypted_suffix",
    "encrypted_suffix",
    "unencrypted_regex",
    "encrypted_regex",
)
_COMMENT_RULES = ("encrypted_comment_regex", "unencrypted_comment_regex")
_TRUE = {"1", "t", "T", "TRUE", "true", "True"}


class SopsFault(Exception):  # noqa: N818 - a fault of the file
    """What is wrong with a file, in words that hold nothing of its values."""


@dataclass(frozen=True, slots=True)
class Rules:
    """
    Which values a file seals, from its metadata.

    At most one of the four is set. ``by_comment`` says that comments decide: these are
    not read, so whatever looks sealed is opened.
    """

    plain_suffix: str = ""
    sealed_suffix: str = ""
    plain_pattern: str = ""
    sealed_pattern: str = ""
    by_comment: bool = False

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> "Rules":
        """Read them; nothing set means that names ending in ``_unencrypted`` are plain."""
        told = {word: str(metadata.get(word) or "") for word in _RULES}
        comment = any(metadata.get(word) for word in _COMMENT_RULES)
        unruled = not any(told.values()) and not comment
        return cls(
            plain_suffix=_PLAIN_SUFFIX if unruled else told["unencrypted_suffix"],
            sealed_suffix=told["encrypted_suffix"],
            plain_pattern=told["unencrypted_regex"],
            sealed_pattern=told["encrypted_regex"],
            by_comment=comment,
        )

    def seals(self, path: tuple[str, ...], value: object) -> bool:
        """Whether the value at these keys is to be sealed."""
        if self.by_comment:
            return isinstance(value, str) and bool(_SEALED.fullmatch(value))
        if self.sealed_suffix:
            return any(key.endswith(self.sealed_suffix) for key in path)
        if self.sealed_pattern:
            return any(_matches(self.sealed_pattern, key) for key in path)
        if self.plain_pattern:
            return not any(_matches(self.plain_pattern, key) for key in path)
        return not self.plain_suffix or not any(
            key.endswith(self.plain_suffix) for key in path
        )


def opened(document: Mapping[str, Any], metadata: Mapping[str, Any], key: bytes) -> Any:
    """
    The document with every value in clear; raises :class:`SopsFault`.

    Nothing is given out before the MAC was found right.
    """
    rules, only_sealed = Rules.of(metadata), metadata.get("mac_only_encrypted") is True
    total = sha512(sha256(b"sops").digest() if only_sealed else b"")
    tree = _walk(document, (), rules, key, total if only_sealed else None)
    if not only_sealed:
        for leaf in _leaves(tree):
            total.update(as_bytes(leaf))
    sealed, when = metadata.get("mac"), metadata.get("lastmodified")
    if not sealed:
        raise SopsFault("it has no MAC")
    mac = _unsealed(str(sealed), str(when), key)
    if not hmac.compare_digest(as_bytes(mac), total.hexdigest().upper().encode()):
        raise SopsFault("its MAC does not fit its values: it was changed by hand")
    return tree


def as_bytes(value: object) -> bytes:
    """A value as it counts for the MAC."""
    match value:
        case bool():
            return b"True" if value else b"False"
        case float():
            return plain_number(value).encode()
        case bytes():
            return value
        case _:
            return str(value).encode()


def plain_number(number: float) -> str:
    """A float without an exponent and without noughts at its end."""
    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _walk(
    node: Any, path: tuple[str, ...], rules: Rules, key: bytes, total: Any
) -> Any:
    if isinstance(node, Mapping):
        return {
            name: _walk(item, (*path, str(name)), rules, key, total)
            for name, item in node.items()
        }
    if isinstance(node, list):
        return [_walk(item, path, rules, key, total) for item in node]
    if node is None or not rules.seals(path, node):
        return node
    if not isinstance(node, str):
        raise SopsFault(f"{'/'.join(path)} should be sealed and is not")
    value = _unsealed(node, "".join(f"{name}:" for name in path), key)
    if total is not None:
        total.update(as_bytes(value))
    return value


def _leaves(node: Any) -> Iterator[Any]:
    if isinstance(node, Mapping):
        for item in node.values():
            yield from _leaves(item)
    elif isinstance(node, list):
        for item in node:
            yield from _leaves(item)
    elif node is not None:
        yield node


def _unsealed(text: str, bound: str, key: bytes) -> Any:
    """One value; an empty text stands for itself."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if not text:
        return ""
    found = _SEALED.fullmatch(text)
    where = bound.rstrip(":").replace(":", "/")
    if not found:
        raise SopsFault(f"{where} should be sealed and is not")
    try:
        data, iv, tag = (
            b64decode(found[n], validate=True) for n in ("data", "iv", "tag")
        )
        raw = AESGCM(key).decrypt(iv, data + tag, bound.encode())
        return _typed(raw, found["type"])
    except (InvalidTag, ValueError) as error:
        raise SopsFault(f"{where} was not sealed here with this file's key") from error


def _typed(raw: bytes, kind: str) -> Any:
    match kind:
        case "bytes":
            return raw
        case "int" | "int64":
            return int(raw)
        case "float":
            return float(raw)
        case "bool":
            return raw.decode() in _TRUE
        case "str" | "time":
            return raw.decode("utf-8", "surrogateescape")
        case _:
            raise SopsFault(f"it has a value of the unknown type {kind}")


def _matches(pattern: str, key: str) -> bool:
    try:
        return re.search(pattern, key) is not None
    except re.error as error:
        raise SopsFault(f"its pattern {pattern} cannot be read: {error}") from error
