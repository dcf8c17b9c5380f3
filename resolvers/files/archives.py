"""Office documents, which are zip archives: what they are, and that they unpack to something sane.

Nothing of an archive is ever unpacked to the disk. Whoever opens the document does unpack it, so it
is refused where that would fill their memory.
"""

import zlib
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from domain.media import OPEN_XML, TYPES, MediaType
from resolvers.files.refusals import (
    cut_off,
    type_refused,
    unpacks_to_too_much,
    with_macros,
    with_password,
)

ZIP = b"PK\x03\x04"
MOST_ENTRIES = 5_000
MOST_UNPACKED = 300 << 20
PIECE = 1 << 20
LONGEST_MIMETYPE = 200
PARTS = {
    "word/document.xml": f"{OPEN_XML}.wordprocessingml.document",
    "xl/workbook.xml": f"{OPEN_XML}.spreadsheetml.sheet",
    "ppt/presentation.xml": f"{OPEN_XML}.presentationml.presentation",
}
"""The part of a document of Open XML that makes it what it is."""
MACROS = ("vbaproject.bin", "vbadata.xml")
SCRIPTS = ("basic/", "scripts/")
"""Where documents of OpenDocument have theirs."""


def office_type(file: IO[bytes]) -> MediaType:
    """The type of the document, all of which was read; raises a `Problem` where it is none, or one
    that is not to be opened."""
    file.seek(0)
    try:
        with ZipFile(file) as archive:
            entries = archive.infolist()
            _insist_on_sane(entries)
            type_ = _type_of(archive, entries)
            _read_whole(archive, entries)
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, OverflowError):
        raise cut_off() from None
    except NotImplementedError:
        raise type_refused("An archive") from None
    return type_


def _insist_on_sane(entries: list[ZipInfo]) -> None:
    """By what the archive says of itself, which `_read_whole` insists on."""
    if len(entries) > MOST_ENTRIES or sum(each.file_size for each in entries) > MOST_UNPACKED:
        raise unpacks_to_too_much()
    if any(each.flag_bits & 1 for each in entries):
        raise with_password()
    if any(each.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for each in entries):
        raise type_refused("An archive")


def _type_of(archive: ZipFile, entries: list[ZipInfo]) -> MediaType:
    names = {each.filename for each in entries}
    lower = {name.lower() for name in names}
    if any(name.rpartition("/")[2] in MACROS for name in lower):
        raise with_macros()
    if "mimetype" in names:
        said = archive.open("mimetype").read(LONGEST_MIMETYPE).decode("ascii", "replace").strip()
        if said in TYPES and "content.xml" in names:
            if any(name.startswith(SCRIPTS) and not name.endswith("/") for name in lower):
                raise with_macros()
            return TYPES[said]
    elif "[Content_Types].xml" in names:
        for part, name in PARTS.items():
            if part in names:
                return TYPES[name]
    raise type_refused("An archive")


def _read_whole(archive: ZipFile, entries: list[ZipInfo]) -> None:
    """Unpack every entry to nowhere: one that is longer than it says, or not whole, raises
    BadZipFile; entries that share their bytes count each time."""
    left = MOST_UNPACKED
    for each in entries:
        with archive.open(each) as content:
            while piece := content.read(PIECE):
                left -= len(piece)
                if left < 0:
                    raise unpacks_to_too_much()
