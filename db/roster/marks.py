"""Grades, from the roster's results."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select, update

from db.reading.parts import NOW
from db.roster import history
from db.roster.import_run import ImportRun, missing
from db.roster.line_items import Item, alias, known_items
from db.roster.merge import Batch
from db.roster.reused_ids import ReusedIds
from db.roster.scales import Scales
from db.roster.sql import execute, fetch, of_schools, table
from domain import clock
from domain.oneroster import Sheet
from domain.oneroster.records import Result
from domain.oneroster.saying import Saying
from domain.oneroster.values import shown
from domain.scales import (
    LARGEST,
    LONGEST_TOKEN,
    PLACES,
    BadScale,
    OutsideScale,
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
"""Columns that people may change, and whose previous values the history keeps."""
FOLLOWING = ("number", "grade_scale_id", "active")
"""Columns that change with them: the number of a value, and whether a restored grade is active."""
INITIAL = ("sourced_id", "due_on", "weight", "bonus", "version", "changed_at")
Worth = tuple[UUID, str | None, Decimal | None, str, bool]
"""Scale, value, number, state, and whether excused."""
Sound = tuple[Result, Item, UUID, Worth]
"""A result with its item, its student and its worth."""


async def place_results(run: ImportRun, items: dict[str, Item], scales: Scales) -> None:
    sheet = run.roster.sheet("results", Result)
    if not sheet.records and not sheet.bulk:
        return
    students, grades = await run.ids("student"), await ReusedIds.load(run, "grade")
    given, weights = await _given(run), await _weights(run)
    edited = await _edited_grades(run)
    await _add_aliases(run, sheet, items, scales)
    batch = Batch("grade", GRADE, INITIAL, counted=True)
    now = clock.now()
    sound: list[Sound] = []
    for each in sheet.records:
        item = items.get(each.line_item_sourced_id)
        student = students.get((item.school_id, each.student_sourced_id)) if item else None
        if item is None or student is None:
            _drop_unresolved(run, sheet, each, item)
            continue
        worth = _worth(run, sheet, each, item, scales)
        if worth is not None:
            sound.append((each, item, student, worth))
    superseded = _superseded(run, sheet, sound)
    for each, item, student, worth in sound:
        year = run.year_of_place.get(item.course)
        id_, called = grades.of_year(item.school_id, each.sourced_id, year)
        day = run.first(each.score_date, item.school_id) or item.day
        given_at = _given_at(given.get(id_), day, run.zones[item.school_id])
        place = (student, item.course, item.lesson, item.work_type, item.day)
        due_on = item.due if worth[3] == "DUE" else None
        if not each.active or each.line in superseded:
            worth = (*worth[:3], "WITHDRAWN", worth[4])
        values = (*place, *worth, each.comment, given_at, each.active)
        if (found := edited.get(id_)) is not None and found.is_unchanged_in(values):
            values = found.merged_into(values)
        weight = weights[item.work_type]
        batch.add(item.school_id, id_, values, called, due_on, weight, False, 1, now)
    await scales.save(run)
    await grades.save()
    await run.merge("grades", batch, sheet)


def _superseded(run: ImportRun, sheet: Sheet[Result], sound: list[Sound]) -> set[int]:
    """The lines of results that another result of the same student and line item supersedes.

    A result with a mark comes first, then the latest day, then the last line. Results that the
    diary's export marks as `beside` others all count.
    """
    best: dict[tuple[str, UUID], tuple[tuple[bool, date, int], int]] = {}
    superseded: set[int] = set()
    for each, _, student, worth in sound:
        if not each.active or each.beside:
            continue
        key = each.line_item_sourced_id, student
        rank = (worth[1] is not None, each.score_date, each.line)
        if key in best:
            run.findings.notice(sheet.file, Saying.SEVERAL_RESULTS())
            before = best[key]
            superseded.add(each.line if rank < before[0] else before[1])
            if rank < before[0]:
                continue
        best[key] = rank, each.line
    return superseded


async def follow_lessons(run: ImportRun) -> None:
    """Move grades to the day and course of their lesson, if the roster has moved the lesson."""
    grade, lesson = table("grade"), table("lesson")
    elsewhere = and_(
        of_schools(grade, run.schools),
        lesson.c.school_id == grade.c.school_id,
        lesson.c.id == grade.c.lesson_id,
        (grade.c.day != lesson.c.day) | (grade.c.course_id != lesson.c.course_id),
    )
    await history.insert_revisions(run.connection, "grade", history.moves(grade, lesson, elsewhere))
    there = {
        "day": lesson.c.day,
        "course_id": lesson.c.course_id,
        "version": grade.c.version + 1,
        "changed_at": NOW,
    }
    await execute(run.connection, update(grade).values(there).where(elsewhere))


@dataclass(frozen=True, slots=True)
class EditedGrade:
    """A grade that somebody has changed: its values in the roster before that, and its values
    now."""

    said: dict[str, Any]
    now: dict[str, Any]

    def is_unchanged_in(self, values: tuple[Any, ...]) -> bool:
        """Whether the roster still has the values from before the change, so that the change
        stays."""
        return all(self.said[name] == values[GRADE.index(name)] for name in self.said)

    def merged_into(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(self.now.get(name, said) for name, said in zip(GRADE, values, strict=True))


async def _edited_grades(run: ImportRun) -> dict[UUID, EditedGrade]:
    """Grades that somebody has changed since the last step by a roster."""
    grade, revision = table("grade"), table("grade_revision")
    since = func.coalesce(history.last_of_roster(revision, "grade_id"), 1)
    before = [revision.c[f"{name}_before"] for name in CHANGEABLE]
    now = [grade.c[name] for name in ("id", *CHANGEABLE, *FOLLOWING)]
    query = select(*now, *before).where(
        of_schools(grade, run.schools),
        revision.c.school_id == grade.c.school_id,
        revision.c.grade_id == grade.c.id,
        revision.c.account_id != history.ROSTER,
        revision.c.version == since + 1,
    )
    return {
        row["id"]: EditedGrade(
            {name: row[f"{name}_before"] for name in CHANGEABLE},
            {name: row[name] for name in (*CHANGEABLE, *FOLLOWING)},
        )
        for row in await fetch(run.connection, query)
    }


async def _given(run: ImportRun) -> dict[UUID, datetime]:
    grade = table("grade")
    query = select(grade.c.id, grade.c.given_at).where(of_schools(grade, run.schools))
    return {row["id"]: row["given_at"] for row in await fetch(run.connection, query)}


async def _weights(run: ImportRun) -> dict[UUID, Decimal]:
    kind = table("work_type")
    query = select(kind.c.id, kind.c.weight).where(of_schools(kind, run.schools))
    return {row["id"]: row["weight"] for row in await fetch(run.connection, query)}


async def _add_aliases(
    run: ImportRun, sheet: Sheet[Result], items: dict[str, Item], scales: Scales
) -> None:
    """Add the items of the diary's own lessons that only results name."""
    lost = {each.line_item_sourced_id for each in sheet.records} - items.keys()
    if lost:
        known, _ = await known_items(run)
        ids = (await run.ids("lesson"), await run.ids("work_type"), scales.ids)
        for name in lost:
            if (found := alias(name, run.schools, ids, known)) is not None:
                items[name] = found


def _drop_unresolved(run: ImportRun, sheet: Sheet[Result], each: Result, item: Item | None) -> None:
    roster = run.roster.sheets
    if item is None:
        reason = missing("lineItem", each.line_item_sourced_id, roster.get("lineItems"))
        sheet.drop(each, run.findings, "lineItemSourcedId", reason)
        return
    users = roster.get("users")
    reason = (
        Saying.NOT_OF_SCHOOL(id=each.student_sourced_id, role="student")
        if users is not None and each.student_sourced_id in users.lines
        else missing("user", each.student_sourced_id, users)
    )
    sheet.drop(each, run.findings, "studentSourcedId", reason)


def _worth(
    run: ImportRun, sheet: Sheet[Result], each: Result, item: Item, scales: Scales
) -> Worth | None:
    """The worth of a result. A score comes before a textScore; without either, a mark may be
    due."""
    excused = each.score_status == "exempt"
    if each.score is not None:
        return _points(run, sheet, each, item, scales)
    if each.text_score is not None:
        return _word(run, sheet, each, item, scales)
    if each.score_status == "fully graded":
        sheet.drop(each, run.findings, "score", Saying.BLANK_THOUGH_GRADED())
        return None
    due = each.score_status in (None, "not submitted") or (excused and each.missing)
    return item.scale, None, None, "DUE" if due else "GIVEN", excused


def _points(
    run: ImportRun, sheet: Sheet[Result], each: Result, item: Item, scales: Scales
) -> Worth | None:
    score = round(each.score or Decimal(0), PLACES)
    if not -LARGEST <= score <= LARGEST:
        sheet.drop(each, run.findings, "score", Saying.BEYOND(most=LARGEST))
        return None
    if score != each.score:
        run.findings.notice(sheet.file, Saying.ROUNDED(places=PLACES))
    scale = item.scale
    if scales.marks(scale) is not None:
        scale = scales.points(item.school_id, Decimal(0), Decimal(100))
    known = scales.known[scale]
    try:
        mark = known.mark(canonical(score))
    except OutsideScale:
        reason = Saying.OUTSIDE(
            value=canonical(score),
            least=canonical(known.minimum or Decimal(0)),
            most=canonical(known.maximum or Decimal(0)),
        )
        sheet.drop(each, run.findings, "score", reason)
        return None
    if known.maximum is not None and score > known.maximum:
        run.findings.notice(sheet.file, Saying.EXTRA_CREDIT())
    return scale, mark.token, mark.number, "GIVEN", each.score_status == "exempt"


def _word(
    run: ImportRun, sheet: Sheet[Result], each: Result, item: Item, scales: Scales
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
        reason = Saying.NO_MARK(value=shown(word), most=LONGEST_TOKEN, why=error)
        sheet.drop(each, run.findings, "textScore", reason)
        return None
    return scale, mark.token, mark.number, "GIVEN", excused


def _given_at(before: datetime | None, day: date, zone: str) -> datetime:
    """The known instant if it is on that day, or else the start of the day."""
    at = ZoneInfo(zone)
    if before is not None and before.astimezone(at).date() == day:
        return before
    return datetime.combine(day, time(), at)
