"""What a school still lacks for a first lesson, and how each is added."""

from collections.abc import Iterator
from typing import Any

from domain import clock

COUNTS = """
  SELECT
    (SELECT count(*) FROM academic_year t WHERE t.school_id = $1 AND t.active
      AND t.ends_on >= $2) AS years,
    (SELECT count(*) FROM period t WHERE t.school_id = $1 AND t.active
      AND t.ends_on >= $2) AS periods,
    (SELECT count(*) FROM subject t WHERE t.school_id = $1 AND t.active) AS subjects,
    (SELECT count(*) FROM work_type t WHERE t.school_id = $1 AND t.active) AS kinds,
    (SELECT count(*) FROM student t WHERE t.school_id = $1 AND t.active) AS students,
    (SELECT count(*) FROM teacher t WHERE t.school_id = $1 AND t.active) AS teachers,
    (SELECT count(*) FROM course t WHERE t.school_id = $1 AND t.active) AS courses,
    (SELECT count(*) FROM course t WHERE t.school_id = $1 AND t.active AND NOT EXISTS (
      SELECT FROM teaching g WHERE g.school_id = $1 AND g.course_id = t.id
        AND g.active)) AS untaught,
    (SELECT count(*) FROM enrolment t WHERE t.school_id = $1 AND t.active) AS enrolments,
    (SELECT count(*) FROM lesson t WHERE t.school_id = $1 AND t.active AND t.day >= $2) AS lessons,
    (SELECT count(*) FROM membership t WHERE t.school_id = $1 AND t.role = 'HEAD') AS heads
"""
NONE_OF = (
    ("heads", "somebody who may administer it", "gradebook create-admin LOGIN --school {number}"),
    ("years", "an academic year of today or later",
     "the mutation createAcademicYears, or academicSessions.csv"),
    ("periods", "periods of that year, such as quarters",
     "the mutation createPeriods, or academicSessions.csv"),
    ("subjects", "subjects", "the mutation createSubjects, or courses.csv"),
    ("kinds", "kinds of work, such as a test", "the mutation createWorkTypes, or categories.csv"),
    ("students", "students", "a roster of them, or the mutations that enrol them"),
    ("teachers", "teachers", "a roster of them, or the mutations that add people"),
    ("courses", "courses", "classes.csv"),
    ("enrolments", "students in classes or courses", "enrollments.csv"),
    ("lessons", "lessons of today or later", "lineItems.csv, or the mutations for lessons"),
)  # fmt: skip


async def lacking(connection: Any, school: int) -> list[str]:
    """The lines of one list: what the school lacks, and how to add it; none where nothing is."""
    row = await connection.fetchrow(
        "SELECT name, time_zone FROM school WHERE school_id = $1", school
    )
    today = clock.today(row["time_zone"])
    counts = await connection.fetchrow(COUNTS, school, today)
    missing = list(_missing(school, counts))
    if row["time_zone"] == "UTC":
        how = f"gradebook set-zone {school} ZONE"
        missing.append(f"  its time zone, for it is in UTC: {how}")
    return [f"{row['name']} still needs for a first lesson:", *missing] if missing else []


def _missing(school: int, counts: Any) -> Iterator[str]:
    for name, what, how in NONE_OF:
        if not counts[name]:
            yield f"  {what}: {how.format(number=school)}"
    if counts["untaught"]:
        yield f"  teachers of {counts['untaught']} of its courses: enrollments.csv"
