"""The export of schools as a roster. Importing it again changes nothing."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from db.roster.export_files import Line, manifest, sheet, target
from db.roster.export_rows import ExportRows, named, status
from db.roster.export_year import Year
from db.roster.gradebook import Gradebook
from db.roster.schools import BY_NUMBER
from db.roster.sessions import type_of
from db.roster.sql import fetch, of_schools, table
from domain import clock
from domain.oneroster.records import FILES
from domain.periods import school_day

PEOPLE = ("student", "teacher", "guardian")


async def export_roster(
    connection: Any, school_ids: Sequence[int], path: Path, year: str | None = None
) -> dict[str, int]:
    """Write the schools to a folder, or to a zip if the path ends in .zip; returns the number of
    lines of each file. With the name or roster id of an academic year, only what is of that year
    is written, or UnknownYear is raised."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        kept = await ExportRows.load(connection, school_ids)
        school = table("school")
        query = select(school).where(of_schools(school, list(school_ids)))
        schools = await fetch(connection, query.order_by(school.c.school_id))
    export = _Export(kept, schools, year)
    files = export.files()
    with target(Path(path)) as put:
        put("manifest.csv", manifest())
        for noun in FILES:
            put(f"{noun}.csv", sheet(noun, sorted(files[noun], key=_name)))
    return {noun: len(files[noun]) for noun in FILES}


def _name(line: Line) -> str:
    return str(line["sourcedId"])


class _Export:
    def __init__(self, kept: ExportRows, schools: list[Any], year: str | None) -> None:
        self.kept, self.schools = kept, schools
        self.org = {
            row["school_id"]: row["sourced_id"] or f"{BY_NUMBER}{row['school_id']}"
            for row in schools
        }
        self.zones = {row["school_id"]: row["time_zone"] for row in schools}
        now = clock.now()
        self.today = {school: school_day(now, zone) for school, zone in self.zones.items()}
        self.year: Year | None = None
        if year is not None:
            self.year = Year.called(year, kept.rows, max(self.today.values()))
            kept.chosen = self.year.chosen(kept.rows)

    def files(self) -> dict[str, list[Line]]:
        """The lines of each file. Files are built before those that they refer to, so that all
        referenced records are known."""
        files = Gradebook(self.kept, self.org, self.zones).files()
        files["enrollments"] = list(self.enrollments())
        files["classes"] = [*self.homerooms(), *self.courses()]
        files["courses"] = once(self.subjects())
        files["academicSessions"] = once(self.sessions())
        agents = self.agents()
        files["roles"] = list(self.roles())
        files["users"] = once(self.users(agents))
        files["demographics"] = once(self.demographics())
        files["orgs"] = [
            {"sourcedId": self.org[row["school_id"]], "name": row["name"], "type": "school"}
            | status(row)
            for row in self.schools
        ]
        return files

    def enrollments(self) -> Iterator[Line]:
        kept = self.kept
        for row in kept.written("enrolment"):
            noun = "course" if row["course_id"] else "class_group"
            where = noun, row[f"{noun}_id"]
            yield self.enrollment(row, where, ("student", row["student_id"]))
        for row in kept.written("teaching"):
            who = "teacher", row["teacher_id"]
            line = self.enrollment(row, ("course", row["course_id"]), who)
            yield {**line, "primary": row["main"]}
        for row in kept.written("class_group"):
            if row["class_teacher_id"] is not None:
                place, who = ("class_group", row["id"]), ("teacher", row["class_teacher_id"])
                line = self.enrollment(row, place, who)
                yield {**line, "sourcedId": f"{named(row)}~teacher", "primary": True, "status": ""}

    def enrollment(self, row: Any, place: tuple[str, Any], who: tuple[str, Any]) -> Line:
        self.kept.need(*place)
        self.kept.need(*who)
        return {
            "sourcedId": named(row),
            **status(row),
            "classSourcedId": self.kept.key(*place),
            "schoolSourcedId": self.org[row["school_id"]],
            "userSourcedId": self.kept.key(*who),
            "role": who[0],
            "beginDate": row.get("begins_on"),
            "endDate": row.get("ends_on"),
        }

    def courses(self) -> Iterator[Line]:
        for row in self.kept.written("course"):
            self.kept.need("subject", row["subject_id"])
            yield {
                **self.class_(row, row["title"], "scheduled"),
                "courseSourcedId": self.kept.key("subject", row["subject_id"]),
                "classCode": row["code"],
                "location": row["room"],
                "metadata.homeroomSourcedId": self.kept.key("class_group", row["class_group_id"]),
                "metadata.wholeHomeroom": row["whole_class"] or None,
                "metadata.withoutCourse": True if row["subject_id"] is None else None,
            }

    def homerooms(self) -> Iterator[Line]:
        for row in self.kept.written("course"):
            self.kept.need("class_group", row["class_group_id"])
        for row in self.kept.written("class_group"):
            yield {**self.class_(row, row["name"], "homeroom"), "grades": row["grade_level"]}

    def class_(self, row: Any, title: str, kind: str) -> Line:
        self.kept.need("academic_year", row["academic_year_id"])
        return {
            "sourcedId": named(row),
            **status(row),
            "title": title,
            "classType": kind,
            "schoolSourcedId": self.org[row["school_id"]],
            "termSourcedIds": self.kept.key("academic_year", row["academic_year_id"]),
        }

    def subjects(self) -> Iterator[Line]:
        for row in self.kept.written("subject"):
            yield {
                "sourcedId": named(row),
                **status(row),
                "title": row["name"],
                "courseCode": row["code"],
                "orgSourcedId": self.org[row["school_id"]],
            }

    def sessions(self) -> Iterator[Line]:
        periods = self.kept.rows["period"]
        for row in list(self.kept.written("period")):
            self.kept.need("academic_year", row["academic_year_id"])
            above = row["parent_id"]
            while above is not None:
                self.kept.need("period", above)
                above = periods[above]["parent_id"]
        for row in self.kept.written("academic_year"):
            yield self.session(row, "schoolYear", None, row["ends_on"].year)
        for row in self.kept.written("period"):
            year = self.kept.rows["academic_year"][row["academic_year_id"]]
            parent = self.kept.key("period", row["parent_id"]) or named(year)
            yield self.session(row, type_of(row["kind"]), parent, year["ends_on"].year)

    def session(self, row: Any, kind: str, parent: str | None, year: int) -> Line:
        return {
            "sourcedId": named(row),
            **status(row),
            "title": row["name"],
            "type": kind,
            "startDate": row["starts_on"],
            "endDate": row["ends_on"],
            "parentSourcedId": parent,
            "schoolYear": year,
        }

    def agents(self) -> dict[str, set[str]]:
        """By roster id, the current guardians of each student; for a year that is over, those of
        its last day."""
        found: dict[str, set[str]] = {}
        for row in self.kept.rows["guardianship"].values():
            day = self.today[row["school_id"]]
            if self.year is not None:
                day = min(day, self.year.last)
            begun = self.year is None or row["begins_on"] is None or row["begins_on"] <= day
            if begun and (row["ends_on"] is None or row["ends_on"] >= day):
                student = self.kept.rows["student"][row["student_id"]]
                needed = ("student", student["id"]) in self.kept.needed
                if needed or (student["active"] and self.kept.chooses("student", student["id"])):
                    self.kept.need("guardian", row["guardian_id"])
                    agent = self.kept.key("guardian", row["guardian_id"]) or ""
                    found.setdefault(named(student), set()).add(agent)
        return found

    def roles(self) -> Iterator[Line]:
        for kind in PEOPLE:
            for row in self.kept.written(kind):
                org = self.org[row["school_id"]]
                yield {
                    "sourcedId": f"{named(row)}~{kind}~{org}",
                    **status(row),
                    "userSourcedId": named(row),
                    "roleType": "primary",
                    "role": kind,
                    "beginDate": row["begins_on"],
                    "endDate": row["ends_on"],
                    "orgSourcedId": org,
                }

    def users(self, agents: dict[str, set[str]]) -> Iterator[Line]:
        for kind in PEOPLE:
            for row in self.kept.written(kind):
                yield {
                    "sourcedId": named(row),
                    "enabledUser": row["enabled"],
                    "username": row["username"] or named(row),
                    "givenName": row["given_name"],
                    "familyName": row["family_name"],
                    "middleName": row["middle_name"],
                    "identifier": row.get("identifier"),
                    "email": row["email"],
                    "phone": row["phone"],
                    "agentSourcedIds": ",".join(sorted(agents.get(named(row), ()))),
                    "grades": row.get("grade_level"),
                    "primaryOrgSourcedId": self.org[row["school_id"]],
                }

    def demographics(self) -> Iterator[Line]:
        for row in self.kept.written("student"):
            if row["born_on"] is not None or row["sex"] is not None:
                sex = (row["sex"] or "").lower()
                yield {"sourcedId": named(row), "birthDate": row["born_on"], "sex": sex}


def once(lines: Iterator[Line]) -> list[Line]:
    """Each roster id once. Schools may share a record; an active one is preferred."""
    found: dict[object, Line] = {}
    for line in lines:
        before = found.get(line["sourcedId"])
        if before is None or before.get("status"):
            found[line["sourcedId"]] = line
    return list(found.values())
