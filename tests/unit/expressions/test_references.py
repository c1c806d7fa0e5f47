"""What a text reads, known without evaluating it."""

import pytest

from holdfast.expressions import ExpressionError, contexts_of, references


def test_a_key_is_named_with_its_context() -> None:
    text = "${{ secrets.db }}-${{ Host['name'] }}-${{ vars.a.b }}"
    assert references(text) == {("secrets", "db"), ("host", "name"), ("vars", "a")}
    assert contexts_of(text) == {"secrets", "host", "vars"}


def test_a_computed_key_names_both_contexts() -> None:
    assert references("${{ secrets[vars.which] }}") == {("secrets",), ("vars", "which")}


def test_a_star_names_the_whole_context() -> None:
    assert references("${{ join(facts.*, ',') }}") == {("facts",)}


def test_text_outside_of_the_braces_reads_nothing() -> None:
    assert references("secrets.db and no expression") == frozenset()
    assert references("secrets.db == 'x'", bare=True) == {("secrets", "db")}
    assert references("${{ secrets.db == 'x' }}", bare=True) == {("secrets", "db")}


def test_every_branch_counts() -> None:
    text = "${{ case(a.x, b.x, !c.x && d.x) || always() }}"
    assert contexts_of(text) == {"a", "b", "c", "d"}


def test_a_text_that_cannot_be_read_says_so() -> None:
    with pytest.raises(ExpressionError):
        references("${{ a. }}")
