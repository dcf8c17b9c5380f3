"""What a school kept of a student, erased once the terms for it are over.

Marks, attendance and places stay without a name, so that the averages of classes stay what they
were; texts that somebody wrote about the student go, also in histories. Nothing of other students
is touched: a guardian stays with any other child, and so does an account that is anything else.

Every table that names students has a step here, or is listed in `KEPT` with the reason.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    ARRAY,
    ClauseElement,
    ColumnElement,
    String,
    Table,
    Uuid,
    any_,
    bindparam,
    cast,
    delete,
    func,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlmodel import SQLModel

from db.own_data.parts import written_by_them
from db.reading.own_data import accounts_alone, guardianships_of_student
from db.reading.parts import SCHOOL, table
from db.reading.records import named
from db.statement import Statement
from db.store import Reader, Store
from db.tables.absence_notices import AbsenceNotice, AbsenceNoticeRevision
from db.tables.access_codes import AccessCode
from db.tables.accounts import Account, Membership
from db.tables.attendance import Attendance, AttendanceRevision
from db.tables.diary_signatures import DiarySignature, DiarySignatureRevision, Seen
from db.tables.events import EventReply
from db.tables.files import File
from db.tables.forum import ForumAnswer, ForumAnswerRevision, ForumTopic, ForumTopicRevision
from db.tables.grades import Grade, GradeRevision
from db.tables.guardians import Guardian, Guardianship
from db.tables.homework_statuses import HomeworkStatus, HomeworkStatusRevision
from db.tables.materials import MaterialOpening
from db.tables.messages import (
    Conversation,
    ConversationDraft,
    ConversationPlace,
    ConversationRevision,
    Message,
    MessageRevision,
)
from db.tables.moderation import (
    ChildRestriction,
    ChildRestrictionRevision,
    ModerationCase,
    ModerationCaseRevision,
)
from db.tables.own_data import DataExport
from db.tables.pages import Page, PageFollow, PageRevision
from db.tables.period_grades import PeriodGrade, PeriodGradeRevision
from db.tables.posts import Comment, CommentRevision, Post, PostReaction, PostRevision
from db.tables.quizzes import QuizTry, QuizTryRevision
from db.tables.remarks import Remark, RemarkReply, RemarkRevision
from db.tables.students import Student
from db.tables.surveys import SurveyAnswer, SurveyParticipation
from db.tables.tie_steps import TieStep
from domain.own_data import DataKind, Term, erasable_since

STUDENT = bindparam("student", type_=Uuid())
NAMELESS = "—"
BLANK: Mapping[str, Any] = {
    "given_name": "", "family_name": NAMELESS, "middle_name": None, "username": None,
    "sourced_id": None, "sort_key": b"", "search_key": "",
}  # fmt: skip
"""What a person is without a name; `renew_keys` makes the keys anew."""
KEPT: Mapping[str, tuple[str, str]] = {
    "grade": (
        "marks stay without a name, since the averages of classes are made of them",
        "отметки остаются без имени: из них складываются средние баллы классов",
    ),
    "period_grade": (
        "grades of periods stay without a name, beside the marks of which they were made",
        "итоговые отметки остаются без имени, как и отметки, из которых они сложились",
    ),
    "attendance": (
        "it stays without a name, since the attendance of classes is counted of it",
        "посещаемость остаётся без имени: по ней считается посещаемость классов",
    ),
    "homework_status": (
        "that homework was done stays without a name and without texts",
        "выполнение заданий остаётся без имени и без текстов",
    ),
    "enrolment": (
        "places in classes stay without a name, since averages are those of who was there",
        "места в классах остаются без имени: средние баллы считаются по тем, кто там учился",
    ),
    "audit_entry": (
        "the audit has no names, and is kept as long as the school says",
        "в журнале аудита нет имён, он хранится установленный школой срок",
    ),
}
"""What is kept of everybody, and why, in English and Russian."""
ELSEWHERE: Mapping[str, str] = {
    "homework": "it is of its course, and names ids alone",
    "audit_note": "each becomes an entry of the audit within seconds",
    "notice": "it names ids alone, and is kept for two months",
    "erasure": "it says that all this was erased",
    "profile": "those of the student's accounts go with these; another's finds nobody any more",
    "calendar_feed": "the same: another's finds nothing any more",
}
"""Tables that name students, of which nothing has to be erased."""


@dataclass(frozen=True, slots=True)
class Action:
    """Rows of a table that are deleted, or whose columns are set; and how many there are."""

    kind: DataKind
    table: str
    counted: Statement[Any]
    done: Statement[Any]


def _action(kind: DataKind, model: type[SQLModel], where: ColumnElement[bool], **to: Any) -> Action:
    """Of the rows of a school `where` it is so; those in which all columns `to` are set as they
    shall be are left out."""
    own = table(model)
    found = [own.c.school_id == SCHOOL, where]
    if to:
        found.append(or_(*(own.c[name].is_distinct_from(value) for name, value in to.items())))

    def counted() -> ClauseElement:
        return select(func.count().label("total")).select_from(own).where(*found)

    def done() -> ClauseElement:
        changed = update(own).values(to) if to else delete(own)
        return changed.where(*found)

    name = f"{own.name}_{kind.value.lower()}"
    return Action(
        kind, own.name, named(f"count_{name}", model, counted), named(f"erase_{name}", model, done)
    )


def _of_student(own: Table) -> ColumnElement[bool]:
    return own.c.student_id == STUDENT


def _steps_of(history: type[SQLModel], model: type[SQLModel]) -> ColumnElement[bool]:
    """Steps of the student's records."""
    step, own = table(history), table(model)
    key = step.c[f"{own.name}_id"]
    mine = select(own.c.id).where(own.c.school_id == SCHOOL, _of_student(own))
    return key.in_(mine)


def _on_records_of(model: type[SQLModel]) -> ColumnElement[bool]:
    """Files on the student's records; what hangs on nothing is removed within the hour."""
    own = table(model)
    mine = select(own.c.id).where(own.c.school_id == SCHOOL, _of_student(own))
    return table(File).c.record_id.in_(mine)


def _among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return column == any_(bindparam(name, type_=ARRAY(Uuid())))


K = DataKind
REMARKS_OF = select(table(Remark).c.id).where(
    table(Remark).c.school_id == SCHOOL, _of_student(table(Remark))
)
PAGES_OF = select(table(Page).c.id).where(
    table(Page).c.school_id == SCHOOL, _of_student(table(Page))
)
POSTS_OF = select(table(Post).c.id).where(
    table(Post).c.school_id == SCHOOL, table(Post).c.page_id.in_(PAGES_OF)
)
COMMENTS_OF = select(table(Comment).c.id).where(
    table(Comment).c.school_id == SCHOOL, table(Comment).c.post_id.in_(POSTS_OF)
)


def _steps_by_them(history: type[SQLModel], model: type[SQLModel]) -> ColumnElement[bool]:
    own = table(model)
    mine = select(own.c.id).where(own.c.school_id == SCHOOL, written_by_them(model))
    return table(history).c[f"{own.name}_id"].in_(mine)


MESSAGES_OF = select(table(Message).c.id).where(
    table(Message).c.school_id == SCHOOL, written_by_them(Message)
)
ACTIONS = (
    _action(
        K.WRITINGS, File, table(File).c.record_id.in_(MESSAGES_OF), record_id=None, place=None,
    ),
    _action(
        K.WRITINGS, MessageRevision, _steps_by_them(MessageRevision, Message), text_before=None,
    ),
    _action(
        K.WRITINGS, Message, written_by_them(Message), text="", word_key="", withdrawn=True,
    ),
    _action(K.WRITINGS, Conversation, written_by_them(Conversation), subject=None),
    _action(
        K.WRITINGS, ConversationRevision, _steps_by_them(ConversationRevision, Conversation),
        subject_before=None,
    ),
    _action(
        K.WRITINGS, ConversationPlace, written_by_them(ConversationPlace, "account_id"),
    ),
    _action(
        K.WRITINGS, ConversationDraft, written_by_them(ConversationDraft, "account_id"),
    ),
    _action(K.WRITINGS, SurveyAnswer, written_by_them(SurveyAnswer, "account_id")),
    _action(
        K.WRITINGS, ForumTopic, written_by_them(ForumTopic), title=NAMELESS, text=NAMELESS,
        word_key="",
    ),
    _action(
        K.WRITINGS, ForumTopicRevision, _steps_by_them(ForumTopicRevision, ForumTopic),
        title_before=None, text_before=None, reason=None,
    ),
    _action(K.WRITINGS, ForumAnswer, written_by_them(ForumAnswer), text=NAMELESS),
    _action(
        K.WRITINGS, ForumAnswerRevision, _steps_by_them(ForumAnswerRevision, ForumAnswer),
        text_before=None, reason=None,
    ),
    _action(K.WRITINGS, Post, written_by_them(Post), text=NAMELESS),
    _action(K.WRITINGS, PostRevision, _steps_by_them(PostRevision, Post), text_before=None),
    _action(K.WRITINGS, Comment, written_by_them(Comment), text=NAMELESS),
    _action(
        K.WRITINGS, CommentRevision, _steps_by_them(CommentRevision, Comment), text_before=None
    ),
    _action(K.WRITINGS, ModerationCase, written_by_them(ModerationCase), appeal=None),
    _action(
        K.WRITINGS, ModerationCaseRevision,
        _steps_by_them(ModerationCaseRevision, ModerationCase), appeal_before=None, reason=None,
    ),
    _action(
        K.GUARDIANS, ChildRestrictionRevision,
        _steps_of(ChildRestrictionRevision, ChildRestriction),
    ),
    _action(K.GUARDIANS, ChildRestriction, _of_student(table(ChildRestriction))),
    _action(
        K.PERSON, Student, table(Student).c.id == STUDENT, **BLANK, identifier=None, born_on=None,
        sex=None,
    ),
    _action(K.CONTACTS, Student, table(Student).c.id == STUDENT, email=None, phone=None),
    _action(K.PERSON, TieStep, _of_student(table(TieStep))),
    _action(K.GUARDIANS, TieStep, _among(table(TieStep).c.tie_id, "ties")),
    _action(K.GUARDIANS, Guardianship, _among(table(Guardianship).c.id, "ties")),
    _action(K.GUARDIANS, Membership, _among(table(Membership).c.guardian_id, "guardians")),
    _action(K.GUARDIANS, AccessCode, _among(table(AccessCode).c.guardian_id, "guardians")),
    _action(
        K.GUARDIANS, Guardian, _among(table(Guardian).c.id, "guardians"), **BLANK, email=None,
        phone=None,
    ),
    _action(K.LOGINS, Membership, _of_student(table(Membership))),
    _action(K.LOGINS, AccessCode, _of_student(table(AccessCode))),
    _action(K.LOGINS, DataExport, _of_student(table(DataExport))),
    _action(K.MARKS, Grade, _of_student(table(Grade)), comment=None),
    _action(
        K.MARKS, GradeRevision, _steps_of(GradeRevision, Grade), comment_before=None, reason=None
    ),
    _action(K.MARKS, PeriodGrade, _of_student(table(PeriodGrade)), because=None),
    _action(
        K.MARKS, PeriodGradeRevision, _steps_of(PeriodGradeRevision, PeriodGrade),
        because_before=None, reason=None,
    ),
    _action(
        K.GUARDIANS, DiarySignatureRevision, _steps_of(DiarySignatureRevision, DiarySignature)
    ),
    _action(K.GUARDIANS, DiarySignature, _of_student(table(DiarySignature))),
    _action(K.GUARDIANS, SurveyParticipation, _of_student(table(SurveyParticipation))),
    _action(K.GUARDIANS, Seen, _of_student(table(Seen))),
    _action(K.ATTENDANCE, Attendance, _of_student(table(Attendance)), note=None),
    _action(
        K.ATTENDANCE, AttendanceRevision, _steps_of(AttendanceRevision, Attendance),
        note_before=None, reason=None,
    ),
    _action(
        K.HOMEWORK, HomeworkStatus, _of_student(table(HomeworkStatus)), text=None, comment=None,
    ),
    _action(
        K.HOMEWORK, HomeworkStatusRevision, _steps_of(HomeworkStatusRevision, HomeworkStatus),
        text_before=None, comment_before=None, reason=None,
    ),
    _action(K.HOMEWORK, QuizTryRevision, _steps_of(QuizTryRevision, QuizTry)),
    _action(K.HOMEWORK, QuizTry, _of_student(table(QuizTry))),
    _action(K.NOTICES, EventReply, _of_student(table(EventReply))),
    _action(K.HOMEWORK, MaterialOpening, _of_student(table(MaterialOpening))),
    _action(K.HOMEWORK, File, _on_records_of(HomeworkStatus), record_id=None, place=None),
    _action(K.NOTICES, File, _on_records_of(AbsenceNotice), record_id=None, place=None),
    _action(K.REMARKS, RemarkReply, table(RemarkReply).c.remark_id.in_(REMARKS_OF)),
    _action(K.REMARKS, RemarkRevision, table(RemarkRevision).c.remark_id.in_(REMARKS_OF)),
    _action(K.REMARKS, Remark, _of_student(table(Remark))),
    _action(K.PAGES, CommentRevision, table(CommentRevision).c.comment_id.in_(COMMENTS_OF)),
    _action(K.PAGES, Comment, table(Comment).c.id.in_(COMMENTS_OF)),
    _action(K.PAGES, PostReaction, table(PostReaction).c.post_id.in_(POSTS_OF)),
    _action(K.PAGES, PostRevision, table(PostRevision).c.post_id.in_(POSTS_OF)),
    _action(
        K.PAGES, File,
        table(File).c.record_id.in_(POSTS_OF) | table(File).c.record_id.in_(PAGES_OF),
        record_id=None, place=None,
    ),
    _action(K.PAGES, Post, table(Post).c.id.in_(POSTS_OF)),
    _action(K.PAGES, PageFollow, table(PageFollow).c.page_id.in_(PAGES_OF)),
    _action(K.PAGES, PageRevision, table(PageRevision).c.page_id.in_(PAGES_OF)),
    _action(K.PAGES, Page, _of_student(table(Page))),
    _action(K.NOTICES, Attendance, _of_student(table(Attendance)), notice_id=None),
    _action(
        K.NOTICES, AbsenceNoticeRevision, _steps_of(AbsenceNoticeRevision, AbsenceNotice)
    ),
    _action(K.NOTICES, AbsenceNotice, _of_student(table(AbsenceNotice))),
)  # fmt: skip
"""In this order, as records go before those that they lead to."""


def _accounts() -> Iterator[Statement[Any]]:
    """What makes accounts nobody's, by `accounts`: what leads to them and is of no school goes."""
    from db.tables import metadata

    for each in reversed(metadata.sorted_tables):
        for key in each.foreign_keys:
            own = key.parent.name == "account_id" and "school_id" not in each.c
            if own and key.column.table.name == "account":
                yield _dropped(each, key.parent)
    own = table(Account)
    mine = _among(own.c.id, "accounts")
    values: dict[str, Any] = {
        "login": cast(literal("erased "), String) + cast(own.c.id, String),
        "display_name": NAMELESS, "email": null(),
        "email_confirmed_at": null(), "password_hash": "-", "active": False, "language": null(),
        "temporary_until": null(), "second_factor_at": null(),
    }  # fmt: skip
    yield named("erase_accounts", Account, lambda: update(own).where(mine).values(values))


def _dropped(each: Table, column: Any) -> Statement[Any]:
    def build() -> ClauseElement:
        return delete(each).where(_among(column, "accounts"))

    return named(f"erase_{each.name}_of_accounts", Account, build)


ACCOUNTS = tuple(_accounts())


@dataclass(slots=True)
class Item:
    """Of one table: how many records are erased, and how many are kept and why."""

    kind: str | None
    table: str
    erased: int
    kept: int
    why: str | None = None


@dataclass(slots=True)
class Plan:
    """What would be erased of a student, and what not; the `fingerprint` is of just that."""

    school_id: int
    student_id: UUID
    items: list[Item] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    found: dict[str, list[UUID]] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        content = [str(self.student_id), [asdict(item) for item in self.items]]
        return sha256(orjson.dumps(content)).hexdigest()[:32]

    @property
    def report(self) -> dict[str, Any]:
        return {"items": [asdict(item) for item in self.items]}

    def parameters(self, statement: Statement[Any]) -> dict[str, Any]:
        given: dict[str, Any] = {
            "school": self.school_id, "student": self.student_id, **self.found,
        }  # fmt: skip
        return {name: given[name] for name in statement.parameters if name in given}


async def plan_of(
    reader: Reader | Store, student: Any, school: Any, day: date, terms: Mapping[str, Term]
) -> Plan:
    """What would be erased on the day of a student who has left."""
    plan = Plan(school.school_id, student.id)
    ties: list[Any] = await reader.fetch(
        guardianships_of_student, school=plan.school_id, student=plan.student_id
    )
    alone = [tie.guardian_id for tie in ties if not tie.others]
    plan.found = {"ties": [tie.id for tie in ties], "guardians": alone, "accounts": []}
    for action in ACTIONS:
        counted: Any = await reader.first(action.counted, **plan.parameters(action.counted))
        law = terms.get(action.kind.value)
        if erasable_since(student.ends_on, school.keeping_years, law, day):
            plan.actions.append(action)
            plan.items.append(Item(action.kind.value, action.table, counted.total, 0))
        else:
            assert law is not None
            why = f"{law.reason} ({law.years})"
            plan.items.append(Item(action.kind.value, action.table, 0, counted.total, why))
    kinds = {action.kind for action in plan.actions}
    accounts: list[Any] = await reader.fetch(
        accounts_alone,
        school=plan.school_id,
        students=[plan.student_id] if K.LOGINS in kinds else [],
        guardians=alone if K.GUARDIANS in kinds else [],
    )
    plan.found["accounts"] = [row.id for row in accounts]
    plan.items.append(Item(K.LOGINS.value, "account", len(accounts), 0))
    russian = school.language.partition("-")[0] == "ru"
    plan.items += [Item(None, name, 0, 0, why[russian]) for name, why in KEPT.items()]
    return plan


async def erase(reader: Reader, plan: Plan) -> None:
    """Do what the plan says, in the transaction that is open."""
    for action in plan.actions:
        await reader.run(action.done, **plan.parameters(action.done))
    if plan.found["accounts"]:
        for statement in ACCOUNTS:
            await reader.run(statement, accounts=plan.found["accounts"])


def tables_erased() -> frozenset[str]:
    return frozenset(action.table for action in ACTIONS)


def terms_of(data: Mapping[str, Any]) -> dict[str, Term]:
    """The terms of laws as a school stores them, by kind."""
    return {kind: Term(each["years"], each["reason"]) for kind, each in data.items()}


def terms_to_data(terms: Sequence[tuple[DataKind, Term]]) -> dict[str, Any]:
    return {kind.value: {"years": term.years, "reason": term.reason} for kind, term in terms}
