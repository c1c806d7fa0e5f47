"""What people do with letters: look, send again, give up."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from holdfast.engine.journal import moment
from holdfast.engine.outbox import SORTS
from holdfast.model import Attributes, Entry, Event
from holdfast.ports import (
    Clock,
    Letter,
    LetterRow,
    OutboxDesk,
    OutboxSheet,
    OutboxStore,
    RunStore,
)
from holdfast.problems import HoldfastError, Problem

_LONGEST_ANSWER = 300


@dataclass(frozen=True, slots=True)
class LocalOutboxDesk:
    """The outbox of one project; what people do with it is in the ledger."""

    runs: RunStore
    store: OutboxStore
    clock: Clock
    redact: Callable[[str], str]

    def letters(
        self, states: Collection[str] = (), limit: int = 100, before: str = ""
    ) -> Sequence[LetterRow]:
        """Letters, newest first, without their bodies."""
        last = _number(before) if before else 0
        return [_row(one) for one in self.store.letters(states, limit, last)]

    def letter(self, letter: str, /) -> LetterRow:
        """One letter with its body; raises ``outbox.no-such-letter``."""
        found = _there(self.store.letter(_number(letter)), letter)
        return replace(_row(found), body=found.body)

    def retry(self, letter: str, actor: str, why: str = "", /) -> LetterRow:
        """Send a letter again, from the beginning of its schedule."""

        def again(found: Letter) -> Letter:
            said, now = f"{actor} sent it again", self.clock.now()
            return replace(found, state="waiting", attempts=0, due=now, answer=said)

        return self._done(letter, again, Event.LETTER_RETRIED, actor, why)

    def drop(self, letter: str, actor: str, why: str, /) -> LetterRow:
        """Give a letter up; the reason is kept for whoever misses it."""
        if not why.strip():
            raise HoldfastError(_no_reason(letter))

        def given_up(found: Letter) -> Letter:
            said = f"{actor} gave it up; before: {found.answer or 'never tried'}"
            return replace(found, state="dropped", answer=said[:_LONGEST_ANSWER])

        return self._done(letter, given_up, Event.LETTER_DROPPED, actor, why)

    def sheet(self) -> OutboxSheet:
        """How the way out stands."""
        return self.store.sheet(self.clock.now(), SORTS)

    def _done(
        self,
        letter: str,
        change: Callable[[Letter], Letter],
        event: Event,
        actor: str,
        why: str,
    ) -> LetterRow:
        """What somebody did with a letter: the letter and the entry, or neither."""
        with self.runs.begin() as runs:
            transaction = self.store.within(runs)
            found = _there(transaction.letter(_number(letter)), letter)
            if found.state == "sent":
                raise HoldfastError(_sent(found))
            changed = change(found)
            transaction.save([changed])
            body: Attributes = {
                "letter": found.name,
                "to": found.to,
                "what": found.what,
                "was": found.state,
                "answer": found.answer,
                "why": self.redact(why.strip()),
            }
            at = moment(self.clock.now())
            runs.append([Entry(event, actor=actor, at=at, body=body)])
        return replace(_row(changed), body=changed.body)


def _row(letter: Letter) -> LetterRow:
    return LetterRow(
        id=letter.name,
        to=letter.to,
        sort=letter.sort,
        what=letter.what,
        state=letter.state,
        at=letter.at,
        due=letter.due if letter.state == "waiting" else None,
        attempts=letter.attempts,
        answer=letter.answer,
        tried=letter.tried,
    )


def _there(found: Letter | None, letter: str) -> Letter:
    if found is None:
        raise HoldfastError(_no_letter(letter))
    return found


def _number(letter: str) -> int:
    plain = letter.removeprefix("m")
    if not plain.isdecimal() or len(plain) > 12:  # noqa: PLR2004 - a number of a row
        raise HoldfastError(_no_letter(letter))
    return int(plain)


def _no_letter(letter: str) -> Problem:
    return Problem(
        code="outbox.no-such-letter",
        summary=f"There is no letter {letter[:40]} in the outbox",
        detail="What was sent is forgotten after 30 days. Nothing was changed.",
        next_step="See what is there: holdfast outbox list",
    )


def _sent(letter: Letter) -> Problem:
    return Problem(
        code="outbox.sent-already",
        summary=f"{letter.name} was sent already",
        detail=f"{letter.to} answered: {letter.answer or 'nothing'}. Nothing was changed.",
        next_step=f"See it: holdfast outbox show {letter.name}",
    )


def _no_reason(letter: str) -> Problem:
    return Problem(
        code="outbox.no-reason",
        summary="A letter is given up with a reason",
        detail="It is kept for whoever misses what it said. Nothing was changed.",
        next_step=f"holdfast outbox drop {letter} --why TEXT",
    )


_: type[OutboxDesk] = LocalOutboxDesk
