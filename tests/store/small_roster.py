"""A small sound roster of 1.2, to be written as it is or bent, and the tables that it leads to."""

import csv
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any, Self
from zipfile import ZipFile

import pytest

from db.roster import Report, import_roster
from db.tables import metadata
from domain import clock

IN_TERM = datetime(2025, 10, 15, 9, tzinfo=UTC)
Row = dict[str, str]
Files = dict[str, list[Row]]
TABLES = (
    "school", "academic_year", "period", "subject", "class_group", "course", "teacher", "student",
    "guardian", "guardianship", "enrolment", "teaching", "work_type", "grade_scale", "lesson",
    "line_item", "grade", "grade_revision", "outbox",
)  # fmt: skip
IN_ORDER = {
    name: f"SELECT * FROM {name} ORDER BY {', '.join(metadata.tables[name].primary_key.c.keys())}"
    for name in TABLES
}
"""Each table's rows by its key: without an order a cluster gives them as its workers are read."""
NEEDED = {
    "orgs": "name,type",
    "academicSessions": "title,type,startDate,endDate,parentSourcedId,schoolYear",
    "courses": "title,orgSourcedId",
    "classes": "title,courseSourcedId,classType,schoolSourcedId,termSourcedIds",
    "users": "enabledUser,username,givenName,familyName,agentSourcedIds",
    "roles": "userSourcedId,roleType,role,orgSourcedId",
    "enrollments": "classSourcedId,schoolSourcedId,userSourcedId,role,primary",
    "demographics": "birthDate,sex",
    "categories": "title,weight",
    "lineItems": "title,assignDate,dueDate,classSourcedId,categorySourcedId,"
    "academicSessionSourcedId,resultValueMin,resultValueMax,schoolSourcedId",
    "results": "lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment,textScore",
}


def _users() -> list[Row]:
    people = ("t1 Tove Berg", "t2 Ulf Dahl", "s1 Ada Kern", "s2 Ben Lind", "g1 Eva Kern")
    rows = []
    for person in people:
        name, given, family = person.split()
        row = {"sourcedId": name, "enabledUser": "true", "username": name}
        rows.append(row | {"givenName": given, "familyName": family})
    rows[2] |= {"email": "ada@example.org", "agentSourcedIds": "g1", "grades": "07"}
    return rows


def _role(user: str, role: str) -> Row:
    return {
        "sourcedId": f"r-{user}",
        "userSourcedId": user,
        "roleType": "primary",
        "role": role,
        "orgSourcedId": "o1",
    }


def _enrollment(name: str, place: str, user: str, role: str, primary: str = "") -> Row:
    return {
        "sourcedId": name,
        "classSourcedId": place,
        "schoolSourcedId": "o1",
        "userSourcedId": user,
        "role": role,
        "primary": primary,
    }


def _class(name: str, title: str, kind: str, course: str = "") -> Row:
    return {
        "sourcedId": name,
        "title": title,
        "courseSourcedId": course,
        "classType": kind,
        "schoolSourcedId": "o1",
        "termSourcedIds": "q1",
    }


def _result(name: str, student: str, **said: str) -> Row:
    usual = {
        "sourcedId": name,
        "lineItemSourcedId": "l1",
        "studentSourcedId": student,
        "scoreStatus": "fully graded",
        "scoreDate": "2025-10-02",
    }
    return usual | said


def usual() -> Files:
    """One school, two teachers, two students, a guardian; a homeroom, a class, one test of it."""
    return {
        "orgs": [{"sourcedId": "o1", "name": "Hill School", "type": "school"}],
        "academicSessions": [
            {
                "sourcedId": name,
                "title": title,
                "type": kind,
                "startDate": "2025-09-01",
                "endDate": last,
                "parentSourcedId": parent,
                "schoolYear": "2026",
            }
            for name, title, kind, last, parent in (
                ("y1", "2025/26", "schoolYear", "2026-06-30", ""),
                ("q1", "Autumn", "term", "2025-12-24", "y1"),
            )
        ],
        "courses": [{"sourcedId": "c1", "title": "Physics", "orgSourcedId": "o1"}],
        "classes": [
            _class("h1", "7B", "homeroom"),
            _class("k1", "Physics 7B", "scheduled", "c1"),
        ],
        "users": _users(),
        "roles": [
            _role("t1", "teacher"),
            _role("t2", "teacher"),
            _role("s1", "student"),
            _role("s2", "student"),
            _role("g1", "guardian"),
        ],
        "enrollments": [
            _enrollment("e1", "h1", "s1", "student"),
            _enrollment("e2", "h1", "s2", "student"),
            _enrollment("e3", "k1", "s1", "student"),
            _enrollment("e4", "k1", "s2", "student"),
            _enrollment("e5", "k1", "t1", "teacher", "true"),
            _enrollment("e6", "h1", "t2", "teacher", "true"),
        ],
        "demographics": [{"sourcedId": "s1", "birthDate": "2013-05-01", "sex": "female"}],
        "categories": [{"sourcedId": "a1", "title": "Test", "weight": "2"}],
        "lineItems": [
            {
                "sourcedId": "l1",
                "title": "Forces",
                "assignDate": "2025-09-25",
                "dueDate": "2025-10-01",
                "classSourcedId": "k1",
                "categorySourcedId": "a1",
                "academicSessionSourcedId": "q1",
                "resultValueMin": "0",
                "resultValueMax": "20",
                "schoolSourcedId": "o1",
            }
        ],
        "results": [
            _result("x1", "s1", score="17.5", comment="Careful work"),
            _result("x2", "s2", scoreStatus="not submitted"),
        ],
    }


@dataclass
class Roster:
    """Rows by file; `columns` and `modes` hold what differs from the usual."""

    files: Files = field(default_factory=usual)
    columns: dict[str, list[str]] = field(default_factory=dict)
    modes: dict[str, str] = field(default_factory=dict)
    version: str = "1.2"

    def row(self, noun: str, sourced_id: str) -> Row:
        (found,) = [each for each in self.files[noun] if each["sourcedId"] == sourced_id]
        return found

    def put(self, noun: str, sourced_id: str, **said: str) -> Self:
        self.row(noun, sourced_id).update(said)
        return self

    def add(self, noun: str, like: str, sourced_id: str, **said: str) -> Self:
        """One more row, like another but for this."""
        self.files[noun].append(self.row(noun, like) | {"sourcedId": sourced_id} | said)
        return self

    def drop(self, noun: str, *sourced_ids: str) -> Self:
        self.files[noun] = [
            each for each in self.files[noun] if each["sourcedId"] not in sourced_ids
        ]
        return self

    def only(self, *nouns: str) -> Self:
        self.files = {noun: self.files[noun] for noun in nouns}
        return self

    def delta(self) -> Self:
        self.modes = dict.fromkeys(self.files, "delta")
        for rows in self.files.values():
            for row in rows:
                row.setdefault("status", "active")
                row.setdefault("dateLastModified", "2025-10-03T08:00:00.000Z")
        return self

    def copy(self) -> "Roster":
        return deepcopy(self)

    def texts(self) -> dict[str, str]:
        modes = dict.fromkeys(self.files, "bulk") | self.modes
        manifest = [["propertyName", "value"], ["manifest.version", "1.0"]]
        manifest += [["oneroster.version", self.version]]
        manifest += [[f"file.{noun}", mode] for noun, mode in modes.items()]
        made = {"manifest.csv": written(manifest)}
        for noun, rows in self.files.items():
            header = self.columns.get(noun) or _header(noun, rows)
            lines = [header, *([row.get(name, "") for name in header] for row in rows)]
            made[f"{noun}.csv"] = written(lines)
        return made

    def to(self, folder: Path) -> Path:
        return put_files(folder, self.texts())

    def zip(self, path: Path, inside: str = "") -> Path:
        with ZipFile(path, "w") as archive:
            for name, text in self.texts().items():
                archive.writestr(f"{inside}{name}", text)
        return path


def _header(noun: str, rows: list[Row]) -> list[str]:
    usual = ["sourcedId", "status", "dateLastModified", *NEEDED[noun].split(",")]
    return list(dict.fromkeys([*usual, *(name for row in rows for name in row)]))


def written(lines: list[list[str]]) -> str:
    out = StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return out.getvalue()


def put_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """The folder with these files and no others."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, text in files.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


@pytest.fixture
def in_term() -> Iterator[None]:
    """A day of the usual roster's year, by the one clock."""
    with clock.at(IN_TERM):
        yield


@dataclass(frozen=True)
class Desk:
    """Where rosters are brought in: a database, and a folder for them."""

    connection: Any
    folder: Path

    async def bring(self, roster: Roster | Path, **options: Any) -> Report:
        return await import_roster(self.connection, self.placed(roster), **options)

    def placed(self, roster: Roster | Path) -> Path:
        return roster if isinstance(roster, Path) else roster.to(self.folder)

    async def brought(self, roster: Roster | Path, **options: Any) -> Report:
        """The report of an import that has to succeed."""
        report = await self.bring(roster, **options)
        assert report.written, report.lines()
        return report

    async def rows(self, query: str, *arguments: object) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await self.connection.fetch(query, *arguments)]

    async def tables(self) -> dict[str, list[Any]]:
        """Every row of every table that a roster may touch, to the last column."""
        return {name: list(await self.connection.fetch(IN_ORDER[name])) for name in TABLES}


def changes(report: Report) -> dict[str, tuple[int, int, int]]:
    """What was created, changed, and made inactive or ended, where anything was."""
    return {
        noun: (each.created, each.changed, each.made_inactive + each.ended)
        for noun, each in report.changes.items()
        if each.any
    }
