"""The command line: one file a command; views for people and for machines."""

from holdfast.cli.main import main

__all__ = ["main"]
