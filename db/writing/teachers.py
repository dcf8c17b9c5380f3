"""How teachers are written."""

from db.tables.teachers import Teacher
from db.writing.kept import Kept

TEACHERS = Kept(Teacher)
