"""Access codes: made for many people at once, told once, and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, cast
from uuid import UUID

from db.reading.invitations import Invited, people_to_invite
from db.reading.schools import schools_by_id
from db.store import Reader, Store
from db.tables.access_codes import AccessCode
from db.writing.access_codes import (
    access_codes_to_revoke,
)
from db.writing.access_codes import (
    revoke_access_codes as revoke_codes,
)
from domain.access_codes import AccessRole, shown
from domain.clock import now
from domain.errors import Problem
from domain.ids import uuid7
from domain.refusals import UserErrorCode, refused
from domain.ties import TieName
from resolvers import global_id
from resolvers.access_codes import ACCESS_CODE, MAKERS
from resolvers.class_groups import CLASS_GROUP
from resolvers.declarations.inputs import GlobalId, GlobalIds, Parsed, parse
from resolvers.declarations.mutation import Services, mutation
from resolvers.declarations.office import Refusals
from resolvers.declarations.parsing import not_found, rights_in
from resolvers.declarations.receipts import Request, earlier
from resolvers.declarations.transaction import Outcome, Transaction, attempt
from resolvers.global_id import NIL
from resolvers.invitations import LASTS, LONGEST, MadeCode, end_of, make_codes
from resolvers.relations import may_know, relation_today
from resolvers.viewer import Rights, Viewer

Code = UserErrorCode
MOST_CODES = 3_000
"""Codes that one mutation makes or revokes: all students of a large school with their guardians."""
PEOPLE = {"Student": TieName.STUDENT_LED, "Guardian": TieName.GUARDIAN_OF_LED, "Teacher": None}
"""Whom codes are made for, and the tie by which a class teacher may."""


@dataclass(frozen=True, slots=True)
class CreateAccessCodes:
    """Whom to make access codes for: people, or everybody with a role in a class group or in the
    school."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    people: Annotated[
        Sequence[str],
        "Students, guardians and teachers, by global id; none of them may have an account.",
        GlobalIds("Person"),
    ] = field(default_factory=list)
    roles: Annotated[
        Sequence[AccessRole],
        "Instead of people: everybody with one of these roles who has no account yet.",
    ] = field(default_factory=list)
    class_group: Annotated[
        str | None,
        "With roles: only the students of this class group and their guardians.",
        GlobalId("ClassGroup"),
    ] = None
    valid_until: Annotated[
        date | None, "The last day of the codes; in 60 days, unless told, and 366 at most."
    ] = None


@mutation(
    ACCESS_CODE,
    "Make access codes, with which people register; each is told this once, and takes the place of "
    "the open one of its person. The office may for everybody, a class teacher for the class.",
    Code.FORBIDDEN,
    Code.ALREADY_THERE,
    Code.TOO_MANY,
    by=MAKERS,
    at="ClassGroup",
    answer="The codes, class by class; in the order of `people` where they were named.",
    many=True,
)
async def create_access_codes(
    store: Store, viewer: Viewer, given: CreateAccessCodes, key: str | None, services: Services
) -> Outcome:
    codes: dict[UUID, str] = {}

    async def act(reader: Reader) -> list[Any]:
        transaction, parsed = _opened(reader, viewer, given)
        expires_at = await _expires_at(transaction, parsed.given.valid_until)
        people = await _invited(transaction, parsed)
        ids = [uuid7() for _ in people]
        request = Request("create_access_codes", given, key)
        done = await earlier(reader, viewer, transaction.school_id, request, ids)
        if done is None:
            made = await make_codes(
                reader, transaction.school_id, people, ids, expires_at, transaction.account_id
            )
            codes.update(zip(ids, made, strict=True))
        return await transaction.shown(ACCESS_CODE, ids if done is None else done)

    outcome = await attempt(store, viewer, ACCESS_CODE, act)
    told = [MadeCode(row, shown(codes[row.id])) if codes else row for row in outcome.records]
    return Outcome(told, outcome.errors)


def _opened(
    reader: Reader, viewer: Viewer, given: CreateAccessCodes
) -> tuple[Transaction, Parsed[CreateAccessCodes]]:
    parsed = parse(given)
    school, nil = parsed.keys["school"]
    rights = rights_in(viewer, school, "school", "school")
    if nil != NIL:
        raise not_found("school", "school")
    if not rights.office and not rights.of_today[TieName.CLASS_LED]:
        message = "Only the office and class teachers make access codes."
        raise refused(Code.FORBIDDEN, message, "school")
    parsed.check_school(school)
    if bool(given.people) == bool(given.roles):
        raise refused(Code.BAD_INPUT, "Name people, or roles: one of the two.", "people")
    if given.class_group is not None and not given.roles:
        raise refused(Code.BAD_INPUT, "A class group goes with roles.", "classGroup")
    return Transaction(reader, viewer, school), parsed


async def _expires_at(transaction: Transaction, last: date | None) -> datetime:
    today = transaction.today
    last = today + LASTS if last is None else last
    if not today <= last <= today + LONGEST:
        message = f"The last day is from today on, and at most {LONGEST.days} days away."
        raise refused(Code.BAD_INPUT, message, "validUntil")
    (school,) = await transaction.reader.fetch(schools_by_id, schools=[transaction.school_id])
    return end_of(last, school.time_zone)


async def _invited(transaction: Transaction, given: Parsed[CreateAccessCodes]) -> list[Invited]:
    if given.given.people:
        return await _named(transaction, given.given.people)
    rights, group = transaction.rights, given.id_of("class_group")
    roles = given.given.roles
    if group is None and not rights.office:
        message = "Only the office makes codes for the whole school: name your class group."
        raise refused(Code.FORBIDDEN, message, "classGroup")
    if group is not None:
        await _insist_on_group(transaction, group)
        if AccessRole.TEACHER in roles:
            message = "Teachers are of the school, not of a class group."
            raise refused(Code.BAD_INPUT, message, "roles")
    found = cast(
        "list[Invited]",
        await transaction.reader.fetch(
            people_to_invite,
            school=transaction.school_id,
            day=transaction.today,
            roles=[role.value for role in roles],
            class_group=group,
            children=_children(rights),
        ),
    )
    people = [each for each in found if not each.registered and _may_invite(rights, each)]
    if len(people) > MOST_CODES:
        message = f"These are {len(people)} people, and at most {MOST_CODES} are invited at once."
        raise refused(Code.TOO_MANY, message, "roles")
    return people


async def _insist_on_group(transaction: Transaction, group: UUID) -> None:
    rows = await transaction.reader.fetch(
        CLASS_GROUP.read, school=transaction.school_id, ids=[group]
    )
    if not rows or not rows[0].active:
        raise not_found("class group", "classGroup")
    if (
        not transaction.rights.office
        and group not in transaction.rights.of_today[TieName.CLASS_LED]
    ):
        message = "Only its class teacher and the office make codes for a class group."
        raise refused(Code.FORBIDDEN, message, "classGroup")


def _children(rights: Rights) -> list[UUID] | None:
    """The children whose guardians may be invited; None where they all are."""
    return None if rights.office else list(rights.of_today[TieName.STUDENT_LED])


def _may_invite(rights: Rights, person: Invited) -> bool:
    tie = PEOPLE[person.role.title()]
    return rights.office or (tie is not None and person.id in rights.of_today[tie])


async def _named(transaction: Transaction, texts: Sequence[str]) -> list[Invited]:
    """The people of global ids; none of them is registered already."""
    if len(texts) > MOST_CODES:
        raise refused(Code.TOO_MANY, f"Name at most {MOST_CODES} people at once.", "people")
    refusals, wanted = Refusals(), list[tuple[str, UUID]]()
    for place, text in enumerate(texts):
        with refusals.noting("people", str(place)):
            wanted.append(_person(transaction, text))
    refusals.check()
    rows = await transaction.reader.fetch(
        people_to_invite,
        school=transaction.school_id,
        day=transaction.today,
        people=[id_ for _, id_ in wanted],
        children=_children(transaction.rights),
    )
    found = {(each.role, each.id): each for each in cast("list[Invited]", rows)}
    people: dict[UUID, Invited] = {}
    for place, (role, id_) in enumerate(wanted):
        with refusals.noting("people", str(place)):
            person = found.get((role, id_))
            if person is None or not _may_invite(transaction.rights, person):
                raise not_found("student, guardian or teacher")
            if person.registered:
                message = "They have an account already: it takes further codes, and needs none."
                raise refused(Code.ALREADY_THERE, message)
            people[id_] = person
    refusals.check()
    return list(people.values())


def _person(transaction: Transaction, text: str) -> tuple[str, UUID]:
    try:
        noun, school, id_ = global_id.read(text)
    except Problem as problem:
        raise refused(Code.BAD_INPUT, problem.message) from None
    if noun not in PEOPLE:
        raise refused(Code.BAD_INPUT, "This is the id of no student, guardian or teacher.")
    if school != transaction.school_id:
        raise not_found("student, guardian or teacher")
    return noun.upper(), id_


@dataclass(frozen=True, slots=True)
class RevokeAccessCodes:
    """Access codes to take back."""

    ids: Annotated[
        Sequence[str], f"1 to {MOST_CODES} codes of one school, by global id.",
        GlobalIds("AccessCode"),
    ]  # fmt: skip


@mutation(
    ACCESS_CODE,
    "Take access codes back, all of them or none; one that was taken back stays so.",
    Code.CODE_USED,
    Code.FORBIDDEN,
    by=MAKERS,
    answer="The codes in the order of the input.",
    many=True,
)
async def revoke_access_codes(
    store: Store, viewer: Viewer, given: RevokeAccessCodes, key: str | None, services: Services
) -> Outcome:
    async def act(reader: Reader) -> list[AccessCode]:
        if not 0 < len(given.ids) <= MOST_CODES:
            raise refused(Code.BAD_INPUT, f"Give 1 to {MOST_CODES} ids at once.", "ids")
        school, ids = _ids(given.ids)
        rights_in(viewer, school, "access code", "ids", "0")
        transaction = Transaction(reader, viewer, school)
        request = Request("revoke_access_codes", given, key)
        if await earlier(reader, viewer, school, request, ids) is None:
            await _revoke(transaction, ids)
        return await transaction.shown(ACCESS_CODE, ids)

    return await attempt(store, viewer, ACCESS_CODE, act)


async def _revoke(transaction: Transaction, ids: Sequence[UUID]) -> None:
    school, refusals = transaction.school_id, Refusals()
    held = await transaction.reader.fetch(access_codes_to_revoke, school=school, ids=list(ids))
    codes = {code.id: code for code in held if may_know(transaction.viewer, "AccessCode", code)}
    for place, id_ in enumerate(ids):
        with refusals.noting("ids", str(place)):
            if id_ not in codes:
                raise not_found("access code")
            if not relation_today(transaction.viewer, "AccessCode", codes[id_]) & MAKERS:
                raise refused(Code.FORBIDDEN, "You do not lead their class any more.")
            if codes[id_].used_at is not None:
                raise refused(Code.CODE_USED, "This code has been used: it can't be taken back.")
    refusals.check()
    await transaction.reader.run(
        revoke_codes,
        school=school,
        ids=list(ids),
        account=transaction.account_id,
        now=now(),
    )


def _ids(texts: Sequence[str]) -> tuple[int, list[UUID]]:
    """The one school of the codes, and their ids."""
    found, wrong = list[global_id.Key](), Refusals()
    for place, text in enumerate(texts):
        with wrong.noting("ids", str(place)):
            try:
                found.append(global_id.parse(text, "AccessCode"))
            except Problem as problem:
                raise refused(Code.BAD_INPUT, problem.message) from None
            if found[-1][0] != found[0][0]:
                raise not_found("access code")
    wrong.check()
    return found[0][0], [id_ for _, id_ in found]
