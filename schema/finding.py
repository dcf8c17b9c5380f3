"""What a school's lists are searched and filtered by."""

from typing import Annotated, Any

import strawberry

from db.tables.schools import School
from domain.names import patterns
from resolvers.context import Context
from schema.spans import id_in


def words_in(texts: str) -> Any:  # stands in the annotation of an argument
    """Searches a list for words in such texts of its records."""
    return strawberry.argument(
        description=f"Only those in whose {texts} words begin with each of these, in any order; "
        "neither capitals nor accents count."
    )


PutAway = Annotated[
    bool,
    strawberry.argument(description="Those that were put away, instead of those in use."),
]


def in_use(statement: Any) -> Any:  # any statement of one school's list
    """Read the list: those in use, or those that were put away."""

    async def read(record: School, context: Context, put_away: PutAway = False) -> list[Any]:
        return await context.store.fetch(statement, school=record.school_id, put_away=put_away)

    return read


SearchNames = Annotated[
    str | None,
    strawberry.argument(description="Only those in whose names words begin with each of these."),
]


def words_of(search: str | None) -> dict[str, object]:
    """The parameters of a list's statements by which it is searched."""
    return {} if search is None else {"words": tuple(patterns(search))}


def _names(of: str, example: str) -> Any:  # stands as the default of a field
    return strawberry.field(
        default=None,
        description=f"Only {of} begin with each of these words, in any order; neither capitals nor"
        f" accents count: {example}.",
    )


def _field(description: str, default: Any = None) -> Any:  # stands as the default of a field
    return strawberry.field(default=default, description=description)


PEOPLE = "whose names"
LEFT = "Those who have left, instead of those who are there or to come."
AWAY = "Those that were put away, instead of those that are open."
ACCOUNT = "Only who can't sign in: no account is theirs."


@strawberry.input(description="Which students to keep; what is left out does not restrict.")
class StudentFilter:
    name: str | None = _names(PEOPLE, "`nunez ana` finds Ana María Núñez")
    grade_level: str | None = _field("Only of this year of school.")
    class_group: strawberry.ID | None = _field(
        "Only who is in this class group today, or was on the last day of its year."
    )
    academic_year: strawberry.ID | None = _field("Only who was in a class group of this year.")
    without_guardian: bool = _field("Only who has no guardian today.", False)
    without_class_group: bool = _field("Only who is in no class group today.", False)
    without_account: bool = _field(ACCOUNT, False)
    has_left: bool = _field(LEFT, False)


@strawberry.input(description="Which guardians to keep; what is left out does not restrict.")
class GuardianFilter:
    name: str | None = _names(PEOPLE, "`nunez ana` finds Ana María Núñez")
    without_child: bool = _field("Only who is nobody's guardian today.", False)
    without_account: bool = _field(ACCOUNT, False)
    has_left: bool = _field(LEFT, False)


@strawberry.input(description="Which teachers to keep; what is left out does not restrict.")
class TeacherFilter:
    name: str | None = _names(PEOPLE, "`nunez ana` finds Ana María Núñez")
    without_account: bool = _field(ACCOUNT, False)
    has_left: bool = _field(LEFT, False)


@strawberry.input(description="Which courses to keep; what is left out does not restrict.")
class CourseFilter:
    name: str | None = _names("in whose titles words", "`7b math` finds Mathematics 7B")
    academic_year: strawberry.ID | None = _field("Only of this year, also where it is over.")
    class_group: strawberry.ID | None = _field(
        "Only what this class group takes: its own courses, and those in which its students are "
        "enrolled."
    )
    subject: strawberry.ID | None = _field("Only of this subject.")
    teacher: strawberry.ID | None = _field(
        "Only what this teacher teaches today, or taught on the last day of a year that is over."
    )
    without_teacher: bool = _field(
        "Only what nobody teaches today, or taught on the last day of a year that is over.", False
    )
    is_over: bool = _field(
        "Those that are put away or whose year is over, instead of those that are open.", False
    )
    put_away: bool = _field(AWAY, False)


@strawberry.input(description="Which class groups to keep; what is left out does not restrict.")
class ClassGroupFilter:
    name: str | None = _names("in whose names words", "`7` finds 7B")
    academic_year: strawberry.ID | None = _field("Only of this year, also where it is over.")
    grade_level: str | None = _field("Only of this year of school.")
    without_class_teacher: bool = _field("Only those that nobody leads.", False)
    is_over: bool = _field(
        "Those that are put away or whose year is over, instead of those that are open.", False
    )
    put_away: bool = _field(AWAY, False)


@strawberry.input(description="Which open lessons to keep; what is left out does not restrict.")
class OpenLessonFilter:
    class_group: strawberry.ID | None = _field("Only of courses of this class group.")
    teacher: strawberry.ID | None = _field("Only those that this teacher was to hold.")
    course: strawberry.ID | None = _field("Only of this course.")
    subject: strawberry.ID | None = _field("Only of this subject.")


_about = strawberry.argument(description="Which to keep.")
StudentsWhere = Annotated[StudentFilter | None, _about]
GuardiansWhere = Annotated[GuardianFilter | None, _about]
TeachersWhere = Annotated[TeacherFilter | None, _about]
CoursesWhere = Annotated[CourseFilter | None, _about]
ClassGroupsWhere = Annotated[ClassGroupFilter | None, _about]
OpenLessonsWhere = Annotated[OpenLessonFilter | None, _about]
NOUNS = {
    "class_group": "ClassGroup",
    "academic_year": "AcademicYear",
    "subject": "Subject",
    "teacher": "Teacher",
    "course": "Course",
}
"""Of what the fields of filters name the ids."""


def parameters_of(school_id: int, where: Any) -> dict[str, Any]:  # one of the filters, or None
    """The filter as parameters of a list's statements."""
    if where is None:
        return {}
    found: dict[str, Any] = {}
    for name, value in vars(where).items():
        if name == "name":
            found["words"] = patterns(value or "")
        elif value is not None and name in NOUNS:
            found[name] = id_in(school_id, value, NOUNS[name])
        else:
            found[name] = value
    return found
