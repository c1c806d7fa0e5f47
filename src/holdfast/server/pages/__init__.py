"""Pages for a browser."""

from holdfast.server.pages.routes import routes

__all__ = ["routes"]
