"""Versions of values that nobody counts."""

import hmac


def fingerprint(backend: str, key: bytes, value: str) -> str:
    """
    A version that follows the value and tells nothing about it: ``env-3f9a...``.

    A digest keyed with the project's own key, so that a plan notices another value and
    nobody can try out values against it.
    """
    raw = value.encode("utf-8", "surrogatepass")
    return f"{backend}-{hmac.digest(key, raw, 'sha256').hex()[:12]}"
