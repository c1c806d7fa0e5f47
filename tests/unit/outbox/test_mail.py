"""Mail, handed to a real SMTP server with TLS and passwords."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from holdfast.drivers.notices.mail import Mailbox, hand_over, mail
from stories.mailbox import AnyPort
from unit.outbox.test_channels import message

PASSWORD = "a-right-password"  # noqa: S105 - of a server of the tests
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Sink:
    """Keeps what it takes; refuses some people."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.answer = "250 taken"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's own name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        made = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(made, EmailMessage)
        self.taken.append(made)
        return self.answer


def accept(_server: Any, _session: Any, _envelope: Any, _way: str, given: Any) -> Any:
    assert isinstance(given, LoginPassword)
    right = (given.login, given.password) == (b"holdfast", PASSWORD.encode())
    return AuthResult(success=right, handled=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of 127.0.0.1, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "smtp.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(pem))
    return file


@contextmanager
def serving(sink: Sink, **more: Any) -> Iterator[int]:
    controller = AnyPort(sink, hostname="127.0.0.1", port=0, **more)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def context(certificate: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate)
    return made


def box(port: int, **more: Any) -> Mailbox:
    told: dict[str, Any] = {
        "server": "127.0.0.1",
        "port": port,
        "sender": "holdfast@shop.example",
        "to": ("ann@shop.example",),
        "security": "none",
    }
    return Mailbox(**{**told, **more})


def test_a_letter_goes_over_starttls_with_a_password(certificate: Path) -> None:
    sink = Sink()
    options = {
        "tls_context": context(certificate),
        "require_starttls": True,
        "authenticator": accept,
        "auth_required": True,
    }
    with serving(sink, **options) as port:
        there = box(
            port,
            security="starttls",
            ca=certificate,
            user="holdfast",
            password=PASSWORD,
        )
        answer = hand_over(mail([message()], there, NOW), there)
        wrong = replace(there, password=f"not {PASSWORD}")
        denied = hand_over(mail([message()], wrong, NOW), wrong)
    assert (answer.taken, answer.said) == (True, "taken")
    assert not denied.taken
    assert not denied.final
    assert denied.said.startswith("535")
    (seen,) = sink.taken
    assert seen["Subject"] == "[shop] r7 of ship failed"
    assert seen["To"] == "ann@shop.example"
    assert "Type: holdfast logs r7" in seen.get_content()


def test_a_letter_goes_over_tls_from_the_start(certificate: Path) -> None:
    sink = Sink()
    with serving(sink, ssl_context=context(certificate)) as port:
        there = box(port, security="tls", ca=certificate)
        assert hand_over(mail([message()], there, NOW), there).taken
    assert len(sink.taken) == 1


def test_a_server_nobody_vouches_for_gets_nothing(certificate: Path) -> None:
    sink = Sink()
    options = {"tls_context": context(certificate), "require_starttls": True}
    with serving(sink, **options) as port:
        there = box(port, security="starttls", user="holdfast", password=PASSWORD)
        answer = hand_over(mail([message()], there, NOW), there)
    assert not answer.taken
    assert "certificate" in answer.said.lower()
    assert sink.taken == []


def test_a_server_without_starttls_is_not_spoken_to_in_clear() -> None:
    sink = Sink()
    with serving(sink) as port:
        there = box(port, security="starttls", user="holdfast", password=PASSWORD)
        answer = hand_over(mail([message()], there, NOW), there)
    assert not answer.taken
    assert "STARTTLS" in answer.said
    assert sink.taken == []


def test_several_messages_are_one_letter() -> None:
    sink = Sink()
    several = [message(id=f"{n}", title=f"r{n} failed") for n in range(3)]
    with serving(sink) as port:
        assert hand_over(mail(several, box(port), NOW), box(port)).taken
    (seen,) = sink.taken
    assert seen["Subject"] == "[shop] 3 messages, first: r0 failed"
    assert all(f"r{n} failed" in seen.get_content() for n in range(3))


def test_the_same_letter_sent_again_is_seen_to_be_the_same() -> None:
    here = box(25)
    first, again = (mail([message()], here, NOW) for _ in range(2))
    other = mail([message(id="8")], here, NOW)
    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]


@pytest.mark.parametrize(
    "title", ["a\r\nBcc: eve@evil.example", "a\nb", "ü" * 300, "\x00\x1b[2J"]
)
def test_a_title_makes_no_header_of_its_own(title: str) -> None:
    sink = Sink()
    with serving(sink) as port:
        assert hand_over(mail([message(title=title)], box(port), NOW), box(port)).taken
    (seen,) = sink.taken
    assert seen["Bcc"] is None
    assert seen["To"] == "ann@shop.example"


def test_who_is_refused_for_good_is_not_written_to_again() -> None:
    sink = Sink()
    with serving(sink) as port:
        there = box(port, to=("nobody@shop.example",))
        answer = hand_over(mail([message()], there, NOW), there)
        both = box(port, to=("ann@shop.example", "nobody@shop.example"))
        some = hand_over(mail([message()], both, NOW), both)
        sink.answer = "451 try later"
        later = hand_over(mail([message()], box(port), NOW), box(port))
        sink.answer = "554 never"
        never = hand_over(mail([message()], box(port), NOW), box(port))
    assert (answer.taken, answer.final) == (False, True)
    assert "550 no such person" in answer.said
    assert some.taken
    assert "not for nobody@shop.example" in some.said
    assert (later.taken, later.final) == (False, False)
    assert (never.taken, never.final) == (False, True)


def test_a_server_that_is_not_there_is_tried_later() -> None:
    there = box(9)
    answer = hand_over(mail([message()], there, NOW), there, timeout=1)
    assert (answer.taken, answer.final) == (False, False)


def test_a_password_is_not_shown() -> None:
    assert PASSWORD not in repr(box(1, password=PASSWORD))
