"""The steps of a record's history."""

from domain.enums import DescribedEnum


class Step(DescribedEnum):
    """What was done to a record."""

    GIVEN = "GIVEN", "The grade was given."
    REVISED = "REVISED", "The grade was changed."
    ADDED = "ADDED", "The remark was written."
    REPLIED = "REPLIED", "The remark was replied to."
    SET = "SET", "The homework was set."
    CHANGED = "CHANGED", "The homework was changed."
    TOPIC_SET = "TOPIC_SET", "The lesson's topic was set."
    WITHDRAWN = "WITHDRAWN", "It was taken back."
    RESTORED = "RESTORED", "Its withdrawal was undone."
