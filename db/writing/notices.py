"""Notices made of the outbox, what an account has read, and how it is told."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    ColumnElement,
    Date,
    Integer,
    Interval,
    LargeBinary,
    String,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    null,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from db.reading.parts import NOW, SCHOOL, among, is_free, table, topic_of
from db.statement import statement
from db.tables.columns import Instant, TransactionId
from db.tables.feed import FeedKey, Outbox
from db.tables.notices import (
    Notice,
    NoticeMark,
    NoticePlace,
    NoticeReading,
    NoticeWays,
    PushDevice,
    PushKey,
)
from db.tables.schools import School
from db.writing.parts import ACCOUNT, ID, constant, insert_from, new, rows_of
from db.writing.versioned import apart, whole

HOLDER = bindparam("holder", type_=Uuid())
LEASE = NOW + bindparam("lease", type_=Interval)
EVENING = bindparam("evening", type_=Instant)
SUNDAY = bindparam("sunday", type_=Instant)
"""When the next digest is sent, of a day and of a week."""
GIVEN = (
    "id", "kind", "topic", "change", "ref", "to_id", "to_whom", "student_id", "course_id", "day",
    "author_id", "account_ids", "shown", "shown_id", "cause", "at",
)  # fmt: skip
KINDS = ("hidden", "unpushed", "at_once", "daily", "weekly")


@statement(NoticePlace)
def begin_places() -> ClauseElement:
    """A place for each school that has none, before all its rows."""
    school, place, key = table(School), table(NoticePlace), table(FeedKey)
    rows = (
        select(school.c.school_id, key.c.epoch)
        .select_from(school.join(key, true()))
        .where(~exists().where(place.c.school_id == school.c.school_id))
    )
    begun = insert(place).from_select(["school_id", "epoch"], rows, include_defaults=False)
    return begun.on_conflict_do_nothing(index_elements=["school_id"])


@statement(NoticePlace)
def claim_place() -> ClauseElement:
    """Lease the place to a holder, who alone makes notices until the lease ends; in another
    database than before it begins anew."""
    place, key = table(NoticePlace), table(FeedKey)
    anew, first = place.c.epoch != key.c.epoch, cast(literal("0"), TransactionId())
    return (
        update(place)
        .where(place.c.school_id == SCHOOL, is_free(place))
        .values(
            lease_holder=HOLDER,
            lease_until=LEASE,
            epoch=key.c.epoch,
            xid=case((anew, first), else_=place.c.xid),
            seq=case((anew, -1), else_=place.c.seq),
        )
        .returning(place)
    )


@statement(NoticePlace)
def release_place() -> ClauseElement:
    place = table(NoticePlace)
    return (
        update(place)
        .where(place.c.school_id == SCHOOL, place.c.lease_holder == HOLDER)
        .values(lease_holder=None, lease_until=None)
    )


@statement(NoticePlace, "outbox")
def make_notices() -> ClauseElement:
    """Make notices, publish them, note whom to tell, and move the school's place; nothing, and no
    row, where the lease is another's by now. What was told before is not told again.

    It is one statement, so that its transaction holds the feed back no longer than that takes.
    """
    place, ways, device = table(NoticePlace), table(NoticeWays), table(PushDevice)
    moved = (
        update(place)
        .where(place.c.school_id == SCHOOL, place.c.lease_holder == HOLDER)
        .values(
            xid=cast(cast(bindparam("new_xid", type_=String), String), TransactionId()),
            seq=bindparam("new_seq", type_=Integer),
            due_on=bindparam("new_due_on", type_=Date),
            lease_until=LEASE,
        )
        .returning(place.c.school_id)
        .cte("moved")
    )
    there = select(moved.c.school_id).exists()
    types = {name: table(Notice).c[name].type for name in GIVEN}
    rows = rows_of({name: apart(type_) for name, type_ in types.items()}, "given")
    values = {name: whole(rows.c[name], type_) for name, type_ in types.items()}
    values["version"] = constant(1)
    made = (
        insert_from(Notice, values, there)
        .on_conflict_do_nothing(index_elements=["school_id", "cause"])
        .returning(table(Notice).c.id)
        .cte("made")
    )
    told: dict[str, ColumnElement[object]] = {
        "seq": func.row_number().over(order_by=made.c.id),
        "topic": constant(topic_of(Notice)),
        "change": constant("ADDED"),
        "ref": made.c.id,
        "version": constant(1),
        "at": NOW,
    }
    published = insert_from(Outbox, told).cte("published")
    soon = bindparam("soon", type_=Instant)
    at_once = (func.cardinality(ways.c.at_once) > 0) | exists().where(
        device.c.account_id == ways.c.account_id
    )
    daily, weekly = (
        case((func.cardinality(ways.c[kinds]) > 0, func.coalesce(ways.c[at], evening)))
        for kinds, at, evening in (("daily", "daily_at", EVENING), ("weekly", "weekly_at", SUNDAY))
    )
    due = func.least(ways.c.due_at, daily, weekly, case((at_once, soon), else_=null()))
    woken = (
        update(ways)
        .where(
            ways.c.account_id == any_(bindparam("tell", type_=ARRAY(Uuid()))),
            select(made.c.id).exists(),
        )
        .values(due_at=due, daily_at=daily, weekly_at=weekly)
        .cte("woken")
    )
    return select(moved.c.school_id).add_cte(made, published, woken)


@statement(Notice)
def drop_old_notices() -> ClauseElement:
    """Delete the notices of all schools that are older than they are kept, with who read them."""
    own = table(Notice)
    oldest = select(own.c.school_id, own.c.id).where(own.c.at < bindparam("before", type_=Instant))
    some = oldest.limit(10_000).subquery("some")
    return delete(own).where(own.c.school_id == some.c.school_id, own.c.id == some.c.id)


@statement(NoticeMark)
def mark_notices() -> ClauseElement:
    """Mark the notices by `ids` as read by the account."""
    own, mark = table(Notice), table(NoticeMark)
    rows = select(own.c.school_id, ACCOUNT, own.c.id).where(
        own.c.school_id == SCHOOL, among(own.c.id)
    )
    names = ["school_id", "account_id", "notice_id"]
    return insert(mark).from_select(names, rows, include_defaults=False).on_conflict_do_nothing()


@statement(NoticeReading)
def read_up_to() -> ClauseElement:
    """Note that the account has read all up to a notice; the single marks are needed no more."""
    reading, mark = table(NoticeReading), table(NoticeMark)
    up_to = bindparam("up_to", type_=Uuid())
    given = insert(reading).values(school_id=SCHOOL, account_id=ACCOUNT, up_to=up_to)
    further = func.greatest(reading.c.up_to, given.excluded.up_to)
    written = given.on_conflict_do_update(
        index_elements=["school_id", "account_id"], set_={"up_to": further}
    ).cte("written")
    return (
        delete(mark)
        .where(mark.c.school_id == SCHOOL, mark.c.account_id == ACCOUNT, mark.c.notice_id <= up_to)
        .add_cte(written)
    )


SET = (*KINDS, "quiet_from", "quiet_until", "time_zone")


@statement(NoticeWays)
def set_ways() -> ClauseElement:
    """Set how the account is told: of what happens from now on, where it was told in no way."""
    ways = table(NoticeWays)
    values = {name: new(NoticeWays, name) for name in SET}
    begins = bindparam("begins", type_=Uuid())
    positions = dict.fromkeys(("told_up_to", "daily_up_to", "weekly_up_to"), begins)
    given = insert(ways).values(account_id=ACCOUNT, due_at=null(), **values, **positions)
    changed: dict[str, object] = {name: given.excluded[name] for name in SET}
    for name, of in (("daily_up_to", "daily"), ("weekly_up_to", "weekly")):
        fresh = func.cardinality(ways.c[of]) == 0
        changed[name] = case((fresh, begins), else_=ways.c[name])
    return given.on_conflict_do_update(index_elements=["account_id"], set_=changed).returning(ways)


@statement(NoticeWays)
def hold_ways() -> ClauseElement:
    """Hold an account's ways until the transaction ends, so that its devices are counted one after
    the other."""
    ways = table(NoticeWays)
    return select(ways.c.account_id).where(ways.c.account_id == ACCOUNT).with_for_update()


@statement(NoticeWays)
def claim_ways() -> ClauseElement:
    """An account that is to be told something, leased to a holder; should they not come to an end,
    it is due again after the lease."""
    ways = table(NoticeWays)
    next_ = (
        select(ways.c.account_id)
        .where(ways.c.due_at <= NOW, is_free(ways))
        .order_by(ways.c.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return (
        update(ways)
        .where(ways.c.account_id == next_.scalar_subquery())
        .values(lease_holder=HOLDER, lease_until=LEASE, due_at=LEASE)
        .returning(ways)
    )


@statement(NoticeWays)
def end_telling() -> ClauseElement:
    """Note how far the account has been told, and when it is due again: earlier, where something
    more has happened meanwhile. No row where the lease is another's by now."""
    ways = table(NoticeWays)
    woken = ways.c.due_at < ways.c.lease_until
    names = ("told_up_to", "daily_up_to", "weekly_up_to")
    values: dict[str, Any] = {name: new(NoticeWays, name) for name in names}
    for name, digest in (("daily_at", EVENING), ("weekly_at", SUNDAY)):
        next_digest = new(NoticeWays, name)
        values[name] = case((woken, func.coalesce(next_digest, digest)), else_=next_digest)
    next_ = new(NoticeWays, "due_at")
    values["due_at"] = case((woken, func.least(ways.c.due_at, next_)), else_=next_)
    return (
        update(ways)
        .where(ways.c.account_id == ACCOUNT, ways.c.lease_holder == HOLDER)
        .values(values | dict.fromkeys(("lease_holder", "lease_until"), null()))
        .returning(ways.c.account_id)
    )


@statement(PushDevice)
def add_device() -> ClauseElement:
    """Add the device to the account; one that another account had is that one's no more."""
    device = table(PushDevice)
    names = ("endpoint", "p256dh", "auth", "name")
    given = insert(device).values(
        id=ID, account_id=ACCOUNT, added_at=NOW, failures=0,
        **{name: new(PushDevice, name) for name in names},
    )  # fmt: skip
    kept = {name: given.excluded[name] for name in ("account_id", "p256dh", "auth", "name")}
    return given.on_conflict_do_update(
        index_elements=["endpoint"], set_={**kept, "failures": 0, "last_error": null()}
    ).returning(device)


@statement(PushDevice)
def remove_device() -> ClauseElement:
    device = table(PushDevice)
    return (
        delete(device)
        .where(device.c.account_id == ACCOUNT, device.c.id == ID)
        .returning(device.c.id)
    )


@statement(PushDevice)
def note_push() -> ClauseElement:
    """Note what became of a message to the device: null is a success."""
    device, error = table(PushDevice), bindparam("error", type_=String)
    return (
        update(device)
        .where(device.c.id == ID)
        .values(
            last_error=error,
            failures=case((error.is_(None), 0), else_=device.c.failures + 1),
        )
    )


@statement(PushKey)
def keep_push_key() -> ClauseElement:
    """Keep the key, unless there is one."""
    given = insert(table(PushKey)).values(only=True, secret=bindparam("secret", type_=LargeBinary))
    return given.on_conflict_do_nothing(index_elements=["only"])


@statement(PushKey)
def push_key() -> ClauseElement:
    return select(table(PushKey))
