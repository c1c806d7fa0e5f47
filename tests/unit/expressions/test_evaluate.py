"""What an expression comes to."""

import pytest

from holdfast.expressions import (
    ExpressionError,
    evaluate,
    evaluate_expression,
    interpolate,
)
from holdfast.model import Sensitive

SECRET = Sensitive("db", "3", "hunter2")
CONTEXTS = {
    "host": {"name": "web-1", "groups": ("web", "eu")},
    "vars": {"port": 8080, "deep": {"a": [{"b": [1, 2]}, {"b": [3]}]}},
    "secrets": {"db": SECRET},
}


def error_of(text: str, **options: object) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        interpolate(text, CONTEXTS, **options)  # type: ignore[arg-type]
    return caught.value


def test_a_condition_is_read_with_or_without_its_braces() -> None:
    assert evaluate("host.name == 'WEB-1'", CONTEXTS) is True
    assert evaluate("  ${{ host.name == 'WEB-1' }} ", CONTEXTS) is True


def test_text_around_the_braces_of_a_condition_is_refused() -> None:
    with pytest.raises(ExpressionError, match="whole condition") as caught:
        evaluate("${{ false }} && true", CONTEXTS)
    assert caught.value.kind == "parsing"


def test_one_expression_keeps_its_type() -> None:
    assert interpolate("${{ vars.port }}", CONTEXTS) == 8080
    assert interpolate("${{ host.groups }}", CONTEXTS) == ("web", "eu")


def test_several_parts_become_one_text() -> None:
    text = "${{ host.name }}:${{ vars.port }} }}${{ '}}' }}"
    assert interpolate(text, CONTEXTS) == "web-1:8080 }}}}"


def test_text_without_an_expression_stays_as_it_is() -> None:
    assert interpolate("$ {{ x }}", CONTEXTS) == "$ {{ x }}"
    assert interpolate("", CONTEXTS) == ""


def test_an_expression_that_is_not_closed_says_where_it_began() -> None:
    error = error_of("ab ${{ host.name")
    assert (error.kind, error.position) == ("parsing", 4)
    assert "closing }} sequence was not found" in error.message


def test_stars_reach_through_nested_collections() -> None:
    assert interpolate("${{ vars.deep.a.*.b.* }}", CONTEXTS) == [1, 2, 3]
    assert interpolate("${{ vars.deep.a.*.b[0] }}", CONTEXTS) == [1, 3]
    assert interpolate("${{ host.nothing.*.at.all }}", CONTEXTS) == []


def test_functions_see_tuples_as_arrays() -> None:
    assert evaluate("contains(host.groups, 'EU')", CONTEXTS) is True
    assert evaluate("contains(host.name, 'b-')", CONTEXTS) is True
    assert evaluate("contains(vars, 'port')", CONTEXTS) is False


def test_comparison_binds_tighter_than_equality_and_that_than_and() -> None:
    assert evaluate("1 < 2 == true && !false || nosuch", {"nosuch": 1}) is True
    assert evaluate("false && false || true", {}) is True
    assert evaluate("false && (false || true)", {}) is False


def test_the_unneeded_side_is_not_evaluated() -> None:
    assert evaluate("true || fromJSON('oops')", {}) is True
    assert evaluate("false && fromJSON('oops')", {}) is False
    assert evaluate("case(true, 1, fromJSON('oops'))", {}) == 1


def test_status_functions_are_there_only_with_a_status() -> None:
    assert evaluate("always() && success()", {}, status="success") is True
    assert evaluate("failure()", {}, status="success") is False
    assert evaluate("cancelled()", {}, status="cancelled") is True
    with pytest.raises(ExpressionError, match="Unrecognized function: 'success'"):
        evaluate("success()", {})


def test_hash_files_is_whatever_was_handed_in() -> None:
    def joined(*patterns: str) -> str:
        return "+".join(patterns)

    assert evaluate("hashFiles('a', 'b')", {}, hash_files=joined) == "a+b"
    with pytest.raises(ExpressionError, match="Unrecognized function: 'hashFiles'"):
        evaluate("hashFiles('a')", {})


# --- secrets ----------------------------------------------------------------------


def test_a_secret_passes_through_whole() -> None:
    assert interpolate("${{ secrets.db }}", CONTEXTS) is SECRET
    assert interpolate("${{ secrets.none || secrets.db }}", CONTEXTS) is SECRET


@pytest.mark.parametrize(
    "text",
    [
        "x${{ secrets.db }}",
        "${{ secrets.db == 'hunter2' }}",
        "${{ secrets.db > 'a' }}",
        "${{ format('{0}', secrets.db) }}",
        "${{ join(secrets.*, ',') }}",
        "${{ join(host.groups, secrets.db) }}",
        "${{ toJSON(secrets) }}",
        "${{ fromJSON(secrets.db) }}",
        "${{ contains(secrets.*, 'hunter2') }}",
        "${{ contains('hunter2', secrets.db) }}",
        "${{ startsWith(secrets.db, 'h') }}",
        "${{ endsWith('h', secrets.db) }}",
        "${{ host[secrets.db] }}",
    ],
)
def test_a_secret_is_neither_compared_nor_written(text: str) -> None:
    error = error_of(text)
    assert error.kind == "evaluation"
    assert "secret 'db'" in error.message
    assert "hunter2" not in str(error)


def test_a_secret_is_open_to_who_may_reveal_it() -> None:
    assert interpolate("p=${{ secrets.db }}", CONTEXTS, reveal=True) == "p=hunter2"
    assert interpolate("${{ secrets.db }}", CONTEXTS, reveal=True) == "hunter2"
    revealed = interpolate("${{ toJSON(secrets) }}", CONTEXTS, reveal=True)
    assert revealed == '{\n  "db": "hunter2"\n}'


def test_an_error_does_not_tell_a_revealed_secret() -> None:
    contexts = {"secrets": {"db": Sensitive("db", "1", "hunter2{")}}
    with pytest.raises(ExpressionError) as caught:
        evaluate("format(secrets.db)", contexts, reveal=True)
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(caught.value.__context__)


# --- what is wrong, and where ------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("1 +", "lexing", "Unexpected symbol: '+'. Located at position 3"),
        ("'open", "lexing", "Unexpected symbol: ''open'. Located at position 1"),
        ("a = b", "lexing", "Unexpected symbol: '='. Located at position 3"),
        ("1 ==", "parsing", "Unexpected end of expression: '=='"),
        ("(1", "parsing", "Unexpected end of expression: '1'"),
        ("1 2", "parsing", "Unexpected symbol: '2'. Located at position 3"),
        ("'a'.b", "parsing", "Unexpected symbol: '.'"),
        ("nope('a')", "parsing", "Unrecognized function: 'nope'"),
        ("TRUE", "parsing", "Unrecognized named-value: 'TRUE'"),
        ("fromJSON('{')", "evaluation", "fromJSON got no JSON"),
        ("fromJSON('NaN')", "evaluation", "NaN is not a value of JSON"),
    ],
)
def test_an_error_says_what_and_where(text: str, kind: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate_expression(text, {})
    assert caught.value.kind == kind
    assert message in caught.value.message


def test_a_value_of_a_foreign_type_is_refused() -> None:
    with pytest.raises(ExpressionError, match="type object"):
        evaluate("x == 1", {"x": object()})
