"""The rows of a demo school, made from its plan."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from random import Random
from typing import Any
from uuid import UUID

from db.demo.names import COMMENTS, GIVEN, MARKS, OFTEN, SUBJECTS, TASKS, TOPICS, WORK
from db.demo.plan import (
    GRADES_PER_STUDENT,
    HALVES,
    LEVELS,
    PARTS,
    Calendar,
    Ids,
    Plan,
    PlannedCourse,
    assign_teachers,
    group_names,
    group_sizes,
    person,
    weeks,
)
from domain.periods import instant_of
from domain.presets import FIVE_POINT

ZONE = "Europe/Berlin"
Row = dict[str, Any]
Rows = dict[str, list[Row]]
BEGINS = (time(8, 0), time(8, 50), time(9, 50), time(10, 40), time(11, 40), time(12, 30))
LESSON_LENGTH = timedelta(minutes=45)


class RowWriter:
    """Collects the rows of one school by table."""

    def __init__(self, school_id: int, random: Random, ids: Ids) -> None:
        self.school_id = school_id
        self.random = random
        self.ids = ids
        self.rows: Rows = {}

    def add(self, table: str, **values: Any) -> UUID:
        values.setdefault("id", self.ids.new())
        self.rows.setdefault(table, []).append({"school_id": self.school_id, **values})
        id_: UUID = values["id"]
        return id_

    def add_first_step(
        self,
        table: str,
        id_: UUID,
        change: str,
        account: UUID,
        *,
        at: datetime,
        step: UUID | None = None,
        reason: str | None = None,
    ) -> None:
        """Begin the history of a record. The step has the record's id unless it is given one."""
        self.add(
            f"{table}_revision",
            **{"id": step or id_, f"{table}_id": id_},
            version=1,
            change=change,
            reason=reason,
            account_id=account,
            at=at,
        )

    def add_person(self, table: str, id_: UUID, family: str | None = None, **more: Any) -> str:
        given, own = person(self.random)
        return self.add_named(table, id_, given, family or own, **more)

    def add_named(self, table: str, id_: UUID, given: str, family: str, **more: Any) -> str:
        contact = {
            "email": f"{table}.{id_.hex[-8:]}@school.example",
            "phone": f"+49 30 23125 {id_.int % 1000:03d}",  # numbers that nobody will ever have
        }
        self.add(
            table, id=id_, given_name=given, family_name=family, active=True, **contact, **more
        )
        return f"{given} {family}"


class SchoolWriter(RowWriter):
    """The rows of one demo school."""

    def __init__(
        self, school_id: int, students: int, today: date, now: datetime, random: Random, ids: Ids
    ) -> None:
        super().__init__(school_id, random, ids)
        self.today, self.now = today, now
        self.calendar = Calendar.around(today)
        self.plan = Plan()
        self.names: dict[UUID, str] = {}
        self.children: dict[UUID, list[tuple[str, str]]] = {}
        self.sizes = group_sizes(students)
        self.able: dict[UUID, float] = {}

    @property
    def begun(self) -> datetime:
        """When the first lesson begins."""
        begun: datetime = self.rows["lesson"][0]["starts_at"]
        return begun

    @cached_property
    def guardian_of(self) -> dict[UUID, UUID]:
        """One guardian of each student."""
        return {row["student_id"]: row["guardian_id"] for row in self.rows["guardianship"]}

    def teacher_of(self, subject: int) -> UUID:
        """One of those who teach the subject with the number."""
        return next(each.teacher for each in self.plan.courses if each.subject == subject)

    def write(self, name: str, parent: tuple[str, str] | None = None) -> Rows:
        """The rows of the school; `parent` is the name of its first guardian."""
        self._school(name)
        self._staff()
        self._classes()
        self._families(parent)
        self._lessons()
        self._due_lessons()
        return self.rows

    def _school(self, name: str) -> None:
        first, last = self.calendar.first, self.calendar.last
        self.rows["school"] = [
            {
                "school_id": self.school_id,
                "name": name,
                "time_zone": ZONE,
                "language": "de",
                "active": True,
                "demo": True,
                "homework_limits": json.dumps(
                    {str(level): 30 * (level // 3 + 2) for level in LEVELS}
                ),
            }
        ]
        span = {"starts_on": first, "ends_on": last}
        title = self.calendar.name
        self.year = self.add("academic_year", name=title, active=True, **span)
        of_year = {"academic_year_id": self.year, "active": True}
        whole = self.add(
            "period", name=title, kind="YEAR", parent_id=None, locked=False, **of_year, **span
        )
        for number, (starts, ends) in enumerate(self.calendar.quarters, 1):
            self.add(
                "period",
                name=f"Quarter {number}",
                kind="QUARTER",
                parent_id=whole,
                starts_on=starts,
                ends_on=ends,
                locked=number == 1,
                **of_year,
            )
        self.subjects = [
            self.add("subject", name=name, code=code, active=True) for name, code, _ in SUBJECTS
        ]
        self.kinds = [
            self.add("work_type", name=name, kind=kind, weight=Decimal(weight), active=True)
            for name, kind, weight, _ in WORK
        ]
        self.scale = self.add(
            "grade_scale",
            name=FIVE_POINT.name,
            definition=json.dumps(FIVE_POINT.to_data()),
            active=True,
        )

    def _staff(self) -> None:
        self.plan.week = weeks(len(self.sizes), self.random)
        self.taught_by, self.teachers = assign_teachers(self.plan.week, self.ids)
        for id_, _ in self.teachers:
            self.names[id_] = self.add_person("teacher", id_)

    def _classes(self) -> None:
        for group, (size, name) in enumerate(
            zip(self.sizes, group_names(len(self.sizes)), strict=True)
        ):
            leader = self._leader(group)
            id_ = self.add(
                "class_group",
                name=name,
                grade_level=name.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
                academic_year_id=self.year,
                class_teacher_id=leader,
                active=True,
            )
            self.plan.groups.append((id_, name, leader))
            students = [self.ids.new() for _ in range(size)]
            self.plan.students.append(students)
            for student in students:
                self.names[student] = ""
            self._courses(group, students)

    def _leader(self, group: int) -> UUID:
        """The class teacher: one of the class's own teachers, who leads no other class if
        possible."""
        leading = {leader for _, _, leader in self.plan.groups}
        own = [self.taught_by[group, subject, part] for subject, part in PARTS]
        return next((one for one in own if one not in leading), own[0])

    def _courses(self, group: int, students: list[UUID]) -> None:
        """Add the courses; a subject that is taught in halves has two courses with their own
        enrolments."""
        id_, name, _ = self.plan.groups[group]
        for subject, part in PARTS:
            title, code, _ = SUBJECTS[subject]
            whole = code not in HALVES
            half = "" if whole else f"/{part + 1}"
            course = PlannedCourse(
                self.ids.new(),
                subject,
                group,
                self.taught_by[group, subject, part],
                students if whole else students[part::2],
                f"{title} {name}{half}",
                whole,
                part,
            )
            self.plan.courses.append(course)
            self.add(
                "course",
                id=course.id,
                academic_year_id=self.year,
                subject_id=self.subjects[subject],
                class_group_id=id_,
                grade_scale_id=self.scale,
                whole_class=whole,
                title=course.title,
                code=f"{code}-{name}{half}",
                active=True,
            )
            self.add(
                "teaching", course_id=course.id, teacher_id=course.teacher, main=True, active=True
            )
            for student in () if whole else course.students:
                self._enrol(student, None, course.id)

    def _families(self, parent: tuple[str, str] | None) -> None:
        """Add guardians: some have a child in the next class too, and some children have two
        guardians."""
        waiting: tuple[UUID, str] | None = None
        known = parent
        for (group, name, _), students in zip(self.plan.groups, self.plan.students, strict=True):
            for place, student in enumerate(students):
                if waiting and place == 0:
                    guardian, family = waiting
                    elder = self.children[guardian][0][0].split()[0]
                else:
                    elder = None
                    guardian, (given, family) = self.ids.new(), known or person(self.random)
                    self.names[guardian] = self.add_named("guardian", guardian, given, family)
                    known = None
                waiting = (guardian, family) if place == 1 else waiting if place else None
                self._student(student, family, name, group, elder)
                self._tie(student, guardian, name)
                if self.random.random() < 0.4:
                    second = self.ids.new()
                    self.names[second] = self.add_person("guardian", second, family)
                    self._tie(student, second, name)

    def _student(
        self, student: UUID, family: str, name: str, group: UUID, elder: str | None
    ) -> None:
        """Add one student, whose given name differs from that of an elder sibling."""
        level = name.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        age = timedelta(days=365 * (int(level[:2]) + 6) + self.random.randrange(365))
        given = self.random.choice([one for one in GIVEN if one != elder])
        self.names[student] = self.add_named(
            "student", student, given, family, grade_level=level, born_on=self.today - age
        )
        self._enrol(student, group, None)
        self.able[student] = self.random.gauss(0, 0.18)

    def _enrol(self, student: UUID, group: UUID | None, course: UUID | None) -> None:
        self.add(
            "enrolment", student_id=student, class_group_id=group, course_id=course, active=True
        )

    def _tie(self, student: UUID, guardian: UUID, group: str) -> None:
        self.add("guardianship", student_id=student, guardian_id=guardian, relation="PARENT")
        self.children.setdefault(guardian, []).append((self.names[student], group))

    def _lessons(self) -> None:
        courses_of: dict[tuple[int, int], list[PlannedCourse]] = {}
        for one in self.plan.courses:
            courses_of.setdefault((one.group, one.subject), []).append(one)
        days = self.calendar.school_days()
        hours = {day: [instant_of(day, at, ZONE) for at in BEGINS] for day in days}
        held = sum(begins + LESSON_LENGTH <= self.now for day in days for begins in hours[day])
        self.chance = GRADES_PER_STUDENT / max(held, 1)
        for day, begins in hours.items():
            for group in range(len(self.plan.groups)):
                for slot, subject in enumerate(self.plan.week[group][day.weekday()]):
                    for course in courses_of[group, subject]:
                        self._lesson(course, day, slot, begins[slot])

    def _lesson(self, course: PlannedCourse, day: date, slot: int, begins: datetime) -> None:
        past = begins + LESSON_LENGTH <= self.now
        lesson = self.add(
            "lesson",
            course_id=course.id,
            teacher_id=course.teacher,
            day=day,
            slot=slot + 1,
            starts_at=begins,
            ends_at=begins + LESSON_LENGTH,
            room=str(100 * (1 + course.part) + course.group),
            topic=self.random.choice(TOPICS) if past else None,
            status="HELD" if past else "PLANNED",
            closed=False,
            version=1,
            active=True,
        )
        due = self.calendar.week_after(day) if past and self.random.random() < 0.6 else None
        if due:
            self.add(
                "homework",
                lesson_id=lesson,
                course_id=course.id,
                teacher_id=course.teacher,
                lesson_day=day,
                due_on=due,
                text=self.random.choice(TASKS),
                expected_minutes=self.random.choice((10, 20, 30)),
                withdrawn=False,
                set_at=begins + LESSON_LENGTH,
                version=1,
            )
        if past:
            self._grades(course, lesson, day, begins + LESSON_LENGTH)

    def _due_lessons(self) -> None:
        """Homework is due at the lesson of the same hour, where the course has one on that day."""
        lessons = self.rows["lesson"]
        slots = {row["id"]: row["slot"] for row in lessons}
        at = {(row["course_id"], row["day"], row["slot"]): row["id"] for row in lessons}
        for row in self.rows["homework"]:
            slot = slots[row["lesson_id"]]
            row["due_lesson_id"] = at.get((row["course_id"], row["due_on"], slot))

    def _grades(self, course: PlannedCourse, lesson: UUID, day: date, at: datetime) -> None:
        kind = self.random.choices(range(len(WORK)), [often for *_, often in WORK])[0]
        for student in course.students:
            if self.random.random() >= self.chance:
                continue
            value = self._mark(student)
            self.add(
                "grade",
                student_id=student,
                course_id=course.id,
                lesson_id=lesson,
                work_type_id=self.kinds[kind],
                grade_scale_id=self.scale,
                teacher_id=course.teacher,
                day=day,
                value=value,
                number=NUMBERS[value],
                weight=Decimal(WORK[kind][2]),
                state="GIVEN",
                excused=False,
                bonus=False,
                comment=self.random.choice(COMMENTS) if self.random.random() < 0.08 else None,
                given_at=at,
                changed_at=at,
                version=1,
                active=True,
            )

    def _mark(self, student: UUID) -> str:
        """A mark from the distribution of the school, shifted by the student's ability."""
        place = self.random.gauss(0.5 + self.able[student], 0.28)
        return SPREAD[min(max(int(place * len(SPREAD)), 0), len(SPREAD) - 1)]


SPREAD = [mark for mark, often in zip(MARKS, OFTEN, strict=True) for _ in range(often)]
NUMBERS = {token: FIVE_POINT.mark(token).number for token in MARKS}
MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
