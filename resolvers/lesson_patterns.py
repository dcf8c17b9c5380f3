"""Weekly patterns: to every member of the school, as lessons are; their history to its office."""

from db.tables.lesson_patterns import LessonPattern
from db.writing.lesson_patterns import LESSON_PATTERNS
from domain.audience import MEMBER, OFFICE
from resolvers.declarations.noun import Event, History, Noun
from resolvers.relations import course

LESSON_PATTERN = Noun(
    LessonPattern,
    code="Lp",
    visible_to=MEMBER,
    ties=course("course_id"),
    written=LESSON_PATTERNS,
    history=History("Lv", OFFICE),
    event=Event(
        "An hour of a course's week that was set or ended.",
        "Hours of courses' weeks that are set or ended",
        "The weekly patterns of courses.",
    ),
)
LessonPatternById = LESSON_PATTERN.by_id
LessonPatternsByCourse = LESSON_PATTERN.by("course_id", "starts_on", "slot")
