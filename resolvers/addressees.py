"""What is addressed to students, families or staff of a school, a class group or a course."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any, TypeVar, cast
from uuid import UUID

from db.reading.reached import ReachedRow, accounts_reached
from db.store import Store
from db.tables.columns import OfSchool
from db.writing.versioned import Row
from domain.addressees import (
    TO_CLASS_GROUP,
    TO_COURSE,
    TO_SCHOOL,
    Part,
    addresses,
    part_of,
    to_nobody,
)
from domain.audience import AUTHOR, OFFICE, STAFF_OF, Audience
from domain.history import Step
from domain.refusals import UserError, UserErrorCode
from domain.ties import TieName
from resolvers.allowances import ANNOUNCING, take
from resolvers.declarations.creation import Act, AsWritten, creates
from resolvers.declarations.inputs import Parsed
from resolvers.declarations.mutation import Mutation
from resolvers.declarations.naming import snake
from resolvers.declarations.noticing import School
from resolvers.declarations.noun import Noun
from resolvers.declarations.transaction import Transaction
from resolvers.relations import Tie, Ties, author
from resolvers.viewer import Viewer

I = TypeVar("I")  # noqa: E741
P = TypeVar("P", bound=OfSchool)
ADDRESSEE = Audience.ADDRESSEE
READERS = ADDRESSEE | AUTHOR | STAFF_OF | OFFICE
"""Whom it is addressed to, who wrote it, who leads the class group or teaches the course, and the
school's office."""
KEEPERS = AUTHOR | STAFF_OF | OFFICE
"""Readers who may have written it."""
MAKERS = {"School": TO_SCHOOL, "ClassGroup": TO_CLASS_GROUP, "Course": TO_COURSE}
"""By the noun to whose people a record is addressed: who makes it."""
KEPT = (TieName.CLASS_LED, TieName.COURSE_TAUGHT)


def addressees(day: str) -> Ties:
    """The ties to a record of the mixin `Addressed`, which has an author: of whom it is addressed
    to today, or was on the day in the column; of who keeps its class group or course; and of its
    author."""
    return (
        Tie(ADDRESSEE, TieName.ADDRESS, "addressed", many=True),
        Tie(ADDRESSEE, TieName.ADDRESS_BEFORE, "addressed", many=True, day=day),
        Tie(Audience.CLASS_TEACHER, TieName.CLASS_LED, "class_group_id"),
        Tie(Audience.COURSE_TEACHER, TieName.COURSE_TAUGHT, "course_id"),
        *author(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ToWhom:
    """Whom it is for, of those who belong to the school, class group or course."""

    to_students: Annotated[bool, "Whether it is for students."] = False
    to_families: Annotated[bool, "Whether it is for the guardians of students."] = False
    to_staff: Annotated[
        bool,
        "Whether it is for the staff: of a class group those who lead it or teach it, of a course "
        "those who teach it or lead who learns in it.",
    ] = False

    def error(self) -> UserError | None:
        """Refuse what is for nobody."""
        return to_nobody(students=self.to_students, families=self.to_families, staff=self.to_staff)


def addressed(transaction: Transaction, given: Parsed[Any], at: Any) -> dict[str, Any]:
    """The columns of `Addressed` for a record that is made `at` a school, class group or course, of
    an input that has `ToWhom`."""
    of = given.given
    place = {"class_group_id": None, "course_id": None}
    for column in place:
        if column.removesuffix("_id") in given.keys:
            place[column] = at.id
    return {
        **place,
        "to_students": of.to_students,
        "to_families": of.to_families,
        "to_staff": of.to_staff,
        "addressed": addresses(
            transaction.school_id,
            place["class_group_id"],
            place["course_id"],
            students=of.to_students,
            families=of.to_families,
            staff=of.to_staff,
        ),
    }


async def placed(
    _: Transaction, drafts: Sequence[tuple[Parsed[Any], Any]]
) -> Sequence[dict[str, Any]]:
    """Where each draft's record is, for what is safe to retry: of the whole school, nowhere."""
    return [
        {f"{place}_id": draft.id_of(place) for place in ("class_group", "course")}
        for draft, _ in drafts
    ]


def creates_for(
    noun: Noun[Any],
    description: str,
    *,
    at: Noun[P],
    refusal: str,
    as_written: AsWritten = placed,
) -> Callable[[Act[I, P]], Mutation[I]]:
    """Declare a mutation that makes a record addressed to those of a school, class group or course,
    which its input names. It is counted by `ANNOUNCING`."""
    declared = creates(
        noun,
        description,
        UserErrorCode.RATE_LIMITED,
        at=at,
        field=snake(at.name),
        step=Step.ADDED,
        by=MAKERS[at.name],
        as_written=as_written,
        refusal=refusal,
    )

    def declare(act: Act[I, P]) -> Mutation[I]:
        @wraps(act)
        async def counted(transaction: Transaction, given: Parsed[I], at: P) -> Row:
            await take(transaction, ANNOUNCING)
            return await act(transaction, given, at)

        return declared(counted)

    return declare


def asked_by(viewer: Viewer | None, school_id: int) -> dict[str, Any]:
    """The parameters of `db.reading.addressees.told_to`, for lists of what the viewer may know of;
    the office reads all of it."""
    if viewer is None or (rights := viewer.schools.get(school_id)) is None:
        return {}
    if rights.office:
        return {"all": True}
    return {
        "addresses": _sorted(rights[TieName.ADDRESS]),
        "kept": _sorted(*(rights[name] for name in KEPT)),
        "writer": viewer.account.id,
    }


async def reached(
    store: Store,
    school: School,
    accounts: Iterable[UUID],
    at: Iterable[UUID],
    roles: Iterable[str],
) -> set[UUID]:
    """Those of the accounts that are reached today at one of the addresses, or have a role."""
    places: dict[Part, list[UUID]] = {part: [] for part in Part}
    parts: list[int] = []
    for part, place in map(part_of, at):
        if isinstance(place, int):
            parts.append(part)
        else:
            places[part].append(place)
    rows = await store.fetch(
        accounts_reached,
        school=school.id,
        day=school.today,
        accounts=list(accounts),
        parts=parts,
        roles=sorted(roles),
        **{f"{part.name.lower()}_of": ids for part, ids in places.items()},
    )
    return {row.account_id for row in cast("list[ReachedRow]", rows)}


def _sorted(*ids: Any) -> tuple[Any, ...]:
    return tuple(sorted(frozenset[Any]().union(*ids)))
