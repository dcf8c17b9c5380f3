"""Writing notices of absence."""

from db.tables.absence_notices import AbsenceNotice, AbsenceNoticeRevision
from db.writing.versioned import Versioned

ABSENCE_NOTICES = Versioned(AbsenceNotice, AbsenceNoticeRevision, inserted_at="announced_at")
