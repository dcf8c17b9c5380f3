"""Class groups, such as 7B."""

from typing import Any

import strawberry

from db.tables.class_groups import ClassGroup as ClassGroupRecord
from domain.attendance import MARKERS
from domain.audience import FAMILY, KEEPERS, MEMBER, OFFICE
from resolvers.absence_notices import AbsenceNoticesByClassGroup
from resolvers.access_codes import AccessCodesByClassGroup
from resolvers.announcements import AnnouncementsByClassGroup, AnnouncementsCountedByClassGroup
from resolvers.attendance import AttendanceCountedByClassGroup
from resolvers.context import Context
from resolvers.courses import CoursesByClassGroup
from resolvers.homework import HomeworkDueByClassGroup
from resolvers.homework_loads import READ, loads
from resolvers.lessons import (
    OpenLessonsByClassGroup,
    OpenLessonsCountedByClassGroup,
    TimetableByClassGroup,
)
from resolvers.pages import PageByClassGroup
from resolvers.period_grades import ResultsByClassGroup
from resolvers.readings import Items, LoadArguments, daily
from resolvers.schools import AcademicYearById
from resolvers.students import StudentsByClassGroup
from resolvers.teachers import TeacherById
from resolvers.tie_steps import StepsByTie
from resolvers.viewer import Viewer
from schema.announcements import announcements_by
from schema.attendance_counts import group_counts
from schema.charts import class_attendance_chart, class_distribution_chart
from schema.declare import asking, column, loaded, resolver
from schema.group_results import CourseFigures, OfPeriod, figures_of
from schema.homework_lists import LOAD_READERS, HomeworkLoad
from schema.node import Node, id_of, school_of
from schema.nouns import (
    AbsenceNoticeRef,
    AcademicYearRef,
    AccessCodeRef,
    CourseRef,
    PageRef,
    SchoolRef,
    StudentRef,
    TeacherRef,
)
from schema.offices import TieStep
from schema.open_lessons import open_lessons_by
from schema.pages import page_of
from schema.permissions import viewer_may
from schema.spans import (
    From,
    To,
    span,
)
from schema.timetable_days import OF_CLASS, FromToday, TimetableDay, ToTomorrow, timetable
from schema.timetable_days import OF_THEIRS as OF_TIMETABLE


@strawberry.type(description="A class group, such as 7B, with its class teacher.")
class ClassGroup(Node):
    id: strawberry.ID = id_of("ClassGroup", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    page: PageRef | None = page_of(PageByClassGroup, MEMBER)
    name: str = column(MEMBER, "Its name, such as 7B.")
    grade_level: str | None = column(MEMBER, "The year of school that its students are in.")
    academic_year: AcademicYearRef | None = loaded(
        MEMBER,
        "The year that it is of; null where no roster said.",
        AcademicYearById,
        "academic_year_id",
    )
    active: bool = column(MEMBER, "Whether it is in use; what was put away is kept.")
    class_teacher: TeacherRef | None = loaded(
        MEMBER, "Who leads it; null where nobody does.", TeacherById, "class_teacher_id"
    )
    deputy: TeacherRef | None = loaded(
        MEMBER,
        "Who leads it beside the class teacher, with the same rights; null where nobody does.",
        TeacherById,
        "deputy_id",
    )
    leader_history: list[TieStep] | None = loaded(
        OFFICE,
        "Who was let to lead it, and when that was ended, in order; not what a roster did.",
        StepsByTie,
        "id",
        items=Items(2),
    )
    courses: list[CourseRef] = loaded(
        MEMBER,
        "The courses it takes, by title: its own, and those in which its students are enrolled, "
        "such as courses of several class groups.",
        CoursesByClassGroup,
        "id",
        items=Items(15),
    )
    students: list[StudentRef] = loaded(
        MEMBER,
        "Its students by name, today, or on the last day of its year where that is over; only "
        "those whom the viewer may know of, and once it is over none whom they only teach.",
        StudentsByClassGroup,
        "id",
        items=Items(30),
        known_as="StudentOfClassGroup",
    )
    access_codes: list[AccessCodeRef] | None = loaded(
        KEEPERS,
        "The access codes of its students of today and of their guardians, the newest first.",
        AccessCodesByClassGroup,
        "id",
        items=Items(90),
    )

    announcements = announcements_by(
        FAMILY | KEEPERS, AnnouncementsByClassGroup, AnnouncementsCountedByClassGroup
    )
    attendance_counts = group_counts(
        MARKERS,
        "The attendance in it counted in a span of days or in a period, of each student unless "
        "told; empty where none was taken.",
        AttendanceCountedByClassGroup,
    )

    @asking(
        KEEPERS,
        "Notices of absence of its students of which a day is in the span, in order; none that was "
        "taken back.",
        list[AbsenceNoticeRef] | None,
        AbsenceNoticesByClassGroup,
        "id",
        items=daily(0.5),
    )
    def absence_notices(record: ClassGroupRecord, first: From, last: To) -> LoadArguments:
        return span(first, last)

    open_lessons = open_lessons_by(
        KEEPERS,
        "The lessons of its courses in a span of days that are over, and that nobody has closed, "
        "by time.",
        OpenLessonsByClassGroup,
        OpenLessonsCountedByClassGroup,
    )

    @asking(
        LOAD_READERS,
        "The homework that is due for the class in a span of days, day by day with how long it "
        "should take. What is for some students alone is left out.",
        list[HomeworkLoad] | None,
        HomeworkDueByClassGroup,
        "id",
        READ,
        items=daily(1),
    )
    def homework_due(record: ClassGroupRecord, first: From, last: To) -> LoadArguments:
        return LoadArguments(span(first, last).parameters, loads)

    @asking(
        OF_CLASS,
        "Its timetable: the days of a span that have lessons, today and tomorrow unless told; to "
        "who has left the school, those that were theirs.",
        list[TimetableDay] | None,
        TimetableByClassGroup,
        "id",
        OF_TIMETABLE,
        items=daily(1),
    )
    def timetable(
        record: ClassGroupRecord,
        viewer: Viewer,
        first: FromToday = None,
        last: ToTomorrow = None,
    ) -> LoadArguments:
        return timetable(first, last, viewer)

    distribution_chart = class_distribution_chart
    attendance_chart = class_attendance_chart

    @resolver(
        MARKERS,
        "The marks of its students in each of their courses in a period, taken together; empty "
        "where they learnt in none.",
        list[CourseFigures] | None,
        items=Items(15),
    )
    async def figures(
        record: ClassGroupRecord, context: Context, period: OfPeriod = None
    ) -> list[Any]:
        # Some hundreds of results take tenths of a second, which the event loop has no time for.
        return await figures_of(context, ResultsByClassGroup, record, period)
