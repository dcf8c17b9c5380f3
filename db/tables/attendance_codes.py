"""A school's own tokens for attendance, with their history."""

from sqlmodel import Field

from db.tables.columns import Code, OfSchool
from db.tables.history import history_of


class AttendanceCode(OfSchool, table=True):
    """What a token stands for, and whether it counts as an absence, as a lateness, and in the rate
    of attendance. `rank` orders them: the first of a kind is written where only the kind is
    told."""

    __tablename__ = "attendance_code"
    token: str
    name: str
    kind: str = Field(sa_type=Code)
    absence: bool
    lateness: bool
    in_rate: bool
    rank: int = 0
    active: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


AttendanceCodeRevision = history_of(
    AttendanceCode, "token", "name", "kind", "absence", "lateness", "in_rate", "active"
)
