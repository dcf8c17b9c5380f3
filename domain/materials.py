"""Materials: what kinds there are, who keeps them, and what each kind has to have."""

from domain.enums import DescribedEnum
from domain.policy import WRITERS as WRITERS
from domain.refusals import UserError, UserErrorCode


class MaterialKind(DescribedEnum):
    """What a material is."""

    LITERATURE = "LITERATURE", "Something to read: a book, a chapter or an article."
    LINK = "LINK", "A page on the web."


def incomplete(kind: str, link: str | None) -> UserError | None:
    """Refuse a link that leads nowhere."""
    if kind != MaterialKind.LINK or link is not None:
        return None
    return UserError(UserErrorCode.BAD_INPUT, "A link has an address.", ("link",))
