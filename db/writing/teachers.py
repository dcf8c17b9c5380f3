"""How teachers are written."""

from db.tables.teachers import Teacher
from db.writing.office_records import Kept

TEACHERS = Kept(Teacher)
