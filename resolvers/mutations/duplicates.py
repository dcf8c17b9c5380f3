"""Two records of one person made one."""

from typing import Any
from uuid import UUID

from db.tables.guardians import Guardian
from db.tables.students import Student
from db.tables.teachers import Teacher
from db.writing.audit import note
from db.writing.courses import (
    ENROLMENTS,
    TEACHINGS,
    enrolments_to_change,
    teachings_to_change,
)
from db.writing.guardians import GUARDIANSHIPS
from db.writing.merging import (
    drop_guardianships,
    guardianships_of_both,
    join_pages,
    move_all,
    move_with_steps,
)
from db.writing.office_records import Kept
from domain.office import joined, overlap
from domain.refusals import UserErrorCode, refused
from domain.ties import stricter
from resolvers.declarations.inputs import Parsed, record_id
from resolvers.declarations.noun import Noun
from resolvers.declarations.office import Office
from resolvers.declarations.parsing import not_found
from resolvers.declarations.people import Merging
from resolvers.merge_plans import met, obstacles_of, pairs

Code = UserErrorCode
NOT_FILLED = frozenset({"id", "school_id", "active", "begins_on", "ends_on"})


async def merge(
    office: Office, kept: Kept[Any], noun: Noun[Any], id_: UUID, given: Parsed[Merging]
) -> None:
    school, other = record_id(given.given.duplicate, noun.name, "duplicate")
    if school != office.transaction.school_id:
        raise not_found(noun.word, "duplicate")
    if other == id_:
        raise refused(Code.BAD_INPUT, "These are one record already.", "duplicate")
    one = await office.whole(kept, id_, noun.word, "id")
    duplicate = await office.whole(kept, other, noun.word, "duplicate")
    await join_pages(office.reader, school, kept.model, id_, other)
    if kept.model is Student:
        if obstacle := next(iter(await obstacles_of(office.reader, school, id_, other)), None):
            raise refused(Code.OVERLAPS, obstacle.description, "duplicate")
        await _join_enrolments(office, id_, other)
        account = office.transaction.account_id
        await move_with_steps(office.reader, school, account, id_, other)
    if kept.model is Teacher:
        await _join_teachings(office, id_, other)
    if kept.model in (Student, Guardian):
        await _join_guardianships(office, id_, other)
    await move_all(office.reader, school, kept.model, id_, other)
    whole = joined(one, duplicate)
    filled = {
        name: duplicate[name]
        for name in kept.columns
        if name not in NOT_FILLED and one[name] in (None, "") and duplicate[name] is not None
    }
    taken = {name: None for name in filled if name == "sourced_id"}
    await office.change(kept, duplicate, active=False, **taken)
    await office.change(kept, one, begins_on=whole.begins_on, ends_on=whole.ends_on, **filled)
    student = id_ if kept.model is Student else None
    subject = noun.name, id_, student, str(other)
    await note(office.reader, school, office.transaction.account_id, "MERGED", subject)
    await office.transaction.publish_rights()


async def _join_enrolments(office: Office, one: UUID, other: UUID) -> None:
    ties = await office.of(enrolments_to_change, [one, other])
    for tie, theirs in met(ties, one, other):
        if (tie.class_group_id, tie.course_id) == (theirs.class_group_id, theirs.course_id):
            await _join(office, ENROLMENTS, tie, theirs)


async def _join_teachings(office: Office, one: UUID, other: UUID) -> None:
    ties = await office.of(teachings_to_change, [one, other])
    for tie, theirs in pairs(ties, "teacher_id", one, other):
        if tie.course_id == theirs.course_id and overlap(tie, theirs):
            await _join(office, TEACHINGS, tie, theirs)


async def _join_guardianships(office: Office, one: UUID, other: UUID) -> None:
    """There is one tie between two people, so that one of two goes."""
    ties = await office.of(guardianships_of_both, [one, other])
    for name, far in (("student_id", "guardian_id"), ("guardian_id", "student_id")):
        for tie, theirs in pairs(ties, name, one, other):
            if tie[far] == theirs[far]:
                whole = await _whole(office, GUARDIANSHIPS, tie.id)
                days = joined(tie, theirs)
                await office.change(
                    GUARDIANSHIPS,
                    whole,
                    begins_on=days.begins_on,
                    ends_on=days.ends_on,
                    restriction=stricter(tie.restriction, theirs.restriction),
                )
                await office.of(drop_guardianships, [theirs.id])


async def _join(office: Office, kept: Kept[Any], tie: Any, theirs: Any) -> None:
    """Give one tie the days of both, and put the other away."""
    days = joined(tie, theirs)
    mine, gone = await _whole(office, kept, tie.id), await _whole(office, kept, theirs.id)
    await office.change(kept, mine, begins_on=days.begins_on, ends_on=days.ends_on)
    await office.change(kept, gone, active=False)


async def _whole(office: Office, kept: Kept[Any], id_: UUID) -> Any:
    return (await kept.by_ids(office.reader, office.transaction.school_id, [id_]))[id_]
