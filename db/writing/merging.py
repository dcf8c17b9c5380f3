"""What hangs on a person, moved to another who is the same one.

Every column that leads to the person's table moves; which those are is read from the tables, so
that a new one is not forgotten. What of a student's has a history moves with a step of it; homework
that is for some students alone names the one who is kept.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ClauseElement,
    Integer,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

from db.reading.parts import NOW, ORIGIN, SCHOOL, among, table
from db.reading.records import named
from db.statement import Statement, statement
from db.store import Reader
from db.tables import metadata
from db.tables.attendance import Attendance
from db.tables.events import EventReply
from db.tables.feed import Outbox
from db.tables.files import File
from db.tables.grades import WITHDRAWAL, Grade
from db.tables.guardians import Guardian, Guardianship
from db.tables.history import BEFORE
from db.tables.homework import Homework
from db.tables.homework_statuses import HomeworkStatus
from db.tables.lessons import Lesson
from db.tables.materials import MaterialOpening
from db.tables.pages import Page, PageFollow, PageRevision
from db.tables.posts import Post
from db.tables.quizzes import QuizTry
from db.tables.students import Student
from db.tables.surveys import SurveyParticipation
from db.tables.teachers import Teacher
from db.writing.absence_notices import ABSENCE_NOTICES
from db.writing.attendance import ATTENDANCE
from db.writing.audit import noted
from db.writing.diary_signatures import DIARY_SIGNATURES
from db.writing.grades import GRADES
from db.writing.homework_statuses import STATUSES
from db.writing.moderation import CHILD_RESTRICTIONS
from db.writing.pages import PAGES
from db.writing.parts import ACCOUNT, insert_from, rows_of
from db.writing.period_grades import PERIOD_GRADES
from db.writing.quizzes import TRIES
from db.writing.remarks import REMARKS
from db.writing.versioned import Versioned
from domain.history import Step
from domain.ids import uuid7

KEPT, DUPLICATE = bindparam("kept", type_=Uuid()), bindparam("duplicate", type_=Uuid())


def _leading_to(person: Table) -> Iterator[tuple[Table, str]]:
    for each in metadata.sorted_tables:
        for constraint in each.foreign_key_constraints:
            if constraint.referred_table is person:
                yield each, constraint.column_keys[-1]


def _moves(model: type[SQLModel]) -> tuple[Statement[Any], ...]:
    """A statement for each column that leads to the person."""

    def move(of: Table, name: str) -> Statement[Any]:
        column = of.c[name]

        def build() -> ClauseElement:
            moved = update(of).values({name: KEPT})
            return moved.where(of.c.school_id == SCHOOL, column == DUPLICATE)

        return named(f"move_{of.name}_{name}", model, build)

    return tuple(move(of, name) for of, name in sorted(_leading_to(table(model)), key=str))


MOVES: dict[type[SQLModel], tuple[Statement[Any], ...]] = {
    model: _moves(model) for model in (Student, Guardian, Teacher)
}


UNTOLD = frozenset({"seen", "tie_step"})
"""Tables of what moves too, and is nothing by itself."""


def hanging_on(model: type[SQLModel]) -> list[tuple[Table, str]]:
    """The columns that lead to a person, of tables that are told of."""
    leading = sorted(_leading_to(table(model)), key=str)
    return [(of, name) for of, name in leading if of.name not in UNTOLD]


def _count(model: type[SQLModel]) -> Statement[Any]:
    """How many rows of each table lead to the duplicate, by its name."""

    def build() -> ClauseElement:
        queries = [
            select(literal(of.name, Text()).label("table_name"), func.count().label("count"))
            .select_from(of)
            .where(of.c.school_id == SCHOOL, of.c[name] == DUPLICATE)
            for of, name in hanging_on(model)
        ]
        return union_all(*queries)

    return named(f"count_what_hangs_on_{table(model).name}", model, build)


COUNTS = {model: _count(model) for model in MOVES}


REASON = "Two records of one student were made one"
STEPS: tuple[tuple[Versioned[Any], Step], ...] = (
    (GRADES, Step.REVISED),
    (REMARKS, Step.CHANGED),
    (ATTENDANCE, Step.CHANGED),
    (ABSENCE_NOTICES, Step.CHANGED),
    (STATUSES, Step.CHANGED),
    (DIARY_SIGNATURES, Step.CHANGED),
    (PERIOD_GRADES, Step.CHANGED),
    (PAGES, Step.CHANGED),
    (TRIES, Step.CHANGED),
    (CHILD_RESTRICTIONS, Step.CHANGED),
)
"""What moves to another student with a step in its history, and which step that is."""
MOVED: dict[str, TypeEngine[Any]] = {"ids": Uuid(), "step": Uuid(), "seq": Integer()}


def _of_duplicate(written: Versioned[Any]) -> Statement[Any]:
    own = table(written.model)

    def build() -> ClauseElement:
        query = select(own.c.id).where(own.c.school_id == SCHOOL, own.c.student_id == DUPLICATE)
        return query.order_by(own.c.id).with_for_update()

    return named(f"{own.name}s_of_duplicate", written.model, build)


def _move_with_step(written: Versioned[Any], change: Step) -> Statement[Any]:
    """Move the records, each with its step and its row of the feed, in one statement."""
    own = table(written.model)

    def build() -> ClauseElement:
        asked = rows_of(MOVED, "moved")
        values: dict[str, Any] = {"student_id": KEPT, "version": own.c.version + 1}
        if written.changed_at is not None:
            values[written.changed_at] = NOW
        changed = update(own).where(own.c.school_id == SCHOOL, own.c.id == asked.c.ids)
        moved = changed.values(values).returning(own, asked.c.step, asked.c.seq).cte("changed")
        same = {"version": moved.c.version, "change": literal(str(change)), "at": NOW}
        before = {f"{name}{BEFORE}": moved.c[name] for name in written.kept}
        of_step = {"id": moved.c.step, written.key: moved.c.id, "account_id": ACCOUNT}
        step: dict[str, Any] = of_step | {"reason": literal(REASON)} | same | before
        row: dict[str, Any] = {
            "seq": moved.c.seq,
            "ref": moved.c.id,
            "topic": literal(written.topic),
        } | same
        noted, told = (
            insert_from(written.history, step),
            insert_from(Outbox, row | {"origin": ORIGIN}),
        )
        return select(moved.c.id).add_cte(noted.cte("noted"), told.cte("told"))

    return named(f"move_{own.name}s_with_step", written.model, build)


WITH_STEPS = tuple((_of_duplicate(each), _move_with_step(each, step)) for each, step in STEPS)


async def move_with_steps(
    reader: Reader, school: int, account: UUID, kept: UUID, duplicate: UUID
) -> None:
    """Move what of a student's has a history. Its rows of the feed come after the first, which is
    that of rights."""
    seq = 1
    for found, move in WITH_STEPS:
        ids = [row.id for row in await reader.fetch(found, school=school, duplicate=duplicate)]
        if ids:
            await reader.run(
                move, school=school, account=account, kept=kept, ids=ids,
                step=[uuid7() for _ in ids], seq=list(range(seq, seq + len(ids))),
            )  # fmt: skip
        seq += len(ids)
    await reader.run(name_in_homework, school=school, kept=kept, duplicate=duplicate)
    await reader.run(drop_openings_of_both, school=school, kept=kept, duplicate=duplicate)
    await reader.run(drop_participations_of_both, school=school, kept=kept, duplicate=duplicate)
    await reader.run(drop_replies_of_both, school=school, kept=kept, duplicate=duplicate)


async def move_all(
    reader: Reader, school: int, model: type[SQLModel], kept: UUID, duplicate: UUID
) -> None:
    for each in MOVES[model]:
        await reader.run(each, school=school, kept=kept, duplicate=duplicate)


@statement(Homework)
def name_in_homework() -> ClauseElement:
    """Homework that is for the student alone, or for some: an array has no foreign key to move."""
    own = table(Homework)
    named = func.array_append(func.array_remove(own.c.student_ids, DUPLICATE), KEPT)
    alone = case(
        (any_(own.c.student_ids) == KEPT, func.array_remove(own.c.student_ids, DUPLICATE)),
        else_=named,
    )
    moved = update(own).values(student_ids=alone)
    return moved.where(own.c.school_id == SCHOOL, any_(own.c.student_ids) == DUPLICATE)


def _drop_of_both(model: type[SQLModel], *keys: str) -> ClauseElement:
    """Records of the duplicate that the one who is kept has too, with the same `keys`."""
    own, other = table(model), table(model).alias("other")
    same = (other.c[key] == own.c[key] for key in keys)
    gone = delete(own).where(own.c.school_id == SCHOOL, own.c.student_id == DUPLICATE)
    return gone.where(
        exists().where(other.c.school_id == SCHOOL, other.c.student_id == KEPT, *same)
    )


@statement(MaterialOpening)
def drop_openings_of_both() -> ClauseElement:
    """What an account has opened for the duplicate, where it has for the one who is kept too."""
    return _drop_of_both(MaterialOpening, "material_id", "account_id")


class Pages:
    """Statements that leave two people at most one page. Each changes something only where both
    have one."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self.statements: tuple[Statement[Any], ...] = (
            named(f"move_{owner}_posts_of_both", Post, self._move_posts),
            named(f"detach_{owner}_pictures_of_both", File, self._detach_picture),
            *(
                named(
                    f"drop_{owner}_{table(model).name}s_of_both", model, partial(self._drop, model)
                )
                for model in (PageFollow, PageRevision, Page)
            ),
        )

    def _page(self, person: ColumnElement[Any]) -> Any:  # an id
        page = table(Page).alias("page_of_person")
        own = page.c[f"{self._owner}_id"] == person
        return select(page.c.id).where(page.c.school_id == SCHOOL, own).scalar_subquery()

    def _gone(self, of: Any, page: ColumnElement[Any]) -> list[ColumnElement[bool]]:
        """The rows of a table that are of the duplicate's page, if that is to go."""
        kept = self._page(KEPT).is_not(None)
        return [of.c.school_id == SCHOOL, page == self._page(DUPLICATE), kept]

    def _move_posts(self) -> ClauseElement:
        """They stand on the page of the one who is kept."""
        post: Any = table(Post)
        moved = update(post).values(page_id=self._page(KEPT))
        return moved.where(*self._gone(post, post.c.page_id))

    def _detach_picture(self) -> ClauseElement:
        """It hangs on nothing, and is removed in time."""
        file: Any = table(File)
        return update(file).values(detached_at=NOW).where(*self._gone(file, file.c.record_id))

    def _drop(self, model: type[SQLModel]) -> ClauseElement:
        own = table(model)
        return delete(own).where(*self._gone(own, own.c.id if model is Page else own.c.page_id))


PAGES_OF = {
    Student: Pages("student"),
    Guardian: Pages("guardian"),
    Teacher: Pages("teacher"),
}


async def join_pages(
    reader: Reader, school: int, model: type[SQLModel], kept: UUID, duplicate: UUID
) -> None:
    """Have at most one page left of two."""
    for each in PAGES_OF[model].statements:
        await reader.run(each, school=school, kept=kept, duplicate=duplicate)


@statement(SurveyParticipation)
def drop_participations_of_both() -> ClauseElement:
    """That a family has answered for the duplicate, where it has for the one who is kept too."""
    return _drop_of_both(SurveyParticipation, "survey_id")


@statement(EventReply)
def drop_replies_of_both() -> ClauseElement:
    """What was replied for the duplicate to an event, where it was for the one who is kept too."""
    return _drop_of_both(EventReply, "event_id")


def _of_both(model: type[SQLModel], key: str) -> ClauseElement:
    """A row with the `id` in the column `key`, if both students have records with the same."""
    own, other = table(model), table(model).alias("other")
    same = (other.c.school_id == SCHOOL) & (other.c[key] == own.c[key])
    both = (own.c.student_id == KEPT) & (other.c.student_id == DUPLICATE)
    found = select(own.c[key].label("id")).select_from(own.join(other, same))
    return found.where(own.c.school_id == SCHOOL, both).limit(1)


@statement(HomeworkStatus)
def homework_of_both() -> ClauseElement:
    """The homework of which something became for both students."""
    return _of_both(HomeworkStatus, "homework_id")


@statement(QuizTry)
def quizzes_of_both() -> ClauseElement:
    """The quizzes that both students have tried."""
    return _of_both(QuizTry, "quiz_id")


@statement(Lesson)
def lessons_with_marks_of_both() -> ClauseElement:
    """The lessons at which both students have marks that stand."""
    grade, other = table(Grade), table(Grade).alias("other")
    both = grade.join(
        other, (other.c.school_id == SCHOOL) & (other.c.lesson_id == grade.c.lesson_id)
    )
    return (
        select(grade.c.lesson_id.label("id"))
        .select_from(both)
        .where(
            grade.c.school_id == SCHOOL,
            grade.c.student_id == KEPT,
            other.c.student_id == DUPLICATE,
            ~WITHDRAWAL.when(grade),
            other.c.state != "WITHDRAWN",
        )
        .limit(1)
    )


@statement(Lesson)
def lessons_with_attendance_of_both() -> ClauseElement:
    """The lessons at which attendance of both students is entered."""
    own, other = table(Attendance), table(Attendance).alias("other")
    both = own.join(other, (other.c.school_id == SCHOOL) & (other.c.lesson_id == own.c.lesson_id))
    return (
        select(own.c.lesson_id.label("id"))
        .select_from(both)
        .where(own.c.school_id == SCHOOL, own.c.student_id == KEPT, other.c.student_id == DUPLICATE)
        .limit(1)
    )


@statement(Guardianship)
def guardianships_of_both() -> ClauseElement:
    """Those of two people, students or guardians, by `ids`."""
    tie = table(Guardianship)
    of_any = among(tie.c.student_id) | among(tie.c.guardian_id)
    return select(tie).where(tie.c.school_id == SCHOOL, of_any).order_by(tie.c.id)


@statement(Guardianship)
def drop_guardianships() -> ClauseElement:
    """Those, by `ids`, whose days another one has from now on."""
    tie = table(Guardianship)
    gone = delete(tie).where(tie.c.school_id == SCHOOL, among(tie.c.id))
    return noted(gone, "REMOVED")
