"""The gradebook files of an export: categories, line items and results."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from db.roster.export_files import Line
from db.roster.export_rows import ExportRows, named, status
from db.roster.line_items import ALIAS, UNTITLED
from db.roster.merge import OURS
from db.roster.scales import ALL, USUAL
from domain.scales import canonical


def _work(line: Line) -> tuple[object, object]:
    """The line item and the student of a result."""
    return line["lineItemSourcedId"], line["studentSourcedId"]


READY = {f"{OURS}marks", *(f"{OURS}{name}" for name in ALL)}


class Gradebook:
    def __init__(self, kept: ExportRows, org: dict[int, str], zones: dict[int, str]) -> None:
        self.kept, self.org = kept, org
        self.zones = {school: ZoneInfo(zone) for school, zone in zones.items()}
        self.items: dict[str, Line] = {}

    def files(self) -> dict[str, list[Line]]:
        results = list(self.results())
        several = Counter(map(_work, results))
        for line in results:
            if several[_work(line)] > 1:
                line["metadata.besideOthers"] = True
        for row in list(self.kept.written("lesson")):
            if (item := self.kept.rows["line_item"].get(row["id"])) is not None:
                self.item(row, item["work_type_id"], item["grade_scale_id"])
        categories: dict[str, Line] = {}
        for row in self.kept.written("work_type"):
            if named(row) not in categories or row["active"]:
                categories[named(row)] = {
                    "sourcedId": named(row),
                    **status(row),
                    "title": row["name"],
                    "weight": canonical(row["weight"]),
                }
        return {
            "results": results,
            "lineItems": list(self.items.values()),
            "categories": list(categories.values()),
        }

    def results(self) -> Iterator[Line]:
        for row in self.kept.written("grade"):
            if row["state"] == "WITHDRAWN":
                continue
            self.kept.need("student", row["student_id"])
            lesson = self.kept.rows["lesson"][row["lesson_id"]]
            yield {
                "sourcedId": named(row),
                **status(row),
                "lineItemSourcedId": self.item(lesson, row["work_type_id"], row["grade_scale_id"]),
                "studentSourcedId": self.kept.key("student", row["student_id"]),
                "scoreDate": self.day(row),
                "comment": row["comment"],
                "classSourcedId": self.kept.key("course", row["course_id"]),
                "missing": True if row["state"] == "DUE" else None,
                **self.score(row),
            }

    def day(self, row: Any) -> date:
        given: date = row["given_at"].astimezone(self.zones[row["school_id"]]).date()
        return given

    def score(self, row: Any) -> Line:
        scale = self.kept.rows["grade_scale"][row["grade_scale_id"]]
        said = "score" if '"POINTS"' in scale["definition"] else "textScore"
        if row["excused"]:
            return {"scoreStatus": "exempt", said: row["value"]}
        if row["value"] is None:
            return {"scoreStatus": "not submitted" if row["state"] == "DUE" else "submitted"}
        return {"scoreStatus": "fully graded", said: row["value"]}

    def item(self, lesson: Any, work_type: UUID, scale: UUID) -> str:
        """The line item for this work type and scale at the lesson. If it is not the roster's own,
        it gets an alias as its id."""
        kept = self.kept
        for noun, id_ in (("lesson", lesson["id"]), ("work_type", work_type)):
            kept.need(noun, id_)
        kept.need("course", lesson["course_id"])
        name, of_lesson = named(lesson), kept.rows["line_item"].get(lesson["id"])
        scale_key = kept.key("grade_scale", scale) or ""
        if of_lesson is not None and of_lesson["work_type_id"] == work_type:
            own = of_lesson["grade_scale_id"]
            if own == scale or scale_key in READY:
                if name not in self.items:
                    self.items[name] = self.line(name, lesson, of_lesson, (work_type, own))
                return name
        name = ALIAS.join((name, kept.key("work_type", work_type) or "", scale_key))
        if name not in self.items:
            self.items[name] = self.line(name, lesson, None, (work_type, scale))
        return name

    def line(self, name: str, lesson: Any, item: Any, graded: tuple[UUID, UUID]) -> Line:
        work_type, scale = graded
        course = self.kept.rows["course"][lesson["course_id"]]
        return {
            "sourcedId": name,
            **status(lesson),
            "title": lesson["topic"] or UNTITLED,
            "description": item["description"] if item is not None else None,
            "assignDate": item["assigned_on"] if item is not None else lesson["day"],
            "dueDate": item["due_on"] if item is not None else lesson["day"],
            "classSourcedId": named(course),
            "categorySourcedId": self.kept.key("work_type", work_type),
            "academicSessionSourcedId": self.session(lesson, course),
            "schoolSourcedId": self.org[lesson["school_id"]],
            **self.limits(scale),
        }

    def session(self, lesson: Any, course: Any) -> str | None:
        """The shortest period that contains the lesson's day, or else the course's year."""
        around = [
            row
            for row in self.kept.rows["period"].values()
            if row["active"]
            and self.kept.chooses("period", row["id"])
            and row["school_id"] == lesson["school_id"]
            and row["starts_on"] <= lesson["day"] <= row["ends_on"]
        ]
        if around:
            return named(min(around, key=lambda row: row["ends_on"] - row["starts_on"]))
        return self.kept.key("academic_year", course["academic_year_id"])

    def limits(self, scale: UUID) -> Line:
        if self.kept.key("grade_scale", scale) == USUAL:
            return {}
        data = json.loads(self.kept.rows["grade_scale"][scale]["definition"])
        return {"resultValueMin": data.get("minimum"), "resultValueMax": data.get("maximum")}
