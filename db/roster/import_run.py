"""The state of an import: the roster, the connection, the options, and the known ids."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import and_, select

from db.roster.coverage import Coverage
from db.roster.history import may_change_rights
from db.roster.leaving import end_absent_ties, leave_absent_people
from db.roster.merge import Batch, count_active, deactivate_absent, merge
from db.roster.report import Report
from db.roster.sql import fetch, key, of_schools, table
from domain import clock
from domain.ids import uuid7
from domain.names import ROOT
from domain.oneroster import Findings, Roster, Sheet
from domain.oneroster.instants import first_day, last_day
from domain.oneroster.records import AcademicSession, Record
from domain.oneroster.saying import Said, Saying

EndDays = Literal["exclusive", "inclusive"]
Progress = Callable[[str, int, int], None]
Ids = dict[tuple[int, str], UUID]
SESSIONS = ("academic_year", "period")
PEOPLE = ("student", "teacher", "guardian")
TIES = ("enrolment", "teaching")


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The options of an import.

    `zones` are time zones by the school's roster id or name, with `zones.ALL` for all others;
    `end_days` says how ends are written.
    """

    zones: Mapping[str, str] = field(default_factory=dict)
    end_days: EndDays | None = None


@dataclass(slots=True)
class ImportRun:
    """`schools` are the schools of the roster; `school_of` is the school of each org.

    `schools_with_changed_rights` are the schools in which somebody may now see more or less than
    before; `exclusive` are the schools whose roster writes the day after the last one as the end.
    `coverage` is what the roster speaks for, `year_of_place` the year of each class group and
    course, `leaving` the people who are missing from it.
    """

    connection: Any
    roster: Roster
    report: Report
    progress: Progress | None = None
    language: str = ROOT
    schools: list[int] = field(default_factory=list)
    zones: dict[int, str] = field(default_factory=dict)
    school_of: dict[str, int | None] = field(default_factory=dict)
    schools_with_changed_rights: set[int] = field(default_factory=set)
    options: ImportOptions = field(default_factory=ImportOptions)
    exclusive: set[int] = field(default_factory=set)
    coverage: Coverage = field(default_factory=Coverage)
    year_of_place: dict[UUID, UUID | None] = field(default_factory=dict)
    leaving: set[UUID] = field(default_factory=set)
    _ids: dict[str, Ids] = field(default_factory=dict)

    @property
    def findings(self) -> Findings:
        return self.roster.findings

    async def ids(self, name: str) -> Ids:
        """The ids of a table's records by school and roster id. Callers add new ones."""
        if name not in self._ids:
            source = table(name)
            query = select(source.c.school_id, key(source), source.c.id)
            rows = await fetch(self.connection, query.where(of_schools(source, self.schools)))
            self._ids[name] = {(school, sourced): id_ for school, sourced, id_ in rows}
        return self._ids[name]

    async def merge(
        self, label: str, batch: Batch, *sheets: Sheet[Any], excluded: Collection[str] = ()
    ) -> None:
        """Merge the batch into its table. What bulk sheets do not list, though they speak for its
        year, becomes inactive; people leave, and their ties end."""
        total = len(batch.rows)
        self.report_progress(label, 0, total)
        changes = self.report.of(label)
        absent = any(sheet.bulk for sheet in sheets) and self._whole(sheets)
        before = 0
        if absent:
            within = self.coverage.speaks_for(batch.name)
            if "ends_on" in batch.owned and batch.name not in SESSIONS:
                within = and_(within, self.coverage.not_over(table(batch.name)))
            before = await count_active(self.connection, batch.name, self.schools, within)
        changed_schools: set[int] = set()
        if batch.rows or absent:
            changed_schools |= await merge(self.connection, batch, changes)
        if absent:
            kept = {*excluded, *(each for sheet in sheets for each in sheet.bad)}
            if batch.name in PEOPLE:
                gone = await leave_absent_people(self, batch.name, kept, changes)
            elif batch.name in TIES:
                gone = await end_absent_ties(self, batch.name, within, kept, changes)
            else:
                gone = await deactivate_absent(
                    self.connection, batch.name, self.schools, kept, within
                )
                changes.made_inactive += len(gone)
            changed_schools.update(gone)
            self.check_deletions(label, len(gone), before)
        if may_change_rights(batch.name, batch.owned):
            self.schools_with_changed_rights |= changed_schools
        self.report_progress(label, total, total)

    def check_deletions(self, label: str, gone: int, before: int) -> None:
        if gone * 10 > before:
            self.report.refusals.append(Saying.MANY_GONE(of=label, gone=gone, before=before))

    def _whole(self, sheets: tuple[Sheet[Any], ...]) -> bool:
        """Whether every row could be identified, so that absent records are known to be absent."""
        for sheet in sheets:
            if not sheet.whole:
                self.findings.notice(sheet.file, Saying.ROWS_WITHOUT_NAME())
        return all(sheet.whole for sheet in sheets)

    def today(self, school: int) -> date:
        """The current day in the school."""
        return clock.today(self.zones[school])

    def first(self, day: date | None, school: int) -> date | None:
        """The day in the school's zone, if the roster has written an instant."""
        return first_day(day, self.zones[school])

    def last(self, day: date | None, school: int) -> date | None:
        """The last day, included."""
        return last_day(day, self.zones[school], exclusive=school in self.exclusive)

    def written(self, session: AcademicSession) -> tuple[date, date]:
        """The first day and the end of a session as the roster writes them, in the zone of its
        first school."""
        zone = self.zones[min(self.zones)] if self.zones else "UTC"
        first, end = session.start_date, session.end_date
        return first_day(first, zone) or first, first_day(end, zone) or end

    def report_progress(self, label: str, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(label, done, total)

    def place(self, sheet: Sheet[Any], record: Record, column: str, org: str) -> int | None:
        """The school of the org; without one the row is bad."""
        school = self.school_of.get(org)
        if school is None:
            reason = (
                Saying.NO_SCHOOL_OR_PART(id=org)
                if org in self.school_of
                else missing("org", org, self.roster.sheets.get("orgs"))
            )
            sheet.drop(record, self.findings, column, reason)
        return school


def known_or_new(ids: Ids, school_id: int, sourced_id: str) -> UUID:
    return ids.setdefault((school_id, sourced_id), uuid7())


def missing(noun: str, sourced_id: str, sheet: Sheet[Any] | None) -> Said:
    """Why a reference can't be resolved."""
    if sheet is None:
        return Saying.NOT_THERE_NO_FILE(noun=noun, id=sourced_id)
    if sourced_id in sheet.bad:
        return Saying.ITSELF_BAD(noun=noun, id=sourced_id, line=sheet.bad[sourced_id])
    return Saying.NOT_THERE(noun=noun, id=sourced_id)
