"""Messages: who may write to whom, and whom a message reaches.

Two people have to do with each other in a school, and may write to each other, if one of them is
of its office; if both are of its staff; if one teaches or leads a student whom the other is, or
guards; or, where the school allows it, if both learn in one class group. All of it as of today:
`domain/ties.py` says when a tie holds, and a guardian who is kept from seeing a child is none.
`db/reading/correspondents.py` has the same rule in SQL.

A conversation is its starter's: each message in it goes to those whom its starter may write to at
the time of sending, and whom they addressed: some people, or a group, which is told by a rule.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from domain.enums import DescribedEnum

LONGEST_SUBJECT = 200
MOST_NAMED = 50
"""People whom a conversation may name; more are addressed as a group."""
MOST_REACHED = 1_000
"""Accounts that a conversation may reach; what is for more is an announcement."""


class Answers(DescribedEnum):
    """Whom an answer in a conversation reaches."""

    ALL = "ALL", "Everybody in the conversation."
    PRIVATE = "PRIVATE", "Who started the conversation, and nobody else."


class CorrespondentRole(DescribedEnum):
    """As what somebody is written to."""

    STUDENT = "STUDENT", "A student."
    GUARDIAN = "GUARDIAN", "A guardian of a student."
    TEACHER = "TEACHER", "A teacher."
    OFFICE = "OFFICE", "Somebody of the school's office."


@dataclass(frozen=True, slots=True)
class Part:
    """Who somebody is in a school today, as far as writing to them goes."""

    office: bool = False
    teacher: bool = False
    students: frozenset[UUID] = frozenset()
    """Whom they teach or lead."""
    family: frozenset[UUID] = frozenset()
    """Whom they are, or guard."""
    class_groups: frozenset[UUID] = frozenset()
    """In which they learn themselves."""

    @property
    def staff(self) -> bool:
        return self.office or self.teacher


def may_write(one: Part, other: Part, *, classmates: bool) -> bool:
    """Whether they may write to each other; `classmates` says whether the school allows those."""
    return (
        one.office
        or other.office
        or (one.staff and other.staff)
        or not one.students.isdisjoint(other.family)
        or not other.students.isdisjoint(one.family)
        or (classmates and not one.class_groups.isdisjoint(other.class_groups))
    )


def recipients(
    sender: UUID,
    starter: UUID,
    reached: Collection[UUID],
    answers: str,
    answered: UUID | None = None,
) -> frozenset[UUID]:
    """Whom a message reaches, of those whom the conversation's starter reaches; a starter may
    answer the author of one message alone."""
    if answered is not None:
        return frozenset({answered} & set(reached))
    if sender != starter and answers == Answers.PRIVATE:
        return frozenset({starter})
    return frozenset({*reached, starter} - {sender})
