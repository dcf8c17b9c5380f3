"""What an office says of a year to be, beside its plan."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from domain.calendar import PeriodKind, backwards
from domain.names import LONGEST_NAME
from domain.refusals import UserError
from domain.year_plans import check_last_level
from resolvers.declarations.inputs import Checked, GlobalId, GlobalIds, Text
from resolvers.declarations.people import LONGEST_CODE


@dataclass(frozen=True, slots=True)
class PeriodOfYear:
    """A period of the year to be."""

    name: Annotated[str, "Its name.", Text(LONGEST_NAME)]
    kind: Annotated[PeriodKind, "What it is, whatever the school calls it."]
    starts_on: Annotated[date, "Its first day."]
    ends_on: Annotated[date, "Its last day."]

    def error(self) -> UserError | None:
        return backwards(self.starts_on, self.ends_on)


@dataclass(frozen=True, slots=True)
class DayOffOfYear:
    """Days off of the whole school in the year to be."""

    name: Annotated[str, "Why there are no lessons.", Text(LONGEST_NAME)]
    starts_on: Annotated[date, "The first day."]
    ends_on: Annotated[date, "The last day; the same for a single day."]

    def error(self) -> UserError | None:
        return backwards(self.starts_on, self.ends_on)


@dataclass(frozen=True, slots=True)
class ClassGroupOfYear:
    """A class group of the year to be, instead of what is planned of its sources; one of several
    sources is a merger, and several of one source are its parts. What is left out is as planned of
    the first source."""

    sources: Annotated[
        Sequence[str],
        "The class groups of the last year that go on in it, by global id; none where it is new.",
        GlobalIds("ClassGroup"),
    ] = field(default_factory=list)
    name: Annotated[str | None, "Its name, such as 6A.", Text(LONGEST_NAME)] = None
    grade_level: Annotated[
        str | UnsetType | None, "The year of school that its students are in.", Text(LONGEST_CODE)
    ] = UNSET
    class_teacher: Annotated[
        str | UnsetType | None, "Who leads it, by global id; null for nobody.", GlobalId("Teacher")
    ] = UNSET
    deputy: Annotated[
        str | UnsetType | None,
        "Who leads it beside them, by global id; null for nobody.",
        GlobalId("Teacher"),
    ] = UNSET
    leaves: Annotated[
        bool | None, "Whether its students leave the school with the last year: it ends then."
    ] = None
    students: Annotated[
        Sequence[str] | None,
        "Just these students, by global id; unless told, those of its sources on their last day of "
        "whom nothing else is said.",
        GlobalIds("Student"),
    ] = None
    joining: Annotated[
        Sequence[str],
        "Students who come in beside them, by global id: from another class group, to repeat a "
        "year, or from elsewhere.",
        GlobalIds("Student"),
    ] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CourseOfYear:
    """A course of the year to be, instead of what is planned of its source; or a new one. What is
    left out is as planned of the source."""

    source: Annotated[
        str | None,
        "The course of the last year that it goes on from, by global id; null where it is new.",
        GlobalId("Course"),
    ] = None
    class_group: Annotated[
        str | UnsetType | None,
        "The name of the class group of the new year that it belongs to; null for a course of "
        "several.",
        Text(LONGEST_NAME),
    ] = UNSET
    subject: Annotated[str | UnsetType, "What is learnt, by global id.", GlobalId("Subject")] = (
        UNSET
    )
    title: Annotated[
        str | None,
        "Its title; of a new one, unless told, the names of the subject and of the class group.",
        Text(LONGEST_NAME),
    ] = None
    code: Annotated[str | UnsetType | None, "The school's own code for it.", Text(LONGEST_CODE)] = (
        UNSET
    )
    room: Annotated[str | UnsetType | None, "Where it is held.", Text(LONGEST_CODE)] = UNSET
    grade_scale: Annotated[
        str | UnsetType | None,
        "The scale of its grades, by global id; null for the school's own.",
        GlobalId("GradeScale"),
    ] = UNSET
    whole_class: Annotated[
        bool | UnsetType, "Whether everybody in its class group takes it, by no name."
    ] = UNSET
    teachers: Annotated[
        Sequence[str] | None,
        "Who teaches it, by global id, the main teacher first.",
        GlobalIds("Teacher"),
    ] = None
    students: Annotated[
        Sequence[str] | None,
        "Who takes it, by global id, where it is no whole class.",
        GlobalIds("Student"),
    ] = None


@dataclass(frozen=True, slots=True)
class OpenAcademicYear:
    """The next academic year, as `School.yearPlan` shows it but for what is said here."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    year: Annotated[
        str | None,
        "The year to go on from, by global id; unless told, the last that has begun.",
        GlobalId("AcademicYear"),
    ] = None
    name: Annotated[str | None, "What it is called.", Text(LONGEST_NAME)] = None
    starts_on: Annotated[date | None, "Its first day."] = None
    ends_on: Annotated[date | None, "Its last day."] = None
    last_level: Annotated[
        int | None,
        "The last year of school, whose students leave; unless told, the highest that there was.",
        Checked(check_last_level),
    ] = None
    fingerprint: Annotated[
        str | None,
        "That of the plan that was shown: a CONFLICT where another would be shown by now.",
    ] = None
    periods: Annotated[
        list[PeriodOfYear] | None, "Just these periods, instead of those that are planned."
    ] = None
    days_off: Annotated[
        list[DayOffOfYear] | None, "Just these days off, instead of those that are planned."
    ] = None
    class_groups: Annotated[
        list[ClassGroupOfYear], "Class groups that are otherwise than planned, and new ones."
    ] = field(default_factory=list)
    courses: Annotated[
        list[CourseOfYear], "Courses that are otherwise than planned, and new ones."
    ] = field(default_factory=list)
    dropped: Annotated[
        Sequence[str], "Courses that do not go on, by global id.", GlobalIds("Course")
    ] = field(default_factory=list)
    leaving: Annotated[
        Sequence[str],
        "Students who leave the school with the last year, by global id.",
        GlobalIds("Student"),
    ] = field(default_factory=list)
    unplaced: Annotated[
        Sequence[str],
        "Students who stay, and are in no class group for now, by global id.",
        GlobalIds("Student"),
    ] = field(default_factory=list)
