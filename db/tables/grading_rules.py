"""How a school makes grades of marks: its rules, with their history."""

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from db.tables.columns import OfSchool, of_school
from db.tables.history import history_of


class GradingRule(OfSchool, table=True):
    """`definition` is the rule as `domain.grading_rules` writes it. It is for one course; or for
    the class groups of some grade levels; or, where it names neither, for the school."""

    __tablename__ = "grading_rule"
    __table_args__ = (of_school("course", "course_id"),)
    name: str
    definition: dict[str, Any] = Field(sa_type=JSONB)
    course_id: UUID | None = None
    grade_levels: list[str] = Field(
        default_factory=list, sa_type=ARRAY(String()), sa_column_kwargs={"server_default": "{}"}
    )
    active: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    version: int = 1


GradingRuleRevision = history_of(GradingRule, "name", "definition", "grade_levels", "active")
