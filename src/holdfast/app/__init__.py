"""Settings in, a wired application out. The only package that names concrete drivers."""

from holdfast.app.application import Application, Proposal
from holdfast.app.opening.project import open_application

__all__ = ["Application", "Proposal", "open_application"]
