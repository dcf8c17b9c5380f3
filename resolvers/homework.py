"""Homework: who it is visible to, and how it is loaded, changed and told of."""

from collections.abc import Iterable

from db.reading import homework
from db.tables.homework import WITHDRAWAL, Homework
from db.writing.homework import HOMEWORK as WRITTEN
from domain.audience import CONCERNED, STAFF
from domain.history import Step
from domain.media import FileUse
from domain.notice_kinds import FAMILY, NoticeKind, Said
from resolvers.declarations.noticing import DUE, To, noticed
from resolvers.declarations.noun import Attachments, Event, History, Noun
from resolvers.loaders import Loader
from resolvers.relations import some_students

HOMEWORK = Noun(
    Homework,
    code="Ho",
    visible_to=CONCERNED,
    ties=some_students("student_ids", "course_id"),
    withdrawal=WITHDRAWAL,
    written=WRITTEN,
    history=History("Hr", CONCERNED),
    day="lesson_day",
    attached=Attachments(FileUse.HOMEWORK, by=STAFF, read_by=CONCERNED),
    event=Event(
        "Homework that was set, changed or withdrawn.",
        "Homework that is set, changed or withdrawn",
        "Homework set, changed and withdrawn: `homework.set` etc.",
    ),
)
HomeworkById = HOMEWORK.by_id
HomeworkByLesson = Loader("HomeworkByLesson", homework.homework_of_lessons, "lesson_id", many=True)
WithdrawnHomeworkByLesson = Loader(
    "WithdrawnHomeworkByLesson", homework.withdrawn_homework_of_lessons, "lesson_id", many=True
)
HomeworkByDueLesson = Loader(
    "HomeworkByDueLesson", homework.homework_due_at_lessons, "at_lesson_id", many=True
)
HomeworkDueByClassGroup = Loader(
    "HomeworkDueByClassGroup", homework.homework_due_in_class_groups, "class_group_id", many=True
)


def _learners(homework: Homework) -> Iterable[To]:
    if homework.student_ids is None:
        return [To(homework.course_id, FAMILY)]
    return [To(student, FAMILY) for student in homework.student_ids]


noticed(
    HOMEWORK,
    NoticeKind.HOMEWORK,
    {
        Step.SET: Said("New homework[ in {subject}]", "Новое задание[, {subject}]"),
        Step.CHANGED: Said("Homework was changed[ in {subject}]", "Задание изменено[, {subject}]"),
    },
    _learners,
    whom=FAMILY,
    leads="/diary/homework?child=all",
    when=lambda homework, today: not homework.withdrawn and homework.due_on >= today,
    day="lesson_day",
)
noticed(
    HOMEWORK,
    NoticeKind.HOMEWORK_DUE,
    {DUE: Said("Homework for tomorrow[ in {subject}]", "Задание на завтра[, {subject}]")},
    _learners,
    whom=FAMILY,
    leads="/diary/homework?child=all",
    day="lesson_day",
)
