"""Lessons: who they are visible to, and how they are loaded, changed and told of."""

from db.projection import Source
from db.reading import lessons, replacements, timetable, vacancies
from db.tables.attendance import AttendanceTaking
from db.tables.courses import Course
from db.tables.lessons import Lesson
from db.writing.attendance import learners_of_lessons
from db.writing.lessons import LESSONS
from domain.audience import MEMBER, OFFICE, STAFF_OF, Audience
from domain.history import Step
from domain.notice_kinds import FAMILY, NoticeKind, Readers, Said
from domain.ties import TieName
from resolvers.declarations.noticing import coming, noticed, to_course
from resolvers.declarations.noun import Event, History, Noun
from resolvers.loaders import Loader
from resolvers.relations import Tie, course, mark, on_day, relate

# The tie to its teacher is for the feed: whoever holds a lesson for another hears of it, also
# before the day on which they may write in its course, and also that they hold it no more.
LESSON = Noun(
    Lesson,
    code="Le",
    visible_to=MEMBER,
    ties=(
        *course("course_id"),
        Tie(Audience.ADDRESSEE, TieName.TEACHER, "teacher_id", told_before=True),
    ),
    read=lessons.lessons_by_id,
    written=LESSONS,
    history=History("Lr", STAFF_OF | OFFICE),
    day="day",
    event=Event(
        "A lesson that was changed, as in its topic.",
        "Lessons that are changed, as in their topic",
        "What lessons are about: `lesson.topic_set`.",
    ),
    joined=Source(
        Lesson,
        through={
            "subject_id": ("course_id", Course, "subject_id"),
            "attendance_taken_at": ("id", AttendanceTaking, "at"),
        },
    ),
)
LessonById = LESSON.by_id
LessonsByCourse = Loader("LessonsByCourse", lessons.lessons_of_courses, "course_id", many=True)
LessonsByStudent = Loader(
    "LessonsByStudent", lessons.lessons_of_students, "student_id", many=True, of_courses=True
)
LessonsByTeacher = Loader("LessonsByTeacher", lessons.lessons_of_teachers, "teacher_id", many=True)
LearnersByLesson = Loader("LearnersByLesson", learners_of_lessons, "lesson_id", many=True)
OpenLessonsByTeacher = Loader(
    "OpenLessonsByTeacher", lessons.open_lessons_of_teachers, "teacher_id", many=True
)
OpenLessonsByClassGroup = Loader(
    "OpenLessonsByClassGroup", lessons.open_lessons_of_class_groups, "class_group_id", many=True
)
OpenLessonsCountedByTeacher = Loader(
    "OpenLessonsCountedByTeacher", lessons.open_lessons_counted_of_teachers, "teacher_id"
)
OpenLessonsCountedByClassGroup = Loader(
    "OpenLessonsCountedByClassGroup",
    lessons.open_lessons_counted_of_class_groups,
    "class_group_id",
)
# A student's line of a lesson, as of a journal.
relate("LessonRow", on_day(mark(), "day"), STAFF_OF)
TimetableByStudent = Loader(
    "TimetableByStudent",
    timetable.timetables_of_students,
    "student_id",
    many=True,
    of_courses=True,
)
TimetableByClassGroup = Loader(
    "TimetableByClassGroup", timetable.timetables_of_class_groups, "class_group_id", many=True
)
TimetableByTeacher = Loader(
    "TimetableByTeacher", timetable.timetables_of_teachers, "teacher_id", many=True
)
TimetableByRoom = Loader("TimetableByRoom", timetable.timetables_of_rooms, "room_id", many=True)
LessonsByReplaced = Loader("LessonsByReplaced", lessons.lessons_in_place, "replaces_id", many=True)
ReplacementsByLesson = Loader(
    "ReplacementsByLesson", replacements.replacements_of_lessons, "lesson_id", many=True
)
FreeTeachersByLesson = Loader(
    "FreeTeachersByLesson", vacancies.teachers_free_at_lessons, "lesson_id", many=True
)
FreeRoomsByLesson = Loader(
    "FreeRoomsByLesson", vacancies.rooms_free_at_lessons, "lesson_id", many=True
)
# What a lesson was before, to whoever may know of the lesson; why, to its staff.
relate("LessonReplacement", course("course_id"), MEMBER)
noticed(
    LESSON,
    NoticeKind.LESSON,
    {
        Step.CANCELLED: Said("A lesson is cancelled[: {subject}]", "Урок отменён[: {subject}]"),
        Step.MOVED: Said("A lesson was moved[: {subject}]", "Урок перенесён[: {subject}]"),
        Step.REPLACED: Said("A lesson was replaced[: {subject}]", "Замена урока[: {subject}]"),
        Step.JOINED: Said("A lesson was joined[: {subject}]", "Урок объединён[: {subject}]"),
    },
    to_course(FAMILY | Readers.STAFF),
    whom=FAMILY | Readers.STAFF,
    leads="/diary/week?view=day&date={day}&child=all",
    when=coming("day"),
    day="day",
)
