"""Clashes of lessons: what a change would bring together at one time, told with both lessons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from db.reading.rooms import rooms_of_school
from db.writing.generation import learners_shared, lessons_there
from db.writing.teachers import TEACHERS
from domain.refusals import Refused, UserError, UserErrorCode
from domain.timetable import Clash, ClashKind, Placed, Places, Shared, clashes
from resolvers.declarations.office import Office
from resolvers.viewer import spans_of

MOST_TOLD = 20
"""Of clashes at once: who has more of them has seen enough."""
PATHS = {
    ClashKind.TEACHER: "teacher",
    ClashKind.ROOM: "location",
    ClashKind.CLASS_GROUP: "startsAt",
    ClashKind.STUDENT: "startsAt",
}
"""What to mend of the input."""
OVERRULE = "Let it clash with other lessons; the reason says why."


def unexplained(reason: str | None, *, overrule: bool) -> UserError | None:
    """Whoever lets lessons clash says why."""
    if not overrule or reason:
        return None
    return UserError(UserErrorCode.BAD_INPUT, "Say why lessons may clash.", ("reason",))


@dataclass(slots=True)
class Occupied:
    """The lessons of some days, as they are and as they are about to be."""

    office: Office
    places: Places
    lessons: dict[UUID, Placed] = field(default_factory=dict)
    titles: dict[UUID, str] = field(default_factory=dict)
    """Of courses, by their ids."""

    @classmethod
    async def on(cls, office: Office, days: Iterable[date]) -> Self:
        """The lessons of the days between the first and the last of these."""
        span = sorted(days)
        found = await cls.nothing(office)
        rows = await office.reader.fetch(
            lessons_there, school=office.transaction.school_id, first=span[0], last=span[-1]
        )
        for row in rows:
            found.know(row)
        return found

    @classmethod
    async def nothing(cls, office: Office) -> Self:
        """No lessons yet."""
        school = office.transaction.school_id
        rooms: Any = await office.reader.fetch(rooms_of_school, school=school)
        return cls(office, Places(rooms))

    def know(self, row: Any) -> None:  # of `lessons_there`
        self.titles[row.course_id] = row.title
        if row.occupies:
            self.lessons[row.id] = self._placed(row, row)

    def put(self, course: Any, lesson: Any) -> None:
        """A lesson of the course, with its columns as they are about to be."""
        self.titles[course.id] = course.title
        self.lessons[lesson["id"]] = self._placed(lesson, course)

    def change(self, row: Any, to: Mapping[str, Any]) -> None:  # of `lessons_there`
        """Such a lesson, with the columns `to` as they are about to be."""
        self.titles[row.course_id] = row.title
        self.lessons[row.id] = self._placed(columns_of(row) | dict(to), row)

    def take(self, lesson: UUID) -> None:
        """The lesson is not held."""
        self.lessons.pop(lesson, None)

    async def check(self, changed: Iterable[UUID], *, overruled: bool = False) -> None:
        """Refuse what clashes of the lessons that are about to change, unless that is overruled."""
        errors = await self.errors(changed, overruled=overruled)
        if errors:
            raise Refused(*(error for _, error in errors))

    async def errors(
        self, changed: Iterable[UUID], *, overruled: bool = False
    ) -> Sequence[tuple[UUID, UserError]]:
        """What clashes, with the lesson that is about to change."""
        wanted = frozenset(changed)
        if overruled or not wanted:
            return ()
        lessons = list(self.lessons.values())
        shared = await self._shared(wanted, lessons)
        found = []
        for clash in clashes(wanted, lessons, shared):
            found.append((clash.one.id, await self._error(clash)))
            if len(found) == MOST_TOLD:
                break
        return found

    async def _shared(self, wanted: frozenset[UUID], lessons: Sequence[Placed]) -> Shared:
        """The days on which somebody learns in two of the courses, as far as it matters."""
        days = {each.day for each in lessons if each.id in wanted}
        courses = {each.course_id for each in lessons if each.day in days}
        rows = await self.office.reader.fetch(
            learners_shared, school=self.office.transaction.school_id, ids=list(courses)
        )
        pairs: list[Any] = list(rows)
        return {frozenset((row.one_id, row.other_id)): spans_of(row.days) for row in pairs}

    def _placed(self, lesson: Any, course: Any) -> Placed:  # records, or columns by name
        return Placed(
            lesson["id"],
            lesson["course_id"],
            lesson["day"],
            lesson["starts_at"],
            lesson["ends_at"],
            lesson["teacher_id"],
            self.places.of(lesson["room_id"], lesson["room"]),
            course["class_group_id"],
            course["whole_class"],
            lesson["joined_id"] or lesson["id"],
        )

    async def _error(self, clash: Clash) -> UserError:
        one, other = (self._named(each) for each in (clash.one, clash.other))
        message = f"{one} and {other} are at the same time, {await self._why(clash)}."
        return UserError(UserErrorCode.CLASH, message, (PATHS[clash.kind],))

    def _named(self, lesson: Placed) -> str:
        starts, ends = (self._clock(each) for each in (lesson.starts_at, lesson.ends_at))
        return f"{self.titles[lesson.course_id]} ({lesson.day}, {starts}–{ends})"

    def _clock(self, at: datetime) -> str:
        return f"{at.astimezone(ZoneInfo(self.office.school.time_zone)):%H:%M}"

    async def _why(self, clash: Clash) -> str:
        if clash.kind is ClashKind.ROOM:
            return "in the same room"
        if clash.kind is ClashKind.CLASS_GROUP:
            return "for the same class"
        if clash.kind is ClashKind.STUDENT:
            return "and somebody learns in both"
        id_ = clash.one.teacher_id
        assert id_ is not None
        school = self.office.transaction.school_id
        teacher: Any = (await TEACHERS.by_ids(self.office.reader, school, [id_]))[id_]
        return f"with {teacher.given_name} {teacher.family_name}"


def columns_of(record: Any) -> dict[str, Any]:
    """The columns of a light record by their names."""
    return dict(record.items())
