"""Writing a school's tokens for attendance."""

from db.tables.attendance_codes import AttendanceCode, AttendanceCodeRevision
from db.writing.versioned import Versioned

ATTENDANCE_CODES = Versioned(AttendanceCode, AttendanceCodeRevision)
