"""Grades of quarters, decided by teachers when these are over."""

from functools import partial

from tests.year.actions.courses import of_year
from tests.year.actions.periods import writer_of_course
from tests.year.actions.scenes import Scene
from tests.year.calendar import Played
from tests.year.model.period_grades import PeriodGrades
from tests.year.model.ties import students_in
from tests.year.model.world import Period
from tests.year.stage import Stage

COURSES = 3
VALUES = ("5", "4", "3")


def scenes(stage: Stage, played: Played) -> list[Scene]:
    """Of some courses of the first school, before the quarter is locked."""
    if played.year.school is not stage.world.schools[0]:
        return []
    quarters = [each for each in played.year.periods if each.kind == "QUARTER"]
    days = [(each, played.after(each.last)) for each in quarters]
    return [
        Scene(day, partial(decide, stage, quarter)) for quarter, day in days if day > quarter.last
    ]


async def decide(stage: Stage, quarter: Period) -> None:
    _, courses = of_year(quarter.year.school, quarter.year)
    for course in stage.some(courses, COURSES):
        writer = writer_of_course(stage, course) or stage.head(course.school)
        there = students_in(course, quarter.last, stage.world)
        if not there:
            continue
        values = {student: stage.chance.choice(VALUES) for student in there}
        rows = [
            {"student": student.id, "value": value, "because": "As the quarter went."}
            for student, value in values.items()
        ]
        given = {"course": course.id, "period": quarter.id, "rows": rows}
        await stage.clients.do(writer, ("decidePeriodGrades", given, "periodGrades { value }"))
        for student, value in values.items():
            stage.world.of(PeriodGrades).of[student, course, quarter] = value
        stage.tell(f"{writer} decides the grades of {course} in {quarter}", course)
