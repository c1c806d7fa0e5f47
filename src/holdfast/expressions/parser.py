"""From tokens to a tree."""

from dataclasses import replace
from functools import lru_cache

from holdfast.expressions.errors import MAX_DEPTH, ExpressionError, located
from holdfast.expressions.functions import check_arguments
from holdfast.expressions.lexer import Mark, Token, tokens
from holdfast.expressions.nodes import (
    Call,
    Choice,
    Comparison,
    Index,
    Literal,
    Name,
    Node,
    Not,
    Star,
    walk,
)

_STRENGTH = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
}


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """
    The tree of one bare expression; an empty one is null.

    Raises ``ExpressionError`` (lexing or parsing). Whether the names in it are known is
    not looked at.
    """
    parser = _Parser(text)
    try:
        return parser.whole()
    except ExpressionError as error:
        error.before = tuple(parser.read)
        raise


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[Name | Call, ...]:
    """The contexts and functions a bare expression uses, in the order written."""
    return tuple(node for node in walk(parse(text)) if isinstance(node, (Name, Call)))


class _Parser:
    """
    Reads by the strength of operators, weakest first.

    Beside each node goes its depth, so that no tree is deeper than ``MAX_DEPTH``.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(tokens(text))
        self.at = 0
        self.nested = 0
        self.read: list[Name | Call] = []

    def whole(self) -> Node:
        if self.at_a(Mark.END):
            return Literal(None)
        node, _ = self.expression()
        if not self.at_a(Mark.END):
            raise self.unexpected()
        return node

    def expression(self, strength: int = 1) -> tuple[Node, int]:
        left = self.operand()
        while True:
            operator = self.next.text if self.at_a(Mark.OPERATOR) else ""
            found = _STRENGTH.get(operator, 0)
            if found < strength:
                return left
            if operator in {"&&", "||"}:
                left = self.choice(left, operator, found)
            else:
                self.take()
                right = self.expression(found + 1)
                node = Comparison(operator, left[0], right[0])
                left = self.deeper(node, left[1], right[1])

    def choice(
        self, first: tuple[Node, int], operator: str, strength: int
    ) -> tuple[Node, int]:
        values = [first]
        while self.at_a(Mark.OPERATOR) and self.next.text == operator:
            self.take()
            values.append(self.expression(strength + 1))
        node = Choice(operator, tuple(node for node, _ in values))
        return self.deeper(node, *(depth for _, depth in values))

    def operand(self) -> tuple[Node, int]:
        self.nested += 1
        if self.nested > MAX_DEPTH:
            raise self.too_deep()
        if self.at_a(Mark.OPERATOR) and self.next.text == "!":
            self.take()
            node, depth = self.operand()
            result = self.deeper(Not(node), depth)
        else:
            grouped = self.at_a(Mark.OPEN)
            result = self.primary()
            if grouped or not isinstance(result[0], Literal):
                result = self.indexed(*result)
        self.nested -= 1
        return result

    def primary(self) -> tuple[Node, int]:
        token = self.take()
        match token.mark:
            case Mark.LITERAL:
                return Literal(token.value), 1
            case Mark.NAME if self.at_a(Mark.OPEN):
                return self.call(token)
            case Mark.NAME:
                return self.name(token), 1
            case Mark.OPEN:
                inner = self.expression()
                self.expect(Mark.CLOSE)
                return inner
            case _:
                raise self.unexpected(token)

    def name(self, token: Token) -> Name:
        node = Name(token.text, token.position)
        self.read.append(node)
        return node

    def call(self, token: Token) -> tuple[Node, int]:
        named = Call(token.text.lower(), token.text, (), token.position)
        self.read.append(named)
        self.take()
        arguments: list[tuple[Node, int]] = []
        if not self.at_a(Mark.CLOSE):
            arguments.append(self.expression())
            while self.at_a(Mark.COMMA):
                self.take()
                arguments.append(self.expression())
        self.expect(Mark.CLOSE)
        node = replace(named, arguments=tuple(node for node, _ in arguments))
        check_arguments(node, self.text)
        return self.deeper(node, *(depth for _, depth in arguments))

    def indexed(self, node: Node, depth: int) -> tuple[Node, int]:
        while self.at_a(Mark.DOT, Mark.START_INDEX):
            key: Node | Star
            if self.take().mark is Mark.DOT:
                key, below = self.member(), 1
            else:
                key, below = self.index()
                self.expect(Mark.END_INDEX)
            node, depth = self.deeper(Index(node, key), depth, below)
        return node, depth

    def member(self) -> Node | Star:
        token = self.take()
        if token.mark is Mark.STAR:
            return Star()
        if token.mark is Mark.NAME:
            return Literal(token.text)
        raise self.unexpected(token)

    def index(self) -> tuple[Node | Star, int]:
        if self.at_a(Mark.STAR):
            self.take()
            return Star(), 1
        return self.expression()

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def at_a(self, *marks: Mark) -> bool:
        return self.next.mark in marks

    def take(self) -> Token:
        token = self.next
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def expect(self, mark: Mark) -> None:
        if not self.at_a(mark):
            raise self.unexpected()
        self.take()

    def deeper(self, node: Node, *depths: int) -> tuple[Node, int]:
        depth = 1 + max(depths, default=0)
        if depth > MAX_DEPTH:
            raise self.too_deep()
        return node, depth

    def too_deep(self) -> ExpressionError:
        message = f"Exceeded max expression depth {MAX_DEPTH}"
        return ExpressionError("parsing", message, self.next.position, self.text)

    def unexpected(self, token: Token | None = None) -> ExpressionError:
        token = token or self.next
        if token.mark is Mark.END:
            last = self.tokens[-2]
            what = "Unexpected end of expression"
            return located("parsing", what, last.text, last.position, self.text)
        what = "Unexpected symbol"
        return located("parsing", what, token.text, token.position, self.text)
