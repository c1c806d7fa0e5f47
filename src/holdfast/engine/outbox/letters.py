"""From a notice to letters: who is told, who was told already, who is told later."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from holdfast.declare import NotifyDeclared
from holdfast.engine.outbox.messages import message_of
from holdfast.engine.outbox.routing import channels_for
from holdfast.engine.outbox.threads import Told, closed, opened, taken_up
from holdfast.model import Message, Notice, Phase
from holdfast.ports import Letter, OutboxTransaction, Thread
from holdfast.ports.wire import from_wire, to_wire

KEEPERS = frozenset({"pagerduty"})
"""Drivers that keep an incident for a cause: they hear of each step, by its cause."""

Wanted = Mapping[str, frozenset[str]]
"""Channels, each with the words it wants to hear."""


@dataclass(frozen=True, slots=True)
class Writing:
    """Writes letters for the channels of one project, inside of a transaction."""

    declared: NotifyDeclared
    project: str
    redact: Callable[[str], str]

    def write(
        self,
        transaction: OutboxTransaction,
        notice: Notice,
        key: str,
        now: datetime,
        wanted: Wanted | None = None,
    ) -> int:
        """
        Write what is to be told of a notice; how many letters that are.

        ``key`` names the notice: written twice under the same name it is told once.
        ``wanted`` are the channels, when it is not the project's rules that say.
        """
        chosen = channels_for(notice, self.declared) if wanted is None else wanted
        at = datetime.fromisoformat(notice.at)
        match notice.phase:
            case Phase.ONCE:
                told = [
                    (channel, notice.causes[0], notice)
                    for channel, words in chosen.items()
                    if notice.happened in words
                ]
            case Phase.OPENED:
                told = list(self._opened(transaction, notice, chosen, at))
            case _:
                told = list(self._followed(transaction, notice, chosen, at))
        return transaction.put(self._letter(*one, key, now) for one in told)

    def release(self, transaction: OutboxTransaction, now: datetime) -> int:
        """Tell what was kept back and is still open."""
        letters = []
        for thread in transaction.held(now):
            message = from_wire(Message, dict(thread.held))
            key = f"held/{thread.cause}/{thread.opened.isoformat()}"
            if thread.channel in self.declared.channels:
                letters.append(self._posted(thread.channel, message, key, now))
            transaction.put_thread(replace(thread, told=True, due=None, held={}))
        return transaction.put(letters)

    def _opened(
        self,
        transaction: OutboxTransaction,
        notice: Notice,
        chosen: Wanted,
        at: datetime,
    ) -> Iterator[tuple[str, str, Notice]]:
        if notice.replaces:
            yield from self._replaced(transaction, notice, at)
        cause, quiet = notice.causes[0], timedelta(seconds=self.declared.quiet)
        known = {one.channel: one for one in transaction.threads(cause)}
        for channel, words in chosen.items():
            found = opened(channel, known.get(channel), notice, words, at, quiet)
            thread = found.thread
            if found.hold:
                message = self._message(channel, cause, notice)
                thread = replace(thread, held=to_wire(Message, message))
            transaction.put_thread(thread)
            if found.tell:
                yield channel, cause, notice

    def _replaced(
        self, transaction: OutboxTransaction, notice: Notice, at: datetime
    ) -> Iterator[tuple[str, str, Notice]]:
        """What a newer cause stands for is over: only incidents have to be closed."""
        over = replace(notice, phase=Phase.CLOSED, title=f"{notice.title} (anew)")
        for thread in transaction.threads(notice.replaces):
            if thread.cause not in notice.causes and thread.open:
                transaction.put_thread(closed(thread, over, (), at).thread)
                if thread.told and self._keeps(thread.channel):
                    yield thread.channel, thread.cause, over

    def _followed(
        self,
        transaction: OutboxTransaction,
        notice: Notice,
        chosen: Wanted,
        at: datetime,
    ) -> Iterator[tuple[str, str, Notice]]:
        heard: set[str] = set()
        for thread in _open_ones(transaction, notice):
            found = self._after(thread, notice, chosen, at)
            transaction.put_thread(found.thread)
            keeps = self._keeps(thread.channel)
            if not found.tell or (thread.channel in heard and not keeps):
                continue
            if notice.phase is Phase.TAKEN_UP and not keeps:
                continue
            heard.add(thread.channel)
            text = "\n".join(one for one in (thread.note, notice.text) if one)
            yield thread.channel, thread.cause, replace(notice, text=text)

    def _after(
        self, thread: Thread, notice: Notice, chosen: Wanted, at: datetime
    ) -> Told:
        if notice.phase is Phase.TAKEN_UP:
            return taken_up(thread, notice)
        return closed(thread, notice, chosen.get(thread.channel, ()), at)

    def _keeps(self, channel: str) -> bool:
        declared = self.declared.channels.get(channel)
        return declared is not None and declared.driver in KEEPERS

    def _message(self, channel: str, cause: str, notice: Notice) -> Message:
        return message_of(
            notice,
            cause,
            self.declared.channels[channel],
            self.declared,
            self.project,
            self.redact,
        )

    def _letter(
        self, channel: str, cause: str, notice: Notice, key: str, now: datetime
    ) -> Letter:
        named = f"{key}/{channel}"
        if self._keeps(channel):
            named = f"{named}/{cause}"
        return self._posted(channel, self._message(channel, cause, notice), named, now)

    def _posted(
        self, channel: str, message: Message, key: str, now: datetime
    ) -> Letter:
        gathers = self.declared.channels[channel].gathers
        return Letter(
            key=key,
            to=channel,
            sort="notice",
            what=message.title,
            body=to_wire(Message, replace(message, id=key)),
            at=now,
            due=now + timedelta(seconds=gathers),
        )


def _open_ones(transaction: OutboxTransaction, notice: Notice) -> Iterable[Thread]:
    for cause in notice.causes:
        yield from (one for one in transaction.threads(cause) if one.open)
