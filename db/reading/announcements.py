"""Announcements that a viewer may know of, searched and a page at a time; and who has read them."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    Select,
    String,
    Uuid,
    all_,
    bindparam,
    exists,
    func,
    select,
)

from db.reading.addressees import told_to
from db.reading.listing import NONE, counted_by, flag, id_of, paged, where_asked
from db.reading.parts import SCHOOL, among, columns, table
from db.statement import statement
from db.tables.accounts import Account
from db.tables.announcements import WITHDRAWAL, Announcement, AnnouncementReading

IN_ORDER = ("published_at", "id")


def _announcements() -> Select[Any]:
    """Those that stand, with all the `words` that are asked for, which are patterns of a key; where
    they are `unread`, those alone that the `reader` has not read and is no writer of."""
    own, reading = table(Announcement), table(AnnouncementReading)
    like = bindparam("words", (), type_=ARRAY(String))
    found = where_asked(func.cardinality(like) > NONE, own.c.word_key.like(all_(like)))
    read = exists().where(
        reading.c.school_id == SCHOOL,
        reading.c.announcement_id == own.c.id,
        reading.c.account_id == id_of("reader"),
    )
    unread = where_asked(flag("unread"), ~read & (own.c.author_id != id_of("reader")))
    stands = ~WITHDRAWAL.when(own)
    return select(*columns(Announcement)).where(
        own.c.school_id == SCHOOL, stands, told_to(own), found, unread
    )


@statement(Announcement)
def announcements_of_school() -> ClauseElement:
    return paged(_announcements(), IN_ORDER)


@statement(Announcement)
def announcements_counted() -> ClauseElement:
    return counted_by(_announcements())


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
    reading, account = table(AnnouncementReading), table(Account)
    return (
        select(*columns(AnnouncementReading), account.c.display_name.label("account_name"))
        .join(account, account.c.id == reading.c.account_id)
        .where(reading.c.school_id == SCHOOL, among(reading.c.announcement_id))
    )


@statement(AnnouncementReading)
def readings_of_announcements() -> ClauseElement:
    """Who has read them, the first before the second, with the names of accounts."""
    return paged(_readings(), ("at", "id"), "announcement_id")


@statement(AnnouncementReading)
def readings_counted_of_announcements() -> ClauseElement:
    return counted_by(_readings(), "announcement_id")
