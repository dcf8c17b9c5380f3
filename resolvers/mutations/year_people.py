"""Who and what an office names of the plan of a year: read, and known."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from db.reading.year_plans import students_with_days, teachers_with_days
from domain.refusals import UserError, UserErrorCode
from resolvers.declarations.inputs import Parsed
from resolvers.declarations.office import Office, Refusals, known_ids
from resolvers.schools import GRADE_SCALE, SUBJECT
from resolvers.year_plans import YearPlan

Code = UserErrorCode
Path = tuple[str, ...]


@dataclass(slots=True)
class Named:
    """What an input names beside a plan; what is wrong with it is noted."""

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
    ) -> Self:
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

    def _wrong(self, code: Code, message: str, *path: str) -> None:
        self.refusals.note(UserError(code, message), *path)

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


TOP = (("dropped", "Course"), ("leaving", "Student"), ("unplaced", "Student"))
BELOW = (
    ("sources", "ClassGroup"), ("students", "Student"), ("joining", "Student"),
    ("teachers", "Teacher"),
)  # fmt: skip
LEADERS = {"class_teacher": "classTeacher", "deputy": "deputy"}
CLIENT = {"days_off": "daysOff"}
