"""Writing announcements, and who has read them."""

from sqlalchemy import ClauseElement

from db.reading.parts import NOW
from db.statement import statement
from db.tables.announcements import Announcement, AnnouncementReading, AnnouncementRevision
from db.writing.parts import ACCOUNT, insert_each
from db.writing.versioned import Versioned

ANNOUNCEMENTS = Versioned(
    Announcement,
    AnnouncementRevision,
    inserted_at="published_at",
    derived=("word_key",),
)


@statement(AnnouncementReading)
def note_announcement_read() -> ClauseElement:
    """Note that an account has read it; what it had read before stays as it was."""
    given = ("id", "announcement_id")
    noted = insert_each(AnnouncementReading, given, {"account_id": ACCOUNT, "at": NOW})
    once = ["school_id", "announcement_id", "account_id"]
    return noted.on_conflict_do_nothing(index_elements=once)
