"""Announcements: who they are visible to, and how they are loaded, changed and told of."""

from db.reading import announcements
from db.reading.writings import by_id_with_author
from db.tables.announcements import WITHDRAWAL, Announcement
from db.writing.announcements import ANNOUNCEMENTS
from domain.audience import STAFF
from domain.history import Step
from domain.media import FileUse
from domain.notice_kinds import NoticeKind, Readers, Said
from resolvers.addressees import KEEPERS, READERS, addressees
from resolvers.declarations.noticing import noticed, to_addressed
from resolvers.declarations.noun import Attachments, Event, History, Noun
from resolvers.loaders import Loader

ANNOUNCEMENT = Noun(
    Announcement,
    code="Ao",
    visible_to=READERS,
    ties=addressees("day"),
    withdrawal=WITHDRAWAL,
    written=ANNOUNCEMENTS,
    history=History("Ap", KEEPERS),
    attached=Attachments(FileUse.ANNOUNCEMENT, by=STAFF, read_by=READERS),
    event=Event(
        "An announcement that was made, changed, withdrawn or restored.",
        "Announcements that are made, changed, withdrawn or restored",
        "Announcements to the school, class groups and courses: `announcement.added` etc.",
    ),
)
AuthorByAnnouncement = Loader("AuthorByAnnouncement", by_id_with_author(Announcement), "id")
AnnouncementsByClassGroup = Loader(
    "AnnouncementsByClassGroup",
    announcements.announcements_of_class_groups,
    "class_group_id",
    many=True,
)
AnnouncementsCountedByClassGroup = Loader(
    "AnnouncementsCountedByClassGroup",
    announcements.announcements_counted_of_class_groups,
    "class_group_id",
)
AnnouncementsByCourse = Loader(
    "AnnouncementsByCourse", announcements.announcements_of_courses, "course_id", many=True
)
AnnouncementsCountedByCourse = Loader(
    "AnnouncementsCountedByCourse", announcements.announcements_counted_of_courses, "course_id"
)
ReadingByAnnouncement = Loader(
    "ReadingByAnnouncement", announcements.readings_of_account, "announcement_id"
)
ReadingsByAnnouncement = Loader(
    "ReadingsByAnnouncement",
    announcements.readings_of_announcements,
    "announcement_id",
    many=True,
)
ReadingsCountedByAnnouncement = Loader(
    "ReadingsCountedByAnnouncement",
    announcements.readings_counted_of_announcements,
    "announcement_id",
)
noticed(
    ANNOUNCEMENT,
    NoticeKind.ANNOUNCEMENT,
    {
        Step.ADDED: Said("A new announcement", "Новое объявление"),
        Step.CHANGED: Said("An announcement was changed", "Объявление изменено"),
    },
    to_addressed,
    whom=Readers.ADDRESSED,
    leads="/diary/announcements?school={school}",
    when=lambda each, _: not each.withdrawn,
    day="day",
)
