"""Grades of periods and years that a student brings from another school."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from db.reading.period_grades import period_grades_brought
from db.store import Reader, Store
from db.tables.period_grades import PeriodGrade
from db.writing.period_grades import PERIOD_GRADES
from domain.history import Step
from domain.ids import uuid7
from domain.period_grades import LONGEST_SCHOOL, TRANSFERRERS, PeriodGradeState
from domain.refusals import UserError, UserErrorCode, refused
from domain.scales import LONGEST_TOKEN
from resolvers.courses import COURSE
from resolvers.declarations.creation import MOST_AT_ONCE
from resolvers.declarations.inputs import GlobalId, Parsed, Text, parse
from resolvers.declarations.mutation import Services, mutation
from resolvers.declarations.office import Refusals
from resolvers.declarations.parsing import LONGEST_REASON, not_found, rights_in
from resolvers.declarations.receipts import Request, earlier
from resolvers.declarations.transaction import Outcome, Transaction, attempt
from resolvers.mutations.grade_scales import default_scale, mark_in
from resolvers.mutations.period_grades import one_mark, open_period
from resolvers.period_grades import PERIOD_GRADE
from resolvers.schools import GRADE_SCALE, SUBJECT
from resolvers.students import STUDENT
from resolvers.viewer import Viewer

Code, S = UserErrorCode, PeriodGradeState


@dataclass(frozen=True, slots=True)
class TransferredGrade:
    """A grade that was given elsewhere."""

    period: Annotated[
        str, "The period here that it stands for, by global id; one of the kind YEAR for a year's.",
        GlobalId("Period"),
    ]  # fmt: skip
    value: Annotated[str | None, "The mark; none where there is none.", Text(LONGEST_TOKEN)] = None
    state: Annotated[PeriodGradeState, "Whether it is a mark; GRADED unless told."] = S.GRADED
    course: Annotated[
        str | None,
        "The course here in which it counts, by global id; unless told, it counts in none.",
        GlobalId("Course"),
    ] = None
    subject: Annotated[
        str | None, "The subject, by global id; unless told, the course's.", GlobalId("Subject")
    ] = None
    grade_scale: Annotated[
        str | None,
        "The scale of the mark, by global id; unless told, the course's or the school's.",
        GlobalId("GradeScale"),
    ] = None

    def error(self) -> UserError | None:
        if self.course is None and self.subject is None:
            return UserError(Code.BAD_INPUT, "Name the course or the subject.", ("subject",))
        return one_mark(self.value, self.state)


@dataclass(frozen=True, slots=True)
class EnterTransferredGrades:
    """Grades that a student brings from another school."""

    student: Annotated[str, "Whose they are, by global id.", GlobalId("Student")]
    elsewhere: Annotated[str, "The other school, as it is called.", Text(LONGEST_SCHOOL)]
    grades: Annotated[list[TransferredGrade], f"1 to {MOST_AT_ONCE} grades."]
    reason: Annotated[
        str | None,
        "Why, kept in the history; with one the head enters after the days of grace.",
        Text(LONGEST_REASON),
    ] = None


@mutation(
    PERIOD_GRADE,
    "Enter grades that a student brings from another school, all of them or none. They are marked "
    "as such; those of a course here count in its year.",
    Code.FORBIDDEN,
    Code.ALREADY_THERE,
    Code.OUTSIDE_SCALE,
    Code.PERIOD_LOCKED,
    by=TRANSFERRERS,
    at="Student",
    answer="All that the student has brought.",
    many=True,
)
async def enter_transferred_grades(
    store: Store, viewer: Viewer, given: EnterTransferredGrades, key: str | None, _: Services
) -> Outcome:
    async def act(reader: Reader) -> list[PeriodGrade]:
        if not 0 < len(given.grades) <= MOST_AT_ONCE:
            raise refused(Code.BAD_INPUT, f"Give 1 to {MOST_AT_ONCE} grades at once.", "grades")
        parsed = parse(given)
        school, ref = parsed.keys["student"]
        rights_in(viewer, school, "student", "student")
        parsed.check_school(school)
        transaction = Transaction(reader, viewer, school)
        request = Request("enter_transferred_grades", given, key)
        if await earlier(reader, viewer, school, request, [ref]) is None:
            await _enter(transaction, parsed, ref)
        return await reader.fetch(period_grades_brought, school=school, ids=[ref])

    return await attempt(store, viewer, PERIOD_GRADE, act)


async def _enter(
    transaction: Transaction, given: Parsed[EnterTransferredGrades], ref: UUID
) -> None:
    student = await transaction.known(STUDENT, ref, "student")
    if not transaction.relation(STUDENT, student) & TRANSFERRERS:
        message = "Only the class teacher and the head enter what a student brings."
        raise refused(Code.FORBIDDEN, message, "student")
    rows: list[dict[str, Any]] = []
    refusals, seen = Refusals(), set[tuple[UUID | None, UUID | None, UUID]]()
    there = await transaction.reader.fetch(
        period_grades_brought, school=transaction.school_id, ids=[ref], others=True
    )
    seen |= {(each.course_id, _subject_alone(each), each.period_id) for each in there}
    for draft in given.items["grades"]:
        with refusals.noting():
            draft.check_school(transaction.school_id)
            row = await _row(transaction, given, draft)
            place = row["course_id"], _subject_alone(row), row["period_id"]
            if place in seen:
                message = "The student has a grade there already."
                raise refused(Code.ALREADY_THERE, message, *draft.at("period"))
            seen.add(place)
            rows.append(row | {"student_id": ref})
    refusals.check()
    await PERIOD_GRADES.insert(
        transaction.reader, transaction.account_id, transaction.school_id, Step.TRANSFERRED, rows
    )


def _subject_alone(grade: Any) -> UUID | None:
    """The subject of a grade that is of no course."""
    subject: UUID | None = grade["subject_id"] if grade["course_id"] is None else None
    return subject


async def _row(
    transaction: Transaction,
    given: Parsed[EnterTransferredGrades],
    draft: Parsed[TransferredGrade],
) -> dict[str, Any]:
    course_id, subject_id = draft.id_of("course"), draft.id_of("subject")
    reason = given.given.reason
    period = await open_period(transaction, draft.keys["period"][1], reason, *draft.at("period"))
    course: Any = None
    if course_id is not None:
        course = await transaction.known(COURSE, course_id, *draft.at("course"))
        subject_id = subject_id or course.subject_id
    if subject_id is not None:
        await transaction.known(SUBJECT, subject_id, *draft.at("subject"))
    scale_id, definition = await _scale(transaction, draft, course)
    value = draft.given.value
    mark = None if value is None else mark_in(definition, value, *draft.at("value"))
    return {
        "id": uuid7(),
        "course_id": course_id,
        "subject_id": subject_id,
        "period_id": period.id,
        "grade_scale_id": scale_id,
        "author_id": transaction.account_id,
        "day": period.ends_on,
        "state": draft.given.state.value,
        "value": mark.token if mark else None,
        "number": mark.number if mark else None,
        "proposed": None,
        "average": None,
        "because": None,
        "overridden": False,
        "elsewhere": given.given.elsewhere,
    }


async def _scale(
    transaction: Transaction, draft: Parsed[TransferredGrade], course: Any
) -> tuple[UUID, Any]:
    named = draft.id_of("grade_scale") or (course and course.grade_scale_id)
    if named is None:
        return await default_scale(transaction.reader, transaction.school_id)
    found = await transaction.reader.first(
        GRADE_SCALE.read, school=transaction.school_id, ids=[named]
    )
    if found is None:
        raise not_found("grade scale", *draft.at("gradeScale"))
    return found.id, found.definition
