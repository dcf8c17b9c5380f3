"""Pages that a viewer may know of, by whose they are, searched and a page at a time.

Who reads a page follows from the school's setting and from today's ties. The column `readers` has
it as addresses (`domain/addressees.py`); it is worked out anew each time, and stored nowhere.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    Date,
    FromClause,
    Select,
    String,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.sql.elements import ColumnElement

from db.reading.addressees import is_addressed
from db.reading.listing import counted_by, flag, has_words, paged, where_asked
from db.reading.parts import NOW, SCHOOL, among, columns, holds_on_day, table
from db.reading.ties import is_there
from db.statement import statement
from db.tables.class_groups import ClassGroup
from db.tables.courses import Enrolment, Teaching
from db.tables.guardians import Guardian, Guardianship
from db.tables.pages import OWNERS, Page, PageFollow
from db.tables.schools import School, Subject
from db.tables.students import Student
from db.tables.teachers import Teacher
from domain.addressees import HIGHEST_BITS, Part
from domain.pages import PageKind, PageLevel
from domain.ties import Restriction

IN_ORDER = ("begun_at", "id")
IDS_OF = ARRAY(Uuid())
S, F, T = Part.STUDENTS, Part.FAMILIES, Part.STAFF
OF_STAFF = (PageKind.TEACHER, PageKind.CLASS_GROUP, PageKind.SUBJECT)
OWN = bindparam("own", (), type_=IDS_OF)
READER = bindparam("reader", None, type_=Uuid())


def _text(value: str) -> ColumnElement[str]:
    return literal_column(f"'{value}'", String)


def _digit(part: Part) -> str:
    """The first digit of an address, in place of the zero of an id that has the time in it."""
    return f"{part << (HIGHEST_BITS - 124):x}"


def _at(place: ColumnElement[Any], *parts: Part) -> Any:
    """The addresses of parts of a class group or a course."""
    rest = func.substr(cast(place, String), literal_column("2"))
    return array([cast(func.concat(_text(_digit(part)), rest), Uuid()) for part in parts])


def _of_school(school: ColumnElement[Any], *parts: Part) -> Any:
    """The addresses of parts of the school."""
    number = func.lpad(func.to_hex(school), literal_column("12"), _text("0"))
    heads = (f"{_digit(part)}0000000-0000-0000-0000-" for part in parts)
    return array([cast(func.concat(_text(head), number), Uuid()) for head in heads])


def _all(addresses: Any, joined: FromClause, *where: ColumnElement[bool]) -> Any:
    """The addresses of all rows, as an array."""
    each = select(func.unnest(addresses)).select_from(joined).where(*where)
    return func.array(each.scalar_subquery(), type_=IDS_OF)


def kind_of(page: FromClause) -> ColumnElement[str]:
    return case(
        *((page.c[f"{owner}_id"].is_not(None), _text(owner.upper())) for owner in OWNERS[:-1]),
        else_=_text(OWNERS[-1].upper()),
    )


def _today(school: FromClause) -> ColumnElement[Any]:
    return cast(func.timezone(school.c.time_zone, NOW), Date)


def _is_of_somebody_there(page: FromClause, today: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the person whose page it is belongs to the school today; true of the pages of class
    groups and subjects. The page of somebody who has left is for themselves, their family and the
    heads."""
    people = (("student", Student), ("teacher", Teacher), ("guardian", Guardian))
    return case(
        *(
            (
                page.c[f"{owner}_id"].is_not(None),
                _of_owner(page, model, owner, lambda person: is_there(person, today)),
            )
            for owner, model in people
        ),
        else_=literal_column("true"),
    )


def readers_of(page: FromClause, school: FromClause) -> ColumnElement[Any]:
    """The addresses of those who read the page."""
    everybody, staff = _of_school(page.c.school_id, S, F, T), _of_school(page.c.school_id, T)
    level, today = school.c.pages, _today(school)
    tie: Any = table(Enrolment).alias("of_student")
    child_tie: Any = table(Enrolment).alias("of_child")
    guardianship, teaching = table(Guardianship), table(Teaching)
    led = table(ClassGroup).alias("led")
    of_student = _all(
        _at(tie.c.class_group_id, S, F, T),
        tie,
        tie.c.school_id == SCHOOL,
        tie.c.student_id == page.c.student_id,
        tie.c.class_group_id.is_not(None),
        tie.c.active,
        holds_on_day(tie, today),
    )
    of_guardian = _all(
        _at(child_tie.c.class_group_id, F, T),
        child_tie.join(
            guardianship,
            (guardianship.c.school_id == child_tie.c.school_id)
            & (guardianship.c.student_id == child_tie.c.student_id),
        ),
        guardianship.c.school_id == SCHOOL,
        guardianship.c.guardian_id == page.c.guardian_id,
        holds_on_day(guardianship, today),
        guardianship.c.restriction.is_distinct_from(_text(Restriction.NOTHING_SEEN.value)),
        child_tie.c.class_group_id.is_not(None),
        child_tie.c.active,
        holds_on_day(child_tie, today),
    )
    of_courses = _all(
        _at(teaching.c.course_id, S, F),
        teaching,
        teaching.c.school_id == SCHOOL,
        teaching.c.active,
        teaching.c.teacher_id == page.c.teacher_id,
        holds_on_day(teaching, today),
    )
    of_led = _all(
        _at(led.c.id, S, F),
        led,
        led.c.school_id == SCHOOL,
        or_(
            led.c.class_teacher_id == page.c.teacher_id,
            led.c.deputy_id == page.c.teacher_id,
        ),
        led.c.active,
    )
    near = case(
        (page.c.student_id.is_not(None), of_student),
        (page.c.guardian_id.is_not(None), of_guardian),
        (page.c.teacher_id.is_not(None), func.array_cat(func.array_cat(of_courses, of_led), staff)),
        (page.c.class_group_id.is_not(None), _at(page.c.class_group_id, S, F, T)),
        else_=everybody,
    )
    return case(
        (~_is_of_somebody_there(page, today), cast(array([], type_=Uuid()), IDS_OF)),
        (level == _text(PageLevel.ALL.value), everybody),
        (level == _text(PageLevel.STAFF.value), staff),
        else_=near,
    )


def is_allowed(page: FromClause, school: FromClause) -> ColumnElement[bool]:
    """Whether the school has pages of this kind."""
    of_staff = or_(*(page.c[f"{kind.value.lower()}_id"].is_not(None) for kind in OF_STAFF))
    return case(
        (school.c.pages == _text(PageLevel.OFF.value), literal_column("false")),
        (school.c.pages == _text(PageLevel.STAFF.value), of_staff),
        else_=literal_column("true"),
    )


def _of_owner(page: FromClause, model: Any, column: str, shown: Any) -> Any:
    own = table(model).alias(f"{column}_of_page")
    found = select(shown(own)).where(own.c.school_id == SCHOOL, own.c.id == page.c[f"{column}_id"])
    return found.scalar_subquery()


def _of_owners(page: FromClause, of_person: Any, of_place: Any) -> ColumnElement[str]:
    people = (("student", Student), ("teacher", Teacher), ("guardian", Guardian))
    return func.coalesce(
        *(_of_owner(page, model, column, of_person) for column, model in people),
        _of_owner(page, ClassGroup, "class_group", of_place),
        _of_owner(page, Subject, "subject", of_place),
    )


def name_of(page: FromClause) -> ColumnElement[str]:
    """The name of whose page it is."""
    return _of_owners(
        page,
        lambda person: func.concat_ws(_text(" "), person.c.given_name, person.c.family_name),
        lambda place: place.c.name,
    )


def _key_of(page: FromClause) -> ColumnElement[str]:
    return _of_owners(
        page,
        lambda person: person.c.search_key,
        lambda place: place.c.search_key if "search_key" in place.c else func.lower(place.c.name),
    )


def pages(*more: Any) -> Select[Any]:
    """Those that the school allows, with their `kind`, `name` and `readers`."""
    page, school = table(Page), table(School)
    return (
        select(
            *columns(Page),
            kind_of(page).label("kind"),
            name_of(page).label("name"),
            readers_of(page, school).label("readers"),
            *more,
        )
        .join(school, school.c.school_id == page.c.school_id)
        .where(page.c.school_id == SCHOOL, is_allowed(page, school))
    )


def may_read(page: FromClause, readers: Any) -> ColumnElement[bool]:
    """Whether the viewer may know of the page: one of its readers' addresses is theirs, or it is of
    one of their `own` people, class groups and subjects; or they read `all` that there is.
    `resolvers.pages.asked_by` makes these parameters."""
    own: Any = any_(OWN)
    return or_(
        flag("all"),
        is_addressed(readers),
        *(page.c[f"{owner}_id"] == own for owner in OWNERS),
    )


def is_followed(page: FromClause) -> ColumnElement[bool]:
    follow = table(PageFollow)
    return exists().where(
        follow.c.school_id == SCHOOL, follow.c.page_id == page.c.id, follow.c.account_id == READER
    )


@statement(Page)
def pages_by_id() -> ClauseElement:
    return pages().where(among(table(Page).c.id))


def _listed() -> Select[Any]:
    """Those of the school that the viewer may know of, with all `words` in their names, of a
    `kind`, or that they follow."""
    page, school = table(Page), table(School)
    kind = bindparam("kind", None, type_=String)
    return pages().where(
        may_read(page, readers_of(page, school)),
        has_words(_key_of(page)),
        where_asked(kind.is_not(None), kind_of(page) == kind),
        where_asked(flag("followed"), is_followed(page)),
    )


@statement(Page)
def pages_of_school() -> ClauseElement:
    return paged(_listed(), IN_ORDER)


@statement(Page)
def pages_counted() -> ClauseElement:
    return counted_by(_listed())


def _of(owner: str) -> ClauseElement:
    return pages().where(among(table(Page).c[f"{owner}_id"]))


@statement(Page)
def pages_of_students() -> ClauseElement:
    return _of("student")


@statement(Page)
def pages_of_teachers() -> ClauseElement:
    return _of("teacher")


@statement(Page)
def pages_of_guardians() -> ClauseElement:
    return _of("guardian")


@statement(Page)
def pages_of_class_groups() -> ClauseElement:
    return _of("class_group")


@statement(Page)
def pages_of_subjects() -> ClauseElement:
    return _of("subject")


@statement(PageFollow)
def follows_of_account() -> ClauseElement:
    """Which of the pages the `reader` follows."""
    follow = table(PageFollow)
    return select(*columns(PageFollow)).where(
        follow.c.school_id == SCHOOL, among(follow.c.page_id), follow.c.account_id == READER
    )


@statement(PageFollow)
def followers_of_pages() -> ClauseElement:
    follow = table(PageFollow)
    return select(follow.c.page_id, follow.c.account_id).where(
        follow.c.school_id == SCHOOL, among(follow.c.page_id)
    )


def page_of_owner(owners: Sequence[str] = OWNERS) -> Select[Any]:
    """The id of the page of any of the `ids`, whatever the school allows."""
    page = table(Page)
    return select(page.c.id).where(
        page.c.school_id == SCHOOL, or_(*(among(page.c[f"{owner}_id"]) for owner in owners))
    )


@statement(Page)
def pages_of_owners() -> ClauseElement:
    return page_of_owner()


@statement(School)
def page_level() -> ClauseElement:
    """How far the school allows pages."""
    school = table(School)
    return select(school.c.pages).where(school.c.school_id == SCHOOL)
