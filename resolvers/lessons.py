"""Lessons: who they are visible to, and how they are loaded, changed and told of."""

from db.projection import Source
from db.reading import lessons
from db.tables.courses import Course
from db.tables.lessons import Lesson
from db.writing.lessons import LESSONS
from domain.audience import MEMBER, OFFICE, STAFF_OF
from resolvers.declarations.noun import Event, History, Noun
from resolvers.loaders import Loader
from resolvers.relations import course

LESSON = Noun(
    Lesson,
    code="Le",
    visible_to=MEMBER,
    ties=course("course_id"),
    read=lessons.lessons_by_id,
    written=LESSONS,
    history=History("Lr", STAFF_OF | OFFICE),
    day="day",
    event=Event(
        "A lesson that was changed, as in its topic.",
        "Lessons that are changed, as in their topic",
        "What lessons are about: `lesson.topic_set`.",
    ),
    joined=Source(Lesson, through={"subject_id": ("course_id", Course)}),
)
LessonById = LESSON.by_id
LessonsByCourse = Loader("LessonsByCourse", lessons.lessons_of_courses, "course_id", many=True)
LessonsByStudent = Loader("LessonsByStudent", lessons.lessons_of_students, "student_id", many=True)
LessonsByTeacher = Loader("LessonsByTeacher", lessons.lessons_of_teachers, "teacher_id", many=True)
