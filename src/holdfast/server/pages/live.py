"""Pages that stay true while somebody looks at them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from starlette.requests import Request

from holdfast.server.pages.layout import Handler, Paper

PART = "part"


class Versioned(Protocol):
    """A desk that is cheaply asked whether anything changed."""

    def version(self) -> object:
        """Something that is another one whenever anything changed."""
        ...


@dataclass(frozen=True, slots=True)
class Live:
    """
    Writes pages whose inner part is asked for again when the version has changed.

    The same address with ``part`` gives only that part; ``watch`` is where the API tells
    the version of the ``desk``.
    """

    paper: Paper
    desk: Versioned
    watch: str

    def shown(self, make: Callable[[Request], str]) -> Handler:
        """
        A page made in a thread, after its version was looked up.

        In that order: what changes meanwhile is shown once more, and never missed.
        """

        def versioned(request: Request) -> str:
            request.state.version = "" if is_part(request) else self.desk.version()
            return make(request)

        return self.paper.shown(versioned)

    def page(self, request: Request, template: str, /, **values: Any) -> str:
        """A page, or its part."""
        asked = [(k, v) for k, v in request.query_params.multi_items() if k != PART]
        if is_part(request):
            return self.paper.page(request, template, layout="bare.html", **values)
        return self.paper.page(
            request,
            template,
            layout="live.html",
            live=f"{request.url.path}?{urlencode([*asked, (PART, '1')])}",
            watch=self.watch,
            version=request.state.version,
            **values,
        )


def is_part(request: Request) -> bool:
    """Whether only the part is asked for that changes."""
    return PART in request.query_params
