"""A school's rosters of several Septembers: each has the new year alone, as most systems write it.

The generator keeps its own record of what each year was, so that a test can ask whether all of it
is still there years later.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any, Literal

from tests.store.small_roster import Desk, Roster, Row

Ids = Literal["new", "by level", "by cohort"]
"""How the system names classes: anew each year, "5A" for whoever is in the fifth, or one id that a
class keeps from its first year to its last."""
LEVELS = (1, 2, 3, 4)
SUBJECTS = ("Maths", "Reading")
Fact = tuple[str, ...]


@dataclass
class Facts:
    """What a year was: each fact as a tuple of names."""

    classes: set[Fact] = field(default_factory=set)
    places: set[Fact] = field(default_factory=set)
    teachings: set[Fact] = field(default_factory=set)
    guardians: set[Fact] = field(default_factory=set)
    grades: set[Fact] = field(default_factory=set)
    lessons: set[Fact] = field(default_factory=set)


@dataclass
class Septembers:
    """`cohorts` are the students by the year in which their class began."""

    ids: Ids
    chance: Random = field(default_factory=lambda: Random(15))
    cohorts: dict[int, list[str]] = field(default_factory=dict)
    born: int = 0
    left: dict[str, date] = field(default_factory=dict)
    facts: dict[int, Facts] = field(default_factory=dict)

    def turn(self, year: int) -> None:
        """Graduates and a leaver go, a new first class and a joiner come."""
        for cohort in (year - level + 1 for level in LEVELS):
            if cohort not in self.cohorts:
                self.cohorts[cohort] = [self.new() for _ in range(5)]
        last_day = date(year, 6, 30)
        self.left |= dict.fromkeys(self.cohorts.pop(year - len(LEVELS), ()), last_day)
        if len(self.facts):
            goes_on = self.cohorts[year - 1]
            self.left[goes_on.pop(self.chance.randrange(len(goes_on)))] = last_day
            self.cohorts[year - 2].append(self.new())
        self.facts[year] = Facts()

    def new(self) -> str:
        self.born += 1
        return f"s{self.born}"

    def teachers(self, year: int) -> list[str]:
        """Four at a time: each year the longest-serving one goes."""
        return [f"t{year - 2000 + each}" for each in LEVELS]

    def class_id(self, year: int, level: int) -> str:
        return {"new": f"{year}-{level}", "by level": f"l{level}", "by cohort": f"c{year - level}"}[
            self.ids
        ]

    def roster(self, year: int, *, marks: bool, gradebook: bool = True) -> Roster:
        """The file of the year; `marks` brings its works and results too."""
        made, facts = Roster(), self.facts[year]
        files: dict[str, list[Row]] = {noun: [] for noun in made.files}
        files["orgs"] = made.files["orgs"]
        files["academicSessions"] = list(_sessions(year))
        course_of = "" if self.ids != "new" else f"-{year}"
        for subject in SUBJECTS:
            row = {"sourcedId": f"{subject}{course_of}", "title": subject, "orgSourcedId": "o1"}
            files["courses"].append(row)
        files["categories"] = made.files["categories"]
        for name in self.teachers(year):
            files["users"].append(_user(name, "Teacher"))
            files["roles"].append(_role(year, name, "teacher"))
        for level, teacher in zip(LEVELS, self.teachers(year), strict=True):
            self._class(files, facts, year, level, teacher)
            if marks:
                self._works(files, facts, year, level)
        if not gradebook:
            for noun in ("categories", "lineItems", "results"):
                del files[noun]
        del files["demographics"]
        made.files = files
        return made

    def _class(
        self, files: dict[str, list[Row]], facts: Facts, year: int, level: int, teacher: str
    ) -> None:
        id_, title = self.class_id(year, level), f"{level}A"
        home = _class(year, f"h-{id_}", title, "homeroom")
        files["classes"].append(home)
        facts.classes.add((title,))
        for student in self.cohorts[year - level + 1]:
            guardian = f"g{student[1:]}"
            files["users"] += [_user(student, "Pupil", guardian), _user(guardian, "Parent")]
            files["roles"] += [
                _role(year, student, "student"),
                _role(year, guardian, "guardian"),
            ]
            files["enrollments"].append(_enrollment(f"h-{id_}", student, "student"))
            facts.places.add((student, title))
            facts.guardians.add((student, guardian))
        files["enrollments"].append(_enrollment(f"h-{id_}", teacher, "teacher"))
        for subject in SUBJECTS:
            named, called = f"{subject}-{id_}", f"{subject} {title}"
            course = f"{subject}-{year}" if self.ids == "new" else subject
            row = _class(year, named, called, "scheduled", course)
            files["classes"].append(row | {"metadata.homeroomSourcedId": f"h-{id_}"})
            facts.classes.add((called,))
            files["enrollments"].append(_enrollment(named, teacher, "teacher"))
            facts.teachings.add((teacher, called))
            for student in self.cohorts[year - level + 1]:
                files["enrollments"].append(_enrollment(named, student, "student"))
                facts.places.add((student, called))

    def _works(self, files: dict[str, list[Row]], facts: Facts, year: int, level: int) -> None:
        for subject in SUBJECTS:
            named, called = f"{subject}-{self.class_id(year, level)}", f"{subject} {level}A"
            for number, month in ((1, 10), (2, 11)):
                item = f"w-{named}-{number}"
                day = f"{year}-{month}-0{level}"
                files["lineItems"].append(
                    {
                        "sourcedId": item, "title": f"Test {number}", "assignDate": day,
                        "dueDate": day, "classSourcedId": named, "categorySourcedId": "a1",
                        "academicSessionSourcedId": f"a{year}", "resultValueMin": "0",
                        "resultValueMax": "20", "schoolSourcedId": "o1",
                    }
                )  # fmt: skip
                facts.lessons.add((called, day))
                for student in self.cohorts[year - level + 1]:
                    score = str(Random(f"{year}{item}{student}").randrange(21))
                    files["results"].append(
                        {
                            "sourcedId": f"x-{item}-{student}", "lineItemSourcedId": item,
                            "studentSourcedId": student, "scoreStatus": "fully graded",
                            "score": score, "scoreDate": day,
                        }
                    )  # fmt: skip
                    facts.grades.add((student, called, day, score))


def _sessions(year: int) -> Iterator[Row]:
    for name, title, kind, last, parent in (
        (f"y{year}", called(year), "schoolYear", f"{year + 1}-06-30", ""),
        (f"a{year}", "Autumn", "term", f"{year}-12-24", f"y{year}"),
    ):
        yield {
            "sourcedId": name, "title": title, "type": kind, "startDate": f"{year}-09-01",
            "endDate": last, "parentSourcedId": parent, "schoolYear": str(year + 1),
        }  # fmt: skip


def called(year: int) -> str:
    return f"{year}/{(year + 1) % 100:02}"


def _user(name: str, family: str, agent: str = "") -> Row:
    row = {"sourcedId": name, "enabledUser": "true", "username": name, "givenName": name}
    return row | {"familyName": family, "agentSourcedIds": agent}


def _role(year: int, user: str, role: str) -> Row:
    return {
        "sourcedId": f"r-{user}", "userSourcedId": user, "roleType": "primary", "role": role,
        "orgSourcedId": "o1", "beginDate": f"{year}-09-01",
    }  # fmt: skip


def _class(year: int, name: str, title: str, kind: str, course: str = "") -> Row:
    return {
        "sourcedId": name, "title": title, "courseSourcedId": course, "classType": kind,
        "schoolSourcedId": "o1", "termSourcedIds": f"a{year}",
    }  # fmt: skip


def _enrollment(place: str, user: str, role: str) -> Row:
    return {
        "sourcedId": f"e-{place}-{user}", "classSourcedId": place, "schoolSourcedId": "o1",
        "userSourcedId": user, "role": role, "primary": "true" if role == "teacher" else "",
    }  # fmt: skip


QUERIES = {
    "classes": "SELECT c.title FROM course c"
    " WHERE c.school_id = y.school_id AND c.academic_year_id = y.id AND c.active"
    " UNION ALL SELECT g.name FROM class_group g"
    " WHERE g.school_id = y.school_id AND g.academic_year_id = y.id AND g.active",
    "places": "SELECT s.given_name, COALESCE(c.title, g.name) FROM enrolment e"
    " JOIN student s ON s.school_id = e.school_id AND s.id = student_id AND s.active"
    " LEFT JOIN course c ON c.school_id = e.school_id AND c.id = course_id"
    " LEFT JOIN class_group g ON g.school_id = e.school_id AND g.id = e.class_group_id"
    " WHERE e.school_id = y.school_id"
    " AND COALESCE(c.academic_year_id, g.academic_year_id) = y.id AND e.active",
    "teachings": "SELECT t.given_name, c.title FROM teaching x"
    " JOIN course c ON c.school_id = x.school_id AND c.id = course_id"
    " JOIN teacher t ON t.school_id = x.school_id AND t.id = teacher_id AND t.active"
    " WHERE x.school_id = y.school_id AND c.academic_year_id = y.id AND x.active",
    "heads": "SELECT t.given_name, g.name FROM class_group g"
    " JOIN teacher t ON t.school_id = g.school_id AND t.id = class_teacher_id AND t.active"
    " WHERE g.school_id = y.school_id AND g.academic_year_id = y.id",
    "subjects": "SELECT c.title, s.name FROM course c"
    " JOIN subject s ON s.school_id = c.school_id AND s.id = subject_id AND s.active"
    " WHERE c.school_id = y.school_id AND c.academic_year_id = y.id",
    "periods": "SELECT p.name, p.starts_on::text FROM period p"
    " WHERE p.school_id = y.school_id AND academic_year_id = y.id AND p.active",
    "guardians": "SELECT DISTINCT s.given_name, p.given_name FROM guardianship x"
    " JOIN guardian p ON p.school_id = x.school_id AND p.id = guardian_id AND p.active"
    " JOIN student s ON s.school_id = x.school_id AND s.id = student_id"
    " JOIN enrolment e ON e.school_id = x.school_id AND e.student_id = s.id"
    " JOIN class_group g ON g.school_id = x.school_id AND g.id = e.class_group_id"
    " WHERE x.school_id = y.school_id AND g.academic_year_id = y.id AND x.ends_on IS NULL",
    "lessons": "SELECT c.title, l.day::text FROM lesson l"
    " JOIN course c ON c.school_id = l.school_id AND c.id = course_id"
    " WHERE l.school_id = y.school_id AND c.academic_year_id = y.id AND l.active"
    " AND l.day BETWEEN y.starts_on AND y.ends_on",
    "grades": "SELECT s.given_name, c.title, m.day::text, m.value FROM grade m"
    " JOIN student s ON s.school_id = m.school_id AND s.id = student_id"
    " JOIN course c ON c.school_id = m.school_id AND c.id = m.course_id"
    " JOIN lesson l ON l.school_id = m.school_id AND l.id = lesson_id AND l.course_id = c.id"
    " JOIN work_type w ON w.school_id = m.school_id AND w.id = m.work_type_id AND w.active"
    " WHERE m.school_id = y.school_id AND c.academic_year_id = y.id AND m.active"
    " AND m.state = 'GIVEN'",
    "homework": "SELECT c.title, h.text FROM homework h"
    " JOIN course c ON c.school_id = h.school_id AND c.id = h.course_id"
    " JOIN lesson l ON l.school_id = h.school_id AND l.id = lesson_id AND l.course_id = c.id"
    " WHERE h.school_id = y.school_id AND c.academic_year_id = y.id",
}
"""Each joins within one school, as a cluster can."""


async def picture(desk: Desk, noun: str, year: int) -> list[Fact]:
    """What the tables say of the year, in order; a fact that is there twice is told twice."""
    query = f"SELECT q.* FROM academic_year y, LATERAL ({QUERIES[noun]}) q"
    rows = await desk.rows(f"{query} WHERE y.name = $1 AND y.active", called(year))
    return sorted(tuple(map(str, row)) for row in rows)


async def set_homework(desk: Desk, year: int) -> None:
    """As teachers do: at every lesson of the year that has none."""
    await desk.connection.execute(
        "INSERT INTO homework (school_id, id, lesson_id, course_id, lesson_day, due_on, text,"
        " version, set_at, withdrawn) SELECT l.school_id, gen_random_uuid(), l.id, l.course_id,"
        " l.day, l.day + 1, 'Read ' || l.day, 1, now(), false FROM lesson l"
        " JOIN course c ON c.school_id = l.school_id AND c.id = l.course_id"
        " JOIN academic_year y ON y.school_id = l.school_id AND y.id = c.academic_year_id"
        " LEFT JOIN homework h ON h.school_id = l.school_id AND h.lesson_id = l.id"
        " WHERE y.name = $1 AND h.id IS NULL",
        called(year),
    )


def sorted_facts(facts: Any) -> list[Fact]:
    return sorted(facts)
