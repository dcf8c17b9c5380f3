"""What an office edits of the plan of a year: checked, and put into the plan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from strawberry import UNSET

from db.reading.year_plans import students_with_days, teachers_with_days
from domain.calendar import Days, innermost, outside, overlap
from domain.names import search_key
from domain.refusals import UserError, UserErrorCode
from domain.year_plans import PlannedCourse, PlannedGroup, Span, planned_courses
from resolvers.declarations.inputs import Parsed
from resolvers.declarations.office import Office, Refusals, known_ids
from resolvers.schools import GRADE_SCALE, SUBJECT
from resolvers.year_plans import YearPlan

Code = UserErrorCode
Path = tuple[str, ...]


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
class Editing:
    """Puts an input into a plan, and notes all that is wrong with it."""

    given: Parsed[Any]
    plan: YearPlan
    refusals: Refusals
    ids: dict[Path, list[UUID]] = field(default_factory=dict)
    """Those that lists of the input name, by their paths."""
    people: dict[UUID, Any] = field(default_factory=dict)
    subjects: dict[UUID, str] = field(default_factory=dict)
    scales: set[UUID] = field(default_factory=set)
    named: dict[UUID, Path] = field(default_factory=dict)
    """Students of whom the input says where they go."""

    @classmethod
    async def of(
        cls, office: Office, given: Parsed[Any], plan: YearPlan, refusals: Refusals
    ) -> "Editing":
        """With all that the input names read, by a statement for each kind of record."""
        self = cls(given, plan, refusals)
        transaction = office.transaction
        rows = [*given.items.get("class_groups", ()), *given.items.get("courses", ())]
        for row in rows:
            with refusals.noting():
                row.check_school(transaction.school_id)
        lists = [(given, name, noun) for name, noun in TOP] + [
            (row, name, noun) for row in rows for name, noun in BELOW if hasattr(row.given, name)
        ]
        for row, name, noun in lists:
            path = row.at(CLIENT.get(name, name))
            with refusals.noting():
                texts = getattr(row.given, name)
                self.ids[path] = await known_ids(transaction, noun, texts or (), *path)
        refusals.check()
        await self._read(office, rows)
        return self

    async def _read(self, office: Office, rows: Sequence[Parsed[Any]]) -> None:
        plan = self.plan
        planned = {each for group in plan.class_groups for each in group.student_ids}
        planned |= {each for ids in plan.last.in_course.values() for each in ids}
        wanted = planned | plan.last.teachers | {id_ for ids in self.ids.values() for id_ in ids}
        wanted |= {id_ for row in rows for name in LEADERS if (id_ := row.id_of(name)) is not None}
        for statement in (students_with_days, teachers_with_days):
            self.people |= {each.id: each for each in await office.of(statement, wanted)}
        subjects = {id_ for row in rows if (id_ := row.id_of("subject"))}
        subjects |= {each.subject_id for each in plan.last.courses if each.subject_id}
        found = await office.of(SUBJECT.whole, subjects)
        self.subjects = {each.id: each.name for each in found if each.active}
        scales = {id_ for row in rows if (id_ := row.id_of("grade_scale"))}
        if scales:
            found = await office.of(GRADE_SCALE.read, scales)
            self.scales = {each.id for each in found if each.active}

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

    def _wrong(self, code: Code, message: str, *path: str) -> None:
        self.refusals.note(UserError(code, message), *path)

    # Where students go

    def _names(self, name: str, row: Parsed[Any] | None = None) -> list[UUID]:
        """The students whom a list names; each is named once in all."""
        path = (row or self.given).at(name)
        found = []
        for place, id_ in enumerate(self.ids.get(path, ())):
            here = (*path, str(place))
            if not self._is_there(id_, "student", *here):
                continue
            if id_ in self.named:
                message = f"This student is named at {'.'.join(self.named[id_])} already."
                self._wrong(Code.ALREADY_THERE, message, *here)
                continue
            self.named[id_] = here
            found.append(id_)
        return found

    def _is_there(self, id_: UUID, word: str, *path: str) -> bool:
        person = self.people.get(id_)
        if person is None:
            self._wrong(Code.NOT_FOUND, f"There is no such {word}.", *path)
            return False
        if person.ends_on is not None and person.ends_on < self.plan.starts_on:
            message = f"The {word} leaves on {person.ends_on}."
            self._wrong(Code.NOT_THERE, message, *path)
            return False
        return True

    def _groups(self) -> list[PlannedGroup]:
        rows = self.given.items.get("class_groups", [])
        known = {source: each for each in self.plan.class_groups for source in each.source_ids}
        drafts = []
        defaulted: set[UUID] = set()
        for row in rows:
            sources = self._sources(row, known)
            own = self._names("students", row)
            joining = self._names("joining", row)
            if row.given.students is None:
                for place, source in enumerate(sources):
                    if source in defaulted:
                        message = "It goes on in two class groups: name the students of one."
                        self._wrong(Code.ALREADY_THERE, message, *row.at("sources", str(place)))
                    defaulted.add(source)
            drafts.append((row, sources, own, joining))
        replaced = {source for _, sources, _, _ in drafts for source in sources}
        kept = [
            (("classGroups",), self._without_named(each))
            for each in self.plan.class_groups
            if not replaced & {*each.source_ids}
        ]
        made = [(row.path, self._group(row, known, *rest)) for row, *rest in drafts]
        self._insist_on_names(kept, made)
        return [each for _, each in (*kept, *made)]

    def _sources(self, row: Parsed[Any], known: Mapping[UUID, PlannedGroup]) -> list[UUID]:
        found = []
        for place, id_ in enumerate(self.ids.get(row.at("sources"), ())):
            if id_ in known:
                found.append(id_)
            else:
                message = f"There is no such class group in {self.plan.source.name}."
                self._wrong(Code.NOT_FOUND, message, *row.at("sources", str(place)))
        return list(dict.fromkeys(found))

    def _without_named(self, group: PlannedGroup) -> PlannedGroup:
        ids = tuple(each for each in group.student_ids if each not in self.named)
        return replace(group, student_ids=ids)

    def _group(
        self,
        row: Parsed[Any],
        known: Mapping[UUID, PlannedGroup],
        sources: list[UUID],
        own: list[UUID],
        joining: list[UUID],
    ) -> PlannedGroup:
        new, base = row.given, known[sources[0]] if sources else None
        if new.students is None:
            own = [
                each
                for source in sources
                for each in self.plan.last.in_group.get(source, ())
                if each not in self.named
            ]
        leaves = (
            new.leaves if new.leaves is not None else bool(base and base.leaves and not new.name)
        )
        name = None if leaves else new.name or (base.name if base else None)
        if name is None and not leaves:
            self._wrong(Code.BAD_INPUT, "Name the class group.", *row.at("name"))
        return PlannedGroup(
            self.plan.school_id,
            tuple(sources),
            name,
            _told(new.grade_level, base and base.grade_level),
            self._leader(row, "class_teacher", base.class_teacher_id if base else None),
            self._leader(row, "deputy", base.deputy_id if base else None),
            tuple(dict.fromkeys([*own, *joining])),
            leaves,
        )

    def _leader(self, row: Parsed[Any], name: str, planned: UUID | None) -> UUID | None:
        if getattr(row.given, name) is UNSET:
            return planned
        id_ = row.id_of(name)
        if id_ is not None:
            self._is_there(id_, "teacher", *row.at(LEADERS[name]))
        return id_

    def _insist_on_names(
        self,
        kept: Iterable[tuple[Path, PlannedGroup]],
        made: Iterable[tuple[Path, PlannedGroup]],
    ) -> None:
        seen: set[str] = set()
        for own, placed in ((False, kept), (True, made)):
            for path, group in placed:
                if group.name is None:
                    continue
                if (key := search_key(group.name)) in seen:
                    message = f"The year has two class groups {group.name}."
                    self._wrong(Code.ALREADY_THERE, message, *path, *(("name",) if own else ()))
                seen.add(key)

    # What they learn

    def _courses(self, groups: list[PlannedGroup]) -> list[PlannedCourse]:
        plan = self.plan
        planned = planned_courses(plan.school_id, plan.last, groups)
        rows = self.given.items.get("courses", [])
        known = {each.id: each for each in plan.last.courses}
        gone = set(self.ids.get(("dropped",), ()))
        for place, id_ in enumerate(self.ids.get(("dropped",), ())):
            if id_ not in known:
                self._wrong(Code.NOT_FOUND, self._no_course, "dropped", str(place))
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
        whole = _told(new.whole_class, base.whole_class)
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
            _told(new.code, base.code),
            _told(new.room, base.room),
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

    # When it is

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
            if self.refusals.note(outside(span, year) or overlap(span, beside), *path):
                placed.append(PlacedPeriod(span, parent))
        return placed

    def _days_off(self, year: Days) -> list[Span]:
        found = self._spans("days_off", self.plan.days_off)
        for path, span in found:
            self.refusals.note(outside(span, year), *path)
        return [span for _, span in found]


TOP = (("dropped", "Course"), ("leaving", "Student"), ("unplaced", "Student"))
BELOW = (
    ("sources", "ClassGroup"), ("students", "Student"), ("joining", "Student"),
    ("teachers", "Teacher"),
)  # fmt: skip
LEADERS = {"class_teacher": "classTeacher", "deputy": "deputy"}
CLIENT = {"days_off": "daysOff"}


def _told(told: Any, planned: Any) -> Any:  # a value of a column
    return planned if told is UNSET else told
