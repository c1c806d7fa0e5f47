"""Signatures by Standard Webhooks: over id, time and body, so that nothing is replayed."""

import binascii
import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from holdfast.problems import HoldfastError, Problem

_PREFIX = "whsec_"


def signed(
    key: str, now: datetime, body: bytes, secrets: Sequence[str]
) -> Mapping[str, str]:
    """
    The three headers; one signature for each secret, so that one can be changed.

    ``webhook-id`` is the same each time a letter is sent. A secret that begins with
    ``whsec_`` is base64, any other is taken as it is. Raises ``HoldfastError``.
    """
    name = f"msg_{sha256(key.encode()).hexdigest()[:32]}"
    moment = str(int(now.timestamp()))
    content = b".".join((name.encode(), moment.encode(), body))
    made = [hmac.digest(_key(secret), content, "sha256") for secret in secrets]
    return {
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(f"v1,{b64encode(one).decode()}" for one in made),
    }


def _key(secret: str) -> bytes:
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        found = b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise HoldfastError(_no_base64()) from error
    return found


def _no_base64() -> Problem:
    return Problem(
        code="notice.signing-secret",
        summary="A signing secret begins with whsec_ and is no base64 after it",
        detail="Nothing was sent; the letter stays in the outbox.",
        next_step="Keep a new one: holdfast secret rotate NAME",
    )
