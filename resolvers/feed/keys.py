"""Recipient keys: a change is published to some of them, and a subscriber follows some of them."""

from uuid import UUID

from resolvers.global_id import NIL

RecipientKey = tuple[int, UUID]
"""A school, and the id of a student, a course, a class group, an account or a group of people."""
RecipientKeys = frozenset[RecipientKey]
OFFICE = NIL
"""The office of the school; every change in the school is published to them."""
EVERYBODY = UUID(int=1)
"""Everybody who belongs to the school."""
STAFF = UUID(int=2)
"""The staff of the school."""
