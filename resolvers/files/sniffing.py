"""What an upload is, by its bytes: neither its name nor what its client says of it counts."""

import codecs
import os
from typing import IO

import puremagic

from domain.media import PLAIN, TYPES, Family, MediaType
from resolvers.files.archives import ZIP, office_type
from resolvers.files.refusals import cut_off, type_refused

HEAD = 8 << 10
TAIL = 2 << 10
PIECE = 1 << 20
SAME: dict[str, str] = {
    "audio/wave": "audio/wav",
    "audio/x-wav": "audio/wav",
    "audio/x-m4a": "audio/mp4",
    "video/x-m4v": "video/mp4",
    "image/jpg": "image/jpeg",
}
"""Other names of types."""
BY_BRAND = {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4"}
"""What the first brand of an ISO media file says; most brands may hold either."""
OF_HEIC = frozenset((b"heic", b"heix", b"heim", b"heis", b"mif1"))
REFUSED = {
    b"qt  ": "A QuickTime film",
    b"avif": "An AVIF picture",
    b"avis": "An AVIF picture",
    b"hevc": "A moving HEIC picture",
    b"msf1": "A moving HEIC picture",
}
NO_TEXT = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")


def sniffed(file: IO[bytes], size: int) -> MediaType:
    """The type of the file; raises `FILE_TYPE_REFUSED` where it is none that a school takes."""
    head = _at(file, 0, HEAD)
    if head.startswith(ZIP):
        return office_type(file)
    if head.startswith(b"%PDF-"):
        _insist_on_end(file, size)
        return TYPES["application/pdf"]
    for name in _candidates(head):
        if name in TYPES and TYPES[name].family in (Family.PICTURE, Family.RECORDING):
            return TYPES[name]
    if _is_text(file):
        return PLAIN
    raise type_refused()


def _candidates(head: bytes) -> list[str]:
    """The names of the types that the bytes may be of, the likeliest first."""
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in OF_HEIC:
            return ["image/heic"]
        if brand in REFUSED:
            raise type_refused(REFUSED[brand])
        return [BY_BRAND.get(brand, "video/mp4")]
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return []
    return [SAME.get(each.mime_type, each.mime_type) for each in found]


def _insist_on_end(file: IO[bytes], size: int) -> None:
    if b"%%EOF" not in _at(file, max(0, size - TAIL), TAIL):
        raise cut_off()


def _is_text(file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while piece := file.read(PIECE):
            if not NO_TEXT.isdisjoint(piece):
                return False
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _at(file: IO[bytes], place: int, length: int) -> bytes:
    file.seek(place, os.SEEK_SET)
    return file.read(length)
