"""Lessons: how they are read, changed and told of."""

from db.reading.diary import lessons_by_id
from db.tables import Lesson
from db.writing.lessons import LESSONS
from resolvers.declarations.noun import Noun

LESSON = Noun(Lesson, read=lessons_by_id, whole=lessons_by_id, written=LESSONS, day="day")
