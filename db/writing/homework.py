"""Writing homework."""

from db.tables.homework import Homework, HomeworkRevision
from db.writing.versioned import Versioned

HOMEWORK = Versioned(
    Homework,
    HomeworkRevision,
    inserted_at="set_at",
    derived=("material_ids",),
)
