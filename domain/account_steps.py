"""What others do to an account, of which its owner is told."""

from domain.enums import DescribedEnum


class AccountChange(DescribedEnum):
    """What was done to an account by somebody else than its owner."""

    PART_ENDED = "PART_ENDED", "Its part in a school was ended: another person had registered."
    PASSWORD_HANDED_OUT = "PASSWORD_HANDED_OUT", "A temporary password was handed out."
    SECOND_FACTOR_TAKEN = "SECOND_FACTOR_TAKEN", "The second factor was taken away."
    SESSIONS_ENDED = "SESSIONS_ENDED", "Its sessions were ended."
