"""A school, and what it sets up."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import strawberry

from db.own_data.erasing import terms_of
from db.reading.bell_schedules import bell_schedules_of_school
from db.reading.class_groups import class_groups_counted, class_groups_page
from db.reading.courses import courses_counted, courses_page
from db.reading.grade_scales import grade_scales_of_school
from db.reading.guardians import guardians_counted, guardians_page
from db.reading.offices import office_of_school
from db.reading.own_data import reports_of_account
from db.reading.periods import days_off_of_school, periods_of_school, years_of_school
from db.reading.replacements import replaced_lessons_of_school
from db.reading.rooms import rooms_of_school
from db.reading.schools import subjects_of_school, work_types_of_school
from db.reading.students import students_counted, students_page
from db.reading.swapped_days import swapped_days_of_school
from db.reading.teachers import teachers_counted, teachers_page
from db.reading.webhooks import webhooks_of_school
from db.statement import Statement
from db.tables.schools import School as SchoolRecord
from domain.audience import ANYONE, CONCERNED, HEAD, MEMBER, OFFICE, PRESENT, STAFF
from domain.calendar import Weekday
from domain.own_data import DataKind
from domain.pages import PageLevel
from domain.timetable import WeekCount
from resolvers import global_id
from resolvers.audit import AUDIT_ENTRY
from resolvers.class_groups import CLASS_GROUP
from resolvers.context import Context
from resolvers.courses import COURSE
from resolvers.guardians import GUARDIAN
from resolvers.materials import MaterialsBySubject, MaterialsCountedBySubject
from resolvers.pages import PageBySubject
from resolvers.readings import Items, Told, daily
from resolvers.schools import SCHOOL, SUBJECT, WORK_TYPE, GradeScaleById
from resolvers.students import STUDENT
from resolvers.teachers import TEACHER
from schema.announcements import announcements, withdrawn_announcements
from schema.attendance_codes import AttendanceToken, attendance_tokens
from schema.audit import AuditWhere, entries_of_school
from schema.connections import (
    After,
    Before,
    ConnectionRecord,
    First,
    FirstUnlessLast,
    Last,
    PageWindow,
    connection_of,
    page_by_name,
)
from schema.declare import column, computed, loaded, resolver, tell
from schema.enums import WorkTypeKind
from schema.events import events
from schema.faq import faq
from schema.finding import (
    ClassGroupsWhere,
    CoursesWhere,
    GuardiansWhere,
    OpenLessonsWhere,
    PutAway,
    StudentsWhere,
    TeachersWhere,
    in_use,
    parameters_of,
)
from schema.forum import forum_boards
from schema.glossaries import glossary
from schema.grade_scales import GradeScale
from schema.grading_rules import grading_rules
from schema.histories import revision_of
from schema.material_lists import materials_by
from schema.merge_plans import merge_plan
from schema.messages import (
    conversation_draft,
    conversations,
    correspondents,
    message_blocks,
    message_rest,
    unread_messages,
)
from schema.moderation import moderation
from schema.node import Node, id_of, school_of
from schema.nouns import (
    AcademicYearRef,
    BellScheduleRef,
    DataExportRef,
    DayOffRef,
    FaqEntryRef,
    ForumBoardRef,
    GradingRuleRef,
    LessonRef,
    PageRef,
    PeriodRef,
    RoomRef,
    SchoolRef,
    SchoolRevisionRef,
    SubjectRevisionRef,
    SwappedDayRef,
    WebhookRef,
    WorkTypeRevisionRef,
)
from schema.offices import HeldRole, each_once
from schema.open_lessons import FromThisWeek, LessonConnection, ToToday, page_of_school
from schema.pages import page_level, page_of, pages
from schema.permissions import viewer_may
from schema.posts import feed
from schema.quizzes import quiz_questions
from schema.roundings import Rounding, rounding_of
from schema.site_pages import away_site_pages, site_pages
from schema.spans import From, InYear, To, of_year, span
from schema.surveys import surveys
from schema.year_plans import year_plan

tell(Weekday)
tell(DataKind)
tell(WeekCount)
ORDERED = ("school_id", "language")
"""The columns of a school by which its lists are sorted."""


@strawberry.type(description="A subject, such as mathematics.")
class Subject(Node):
    id: strawberry.ID = id_of("Subject", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    name: str = column(MEMBER, "Its name, as the timetable shows it.")
    code: str | None = column(MEMBER, "The school's own code for it.")
    active: bool = column(MEMBER, "Whether it is in use.")
    materials = materials_by(
        CONCERNED,
        "The materials of the subject itself, in the order in which they were added.",
        MaterialsBySubject,
        MaterialsCountedBySubject,
    )
    page: PageRef | None = page_of(PageBySubject, MEMBER)
    quiz_questions = quiz_questions
    glossary = glossary
    version: int = column(MEMBER, "Grows by one with every change.")
    history: list[SubjectRevisionRef] | None = loaded(
        OFFICE, "What was done to it, in order.", SUBJECT.revisions, "id", items=Items(2)
    )


SubjectRevision = revision_of(Subject, SUBJECT, "One step of a subject's history.")


@strawberry.type(description="A kind of work that is graded, such as a test.")
class WorkType(Node):
    id: strawberry.ID = id_of("WorkType", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    name: str = column(MEMBER, "Its name, as the school calls it.")
    kind: WorkTypeKind = column(MEMBER, "What it is, whatever the school calls it.")
    weight: Decimal = column(MEMBER, "The weight of a grade of this kind, unless told.")
    active: bool = column(MEMBER, "Whether it is in use.")
    version: int = column(MEMBER, "Grows by one with every change.")
    history: list[WorkTypeRevisionRef] | None = loaded(
        OFFICE, "What was done to it, in order.", WORK_TYPE.revisions, "id", items=Items(2)
    )


WorkTypeRevision = revision_of(WorkType, WORK_TYPE, "One step of a kind of work's history.")


def _of_school(statement: Any) -> Any:  # any statement of one school's list
    async def read(record: SchoolRecord, context: Context) -> list[Any]:
        return await context.store.fetch(statement, school=record.school_id)

    return read


def _of_year(statement: Any) -> Any:  # any statement of one school's list
    async def read(
        record: SchoolRecord, context: Context, year: InYear = None, put_away: PutAway = False
    ) -> list[Any]:
        asked = {**of_year(record.school_id, year).parameters, "put_away": put_away}
        return await context.store.fetch(statement, school=record.school_id, **asked)

    return read


@strawberry.type(description="How much homework a day may have for a grade level.")
class HomeworkLimit:
    grade_level: str = column(ANYONE, "The grade level, as class groups have it.")
    minutes: int = column(ANYONE, "How many minutes may be due on a day.")


@strawberry.type(description="For how long a law has the school keep something of who has left.")
class LegalTerm:
    kind: DataKind = column(ANYONE, "What is kept.")
    years: int = column(ANYONE, "For how many years after they have left.")
    reason: str = column(ANYONE, "By which law.")


def terms_shown(data: Mapping[str, Any]) -> Any:
    """As the type's fields read it."""
    return [
        LegalTerm(kind=kind, years=term.years, reason=term.reason)  # type: ignore[arg-type]
        for kind, term in terms_of(data).items()
    ]


def limits_of(data: Mapping[str, int]) -> Any:
    """As the type's fields read it."""
    return [HomeworkLimit(grade_level=level, minutes=minutes) for level, minutes in data.items()]


@strawberry.type(description="A school.")
class School(Node):
    id: strawberry.ID = computed(
        MEMBER,
        "The School's global id, opaque and lasting.",
        lambda school_id: global_id.make("School", school_id, global_id.NIL),
        "school_id",
    )
    viewer_may = viewer_may()
    name: str = column(MEMBER, "Its name.")
    time_zone: str = column(MEMBER, "Its IANA time zone: a day of the diary is a day there.")
    language: str = column(
        MEMBER, "The language, by BCP 47, in whose order its names are sorted; `und` is none."
    )
    week_days: list[Weekday] = column(
        MEMBER, "The days of the week on which it has lessons.", items=Items(5)
    )
    week_count: WeekCount = column(MEMBER, "How weeks A and B are counted through the year.")
    grade_scale: GradeScale | None = loaded(
        MEMBER,
        "The scale of courses that have none of their own; null where that is five-point.",
        GradeScaleById,
        "grade_scale_id",
    )
    rounding: Rounding = computed(
        MEMBER, "When an average is near enough to a better mark.", rounding_of, "rounding"
    )
    keeping_years: int = column(
        MEMBER, "For how many years after they have left somebody may read their diary."
    )
    file_mebibytes: int | None = column(
        OFFICE,
        "How much of files it may have, in MiB, where `gradebook file-limit` has said so; null "
        "where as much as any school, and to others.",
    )
    audit_years: int | None = column(
        OFFICE, "For how many years entries of its audit are kept; null to others."
    )
    homework_limits: list[HomeworkLimit] = computed(
        MEMBER,
        "How much homework may be due on a day: teachers are warned above it.",
        limits_of,
        "homework_limits",
    )
    legal_terms: list[LegalTerm] = computed(
        MEMBER,
        "What a law has the school keep of who has left, longer than its own term.",
        terms_shown,
        "legal_terms",
    )
    classmates_write: bool = column(
        MEMBER, "Whether students may write to those with whom they learn in a class group."
    )
    second_factor_required: bool | None = column(
        STAFF,
        "Whether its staff needs a second factor: without, they may do nothing but set it up.",
    )
    held_words: list[str] | None = column(
        OFFICE,
        "Words that hold back what is written with them, until a moderator has seen it.",
        items=Items(20),
    )
    guarded_age: int = column(
        MEMBER,
        "The age below which guardians see what their child writes, and may keep it from that.",
    )
    version: int = column(MEMBER, "Grows by one with every change.")
    history: list[SchoolRevisionRef] | None = loaded(
        OFFICE, "What was changed of it, in order.", SCHOOL.revisions, "id", items=Items(5)
    )
    academic_years: list[AcademicYearRef] = resolver(
        MEMBER,
        "Its years by their first day.",
        list[AcademicYearRef],
        items=Items(5),
        told=Told.DAY,
    )(in_use(years_of_school))
    days_off: list[DayOffRef] = resolver(
        MEMBER, "Its days off, and those of its class groups, by their first day; or those of a "
        "year.", list[DayOffRef], items=Items(20), told=Told.DAY,
    )(_of_year(days_off_of_school))  # fmt: skip
    swapped_days: list[SwappedDayRef] = resolver(
        MEMBER, "Its days that are taught as other days of the week, and those of its class groups,"
        " in order; or those of a year.", list[SwappedDayRef], items=Items(5), told=Told.DAY,
    )(_of_year(swapped_days_of_school))  # fmt: skip
    periods: list[PeriodRef] = resolver(
        MEMBER, "Its periods by their first day; or those of a year.", list[PeriodRef],
        items=Items(20), told=Told.DAY,
    )(_of_year(periods_of_school))  # fmt: skip
    year_plan = year_plan
    merge_plan = merge_plan
    subjects: list[Subject] = resolver(
        MEMBER, "Its subjects by name.", list[Subject], items=Items(30), told=Told.DAY
    )(in_use(subjects_of_school))
    rooms: list[RoomRef] = resolver(
        MEMBER, "Its rooms by name.", list[RoomRef], items=Items(40), told=Told.DAY
    )(in_use(rooms_of_school))
    bell_schedules: list[BellScheduleRef] = resolver(
        MEMBER, "Its bell schedules by shift.", list[BellScheduleRef], items=Items(5), told=Told.DAY
    )(in_use(bell_schedules_of_school))
    work_types: list[WorkType] = resolver(
        MEMBER, "Its kinds of work by name.", list[WorkType], items=Items(10), told=Told.DAY
    )(in_use(work_types_of_school))
    grade_scales: list[GradeScale] = resolver(
        MEMBER, "Its scales by name.", list[GradeScale], items=Items(10), told=Told.DAY
    )(in_use(grade_scales_of_school))
    grading_rules: list[GradingRuleRef] = grading_rules
    attendance_tokens: list[AttendanceToken] = attendance_tokens
    site_pages = site_pages
    away_site_pages = away_site_pages
    page_level: PageLevel = page_level
    pages = pages
    feed = feed
    conversations = conversations
    unread_messages = unread_messages
    correspondents = correspondents
    message_blocks = message_blocks
    message_rest = message_rest
    conversation_draft = conversation_draft
    faq: list[FaqEntryRef] = faq
    forum_boards: list[ForumBoardRef] | None = forum_boards
    moderation = moderation
    webhooks: list[WebhookRef] | None = resolver(
        HEAD,
        "Where its events are sent, the oldest first.",
        list[WebhookRef] | None,
        items=Items(5),
        told=Told.DAY,
    )(_of_school(webhooks_of_school))

    @resolver(MEMBER, "The day that it is there now, by its own clock.", date, told=Told.DAY)
    def today(record: SchoolRecord, context: Context) -> date:
        return context.today(record.school_id)

    @resolver(
        HEAD,
        "Its audit, a page at a time, the newest first: who did what, and who read what is "
        "sensitive, of which student.",
        connection_of(AUDIT_ENTRY, plural="audit entries") | None,
    )
    async def audit(
        record: SchoolRecord,
        context: Context,
        first: First = 50,
        after: After = None,
        where: AuditWhere = None,
    ) -> Any:
        return await entries_of_school(context, record.school_id, first, after, where)

    @resolver(
        OFFICE,
        "Who is in its office, and was or will be, by the first day.",
        list[HeldRole] | None,
        items=Items(5),
    )
    async def office(record: SchoolRecord, context: Context) -> list[Any]:
        found = await context.store.fetch(office_of_school, school=record.school_id)
        return each_once(list(found))

    @resolver(
        OFFICE,
        "Its students by family name, a page at a time; none who has left, unless asked for.",
        connection_of(STUDENT, counted=True) | None,
        needs=ORDERED,
        told=Told.RIGHTS,
    )
    async def students(
        record: SchoolRecord,
        context: Context,
        first: First = 50,
        after: After = None,
        where: StudentsWhere = None,
    ) -> Any:
        of = students_page, students_counted
        return await _page(context, record, of, first, after, where)

    @resolver(
        OFFICE,
        "Its guardians by family name, a page at a time; none who has left, unless asked for.",
        connection_of(GUARDIAN, counted=True) | None,
        needs=ORDERED,
        told=Told.RIGHTS,
    )
    async def guardians(
        record: SchoolRecord,
        context: Context,
        first: First = 50,
        after: After = None,
        where: GuardiansWhere = None,
    ) -> Any:
        of = guardians_page, guardians_counted
        return await _page(context, record, of, first, after, where)

    @resolver(
        PRESENT,
        "Its teachers by family name, a page at a time; none who has left, unless asked for.",
        connection_of(TEACHER, counted=True) | None,
        needs=ORDERED,
        told=Told.RIGHTS,
    )
    async def teachers(
        record: SchoolRecord,
        context: Context,
        first: First = 50,
        after: After = None,
        where: TeachersWhere = None,
    ) -> Any:
        of = teachers_page, teachers_counted
        return await _page(context, record, of, first, after, where)

    @resolver(
        PRESENT,
        "Its class groups by name, a page at a time: those that are open, unless others are asked "
        "for.",
        connection_of(CLASS_GROUP, counted=True) | None,
        needs=ORDERED,
        told=Told.RIGHTS,
    )
    async def class_groups(
        record: SchoolRecord,
        context: Context,
        first: First = 50,
        after: After = None,
        where: ClassGroupsWhere = None,
    ) -> Any:
        of = class_groups_page, class_groups_counted
        return await _page(context, record, of, first, after, where)

    @resolver(
        PRESENT,
        "Its courses by title, a page at a time: those that are open, unless others are asked for.",
        connection_of(COURSE, counted=True) | None,
        needs=ORDERED,
        told=Told.RIGHTS,
    )
    async def courses(
        record: SchoolRecord,
        context: Context,
        first: First = 50,
        after: After = None,
        where: CoursesWhere = None,
    ) -> Any:
        of = courses_page, courses_counted
        return await _page(context, record, of, first, after, where)

    @resolver(
        OFFICE,
        "The lessons of a span of days that are over, and that nobody has closed, by time.",
        LessonConnection | None,
        told=Told.RIGHTS,
    )
    async def open_lessons(
        record: SchoolRecord,
        context: Context,
        first_day: FromThisWeek = None,
        last_day: ToToday = None,
        first: FirstUnlessLast = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        where: OpenLessonsWhere = None,
    ) -> Any:
        window = PageWindow.of(first, after, last, before)
        return await page_of_school(context, record.school_id, window, first_day, last_day, where)

    @resolver(
        STAFF | OFFICE,
        "The lessons of a span of days that were moved, replaced, joined or cancelled, by time;"
        " and those that were restored since, whose `replacement` is null.",
        list[LessonRef] | None,
        items=daily(5),
    )
    async def replaced_lessons(
        record: SchoolRecord, context: Context, first_day: From, last_day: To
    ) -> Any:
        asked = span(first_day, last_day).parameters
        return await context.store.fetch(
            replaced_lessons_of_school, school=record.school_id, **asked
        )

    announcements = announcements
    withdrawn_announcements = withdrawn_announcements
    events = events
    surveys = surveys

    @resolver(
        MEMBER,
        "The reports that the viewer asked for and that are kept still, the newest first.",
        list[DataExportRef],
        items=Items(2),
    )
    async def reports(record: SchoolRecord, context: Context) -> Any:
        mine = {"school": record.school_id, "author": context.account}
        return await context.store.fetch(reports_of_account, **mine)


SchoolRevision = revision_of(School, SCHOOL, "One step of a school's history.")


async def _page(
    context: Context,
    school: SchoolRecord,
    of: tuple[Statement[Any], Statement[Any]],
    first: int,
    after: str | None,
    where: Any,
) -> ConnectionRecord:
    """A page of a list, by the statements that read and count it."""
    kept: dict[str, Any] = parameters_of(school.school_id, where)
    return await page_by_name(context, *of, school, first, after, **kept)
