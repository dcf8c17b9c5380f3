"""Courses: who they are visible to, and how they are loaded."""

from db.projection import Source
from db.reading import courses
from db.tables.courses import Course
from domain.audience import MEMBER
from resolvers.declarations.noun import Noun
from resolvers.loaders import Loader
from resolvers.relations import course

COURSE = Noun(Course, code="Co", visible_to=MEMBER, ties=course("id"), joined=Source(Course))
CourseById = COURSE.by_id
CoursesByTeacher = Loader("CoursesByTeacher", courses.courses_of_teachers, "teacher_id", many=True)
CoursesByClassGroup = Loader(
    "CoursesByClassGroup", courses.courses_of_class_groups, "taker_id", many=True
)
CoursesByAcademicYear = Loader(
    "CoursesByAcademicYear", courses.courses_of_academic_years, "year_id", many=True
)
CoursesByStudent = Loader("CoursesByStudent", courses.courses_of_students, "student_id", many=True)
