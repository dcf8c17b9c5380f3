"""What is wrong with a declaration is said when the schema is built: what to add, and where."""

from dataclasses import replace
from typing import Any

import pytest

from db.tables.history import Withdrawal
from db.tables.remarks import Remark
from db.tables.schools import Subject, SubjectRevision
from db.writing.versioned import Versioned
from domain.audience import CONCERNED
from resolvers.declarations.noun import MisdeclaredNoun, Noun
from resolvers.readings import BOUND, Bound, Column, Computed, Loaded
from resolvers.relations import RELATIONS
from schema.binding import MisdeclaredField
from schema.build import check_columns, schema


def bound(type_: str, field: str) -> Bound:
    of: Any = schema._schema.type_map[type_]
    found: Bound = of.fields[field].extensions[BOUND]
    return found


def test_a_field_of_a_misspelt_column_is_told_with_the_nearest_one() -> None:
    text, student = bound("Remark", "text"), bound("Remark", "student")
    assert isinstance(student.reading, Loaded)
    for wrong, name, near in (
        (replace(text, reading=Column("txet")), "txet", "text"),
        (replace(text, reading=Computed(str, ("autor_id",))), "autor_id", "author_id"),
        (replace(student, reading=Loaded(student.reading.loader, "studentid")), "studentid",
         "student_id"),
    ):  # fmt: skip
        with pytest.raises(MisdeclaredField) as caught:
            check_columns("Remark.text", wrong)
        assert str(caught.value) == (
            f"Remark.text reads {name}, which remarks_by_id does not select. Is it {near}?"
        )
    check_columns("Remark.text", text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"withdrawal": Withdrawal(lambda remark: remark.c.withdrawn, hidden=("txet",))},
        {"day": "txet"},
    ],
    ids=["hidden", "day"],
)
def test_a_noun_that_hides_or_is_closed_by_no_column_of_its_own_is_told(
    wrong: dict[str, Any],
) -> None:
    with pytest.raises(MisdeclaredNoun, match="Remark: its table has no txet, which `day` or"):
        Noun(Remark, code="Xx", visible_to=CONCERNED, **wrong)


def test_a_change_of_a_column_that_no_reader_is_given_is_told() -> None:
    with pytest.raises(TypeError, match="Subject: a change reads what was before of sourced_id"):
        Versioned(Subject, SubjectRevision, derived=("sourced_id",))


def test_the_steps_of_what_is_tied_by_its_own_id_are_tied_by_that() -> None:
    own, steps = RELATIONS["Subject"], RELATIONS["SubjectRevision"]
    assert {tie.column for tie in own.ties} == {"id"}
    assert {tie.column for tie in steps.ties} == {"subject_id"}
