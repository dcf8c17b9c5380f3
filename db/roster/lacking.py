"""What a school still lacks for a first lesson, and how each is added."""

from collections.abc import Iterator
from typing import Any

from domain import clock

COUNTS = """
  WITH open AS (
    SELECT t.id, t.class_group_id, t.whole_class FROM course t
    LEFT JOIN class_group g ON g.school_id = $1 AND g.id = t.class_group_id
    LEFT JOIN academic_year y ON y.school_id = $1
      AND y.id = COALESCE(t.academic_year_id, g.academic_year_id)
    WHERE t.school_id = $1 AND t.active AND (y.ends_on IS NULL OR y.ends_on >= $2)
  ), placed AS (
    SELECT t.course_id, t.class_group_id FROM enrolment t
    WHERE t.school_id = $1 AND t.active AND (t.ends_on IS NULL OR t.ends_on >= $2)
  )
  SELECT
    (SELECT count(*) FROM academic_year t WHERE t.school_id = $1 AND t.active
      AND t.ends_on >= $2) AS years,
    (SELECT count(*) FROM period t WHERE t.school_id = $1 AND t.active
      AND t.ends_on >= $2) AS periods,
    (SELECT count(*) FROM subject t WHERE t.school_id = $1 AND t.active) AS subjects,
    (SELECT count(*) FROM work_type t WHERE t.school_id = $1 AND t.active) AS kinds,
    (SELECT count(*) FROM student t WHERE t.school_id = $1 AND t.active
      AND (t.ends_on IS NULL OR t.ends_on >= $2)) AS students,
    (SELECT count(*) FROM teacher t WHERE t.school_id = $1 AND t.active
      AND (t.ends_on IS NULL OR t.ends_on >= $2)) AS teachers,
    (SELECT count(*) FROM open) AS courses,
    (SELECT count(*) FROM open WHERE NOT EXISTS (
      SELECT 1 FROM teaching g WHERE g.school_id = $1 AND g.course_id = open.id AND g.active
        AND (g.ends_on IS NULL OR g.ends_on >= $2))) AS untaught,
    (SELECT count(*) FROM placed) AS enrolments,
    (SELECT count(*) FROM open WHERE NOT EXISTS (
      SELECT 1 FROM placed WHERE placed.course_id = open.id
        OR (open.whole_class AND placed.class_group_id = open.class_group_id))) AS unlearnt,
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
    ("students", "students", "the mutation enrolStudents, or users.csv and roles.csv"),
    ("teachers", "teachers", "the mutation createTeachers, or users.csv and roles.csv"),
    ("courses", "courses of this year", "the mutation createCourse, or classes.csv"),
    ("enrolments", "students in classes or courses",
     "the mutation enrolStudents, or enrollments.csv"),
    ("lessons", "lessons of today or later",
     "the mutation generateLessons or addLesson, or lineItems.csv"),
)  # fmt: skip
SOME_OF = (
    ("untaught", "teachers", "the mutation assignTeacher, or enrollments.csv"),
    ("unlearnt", "students", "the mutation enrolStudent, or enrollments.csv"),
)
"""What some courses are without."""


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
    for name, whom, how in SOME_OF:
        if counts[name]:
            yield f"  {whom} of {counts[name]} of its {counts['courses']} courses: {how}"
