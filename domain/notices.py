"""What somebody is told who has signed in."""

from dataclasses import dataclass

from domain.enums import DescribedEnum


class SignInNoticeCode(DescribedEnum):
    """What somebody who has signed in should know."""

    NO_SCHOOL = (
        "NO_SCHOOL",
        "The account is of nobody in any school today, nor of anybody whose diary is kept.",
    )


@dataclass(frozen=True, slots=True)
class SignInNotice:
    code: SignInNoticeCode
    message: str


NO_SCHOOL = SignInNotice(
    SignInNoticeCode.NO_SCHOOL,
    "This account has no part in a school today, so there is nothing to see. If that is a mistake, "
    "ask the school's office.",
)
