"""Days that are taught as another day of the week."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from db.tables.columns import Code, OfSchool, of_school
from db.tables.history import history_of


class SwappedDay(OfSchool, table=True):
    """A day of the school, or of a class group, with the lessons that its patterns have on the day
    of the week `works_as`, such as a Saturday that works as a Monday; those of week A or B where
    `week` says so."""

    __tablename__ = "swapped_day"
    __table_args__ = (
        of_school("class_group", "class_group_id"),
        Index("ix_swapped_day_day", "school_id", "day"),
    )
    day: date
    works_as: str = Field(sa_type=Code)
    week: str | None = Field(default=None, sa_type=Code)
    name: str | None = None
    class_group_id: UUID | None = None
    active: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    version: int = 1


SwappedDayRevision = history_of(SwappedDay, "active")
