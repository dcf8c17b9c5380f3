"""The parts of an export: a table each, with the names of what its records lead to.

Every table that names students is a part, or is listed in `LEFT_OUT` with the reason.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ClauseElement, Table, Uuid, any_, bindparam, case, func, null, or_, select
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import SQLModel

from db.reading.parts import SCHOOL, table
from db.reading.records import named
from db.statement import Statement
from db.tables import (
    absence_notices,
    attendance,
    grades,
    homework_statuses,
    period_grades,
    remarks,
)
from db.tables.accounts import Account, Membership
from db.tables.audit import AuditEntry
from db.tables.courses import Enrolment
from db.tables.diary_signatures import DiarySignature
from db.tables.events import EventReply
from db.tables.files import File
from db.tables.forum import ForumAnswer, ForumTopic
from db.tables.guardians import Guardianship
from db.tables.history import Revision, Withdrawal, key_of
from db.tables.homework import WITHDRAWAL as HOMEWORK_WITHDRAWAL
from db.tables.homework import Homework
from db.tables.materials import MaterialOpening
from db.tables.messages import WITHDRAWAL as MESSAGE_WITHDRAWAL
from db.tables.messages import Message
from db.tables.moderation import ChildRestriction
from db.tables.pages import Page
from db.tables.posts import Comment, Post
from db.tables.quizzes import QuizTry
from db.tables.students import Student
from db.tables.surveys import SurveyAnswer
from db.tables.tie_steps import TieStep
from domain.audience import FAMILY, HEAD, REACHING, Audience
from domain.own_data_texts import BEFORE
from domain.own_data_texts import COLUMNS as HEADINGS
from domain.own_data_texts import PARTS as TITLES

ALL = FAMILY | HEAD
IN_CUSTODY = REACHING | HEAD
"""Not to guardians whom a restriction keeps from contacts and from who else is a guardian."""
WRITERS = Audience.SELF | HEAD
"""Of what the child writes to others. Guardians are left out: they read it in `Student.writings`,
as long as the school lets them."""
STUDENT = bindparam("student", type_=Uuid())
FILES, IN_ARCHIVE = "files", "in_archive"
"""The part of files, and its column that says where in the archive each is."""
NEVER = frozenset({
    "school_id", "student_id", "student_ids", "sourced_id", "sort_key", "search_key", "active",
    "material_ids", "enabled", "number", "named_by_guardian", "scale_from_roster", "digest",
    "origin",
})  # fmt: skip
"""Columns by which the gateway works, and which say nothing about the student."""
NAMES: Mapping[str, tuple[str, ...]] = {
    "course": ("title",),
    "class_group": ("name",),
    "lesson": ("starts_at",),
    "work_type": ("name",),
    "subject": ("name",),
    "period": ("name",),
    "grade_scale": ("name",),
    "homework": ("text",),
    "material": ("title",),
    "quiz": ("title",),
    "school_event": ("title",),
    "survey": ("title",),
    "teacher": ("given_name", "family_name"),
    "guardian": ("given_name", "family_name"),
    "account": ("display_name",),
}
"""What stands in place of an id: columns of the record that it leads to."""


@dataclass(frozen=True, slots=True)
class Part:
    """Records of a student, by `student`, in an order; for whom of the student it is."""

    name: str
    audience: Audience
    columns: tuple[str, ...]
    statement: Statement[Any]


def part(
    model: type[SQLModel],
    name: str,
    *order: str,
    audience: Audience = ALL,
    only: tuple[str, ...] = (),
    without: tuple[str, ...] = (),
    withdrawal: Withdrawal | None = None,
    of: ColumnElement[bool] | None = None,
) -> Part:
    """Of a table; `only` some of its columns, or all `without` some."""
    own = table(model)
    targets = _targets(own)
    columns: list[ColumnElement[Any]] = []
    joins: list[tuple[Any, ColumnElement[bool]]] = []
    for column in own.c:
        if column.name in NEVER or column.name in without or (only and column.name not in only):
            continue
        target = targets.get(column.name)
        if target is None or target.name not in NAMES:
            columns.append(_shown(own, column, withdrawal))
            continue
        to = target.alias(f"of_{column.name}")
        same = to.c.id == column
        if "school_id" in to.c:
            same &= to.c.school_id == own.c.school_id
        joins.append((to, same))
        values = [to.c[each] for each in NAMES[target.name]]
        value: ColumnElement[Any] = func.concat_ws(" ", *values)
        if len(values) == 1:
            value = values[0]
        if "withdrawn" in to.c:  # a withdrawn one may have been meant for another
            value = case((~to.c.withdrawn, value))
        columns.append(value.label(column.name.removesuffix("_id")))
    student = own.c.student_id == STUDENT if of is None else of

    def build() -> ClauseElement:
        source: Any = own
        for to, same in joins:
            source = source.outerjoin(to, same)
        found = select(*columns).select_from(source).where(own.c.school_id == SCHOOL, student)
        return found.order_by(*(own.c[each] for each in (*order, "id")))

    names = tuple(str(column.key) for column in columns)
    return Part(name, audience, names, named(f"own_{name}", model, build))


def history(
    model: type[SQLModel], steps: type[Revision], name: str, withdrawal: Withdrawal | None = None
) -> Part:
    """The steps of a table's records: what each column was before. As the family reads them, there
    are none of what was withdrawn."""
    own, step = table(model), table(steps)
    key = step.c[key_of(own)]
    before = [column for column in step.c if column.name.endswith("_before")]
    columns: list[ColumnElement[Any]] = [
        key.label("record"), step.c.version, step.c.change, step.c.at, step.c.reason,
        *(column for column in before if not column.name.endswith("_id_before")),
    ]  # fmt: skip

    def build() -> ClauseElement:
        same = (own.c.school_id == step.c.school_id) & (own.c.id == key)
        found = select(*columns).select_from(step.join(own, same))
        found = found.where(own.c.school_id == SCHOOL, own.c.student_id == STUDENT)
        if withdrawal is not None:
            found = found.where(~withdrawal.when(own))
        return found.order_by(key, step.c.version)

    names = tuple(str(column.key) for column in columns)
    return Part(name, ALL, names, named(f"own_{name}", steps, build))


def _replies() -> Part:
    own, remark, account = table(remarks.RemarkReply), table(remarks.Remark), table(Account)
    columns = own.c.remark_id.label("record"), account.c.display_name.label("author"), own.c.text
    withdrawn = remarks.WITHDRAWAL.when(remark)

    def build() -> ClauseElement:
        same = (remark.c.school_id == own.c.school_id) & (remark.c.id == own.c.remark_id)
        found = select(*columns, own.c.at).select_from(own.join(remark, same))
        found = found.join(account, account.c.id == own.c.author_id)
        return found.where(
            own.c.school_id == SCHOOL, remark.c.student_id == STUDENT, ~withdrawn
        ).order_by(own.c.at, own.c.id)

    names = "record", "author", "text", "at"
    return Part(
        "remark_replies", ALL, names, named("own_remark_replies", remarks.RemarkReply, build)
    )


def _files() -> Part:
    """Of homework that was handed in and of notices; their bytes are in the archive's folder."""
    own = table(File)
    records = [
        select(each.c.id).where(each.c.school_id == SCHOOL, each.c.student_id == STUDENT)
        for each in (table(homework_statuses.HomeworkStatus), table(absence_notices.AbsenceNotice))
    ]
    columns = own.c.record_id.label("record"), own.c.name, own.c.media_type, own.c.size

    def build() -> ClauseElement:
        found = select(*columns, own.c.uploaded_at, own.c.id).where(
            own.c.school_id == SCHOOL,
            own.c.detached_at.is_(None),
            or_(*(own.c.record_id.in_(each) for each in records)),
        )
        return found.order_by(own.c.uploaded_at, own.c.id)

    names = "record", "name", "media_type", "size", "uploaded_at", IN_ARCHIVE
    return Part(FILES, ALL, names, named("own_files", File, build))


def _audit() -> Part:
    own, account = table(AuditEntry), table(Account)
    columns = own.c.at, account.c.display_name.label("by"), own.c.change, own.c.noun, own.c.what

    def build() -> ClauseElement:
        found = select(*columns).outerjoin(account, account.c.id == own.c.account_id)
        found = found.where(own.c.school_id == SCHOOL, own.c.student_id == STUDENT)
        return found.order_by(own.c.number)

    names = "at", "by", "change", "noun", "what"
    return Part("audit", IN_CUSTODY, names, named("own_audit", AuditEntry, build))


def _shown(
    own: Table, column: ColumnElement[Any], withdrawal: Withdrawal | None
) -> ColumnElement[Any]:
    if withdrawal is None or column.key not in withdrawal.hidden:
        return column
    return case((withdrawal.when(own), null()), else_=column).label(column.key)


def _targets(own: Table) -> Mapping[str, Table]:
    """By its columns, the tables that these lead to."""
    return {
        constraint.column_keys[-1]: constraint.referred_table
        for constraint in own.foreign_key_constraints
        if constraint.column_keys[-1] != "school_id"
    }


PERSON = (
    "given_name", "family_name", "middle_name", "identifier", "grade_level", "born_on", "sex",
    "username", "begins_on", "ends_on",
)  # fmt: skip
ITSELF = table(Student).c.id == STUDENT
FOR_THEM = any_(table(Homework).c.student_ids) == STUDENT
OPENED_BY_THEM = (table(MaterialOpening).c.student_id == STUDENT) & ~table(
    MaterialOpening
).c.as_guardian
ON_THEIR_PAGE = ~table(Post).c.withdrawn & table(Post).c.page_id.in_(
    select(table(Page).c.id).where(
        table(Page).c.school_id == SCHOOL, table(Page).c.student_id == STUDENT
    )
)


def written_by_them(model: type[SQLModel], column: str = "author_id") -> ColumnElement[bool]:
    """What accounts of the student's have written; the column has the account."""
    held = table(Membership)
    theirs = select(held.c.account_id).where(
        held.c.school_id == SCHOOL, held.c.student_id == STUDENT
    )
    return table(model).c[column].in_(theirs)


PARTS = (
    part(Student, "person", only=PERSON, of=ITSELF),
    part(Student, "contacts", only=("email", "phone"), of=ITSELF, audience=IN_CUSTODY),
    part(
        Guardianship, "guardians", "begins_on", audience=IN_CUSTODY,
        without=("id", "restriction"),
    ),
    part(Enrolment, "enrolments", "begins_on", without=("id",)),
    part(
        TieStep, "enrolment_history", "at", audience=IN_CUSTODY,
        only=("at", "change", "class_group_id", "course_id", "begins_on", "ends_on", "reason"),
    ),
    part(
        Membership, "accounts", "begins_on", audience=IN_CUSTODY,
        only=("role", "account_id", "begins_on", "ends_on"),
    ),
    part(grades.Grade, "grades", "day", withdrawal=grades.WITHDRAWAL),
    history(grades.Grade, grades.GradeRevision, "grade_history", grades.WITHDRAWAL),
    part(
        period_grades.PeriodGrade,
        "period_grades",
        "day",
        without=("author_id",),
        withdrawal=period_grades.WITHDRAWAL,
    ),
    history(
        period_grades.PeriodGrade,
        period_grades.PeriodGradeRevision,
        "period_grade_history",
        period_grades.WITHDRAWAL,
    ),
    part(
        DiarySignature, "diary_signatures", "week", audience=Audience.CUSTODIAN | HEAD,
        without=("id", "version"),
    ),
    part(attendance.Attendance, "attendance", "day", without=("notice_id",)),
    history(attendance.Attendance, attendance.AttendanceRevision, "attendance_history"),
    part(absence_notices.AbsenceNotice, "absence_notices", "starts_on", without=("author_id",)),
    history(
        absence_notices.AbsenceNotice, absence_notices.AbsenceNoticeRevision,
        "absence_notice_history",
    ),
    part(Homework, "homework", "due_on", of=FOR_THEM, withdrawal=HOMEWORK_WITHDRAWAL),
    part(homework_statuses.HomeworkStatus, "homework_done", "day"),
    history(
        homework_statuses.HomeworkStatus, homework_statuses.HomeworkStatusRevision,
        "homework_done_history",
    ),
    part(
        MaterialOpening, "materials_opened", "at", only=("material_id", "at"), of=OPENED_BY_THEM,
    ),
    part(
        QuizTry, "quiz_tries", "begun_at", only=("quiz_id", "begun_at", "handed_in_at", "answers"),
    ),
    part(
        Message, "messages", "sent_at", audience=Audience.SELF, only=("sent_at", "text"),
        withdrawal=MESSAGE_WITHDRAWAL, of=written_by_them(Message),
    ),
    part(
        ForumTopic, "forum_topics", "written_at", audience=WRITERS, of=written_by_them(ForumTopic),
        only=("title", "text", "hidden", "withdrawn", "written_at"),
    ),
    part(
        ForumAnswer, "forum_answers", "written_at", audience=WRITERS,
        only=("text", "hidden", "withdrawn", "written_at"), of=written_by_them(ForumAnswer),
    ),
    part(
        SurveyAnswer, "survey_answers", "at", audience=Audience.SELF | HEAD,
        only=("survey_id", "answers", "at"), of=written_by_them(SurveyAnswer, "account_id"),
    ),
    part(
        ChildRestriction, "child_restrictions", "written_at",
        only=("activity", "withdrawn", "written_at"),
    ),
    part(EventReply, "event_replies", "at", without=("id",)),
    part(remarks.Remark, "remarks", "day", withdrawal=remarks.WITHDRAWAL),
    history(remarks.Remark, remarks.RemarkRevision, "remark_history", remarks.WITHDRAWAL),
    _replies(),
    part(Page, "pages", "begun_at", only=("about", "theme", "begun_at")),
    part(
        Post, "posts", "posted_at", audience=WRITERS, only=("author_id", "text", "posted_at"),
        of=ON_THEIR_PAGE,
    ),
    part(
        Comment, "comments", "written_at", audience=WRITERS,
        only=("text", "hidden", "withdrawn", "written_at"), of=written_by_them(Comment),
    ),
    _files(),
    _audit(),
)  # fmt: skip


def insist_on_texts(parts: Iterable[Part]) -> None:
    """TypeError where an export would not know what a part or a column is called: it would fail
    while it is made."""
    where = "of domain/own_data_texts.py"
    for part in parts:
        if part.name not in TITLES:
            raise TypeError(
                f"An export has {part.name}: say in PARTS {where} what that is, in English and in "
                "Russian."
            )
        columns = {name.removesuffix(BEFORE) for name in part.columns}
        if untold := sorted(columns - HEADINGS.keys()):
            raise TypeError(
                f"{part.name} has the columns {', '.join(untold)}: add their Russian headings to "
                f"COLUMNS {where}, or take them out by `only`, `without` or NEVER."
            )


insist_on_texts(PARTS)
TABLES = frozenset({
    "student", "guardianship", "enrolment", "membership", "grade", "attendance", "absence_notice",
    "homework", "homework_status", "period_grade", "diary_signature", "remark", "audit_entry",
    "material_opening", "tie_step", "page",
    "child_restriction", "event_reply", "quiz_try",
})  # fmt: skip
"""The tables that are parts, of those that name students."""
LEFT_OUT: Mapping[str, str] = {
    "access_code": "codes are a key to somebody's account, and only their digests are kept",
    "audit_note": "each becomes an entry of the audit within seconds",
    "data_export": "it says that exports were asked for, as the audit does",
    "survey_participation": "that a family has answered is kept apart from what it has answered",
    "seen": "which guardian has opened what is told to the staff alone",
    "profile": "the views of an account are that account's own",
    "calendar_feed": "the calendars of an account are that account's own, and hold nothing more",
    "notice": "it says that something was done to a record, which is a part itself",
    "erasure": "there is nothing to export of whom it is",
}
"""The tables that name students and are no part, with the reason."""


def naming_students() -> Iterator[str]:
    """Every table with a column of students."""
    from db.tables import metadata

    for each in metadata.sorted_tables:
        if {"student_id", "student_ids"} & set(each.c.keys()):
            yield each.name
