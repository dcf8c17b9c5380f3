"""What an office edits of the plan of a year: checked, and put into the plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from strawberry import UNSET

from domain.calendar import Days, innermost, named_twice, outside, overlap
from domain.names import search_key
from domain.year_plans import PlannedCourse, PlannedGroup, Span, planned_courses
from resolvers.declarations.inputs import Parsed
from resolvers.mutations.year_groups import GroupEdits, told
from resolvers.mutations.year_people import CLIENT, Code, Path
from resolvers.year_plans import YearPlan


@dataclass(frozen=True, slots=True)
class PlacedPeriod:
    """A period, and the one around it by its place in the list."""

    span: Span
    parent: int | None


@dataclass(frozen=True, slots=True)
class WholeYear:
    """A year as it is to be written, with all that is in it."""

    plan: YearPlan
    periods: list[PlacedPeriod]
    days_off: list[Span]
    class_groups: list[PlannedGroup]
    courses: list[PlannedCourse]
    leaving_ids: list[UUID]
    people: Mapping[UUID, Any]
    """Students and teachers with the days that they are in the school."""


@dataclass(slots=True)
class Editing(GroupEdits):
    """Puts an input into a plan, and notes all that is wrong with it."""

    def whole(self) -> WholeYear:
        """The year, as far as nothing is wrong with it."""
        plan, new = self.plan, self.plan.year
        leaving = self._names("leaving")
        for place, id_ in enumerate(leaving):
            begins = self.people[id_].begins_on
            if begins is not None and begins > plan.source.ends_on:
                message = f"The student comes on {begins}."
                self._wrong(Code.NOT_THERE, message, "leaving", str(place))
        self._names("unplaced")
        groups = self._groups()
        courses = self._courses(groups)
        graduating = [each for group in groups if group.leaves for each in group.student_ids]
        return WholeYear(
            plan,
            self._periods(new),
            self._days_off(new),
            groups,
            courses,
            list(dict.fromkeys([*graduating, *leaving])),
            self.people,
        )

    def _courses(self, groups: list[PlannedGroup]) -> list[PlannedCourse]:
        plan = self.plan
        planned = planned_courses(plan.school_id, plan.last, groups)
        rows = self.given.items.get("courses", [])
        known = {each.id: each for each in plan.last.courses}
        gone = set(self.ids.get(("dropped",), ()))
        for place, id_ in enumerate(self.ids.get(("dropped",), ())):
            if id_ not in known:
                self._wrong(Code.NOT_FOUND, self._no_course, "dropped", str(place))
        for row in rows:
            if row.id_of("source") in gone:
                message = "This course is dropped: it does not go on otherwise too."
                self._wrong(Code.BAD_INPUT, message, *row.at("source"))
        gone |= {source for row in rows if (source := row.id_of("source"))}
        names = {search_key(each.name): each.name for each in groups if each.name is not None}
        bases: dict[UUID | None, PlannedCourse] = {}
        for each in planned:
            bases.setdefault(each.source_id, each)
        made = [self._course(row, known, bases, names) for row in rows]
        return [each for each in planned if each.source_id not in gone] + made

    @property
    def _no_course(self) -> str:
        return f"There is no such course in {self.plan.source.name}."

    def _course(
        self,
        row: Parsed[Any],
        known: Mapping[UUID, Any],
        bases: Mapping[UUID | None, PlannedCourse],
        names: Mapping[str, str],
    ) -> PlannedCourse:
        new, source = row.given, row.id_of("source")
        if source is not None and source not in known:
            self._wrong(Code.NOT_FOUND, self._no_course, *row.at("source"))
        base = self._base(source, known, bases)
        group = base.class_group
        if new.class_group is not UNSET:
            group = None if new.class_group is None else names.get(search_key(new.class_group))
            if group is None and new.class_group is not None:
                message = f"The year has no class group {new.class_group}."
                self._wrong(Code.NOT_FOUND, message, *row.at("classGroup"))
        subject = base.subject_id if new.subject is UNSET else row.id_of("subject")
        if subject is None and source is None:
            self._wrong(Code.BAD_INPUT, "Name the subject of a new course.", *row.at("subject"))
        elif new.subject is not UNSET and subject not in self.subjects:
            self._wrong(Code.NOT_FOUND, "There is no such subject.", *row.at("subject"))
        scale = base.grade_scale_id if new.grade_scale is UNSET else row.id_of("grade_scale")
        if new.grade_scale is not UNSET and scale is not None and scale not in self.scales:
            self._wrong(Code.NOT_FOUND, "There is no such grade scale.", *row.at("gradeScale"))
        whole = told(new.whole_class, base.whole_class)
        if whole and group is None:
            message = "Name the class group that takes it."
            self._wrong(Code.BAD_INPUT, message, *row.at("classGroup"))
        if whole and new.students:
            message = "The whole class takes it: nobody is enrolled by name."
            self._wrong(Code.BAD_INPUT, message, *row.at("students"))
        title = new.title or base.title
        if not title:
            title = " ".join(filter(None, (self.subjects.get(subject) if subject else "", group)))
        return PlannedCourse(
            self.plan.school_id,
            source,
            group,
            subject,
            title,
            told(new.code, base.code),
            told(new.room, base.room),
            scale,
            whole,
            self._people_of(row, "teachers", "teacher", base.teacher_ids),
            () if whole else self._people_of(row, "students", "student", base.student_ids),
        )

    def _base(
        self,
        source: UUID | None,
        known: Mapping[UUID, Any],
        bases: Mapping[UUID | None, PlannedCourse],
    ) -> PlannedCourse:
        """What is planned of the source; or as it was, where nothing is."""
        if source in bases and source is not None:
            return bases[source]
        was = known.get(source) if source is not None else None
        if was is None:
            return PlannedCourse(self.plan.school_id, source, None, None, "")
        taught = self.plan.last.taught_by.get(was.id, ())
        return PlannedCourse(
            self.plan.school_id,
            was.id,
            None,
            was.subject_id,
            was.title,
            was.code,
            was.room,
            was.grade_scale_id,
            teacher_ids=tuple(each for each in taught if each in self.plan.last.teachers),
        )

    def _people_of(
        self, row: Parsed[Any], name: str, word: str, planned: tuple[UUID, ...]
    ) -> tuple[UUID, ...]:
        if getattr(row.given, name) is None:
            return planned
        found: dict[UUID, None] = {}
        for place, id_ in enumerate(self.ids.get(row.at(name), ())):
            here = row.at(name, str(place))
            if id_ in found:
                self._wrong(Code.ALREADY_THERE, f"This {word} is named twice.", *here)
            elif self._is_there(id_, word, *here):
                found[id_] = None
        return tuple(found)

    def _spans(self, name: str, planned: list[Span]) -> list[tuple[Path, Span]]:
        if getattr(self.given.given, name) is None:
            return [((CLIENT.get(name, name),), each) for each in planned]
        return [
            (
                row.path,
                Span(
                    row.given.name,
                    row.given.starts_on,
                    row.given.ends_on,
                    str(getattr(row.given, "kind", "")),
                ),
            )
            for row in self.given.items.get(name, [])
        ]

    def _periods(self, year: Days) -> list[PlacedPeriod]:
        """The periods, each within the shortest one that holds it."""
        longest_first = sorted(
            self._spans("periods", self.plan.periods),
            key=lambda each: each[1].starts_on - each[1].ends_on,
        )
        placed: list[PlacedPeriod] = []
        for path, span in longest_first:
            around = innermost(span, [each.span for each in placed])
            parent = next((n for n, each in enumerate(placed) if each.span is around), None)
            beside = [each.span for each in placed if each.parent == parent]
            reason = outside(span, year) or overlap(span, beside)
            reason = reason or named_twice(span, [each.span for each in placed])
            if self.refusals.note(reason, *path):
                placed.append(PlacedPeriod(span, parent))
        return placed

    def _days_off(self, year: Days) -> list[Span]:
        found = self._spans("days_off", self.plan.days_off)
        for path, span in found:
            self.refusals.note(outside(span, year), *path)
        return [span for _, span in found]
