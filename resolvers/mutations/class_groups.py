"""Class groups: made, changed, led by a class teacher and a deputy, and put away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.tables.class_groups import ClassGroup
from db.writing.class_groups import CLASS_GROUPS, class_groups_by_name
from db.writing.courses import enrolments_in_class_groups
from db.writing.teachers import TEACHERS
from db.writing.versioned import Row
from domain.audience import OFFICE
from domain.history import Step
from domain.names import search_key
from domain.office import not_there
from domain.refusals import Refused, UserError, UserErrorCode, refused
from domain.roles import TeacherRole
from resolvers.class_groups import CLASS_GROUP
from resolvers.declarations.editing import edits
from resolvers.declarations.inputs import GlobalId, Parsed, Reference, Text
from resolvers.declarations.office import Office, founds, office_of
from resolvers.declarations.parsing import not_found
from resolvers.declarations.people import LONGEST_CODE, LONGEST_NAME
from resolvers.declarations.steps import Why, note_teacher
from resolvers.declarations.transaction import Transaction
from resolvers.schools import ACADEMIC_YEAR

Code = UserErrorCode
CLASS_TEACHER = "Who leads it: a teacher, by global id."
DEPUTY = "Who leads it beside them, with the same rights: a teacher, by global id."
LEADERS = {"class_teacher": "classTeacher", "deputy": "deputy"}
ROLES = {"class_teacher_id": TeacherRole.CLASS_TEACHER, "deputy_id": TeacherRole.DEPUTY}


@dataclass(frozen=True, slots=True)
class CreateClassGroup:
    """A class group to make."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    name: Annotated[str, "Its name, such as 7B.", Text(LONGEST_NAME)]
    academic_year: Annotated[str, "The year that it is of, by global id.", GlobalId("AcademicYear")]
    grade_level: Annotated[
        str | None, "The year of school that its students are in.", Text(LONGEST_CODE)
    ] = None
    class_teacher: Annotated[str | None, CLASS_TEACHER, GlobalId("Teacher")] = None
    deputy: Annotated[str | None, DEPUTY, GlobalId("Teacher")] = None


@founds(
    CLASS_GROUP,
    "Make a class group of an academic year.",
    Code.ALREADY_THERE,
    Code.NOT_THERE,
    Code.OUTSIDE_YEAR,
)
async def create_class_group(office: Office, given: Parsed[CreateClassGroup]) -> None:
    new = given.given
    year = await year_of(office, given)
    await _insist_on_new_name(office, new.name, year.id)
    row: dict[str, Any] = {
        "id": given.id,
        "name": new.name,
        "grade_level": new.grade_level,
        "academic_year_id": year.id,
    }
    leaders = await _leaders(office, given)
    await office.insert(CLASS_GROUPS, row | leaders)
    (made,) = (
        await CLASS_GROUPS.by_ids(office.reader, office.transaction.school_id, [given.id])
    ).values()
    await _note_leaders(office, made, leaders, None, are_new=True)
    await office.transaction.publish_rights()


async def year_of(office: Office, given: Parsed[Any]) -> Any:
    """The academic year that the input names, which is not over."""
    id_ = given.keys["academic_year"][1]
    year = await office.reader.first(
        ACADEMIC_YEAR.whole, school=office.transaction.school_id, ids=[id_]
    )
    if year is None or not year.active:
        raise not_found("academic year", "academicYear")
    if year.ends_on < office.transaction.today:
        raise refused(Code.OUTSIDE_YEAR, f"{year.name} is over.", "academicYear")
    return year


async def _insist_on_new_name(office: Office, name: str, year: Any, but: Any = None) -> None:
    """A year has a name of a class group once, however it is written."""
    groups = await office.reader.fetch(class_groups_by_name, school=office.transaction.school_id)
    for each in groups:
        same = each.search_key == search_key(name) and each.academic_year_id == year
        if same and each.id != but:
            message = "The year has a class group of this name."
            raise refused(Code.ALREADY_THERE, message, "name")


async def _leaders(office: Office, given: Parsed[Any]) -> dict[str, Any]:
    """The columns of whoever leads the class group, of what the input names."""
    found: dict[str, Any] = {}
    for name, path in LEADERS.items():
        if getattr(given.given, name) is UNSET:
            continue
        found[f"{name}_id"] = id_ = given.id_of(name)
        if id_ is not None:
            await teacher_there(office, id_, office.transaction.today, path)
    return found


async def _note_leaders(
    office: Office,
    group: Any,
    leaders: Mapping[str, Any],
    reason: str | None,
    *,
    are_new: bool = False,
) -> None:
    """Note who leads the class group from today on, and who does so no more."""
    today = office.transaction.today
    for name, role in ROLES.items():
        before = None if are_new else getattr(group, name)
        after = leaders.get(name, before)
        if after == before:
            continue
        if before is not None:
            last = today - timedelta(days=1)
            await note_teacher(office, Step.ENDED, group.id, role, before, reason, ends_on=last)
        if after is not None:
            await note_teacher(office, Step.GRANTED, group.id, role, after, reason, begins_on=today)


async def teacher_there(office: Office, id_: Any, day: date, path: str) -> Any:
    """A teacher who is in the school on the day, or is to come to it."""
    teacher = await office.whole(TEACHERS, id_, "teacher", path)
    day = max(day, teacher.begins_on or day)
    if error := not_there(teacher, teacher.active, day, "teacher"):
        raise Refused(error.at(path))
    return teacher


@dataclass(frozen=True, slots=True)
class ChangeClassGroup:
    """What changes of a class group; what is left out stays."""

    id: Annotated[str, "The class group, by global id.", Reference()]
    name: Annotated[str | UnsetType, "Its name.", Text(LONGEST_NAME)] = UNSET
    grade_level: Annotated[
        str | UnsetType | None,
        "The year of school; null takes it away.",
        Text(LONGEST_CODE),
    ] = UNSET
    class_teacher: Annotated[
        str | UnsetType | None, f"{CLASS_TEACHER[:-1]}; null for nobody.", GlobalId("Teacher")
    ] = UNSET
    deputy: Annotated[
        str | UnsetType | None, f"{DEPUTY[:-1]}; null for nobody.", GlobalId("Teacher")
    ] = UNSET
    reason: Why = None


@edits(
    CLASS_GROUP,
    "Change a class group, or who leads it: the class teacher reads the diaries of its students.",
    Code.ALREADY_THERE,
    Code.NOT_THERE,
    by=OFFICE,
)
async def change_class_group(
    transaction: Transaction, given: Parsed[ChangeClassGroup], group: ClassGroup
) -> Row:
    office = await office_of(transaction)
    whole = await office.whole(CLASS_GROUPS, group.id, "class group", "id")
    new = given.columns(changes=True)
    if "name" in new:
        await _insist_on_new_name(office, new["name"], whole.academic_year_id, whole.id)
    leaders = await _leaders(office, given)
    await office.change(CLASS_GROUPS, whole, **(new | leaders))
    if leaders:
        await _note_leaders(office, whole, leaders, given.given.reason)
        await transaction.publish_rights()
    return {}


@dataclass(frozen=True, slots=True)
class PutAway:
    """A {noun} to put away."""

    id: Annotated[str, "The {noun}, by global id.", Reference()]


@edits(
    CLASS_GROUP,
    "Put a class group away that is not used any more: it is on no list, and still found by id. "
    "Refused while students are in it.",
    Code.IN_USE,
    by=OFFICE,
)
async def put_away_class_group(
    transaction: Transaction, given: Parsed[PutAway], group: ClassGroup
) -> Row:
    office = await office_of(transaction)
    whole = await office.whole(CLASS_GROUPS, group.id, "class group", "id")
    ties = await office.of(enrolments_in_class_groups, [group.id])
    if any(tie.ends_on is None or tie.ends_on >= transaction.today for tie in ties):
        message = "Students are in this class group: move them, or end their enrolments."
        raise Refused(UserError(Code.IN_USE, message, ("id",)))
    await office.change(CLASS_GROUPS, whole, active=False)
    await transaction.publish_rights()
    return {}


@dataclass(frozen=True, slots=True)
class TakeBack:
    """A {noun} that was put away."""

    id: Annotated[str, "The {noun}, by global id.", Reference()]


@edits(
    CLASS_GROUP,
    "Have a class group in use again that was put away, with who leads it.",
    Code.ALREADY_THERE,
    Code.WRONG_STATE,
    by=OFFICE,
    takes_back=True,
)
async def restore_class_group(
    transaction: Transaction, given: Parsed[TakeBack], group: ClassGroup
) -> Row:
    office = await office_of(transaction)
    whole = await office.found(CLASS_GROUPS, group.id)
    await insist_on_year(office, whole.academic_year_id)
    await _insist_on_new_name(office, whole.name, whole.academic_year_id, whole.id)
    await office.change(CLASS_GROUPS, whole, active=True)
    await transaction.publish_rights()
    return {}


async def insist_on_year(office: Office, id_: UUID | None) -> None:
    """WRONG_STATE where the year of what is taken back was put away."""
    ids = [] if id_ is None else [id_]
    for year in await office.of(ACADEMIC_YEAR.whole, ids):
        if not year.active:
            message = f"The academic year {year.name} was put away."
            raise refused(Code.WRONG_STATE, message, "id")
