"""Who was what to whom, and when: places of students, teachings, guardianships."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tests.year.model.world import (
    NEVER,
    Course,
    Group,
    Guardian,
    Spanned,
    Student,
    Teacher,
    World,
)

Days = tuple[date, date]
ONE = timedelta(days=1)


@dataclass(eq=False, kw_only=True)
class Enrolment(Spanned):
    student: Student
    place: Group | Course


@dataclass(eq=False, kw_only=True)
class Teaching(Spanned):
    course: Course
    teacher: Teacher
    main: bool = True
    stands_in_for: Teacher | None = None


@dataclass(eq=False, kw_only=True)
class Guardianship(Spanned):
    student: Student
    guardian: Guardian
    kind: str = "GUARDIAN"


class Ties:
    def __init__(self) -> None:
        self.enrolments: dict[Student, list[Enrolment]] = defaultdict(list)
        self.teachings: dict[Course, list[Teaching]] = defaultdict(list)
        self.guardianships: dict[Student, list[Guardianship]] = defaultdict(list)

    def enrol(self, student: Student, place: Group | Course, first: date) -> None:
        self.enrolments[student].append(Enrolment(student=student, place=place, first=first))

    def end_place(self, student: Student, place: Group | Course, last: date) -> None:
        """After the last day they are not in the place, nor in courses of parts of it."""
        for tie in self.enrolments[student]:
            part = isinstance(tie.place, Course) and tie.place.group is place
            if (tie.place is place or part) and tie.last > last and tie.first <= last + ONE:
                tie.last = last

    def teach(self, course: Course, teacher: Teacher, first: date, last: date = NEVER) -> None:
        self.teachings[course].append(
            Teaching(course=course, teacher=teacher, first=first, last=last)
        )

    def guard(self, student: Student, guardian: Guardian, first: date, kind: str) -> None:
        self.guardianships[student].append(
            Guardianship(student=student, guardian=guardian, first=first, kind=kind)
        )


def days_in(student: Student, place: Group | Course, world: World) -> Iterator[Days]:
    """The spans of days on which the student was in the class group, or learnt in the course: while
    they were in the school, and in its year."""
    for tie in world.of(Ties).enrolments[student]:
        with_class = isinstance(place, Course) and place.whole and tie.place is place.group
        if tie.place is place or with_class:
            first = max(tie.first, student.first, place.year.first)
            last = min(tie.last, student.last, place.year.last)
            if first <= last:
                yield first, last


def is_in(student: Student, place: Group | Course, day: date, world: World) -> bool:
    return any(first <= day <= last for first, last in days_in(student, place, world))


def places_of(student: Student, world: World) -> list[Group | Course]:
    """Every class group and course that they have ever been in, or will be."""
    found: list[Group | Course] = []
    for tie in world.of(Ties).enrolments[student]:
        places: list[Group | Course] = [tie.place]
        if isinstance(tie.place, Group):
            places += [
                course
                for course in student.school.courses
                if course.whole and course.group is tie.place
            ]
        found += [place for place in places if place not in found]
    return [place for place in found if any(days_in(student, place, world))]


def last_in(student: Student, place: Group | Course, day: date, world: World) -> bool:
    """Whether they are in it on the day, or have left the school out of it."""
    left = student.last < day
    return is_in(student, place, day, world) or any(
        left and last == student.last and place.year.last >= day
        for _, last in days_in(student, place, world)
    )


def group_on(student: Student, day: date, world: World) -> Group | None:
    for place in places_of(student, world):
        if isinstance(place, Group) and is_in(student, place, day, world):
            return place
    return None


def courses_on(student: Student, day: date, world: World) -> list[Course]:
    return [
        place
        for place in places_of(student, world)
        if isinstance(place, Course) and is_in(student, place, day, world)
    ]


def students_in(place: Group | Course, day: date, world: World) -> list[Student]:
    return [each for each in place.school.students if is_in(each, place, day, world)]


def teaches(teaching: Teaching, day: date) -> bool:
    return teaching.holds(day) and teaching.teacher.holds(day) and teaching.course.year.last >= day


def guardians_on(student: Student, day: date, world: World) -> list[Guardian]:
    return [
        tie.guardian
        for tie in world.of(Ties).guardianships[student]
        if tie.holds(day) and tie.guardian.holds(day)
    ]


def children_on(guardian: Guardian, day: date, world: World) -> list[Student]:
    return [
        student
        for student in guardian.school.students
        if student.holds(day) and guardian in guardians_on(student, day, world)
    ]
