"""What people do with letters: look, send again, give up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from holdfast.ports import Clock, Letter, LetterRow, OutboxStore
from holdfast.ports import OutboxDesk as Desk
from holdfast.problems import HoldfastError, Problem


@dataclass(frozen=True, slots=True)
class OutboxDesk:
    """The outbox of one project."""

    store: OutboxStore
    clock: Clock

    def letters(
        self, states: Collection[str] = (), limit: int = 100, before: str = ""
    ) -> Sequence[LetterRow]:
        """Letters, newest first, without their bodies."""
        last = _number(before) if before else 0
        return [_row(one) for one in self.store.letters(states, limit, last)]

    def letter(self, letter: str, /) -> LetterRow:
        """One letter with its body; raises ``outbox.no-such-letter``."""
        found = self._found(letter)
        return replace(_row(found), body=found.body)

    def retry(self, letter: str, actor: str, /) -> LetterRow:
        """Send a letter again, from the beginning of its schedule."""
        found = self._found(letter)
        if found.state == "sent":
            raise HoldfastError(_sent(found))
        now = self.clock.now()
        return self._saved(
            replace(
                found,
                state="waiting",
                attempts=0,
                due=now,
                answer=f"{actor} sent it again",
            )
        )

    def drop(self, letter: str, actor: str, /) -> LetterRow:
        """Give a letter up."""
        found = self._found(letter)
        if found.state == "sent":
            raise HoldfastError(_sent(found))
        said = f"{actor} gave it up; before: {found.answer or 'never tried'}"
        return self._saved(replace(found, state="dropped", answer=said[:300]))

    def _found(self, letter: str) -> Letter:
        found = self.store.letter(_number(letter))
        if found is None:
            raise HoldfastError(_no_letter(letter))
        return found

    def _saved(self, letter: Letter) -> LetterRow:
        with self.store.begin() as transaction:
            transaction.save([letter])
        return replace(_row(letter), body=letter.body)


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


_: type[Desk] = OutboxDesk
