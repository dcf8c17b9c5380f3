"""The plan of the next academic year, as an office sees it before the year is opened."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import strawberry

from db.tables.schools import School as SchoolRecord
from domain.audience import ANYONE, OFFICE
from domain.errors import bad_input
from domain.year_plans import check_last_level
from resolvers.class_groups import ClassGroupById
from resolvers.context import Context
from resolvers.courses import CourseById
from resolvers.global_id import Key
from resolvers.readings import Items
from resolvers.schools import AcademicYearById, GradeScaleById, SubjectById
from resolvers.students import StudentById
from resolvers.teachers import TeacherById
from resolvers.year_plans import Wishes, plan_of
from resolvers.year_plans import YearPlan as PlanRecord
from schema.charts import Language, language_in
from schema.declare import column, keyed, loaded, resolver
from schema.enums import PeriodKind
from schema.nouns import (
    AcademicYearRef,
    ClassGroupRef,
    CourseRef,
    GradeScaleRef,
    StudentRef,
    SubjectRef,
    TeacherRef,
)
from schema.spans import InYear, id_in


def _those(name: str) -> Callable[[Any], list[Key]]:  # of a record of a plan
    """The keys of the ids that the record holds by the name."""

    def keys(record: Any) -> list[Key]:
        return [(record.school_id, id_) for id_ in getattr(record, name)]

    return keys


@strawberry.type(description="A period of the year to be.")
class PlannedPeriod:
    name: str = column(ANYONE, "Its name.")
    kind: PeriodKind = column(ANYONE, "What it is, whatever the school calls it.")
    starts_on: date = column(ANYONE, "Its first day.")
    ends_on: date = column(ANYONE, "Its last day.")


@strawberry.type(description="Days off of the school in the year to be.")
class PlannedDayOff:
    name: str = column(ANYONE, "Why there are no lessons.")
    starts_on: date = column(ANYONE, "The first day.")
    ends_on: date = column(ANYONE, "The last day.")


@strawberry.type(
    description="A class group of the year to be, or one that leaves the school with its year."
)
class PlannedClassGroup:
    sources: list[ClassGroupRef] = keyed(
        ANYONE,
        "The class groups of the last year that go on in it, or that leave.",
        ClassGroupById,
        _those("source_ids"),
        items=Items(1),
    )
    name: str | None = column(ANYONE, "Its name; null where it leaves.")
    grade_level: str | None = column(ANYONE, "The year of school; null where it leaves.")
    class_teacher: TeacherRef | None = loaded(
        ANYONE, "Who leads it; null for nobody.", TeacherById, "class_teacher_id"
    )
    deputy: TeacherRef | None = loaded(
        ANYONE, "Who leads it beside them; null for nobody.", TeacherById, "deputy_id"
    )
    leaves: bool = column(ANYONE, "Whether its students leave the school with the last year.")
    students: list[StudentRef] = keyed(
        ANYONE, "Its students, by name.", StudentById, _those("student_ids"), items=Items(30)
    )


@strawberry.type(description="A course of the year to be.")
class PlannedCourse:
    source: CourseRef = loaded(ANYONE, "The course that it goes on from.", CourseById, "source_id")
    class_group: str | None = column(
        ANYONE, "The name of the class group that it belongs to; null for a course of several."
    )
    subject: SubjectRef | None = loaded(
        ANYONE, "What is learnt; null where no roster said.", SubjectById, "subject_id"
    )
    title: str = column(ANYONE, "Its title.")
    code: str | None = column(ANYONE, "The school's own code for it.")
    room: str | None = column(ANYONE, "Where it is held.")
    grade_scale: GradeScaleRef | None = loaded(
        ANYONE, "The scale of its grades; null for the school's own.", GradeScaleById,
        "grade_scale_id",
    )  # fmt: skip
    whole_class: bool = column(ANYONE, "Whether everybody in its class group takes it.")
    teachers: list[TeacherRef] = keyed(
        ANYONE,
        "Who teaches it, the main teacher first.",
        TeacherById,
        _those("teacher_ids"),
        items=Items(2),
    )
    students: list[StudentRef] = keyed(
        ANYONE,
        "Who takes it by name, where it is no whole class.",
        StudentById,
        _those("student_ids"),
        items=Items(5),
    )


@strawberry.type(
    description="What the next academic year would be; `openAcademicYear` makes it so, but for "
    "what its input says."
)
class YearPlan:
    source: AcademicYearRef = loaded(
        ANYONE, "The year that it goes on from.", AcademicYearById, "source_id"
    )
    name: str = column(ANYONE, "What the year would be called.")
    starts_on: date = column(ANYONE, "Its first day.")
    ends_on: date = column(ANYONE, "Its last day.")
    periods: list[PlannedPeriod] = column(ANYONE, "Its periods, by first day.", items=Items(8))
    days_off: list[PlannedDayOff] = column(
        ANYONE, "The school's days off in it, by first day.", items=Items(10)
    )
    class_groups: list[PlannedClassGroup] = column(
        ANYONE, "Its class groups, and those that leave, by the names they had.", items=Items(30)
    )
    courses: list[PlannedCourse] = column(
        ANYONE, "Its courses, by the titles they had.", items=Items(200)
    )
    leaving: list[StudentRef] = keyed(
        ANYONE,
        "Who is in the school on the last day of the old year, and not in the new one.",
        StudentById,
        _those("leaving_ids"),
        items=Items(30),
    )

    @resolver(
        ANYONE,
        "What the office has to see to, such as a class whose teacher leaves.",
        list[str],
        items=Items(5),
    )
    async def notes(record: PlanRecord, context: Context, language: Language = None) -> list[str]:
        spoken = await language_in(context, record.school_id, language)
        return [note.said(spoken) for note in record.notes]

    fingerprint: str = column(
        ANYONE, "The same for the same plan: tells `openAcademicYear` which plan was shown."
    )


def _about(description: str) -> Any:  # what Strawberry keeps of an argument
    return strawberry.argument(description=description)


@resolver(
    OFFICE,
    "What the next academic year would be; nothing is written.",
    YearPlan | None,
    needs=("school_id", "week_days"),
)
async def year_plan(
    record: SchoolRecord,
    context: Context,
    year: InYear = None,
    name: Annotated[str | None, _about("What it is called.")] = None,
    starts_on: Annotated[date | None, _about("Its first day.")] = None,
    ends_on: Annotated[date | None, _about("Its last day.")] = None,
    last_level: Annotated[
        int | None, _about("The last year of school; unless told, the highest that there was.")
    ] = None,
) -> PlanRecord:
    try:
        last_level = None if last_level is None else check_last_level(last_level)
    except ValueError as error:
        raise bad_input(f"{error}.") from None
    source = None if year is None else id_in(record.school_id, year, "AcademicYear")
    wishes = Wishes(source, name, starts_on, ends_on, last_level)
    today = context.today(record.school_id)
    plan = await plan_of(context.store, record, today, wishes)
    if plan is None:
        raise bad_input("There is no such year to go on from.")
    return plan
