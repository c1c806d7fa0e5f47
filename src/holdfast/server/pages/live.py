"""Pages that stay true while somebody looks at them."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from holdfast.ports import EventDesk
from holdfast.server.pages.layout import Paper

_PART = "part"


@dataclass(frozen=True, slots=True)
class Live:
    """
    Writes pages whose inner part is asked for again when the version has changed.

    The same address with ``part`` gives only that part; ``watch`` is where the API tells
    the version of the ``desk``.
    """

    paper: Paper
    desk: EventDesk
    watch: str = "/api/1/events/version"

    def page(self, request: Request, template: str, /, **values: Any) -> str:
        """A page, or its part."""
        asked = [(k, v) for k, v in request.query_params.multi_items() if k != _PART]
        if _PART in request.query_params:
            return self.paper.page(template, layout="bare.html", **values)
        return self.paper.page(
            template,
            layout="live.html",
            live=f"{request.url.path}?{urlencode([*asked, (_PART, '1')])}",
            watch=self.watch,
            version=self.desk.version(),
            **values,
        )
