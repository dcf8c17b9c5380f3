"""What is said of lessons that are replaced: a single one, and all of a day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from domain.bells import check_slot
from domain.refusals import UserError, UserErrorCode
from resolvers.declarations.inputs import Called, Checked, GlobalId, Text
from resolvers.declarations.parsing import LONGEST_REASON
from resolvers.mutations.clashes import OVERRULE, unexplained
from resolvers.mutations.lessons import LONGEST_ROOM

Code = UserErrorCode
WHY = "Why; kept in the history."


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """What is instead; what is left out stays."""

    lesson: Annotated[str, "The lesson, by global id.", GlobalId("Lesson")]
    expected_version: Annotated[
        int, "The version that the change is meant for; any other is a CONFLICT."
    ]
    cancelled: Annotated[bool, "Whether it does not take place."] = False
    course: Annotated[
        str | None,
        "The course that has its hour instead, by global id: another subject. The lesson itself "
        "does not take place.",
        GlobalId("Course"),
    ] = None
    joined_to: Annotated[
        str | None,
        "The lesson of another course together with which it is held, by global id: in its hour and"
        " room, by its teacher.",
        GlobalId("Lesson"),
    ] = None
    teacher: Annotated[
        str | UnsetType | None,
        "Who holds it, by global id; null for nobody. They write in its course on that "
        "day, where a head or a deputy decides it.",
        GlobalId("Teacher"),
    ] = UNSET
    location: Annotated[
        str | UnsetType | None,
        "The room of the school's list, by global id; null for none of it.",
        GlobalId("Room"),
    ] = UNSET
    room: Annotated[
        str | UnsetType | None, "Where else it is held; null for nowhere yet.", Text(LONGEST_ROOM)
    ] = UNSET
    starts_at: Annotated[datetime | UnsetType, "When it begins."] = UNSET
    ends_at: Annotated[
        datetime | UnsetType, "When it ends; unless told, it stays as long as it is."
    ] = UNSET
    slot: Annotated[
        int | UnsetType | None, "Which hour of the day it is; null for none.", Checked(check_slot)
    ] = UNSET

    def error(self) -> UserError | None:
        moved = (self.teacher, self.location, self.room, self.starts_at, self.ends_at, self.slot)
        told = any(each is not UNSET for each in moved)
        ways = [self.cancelled, self.joined_to is not None, self.course is not None or told]
        if sum(ways) == 1:
            return None
        message = "Say what is instead: cancelled, joined to another, or something else."
        return UserError(Code.BAD_INPUT, message, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceLesson(Replacement):
    """A lesson to replace."""

    reason: Annotated[str, WHY, Text(LONGEST_REASON)]
    overrule: Annotated[bool, OVERRULE] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementOfDay(Replacement):
    """One lesson of the day."""

    reason: Annotated[
        str | None, "Why; as of the whole plan unless told.", Text(LONGEST_REASON)
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceLessons:
    """A day's plan of replacements, all of it or nothing."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    day: Annotated[date, "The day of the lessons.", Called("date")]
    reason: Annotated[str, WHY, Text(LONGEST_REASON)]
    lessons: Annotated[list[ReplacementOfDay], "The lessons, at most 200."]
    overrule: Annotated[bool, OVERRULE] = False

    def error(self) -> UserError | None:
        return unexplained(self.reason, overrule=self.overrule)
