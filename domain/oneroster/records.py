"""The records of a roster and their columns."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from domain.oneroster import values

Reader = Callable[[str, values.Notice], Any]
SESSIONS = ("gradingPeriod", "semester", "schoolYear", "term")
ORGS = ("department", "school", "district", "local", "state", "national")
PUPIL_ROLES = ("student", "guardian", "parent", "relative")
STAFF_ROLES = ("teacher", "aide", "proctor", "counselor", "administrator", "principal")
CHIEF_ROLES = ("districtAdministrator", "siteAdministrator", "systemAdministrator")
ROLES = (*PUPIL_ROLES, *STAFF_ROLES, *CHIEF_ROLES)
SEXES = ("male", "female", "unspecified", "other")
SEXES_IN_SHORT = {"m": "male", "f": "female", "u": "unspecified", "x": "other"}
SCORES = ("exempt", "fully graded", "not submitted", "partially graded", "submitted")


def column(read: Reader, *, needed: bool = False, name: str | None = None) -> Any:
    """Define a column of the file; a needed one must not be blank."""
    default: Any = None
    if read is values.names:
        default = ()
    return field(default=default, metadata={"read": read, "needed": needed, "name": name})


@dataclass(slots=True)
class Record:
    """`line` is the first line of the row; `active` is false if its status says so."""

    line: int
    sourced_id: str
    active: bool


@dataclass(slots=True)
class Org(Record):
    name: str = column(values.text, needed=True)
    type: str = column(values.one_of(*ORGS), needed=True)
    parent_sourced_id: str | None = column(values.text)


@dataclass(slots=True)
class AcademicSession(Record):
    title: str = column(values.text, needed=True)
    type: str = column(values.text, needed=True)
    start_date: date = column(values.day, needed=True)
    end_date: date = column(values.day, needed=True)
    parent_sourced_id: str | None = column(values.text)
    school_year: str | None = column(values.text)


@dataclass(slots=True)
class Course(Record):
    title: str = column(values.text, needed=True)
    course_code: str | None = column(values.text)
    org_sourced_id: str = column(values.text, needed=True)


@dataclass(slots=True)
class Class(Record):
    """The `metadata` columns are this project's own."""

    title: str = column(values.text, needed=True)
    grades: str | None = column(values.text)
    course_sourced_id: str | None = column(values.text)
    class_code: str | None = column(values.text)
    class_type: str = column(values.one_of("homeroom", "scheduled"), needed=True)
    location: str | None = column(values.text)
    school_sourced_id: str = column(values.text, needed=True)
    term_sourced_ids: tuple[str, ...] = column(values.names)
    subjects: tuple[str, ...] = column(values.names)
    home: str | None = column(values.text, name="metadata.homeroomSourcedId")
    whole: bool | None = column(values.truth, name="metadata.wholeHomeroom")
    courseless: bool | None = column(values.truth, name="metadata.withoutCourse")


@dataclass(slots=True)
class User(Record):
    """`role` and `org_sourced_ids` are of version 1.1, which has no file of roles. `password` is
    noticed, and never kept."""

    given_name: str = column(values.text, needed=True)
    family_name: str = column(values.text, needed=True)
    middle_name: str | None = column(values.text)
    identifier: str | None = column(values.text)
    email: str | None = column(values.text)
    sms: str | None = column(values.text)
    phone: str | None = column(values.text)
    agent_sourced_ids: tuple[str, ...] = column(values.names)
    grades: str | None = column(values.text)
    role: str | None = column(values.one_of(*ROLES))
    org_sourced_ids: tuple[str, ...] = column(values.names)
    username: str | None = column(values.text)
    enabled_user: bool | None = column(values.truth_if_told)
    password: None = column(values.password)


@dataclass(slots=True)
class Dated(Record):
    """A record that holds from one day to another, both included; None means open."""

    begin_date: date | None = column(values.day)
    end_date: date | None = column(values.day)


@dataclass(slots=True)
class Role(Dated):
    user_sourced_id: str = column(values.text, needed=True)
    role: str = column(values.one_of(*ROLES), needed=True)
    org_sourced_id: str = column(values.text, needed=True)


@dataclass(slots=True)
class Enrollment(Dated):
    class_sourced_id: str = column(values.text, needed=True)
    school_sourced_id: str = column(values.text, needed=True)
    user_sourced_id: str = column(values.text, needed=True)
    role: str = column(values.one_of(*ROLES), needed=True)
    primary: bool | None = column(values.truth)


@dataclass(slots=True)
class Demographics(Record):
    birth_date: date | None = column(values.day)
    sex: str | None = column(values.one_of(*SEXES, also=SEXES_IN_SHORT))


@dataclass(slots=True)
class Category(Record):
    title: str = column(values.text, needed=True)
    weight: Decimal | None = column(values.number)


@dataclass(slots=True)
class LineItem(Record):
    title: str = column(values.text, needed=True)
    description: str | None = column(values.text)
    assign_date: date | None = column(values.day)
    due_date: date | None = column(values.day)
    class_sourced_id: str = column(values.text, needed=True)
    category_sourced_id: str | None = column(values.text)
    academic_session_sourced_id: str | None = column(values.text)
    grading_period_sourced_id: str | None = column(values.text)
    result_value_min: Decimal | None = column(values.number)
    result_value_max: Decimal | None = column(values.number)


@dataclass(slots=True)
class Result(Record):
    """`beside` is this project's own column: other results of the student for the line item count
    too."""

    line_item_sourced_id: str = column(values.text, needed=True)
    student_sourced_id: str = column(values.text, needed=True)
    score_status: str | None = column(values.one_of(*SCORES))
    score: Decimal | None = column(values.number)
    score_date: date = column(values.day, needed=True)
    comment: str | None = column(values.text)
    text_score: str | None = column(values.text)
    missing: bool | None = column(values.truth)
    beside: bool | None = column(values.truth, name="metadata.besideOthers")


FILES: dict[str, type[Record]] = {
    "orgs": Org,
    "academicSessions": AcademicSession,
    "courses": Course,
    "classes": Class,
    "users": User,
    "roles": Role,
    "enrollments": Enrollment,
    "demographics": Demographics,
    "categories": Category,
    "lineItems": LineItem,
    "results": Result,
}
"""The files that are read, each after those that it refers to."""


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    read: Reader
    needed: bool
    blank: Any
    attribute: str


def columns(record: type[Record]) -> list[Column]:
    """The columns of a record's file besides sourcedId and status, in the order of its fields."""
    return [
        Column(
            each.metadata["name"] or camel(each.name),
            each.metadata["read"],
            each.metadata["needed"],
            each.default,
            each.name,
        )
        for each in fields(record)[3:]
    ]


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
