"""Homework: how it is read, changed and told of."""

from db.reading.diary import homework_by_id, homework_to_change
from db.tables import Homework
from db.writing.homework import HOMEWORK as WRITTEN
from resolvers.declarations.noun import Noun

HOMEWORK = Noun(
    Homework,
    read=homework_by_id,
    whole=homework_to_change,
    written=WRITTEN,
    day="lesson_day",
    is_withdrawn=lambda homework: homework.withdrawn,
)
