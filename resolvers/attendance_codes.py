"""A school's tokens for attendance: to every member of it; their history to its office."""

from db.tables.attendance_codes import AttendanceCode
from db.writing.attendance_codes import ATTENDANCE_CODES
from domain.audience import MEMBER, OFFICE
from resolvers.declarations.noun import Event, History, Noun

ATTENDANCE_CODE = Noun(
    AttendanceCode,
    code="Tk",
    visible_to=MEMBER,
    written=ATTENDANCE_CODES,
    history=History("Tv", OFFICE),
    event=Event(
        "A token for attendance that was made, changed or put away.",
        "Tokens for attendance that are made, changed or put away",
        "Tokens for attendance of the school.",
    ),
)
