"""Forms are read as browsers send them."""

import pytest

from holdfast.problems import HoldfastError
from holdfast.server.pages.layout import form_of


def test_the_form_of_a_form_are_read() -> None:
    told = form_of(b"why=it+is+%C3%BCber&yes=&a%26b=1")
    assert told == {"why": "it is über", "yes": "", "a&b": "1"}


@pytest.mark.parametrize("body", [b"", b"=", b"&&&"])
def test_a_form_that_says_nothing_is_no_fault(body: bytes) -> None:
    assert isinstance(form_of(body), dict)


@pytest.mark.parametrize("body", [b"\xff\xfe", b"&".join([b"a=1"] * 2000)])
def test_what_no_page_sends_is_refused(body: bytes) -> None:
    with pytest.raises(HoldfastError) as caught:
        form_of(body)
    assert caught.value.problems[0].code == "server.no-form"
