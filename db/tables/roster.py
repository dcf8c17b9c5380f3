"""Data of a roster that the diary's own records do not have, kept for the export."""

from datetime import date
from uuid import UUID

from db.tables.columns import OfSchool, of_school

UNRANGED = "gradebook:points"
"""The roster id of the scale for line items without a range: points out of 100."""


class LineItem(OfSchool, table=True):
    """The line item of a lesson: its `id` is the lesson's."""

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
