"""Work types, scales and lessons, from the roster's categories and line items."""

from dataclasses import dataclass, replace
from datetime import MAXYEAR, date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from db.roster import history
from db.roster.courses import Places
from db.roster.import_run import Ids, ImportRun, known_or_new, missing
from db.roster.merge import OURS, Batch
from db.roster.reused_ids import ReusedIds
from db.roster.scales import Scales, scale_error
from db.roster.sql import fetch, of_schools, table
from domain.oneroster import Sheet
from domain.oneroster.records import Category, LineItem
from domain.oneroster.saying import Saying
from domain.periods import whole_day

UNPLACED = UUID(int=0)
ALIAS = "~"
"""Separates lesson, work type and scale in the id of a line item for a lesson of the diary."""
UNTITLED = "Lesson"
LESSON = ("course_id", "day", "topic", "starts_at", "ends_at", "active")
LINE_ITEM = ("work_type_id", "grade_scale_id", "description", "assigned_on", "due_on")
UNSAID = f"{OURS}work"
HEAVIEST = Decimal("999.99")
GUESSES = ("HOMEWORK", "QUIZ", "TEST", "EXAM", "PROJECT", "ORAL", "CLASSWORK")


@dataclass(frozen=True, slots=True)
class Item:
    """The lesson of a line item, and the work type and scale of its grades."""

    school_id: int
    lesson: UUID
    course: UUID
    day: date
    due: date
    work_type: UUID
    scale: UUID


Items = dict[UUID, Item]


async def place_work_types(run: ImportRun, places: Places) -> None:
    """Merge categories as work types. They have no school: they belong to the schools whose line
    items name them, or else to all."""
    sheet = run.roster.sheet("categories", Category)
    named: dict[str, set[int]] = {}
    ids = await run.ids("work_type")
    for item in run.roster.sheet("lineItems", LineItem).records:
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
            reason = Saying.WEIGHT(most=HEAVIEST)
            sheet.drop(each, run.findings, "weight", reason)
            continue
        for school in sorted(named.get(each.sourced_id, run.schools)):
            id_ = known_or_new(ids, school, each.sourced_id)
            kind = next((kind for kind in GUESSES if kind in each.title.upper()), "OTHER")
            batch.add(school, id_, (each.title, weight, each.active), each.sourced_id, kind)
    await run.merge("work types", batch, sheet)


async def place_line_items(run: ImportRun, places: Places, scales: Scales) -> dict[str, Item]:
    """Merge line items as lessons of their courses on the days on which they are due."""
    sheet = run.roster.sheet("lineItems", LineItem)
    reused = await ReusedIds.load(run, "lesson")
    lessons, kinds = reused.ids, await run.ids("work_type")
    known, rows = await known_items(run)
    said = await _topics_in_roster(run)
    items = {name: known[id_] for (_, name), id_ in lessons.items() if rows[id_]["work_type_id"]}
    of_lessons = Batch(
        "lesson", LESSON, ("sourced_id", "status", "closed", "version"), counted=True
    )
    of_items = Batch("line_item", LINE_ITEM)
    for each in sheet.records:
        own = alias(each.sourced_id, run.schools, (lessons, kinds, scales.ids), known)
        item = own or _item(run, sheet, each, places, kinds, scales)
        if item is None:
            continue
        called = each.sourced_id
        if own is None:
            year = run.year_of_place.get(item.course)
            lesson, called = reused.of_year(item.school_id, called, year)
            item = replace(item, lesson=lesson)
        items[each.sourced_id] = item
        if own is None:
            known_as = rows.get(item.lesson), said.get(item.lesson)
            values = _lesson(item, each, *known_as, run.zones[item.school_id])
            of_lessons.add(item.school_id, item.lesson, values, called, "HELD", True, 1)
            days = (run.first(day, item.school_id) for day in (each.assign_date, each.due_date))
            more = (item.work_type, item.scale, each.description, *days)
            of_items.add(item.school_id, item.lesson, more)
    await scales.save(run)
    await reused.save()
    await run.merge("lessons", of_lessons, sheet)
    await run.merge("line items", of_items)
    return items


def _lesson(
    item: Item, each: LineItem, before: Any, said: str | None, zone: str
) -> tuple[Any, ...]:
    """The lesson's columns. The hours that the diary has set stay while the day does not change. A
    topic that somebody has set stays while the roster `said` the same before."""
    # A roster has no hours.
    starts, ends = whole_day(item.day, zone)
    topic: str | None = each.title
    if before is not None and before["day"] == item.day:
        starts, ends = before["starts_at"], before["ends_at"]
    untitled = before is not None and before["topic"] is None and topic == UNTITLED
    if untitled or topic == said:
        topic = before["topic"]
    return item.course, item.day, topic, starts, ends, each.active


async def _topics_in_roster(run: ImportRun) -> dict[UUID, str | None]:
    """The topic that a roster gave to each lesson whose topic somebody has changed since."""
    revision = table("lesson_revision")
    since = func.coalesce(history.last_of_roster(revision, "lesson_id"), 0)
    query = (
        select(revision.c.lesson_id, revision.c.topic_before)
        .where(
            of_schools(revision, run.schools),
            revision.c.account_id != history.ROSTER,
            revision.c.version > since,
        )
        .order_by(revision.c.version.desc())
    )
    return {row["lesson_id"]: row["topic_before"] for row in await fetch(run.connection, query)}


async def known_items(run: ImportRun) -> tuple[Items, dict[UUID, Any]]:
    """All known lessons as items, including those of the diary, and their rows."""
    lesson, item = table("lesson"), table("line_item")
    query = (
        select(lesson, item.c.work_type_id, item.c.grade_scale_id)
        .outerjoin(item, (item.c.school_id == lesson.c.school_id) & (item.c.id == lesson.c.id))
        .where(of_schools(lesson, run.schools))
    )
    rows = {row["id"]: row for row in await fetch(run.connection, query)}
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
    """The item of a lesson that was made in the diary: `lesson~work type~scale`."""
    parts = name.rsplit(ALIAS, 2)
    for school in schools if len(parts) == 3 else ():
        found = [each.get((school, part)) for each, part in zip(ids, parts, strict=True)]
        lesson, kind, scale = found
        if lesson in items and kind is not None and scale is not None:
            return replace(items[lesson], work_type=kind, scale=scale)
    return None


def _item(
    run: ImportRun,
    sheet: Sheet[LineItem],
    each: LineItem,
    places: Places,
    kinds: Ids,
    scales: Scales,
) -> Item | None:
    place = places.get(each.class_sourced_id)
    if place is not None:
        day = run.first(each.due_date or each.assign_date, place.school_id)
        place = places.on(each.class_sourced_id, day)
    kind = None
    if place is None:
        reason = missing("class", each.class_sourced_id, run.roster.sheets.get("classes"))
        sheet.drop(each, run.findings, "classSourcedId", reason)
    else:
        if place.homeroom:
            sheet.drop(each, run.findings, "classSourcedId", Saying.HOMEROOM_WITHOUT_WORK())
        kind = kinds.get((place.school_id, each.category_sourced_id or UNSAID))
        if kind is None:
            name = each.category_sourced_id or UNSAID
            reason = missing("category", name, run.roster.sheets.get("categories"))
            sheet.drop(each, run.findings, "categorySourcedId", reason)
    if each.due_date is None and each.assign_date is None:
        sheet.drop(each, run.findings, "dueDate", Saying.NO_DATE())
    least = Decimal(0) if each.result_value_min is None else each.result_value_min
    most = Decimal(100) if each.result_value_max is None else each.result_value_max
    if reason_ := scale_error(least, most):
        sheet.drop(each, run.findings, "resultValueMax", reason_)
    if each.sourced_id in sheet.bad or place is None or kind is None:
        return None
    school = place.school_id
    due = run.first(each.due_date, school)
    day = due or run.first(each.assign_date, school)
    if day is None or not 1 < day.year < MAXYEAR:
        sheet.drop(each, run.findings, "dueDate", Saying.END_OF_CALENDAR(day=day))
        return None
    ranged = each.result_value_min is not None or each.result_value_max is not None
    scale = scales.points(school, least, most) if ranged else scales.usual(school)
    return Item(school, UNPLACED, place.id, day, due or day, kind, scale)
