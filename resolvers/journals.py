"""Journals: how their students are loaded."""

from db.reading import journals
from resolvers.loaders import Loader

StudentsByJournal = Loader(
    "StudentsByJournal", journals.students_of_journals, "course_id", many=True
)
