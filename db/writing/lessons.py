"""Writing lessons."""

from db.tables.lessons import Lesson, LessonRevision
from db.writing.versioned import Versioned

LESSONS = Versioned(Lesson, LessonRevision, topic="LESSON")
