"""How fast secrets are taken out of a stream: three ways to look for all their forms."""

import argparse
import base64
import random
import re
from collections import deque
from collections.abc import Callable
from time import perf_counter

from holdfast.drivers.redaction.forms import forms
from holdfast.drivers.redaction.redactor import StreamRedactor

LINE = b"2026-11-23T12:00:00Z INFO request 12345 of api took 17 ms, 200, /var/lib/app\n"
PIECE = 65536


def alternation(values: list[str]) -> Callable[[bytes], bytes]:
    known = {form for value in values for form in forms(value)}
    longest_first = sorted(known, key=len, reverse=True)
    pattern = re.compile(b"|".join(map(re.escape, longest_first)))
    return lambda text: pattern.sub(b"***", text)


def automaton(values: list[str]) -> Callable[[bytes], bytes]:
    """Aho and Corasick's, with dictionaries; it only says whether anything is there."""
    edges: list[dict[int, int]] = [{}]
    ends = {_grown(edges, f) for value in values for f in forms(value)}
    fall = _falls(edges, ends)

    def walk(text: bytes) -> bytes:
        state = 0
        for letter in text:
            while state and letter not in edges[state]:
                state = fall[state]
            state = edges[state].get(letter, 0)
            if state in ends:
                return b"found"
        return text

    return walk


def _grown(edges: list[dict[int, int]], form: bytes) -> int:
    state = 0
    for letter in form:
        if letter not in edges[state]:
            edges[state][letter] = len(edges)
            edges.append({})
        state = edges[state][letter]
    return state


def _falls(edges: list[dict[int, int]], ends: set[int]) -> list[int]:
    """Where each state goes on when no letter fits; states that end there are added."""
    fall, waiting = [0] * len(edges), deque(edges[0].values())
    while waiting:
        state = waiting.popleft()
        waiting += edges[state].values()
        for letter, after in edges[state].items():
            back = fall[state]
            while back and letter not in edges[back]:
                back = fall[back]
            fall[after] = edges[back].get(letter, 0)
            if fall[after] in ends:
                ends.add(after)
    return fall


def blocks(values: list[str]) -> Callable[[bytes], bytes]:
    redactor = StreamRedactor(values)
    return redactor.feed


WAYS = {
    "one alternation": (alternation, 1 << 19),
    "an automaton in Python": (automaton, 1 << 20),
    "look-up of blocks (ours)": (blocks, 1 << 25),
}


def speed(
    make: Callable[[list[str]], Callable[[bytes], bytes]], size: int, count: int
) -> float:
    """MB/s over text without secrets, in pieces as a pipe gives them."""
    chance = random.Random(count)  # noqa: S311 - the same values each time
    values = [base64.b64encode(chance.randbytes(18)).decode() for _ in range(count)]
    work = make(values)
    text = LINE * (size // len(LINE) + 1)
    start = perf_counter()
    for at in range(0, size, PIECE):
        work(text[at : at + PIECE])
    return size / 1e6 / (perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[20, 100])
    counts = parser.parse_args().counts
    print("| MB/s with so many secrets |", " | ".join(map(str, counts)), "|")
    print("|---|" + "--:|" * len(counts))
    for name, (make, size) in WAYS.items():
        told = [f"{speed(make, size, count):.1f}" for count in counts]
        print(f"| {name} |", " | ".join(told), "|")


if __name__ == "__main__":
    main()
