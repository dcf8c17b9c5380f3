"""What a school sets up: to every member of it."""

from db.projection import Source
from db.reading import grade_scales
from db.reading.schools import school_by_id
from db.tables.grade_scales import GradeScale
from db.tables.periods import AcademicYear, Period
from db.tables.schools import School, Subject, WorkType
from domain.audience import MEMBER
from resolvers.declarations.noun import Noun
from resolvers.loaders import Loader

SCHOOL = Noun(School, code="Sc", visible_to=MEMBER, read=school_by_id)
SUBJECT = Noun(Subject, code="Su", visible_to=MEMBER, joined=Source(Subject))
WORK_TYPE = Noun(WorkType, code="Wt", visible_to=MEMBER, joined=Source(WorkType))
GRADE_SCALE = Noun(GradeScale, code="Gs", visible_to=MEMBER, joined=Source(GradeScale))
ACADEMIC_YEAR = Noun(AcademicYear, code="Ay", visible_to=MEMBER, joined=Source(AcademicYear))
PERIOD = Noun(Period, code="Pe", visible_to=MEMBER, joined=Source(Period))
SchoolById = SCHOOL.by_id
SubjectById = SUBJECT.by_id
WorkTypeById = WORK_TYPE.by_id
GradeScaleById = GRADE_SCALE.by_id
AcademicYearById = ACADEMIC_YEAR.by_id
PeriodById = PERIOD.by_id
GradeScaleByLesson = Loader("GradeScaleByLesson", grade_scales.grade_scales_of_lessons, "lesson_id")
