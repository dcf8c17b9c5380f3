"""Grades: how they are read, changed and told of."""

from db.reading.diary import grades_by_id, grades_to_change
from db.tables import Grade
from db.writing.grades import GRADES
from resolvers.declarations.noun import Noun

GRADE = Noun(
    Grade,
    read=grades_by_id,
    whole=grades_to_change,
    written=GRADES,
    day="day",
    is_withdrawn=lambda grade: grade.state == "WITHDRAWN",
)
