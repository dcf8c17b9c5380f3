"""The records that an export of one academic year writes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

Rows = dict[str, dict[UUID, Any]]
Chosen = dict[str, set[UUID]]
TIES = {"student": "enrolment", "teacher": "teaching"}


class UnknownYear(ValueError):
    """No school of the export has such a year; the message lists those that they have."""


@dataclass(frozen=True, slots=True)
class Year:
    """The year of each school, and what is of it."""

    ids: set[UUID]
    first: date
    last: date
    is_now: bool

    @classmethod
    def called(cls, name: str, rows: Rows, today: date) -> "Year":
        years = [row for row in rows["academic_year"].values() if row["active"]]
        found = [row for row in years if name in (row["name"], row["sourced_id"])]
        if not found:
            known = ", ".join(sorted({row["name"] for row in years})) or "none"
            raise UnknownYear(f"There is no academic year {name}; there is {known}")
        first = min(row["starts_on"] for row in found)
        last = max(row["ends_on"] for row in found)
        ids = {row["id"] for row in found}
        return cls(ids, first, last, first <= today <= last)

    def chosen(self, rows: Rows) -> Chosen:
        groups = {id_ for id_, row in rows["class_group"].items() if self._has(row)}
        yearless = {
            id_ for id_, row in rows["course"].items() if _year_of_course(row, rows) is None
        }
        courses = {
            id_ for id_, row in rows["course"].items() if _year_of_course(row, rows) in self.ids
        }
        found: Chosen = {"academic_year": self.ids, "class_group": groups}
        found["period"] = {id_ for id_, row in rows["period"].items() if self._has(row)}
        found["lesson"] = {
            id_
            for id_, row in rows["lesson"].items()
            if row["course_id"] in courses
            or (row["course_id"] in yearless and self.first <= row["day"] <= self.last)
        }
        courses |= {rows["lesson"][id_]["course_id"] for id_ in found["lesson"]}
        found["course"] = courses | (yearless if self.is_now else set())
        found["grade"] = {
            id_ for id_, row in rows["grade"].items() if row["lesson_id"] in found["lesson"]
        }
        for tie in ("enrolment", "teaching"):
            found[tie] = {
                id_
                for id_, row in rows[tie].items()
                if row.get("class_group_id") in groups or row["course_id"] in found["course"]
            }
        for kind in TIES:
            found[kind] = set(self._people(kind, found, rows))
        found["guardian"] = set(self._guardians(found, rows))
        for noun, user in (("subject", "course"), ("work_type", "grade")):
            found[noun] = self._unused(noun, user, rows) if self.is_now else set()
        return found

    def _has(self, row: Any) -> bool:
        return row["academic_year_id"] in self.ids

    def _people(self, kind: str, found: Chosen, rows: Rows) -> Iterator[UUID]:
        """Those with a tie of the year, and those who have no ties at all and were there in it."""
        tie = TIES[kind]
        tied = {row[f"{kind}_id"] for row in rows[tie].values() if row["active"]}
        for id_ in found[tie]:
            if rows[tie][id_]["active"]:
                yield rows[tie][id_][f"{kind}_id"]
        if kind == "teacher":
            for id_, row in rows["class_group"].items():
                leads = {row["class_teacher_id"], row["deputy_id"]} - {None}
                tied |= leads
                if id_ in found["class_group"]:
                    yield from leads
        for id_, row in rows[kind].items():
            if id_ not in tied and self.spans(row):
                yield id_

    def _guardians(self, found: Chosen, rows: Rows) -> Iterator[UUID]:
        with_children = set()
        for row in rows["guardianship"].values():
            with_children.add(row["guardian_id"])
            if row["student_id"] in found["student"] and self.spans(row):
                yield row["guardian_id"]
        for id_, row in rows["guardian"].items():
            if id_ not in with_children and self.spans(row):
                yield id_

    def spans(self, row: Any) -> bool:
        """Whether the days of the record and of the year have one in common."""
        begun = row["begins_on"] is None or row["begins_on"] <= self.last
        return begun and (row["ends_on"] is None or row["ends_on"] >= self.first)

    def _unused(self, noun: str, user: str, rows: Rows) -> set[UUID]:
        """Subjects without a course, and kinds of work without a grade, are of the year of today;
        others are of the years that use them."""
        return rows[noun].keys() - {row[f"{noun}_id"] for row in rows[user].values()}


def _year_of_course(row: Any, rows: Rows) -> UUID | None:
    """A course without a year has that of its class group."""
    year: UUID | None = row["academic_year_id"]
    if year is None and row["class_group_id"] is not None:
        year = rows["class_group"][row["class_group_id"]]["academic_year_id"]
    return year
