"""Grade scales."""

from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from db.tables.columns import (
    FromRoster,
    OfSchool,
    one_per_roster,
)
from db.tables.history import history_of


class GradeScale(OfSchool, FromRoster, table=True):
    """`definition` is the scale as `domain.scales` writes it."""

    __tablename__ = "grade_scale"
    __table_args__ = (one_per_roster("grade_scale"),)
    name: str
    definition: dict[str, Any] = Field(sa_type=JSONB)
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


GradeScaleRevision = history_of(GradeScale, "name", "active")
