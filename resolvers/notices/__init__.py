"""Notices: what concerns somebody, made of the outbox by one process at a time, and told."""

from resolvers.notices.making import Notices
from resolvers.notices.push import Push

__all__ = ["Notices", "Push"]
