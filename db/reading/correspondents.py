"""To whom an account may write: the rule of `domain/messages.py` as SQL."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    ClauseElement,
    ColumnElement,
    Integer,
    Select,
    String,
    Uuid,
    any_,
    bindparam,
    cast,
    distinct,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)

from db.reading.accounts import ACCOUNT
from db.reading.listing import flag, has_words, id_of
from db.reading.parts import SCHOOL, holds_on_day, table
from db.reading.ties import guarding, is_open, is_seen, is_there, placed
from db.statement import statement
from db.tables.accounts import Account, Membership
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Enrolment, Teaching
from db.tables.guardians import Guardian, Guardianship
from db.tables.messages import MessageBlock
from db.tables.schools import School
from db.tables.students import Student
from db.tables.teachers import Teacher
from domain.messages import CorrespondentRole
from domain.roles import OFFICE_ROLES

R = CorrespondentRole
OFFICE: Any = any_(literal(sorted(OFFICE_ROLES), ARRAY(String)))

OF_STAFF: Any = any_(literal([R.OFFICE.value, R.TEACHER.value], ARRAY(String)))


def _takes_part(person: Any) -> ColumnElement[bool]:
    """Whether the person is there, and an account takes their part."""
    found: ColumnElement[bool] = is_there(person) & person.c.enabled
    return found


def _held(membership: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = (membership.c.school_id == SCHOOL) & holds_on_day(membership)
    return found


def _joined(membership: Any, person: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = (person.c.school_id == membership.c.school_id) & (
        person.c.id == membership.c[f"{person.name}_id"]
    )
    return found


def _guarded() -> Any:
    """The guardians of each student on the day who see the child."""
    tie, student, who = table(Guardianship), table(Student), guarding()
    return (
        who.join(
            student,
            (student.c.school_id == tie.c.school_id) & (student.c.id == tie.c.student_id),
        )
        .where(is_seen(tie), is_there(student), table(Guardian).c.enabled)
        .subquery("guarded")
    )


def _learners() -> Any:
    """Who learns in which course on the day. Whether they are there is not asked."""
    course, tie, stay = table(Course), table(Enrolment), placed().subquery("stay")
    direct = (
        select(tie.c.school_id, tie.c.student_id, course.c.id.label("course_id"))
        .join(course, (course.c.school_id == tie.c.school_id) & (course.c.id == tie.c.course_id))
        .where(tie.c.school_id == SCHOOL, tie.c.active, holds_on_day(tie), is_open(course))
    )
    with_class = (
        select(stay.c.school_id, stay.c.student_id, course.c.id)
        .join(
            course,
            (course.c.school_id == stay.c.school_id)
            & (course.c.class_group_id == stay.c.class_group_id),
        )
        .where(course.c.whole_class, is_open(course))
    )
    return union(direct, with_class).subquery("learners")


def _taught() -> Any:
    """Who teaches which course on the day."""
    tie, course = table(Teaching), table(Course)
    return (
        select(tie.c.school_id, tie.c.teacher_id, tie.c.course_id)
        .join(course, (course.c.school_id == tie.c.school_id) & (course.c.id == tie.c.course_id))
        .where(tie.c.school_id == SCHOOL, tie.c.active, holds_on_day(tie), is_open(course))
        .subquery("taught")
    )


def _led() -> Any:
    """Who leads which class group on the day."""
    group = table(ClassGroup)
    leaders = (
        select(
            group.c.school_id, group.c[name].label("teacher_id"), group.c.id.label("group_id")
        ).where(group.c.school_id == SCHOOL, group.c[name].is_not(None), is_open(group))
        for name in ("class_teacher_id", "deputy_id")
    )
    return union(*leaders).subquery("led")


def _in(column: ColumnElement[Any], of: CTE) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.in_(select(of.c[0]))
    return found


class _Mine:
    """The account's own part in the school, on the day: what `domain.messages.Part` has."""

    def __init__(self) -> None:
        held, learners, taught = table(Membership), _learners(), _taught()
        led, stay, guarded = _led(), placed().subquery("stay_of_mine"), _guarded()
        student, teacher = table(Student), table(Teacher)
        own = (held.c.account_id == ACCOUNT) & _held(held)
        self.office = exists().where(own, held.c.role == OFFICE)
        self.teachers = (
            select(teacher.c.id)
            .join(held, _joined(held, teacher))
            .where(own, _takes_part(teacher))
            .cte("own_teachers")
        )
        self.selves = (
            select(student.c.id)
            .join(held, _joined(held, student))
            .where(own, _takes_part(student))
            .cte("own_students")
        )
        children = select(guarded.c.student_id).join(
            held,
            (held.c.school_id == guarded.c.school_id)
            & (held.c.guardian_id == guarded.c.guardian_id),
        )
        self.family = union(select(self.selves.c.id), children.where(own)).cte("own_family")
        self.students = union(
            select(learners.c.student_id)
            .join(taught, taught.c.course_id == learners.c.course_id)
            .where(_in(taught.c.teacher_id, self.teachers)),
            select(stay.c.student_id)
            .join(led, led.c.group_id == stay.c.class_group_id)
            .where(_in(led.c.teacher_id, self.teachers)),
        ).cte("their_students")
        self.their_teachers = union(
            select(taught.c.teacher_id)
            .join(learners, learners.c.course_id == taught.c.course_id)
            .where(_in(learners.c.student_id, self.family)),
            select(led.c.teacher_id)
            .join(stay, stay.c.class_group_id == led.c.group_id)
            .where(_in(stay.c.student_id, self.family)),
        ).cte("their_teachers")
        beside, school = placed().subquery("beside"), table(School)
        allowed = exists().where(school.c.school_id == SCHOOL, school.c.classmates_write)
        self.classmates = (
            select(beside.c.student_id)
            .join(stay, stay.c.class_group_id == beside.c.class_group_id)
            .where(_in(stay.c.student_id, self.selves), allowed)
            .cte("classmates")
        )

    @property
    def staff(self) -> ColumnElement[bool]:
        return self.office | exists(select(self.teachers.c.id))


def _name(person: Any) -> ColumnElement[str]:
    found: ColumnElement[str] = func.concat_ws(" ", person.c.given_name, person.c.family_name)
    return found


def _of_role(role: CorrespondentRole, person: Any = None, **more: Any) -> Select[Any]:
    """Everybody of the role in the school, with their accounts. Those of the office are no persons:
    their account stands in."""
    held, account = table(Membership), table(Account)
    of: dict[str, Any] = {
        "person_id": held.c.account_id,
        "name": account.c.display_name,
        "search_key": func.lower(account.c.display_name),
        "family_name": account.c.display_name,
        "student_id": cast(null(), Uuid),
        "about": cast(null(), String),
    }
    if person is not None:
        of |= {
            "person_id": person.c.id,
            "name": _name(person),
            "search_key": person.c.search_key,
            "family_name": person.c.family_name,
        }
    found = (
        select(
            held.c.school_id,
            held.c.account_id,
            literal(role.value).label("role"),
            *(value.label(name) for name, value in (of | more).items()),
        )
        .join(account, (account.c.id == held.c.account_id) & account.c.active)
        .where(_held(held))
    )
    if person is None:
        return found.where(held.c.role == OFFICE)
    return found.join(person, _joined(held, person)).where(_takes_part(person))


def _everybody() -> Any:
    """Everybody who takes part in the school on the day, once for each way of writing to them; a
    guardian once for each child."""
    held, student, child = table(Membership), table(Student), table(Student).alias("child")
    guarded = _guarded().alias("guarded_by_them")
    of_children = {"student_id": guarded.c.student_id, "about": _name(child)}
    return union_all(
        _of_role(R.STUDENT, student, student_id=student.c.id),
        _of_role(R.TEACHER, table(Teacher)),
        _of_role(R.OFFICE),
        _of_role(R.GUARDIAN, table(Guardian), **of_children)
        .join(
            guarded,
            (guarded.c.school_id == held.c.school_id)
            & (guarded.c.guardian_id == held.c.guardian_id),
        )
        .join(
            child,
            (child.c.school_id == guarded.c.school_id) & (child.c.id == guarded.c.student_id),
        ),
    ).subquery("everybody")


def _reached(each: Any) -> list[ColumnElement[bool]]:
    """Of everybody those to whom the `account` may write; none who has blocked it, but for the
    office, which everybody reaches."""
    mine, block = _Mine(), table(MessageBlock)
    may = or_(
        mine.office,
        each.c.role == R.OFFICE.value,
        mine.staff & (each.c.role == R.TEACHER.value),
        _in(each.c.student_id, mine.students),
        (each.c.role == R.TEACHER.value) & _in(each.c.person_id, mine.their_teachers),
        (each.c.role == R.STUDENT.value) & _in(each.c.person_id, mine.classmates),
    )
    blocked = exists().where(
        block.c.school_id == SCHOOL,
        block.c.account_id == each.c.account_id,
        block.c.blocked_id == ACCOUNT,
    )
    heard = ~blocked | (each.c.role == R.OFFICE.value)
    return [each.c.school_id == SCHOOL, each.c.account_id != ACCOUNT, may, heard]


@statement(Membership)
def correspondents_of_account() -> ClauseElement:
    """The first of them by name, each person once; those whose names have all `words`."""
    each = _everybody()
    keys = (each.c.school_id, each.c.role, each.c.person_id, each.c.name, each.c.family_name)
    about = func.array_remove(func.array_agg(distinct(each.c.about)), null())
    return (
        select(*keys, about.label("about"))
        .where(*_reached(each), has_words(each.c.search_key))
        .group_by(*keys)
        .order_by(each.c.family_name, each.c.name, each.c.person_id, each.c.role)
        .limit(bindparam("limit", type_=Integer))
    )


def _ids(name: str) -> Any:  # a parameter, of which a column may be any
    return any_(bindparam(name, None, type_=ARRAY(Uuid())))


@statement(Membership)
def reached_by_account() -> ClauseElement:
    """The accounts of them that are addressed: those of `people`, or some `accounts`, or those of
    the class group or the course, or of the school, whom a rule names."""
    each, stay, learners = _everybody(), placed().subquery("addressed"), _learners()
    group, course = id_of("class_group"), id_of("course")
    in_group = select(stay.c.student_id).where(stay.c.class_group_id == group)
    in_course = select(learners.c.student_id).where(learners.c.course_id == course)
    learns = each.c.student_id.in_(in_group) | each.c.student_id.in_(in_course)
    addressed = or_(
        each.c.person_id == _ids("people"),
        each.c.account_id == _ids("accounts"),
        flag("to_office") & (each.c.role == R.OFFICE.value),
        flag("to_staff") & (each.c.role == OF_STAFF),
        flag("to_students") & (each.c.role == R.STUDENT.value) & learns,
        flag("to_families") & (each.c.role == R.GUARDIAN.value) & learns,
    )
    return (
        select(each.c.school_id, each.c.account_id, each.c.role, each.c.person_id)
        .where(*_reached(each), addressed)
        .distinct()
    )


@statement(Membership)
def staff_among() -> ClauseElement:
    """Which of the `accounts` are of the staff."""
    each = _everybody()
    of_staff = each.c.role == OF_STAFF
    return (
        select(each.c.school_id, each.c.account_id)
        .where(each.c.school_id == SCHOOL, each.c.account_id == _ids("accounts"), of_staff)
        .distinct()
    )
