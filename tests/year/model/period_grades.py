"""Grades of periods, as teachers have decided them."""

from tests.year.model.world import Course, Period, Student


class PeriodGrades:
    def __init__(self) -> None:
        self.of: dict[tuple[Student, Course, Period], str] = {}
