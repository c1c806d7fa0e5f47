"""Secrets of a project: where they come from, their versions, and where they were used."""

from holdfast.app.secrets.sources import folders_of, secrets_for, stored_for

__all__ = ["folders_of", "secrets_for", "stored_for"]
