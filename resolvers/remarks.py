"""Remarks: who they are visible to, and how they are loaded, changed and told of."""

from db.reading import remarks
from db.tables.remarks import WITHDRAWAL, Remark
from db.writing.remarks import REMARKS
from domain.audience import AUTHOR, CONCERNED
from domain.history import Step
from domain.notice_kinds import FAMILY, NoticeKind, Readers, Said
from resolvers.declarations.noticing import To, noticed
from resolvers.declarations.noun import Event, History, Noun
from resolvers.loaders import Loader
from resolvers.relations import author, mark

REMARK = Noun(
    Remark,
    code="Rm",
    visible_to=CONCERNED | AUTHOR,
    ties=(*mark(), *author()),
    withdrawal=WITHDRAWAL,
    written=REMARKS,
    history=History("Rr", CONCERNED | AUTHOR),
    day="day",
    event=Event(
        "A remark that was written, changed, withdrawn or replied to.",
        "Remarks that are written, changed, withdrawn or replied to",
        "Remarks on students: `remark.added` etc.",
    ),
)
RemarksByStudent = REMARK.by("student_id", "day", "written_at", spanning=True)
RepliesByRemark = Loader("RepliesByRemark", remarks.replies_of_remarks, "remark_id", many=True)
noticed(
    REMARK,
    NoticeKind.REMARK,
    {
        Step.ADDED: Said("[{student}: ]a new remark", "[{student}: ]новое замечание"),
        Step.CHANGED: Said("[{student}: ]a remark was changed", "[{student}: ]замечание изменено"),
    },
    lambda remark: [To(remark.student_id, FAMILY)],
    whom=FAMILY,
    leads="/diary/week?view=day&date={day}&child={student}",
    day="day",
    when=lambda remark, _: not remark.withdrawn,
)
noticed(
    REMARK,
    NoticeKind.REMARK,
    {
        Step.REPLIED: Said(
            "[{student}: ]a remark was replied to", "[{student}: ]ответ на замечание"
        ),
    },
    lambda remark: [To(remark.student_id, FAMILY), To(remark.author_id, Readers.ACCOUNT)],
    whom=FAMILY | Readers.ACCOUNT,
    leads="/diary/week?view=day&date={day}&child={student}",
    day="day",
    when=lambda remark, _: not remark.withdrawn,
)
