"""What mypy has to find wrong in a function of a record.

Each fault is told to be ignored, and `make check` fails where there is nothing to ignore: so a
record that is typed `Any` again is found out. Nothing here is run.
"""

from collections.abc import Sequence

from db.tables.grades import Grade
from db.tables.homework import Homework
from db.tables.students import Student
from db.writing.versioned import Row
from domain.history import Step
from domain.policy import WRITERS
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Parsed
from resolvers.declarations.transaction import Transaction
from resolvers.feed import Change
from resolvers.grades import GRADE
from resolvers.homework import HOMEWORK
from resolvers.mutations.grade_preconditions import Draft, Precondition
from resolvers.remarks import REMARK


async def of_a_mutation(transaction: Transaction, given: Parsed[Edit], grade: Grade) -> Row:
    right = grade.comment, given.given.reason
    return {"wrong": [grade.coment, given.given.raeson, right]}  # type: ignore[attr-defined]


async def of_what_is_read(transaction: Transaction, grade: Grade) -> Sequence[object]:
    remark = await transaction.known(REMARK, grade.id)
    (shown,) = await transaction.shown(HOMEWORK, [remark.id])
    return [
        (remark.author_id, shown.due_on),
        remark.autor_id,  # type: ignore[attr-defined]
        shown.due_onn,  # type: ignore[attr-defined]
    ]


def of_a_grade_to_give(draft: Draft, found: Precondition) -> Sequence[object]:
    return [
        (draft.given.value, found.learns),
        draft.given.valeu,  # type: ignore[attr-defined]
        found.lerns,  # type: ignore[attr-defined]
    ]


def of_a_field(record: Student, change: Change) -> Sequence[object]:
    return [
        (record.grade_level, change.version),
        record.grade_levle,  # type: ignore[attr-defined]
        change.verison,  # type: ignore[attr-defined]
    ]


def of_a_noun(grade: Grade, homework: Homework) -> Sequence[object]:
    return [
        (GRADE.day_of(grade), HOMEWORK.day_of(homework)),
        GRADE.day_of(homework),  # type: ignore[arg-type]
    ]


def declared() -> None:
    async def change(_: Transaction, given: Parsed[Edit], homework: Homework) -> Row:
        return {"text": homework.text}

    edits(HOMEWORK, "Of its own noun.", step=Step.CHANGED, by=WRITERS)(change)
    edits(GRADE, "Of another's.", step=Step.REVISED, by=WRITERS)(change)  # type: ignore[arg-type]
