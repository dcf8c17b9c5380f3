"""Swapped days: a day that is taught as another day of the week, such as a Saturday as a Monday."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from db.reading.swapped_days import swapped_days_of_school
from db.tables.schools import School
from db.tables.swapped_days import SwappedDay
from db.writing.versioned import Row
from domain.audience import OFFICE
from domain.bells import weekday_of
from domain.calendar import Weekday
from domain.history import Step
from domain.names import LONGEST_NAME
from domain.refusals import UserError, UserErrorCode
from domain.timetable import Week
from resolvers.class_groups import CLASS_GROUP
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Called, GlobalId, Parsed, Text
from resolvers.declarations.office import Refusals, sets_up
from resolvers.declarations.parsing import not_found
from resolvers.declarations.transaction import Transaction
from resolvers.swapped_days import SWAPPED_DAY

Code = UserErrorCode
THERE = UserError(
    Code.ALREADY_THERE, "This day is swapped already: take that back first.", ("date",)
)


@dataclass(frozen=True, slots=True)
class DayToSwap:
    """One of many days."""

    day: Annotated[date, "The day.", Called("date")]
    works_as: Annotated[Weekday, "The day of the week whose lessons and bells it has."]
    week: Annotated[
        Week | None, "Of which of two weeks; unless told, of the week that the day is in."
    ] = None
    name: Annotated[str | None, "Why, such as the law that says so.", Text(LONGEST_NAME)] = None
    class_group: Annotated[
        str | None,
        "The class group whose courses have it so, by global id; the whole school unless told.",
        GlobalId("ClassGroup"),
    ] = None

    def error(self) -> UserError | None:
        if self.week is None and self.works_as == weekday_of(self.day):
            message = f"{self.day} is a {self.works_as.capitalize()} by itself."
            return UserError(Code.BAD_INPUT, message, ("worksAs",))
        return None


@dataclass(frozen=True, slots=True)
class SwapDays:
    """Days to swap, all of them or none."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    days: Annotated[list[DayToSwap], "The days, at most 200."]


@sets_up(
    SWAPPED_DAY,
    "Have days taught as other days of the week, such as a Saturday as a Monday, all of them or "
    "none. Lessons follow when they are generated; on days off there are none all the same.",
    Code.ALREADY_THERE,
    items="days",
    step=Step.ADDED,
)
async def swap_days(
    transaction: Transaction, given: Parsed[SwapDays], school: School
) -> Sequence[Row]:
    reader, drafts, refusals = transaction.reader, given.items["days"], Refusals()
    there = await reader.fetch(swapped_days_of_school, school=school.school_id)
    taken = {(each.day, each.class_group_id) for each in there}
    wanted = {id_ for draft in drafts if (id_ := draft.id_of("class_group")) is not None}
    groups = await reader.fetch(CLASS_GROUP.read, school=school.school_id, ids=list(wanted))
    known = {each.id for each in groups if each.active}
    rows = list[Row]()
    for draft in drafts:
        group = draft.id_of("class_group")
        with refusals.noting():
            if group is not None and group not in known:
                raise not_found("class group", *draft.at("classGroup"))
        refusals.note(THERE if (draft.given.day, group) in taken else None, *draft.path)
        taken.add((draft.given.day, group))
        rows.append({"id": draft.id, **draft.columns(), "class_group_id": group})
    refusals.check()
    return rows


@edits(
    SWAPPED_DAY,
    "Have a day taught as the day of the week that it is. Lessons follow when they are generated.",
    step=Step.PUT_AWAY,
    by=OFFICE,
)
async def unswap_day(_: Transaction, given: Parsed[Edit], day: SwappedDay) -> Row:
    return {"active": False}
