"""What leaves the house: messages for people, events for programs."""

from holdfast.engine.outbox.about import environments_of
from holdfast.engine.outbox.delivery import Delivery
from holdfast.engine.outbox.post import Post
from holdfast.engine.outbox.relay import SORTS, Relay
from holdfast.engine.outbox.writing import Writing

__all__ = ["SORTS", "Delivery", "Post", "Relay", "Writing", "environments_of"]
