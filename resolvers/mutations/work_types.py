"""Kinds of work: made, changed and put away."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.tables.schools import School, WorkType
from db.writing.versioned import Row
from domain.audience import HEADS
from domain.grading import check_weight
from domain.history import Step
from domain.names import LONGEST_NAME, sort_key
from domain.works import WorkTypeKind
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Checked, GlobalId, Parsed, Text
from resolvers.declarations.office import held, sets_up
from resolvers.declarations.transaction import Transaction
from resolvers.schools import WORK_TYPE


@dataclass(frozen=True, slots=True)
class WorkTypeToCreate:
    """One of many kinds of work."""

    name: Annotated[str, "Its name, as the school calls it.", Text(LONGEST_NAME)]
    kind: Annotated[WorkTypeKind, "What it is, whatever the school calls it."]
    weight: Annotated[
        Decimal,
        "The weight of a grade of this kind, above 0 and at most 100.",
        Checked(check_weight),
    ] = Decimal(1)


@dataclass(frozen=True, slots=True)
class CreateWorkTypes:
    """Kinds of work to create, all of them or none."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    work_types: Annotated[list[WorkTypeToCreate], "The kinds of work, at most 200."]


@sets_up(WORK_TYPE, "Create kinds of work, all of them or none.", items="work_types", by=HEADS)
async def create_work_types(
    transaction: Transaction, given: Parsed[CreateWorkTypes], school: School
) -> Sequence[Row]:
    return [
        {
            "id": draft.id,
            "name": draft.given.name,
            "kind": draft.given.kind,
            "weight": draft.given.weight,
            "sort_key": sort_key(school.language, draft.given.name),
        }
        for draft in given.items["work_types"]
    ]


@dataclass(frozen=True, slots=True)
class ChangeWorkType(Edit):
    """What changes of a kind of work."""

    name: Annotated[str | UnsetType, "Its name; as it is, if left out.", Text(LONGEST_NAME)] = UNSET
    kind: Annotated[WorkTypeKind | UnsetType, "What it is; as it is, if left out."] = UNSET
    weight: Annotated[
        Decimal | UnsetType,
        "The weight of grades that are given from now on; as it is, if left out.",
        Checked(check_weight),
    ] = UNSET
    active: Annotated[bool | UnsetType, "True takes back what was put away."] = UNSET


@edits(
    WORK_TYPE,
    "Change a kind of work, or take back one that was put away. Grades keep their weight.",
    step=Step.CHANGED,
    by=HEADS,
)
async def change_work_type(
    transaction: Transaction, given: Parsed[ChangeWorkType], work_type: WorkType
) -> Row:
    school = await held(transaction)
    new = given.columns(changes=True)
    return new | ({"sort_key": sort_key(school.language, new["name"])} if "name" in new else {})


@edits(
    WORK_TYPE,
    "Put a kind of work out of use: no more grades are given for it, and those there are stay.",
    step=Step.PUT_AWAY,
    by=HEADS,
)
async def put_away_work_type(_: Transaction, given: Parsed[Edit], work_type: WorkType) -> Row:
    return {"active": False}
