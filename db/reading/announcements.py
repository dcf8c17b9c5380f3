"""Announcements that a viewer may know of, searched and a page at a time; and who has read them."""

from typing import Any

from sqlalchemy import ClauseElement, Select, Uuid, bindparam, exists, select

from db.reading.addressees import told_to
from db.reading.listing import counted_by, flag, has_words, id_of, paged, where_asked
from db.reading.parts import SCHOOL, among, columns, table
from db.reading.records import with_account
from db.statement import statement
from db.tables.announcements import WITHDRAWAL, Announcement, AnnouncementReading

IN_ORDER = ("published_at", "id")


def _announcements() -> Select[Any]:
    """Those that stand, with all the `words` that are asked for; if `unread`, those alone that the
    `reader` has neither read nor written."""
    own, reading = table(Announcement), table(AnnouncementReading)
    read = exists().where(
        reading.c.school_id == SCHOOL,
        reading.c.announcement_id == own.c.id,
        reading.c.account_id == id_of("reader"),
    )
    unread = where_asked(flag("unread"), ~read & (own.c.author_id != id_of("reader")))
    stands = ~WITHDRAWAL.when(own)
    return select(*columns(Announcement)).where(
        own.c.school_id == SCHOOL, stands, told_to(own), has_words(own.c.word_key), unread
    )


@statement(Announcement)
def announcements_of_school() -> ClauseElement:
    return paged(_announcements(), IN_ORDER)


@statement(Announcement)
def announcements_counted() -> ClauseElement:
    return counted_by(_announcements())


def _withdrawn() -> Select[Any]:
    """Those that were withdrawn, with all that is hidden from others, for who may restore them."""
    own = table(Announcement)
    return select(*columns(Announcement)).where(own.c.school_id == SCHOOL, WITHDRAWAL.when(own))


@statement(Announcement)
def withdrawn_announcements_of_school() -> ClauseElement:
    return paged(_withdrawn(), IN_ORDER)


@statement(Announcement)
def withdrawn_announcements_counted() -> ClauseElement:
    return counted_by(_withdrawn())


def _of_class_groups() -> Select[Any]:
    return _announcements().where(among(table(Announcement).c.class_group_id))


def _of_courses() -> Select[Any]:
    return _announcements().where(among(table(Announcement).c.course_id))


@statement(Announcement)
def announcements_of_class_groups() -> ClauseElement:
    return paged(_of_class_groups(), IN_ORDER, "class_group_id")


@statement(Announcement)
def announcements_counted_of_class_groups() -> ClauseElement:
    return counted_by(_of_class_groups(), "class_group_id")


@statement(Announcement)
def announcements_of_courses() -> ClauseElement:
    return paged(_of_courses(), IN_ORDER, "course_id")


@statement(Announcement)
def announcements_counted_of_courses() -> ClauseElement:
    return counted_by(_of_courses(), "course_id")


@statement(AnnouncementReading)
def readings_of_account() -> ClauseElement:
    """When the `reader` has read each of the announcements, of those that they have."""
    reading = table(AnnouncementReading)
    return select(*columns(AnnouncementReading)).where(
        reading.c.school_id == SCHOOL,
        among(reading.c.announcement_id),
        reading.c.account_id == bindparam("reader", type_=Uuid()),
    )


def _readings() -> Select[Any]:
    return with_account(AnnouncementReading).where(
        among(table(AnnouncementReading).c.announcement_id)
    )


@statement(AnnouncementReading)
def readings_of_announcements() -> ClauseElement:
    """Who has read them, the first before the second, with the names of accounts."""
    return paged(_readings(), ("at", "id"), "announcement_id")


@statement(AnnouncementReading)
def readings_counted_of_announcements() -> ClauseElement:
    return counted_by(_readings(), "announcement_id")
