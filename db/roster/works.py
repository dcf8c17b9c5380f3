"""The kinds of work, the scales and the lessons that a roster's line items stand for."""

from dataclasses import dataclass, replace
from datetime import MAXYEAR, date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from db.roster import steps
from db.roster.courses import Places
from db.roster.merge import OURS, Batch
from db.roster.scales import Scales, wrong
from db.roster.sql import fetch, of_schools, table
from db.roster.work import Ids, Work, known_or_new, missing
from domain.oneroster import Sheet
from domain.oneroster.records import Category, LineItem
from domain.periods import whole_day

ALIAS = "~"
"""Between the names of lesson, kind of work and scale, where the lesson is the diary's own."""
UNTITLED = "Lesson"
LESSON = ("course_id", "day", "topic", "starts_at", "ends_at", "active")
LINE_ITEM = ("work_type_id", "grade_scale_id", "description", "assigned_on", "due_on")
UNSAID = f"{OURS}work"
HEAVIEST = Decimal("999.99")
GUESSES = ("HOMEWORK", "QUIZ", "TEST", "EXAM", "PROJECT", "ORAL", "CLASSWORK")


@dataclass(frozen=True, slots=True)
class Item:
    """The lesson that a line item is, and what its results are graded as."""

    school_id: int
    lesson: UUID
    course: UUID
    day: date
    due: date
    work_type: UUID
    scale: UUID


Items = dict[UUID, Item]


async def place_work_types(work: Work, places: Places) -> None:
    """Categories have no school: they go where line items name them, or to every school."""
    sheet = work.roster.sheet("categories", Category)
    named: dict[str, set[int]] = {}
    ids = await work.ids("work_type")
    for item in work.roster.sheet("lineItems", LineItem).records:
        if item.class_sourced_id in places:
            at = places[item.class_sourced_id].school_id
            named.setdefault(item.category_sourced_id or UNSAID, set()).add(at)
    for school, name in ids:
        named.setdefault(name, set()).add(school)
    batch = Batch("work_type", ("name", "weight", "active"), ("sourced_id", "kind"), counted=True)
    if UNSAID in named and UNSAID not in sheet.lines:
        sheet.records.append(Category(0, UNSAID, True, "Work"))
    for each in sheet.records:
        weight = Decimal(1) if each.weight is None else round(each.weight, 2)
        if not 0 <= weight <= HEAVIEST:
            reason = f"a weight is from 0 to {HEAVIEST}"
            sheet.drop(each, work.findings, "weight", reason)
            continue
        for school in sorted(named.get(each.sourced_id, work.schools)):
            id_ = known_or_new(ids, school, each.sourced_id)
            kind = next((kind for kind in GUESSES if kind in each.title.upper()), "OTHER")
            batch.add(school, id_, (each.title, weight, each.active), each.sourced_id, kind)
    await work.merge("work types", batch, sheet)


async def place_line_items(work: Work, places: Places, scales: Scales) -> dict[str, Item]:
    """Each is a lesson of its course on the day that it is due."""
    sheet = work.roster.sheet("lineItems", LineItem)
    lessons, kinds = await work.ids("lesson"), await work.ids("work_type")
    known, rows = await known_items(work)
    said = await _topics_said(work)
    items = {name: known[id_] for (_, name), id_ in lessons.items() if rows[id_]["work_type_id"]}
    of_lessons = Batch("lesson", LESSON, ("sourced_id", "status", "version"), counted=True)
    of_items = Batch("line_item", LINE_ITEM)
    for each in sheet.records:
        own = alias(each.sourced_id, work.schools, (lessons, kinds, scales.ids), known)
        item = own or _item(work, sheet, each, places, kinds, lessons, scales)
        if item is None:
            continue
        items[each.sourced_id] = item
        if own is None:
            known_as = rows.get(item.lesson), said.get(item.lesson)
            says = _lesson(item, each, *known_as, work.zones[item.school_id])
            of_lessons.add(item.school_id, item.lesson, says, each.sourced_id, "HELD", 1)
            days = (work.first(day, item.school_id) for day in (each.assign_date, each.due_date))
            more = (item.work_type, item.scale, each.description, *days)
            of_items.add(item.school_id, item.lesson, more)
    await scales.save(work)
    await work.merge("lessons", of_lessons, sheet)
    await work.merge("line items", of_items)
    return items


def _lesson(
    item: Item, each: LineItem, before: Any, said: str | None, zone: str
) -> tuple[Any, ...]:
    """The lesson as its columns; an hour that the diary has given it stays while the day does,
    and so does a topic that somebody has set while the roster says what it `said` before that."""
    # A roster knows no hour.
    starts, ends = whole_day(item.day, zone)
    topic: str | None = each.title
    if before is not None and before["day"] == item.day:
        starts, ends = before["starts_at"], before["ends_at"]
    untitled = before is not None and before["topic"] is None and topic == UNTITLED
    if untitled or topic == said:
        topic = before["topic"]
    return item.course, item.day, topic, starts, ends, each.active


async def _topics_said(work: Work) -> dict[UUID, str | None]:
    """What a roster had said of the lessons whose topics somebody has set since."""
    revision = table("lesson_revision")
    since = func.coalesce(steps.last_of_roster(revision, "lesson_id"), 0)
    query = (
        select(revision.c.lesson_id, revision.c.topic_before)
        .where(
            of_schools(revision, work.schools),
            revision.c.account_id != steps.ROSTER,
            revision.c.version > since,
        )
        .order_by(revision.c.version.desc())
    )
    return {row["lesson_id"]: row["topic_before"] for row in await fetch(work.connection, query)}


async def known_items(work: Work) -> tuple[Items, dict[UUID, Any]]:
    """The lessons as items, those of rosters and the diary's own, and their rows."""
    lesson, item = table("lesson"), table("line_item")
    query = (
        select(lesson, item.c.work_type_id, item.c.grade_scale_id)
        .outerjoin(item, (item.c.school_id == lesson.c.school_id) & (item.c.id == lesson.c.id))
        .where(of_schools(lesson, work.schools))
    )
    rows = {row["id"]: row for row in await fetch(work.connection, query)}
    nothing = UUID(int=0)
    items = {
        id_: Item(
            row["school_id"],
            id_,
            row["course_id"],
            row["day"],
            row["day"],
            row["work_type_id"] or nothing,
            row["grade_scale_id"] or nothing,
        )
        for id_, row in rows.items()
    }
    return items, rows


def alias(name: str, schools: list[int], ids: tuple[Ids, Ids, Ids], items: Items) -> Item | None:
    """The item of a lesson that the diary made itself: `lesson~work type~scale`."""
    parts = name.rsplit(ALIAS, 2)
    for school in schools if len(parts) == 3 else ():
        found = [each.get((school, part)) for each, part in zip(ids, parts, strict=True)]
        lesson, kind, scale = found
        if lesson in items and kind is not None and scale is not None:
            return replace(items[lesson], work_type=kind, scale=scale)
    return None


def _item(
    work: Work,
    sheet: Sheet[LineItem],
    each: LineItem,
    places: Places,
    kinds: Ids,
    lessons: Ids,
    scales: Scales,
) -> Item | None:
    place = places.get(each.class_sourced_id)
    kind = None
    if place is None:
        reason = missing("class", each.class_sourced_id, work.roster.sheets.get("classes"))
        sheet.drop(each, work.findings, "classSourcedId", reason)
    else:
        if place.homeroom:
            sheet.drop(each, work.findings, "classSourcedId", "a homeroom has no line items")
        kind = kinds.get((place.school_id, each.category_sourced_id or UNSAID))
        if kind is None:
            name = each.category_sourced_id or UNSAID
            reason = missing("category", name, work.roster.sheets.get("categories"))
            sheet.drop(each, work.findings, "categorySourcedId", reason)
    if each.due_date is None and each.assign_date is None:
        sheet.drop(each, work.findings, "dueDate", "neither a dueDate nor an assignDate is given")
    least = Decimal(0) if each.result_value_min is None else each.result_value_min
    most = Decimal(100) if each.result_value_max is None else each.result_value_max
    if reason_ := wrong(least, most):
        sheet.drop(each, work.findings, "resultValueMax", reason_)
    if each.sourced_id in sheet.bad or place is None or kind is None:
        return None
    school = place.school_id
    due = work.first(each.due_date, school)
    day = due or work.first(each.assign_date, school)
    if day is None or not 1 < day.year < MAXYEAR:
        sheet.drop(each, work.findings, "dueDate", f"{day} is at the end of the calendar")
        return None
    ranged = each.result_value_min is not None or each.result_value_max is not None
    scale = scales.points(school, least, most) if ranged else scales.usual(school)
    lesson = known_or_new(lessons, school, each.sourced_id)
    return Item(school, lesson, place.id, day, due or day, kind, scale)
