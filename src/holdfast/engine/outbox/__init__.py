"""What a project tells others: messages for people, events for programs."""

from holdfast.engine.outbox.delivery import Delivery
from holdfast.engine.outbox.letters import Writing
from holdfast.engine.outbox.relay import SORTS, Relay
from holdfast.engine.outbox.service import Post
from holdfast.engine.outbox.subject import environments_of

__all__ = ["SORTS", "Delivery", "Post", "Relay", "Writing", "environments_of"]
