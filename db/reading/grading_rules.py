"""The rules by which grades are made of marks, and which of them a course goes by."""

from typing import Any

from sqlalchemy import ClauseElement, ScalarSelect, any_, func, literal_column, or_, select

from db.reading.listing import in_use
from db.reading.parts import SCHOOL, columns, table
from db.statement import statement
from db.tables.grading_rules import GradingRule


@statement(GradingRule)
def grading_rules_of_school() -> ClauseElement:
    """The school's own first, then those of grade levels and of courses."""
    rule = table(GradingRule)
    return (
        select(*columns(GradingRule))
        .where(rule.c.school_id == SCHOOL, in_use(rule))
        .order_by(rule.c.course_id.is_not(None), rule.c.grade_levels, rule.c.name, rule.c.id)
    )


def rule_of(course: Any, group: Any, *found: Any) -> ScalarSelect[Any]:
    """Of the rule that the course goes by, what is to be found: its own rule, or else that of the
    grade level of its class group, or else the school's; of several the newest. Null where there
    is none."""
    rule = table(GradingRule).alias("rule")
    none = func.cardinality(rule.c.grade_levels) == literal_column("0")
    of_level = rule.c.course_id.is_(None) & or_(
        none, group.c.grade_level == any_(rule.c.grade_levels)
    )
    (value,) = (each(rule) for each in found)
    return (
        select(value)
        .where(
            rule.c.school_id == SCHOOL,
            rule.c.active,
            or_(rule.c.course_id == course.c.id, of_level),
        )
        .order_by(rule.c.course_id.is_(None), none, rule.c.id.desc())
        .limit(literal_column("1"))
        .correlate(course, group)
        .scalar_subquery()
    )
