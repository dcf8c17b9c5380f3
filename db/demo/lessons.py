"""Lessons of the demo school closed: all that were held, but for some of the last days."""

from datetime import timedelta
from random import Random

from db.demo.rows import SchoolWriter

DAYS = timedelta(days=4)
"""How far back some are open."""
OPEN = 0.12
"""Of the lessons of those days so many are not closed."""


class LessonsClosed:
    """Made from chances of its own, after all that is written of lessons that were held."""

    def __init__(self, school: SchoolWriter) -> None:
        self._school = school
        self._random = Random(f"lessons of {school.school_id}")

    def write(self) -> None:
        for lesson in self._school.rows["lesson"]:
            lesson["closed"] = lesson["status"] == "HELD"
            recent = lesson["day"] > self._school.today - DAYS
            if lesson["closed"] and recent and self._random.random() < OPEN:
                lesson |= {"closed": False, "homework_closed": False, "status": "PLANNED"}
