"""What a school sets up: to every member of it; what was done to it, to its office."""

from typing import Any

from db.projection import Source
from db.reading import grade_scales, periods
from db.reading.schools import school_by_id
from db.tables.grade_scales import GradeScale
from db.tables.periods import AcademicYear, DayOff, Period
from db.tables.schools import School, Subject, WorkType
from db.writing import office
from domain.audience import MEMBER, OFFICE
from resolvers.declarations.noun import Event, History, Noun
from resolvers.loaders import Loader
from resolvers.relations import subject


def _told(one: str, many: str) -> Event:
    return Event(
        f"{one} that was made, changed or put away.",
        f"{many} that are made, changed or put away",
        f"{many} of the school.",
    )


# Any: a school's key is its number alone, so it is no record of a school.
SCHOOL: Noun[Any] = Noun[Any](
    School,
    code="Sc",
    visible_to=MEMBER,
    read=school_by_id,
    written=office.SCHOOLS,
    history=History("Cv", OFFICE),
    event=Event(
        "A school that was changed.",
        "What schools say of themselves when that is changed",
        "What the school says of itself.",
    ),
)
SUBJECT = Noun(
    Subject,
    code="Su",
    visible_to=MEMBER,
    ties=subject("id"),
    joined=Source(Subject),
    written=office.SUBJECTS,
    history=History("Sv", OFFICE),
    event=_told("A subject", "Subjects"),
)
WORK_TYPE = Noun(
    WorkType,
    code="Wt",
    visible_to=MEMBER,
    joined=Source(WorkType),
    written=office.WORK_TYPES,
    history=History("Wv", OFFICE),
    event=_told("A kind of work", "Kinds of work"),
)
GRADE_SCALE = Noun(
    GradeScale,
    code="Gs",
    visible_to=MEMBER,
    joined=Source(GradeScale),
    written=office.GRADE_SCALES,
    history=History("Gv", OFFICE),
    event=_told("A grade scale", "Grade scales"),
)
ACADEMIC_YEAR = Noun(
    AcademicYear,
    code="Ay",
    visible_to=MEMBER,
    joined=Source(AcademicYear),
    written=office.ACADEMIC_YEARS,
    history=History("Yv", OFFICE),
    event=_told("An academic year", "Academic years"),
)
PERIOD = Noun(
    Period,
    code="Pe",
    visible_to=MEMBER,
    joined=Source(Period),
    written=office.PERIODS,
    history=History("Pv", OFFICE),
    event=Event(
        "A period that was made, changed, locked, unlocked or removed.",
        "Periods that are made, changed, locked, unlocked or removed",
        "Periods of the school's years.",
    ),
)
DAY_OFF = Noun(
    DayOff,
    code="Do",
    visible_to=MEMBER,
    written=office.DAYS_OFF,
    history=History("Dv", OFFICE),
    event=_told("A day off", "Days off"),
)
SchoolById = SCHOOL.by_id
SubjectById = SUBJECT.by_id
WorkTypeById = WORK_TYPE.by_id
GradeScaleById = GRADE_SCALE.by_id
AcademicYearById = ACADEMIC_YEAR.by_id
PeriodById = PERIOD.by_id
AcademicYearByCourse = Loader(
    "AcademicYearByCourse", periods.academic_years_of_courses, "course_id"
)
AcademicYearsByStudent = Loader(
    "AcademicYearsByStudent", periods.academic_years_of_students, "student_id", many=True
)
PeriodsByAcademicYear = Loader(
    "PeriodsByAcademicYear", periods.periods_of_academic_years, "academic_year_id", many=True
)
DaysOffByAcademicYear = Loader(
    "DaysOffByAcademicYear", periods.days_off_of_academic_years, "academic_year_id", many=True
)
GradeScaleByLesson = Loader("GradeScaleByLesson", grade_scales.grade_scales_of_lessons, "lesson_id")
