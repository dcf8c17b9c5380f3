"""Materials: what kinds there are, who keeps them, and what each kind has to have."""

from domain.enums import DescribedEnum
from domain.policy import WRITERS as WRITERS
from domain.refusals import UserError, UserErrorCode


class MaterialKind(DescribedEnum):
    """What a material is."""

    LITERATURE = "LITERATURE", "Something to read: a book, a chapter or an article."
    LINK = "LINK", "A page on the web."
    FILES = "FILES", "Files to look at, or to work with."


def incomplete(kind: str, link: str | None, *, files: bool) -> UserError | None:
    """Refuse a link that leads nowhere, and files that are none; whatever else has, may have
    both."""
    if kind == MaterialKind.LINK and link is None:
        return UserError(UserErrorCode.BAD_INPUT, "A link has an address.", ("link",))
    if kind == MaterialKind.FILES and not files:
        return UserError(UserErrorCode.BAD_INPUT, "Attach the files.", ("files",))
    return None
