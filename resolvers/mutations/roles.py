"""Roles in a school's office: granted, ended, and given up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, cast
from uuid import UUID

from db.reading.accounts import accounts_of_person
from db.reading.offices import OfficeMembership, office_of_school
from db.tables.schools import School
from db.writing.memberships import MEMBERSHIPS
from db.writing.versioned import Row
from domain.audience import HEAD, HEADS
from domain.history import Step
from domain.ids import uuid7
from domain.office import Stay, backwards, overlap
from domain.refusals import Refused, UserError, UserErrorCode, refused
from domain.roles import OfficeRole, granted_by
from domain.ties import joined
from resolvers.declarations.editing import edits
from resolvers.declarations.inputs import GlobalId, Parsed, Reference
from resolvers.declarations.noun import NOUNS
from resolvers.declarations.office import Office, office_of
from resolvers.declarations.parsing import not_found
from resolvers.declarations.steps import Why, note
from resolvers.declarations.transaction import Transaction
from resolvers.schools import SCHOOL

Code = UserErrorCode
NOT_YOURS = "Only the head grants and ends the roles of heads and deputies."


@dataclass(frozen=True, slots=True)
class GrantRole:
    """A role in a school's office, and who has it: one of the three."""

    school: Annotated[str, "The school, by global id.", Reference()]
    role: Annotated[OfficeRole, "The role."]
    teacher: Annotated[str | None, "A teacher, by global id.", GlobalId("Teacher")] = None
    guardian: Annotated[str | None, "A guardian, by global id.", GlobalId("Guardian")] = None
    holder: Annotated[str | None, "Who has, or had, the role of this id."] = None
    begins_on: Annotated[date | None, "The first day; unless told, today."] = None
    ends_on: Annotated[date | None, "The last day, where it is known."] = None
    reason: Why = None

    def error(self) -> UserError | None:
        told = [each for each in (self.teacher, self.guardian, self.holder) if each is not None]
        message = "Name a teacher, a guardian or who holds a role: one of these."
        return None if len(told) == 1 else UserError(Code.BAD_INPUT, message)


@edits(
    SCHOOL,
    "Grant somebody a role in the school's office, from a day on.",
    Code.ALREADY_THERE,
    Code.NOT_THERE,
    by=HEADS,
    elsewhere=True,
    answer="The school.",
)
async def grant_role(transaction: Transaction, given: Parsed[GrantRole], school: School) -> Row:
    new = given.given
    _insist_on_grantor(transaction, new.role)
    begins = new.begins_on or transaction.today
    if error := backwards(begins, new.ends_on):
        raise Refused(error)
    office = await office_of(transaction)
    held = await roles_held(office)
    account = await _account(office, given, held)
    stay = Stay(begins, new.ends_on)
    mine = [each for each in held if (each.account_id, each.role) == (account, new.role.value)]
    if any(overlap(each, stay) for each in mine):
        raise refused(Code.ALREADY_THERE, "They have this role then.", "role")
    await grant(office, account, new.role, stay, new.reason)
    return {}


async def grant(
    office: Office, account: UUID, role: OfficeRole, stay: Stay, reason: str | None
) -> None:
    days = {"begins_on": stay.begins_on, "ends_on": stay.ends_on}
    id_ = uuid7()
    row = {"id": id_, "account_id": account, "role": role.value, **days}
    await office.insert(MEMBERSHIPS, row)
    (made,) = (await MEMBERSHIPS.by_ids(office.reader, office.school.school_id, [id_])).values()
    await note(office, Step.GRANTED, made, role.value, reason)
    await office.transaction.publish_rights(account)


@dataclass(frozen=True, slots=True)
class EndRole:
    """A role in a school's office that ends."""

    school: Annotated[str, "The school, by global id.", Reference()]
    role_id: Annotated[str, "The role, as `School.office` tells its id."]
    ends_on: Annotated[date | None, "The last day; unless told, yesterday: it ends at once."] = None
    reason: Why = None


@edits(
    SCHOOL,
    "End somebody's role in the school's office; the last head keeps theirs.",
    Code.LAST_HEAD,
    by=HEADS,
    elsewhere=True,
    answer="The school.",
)
async def end_role(transaction: Transaction, given: Parsed[EndRole], school: School) -> Row:
    office = await office_of(transaction)
    held = await roles_held(office)
    ending = [each for each in held if str(each.id) == given.given.role_id]
    if not ending:
        raise not_found("role", "roleId")
    last_day = given.given.ends_on or transaction.today - timedelta(days=1)
    if last_day < transaction.today - timedelta(days=1):
        raise refused(Code.BAD_INPUT, "What somebody was in the past stays so.", "endsOn")
    _insist_on_grantor(transaction, OfficeRole(ending[0].role))
    await end_roles(office, held, ending, last_day, given.given.reason)
    return {}


@dataclass(frozen=True, slots=True)
class ResignAsHead:
    """A school that a head leaves."""

    school: Annotated[str, "The school, by global id.", Reference()]
    ends_on: Annotated[date | None, "The last day as its head; unless told, today."] = None
    reason: Why = None


@edits(
    SCHOOL,
    "End what the viewer is as a head of a school; refused to the last one.",
    Code.LAST_HEAD,
    by=HEAD,
    elsewhere=True,
    answer="The school.",
)
async def resign_as_head(
    transaction: Transaction, given: Parsed[ResignAsHead], school: School
) -> Row:
    office = await office_of(transaction)
    held = await roles_held(office)
    last_day = given.given.ends_on or transaction.today
    if error := backwards(transaction.today, last_day):
        raise Refused(error)
    mine = [each for each in held if each.account_id == transaction.account_id]
    ending = [each for each in mine if each.role == OfficeRole.HEAD]
    await end_roles(office, held, ending, last_day, given.given.reason)
    await transaction.publish_rights()
    return {}


async def end_roles_of_teacher(office: Office, teacher: UUID, last_day: date) -> None:
    """End all that a teacher who leaves is in the office."""
    held = await roles_held(office)
    accounts = {each.account_id for each in held if each.own_teacher_id == teacher}
    ending = [each for each in held if each.account_id in accounts and _goes_on(each, last_day)]
    for each in ending:
        _insist_on_grantor(office.transaction, OfficeRole(each.role), "id")
    await end_roles(office, held, ending, last_day, "They left the school")


async def roles_held(office: Office) -> Sequence[OfficeMembership]:
    found = await office.reader.fetch(office_of_school, school=office.school.school_id)
    return cast("Sequence[OfficeMembership]", found)


def _insist_on_grantor(transaction: Transaction, role: OfficeRole, path: str = "role") -> None:
    if not transaction.rights.everywhere & granted_by(role):
        raise refused(Code.FORBIDDEN, NOT_YOURS, path)


async def _account(
    office: Office, given: Parsed[GrantRole], held: Iterable[OfficeMembership]
) -> UUID:
    if given.given.holder is not None:
        for each in held:
            if str(each.id) == given.given.holder:
                return each.account_id
        raise not_found("role", "holder")
    name = "teacher" if given.given.teacher is not None else "guardian"
    _, id_ = given.keys[name]
    await office.transaction.known(NOUNS[name.capitalize()], id_, name)
    found = await office.reader.fetch(
        accounts_of_person, school=office.school.school_id, person=id_
    )
    if not found:
        raise refused(Code.NOT_THERE, f"The {name} has no account yet.", name)
    return found[0].id


def _goes_on(held: OfficeMembership, last_day: date) -> bool:
    return held.ends_on is None or held.ends_on > last_day


async def end_roles(
    office: Office,
    held: Sequence[OfficeMembership],
    ending: Iterable[OfficeMembership],
    last_day: date,
    reason: str | None,
) -> None:
    """End roles among those that are held; no day is left without a head."""
    by_id = {each.id: each for each in ending if _goes_on(each, last_day)}
    if any(each.role == OfficeRole.HEAD for each in by_id.values()):
        _insist_on_head(held, by_id.keys(), last_day)
    for each in by_id.values():
        (whole,) = (await MEMBERSHIPS.by_ids(office.reader, each.school_id, [each.id])).values()
        begins = None if each.begins_on is None else min(each.begins_on, last_day)
        days = {"begins_on": begins, "ends_on": last_day}
        await office.change(MEMBERSHIPS, whole, **days)
        await note(office, Step.ENDED, whole, each.role, reason, **days)
    for seq, account in enumerate({each.account_id for each in by_id.values()}, start=1):
        await office.transaction.publish_rights(account, seq=seq)


def _insist_on_head(
    held: Iterable[OfficeMembership], ending: Iterable[UUID], last_day: date
) -> None:
    """Refuse where a day that has a head now would have none."""
    gone, now, then = set(ending), [], []
    for each in held:
        if each.role != OfficeRole.HEAD:
            continue
        first, last = each.begins_on or date.min, each.ends_on or date.max
        now.append((first, last))
        if each.id in gone:
            last = last_day
        if first <= last:
            then.append((first, last))
    if joined(then) != joined(now):
        message = "The school would have no head any more: let somebody else be one first."
        raise refused(Code.LAST_HEAD, message, "endsOn")
