"""Grades: the results of a roster."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select, update

from db.roster import steps
from db.roster.merge import Batch
from db.roster.scales import Scales
from db.roster.sql import execute, fetch, of_schools, table
from db.roster.work import Work, known_or_new, missing
from db.roster.works import Item, alias, known_items
from domain.oneroster import Sheet
from domain.oneroster.records import Result
from domain.oneroster.values import shown
from domain.scales import (
    LARGEST,
    LONGEST_TOKEN,
    PLACES,
    BadScale,
    OutsideScale,
    Scale,
    canonical,
)

GRADE = (
    "student_id",
    "course_id",
    "lesson_id",
    "work_type_id",
    "day",
    "grade_scale_id",
    "value",
    "number",
    "state",
    "excused",
    "comment",
    "given_at",
    "active",
)
CHANGEABLE = ("value", "state", "work_type_id", "comment", "excused")
"""Of these columns those that people change, and whose history is kept."""
FOLLOWING = ("number", "grade_scale_id", "active")
"""What goes with them: the worth of a value, and whether a grade that was taken back is there."""
INITIAL = ("sourced_id", "due_on", "weight", "bonus", "version", "changed_at")
Worth = tuple[UUID, str | None, Decimal | None, str, bool]
"""Scale, value, number, state, and whether excused."""
Sound = tuple[Result, Item, UUID, Worth]
"""A result with its item, its student and what it says."""


async def place_results(work: Work, items: dict[str, Item], scales: Scales) -> None:
    sheet = work.roster.sheet("results", Result)
    if not sheet.records and not sheet.bulk:
        return
    students, grades = await work.ids("student"), await work.ids("grade")
    given, weights = await _given(work), await _weights(work)
    touched = await _touched(work)
    await _add_aliases(work, sheet, items, scales)
    batch = Batch("grade", GRADE, INITIAL, counted=True)
    now = datetime.now(ZoneInfo("UTC"))
    sound: list[Sound] = []
    for each in sheet.records:
        item = items.get(each.line_item_sourced_id)
        student = students.get((item.school_id, each.student_sourced_id)) if item else None
        if item is None or student is None:
            _no_reference(work, sheet, each, item)
            continue
        worth = _worth(work, sheet, each, item, scales)
        if worth is not None:
            sound.append((each, item, student, worth))
    outdone = _outdone(work, sheet, sound)
    for each, item, student, worth in sound:
        id_ = known_or_new(grades, item.school_id, each.sourced_id)
        day = work.first(each.score_date, item.school_id) or item.day
        given_at = _given_at(given.get(id_), day, work.zones[item.school_id])
        place = (student, item.course, item.lesson, item.work_type, item.day)
        due_on = item.due if worth[3] == "DUE" else None
        if not each.active or each.line in outdone:
            worth = (*worth[:3], "WITHDRAWN", worth[4])
        says = (*place, *worth, each.comment, given_at, each.active)
        if (found := touched.get(id_)) is not None and found.unsaid(says):
            says = found.over(says)
        weight = weights[item.work_type]
        batch.add(item.school_id, id_, says, each.sourced_id, due_on, weight, False, 1, now)
    await scales.save(work)
    await work.merge("grades", batch, sheet)


def _outdone(work: Work, sheet: Sheet[Result], sound: list[Sound]) -> set[int]:
    """The lines of results that another of the same student and line item outdoes.

    Of several the one with a mark counts, then that of the latest day, then that of the last
    line. Marks that a teacher gave beside each other in the diary stand so in its export.
    """
    best: dict[tuple[str, UUID], tuple[tuple[bool, date, int], int]] = {}
    outdone: set[int] = set()
    for each, _, student, worth in sound:
        if not each.active or each.beside:
            continue
        key = each.line_item_sourced_id, student
        rank = (worth[1] is not None, each.score_date, each.line)
        if key in best:
            work.findings.notice(
                sheet.file,
                "a student has several results for one line item: the latest with a mark counts,"
                " the others are withdrawn",
            )
            before = best[key]
            outdone.add(each.line if rank < before[0] else before[1])
            if rank < before[0]:
                continue
        best[key] = rank, each.line
    return outdone


async def follow_lessons(work: Work) -> None:
    """A grade is of its lesson's day and course, also where the roster has moved the lesson."""
    grade, lesson = table("grade"), table("lesson")
    elsewhere = and_(
        of_schools(grade, work.schools),
        lesson.c.school_id == grade.c.school_id,
        lesson.c.id == grade.c.lesson_id,
        (grade.c.day != lesson.c.day) | (grade.c.course_id != lesson.c.course_id),
    )
    await steps.note(work.connection, "grade", steps.moved(grade, lesson, elsewhere))
    there = {
        "day": lesson.c.day,
        "course_id": lesson.c.course_id,
        "version": grade.c.version + 1,
        "changed_at": func.now(),
    }
    await execute(work.connection, update(grade).values(there).where(elsewhere))


@dataclass(frozen=True, slots=True)
class Touched:
    """A grade that somebody has changed: what the roster had said of it, and what it is now."""

    said: dict[str, Any]
    now: dict[str, Any]

    def unsaid(self, says: tuple[Any, ...]) -> bool:
        """Whether the roster says what it said before, so that the change stays."""
        return all(self.said[name] == says[GRADE.index(name)] for name in self.said)

    def over(self, says: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(self.now.get(name, said) for name, said in zip(GRADE, says, strict=True))


async def _touched(work: Work) -> dict[UUID, Touched]:
    """Grades with a step of somebody's since the last step, or the coming, of a roster."""
    grade, revision = table("grade"), table("grade_revision")
    since = func.coalesce(steps.last_of_roster(revision, "grade_id"), 1)
    before = [revision.c[f"{name}_before"] for name in CHANGEABLE]
    now = [grade.c[name] for name in ("id", *CHANGEABLE, *FOLLOWING)]
    query = select(*now, *before).where(
        of_schools(grade, work.schools),
        revision.c.school_id == grade.c.school_id,
        revision.c.grade_id == grade.c.id,
        revision.c.account_id != steps.ROSTER,
        revision.c.version == since + 1,
    )
    return {
        row["id"]: Touched(
            {name: row[f"{name}_before"] for name in CHANGEABLE},
            {name: row[name] for name in (*CHANGEABLE, *FOLLOWING)},
        )
        for row in await fetch(work.connection, query)
    }


async def _given(work: Work) -> dict[UUID, datetime]:
    grade = table("grade")
    query = select(grade.c.id, grade.c.given_at).where(of_schools(grade, work.schools))
    return {row["id"]: row["given_at"] for row in await fetch(work.connection, query)}


async def _weights(work: Work) -> dict[UUID, Decimal]:
    kind = table("work_type")
    query = select(kind.c.id, kind.c.weight).where(of_schools(kind, work.schools))
    return {row["id"]: row["weight"] for row in await fetch(work.connection, query)}


async def _add_aliases(
    work: Work, sheet: Sheet[Result], items: dict[str, Item], scales: Scales
) -> None:
    """Items of the diary's own lessons that only the results name."""
    lost = {each.line_item_sourced_id for each in sheet.records} - items.keys()
    if lost:
        known, _ = await known_items(work)
        ids = (await work.ids("lesson"), await work.ids("work_type"), scales.ids)
        for name in lost:
            if (found := alias(name, work.schools, ids, known)) is not None:
                items[name] = found


def _no_reference(work: Work, sheet: Sheet[Result], each: Result, item: Item | None) -> None:
    roster = work.roster.sheets
    if item is None:
        reason = missing("lineItem", each.line_item_sourced_id, roster.get("lineItems"))
        sheet.drop(each, work.findings, "lineItemSourcedId", reason)
        return
    users = roster.get("users")
    reason = (
        f"the user {each.student_sourced_id} is no student of the school"
        if users is not None and each.student_sourced_id in users.lines
        else missing("user", each.student_sourced_id, users)
    )
    sheet.drop(each, work.findings, "studentSourcedId", reason)


def _worth(
    work: Work, sheet: Sheet[Result], each: Result, item: Item, scales: Scales
) -> Worth | None:
    """What the result says; a score comes before a word, and without either a mark may be due."""
    excused = each.score_status == "exempt"
    if each.score is not None:
        return _points(work, sheet, each, item, scales)
    if each.text_score is not None:
        return _word(work, sheet, each, item, scales)
    if each.score_status == "fully graded":
        reason = "is blank, though the result is fully graded"
        sheet.drop(each, work.findings, "score", reason)
        return None
    due = each.score_status in (None, "not submitted") or (excused and each.missing)
    return item.scale, None, None, "DUE" if due else "GIVEN", excused


def _points(
    work: Work, sheet: Sheet[Result], each: Result, item: Item, scales: Scales
) -> Worth | None:
    score = round(each.score or Decimal(0), PLACES)
    if not -LARGEST <= score <= LARGEST:
        sheet.drop(each, work.findings, "score", f"is beyond {LARGEST}")
        return None
    if score != each.score:
        work.findings.notice(sheet.file, f"a score is rounded to {PLACES} decimals")
    scale = item.scale
    if scales.marks(scale) is not None:
        scale = scales.points(item.school_id, Decimal(0), Decimal(100))
    known = scales.known[scale]
    try:
        mark = known.mark(canonical(score))
    except OutsideScale:
        reason = f"{canonical(score)} is not from {_range(known)}"
        sheet.drop(each, work.findings, "score", reason)
        return None
    if known.maximum is not None and score > known.maximum:
        work.findings.notice(sheet.file, "a score is above its maximum: it is extra credit")
    return scale, mark.token, mark.number, "GIVEN", each.score_status == "exempt"


def _range(points: Scale) -> str:
    return f"{canonical(points.minimum or Decimal(0))} to {canonical(points.maximum or Decimal(0))}"


def _word(
    work: Work, sheet: Sheet[Result], each: Result, item: Item, scales: Scales
) -> Worth | None:
    word, excused = each.text_score or "", each.score_status == "exempt"
    own = scales.marks(item.scale)
    try:
        if own is not None:
            mark = own.mark(word)
            return item.scale, mark.token, mark.number, "GIVEN", excused
    except OutsideScale:
        pass
    try:
        scale, mark = scales.word(item.school_id, word)
    except BadScale as error:
        reason = f"{shown(word)} is no mark of at most {LONGEST_TOKEN} characters: {error}"
        sheet.drop(each, work.findings, "textScore", reason)
        return None
    return scale, mark.token, mark.number, "GIVEN", excused


def _given_at(before: datetime | None, day: date, zone: str) -> datetime:
    """The instant that is known, if it is of that day; or else the day's beginning."""
    at = ZoneInfo(zone)
    if before is not None and before.astimezone(at).date() == day:
        return before
    return datetime.combine(day, time(), at)
