"""Who is signed in, how one signs in and out, and what is refused as a page."""

import asyncio
from pathlib import Path

import httpx
import pytest

from fakes import StoppedClock
from holdfast.drivers.files import write_private
from holdfast.ports import Desks
from holdfast.server.access import Access
from holdfast.server.application import application
from holdfast.server.pages.signing import own_path
from unit.server.test_api import Client, Desk

EVIL = '"><script>alert(1)</script>'


class Broken(Desk):
    """A desk with a fault of its own."""

    def workflows(self) -> None:
        message = "the secret of the fault"
        raise RuntimeError(message)


@pytest.fixture
def access(tmp_path: Path) -> Access:
    return Access(tmp_path / "tokens.json", write_private)


@pytest.fixture
def client(access: Access) -> Client:
    desks = Desks(*[Broken()] * 6)  # type: ignore[arg-type]
    return Client(application(desks, access, "shop", StoppedClock()), access.add("ann"))


def signed_in(client: Client, method: str, path: str, **more: str) -> httpx.Response:
    """Asks as a browser does, with the cookie; faults are answered, not raised."""

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(client.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport,
            base_url="http://shop",
            cookies={"holdfast": client.token},
        ) as browser:
            return await browser.request(method, path, headers=more)

    return asyncio.run(asked())


def test_every_page_says_who_is_signed_in_and_how_to_leave(
    access: Access, client: Client
) -> None:
    client.token = access.add(EVIL)
    page = signed_in(client, "GET", "/workers").text
    assert "Signed in as &#34;&gt;&lt;script&gt;" in page
    assert 'action="/sign-out"' in page
    assert EVIL not in page


def test_signing_out_takes_the_token_out_of_the_browser(client: Client) -> None:
    left = client.post("/sign-out")
    assert (left.status_code, left.headers["location"]) == (303, "/sign-in")
    assert 'holdfast=""' in left.headers["set-cookie"]
    assert "Max-Age=0" in left.headers["set-cookie"]


def test_who_is_not_signed_in_is_led_there_and_back(client: Client) -> None:
    token, client.token = client.token, ""
    led = client.get("/runs/r1?x=1")
    assert led.headers["location"] == "/sign-in?next=/runs/r1%3Fx%3D1"
    page = client.get(led.headers["location"]).text
    assert "holdfast token add NAME" in page
    assert '<input type="hidden" name="next" value="/runs/r1?x=1">' in page
    assert "Sign out" not in page
    told = {"token": token, "next": "/runs/r1?x=1"}
    assert client.post("/sign-in", data=told).headers["location"] == "/runs/r1?x=1"
    assert client.post("/runs/r1/cancel").headers["location"] == "/sign-in"


@pytest.mark.parametrize(
    "there",
    ["", "https://evil", "//evil", "/\\evil", "evil", "/sign-in", "/sign-out", "/a\nb"],
)
def test_one_is_led_to_pages_of_this_server_only(there: str) -> None:
    assert own_path(there) == "/"


def test_an_address_of_ours_is_gone_on_to() -> None:
    assert own_path("/runs/r7?part=1#x") == "/runs/r7?part=1#x"


def test_a_form_of_another_site_is_refused_as_a_page(client: Client) -> None:
    answer = signed_in(client, "POST", "/runs/r1/cancel", origin="http://evil")
    assert answer.status_code == 403
    assert "This came from another site" in answer.text
    assert "Signed in as ann" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    api = signed_in(client, "POST", "/api/1/runs", origin="http://evil")
    assert (api.status_code, api.json()["code"]) == (403, "server.from-afar")


def test_a_fault_is_a_page_that_does_not_tell_of_it(client: Client) -> None:
    answer = signed_in(client, "GET", "/workflows")
    assert answer.status_code == 500
    assert "Something is wrong with Holdfast itself" in answer.text
    assert "the secret of the fault" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    api = signed_in(client, "GET", "/api/1/workflows")
    assert (api.status_code, api.json()["code"]) == (500, "server.broken")


def test_what_is_asked_the_wrong_way_is_a_page_too(client: Client) -> None:
    answer = signed_in(client, "GET", "/workflows/start")
    assert answer.status_code == 405
    assert "This address is not asked that way" in answer.text
