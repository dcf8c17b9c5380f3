"""What a roster says beyond the diary's own records, kept so that it can be written back."""

from datetime import date
from uuid import UUID

from db.tables.columns import OfSchool, of_school

UNRANGED = "gradebook:points"
"""What a roster calls the scale of works that name no range: points out of 100, as it is usual."""


class LineItem(OfSchool, table=True):
    """The work that a lesson stands for: its `id` is the lesson's."""

    __tablename__ = "line_item"
    __table_args__ = (
        of_school("lesson", "id"),
        of_school("work_type", "work_type_id"),
        of_school("grade_scale", "grade_scale_id"),
    )
    work_type_id: UUID
    grade_scale_id: UUID
    description: str | None = None
    assigned_on: date | None = None
    due_on: date | None = None
