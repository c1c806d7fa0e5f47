"""From the outbox to those who wait for it."""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from holdfast.engine.outbox.relay import LEASE, NAME
from holdfast.engine.outbox.schedule import after
from holdfast.ports import Answer, Clock, Letter, OutboxStore, Sender
from holdfast.problems import HoldfastError

_LOG = logging.getLogger(__name__)
_AT_ONCE = 8
_MANY = 200
_LONGEST = LEASE / 2
"""So long at most letters are sent under one lease."""


@dataclass(slots=True)
class Delivery:
    """
    Sends what is due; of several processes only the one that leads does.

    Each channel is served by itself, so that one that does not answer keeps no other
    waiting; after a failure the rest of its letters waits for the next turn.
    """

    store: OutboxStore
    clock: Clock
    holder: str
    senders: Mapping[str, Sender]
    redact: Callable[[str], str]

    def tick(self, *, early: bool = False) -> int:
        """Send what is due, with ``early`` all that waits; how many letters were tried."""
        letters = self._due(early=early)
        if not letters:
            return 0
        piles: dict[str, list[Letter]] = {}
        for letter in letters:
            piles.setdefault(letter.to, []).append(letter)
        with ThreadPoolExecutor(min(len(piles), _AT_ONCE)) as pool:
            return sum(pool.map(self._serve, piles, piles.values()))

    def _due(self, *, early: bool) -> tuple[Letter, ...]:
        now = self.clock.now()
        with self.store.begin() as transaction:
            if not transaction.lead(NAME, self.holder, now, now + LEASE):
                return ()
            return transaction.due(now, _MANY, early=early)

    def _serve(self, to: str, letters: Sequence[Letter]) -> int:
        sender, end = self.senders.get(to), self.clock.now() + _LONGEST
        if sender is None:
            gone = Answer(
                taken=False, said=f"{to} is not declared any more", final=True
            )
            self._note(letters, gone)
            return len(letters)
        tried = 0
        for pile in self._piles(to, sender, letters):
            answer = self._send(sender, pile)
            leads = self._note(pile, answer)
            tried += len(pile)
            goes_on = answer.taken or answer.final
            if not (leads and goes_on) or self.clock.now() > end:
                break
        return tried

    def _piles(
        self, to: str, sender: Sender, letters: Sequence[Letter]
    ) -> Sequence[Sequence[Letter]]:
        """What goes out together: all that waits where messages are gathered."""
        if not sender.gathers:
            return [[letter] for letter in letters]
        with self.store.begin() as transaction:
            return [transaction.fresh(to)]

    def _send(self, sender: Sender, letters: Sequence[Letter]) -> Answer:
        try:
            return sender.send(letters, self.clock.now())
        except HoldfastError as error:
            problem = error.problems[0]
            return Answer(taken=False, said=f"{problem.summary}. {problem.next_step}")
        except Exception as fault:  # noqa: BLE001 - a letter that cannot be read
            _LOG.exception("letter %s could not be sent", letters[0].name)
            return Answer(taken=False, said=f"it could not be sent: {fault!r}")

    def _note(self, letters: Sequence[Letter], answer: Answer) -> bool:
        """Write down what came of letters; whether this one still leads."""
        said = Answer(
            answer.taken, self.redact(answer.said), answer.final, answer.after
        )
        now = self.clock.now()
        with self.store.begin() as transaction:
            transaction.save(after(letter, said, now) for letter in letters)
            return transaction.lead(NAME, self.holder, now, now + LEASE)
