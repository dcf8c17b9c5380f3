"""Who may see what in the odd school, by its facts alone.

Nothing of it is the gateway's: who is tied to whom is worked out person by person and day by day.
"""

from collections.abc import Iterator
from datetime import date

from tests.gateway.odd_school import (
    COURSES,
    GRADED,
    GROUPS,
    GUARDIANS,
    HEADS,
    KEPT,
    LESSONS,
    MORE_TEACHINGS,
    PLACES,
    RESTRICTED,
    STUDENTS,
    TEACHERS,
    WARDS,
    YEARS,
    Days,
    Who,
)
from tests.gateway.small_school import TODAY


def within(days: Days, day: date = TODAY) -> bool:
    return (days[0] is None or days[0] <= day) and (days[1] is None or day <= days[1])


def outlasts(days: Days, last_day: date) -> bool:
    """Whether what was so on the last day has not ended since, but with the leaving itself."""
    return within(days, last_day) and (days[1] in (None, last_day) or within(days))


class Oracle:
    """Each answers the names of the viewers, unless it says otherwise."""

    def who(self, name: str) -> Who:
        return (STUDENTS | GUARDIANS | TEACHERS)[name]

    def there(self, name: str, day: date = TODAY) -> bool:
        if name in HEADS:
            return within(HEADS[name], day)
        return self.who(name).active and within(self.who(name).days, day)

    def reads_on(self, student: str) -> bool:
        """Whether the student has left, and the school still keeps what was theirs."""
        last = STUDENTS[student].days[1]
        return STUDENTS[student].active and last is not None and KEPT <= last < TODAY

    def end_of(self, place: str) -> date | None:
        """The last day of the year of a class group or course."""
        if place in GROUPS:
            year = GROUPS[place].year
        else:
            course = COURSES[place]
            year = course.year or (GROUPS[course.group].year if course.group else None)
        return YEARS[year][1] if year else None

    def in_year(self, course: str, day: date) -> bool:
        group = COURSES[course].group
        year = COURSES[course].year or (GROUPS[group].year if group else None)
        return year is None or within(YEARS[year], day)

    def group_open(self, name: str) -> bool:
        end = self.end_of(name)
        return GROUPS[name].active and (end is None or end >= TODAY)

    def course_open(self, name: str) -> bool:
        end = self.end_of(name)
        return COURSES[name].active and (end is None or end >= TODAY)

    def kept(self, place: str) -> bool:
        """Whether who held the class group or course to its end may read it."""
        end = self.end_of(place)
        return end is None or end >= KEPT

    def was_in(self, student: str, place: str, day: date) -> bool:
        """Whether the student had a place in the class group or course on the day."""
        return within(STUDENTS[student].days, day) and any(
            who == student and where == place and listed and within(days, day)
            for who, where, days, listed in PLACES
        )

    def groups_of(self, student: str) -> set[str]:
        """The class groups of today."""
        return {
            place
            for who, place, days, listed in PLACES
            if who == student and place in GROUPS and listed and within(days)
        }

    def learnt(self, student: str, course: str, day: date) -> bool:
        """Whether the course stands in the student's diary of the day, which is in its year."""
        group = COURSES[course].group
        with_class = COURSES[course].whole and group is not None
        return self.in_year(course, day) and (
            self.was_in(student, course, day)
            or (with_class and self.was_in(student, group or "", day))
        )

    def learners(self, course: str) -> set[str]:
        """The students who have learnt there by today."""
        return {
            who
            for who, place, days, listed in PLACES
            if listed
            and (place == course or (COURSES[course].whole and place == COURSES[course].group))
            and self.meets(STUDENTS[who].days, days, (None, TODAY))
        }

    def meets(self, *spans: Days) -> bool:
        """Whether there is a day in all of them."""
        first = max(days[0] or date.min for days in spans)
        return first <= min(days[1] or date.max for days in spans)

    def learns(self, student: str) -> set[str]:
        """The courses of today, by enrolments alone."""
        direct = {
            place
            for who, place, days, listed in PLACES
            if who == student and place in COURSES and listed and within(days)
        }
        groups = self.groups_of(student)
        whole = {
            name
            for name, each in COURSES.items()
            if each.whole and each.group in groups and self.group_open(each.group or "")
        }
        return {name for name in direct | whole if self.course_open(name)}

    def enrolled(self, student: str, course: str, day: date = TODAY) -> bool:
        """Whether they are on the day, though the course be over."""
        return any(
            who == student and listed and within(days, day)
            and (place == course or (COURSES[course].whole and place == COURSES[course].group))
            for who, place, days, listed in PLACES
        )  # fmt: skip

    def heads(self) -> set[str]:
        return {name for name in HEADS if self.there(name)}

    def guardians_today(self, student: str) -> set[str]:
        return {
            guardian
            for guardian, ward, days in WARDS
            if ward == student and within(days) and self.there(guardian) and self.there(student)
        }

    def guardians(self, student: str) -> set[str]:
        """Those of today; or those of the last day, of one who has left."""
        if not self.reads_on(student):
            return self.guardians_today(student)
        last = STUDENTS[student].days[1]
        assert last is not None
        return {
            guardian
            for guardian, ward, days in WARDS
            if ward == student
            and outlasts(days, last)
            and GUARDIANS[guardian].active
            and within(GUARDIANS[guardian].days, last)
        }

    def family(self, student: str) -> set[str]:
        itself = self.there(student) or self.reads_on(student)
        return self.seers(student) | ({student} if itself else set())

    def seers(self, student: str) -> set[str]:
        """The guardians who see the student at all."""
        return {
            each
            for each in self.guardians(student)
            if RESTRICTED.get((each, student)) != "NOTHING_SEEN"
        }

    def reachers(self, student: str) -> set[str]:
        """Who of the family sees how the student is reached, and who else is a guardian."""
        return {each for each in self.family(student) if (each, student) not in RESTRICTED}

    def leaders(self, student: str) -> set[str]:
        if not self.there(student):
            return set()
        return {
            GROUPS[group].leader
            for group in self.groups_of(student)
            if self.group_open(group) and self.there(GROUPS[group].leader)
        }

    def led(self, student: str, *days: date) -> set[str]:
        """Who leads a class group, or has led it to its end, that the student was in on each of the
        days; on some day up to today, if none is told."""
        found = set()
        for name, group in GROUPS.items():
            end = self.end_of(name) or date.max
            if not (group.active and self.kept(name) and self.there(group.leader)):
                continue
            ever = any(
                who == student and place == name and listed
                and self.meets(STUDENTS[who].days, when, (None, min(end, TODAY)))
                for who, place, when, listed in PLACES
            )  # fmt: skip
            year = YEARS[group.year] if group.year else (None, None)
            if ever and all(self.was_in(student, name, day) and within(year, day) for day in days):
                found.add(group.leader)
        return found if STUDENTS[student].active else set()

    def teachings(self, course: str) -> list[tuple[str, Days]]:
        taught = COURSES[course]
        found = [(taught.teacher, taught.days)] if taught.listed else []
        return found + [(who, days) for who, of, days in MORE_TEACHINGS if of == course]

    def teachers(self, course: str) -> set[str]:
        """Who teaches the course, or has taught it to its end."""
        end = self.end_of(course)
        on = TODAY if end is None else min(TODAY, end)
        return {
            who
            for who, days in self.teachings(course)
            if within(days, on) and self.kept(course) and self.there(who)
        }

    def writers(self, course: str) -> set[str]:
        """Who writes in the course."""
        taught = {who for who, days in self.teachings(course) if within(days) and self.there(who)}
        return self.heads() | (taught if self.course_open(course) else set())

    def members(self) -> set[str]:
        families = {name for student in STUDENTS for name in self.family(student)}
        return families | {name for name in (*TEACHERS, *HEADS) if self.there(name)}

    def student(self, name: str) -> set[str]:
        taught = {
            who
            for course in COURSES
            if name in self.learners(course) and STUDENTS[name].active
            for who in self.teachers(course)
        }
        return self.family(name) | self.leaders(name) | self.led(name) | taught | self.heads()

    def guardian(self, name: str) -> set[str]:
        wards = [ward for guardian, ward, _ in WARDS if guardian == name]
        near = {
            viewer
            for ward in wards
            if name in self.guardians_today(ward)
            for viewer in self.reachers(ward) | self.leaders(ward)
        }
        itself = {name} if any(name in self.seers(ward) for ward in wards) else set()
        return near | itself | self.heads()

    def contacts(self, guardian: str) -> set[str]:
        own = {guardian} if guardian in self.members() else set()
        wards = [w for g, w, _ in WARDS if g == guardian and guardian in self.guardians_today(w)]
        return own | self.heads() | set().union(*(self.leaders(ward) for ward in wards), set())

    def of_student(self, student: str, *days: date) -> set[str]:
        """Who may read all of the student's that is of the days."""
        return (
            self.family(student)
            | self.leaders(student)
            | (self.led(student, *days) if days else set())
            | self.heads()
        )

    def grade(self, student: str, lesson: str) -> set[str]:
        course, day = LESSONS[lesson]
        return self.of_student(student, day) | self.teachers(course)

    def homework(self, lesson: str) -> set[str]:
        course, day = LESSONS[lesson]
        found = self.teachers(course) | self.heads()
        for student in STUDENTS:
            if self.learnt(student, course, day):
                found |= self.of_student(student, day)
        group = COURSES[course].group
        if group and GROUPS[group].active and self.kept(group):
            found |= {GROUPS[group].leader} & self.members()
        return found

    def courses_shown(self, viewer: str, student: str) -> set[str]:
        """Which courses of the student the viewer reads of, whom they may know."""
        whole = viewer in self.of_student(student)
        return {c for c in self.learns(student) if whole or viewer in self.teachers(c)}

    def pupils_shown(self, viewer: str, course: str) -> set[str]:
        """Which students of the course the viewer reads of in its list: those of its last day where
        its year is over."""
        end = self.end_of(course)
        day = TODAY if end is None else min(end, TODAY)
        return {
            student
            for student in STUDENTS
            if self.there(student, day)
            and self.enrolled(student, course, day)
            and viewer in self.of_student(student) | self.teachers(course)
        }

    def graded(self, viewer: str, student: str) -> set[str]:
        """The lessons of the student's grades that the viewer reads."""
        return {
            lesson
            for who, lesson in GRADED
            if who == student and viewer in self.grade(student, lesson)
        }

    def averaged(self, viewer: str, student: str, span: tuple[date, date]) -> set[str]:
        """The courses of which the viewer reads the student's average in the span."""
        days: dict[str, list[date]] = {}
        for who, lesson in GRADED:
            course, day = LESSONS[lesson]
            if who == student and span[0] <= day <= span[1]:
                days.setdefault(course, []).append(day)
        return {
            course
            for course, on in days.items()
            if viewer in self.of_student(student, *on) | self.teachers(course)
        }

    def journal(self, viewer: str, course: str) -> bool:
        """Whether the viewer reads the course's journal, whatever its lines."""
        group = COURSES[course].group
        led = {GROUPS[group].leader} & self.members() if group else set()
        seen = led if group and GROUPS[group].active and self.kept(group) else set()
        seen |= self.teachers(course) | self.heads()
        return viewer in seen or any(
            self.shares_a_day(viewer, student, course) for student in STUDENTS
        )

    def shares_a_day(self, viewer: str, student: str, course: str) -> bool:
        """Whether the viewer leads the student, or has on a day on which they learnt there."""
        if viewer in self.leaders(student) and student in self.ever_learners(course):
            return True
        return any(
            self.learnt(student, course, day) and viewer in self.led(student, day)
            for day in {on for _, on in LESSONS.values()}
        )

    def ever_learners(self, course: str) -> set[str]:
        return {
            who
            for who, place, days, listed in PLACES
            if listed
            and (place == course or (COURSES[course].whole and place == COURSES[course].group))
            and self.meets(STUDENTS[who].days, days)
        }

    def rows(
        self, viewer: str, course: str, span: tuple[date, date]
    ) -> dict[str, tuple[date | None, date | None, bool]]:
        """The lines of the course's journal: from, to and left, by the student."""
        found = {}
        for student, who in STUDENTS.items():
            days = [day for day in days_of(span) if self.learnt(student, course, day)]
            if not days or not who.active or student not in self.learners(course):
                continue
            first, last = days[0], days[-1]
            if viewer in self.of_student(student, first, last) | self.teachers(course):
                left = who.days[1] is not None and who.days[1] < TODAY
                found[student] = (
                    first if first > span[0] else None,
                    last if last < span[1] else None,
                    left,
                )
        return found

    def visible(self) -> Iterator[tuple[str, str, set[str]]]:
        """Every record that is not everybody's: its noun, its name, and who may know of it."""
        for student in STUDENTS:
            yield "Student", student, self.student(student)
        for guardian in GUARDIANS:
            yield "Guardian", guardian, self.guardian(guardian)
        for lesson in LESSONS:
            yield "Homework", lesson, self.homework(lesson)
        for student, lesson in GRADED:
            yield "Grade", f"{student}/{lesson}", self.grade(student, lesson)
        members = self.members()
        for noun, names in (
            ("Teacher", list(TEACHERS)),
            ("ClassGroup", list(GROUPS)),
            ("Course", list(COURSES)),
            ("Lesson", list(LESSONS)),
        ):
            for name in names:
                yield noun, name, members


def days_of(span: tuple[date, date]) -> list[date]:
    return [date.fromordinal(day) for day in range(span[0].toordinal(), span[1].toordinal() + 1)]
