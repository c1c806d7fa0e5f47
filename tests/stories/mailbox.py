"""A real mail server that keeps what it is given."""

from asyncio import Server
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Mailbox:
    """Letters in the order in which they came."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        """Take one letter, as aiosmtpd hands it over."""
        told = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(told, EmailMessage)
        self.letters.append(told)
        return "250 kept"

    @property
    def subjects(self) -> list[str]:
        """What the letters are about."""
        return [str(one["Subject"]) for one in self.letters]


class AnyPort(Controller):
    """On a port of the system's choice."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A mail server on loopback."""
    box = Mailbox()
    controller = AnyPort(box, hostname="127.0.0.1", port=0)
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()
