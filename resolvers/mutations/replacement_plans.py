"""A plan of lessons that are replaced, carried out whole or not at all."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from db.writing.attendance import lessons_to_take
from db.writing.lessons import LESSONS, LESSONS_AT_ONCE
from db.writing.versioned import Row
from domain.history import Step
from domain.policy import takes_place
from domain.refusals import Refused, UserErrorCode, refused
from resolvers.declarations.inputs import Parsed
from resolvers.declarations.office import Office, Refusals
from resolvers.declarations.parsing import not_found
from resolvers.declarations.transaction import conflict
from resolvers.mutations.clashes import Occupied, columns_of
from resolvers.mutations.joined_lessons import following
from resolvers.mutations.lesson_changes import rescheduled, stand_in, with_status
from resolvers.mutations.replacement_hours import Hour, joined, lesson_instead
from resolvers.mutations.teachings import course_in_year

Code = UserErrorCode


@dataclass(slots=True)
class Plan:
    """Replacements of the lines of an input, with the ids of the lessons of other courses; all on
    the `day`, if there is one."""

    office: Office
    lines: Sequence[Parsed[Any]]
    new_ids: Sequence[UUID]
    reason: str
    day: date | None
    lessons: dict[UUID, Any] = field(default_factory=dict)
    to: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    """What changes of the lessons."""
    steps: dict[UUID, tuple[Step, str]] = field(default_factory=dict)
    added: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    lines_of: dict[UUID, Parsed[Any]] = field(default_factory=dict)

    async def carry_out(self, *, overruled: bool) -> None:
        await self._read()
        moved = await self._moved()
        days = {each.day for each in self.lessons.values()} | {
            to["day"] for to in moved.values() if "day" in to
        }
        occupied = await Occupied.on(self.office, days)
        changes_rights = False
        for line, new_id in zip(self.lines, self.new_ids, strict=True):
            with _at(line):
                lesson = self.lessons[line.keys["lesson"][1]]
                await self._replace(line, lesson, new_id, moved)
                await self._occupy(occupied, lesson, new_id)
        for line in self.lines:
            with _at(line):
                await self._follow(occupied, line)
        for id_, to in self.to.items():
            changes_rights |= await stand_in(
                self.office, occupied, self.lessons[id_], to, self.steps[id_][1]
            )
        for row, reason in self.added:
            hour = Hour(row["id"], row["course_id"], row["day"], row["starts_at"], row["ends_at"])
            changes_rights |= await stand_in(self.office, occupied, hour, row, reason)
        await self._check(occupied, overruled=overruled)
        seq = await self._write()
        if changes_rights:
            await self.office.transaction.publish_rights(seq=seq)

    async def _read(self) -> None:
        """The lessons, each once, of the version that is expected, and still to be held."""
        transaction, refusals = self.office.transaction, Refusals()
        ids = [line.keys["lesson"][1] for line in self.lines]
        rows = await self.office.of(lessons_to_take, ids)
        found = {row.id: row for row in rows}
        for line, id_ in zip(self.lines, ids, strict=True):
            with refusals.noting():
                path = line.at("lesson")
                lesson = found.get(id_)
                if lesson is None:
                    raise not_found("lesson", *path)
                if id_ in self.lines_of:
                    raise refused(Code.BAD_INPUT, "This lesson is named twice.", *path)
                self.lines_of[id_] = line
                if lesson.version != line.given.expected_version:
                    error = conflict(lesson).errors[0]
                    shown = lesson if len(self.lines) == 1 and self.day is None else None
                    raise Refused(error.at(*line.at(*error.path)), current=shown)
                transaction.insist(takes_place(lesson), *path)
                if self.day is not None and lesson.day != self.day:
                    message = f"This lesson is on {lesson.day}."
                    raise refused(Code.BAD_INPUT, message, *path)
                reason = line.given.reason or self.reason
                await transaction.open_on(lesson.day, *path, reason=reason)
        if refusals.errors and self.day is None:
            current = found.get(ids[0]) if refusals.errors[0].code is Code.CONFLICT else None
            raise Refused(*refusals.errors, current=current)
        refusals.check()
        self.lessons = found

    async def _moved(self) -> dict[UUID, dict[str, Any]]:
        """What changes of lessons that get another teacher, room or time."""
        found: dict[UUID, dict[str, Any]] = {}
        for line in self.lines:
            given, id_ = line.given, line.keys["lesson"][1]
            if given.cancelled or given.course is not None or given.joined_to is not None:
                continue
            with _at(line):
                found[id_] = await rescheduled(
                    self.office, self.lessons[id_], line.columns(changes=True)
                )
        return found

    async def _replace(
        self,
        line: Parsed[Any],
        lesson: Any,
        new_id: UUID,
        moved: Mapping[UUID, dict[str, Any]],
    ) -> None:
        reason = line.given.reason or self.reason
        if line.given.cancelled:
            to, step = {"status": "CANCELLED"}, Step.CANCELLED
        elif line.given.course is not None:
            self.added.append((await lesson_instead(self.office, line, lesson, new_id), reason))
            to, step = {"status": "CANCELLED"}, Step.CANCELLED
        elif line.given.joined_to is not None:
            other = line.keys["joined_to"][1]
            changed = self.to.get(other, {}) | moved.get(other, {})
            to, step = await joined(self.office, other, lesson, changed), Step.JOINED
        else:
            to = await with_status(self.office, lesson, moved[lesson.id] | {"joined_id": None})
            step = Step.REPLACED
        self.to[lesson.id], self.steps[lesson.id] = to, (step, reason)

    async def _follow(self, occupied: Occupied, line: Parsed[Any]) -> None:
        """Have what is joined to the line's lesson follow it, unless a line tells it otherwise."""
        id_ = line.keys["lesson"][1]
        to, (_, reason) = self.to[id_], self.steps[id_]
        named = [each.keys["lesson"][1] for each in self.lines]
        for each, new in await following(self.office, occupied, self.lessons[id_], to, named):
            self.lessons[each.id], self.to[each.id] = each, new
            self.steps[each.id], self.lines_of[each.id] = (Step.MOVED, reason), line

    async def _occupy(self, occupied: Occupied, lesson: Any, new_id: UUID) -> None:
        to = self.to[lesson.id]
        if to.get("status") == "CANCELLED":
            occupied.take(lesson.id)
        else:
            course = await course_in_year(self.office, lesson.course_id, "lesson")
            occupied.put(course, columns_of(lesson) | to)
        for row, _ in self.added:
            if row["id"] == new_id:
                occupied.put(await course_in_year(self.office, row["course_id"], "course"), row)

    async def _check(self, occupied: Occupied, *, overruled: bool) -> None:
        replaced = {row["id"]: row["replaces_id"] for row, _ in self.added}
        changed = [id_ for id_, to in self.to.items() if to.get("status") != "CANCELLED"]
        errors = await occupied.errors([*changed, *replaced], overruled=overruled)
        if errors:
            raise Refused(
                *(
                    error.at(*self.lines_of[replaced.get(id_, id_)].at(*error.path))
                    for id_, error in errors
                )
            )

    async def _write(self) -> int:
        """Write all of it; returns how many rows of the feed that took."""
        transaction = self.office.transaction
        who = transaction.reader, transaction.account_id, transaction.school_id
        alike: dict[tuple[Step, str], list[tuple[Any, Row]]] = defaultdict(list)
        for id_, how in self.steps.items():
            alike[how].append((self.lessons[id_], self.to[id_]))
        seq = 0
        for (step, reason), records in alike.items():
            await LESSONS_AT_ONCE.change(*who, step, reason, records, seq=seq)
            seq += len(records)
        for row, reason in self.added:
            await LESSONS.insert(*who, Step.ADDED, [row], seq=seq, reason=reason)
            seq += 1
        return seq


@contextmanager
def _at(line: Parsed[Any]) -> Iterator[None]:
    """What the block refuses is at a place of the line."""
    try:
        yield
    except Refused as refusal:
        at = (error.at(*line.at(*error.path)) for error in refusal.errors)
        raise Refused(*at, current=refusal.current) from None
