"""Which screens are looked at on a day, by whom: mostly where something has turned."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Any

from tests.year.model.rights import Eyes
from tests.year.model.ties import Ties, places_of, students_in
from tests.year.model.world import (
    Account,
    Course,
    Event,
    Group,
    Person,
    School,
    Student,
    Teacher,
    World,
)
from tests.year.screens import (
    attendance,
    class_group,
    course,
    diary,
    grades,
    homework,
    journal,
    lists,
    messages,
    open_lessons,
    own,
    periods,
    register,
    report_card,
    shared,
    student,
    timetable,
    years,
)
from tests.year.screens.screen import Screen

SCREENS = (
    diary, grades, journal, class_group, course, student, years, own, lists, periods, attendance,
    register, homework, open_lessons, timetable, report_card, messages, shared,
)  # fmt: skip
BACK = 21
"""Days for which something that has turned is looked at more than the rest."""
MOSTLY = 0.75
LONGEST = 21
TRIES = 4
"""Of which some are no screen of anything, or not of that viewer."""


@dataclass
class Sampler:
    world: World
    today: date
    chance: Random

    def screens(self, count: int) -> Iterator[Screen]:
        turns = list(self.world.turns(self.today, BACK))
        found = (self.one(turns) for _ in range(count * TRIES))
        yield from islice((screen for screen in found if screen is not None), count)

    def one(self, turns: list[Event]) -> Screen | None:
        turn = None
        if turns and self.chance.random() < MOSTLY:
            turn = self.chance.choice(turns)
        of_kind = self.chance.choices(SCREENS, [each.OFTEN for each in SCREENS])[0]
        of = self.target(of_kind.OF, turn)
        if of is None:
            return None
        eyes = Eyes(self.world, self.viewer(of, turn), self.today)
        return of_kind.screen(eyes, of, *self.span(turn))  # type: ignore[no-any-return]

    def target(self, kind: type[Any], turn: Event | None) -> Any:
        """A record of the kind that the turn is about or touches, or any."""
        found = self.touched(kind, turn.about) if turn else []
        return self.pick(found or list(self.all_of(kind)))

    def pick(self, among: list[Any]) -> Any:
        return self.chance.choice(among) if among else None

    def all_of(self, kind: type[Any]) -> Iterator[Any]:
        for school in self.world.schools:
            for each in (
                school,
                *school.students,
                *school.guardians,
                *school.teachers,
                *school.groups,
                *school.courses,
            ):
                if isinstance(each, kind):
                    yield each

    def touched(self, kind: type[Any], about: tuple[Any, ...]) -> list[Any]:
        found: list[Any] = []
        for each in about:
            if isinstance(each, kind):
                found.append(each)
            if isinstance(each, Student):
                found += [one for one in places_of(each, self.world) if isinstance(one, kind)]
            if isinstance(each, Group | Course) and issubclass(kind, Student):
                day = min(max(self.today, each.year.first), each.year.last)
                found += students_in(each, day, self.world)
            if isinstance(each, Teacher):
                for courses in self.world.of(Ties).teachings.values():
                    found += [
                        tie.course
                        for tie in courses
                        if tie.teacher is each and isinstance(tie.course, kind)
                    ]
        return found

    def viewer(self, of: Any, turn: Event | None) -> Account | None:
        """Somebody who has, or had, to do with it; the head; somebody else; a stranger."""
        if isinstance(of, Person) and not isinstance(of, Student):
            return self.world.account_of(of)
        draw = self.chance.random()
        if draw < 0.03:
            return None
        if draw < 0.2:
            return self.pick(self.world.accounts)  # type: ignore[no-any-return]
        if draw < 0.3:
            school = of if isinstance(of, School) else of.school
            return next(each for each in self.world.accounts if school in each.heads)
        people = self.concerned(of)
        if turn is not None:
            people += [each for each in turn.about if isinstance(each, Person)] * 2
        person = self.pick(people)
        return self.world.account_of(person) if person else self.pick(self.world.accounts)

    def concerned(self, of: Any) -> list[Person]:
        """Whose it is, or was, at any time."""
        ties = self.world.of(Ties)
        if isinstance(of, Student):
            found: list[Person] = [of, of]
            found += [tie.guardian for tie in ties.guardianships[of]] * 2
            for place in places_of(of, self.world):
                found += self.staff(place)
            return found
        if isinstance(of, Group | Course):
            day = min(max(self.today, of.year.first), of.year.last)
            there = students_in(of, day, self.world)
            some = self.chance.sample(there, min(2, len(there)))
            return [*self.staff(of) * 2, *some]
        return []

    def staff(self, place: Group | Course) -> list[Person]:
        if isinstance(place, Group):
            return [each for each in (place.class_teacher, place.deputy) if each]
        return [tie.teacher for tie in self.world.of(Ties).teachings[place]]

    def span(self, turn: Event | None) -> tuple[date, date]:
        """Around the turn, these days, or some time ago."""
        draw = self.chance.random()
        if turn is not None and draw < 0.5:
            middle = turn.day
        elif draw < 0.7:
            middle = self.today
        else:
            started = self.world.events[0].day
            middle = started + timedelta(
                days=self.chance.randrange(max((self.today - started).days, 1))
            )
        days = self.chance.choice([1, 4, 7, LONGEST])
        first = middle - timedelta(days=self.chance.randrange(days))
        return first, first + timedelta(days=days)
