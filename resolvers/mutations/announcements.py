"""Announcements made, changed, withdrawn, restored and read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.tables.announcements import Announcement
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course
from db.tables.schools import School
from db.writing.announcements import note_announcement_read
from db.writing.versioned import Row
from domain.addressees import EDITORS
from domain.history import Step
from domain.ids import uuid7
from domain.names import changed_text_key, text_key
from domain.refusals import UserErrorCode
from resolvers.addressees import READERS, ToWhom, addressed, creates_for
from resolvers.allowances import ANNOUNCING, take
from resolvers.announcements import ANNOUNCEMENT
from resolvers.class_groups import CLASS_GROUP
from resolvers.courses import COURSE
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Aside, FileIds, GlobalId, OwnId, Parsed, Reference, Text
from resolvers.declarations.parsing import LONGEST_TEXT
from resolvers.declarations.transaction import Transaction
from resolvers.declarations.withdrawal import restores, standing, withdraws
from resolvers.schools import SCHOOL

Code = UserErrorCode
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnnouncement(ToWhom):
    """An announcement to make."""

    title: Annotated[str, "What it is about, in a few words.", Text(LONGEST_TITLE)]
    text: Annotated[str, "What is announced.", Text(LONGEST_TEXT)]
    files: Annotated[
        Sequence[str] | None,
        "What to attach, in order, by the ids that `POST /files` has answered.",
        FileIds(),
    ] = None
    id: Annotated[
        str | None,
        "A UUID version 7 of the client's, so that announcing it is safe to retry.",
        OwnId(),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceToSchool(NewAnnouncement):
    """An announcement to make to the whole school."""

    school: Annotated[str, "The school, by global id.", GlobalId("School"), Aside()]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceToClassGroup(NewAnnouncement):
    """An announcement to make to a class group."""

    class_group: Annotated[str, "The class group, by global id.", GlobalId("ClassGroup")]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceToCourse(NewAnnouncement):
    """An announcement to make to a course."""

    course: Annotated[str, "The course, by global id.", GlobalId("Course")]


@creates_for(
    ANNOUNCEMENT,
    "Announce something to the students, the families or the staff of the whole school.",
    at=SCHOOL,
    refusal="Only the school's office announces something to the whole school.",
)
async def announce_to_school(
    transaction: Transaction, given: Parsed[AnnounceToSchool], school: School
) -> Row:
    return _row(transaction, given, school)


@creates_for(
    ANNOUNCEMENT,
    "Announce something to the students, the families or the staff of a class group.",
    at=CLASS_GROUP,
    refusal="You may not announce anything to this class group.",
)
async def announce_to_class_group(
    transaction: Transaction, given: Parsed[AnnounceToClassGroup], class_group: ClassGroup
) -> Row:
    return _row(transaction, given, class_group)


@creates_for(
    ANNOUNCEMENT,
    "Announce something to the students, the families or the staff of a course.",
    at=COURSE,
    refusal="You may not announce anything to this course.",
)
async def announce_to_course(
    transaction: Transaction, given: Parsed[AnnounceToCourse], course: Course
) -> Row:
    return _row(transaction, given, course)


def _row(transaction: Transaction, given: Parsed[Any], at: Any) -> Row:
    new: NewAnnouncement = given.given
    return {
        "id": given.id,
        **addressed(transaction, given, at),
        "author_id": transaction.account_id,
        "day": transaction.today,
        "title": new.title,
        "text": new.text,
        "word_key": text_key(new.title, new.text),
    }


@dataclass(frozen=True, slots=True)
class ChangeAnnouncement(Edit):
    """What changes of an announcement; whom it is for stays as it is."""

    title: Annotated[
        str | UnsetType,
        "What it is about, in a few words; as it is, if left out.",
        Text(LONGEST_TITLE),
    ] = UNSET
    text: Annotated[
        str | UnsetType, "What is announced; as it is, if left out.", Text(LONGEST_TEXT)
    ] = UNSET
    files: Annotated[
        Sequence[str] | UnsetType,
        "All that is attached from now on, in order, by the ids of files; as it is, if left out.",
        FileIds(),
    ] = UNSET


@edits(
    ANNOUNCEMENT,
    "Change an announcement; what it was stays in its history.",
    Code.WITHDRAWN,
    Code.RATE_LIMITED,
    step=Step.CHANGED,
    by=EDITORS,
    requires=[standing(ANNOUNCEMENT)],
)
async def change_announcement(
    transaction: Transaction, given: Parsed[ChangeAnnouncement], announcement: Announcement
) -> Row:
    await take(transaction, ANNOUNCING)
    new = given.columns(changes=True)
    return {**new, "word_key": changed_text_key(announcement, new, "title", "text")}


withdraw_announcement = withdraws(
    ANNOUNCEMENT, "Take an announcement back; it stays in the history.", by=EDITORS
)
restore_announcement = restores(
    ANNOUNCEMENT, "Let a withdrawn announcement stand again.", by=EDITORS
)


@dataclass(frozen=True, slots=True)
class ReadAnnouncement:
    """An announcement that the viewer has read."""

    announcement: Annotated[str, "The announcement, by global id.", Reference()]


@edits(
    ANNOUNCEMENT,
    "Say that the viewer has read an announcement. Of one that they had read before, the first "
    "time stays.",
    Code.WITHDRAWN,
    by=READERS,
    elsewhere=True,
    requires=[standing(ANNOUNCEMENT)],
    answer="The announcement.",
)
async def read_announcement(
    transaction: Transaction, given: Parsed[ReadAnnouncement], announcement: Announcement
) -> Row:
    await transaction.reader.run(
        note_announcement_read,
        school=transaction.school_id,
        account=transaction.account_id,
        id=[uuid7()],
        announcement_id=[announcement.id],
    )
    return {}
