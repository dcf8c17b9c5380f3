"""Notices of absence: who they are visible to, and how they are loaded, changed and told of."""

from db.reading import absence_notices
from db.tables.absence_notices import AbsenceNotice
from db.writing.absence_notices import ABSENCE_NOTICES
from domain.audience import AUTHOR, FAMILY, KEEPERS, MEMBER
from domain.history import Step
from domain.media import FileUse
from domain.notice_kinds import FAMILY as NOTICED_FAMILY
from domain.notice_kinds import NoticeKind, Readers, Said
from resolvers.declarations.noticing import noticed, to_student
from resolvers.declarations.noun import Attachments, Event, History, Noun
from resolvers.loaders import Loader
from resolvers.relations import author, student

ABSENCE_NOTICE = Noun(
    AbsenceNotice,
    code="An",
    visible_to=FAMILY | KEEPERS | AUTHOR,
    ties=(*student("student_id"), *author()),
    written=ABSENCE_NOTICES,
    history=History("Nr", FAMILY | KEEPERS | AUTHOR),
    day="starts_on",
    attached=Attachments(
        FileUse.ABSENCE_NOTICE, by=MEMBER, read_by=FAMILY | KEEPERS | AUTHOR, most=5
    ),
    event=Event(
        "An absence that was announced, changed, accepted, refused or taken back.",
        "Absences that are announced, changed, accepted, refused or taken back",
        "Notices of absence: `absence_notice.announced` etc.",
    ),
)
AbsenceNoticeById = ABSENCE_NOTICE.by_id
AbsenceNoticesByStudent = Loader(
    "AbsenceNoticesByStudent", absence_notices.absence_notices_of_students, "student_id", many=True
)
AbsenceNoticesByClassGroup = Loader(
    "AbsenceNoticesByClassGroup",
    absence_notices.absence_notices_of_class_groups,
    "class_group_id",
    many=True,
)
noticed(
    ABSENCE_NOTICE,
    NoticeKind.ABSENCE_NOTICE,
    {
        Step.ANNOUNCED: Said(
            "[{student}: ]an absence was announced", "[{student}: ]сообщили об отсутствии"
        ),
    },
    to_student(Readers.STAFF),
    whom=Readers.STAFF,
    leads="/diary/lessons",
)
noticed(
    ABSENCE_NOTICE,
    NoticeKind.ABSENCE_NOTICE,
    {
        Step.ACCEPTED: Said(
            "[{student}: ]the absence was excused", "[{student}: ]отсутствие признано уважительным"
        ),
        Step.REFUSED: Said(
            "[{student}: ]the absence was not excused",
            "[{student}: ]причина отсутствия не принята",
        ),
    },
    to_student(NOTICED_FAMILY),
    whom=NOTICED_FAMILY,
    leads="/diary/absences?child={student}",
)
