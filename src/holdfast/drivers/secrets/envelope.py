"""
Envelope encryption: each version under a key of its own, that key under a root key.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce before the ciphertext. The
name and the version are authenticated with both layers, the root key's id with the
outer one, so no row can stand in for another. A new root key wraps the keys anew and
leaves the values as they are.
"""

import json
import os
from dataclasses import dataclass, field, replace
from hashlib import sha256

_NONCE = 12
KEY_SIZE = 32
"""Bytes."""


@dataclass(frozen=True, slots=True)
class RootKey:
    """32 random bytes, known by an id that tells nothing about them."""

    key: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """Twelve hexadecimal digits."""
        return sha256(b"holdfast root key\0" + self.key).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed value: which root key wraps its key, the wrapped key, the ciphertext."""

    root: str
    wrapped: bytes
    sealed: bytes


class NotAuthentic(Exception):  # noqa: N818 - what the envelope is
    """It was altered, belongs to another name or version, or the key is another one."""


def seal(name: str, version: int, value: bytes, root: RootKey) -> Envelope:
    """Encrypt one version of one secret."""
    own = os.urandom(KEY_SIZE)
    sealed = _encrypt(own, value, _bound(name, version))
    return Envelope(root.id, _wrapped(name, version, own, root), sealed)


def unseal(name: str, version: int, envelope: Envelope, root: RootKey) -> bytes:
    """The value; raises :class:`NotAuthentic`."""
    own = _unwrapped(name, version, envelope, root)
    return _decrypt(own, envelope.sealed, _bound(name, version))


def rewrap(
    name: str, version: int, envelope: Envelope, old: RootKey, new: RootKey
) -> Envelope:
    """The same under another root key; raises :class:`NotAuthentic`."""
    own = _unwrapped(name, version, envelope, old)
    return replace(envelope, root=new.id, wrapped=_wrapped(name, version, own, new))


def _wrapped(name: str, version: int, own: bytes, root: RootKey) -> bytes:
    return _encrypt(root.key, own, _bound(name, version, root.id))


def _unwrapped(name: str, version: int, envelope: Envelope, root: RootKey) -> bytes:
    return _decrypt(root.key, envelope.wrapped, _bound(name, version, envelope.root))


def _bound(*parts: str | int) -> bytes:
    """What is authenticated beside the ciphertext; no two lists of parts are alike."""
    return json.dumps(["holdfast secret", *parts]).encode()


def _encrypt(key: bytes, value: bytes, bound: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, value, bound)


def _decrypt(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound)
    except (InvalidTag, ValueError) as error:
        raise NotAuthentic from error
