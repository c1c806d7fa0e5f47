"""Relay and delivery as one: what a server does over and over, and a command at its end."""

from dataclasses import dataclass

from holdfast.engine.outbox.delivery import Delivery
from holdfast.engine.outbox.relay import NAME, Relay


@dataclass(frozen=True, slots=True)
class Post:
    """The way out of one project."""

    relay: Relay
    delivery: Delivery

    def tick(self) -> int:
        """Write what is new and send what is due; asks first whether there is any."""
        if not self.relay.store.busy(self.relay.clock.now()):
            return 0
        return self.relay.tick() + self.delivery.tick()

    def clear(self) -> int:
        """
        Send at once what is there, also what is being gathered; how much still waits.

        For a command that works alone: it tries once, and lets go of the lead.
        """
        store, clock = self.relay.store, self.relay.clock
        if not store.busy(clock.now()):
            return 0
        self.relay.tick()
        self.delivery.tick(early=True)
        now = clock.now()
        with store.begin() as transaction:
            if transaction.lead(NAME, self.relay.holder, now, now):
                return store.count("waiting")
        return 0
