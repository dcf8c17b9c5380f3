"""Remarks on students: their kinds, and who may write and answer them."""

from domain.audience import AUTHOR, HEADS, STAFF_OF, Audience
from domain.enums import DescribedEnum


class RemarkKind(DescribedEnum):
    """What a remark is of."""

    PRAISE = "PRAISE", "Something done well."
    BEHAVIOUR = "BEHAVIOUR", "How the student behaves."
    WORK = "WORK", "How the student works."


WRITERS = STAFF_OF
EDITORS = AUTHOR | HEADS
REPLIERS = STAFF_OF | AUTHOR | Audience.GUARDIAN
