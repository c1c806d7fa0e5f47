"""Repositories elsewhere."""

from holdfast.drivers.forges.polling import GitRemote

__all__ = ["GitRemote"]
