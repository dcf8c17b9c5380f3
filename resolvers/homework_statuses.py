"""What became of homework: who it is visible to, and how it is loaded, changed and told of."""

from db.reading import homework
from db.tables.homework_statuses import HomeworkStatus
from db.writing.homework_statuses import STATUSES
from domain.audience import CONCERNED, MEMBER
from domain.history import Step
from domain.media import FileUse
from domain.notice_kinds import FAMILY, NoticeKind, Readers, Said
from resolvers.declarations.noticing import noticed, to_course, to_student
from resolvers.declarations.noun import Attachments, Event, History, Noun
from resolvers.loaders import Loader
from resolvers.relations import mark, on_day, relate

HOMEWORK_STATUS = Noun(
    HomeworkStatus,
    code="Hs",
    visible_to=CONCERNED,
    ties=mark(),
    read=homework.homework_statuses_by_id,
    written=STATUSES,
    history=History("Ht", CONCERNED),
    day="day",
    attached=Attachments(FileUse.HAND_IN, by=MEMBER, read_by=CONCERNED),
    event=Event(
        "Homework that a student has done or handed in, or that was accepted, returned or found "
        "missing.",
        "Homework that a student has done or handed in, or that is accepted, returned or found "
        "missing",
        "What becomes of homework: `homework_status.handed_in` etc.",
    ),
)
HomeworkStatusById = HOMEWORK_STATUS.by_id
HomeworkByStudent = Loader(
    "HomeworkByStudent", homework.homework_of_students, "student_id", many=True
)
HomeworkCountedByStudent = Loader(
    "HomeworkCountedByStudent", homework.homework_counted_of_students, "student_id"
)
StudentsByHomework = Loader(
    "StudentsByHomework", homework.students_of_homework, "homework_id", many=True
)
# Where homework stands for a student, whether anything became of it or not.
relate("StudentHomework", on_day(mark(), "day"), CONCERNED)
noticed(
    HOMEWORK_STATUS,
    NoticeKind.HOMEWORK_STATUS,
    {
        Step.ACCEPTED: Said(
            "[{student}: ]homework was accepted[ in {subject}]",
            "[{student}: ]задание принято[, {subject}]",
        ),
        Step.RETURNED: Said(
            "[{student}: ]homework was returned[ in {subject}]",
            "[{student}: ]задание возвращено[, {subject}]",
        ),
        Step.MISSING: Said(
            "[{student}: ]homework is missing[ in {subject}]",
            "[{student}: ]задание не сдано[, {subject}]",
        ),
    },
    to_student(FAMILY),
    whom=FAMILY,
    leads="/diary/homework?child={student}",
)
noticed(
    HOMEWORK_STATUS,
    NoticeKind.HOMEWORK_STATUS,
    {
        Step.HANDED_IN: Said(
            "[{student}: ]homework was handed in[ in {subject}]",
            "[{student}: ]задание сдано[, {subject}]",
        )
    },
    to_course(Readers.STAFF),
    whom=Readers.STAFF,
    leads="/diary/journal/{course}",
)
