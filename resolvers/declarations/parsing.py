"""What clients send, read strictly: ids and texts; each failure names its place."""

import re
from uuid import UUID

from domain.refusals import Refused, UserErrorCode, refused
from resolvers.viewer import Rights, Viewer

LONGEST_TEXT = 4_000
LONGEST_REASON = 500
LONGEST_KEY = 200
LONGEST_LINE = 200
"""A text that may be no longer than this is a title or a name: it stands in a line with others."""


def own_id(text: str, *path: str) -> UUID:
    """The id that a client gives to a record it creates: a UUID version 7 as it is written."""
    try:
        found = UUID(text)
    except ValueError:
        found = None
    if found is None or found.version != 7 or str(found) != text.lower():
        raise refused(
            UserErrorCode.BAD_INPUT,
            "An id of your own is a UUID version 7, written with hyphens.",
            *path,
        )
    return found


def rights_in(viewer: Viewer, school_id: int, noun: str, *path: str) -> Rights:
    """What the viewer is in the school; what is in another does not exist for them."""
    rights = viewer.schools.get(school_id)
    if rights is None:
        raise not_found(noun, *path)
    return rights


def not_found(noun: str, *path: str) -> Refused:
    return refused(UserErrorCode.NOT_FOUND, f"There is no such {noun}.", *path)


NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but for tabs and ends of lines, and halves of surrogate pairs."""
UNSEEN = re.compile(
    r"[\s\u00ad\u115f\u1160\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff]*"
)
"""Characters that show nothing: what has no others would be empty to whoever reads it."""


FORMATTING = re.compile(r"[\u200b\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]")
"""Characters that show nothing and turn the direction of what stands beside them, or make two names
look alike; not the joiners and marks that scripts and emoji need within a word."""


def text_of(text: str, longest: int, *path: str) -> str:
    """The text without space around it, and a title or a name without `FORMATTING`; refused where
    nothing is left, or where it is too long or has one of `NO_TEXT`."""
    if longest <= LONGEST_LINE:
        text = FORMATTING.sub("", text)
    text = text.strip()
    if UNSEEN.fullmatch(text):
        raise refused(UserErrorCode.BAD_INPUT, "This can't be empty.", *path)
    if len(text) > longest:
        raise refused(UserErrorCode.BAD_INPUT, f"This has at most {longest} characters.", *path)
    if NO_TEXT.search(text):
        raise refused(UserErrorCode.BAD_INPUT, "This holds a character that is none.", *path)
    return text


def text_or_none(text: str | None, longest: int, *path: str) -> str | None:
    """As `text_of`; an empty text is none."""
    if text is None or UNSEEN.fullmatch(text):
        return None
    return text_of(text, longest, *path)
