"""What became of homework in the demo school, homework of single students, and lessons that have
none."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from db.demo.plan import Ids
from db.demo.rows import Row, SchoolWriter

DAYS = timedelta(days=7)
"""How long ago homework was due of which it is known what became of it."""
CLOSED = 0.95
"""Of the lessons that were held, so many are closed."""
ALONE = 0.02
"""Of those for which none was set for all, so many have homework for one student alone."""
EXTRA = (
    "Repeat the words of the last two weeks, as we agreed.",
    "Hand in what was missed while you were ill.",
    "Two more exercises of the kind that went wrong in the test.",
)
HANDED_IN = (
    "See my notes, questions 1 to 3 are answered.",
    "I could not finish the last exercise.",
    "Done, and checked with a classmate.",
)
RETURNED = ("Please show how you got there.", "The last part is missing.")
OFTEN = {"ASSIGNED": 12, "DONE": 55, "HANDED_IN": 6, "ACCEPTED": 20, "RETURNED": 3, "MISSING": 4}
"""Of a hundred students so many are at each state, once homework is due."""


class HomeworkDone:
    """Made from chances and ids of its own, so that the rest of the school is what it was."""

    def __init__(self, school: SchoolWriter, accounts: Mapping[UUID, UUID]) -> None:
        self._school = school
        self._accounts = accounts
        self._random = Random(f"homework of {school.school_id}")
        self._ids = Ids(self._random, at=1_695_000_000_000)
        self._students = {course.id: course.students for course in school.plan.courses}

    def write(self) -> None:
        for row in self._school.rows["homework"]:
            row["student_ids"] = None
        with_work = {row["lesson_id"] for row in self._school.rows["homework"]}
        for lesson in self._school.rows["lesson"]:
            held = lesson["status"] == "HELD"
            lesson["homework_closed"] = held and self._random.random() < CLOSED
            if held and lesson["id"] not in with_work and self._random.random() < ALONE:
                self._alone(lesson)
        for row in self._school.rows["homework"]:
            if self._school.today - DAYS <= row["due_on"] <= self._school.today:
                self._became(row)

    def _alone(self, lesson: Row) -> None:
        due = self._school.calendar.week_after(lesson["day"])
        if due is None:
            return
        self._school.add(
            "homework",
            id=self._ids.new(),
            lesson_id=lesson["id"],
            course_id=lesson["course_id"],
            teacher_id=lesson["teacher_id"],
            lesson_day=lesson["day"],
            due_on=due,
            text=self._random.choice(EXTRA),
            expected_minutes=15,
            withdrawn=False,
            set_at=lesson["ends_at"],
            version=1,
            due_lesson_id=None,
            student_ids=[self._random.choice(self._students[lesson["course_id"]])],
        )

    def _became(self, homework: Row) -> None:
        students = homework["student_ids"] or self._students[homework["course_id"]]
        states = self._random.choices([*OFTEN], [*OFTEN.values()], k=len(students))
        for student, state in zip(students, states, strict=True):
            if state != "ASSIGNED":
                self._status(homework, student, state)

    def _status(self, homework: Row, student: UUID, state: str) -> None:
        """One step, by who takes it: the student after school, or the teacher on the day."""
        by_student = state in ("DONE", "HANDED_IN")
        person = student if by_student else homework["teacher_id"]
        at: datetime = homework["set_at"] + timedelta(hours=5 if by_student else 20)
        at = min(at, self._school.now)
        id_ = self._ids.new()
        self._school.add(
            "homework_status",
            id=id_,
            homework_id=homework["id"],
            student_id=student,
            course_id=homework["course_id"],
            day=homework["due_on"],
            state=state,
            text=self._random.choice(HANDED_IN) if state == "HANDED_IN" else None,
            comment=self._random.choice(RETURNED) if state == "RETURNED" else None,
            changed_at=at,
            version=1,
        )
        self._school.add_first_step("homework_status", id_, state, self._accounts[person], at=at)
