"""Webhooks: verified over the bytes as they came, and only then read."""

from holdfast.drivers.webhooks.receive import MAX_BYTES, MAX_BYTES_GITHUB, receive

__all__ = ["MAX_BYTES", "MAX_BYTES_GITHUB", "receive"]
