"""Forms are read as browsers send them."""

import pytest

from holdfast.problems import HoldfastError
from holdfast.server.pages.paper import fields_of


def test_the_fields_of_a_form_are_read() -> None:
    told = fields_of(b"why=it+is+%C3%BCber&yes=&a%26b=1")
    assert told == {"why": "it is über", "yes": "", "a&b": "1"}


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"=", b"&&&"])
def test_what_is_no_form_is_no_fault(body: bytes) -> None:
    assert isinstance(fields_of(body), dict)


def test_a_flood_of_fields_is_refused() -> None:
    with pytest.raises(HoldfastError) as caught:
        fields_of(b"&".join(b"a=1" for _ in range(500)))
    assert caught.value.problems[0].code == "server.too-many-fields"
