"""Students: who they are, where they learn, and whose they are."""

from datetime import date
from typing import Any

import strawberry

from db.reading.own_data import data_exports_of_account
from db.tables.students import Student as StudentRecord
from domain.audience import ACQUAINTED, ANYONE, FAMILY, HEAD, KEEPERS, REACHING
from domain.audit import Sensitive
from resolvers.access_codes import AccessCodesByStudent
from resolvers.audit import AUDIT_ENTRY
from resolvers.class_groups import ClassGroupById, ClassGroupsByStudent
from resolvers.context import Context
from resolvers.courses import CourseById, CoursesByStudent
from resolvers.guardians import GuardiansByStudent, GuardianshipsByStudent
from resolvers.own_data import ErasuresByStudent
from resolvers.pages import PageByStudent
from resolvers.period_grades import PeriodGradesByStudent
from resolvers.readings import Items, LoadArguments
from resolvers.schools import AcademicYearsByStudent
from resolvers.students import EnrolmentsByStudent, LevelByStudent
from resolvers.tie_steps import EnrolmentStepsByStudent
from schema import student_diary, student_marks
from schema.audit import OfKinds as AuditKinds
from schema.audit import entries_of_student
from schema.charts import student_attendance_chart, student_progress_chart
from schema.connections import After, First, connection_of
from schema.declare import asking, column, loaded, resolver
from schema.guardians import Guardianship
from schema.moderation import restrictions
from schema.node import Node, id_of, school_of
from schema.nouns import (
    AcademicYearRef,
    AccessCodeRef,
    ChildRestrictionRef,
    ClassGroupRef,
    CourseRef,
    DataExportRef,
    GuardianRef,
    PageRef,
    PeriodGradeRef,
    SchoolRef,
)
from schema.offices import TieStep
from schema.own_data import Erasure, ErasurePlan, plan_for
from schema.pages import page_of
from schema.people import family_name, first_day, given_name, last_day, middle_name, shown_name
from schema.permissions import viewer_may
from schema.spans import InYear, of_year
from schema.writings import writings


@strawberry.type(
    description="A student's place in a class group or in a course; open where a day is null."
)
class Enrolment:
    begins_on: date | None = column(ANYONE, "Its first day.")
    ends_on: date | None = column(ANYONE, "Its last day; null until the end of the year.")
    class_group: ClassGroupRef | None = loaded(
        ANYONE, "The class group; null where it is in a course.", ClassGroupById, "class_group_id"
    )
    course: CourseRef | None = loaded(
        ANYONE, "The course; null where it is in a class group.", CourseById, "course_id"
    )


@strawberry.type(description="A student of the school.")
class Student(Node):
    id: strawberry.ID = id_of("Student", ACQUAINTED)
    school: SchoolRef | None = school_of(ACQUAINTED)
    viewer_may = viewer_may()
    page: PageRef | None = page_of(PageByStudent, ACQUAINTED)
    given_name: str = given_name(ACQUAINTED)
    family_name: str = family_name(ACQUAINTED)
    display_name: str = shown_name(ACQUAINTED)
    middle_name: str | None = middle_name(FAMILY | KEEPERS)
    begins_on: date | None = first_day(FAMILY | KEEPERS)
    ends_on: date | None = last_day(FAMILY | KEEPERS)
    grade_level: str | None = loaded(
        ACQUAINTED,
        "The year of school: that of their class group today, or else of their record; null where "
        "neither says one.",
        LevelByStudent,
        "id",
        then=lambda _, found: found and found.grade_level,
        reads=("grade_level",),
    )
    born_on: date | None = column(
        FAMILY | KEEPERS, "The day of birth.", sensitive=Sensitive.BIRTH_DATE
    )
    identifier: str | None = column(
        FAMILY | KEEPERS, "The school's own number for them; null where they have none."
    )
    email: str | None = column(
        REACHING | KEEPERS, "The address the school writes to.", sensitive=Sensitive.CONTACTS
    )
    phone: str | None = column(
        REACHING | KEEPERS, "The number the school calls.", sensitive=Sensitive.CONTACTS
    )
    years: list[AcademicYearRef] | None = loaded(
        FAMILY | KEEPERS,
        "The academic years in which they have learnt and learn, by their first day.",
        AcademicYearsByStudent,
        "id",
        items=Items(5),
    )

    @resolver(
        HEAD | REACHING,
        "The audit of what is theirs, a page at a time, the newest first: who did what with it, "
        "and who outside the family read what is sensitive.",
        connection_of(AUDIT_ENTRY, plural="audit entries") | None,
    )
    async def audit(
        record: StudentRecord,
        context: Context,
        first: First = 50,
        after: After = None,
        kinds: AuditKinds = None,
    ) -> Any:
        return await entries_of_student(context, record.school_id, record.id, first, after, kinds)

    @resolver(
        FAMILY | HEAD,
        "The exports of their data that the viewer asked for, the newest first.",
        list[DataExportRef] | None,
        items=Items(1),
    )
    async def data_exports(record: StudentRecord, context: Context) -> Any:
        return await context.store.fetch(
            data_exports_of_account,
            school=record.school_id,
            student=record.id,
            author=context.account,
        )

    erasures: list[Erasure] | None = loaded(
        HEAD,
        "What was erased of what the school kept of them, the earliest first.",
        ErasuresByStudent,
        "id",
        items=Items(1),
    )

    @resolver(
        HEAD,
        "What may be erased of what the school keeps of them by now, and what a law keeps; null to "
        "others.",
        ErasurePlan | None,
    )
    async def erasure_plan(record: StudentRecord, context: Context) -> Any:
        return await plan_for(context, record.school_id, record.id)

    @asking(
        ACQUAINTED,
        "The class groups of today; or all that they were in during a year, for the family, the "
        "class teacher and the office.",
        list[ClassGroupRef],
        ClassGroupsByStudent,
        "id",
        items=Items(1),
        known_as="ClassGroupOfStudent",
    )
    def class_groups(record: StudentRecord, year: InYear = None) -> LoadArguments:
        return of_year(record.school_id, year)

    @asking(
        ACQUAINTED,
        "The courses of today, by title, or all that they were in during a year; to whoever "
        "teaches some of them, only those.",
        list[CourseRef],
        CoursesByStudent,
        "id",
        items=Items(15),
        known_as="CourseOfStudent",
    )
    def courses(record: StudentRecord, year: InYear = None) -> LoadArguments:
        return of_year(record.school_id, year)

    guardians: list[GuardianRef] | None = loaded(
        REACHING | KEEPERS,
        "The guardians of today, by name.",
        GuardiansByStudent,
        "id",
        items=Items(2),
        sensitive=Sensitive.GUARDIANS,
    )

    enrolments: list[Enrolment] | None = loaded(
        FAMILY | KEEPERS,
        "Where they have learnt and learn, the earliest first; with a whole class they take its "
        "courses too.",
        EnrolmentsByStudent,
        "id",
        items=Items(10),
    )
    enrolment_history: list[TieStep] | None = loaded(
        REACHING | KEEPERS,
        "Who enrolled and moved them, when and why, in order; not what a roster did, nor the "
        "opening of a year.",
        EnrolmentStepsByStudent,
        "id",
        items=Items(5),
    )
    guardianships: list[Guardianship] | None = loaded(
        KEEPERS,
        "What guardians are and were to them, the earliest first.",
        GuardianshipsByStudent,
        "id",
        items=Items(3),
        sensitive=Sensitive.GUARDIANS,
    )

    access_codes: list[AccessCodeRef] | None = loaded(
        KEEPERS,
        "The access codes that were made for them, the newest first.",
        AccessCodesByStudent,
        "id",
        items=Items(2),
    )

    remarks = student_diary.remarks
    restrictions: list[ChildRestrictionRef] | None = restrictions
    writings = writings
    diary_signatures = student_diary.diary_signatures
    homework = student_diary.homework
    homework_completion = student_diary.homework_completion
    diary = student_diary.diary
    timetable = student_diary.timetable
    attendance = student_diary.attendance
    attendance_counts = student_diary.attendance_counts
    missed = student_diary.missed
    absence_notices = student_diary.absence_notices
    grades = student_marks.grades
    averages = student_marks.averages
    materials = student_diary.materials
    report_card = student_marks.report_card
    final_grades: list[PeriodGradeRef] = loaded(
        ACQUAINTED,
        "Their grades of all years, by the years; also those that they brought from other schools.",
        PeriodGradesByStudent,
        "id",
        items=Items(30),
    )

    progress = student_marks.progress
    year_averages = student_marks.year_averages
    progress_chart = student_progress_chart
    attendance_chart = student_attendance_chart
