"""The next academic year by rule: names that count up, days that move, classes that go on."""

import itertools
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.tables.schools import WORKDAYS
from domain.year_plans import (
    LastYear,
    PlannedGroup,
    Span,
    moved_calendar,
    moved_year,
    next_level,
    next_name,
    next_year_name,
    on_same_weekday,
    planned_courses,
    planned_groups,
    retitled,
    years_on,
)


@pytest.mark.parametrize(
    ("name", "level", "becomes"),
    [
        ("5A", "5", "6A"), ("10Б", "10", "11Б"), ("9A", "09", "10A"), ("2/5B", "5", "2/6B"),
        ("Class 05", "05", "Class 06"), ("5-1", None, "6-1"), ("Blue", "3", "Blue"),
        ("7B", "KG", "8B"), ("99", None, "100"),
    ],
)  # fmt: skip
def test_a_class_counts_up_the_number_of_its_year_of_school(
    name: str, level: str | None, becomes: str
) -> None:
    assert next_name(name, level) == becomes


def test_a_year_of_school_counts_up_and_keeps_its_width() -> None:
    assert [next_level(each) for each in ("5", "05", "09", "KG", None)] == [
        "6", "06", "10", "KG", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "becomes"),
    [
        ("2026/27", "2027/28"), ("2026/2027", "2027/2028"), ("1999/00", "2000/01"),
        ("2098/99", "2099/00"), ("This year", "2027/28"),
    ],
)  # fmt: skip
def test_a_year_is_called_by_the_numbers_of_the_next(name: str, becomes: str) -> None:
    assert next_year_name(name, date(2027, 9, 1), date(2028, 5, 31)) == becomes


def test_a_title_is_counted_up_where_it_names_the_class() -> None:
    names = {"5A": "6A", "5B": "6B", "15A": "16A"}
    assert retitled("Mathematics 5A", names) == "Mathematics 6A"
    assert retitled("Choir 5A/5B, 15A", names) == "Choir 6A/6B, 16A"
    assert retitled("Room 25A, 5A1, Algebra 5", names) == "Room 25A, 5A1, Algebra 5"
    assert retitled("5A", {}) == "5A"


OLD = Span("2026/27", date(2026, 9, 1), date(2027, 5, 31))


def test_a_year_keeps_its_dates_or_begins_and_ends_on_a_school_day() -> None:
    assert moved_year(OLD, WORKDAYS) == Span("2027/28", date(2027, 9, 1), date(2028, 5, 31))
    new = moved_year(Span("2027/28", date(2027, 9, 3), date(2028, 6, 1)), WORKDAYS)
    # The 3rd of September 2028 is a Sunday, the 1st of June 2029 a Friday.
    assert (new.starts_on, new.ends_on) == (date(2028, 9, 4), date(2029, 6, 1))
    weekend = moved_year(Span("A", date(2026, 8, 1), date(2027, 7, 31)), WORKDAYS)
    assert (weekend.starts_on, weekend.ends_on) == (date(2027, 8, 1), date(2028, 7, 31))
    long = moved_year(Span("A 1", date(2026, 9, 1), date(2027, 12, 31)), WORKDAYS)
    assert (long.name, long.starts_on) == ("A 3", date(2028, 9, 1))
    longer = moved_year(Span("A 1", date(2026, 9, 1), date(2029, 12, 31)), WORKDAYS)
    assert (longer.name, longer.starts_on) == ("A 5", date(2030, 9, 2))
    wished = moved_year(OLD, WORKDAYS, "Next", date(2027, 8, 30), date(2028, 6, 2))
    assert wished == Span("Next", date(2027, 8, 30), date(2028, 6, 2))


def test_periods_and_holidays_keep_their_weekdays_and_public_holidays_their_date() -> None:
    new = moved_year(OLD, WORKDAYS)
    quarter = Span("Quarter 1", date(2026, 9, 1), date(2026, 10, 23), "QUARTER")
    whole = Span("Year", date(2026, 9, 1), date(2027, 5, 31), "YEAR")
    autumn = Span("Autumn", date(2026, 10, 24), date(2026, 11, 1))
    unity = Span("Unity", date(2026, 11, 4), date(2026, 11, 4))
    summer = Span("Summer", date(2027, 6, 1), date(2027, 8, 31))
    assert moved_calendar([quarter, whole, autumn, unity, summer], OLD, new) == [
        Span("Quarter 1", date(2027, 9, 1), date(2027, 10, 22), "QUARTER"),
        Span("Year", new.starts_on, new.ends_on, "YEAR"),
        Span("Autumn", date(2027, 10, 23), date(2027, 10, 31)),
        Span("Unity", date(2027, 11, 4), date(2027, 11, 4)),
    ]


@given(st.dates(), st.integers(-9999, 9999))
def test_days_moved_beyond_all_dates_stay_dates(day: date, by: int) -> None:
    assert 2 <= years_on(day, by).year <= 9998
    assert 1 <= on_same_weekday(day, by).year <= 9999
    edge = Span("9999", date(9999, 9, 1), date(9999, 12, 31))
    assert moved_year(edge, WORKDAYS).starts_on.year == 9998


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 9))
def test_a_moved_day_keeps_its_weekday_and_is_at_most_three_days_off(day: date, by: int) -> None:
    moved = on_same_weekday(day, by)
    assert moved.weekday() == day.weekday()
    assert abs(moved - years_on(day, by)) <= timedelta(3)


@given(st.data())
def test_spans_that_do_not_meet_do_not_meet_a_year_later(data: Any) -> None:
    days = sorted(data.draw(st.sets(st.integers(0, 272), min_size=2, max_size=12)))
    spans = [
        Span(str(n), OLD.starts_on + timedelta(first), OLD.starts_on + timedelta(last - 1))
        for n, (first, last) in enumerate(itertools.pairwise(days))
        if last - first > 2
    ]
    new = moved_year(OLD, WORKDAYS)
    moved = moved_calendar(spans, OLD, new)
    assert all(new.starts_on <= each.starts_on <= each.ends_on <= new.ends_on for each in moved)
    assert all(one.ends_on < two.starts_on for one, two in itertools.pairwise(moved))


@dataclass(frozen=True)
class Group:
    id: UUID
    name: str
    grade_level: str | None = None
    class_teacher_id: UUID | None = None
    deputy_id: UUID | None = None


@dataclass(frozen=True)
class Course:
    id: UUID
    title: str
    subject_id: UUID | None = None
    class_group_id: UUID | None = None
    whole_class: bool = False
    code: str | None = None
    room: str | None = None
    grade_scale_id: UUID | None = None


def id_(number: int) -> UUID:
    return UUID(int=number)


def test_the_last_class_leaves_and_who_is_gone_leads_nothing() -> None:
    groups = [
        Group(id_(1), "5A", "5", id_(90), id_(91)), Group(id_(2), "9A", "9"), Group(id_(3), "12"),
    ]  # fmt: skip
    last = LastYear(groups, [], {id_(1): (id_(7),)}, teachers=frozenset({id_(91)}))
    fifth, ninth, twelfth = planned_groups(1, last, 9)
    assert (fifth.name, fifth.grade_level, fifth.student_ids) == ("6A", "6", (id_(7),))
    assert (fifth.class_teacher_id, fifth.deputy_id) == (None, id_(91))
    assert (ninth.leaves, ninth.name, twelfth.leaves) == (True, None, True)
    assert not any(each.leaves for each in planned_groups(1, last, None))


def test_courses_follow_their_classes() -> None:
    a, b = Group(id_(1), "5A"), Group(id_(2), "5B")
    maths_a, maths_b, part, wide = (
        Course(id_(10), "Maths 5A", id_(50), a.id, whole_class=True),
        Course(id_(11), "Maths 5B", id_(50), b.id, whole_class=True),
        Course(id_(12), "French 5A, half", id_(51), a.id),
        Course(id_(13), "Choir 5A/5B"),
    )
    last = LastYear(
        [a, b], [maths_a, maths_b, part, wide],
        in_course={part.id: (id_(7), id_(8)), wide.id: (id_(7), id_(9))},
        taught_by={part.id: (id_(90), id_(91))}, teachers=frozenset({id_(91)}),
    )  # fmt: skip

    def courses(*groups: PlannedGroup) -> list[tuple[str, str | None, tuple[UUID, ...]]]:
        return [
            (each.title, each.class_group, each.student_ids)
            for each in planned_courses(1, last, groups)
        ]

    six_a = PlannedGroup(1, (a.id,), "6A", student_ids=(id_(7), id_(8)))
    six_b = PlannedGroup(1, (b.id,), "6B", student_ids=(id_(9),))
    assert courses(six_a, six_b) == [
        ("Maths 6A", "6A", ()), ("Maths 6B", "6B", ()),
        ("French 6A, half", "6A", (id_(7), id_(8))), ("Choir 6A/6B", None, (id_(7), id_(9))),
    ]  # fmt: skip
    merged = PlannedGroup(1, (a.id, b.id), "6", student_ids=(id_(7), id_(8), id_(9)))
    assert [title for title, _, _ in courses(merged)] == ["Maths 6", "French 6, half", "Choir 6/6"]
    split = [
        PlannedGroup(1, (a.id,), "6A", student_ids=(id_(7),)),
        PlannedGroup(1, (a.id,), "6C", student_ids=(id_(8),)),
    ]
    assert courses(*split, six_b) == [
        ("Maths 6A", "6A", ()), ("Maths 6C", "6C", ()), ("Maths 6B", "6B", ()),
        ("French 6A, half", "6A", (id_(7),)), ("French 6C, half", "6C", (id_(8),)),
        ("Choir 5A/6B", None, (id_(7), id_(9))),
    ]  # fmt: skip
    gone = [PlannedGroup(1, (each.id,), None, student_ids=ids, leaves=True) for each, ids in (
        (a, (id_(7), id_(8))), (b, (id_(9),)),
    )]  # fmt: skip
    assert courses(*gone) == []
    assert planned_courses(1, last, [six_a])[1].teacher_ids == (id_(91),)
