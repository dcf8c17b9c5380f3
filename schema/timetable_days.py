"""Timetables: the lessons of a span of days, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

import strawberry

from db.tables.lessons import Lesson
from domain.audience import ANYONE, FAMILY, KEEPERS, OFFICE, STAFF
from domain.bells import weekday_of
from domain.calendar import Weekday
from domain.errors import bad_input
from resolvers.readings import Items, LoadArguments
from resolvers.relations import may_know
from resolvers.viewer import Viewer
from schema.declare import column, tell
from schema.nouns import LessonRef
from schema.spans import FIRST_DAY, LAST_DAY, checked_span

tell(Weekday)
OF_DAYS = ("school_id", "id", "day", "as_of")
"""The columns of a lesson that `timetable` reads."""
OF_THEIRS = (*OF_DAYS, "course_id")
"""The same, where it leaves out what was not theirs to whoever has left."""
OF_STUDENT = FAMILY | KEEPERS | OFFICE
OF_CLASS = FAMILY | KEEPERS | STAFF | OFFICE
OF_ROOM = STAFF | OFFICE
FromToday = Annotated[
    date | None,
    strawberry.argument(name="from", description=f"{FIRST_DAY} Unless told, today there."),
]
ToTomorrow = Annotated[
    date | None,
    strawberry.argument(name="to", description=f"{LAST_DAY} Unless told, the day after the first."),
]


@dataclass(frozen=True, slots=True)
class TimetableDayRecord:
    school_id: int
    day: date
    as_of: date
    """Today, by the school's clock."""
    lessons: list[Lesson]

    @property
    def week_day(self) -> str:
        return weekday_of(self.day)

    @property
    def today(self) -> bool:
        return self.day == self.as_of

    @property
    def tomorrow(self) -> bool:
        return self.day == self.as_of + timedelta(days=1)


def timetable(first: date | None, last: date | None, viewer: Viewer | None = None) -> LoadArguments:
    """With a `viewer`, of what they are shown of it where they have left the school."""
    if last is not None:
        if first is None:
            raise bad_input("Name the first day too.")
        checked_span(first, last)
    if viewer is None:
        return LoadArguments({"first": first, "last": last}, by_day)

    def of_theirs(lessons: Sequence[Any]) -> list[TimetableDayRecord]:
        return by_day([each for each in lessons if may_know(viewer, "LessonOfTeacher", each)])

    return LoadArguments({"first": first, "last": last}, of_theirs)


def by_day(lessons: Sequence[Any]) -> list[TimetableDayRecord]:
    """The days that have lessons, in order."""
    found: dict[date, TimetableDayRecord] = {}
    for lesson in lessons:
        if lesson.day not in found:
            found[lesson.day] = TimetableDayRecord(lesson.school_id, lesson.day, lesson.as_of, [])
        found[lesson.day].lessons.append(lesson)
    return list(found.values())


@strawberry.type(description="One day of a timetable.")
class TimetableDay:
    day: date = column(ANYONE, "The day, in the school's time zone.", called="date")
    week_day: Weekday = column(ANYONE, "Which day of the week it is.")
    today: bool = column(ANYONE, "Whether it is today, by the school's clock.")
    tomorrow: bool = column(ANYONE, "Whether it is tomorrow, by the school's clock.")
    lessons: list[LessonRef] = column(
        ANYONE, "Its lessons in order, those too that were cancelled.", items=Items(8)
    )
