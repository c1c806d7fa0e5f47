"""The server listens, or says in its own words why it does not."""

import socket

import pytest

from holdfast.drivers.clock import SystemClock
from holdfast.problems import HoldfastError
from holdfast.server.serving import serve


def test_a_port_that_is_taken_is_said_once(capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(HoldfastError) as raised:
            serve(None, "127.0.0.1", port, SystemClock())
    assert raised.value.problems[0].code == "server.port-taken"
    assert "--port 0" in raised.value.problems[0].next_step
    assert capfd.readouterr().err == "", "uvicorn says nothing of its own"
