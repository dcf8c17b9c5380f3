"""A September by roster: another system, which has our export, sends the new year alone."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

from tests.year.actions.cast import GIVEN, family_name
from tests.year.actions.courses import main_teacher, of_year
from tests.year.actions.new_years import a_new_year, read_ids
from tests.year.actions.people import add_account
from tests.year.actions.septembers import TOP, stayers
from tests.year.calendar import a_year_later
from tests.year.model.ties import Ties
from tests.year.model.world import (
    NEVER,
    Course,
    Group,
    Guardian,
    Person,
    School,
    Student,
    Teacher,
    Year,
)
from tests.year.stage import Stage

Row = dict[str, str]
MADE_ANEW = ("academicSessions", "classes", "enrollments")
TAKEN_OVER = ("orgs", "courses", "users", "roles", "demographics")
PEOPLE = """
  query ($student: String!, $guardian: String!) { school {
    students(first: 2, where: {name: $student}) { edges { node { id } } }
    guardians(first: 2, where: {name: $guardian}) { edges { node { id } } } } }
"""


@dataclass
class Files:
    """What has been exported, and what is to be imported, by the name of the file."""

    columns: dict[str, list[str]] = field(default_factory=dict)
    old: dict[str, list[Row]] = field(default_factory=dict)
    new: dict[str, list[Row]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Files":
        found = cls()
        for path in folder.glob("*.csv"):
            with path.open(encoding="utf-8", newline="") as file:
                reader = csv.DictReader(file)
                found.old[path.stem] = list(reader)
                found.columns[path.stem] = list(reader.fieldnames or ())
        return found

    def put(self, name: str, **values: str) -> None:
        self.new.setdefault(name, []).append(values)

    def write(self, path: Path) -> None:
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            for name, columns in self.columns.items():
                if name == "manifest":
                    rows = [_absent(row, self.new) for row in self.old[name]]
                elif name in self.new:
                    rows = self.new[name]
                else:
                    continue
                with archive.open(f"{name}.csv", "w") as file:
                    lines = [columns, *([row.get(each, "") for each in columns] for row in rows)]
                    file.write("".join(_line(each) for each in lines).encode())


def _line(cells: list[str]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\r\n"


def _absent(row: Row, new: dict[str, list[Row]]) -> Row:
    name, value = row["propertyName"], row["value"]
    gone = name.startswith("file.") and name.removeprefix("file.") not in new
    return {"propertyName": name, "value": "absent" if gone else value}


async def by_roster(stage: Stage, school: School) -> None:
    """The office of the other system has the classes go up, and sends them in summer."""
    old = school.years[-1]
    new = a_new_year(old)
    with TemporaryDirectory(prefix="roster-") as folder:
        source, target = Path(folder, "out"), Path(folder, "in.zip")
        await stage.gateway.gradebook("export-roster", str(source), "--school", str(school.number))
        roster = Roster(stage, school, Files.read(source), old, new)
        roster.fill()
        roster.files.write(target)
        await stage.gateway.gradebook("import-roster", str(target), "--end-days", "inclusive")
    school.years.append(new)
    await roster.take_over()
    stage.tell(f"{new} comes with a roster", school, *roster.groups.values(), turns=True)


class Roster:
    def __init__(self, stage: Stage, school: School, files: Files, old: Year, new: Year) -> None:
        self.stage, self.school, self.files, self.old, self.new = stage, school, files, old, new
        self.groups: dict[Group, Group] = {}
        self.courses: dict[Course, tuple[Course, Teacher]] = {}
        self.newcomers: list[tuple[Student, Guardian, Group]] = []
        self.org = files.old["orgs"][0]["sourcedId"]

    def fill(self) -> None:
        for name in TAKEN_OVER:
            self.files.new[name] = list(self.files.old.get(name, []))
        self.sessions()
        self.homerooms()
        self.scheduled()
        self.newcomer(next(iter(self.groups.values())))

    def user(self, person: Person) -> str:
        """The roster's id of a person, who is found by name."""
        kind = type(person).__name__.lower()
        ids = {row["userSourcedId"] for row in self.files.old["roles"] if row["role"] == kind}
        found = [
            row["sourcedId"]
            for row in self.files.old["users"]
            if (row["givenName"], row["familyName"]) == (person.given, person.family)
            and row["sourcedId"] in ids
        ]
        assert len(found) == 1, (person, found)
        return found[0]

    def sessions(self) -> None:
        old_year = self.old_session()
        of_year = [
            row
            for row in self.files.old["academicSessions"]
            if row is old_year or self.is_within(row, old_year)
        ]
        for row in of_year:
            shifted = {
                "sourcedId": self.anew(row["sourcedId"]),
                "startDate": a_year_later(date.fromisoformat(row["startDate"])).isoformat(),
                "endDate": a_year_later(date.fromisoformat(row["endDate"])).isoformat(),
                "parentSourcedId": row["parentSourcedId"] and self.anew(row["parentSourcedId"]),
                "schoolYear": str(int(row["schoolYear"]) + 1),
                "title": self.new.name if row is old_year else row["title"],
            }
            self.files.put("academicSessions", **(row | shifted))

    def old_session(self) -> Row:
        return next(
            row
            for row in self.files.old["academicSessions"]
            if row["type"] == "schoolYear" and row["startDate"] == self.old.first.isoformat()
        )

    def is_within(self, row: Row, year: Row) -> bool:
        return year["startDate"] <= row["startDate"] and row["endDate"] <= year["endDate"]

    def anew(self, sourced_id: str) -> str:
        return f"{self.new.first.year}-{sourced_id}"

    def homerooms(self) -> None:
        term = self.anew(self.old_session()["sourcedId"])
        for group in of_year(self.school, self.old)[0]:
            if group.level == TOP:
                continue
            new = Group(
                school=self.school, year=self.new, level=group.level + 1,
                name=f"{group.level + 1}{group.name.lstrip('0123456789')}",
            )  # fmt: skip
            if group.class_teacher is not None and group.class_teacher.last == NEVER:
                new.class_teacher = group.class_teacher
            self.groups[group] = new
            name = self.homeroom(new)
            self.files.put(
                "classes", sourcedId=name, title=new.name, classType="homeroom",
                schoolSourcedId=self.org, termSourcedIds=term, grades=f"{new.level:02}",
            )  # fmt: skip
            if new.class_teacher is not None:
                self.enroll(name, new.class_teacher, primary="true")
            for student in stayers(self.stage, group):
                self.enroll(name, student)

    def homeroom(self, group: Group) -> str:
        return f"{self.new.first.year}-{group.name}"

    def enroll(
        self, place: str, person: Person, user: str | None = None, primary: str = ""
    ) -> None:
        user = user or self.user(person)
        role = type(person).__name__.lower()
        self.files.put(
            "enrollments", sourcedId=f"{place}~{user}", classSourcedId=place,
            schoolSourcedId=self.org, userSourcedId=user, role=role, primary=primary,
            beginDate=self.new.first.isoformat(),
        )  # fmt: skip

    def scheduled(self) -> None:
        term = self.anew(self.old_session()["sourcedId"])
        for course, new, teacher in self.continued():
            name = f"{self.new.first.year}-{new.title}"
            row = next(
                row
                for row in self.files.old["classes"]
                if row["title"] == course.title
                and row["termSourcedIds"] == self.old_session()["sourcedId"]
            )
            more = {"metadata.homeroomSourcedId": self.homeroom(new.group) if new.group else ""}
            own = {"sourcedId": name, "title": new.title, "termSourcedIds": term}
            self.files.put("classes", **(row | more | own))
            self.enroll(name, teacher, primary="true")
            for student in [] if course.whole else stayers(self.stage, course):
                self.enroll(name, student)

    def continued(self) -> Iterator[tuple[Course, Course, Teacher]]:
        for course in of_year(self.school, self.old)[1]:
            group = self.groups.get(course.group) if course.group else None
            if course.group is not None and group is None:
                continue
            subject = course.title.rpartition(" ")[0]
            new = Course(
                school=self.school, year=self.new, subject=course.subject, group=group,
                whole=course.whole, title=f"{subject} {group.name}" if group else course.title,
            )  # fmt: skip
            teacher = main_teacher(self.stage, course, course.year.last)
            if teacher is None or teacher.last != NEVER:
                teacher = next(each for each in self.school.teachers if each.last == NEVER)
            self.courses[course] = new, teacher
            yield course, new, teacher

    def newcomer(self, group: Group) -> None:
        """Somebody whom the roster brings, with a mother."""
        given, family = self.stage.chance.choice(GIVEN), family_name(self.stage)
        student = Student(school=self.school, given=given, family=family)
        mother = Guardian(school=self.school, given="Runa", family=family)
        for person, agents in ((mother, ""), (student, f"guardian-{family}")):
            role = type(person).__name__.lower()
            name = f"{role}-{family}"
            self.files.put(
                "users", sourcedId=name, enabledUser="true", username=name,
                givenName=person.given, familyName=family, agentSourcedIds=agents,
            )  # fmt: skip
            self.files.put(
                "roles", sourcedId=f"role-{name}", userSourcedId=name, roleType="primary",
                role=role, orgSourcedId=self.org,
            )  # fmt: skip
        self.enroll(self.homeroom(group), student, f"student-{family}")
        self.newcomers.append((student, mother, group))

    async def take_over(self) -> None:
        """What is there now, with the ids that it was given, is what the model has from now on."""
        await read_ids(
            self.stage,
            self.new,
            list(self.groups.values()),
            [one for one, _ in self.courses.values()],
        )
        for student, mother, _ in self.newcomers:
            await self.read_people(student, mother)
        ties, first = self.stage.world.of(Ties), self.new.first
        for group, new in self.groups.items():
            self.school.groups.append(new)
            for student in stayers(self.stage, group):
                ties.enrol(student, new, first)
        for course, (continued, teacher) in self.courses.items():
            self.school.courses.append(continued)
            ties.teach(continued, teacher, first)
            for student in [] if course.whole else stayers(self.stage, course):
                ties.enrol(student, continued, first)
        for student, mother, group in self.newcomers:
            self.school.students.append(student)
            self.school.guardians.append(mother)
            ties.enrol(student, group, first)
            ties.guard(student, mother, date.min, "GUARDIAN")
            await add_account(self.stage, student)
            await add_account(self.stage, mother)

    async def read_people(self, student: Student, mother: Guardian) -> None:
        names = {"student": student.name, "guardian": mother.name}
        answer = await self.stage.clients.ask(self.stage.head(self.school), PEOPLE, names)
        found = answer["data"]["school"]
        student.id = found["students"]["edges"][0]["node"]["id"]
        mother.id = found["guardians"]["edges"][0]["node"]["id"]
