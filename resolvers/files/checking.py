"""An upload checked whole: its type, what it unpacks to, and what of it is kept."""

from dataclasses import dataclass
from hashlib import sha256
from typing import IO

from domain.file_names import cleaned as cleaned_name
from domain.media import TYPES, Family, FileLimits
from resolvers.files import pictures
from resolvers.files.refusals import too_large, type_of_other_use
from resolvers.files.sniffing import sniffed

PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Checked:
    """What is kept of an upload."""

    name: str
    media_type: str
    content: IO[bytes] | bytes
    size: int
    digest: bytes
    thumbnail: bytes | None


def checked(file: IO[bytes], size: int, name: str, limits: FileLimits) -> Checked:
    """Raises a `Problem` where it is not taken. It takes a processor's time, so it runs in a
    thread."""
    type_ = sniffed(file, size)
    if type_.name not in limits.types:
        raise type_of_other_use()
    content: IO[bytes] | bytes = file
    thumbnail = None
    if type_.family is Family.PICTURE:
        picture = pictures.cleaned(file, type_)
        type_ = TYPES[type_.kept_as or type_.name]
        content, thumbnail = picture.content, picture.thumbnail
        if (size := len(content)) > 2 * limits.bytes:  # far less compressed than it was sent
            raise too_large(limits.bytes)
    return Checked(
        cleaned_name(name, type_), type_.name, content, size, _digest(content), thumbnail
    )


def _digest(content: IO[bytes] | bytes) -> bytes:
    """Of a file, which is at its beginning afterwards."""
    if isinstance(content, bytes):
        return sha256(content).digest()
    digest = sha256()
    content.seek(0)
    while piece := content.read(PIECE):
        digest.update(piece)
    content.seek(0)
    return digest.digest()
