"""Materials of the demo school: what there is to read, to look at and to work with, in English and
in Russian; which homework refers to it, and who has opened it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from db.demo.names import SUBJECTS
from db.demo.plan import Ids
from db.demo.rows import Row, SchoolWriter
from domain.materials import MaterialKind
from domain.names import text_key

RUSSIAN = {
    "MA": "Математика", "DE": "Немецкий язык", "EN": "Английский язык", "FR": "Французский язык",
    "BI": "Биология", "PH": "Физика", "CH": "Химия", "HI": "История", "GE": "География",
    "AR": "Изобразительное искусство", "MU": "Музыка", "SP": "Физкультура",
}  # fmt: skip
K = MaterialKind
OF_SUBJECTS = (
    (K.LITERATURE, "{name}: a reader", "For whoever wants to read on; it is in the library."),
    (K.LITERATURE, "{russian}: книга для чтения", "Для тех, кто хочет больше; есть в библиотеке."),
    (K.LINK, "{name}: open collection", "Exercises with answers, by topics."),
)
OF_COURSES = (
    (K.LITERATURE, "{name}, textbook", "Chapters 1 to 9 this year; bring it to every lesson."),
    (K.LINK, "{russian}: задания для подготовки", "Повторение перед контрольными работами."),
    (K.FILES, "{name}: words and rules", "To be kept in the exercise book."),
)
OF_LESSONS = (
    (K.FILES, "Worksheet of the lesson", None),
    (K.FILES, "Карточки к уроку", "Для тех, кто болел."),
    (K.LINK, "What we looked at today", None),
)
SHARE = 0.08
"""Of the lessons of the last weeks so many have a material of their own."""
DAYS = timedelta(days=14)
REFERRED, OPENED, BY_GUARDIAN = 0.15, 0.4, 0.1
"""So much of the homework that is due these days refers to a material; so many students have opened
a material of the last weeks, and so many guardians."""


class Materials:
    """Made from chances and ids of their own, so that the rest of the school is what it was."""

    def __init__(self, school: SchoolWriter, accounts: Mapping[UUID, UUID]) -> None:
        self._school = school
        self._accounts = accounts
        self._random = Random(f"materials of {school.school_id}")
        self._ids = Ids(self._random, at=1_692_000_000_000)

    def write(self) -> None:
        courses = {course.id: course for course in self._school.plan.courses}
        of_course: dict[UUID, list[Row]] = {}
        for number, (name, code, _) in enumerate(SUBJECTS):
            teacher = self._school.teacher_of(number)
            for which in OF_SUBJECTS:
                subject = {"subject_id": self._school.subjects[number]}
                self._add(which, name, code, teacher, self._school.begun, **subject)
        for course in courses.values():
            name, code, _ = SUBJECTS[course.subject]
            of_course[course.id] = [
                self._add(
                    which, name, code, course.teacher, self._school.begun, course_id=course.id
                )
                for which in OF_COURSES
            ]
        for lesson in self._school.rows["lesson"]:
            recent = lesson["ends_at"] >= self._school.now - DAYS and lesson["status"] == "HELD"
            if recent and self._random.random() < SHARE:
                course = courses[lesson["course_id"]]
                row = self._of_lesson(lesson, *SUBJECTS[course.subject][:2])
                self._opened(row, course.students, lesson["ends_at"])
        for homework in self._school.rows["homework"]:
            due = abs(homework["due_on"] - self._school.today) <= DAYS
            refers = due and self._random.random() < REFERRED
            some = self._random.choice(of_course[homework["course_id"]])["id"] if refers else None
            homework["material_ids"] = None if some is None else [some]

    def _of_lesson(self, lesson: Row, name: str, code: str) -> Row:
        which = self._random.choice(OF_LESSONS)
        place = {each: lesson[each] for each in ("course_id", "day")}
        at = lesson["ends_at"]
        return self._add(
            which, name, code, lesson["teacher_id"], at, lesson_id=lesson["id"], **place
        )

    def _add(
        self,
        which: tuple[MaterialKind, str, str | None],
        name: str,
        code: str,
        teacher: UUID,
        at: datetime,
        **place: Any,
    ) -> Row:
        kind, title, description = which
        title = title.format(name=name, russian=RUSSIAN[code])
        link = f"https://reading.example/{code.lower()}" if kind is K.LINK else None
        row: Row = {
            "id": self._ids.new(),
            **dict.fromkeys(("subject_id", "course_id", "lesson_id", "day")),
            **place,
            "teacher_id": teacher,
            "kind": kind.value,
            "title": title,
            "description": description,
            "link": link,
            "word_key": text_key(title, description),
            "withdrawn": False,
            "added_at": at,
            "version": 1,
        }
        self._school.add("material", **row)
        return row

    def _opened(self, material: Row, students: list[UUID], at: datetime) -> None:
        """Some of the students, and some of their guardians, that evening."""
        at = min(at + timedelta(hours=4), self._school.now)
        for student in students:
            for person, share in (
                (student, OPENED),
                (self._school.guardian_of[student], BY_GUARDIAN),
            ):
                if self._random.random() < share:
                    self._school.add(
                        "material_opening",
                        id=self._ids.new(),
                        material_id=material["id"],
                        student_id=student,
                        account_id=self._accounts[person],
                        as_guardian=person != student,
                        at=at,
                    )
