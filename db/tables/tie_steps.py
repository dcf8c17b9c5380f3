"""What was done to ties that say who somebody is: to roles of the office, and to guardianships."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from db.tables.columns import Code, Instant, OfSchool
from domain.clock import now


class TieStep(OfSchool, table=True):
    """One step of a membership or a guardianship, which is `tie_id`: as it was from then on. `kind`
    is the role, or what the guardian is to the child. Steps outlive their tie."""

    __tablename__ = "tie_step"
    __table_args__ = (Index("ix_tie_step_tie", "school_id", "tie_id", "id"),)
    tie_id: UUID
    change: str = Field(sa_type=Code)
    kind: str = Field(sa_type=Code)
    restriction: str | None = Field(default=None, sa_type=Code)
    begins_on: date | None = None
    ends_on: date | None = None
    reason: str | None = None
    account_id: UUID = Field(foreign_key="account.id")
    at: datetime = Field(default_factory=now, sa_type=Instant)
