"""What an account is to schools, students, courses and class groups, as of a day.

A student is shown to themselves, to their guardians of today, to the class teacher of their class
group of today, to who teaches them, and to the head. Of a student who has left, the student and
those who were guardians on the last day read on for the school's term. A course is read by who
teaches it today, and after its year, for the term, by who held it to its end. A class teacher reads
the whole past of their students of today; of those who were in the class before, or in a class that
they led to the end of its year, the days in it.
"""

from datetime import date
from functools import cached_property

from tests.year.model.ties import (
    Days,
    Ties,
    days_in,
    guardians_on,
    is_in,
    students_in,
    teaches,
)
from tests.year.model.world import (
    EVER,
    NEVER,
    Account,
    Course,
    Group,
    Guardian,
    School,
    Student,
    Teacher,
    World,
)

SELF, GUARDIAN, HEAD = "self", "guardian", "head"
COURSE, CLASS, ONCE = "course teacher", "class teacher", "once class teacher"
PARTLY = frozenset({COURSE, ONCE})
"""Who reads some of the student's days or courses, and not the others."""


def years_later(day: date, years: int) -> date:
    """The same day so many years later; of the 29th of February, the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


class Eyes:
    """An account on a day; `None` is a stranger, who is nothing to anybody."""

    def __init__(self, world: World, account: Account | None, today: date) -> None:
        self.world = world
        self.account = account
        self.today = today
        people = account.people if account else []
        self.students = [each for each in people if isinstance(each, Student)]
        self.guardians = [
            each for each in people if isinstance(each, Guardian) and each.holds(today)
        ]
        self.teachers = [each for each in people if isinstance(each, Teacher) and each.holds(today)]

    def heads(self, school: School) -> bool:
        return self.account is not None and school in self.account.heads

    def reads_on(self, last: date, school: School) -> bool:
        """Whether what ended on the day is still read today."""
        return last < self.today <= years_later(last, school.keeping_years)

    @cached_property
    def own(self) -> list[Student]:
        """Whom the account is, with those who have left and read on."""
        return [each for each in self.students if self._reads(each)]

    def _reads(self, student: Student) -> bool:
        return student.holds(self.today) or self.reads_on(student.last, student.school)

    @cached_property
    def children(self) -> list[Student]:
        found = []
        for guardian in self.guardians:
            for student in guardian.school.students:
                day = min(self.today, student.last)
                if self._reads(student) and guardian in guardians_on(student, day, self.world):
                    found.append(student)
        return found

    @cached_property
    def taught(self) -> list[Course]:
        """The courses of today, and those held to their end."""
        found = []
        for teacher in self.teachers:
            for course in teacher.school.courses:
                last = course.year.last
                for tie in self.world.of(Ties).teachings[course]:
                    if tie.teacher is not teacher:
                        continue
                    if teaches(tie, self.today) or (
                        tie.holds(last) and self.reads_on(last, teacher.school)
                    ):
                        found.append(course)
                        break
        return found

    @cached_property
    def teaching(self) -> list[Course]:
        """The courses of today alone."""
        return [
            course
            for course in self.taught
            if any(
                tie.teacher in self.teachers and teaches(tie, self.today)
                for tie in self.world.of(Ties).teachings[course]
            )
        ]

    @cached_property
    def led(self) -> list[Group]:
        """The class groups of today."""
        return [group for group in self.held if group.year.last >= self.today]

    @cached_property
    def held(self) -> list[Group]:
        """Those, and the ones that were led to their end."""
        return [
            group
            for teacher in self.teachers
            for group in teacher.school.groups
            if teacher in (group.class_teacher, group.deputy)
            and (group.year.last >= self.today or self.reads_on(group.year.last, teacher.school))
        ]

    @cached_property
    def pupils(self) -> list[Student]:
        return [
            student for group in self.led for student in students_in(group, self.today, self.world)
        ]

    def member(self, school: School) -> bool:
        """Whether they belong to the school."""
        return self.heads(school) or any(
            each.school is school for each in [*self.own, *self.children, *self.teachers]
        )

    def to(self, student: Student) -> set[str]:
        found = set()
        if student in self.own:
            found.add(SELF)
        if student in self.children:
            found.add(GUARDIAN)
        if student in self.pupils:
            found.add(CLASS)
        elif self._days_led(student):
            found.add(ONCE)
        if self.heads(student.school):
            found.add(HEAD)
        if any(self.has_learnt(student, course) for course in self.taught):
            found.add(COURSE)
        return found

    def _days_led(self, student: Student) -> list[Days]:
        return [
            (first, min(last, self.today))
            for group in self.held
            for first, last in days_in(student, group, self.world)
            if first <= self.today
        ]

    def has_learnt(self, student: Student, course: Course) -> bool:
        """Whether the student has learnt in the course, up to today."""
        return any(first <= self.today for first, _ in days_in(student, course, self.world))

    def reads_all_of(self, student: Student) -> bool:
        return bool(self.to(student) - PARTLY)

    def reads(self, student: Student, course: Course, day: date) -> bool:
        """Whether they read what the student was given in the course on the day."""
        return course in self.taught or self.reads_all_of(student) or self.led_on(student, day)

    def led_on(self, student: Student, day: date) -> bool:
        """Whether they led the student on the day, in a class group that they hold."""
        return any(first <= day <= last for first, last in self._days_led(student))

    def keeps_journal(self, course: Course) -> bool:
        """Whether the journal of the course is shown to them, be it of some students alone: also to
        a class teacher, of any course in which their students have learnt meanwhile."""
        if course in self.taught or course.group in self.held or self.heads(course.school):
            return True
        return any(self._led_in(student, course) for student in course.school.students)

    def _led_in(self, student: Student, course: Course) -> bool:
        """Whether the student has learnt in the course on a day on which they led them."""
        led = [(EVER, NEVER)] if student in self.pupils else self._days_led(student)
        return any(
            max(begun, first) <= min(ended, last)
            for begun, ended in days_in(student, course, self.world)
            for first, last in led
        )

    def sees_in(self, group: Group) -> list[Student]:
        """Whom of the class group they are shown: of a year that is over, on its last day, and
        then nobody whom they only teach."""
        day = min(self.today, group.year.last)
        there = students_in(group, day, self.world)
        if group.year.last >= self.today:
            return [each for each in there if self.to(each) - {ONCE}]
        return [each for each in there if self.reads_all_of(each) or group in self.held]

    def learns_today(self, student: Student, course: Course) -> bool:
        return is_in(student, course, self.today, self.world)
