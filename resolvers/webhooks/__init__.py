"""Webhooks: a school's events, signed and sent to the addresses that its head names."""

from resolvers.webhooks.sender import Sender
from resolvers.webhooks.terms import Terms
from resolvers.webhooks.worker import Webhooks

__all__ = ["Sender", "Terms", "Webhooks"]
