"""How bell schedules are written."""

from db.tables.bell_schedules import BellSchedule, BellScheduleRevision
from db.writing.versioned import Versioned

BELL_SCHEDULES = Versioned(BellSchedule, BellScheduleRevision)
