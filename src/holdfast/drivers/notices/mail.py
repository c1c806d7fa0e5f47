"""Mail: one letter of one or several messages, and the door to a server that takes it."""

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path

from holdfast.model import Message
from holdfast.ports import Answer

_TIMEOUT = 10.0
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_FIRST_PERMANENT = 500
_DENIED = frozenset({530, 534, 535, 538})
"""It was the password, not the letter: that can be put right."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A server that takes mail, and whom it is for; ``ca`` is a file of certificates."""

    server: str
    sender: str
    to: tuple[str, ...]
    security: str = "starttls"
    port: int | None = None
    user: str = ""
    password: str = field(default="", repr=False)
    ca: Path | None = None


def mail(messages: Sequence[Message], box: Mailbox, now: datetime) -> EmailMessage:
    """
    One letter of all that came together.

    Its Message-ID is made of theirs: the same letter, sent again, is seen to be the same.
    """
    first, several = messages[0], len(messages) > 1
    name = sha256("\n".join(one.id for one in messages).encode()).hexdigest()[:32]
    host = box.sender.rpartition("@")[2].strip("<> ") or "holdfast"
    title = (
        f"{len(messages)} messages, first: {first.title}" if several else first.title
    )
    letter = EmailMessage()
    letter["Subject"] = " ".join(f"[{first.project}] {title}".split())
    letter["From"] = box.sender
    letter["To"] = ", ".join(box.to)
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = f"<{name}@{host}>"
    letter["Auto-Submitted"] = "auto-generated"
    parts = [_part(one, titled=several) for one in messages]
    letter.set_content("\n\n".join(parts) + "\n")
    return letter


def hand_over(letter: EmailMessage, box: Mailbox, timeout: float = _TIMEOUT) -> Answer:
    """Give a letter to the server; never raises for what that does."""
    try:
        with _connected(box, timeout) as server:
            if box.user:
                server.login(box.user, box.password)
            refused = server.send_message(letter)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        final = all(code >= _FIRST_PERMANENT for code in codes)
        return Answer(taken=False, said=_refused(error.recipients), final=final)
    except smtplib.SMTPResponseException as error:
        code = error.smtp_code
        said = f"{code} {_text(error.smtp_error)}"
        final = code >= _FIRST_PERMANENT and code not in _DENIED
        return Answer(taken=False, said=said, final=final)
    except (smtplib.SMTPException, OSError) as error:
        return Answer(taken=False, said=f"{type(error).__name__}: {error}")
    said = f"taken, but not for {_refused(refused)}" if refused else "taken"
    return Answer(taken=True, said=said)


def _connected(box: Mailbox, timeout: float) -> smtplib.SMTP:
    port = box.port or _PORTS[box.security]
    trusted = ssl.create_default_context(cafile=str(box.ca) if box.ca else None)
    if box.security == "tls":
        return smtplib.SMTP_SSL(box.server, port, timeout=timeout, context=trusted)
    server = smtplib.SMTP(box.server, port, timeout=timeout)
    if box.security == "starttls":
        try:
            server.starttls(context=trusted)
        except BaseException:
            server.close()
            raise
    return server


def _part(message: Message, *, titled: bool) -> str:
    lines = [message.title, message.text] if titled else [message.text]
    return "\n".join(line for line in lines if line) or message.title


def _refused(recipients: dict[str, tuple[int, bytes]]) -> str:
    return ", ".join(
        f"{who}: {code} {_text(said)}" for who, (code, said) in recipients.items()
    )


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())
