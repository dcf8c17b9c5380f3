"""The types of files that a school takes, which of them each use takes, and how they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.enums import DescribedEnum

MEBIBYTE = 1 << 20


class FileUse(DescribedEnum):
    """What a file is uploaded for: it can be attached to nothing else."""

    ANNOUNCEMENT = "ANNOUNCEMENT", "An announcement, by whoever makes it."
    HOMEWORK = "HOMEWORK", "Homework, by whoever sets it."
    HAND_IN = "HAND_IN", "Homework that a student hands in."
    MATERIAL = "MATERIAL", "A material, by whoever teaches with it."
    MESSAGE = "MESSAGE", "A message, by whoever writes it."
    ABSENCE_NOTICE = "ABSENCE_NOTICE", "A notice of absence, such as a doctor's note."


class Family(StrEnum):
    """What kind of content a type is, which says how it is checked."""

    PICTURE = "PICTURE"
    PDF = "PDF"
    OFFICE = "OFFICE"
    TEXT = "TEXT"
    RECORDING = "RECORDING"


@dataclass(frozen=True, slots=True)
class MediaType:
    """`extensions` are those that a file of the type may have; the first is given to one that has
    another. One that browsers do not show is `kept_as` another type."""

    name: str
    family: Family
    extensions: tuple[str, ...]
    kept_as: str | None = None

    @property
    def shown(self) -> bool:
        """Whether a browser may show it; everything else it saves. No type that can hold a script
        of a page is among them."""
        return self.family not in (Family.OFFICE, Family.TEXT)

    @property
    def header(self) -> str:
        """As the Content-Type of a response."""
        return f"{self.name}; charset=utf-8" if self.family is Family.TEXT else self.name


F = Family
OPEN_XML = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
PLAIN = MediaType(
    "text/plain",
    F.TEXT,
    (
        *("txt", "md", "csv", "tsv", "tex", "srt", "json", "xml", "html", "htm", "svg", "css"),
        *("py", "java", "c", "cpp", "h", "hpp", "cs", "go", "rs", "pas", "kt", "swift", "r", "sql"),
    ),
)
"""Any text in UTF-8. Pages and drawings that are written as text are texts here: they are saved as
what they are, and never shown."""
TYPES: Mapping[str, MediaType] = {
    each.name: each
    for each in (
        MediaType("image/jpeg", F.PICTURE, ("jpg", "jpeg", "jpe", "jfif")),
        MediaType("image/png", F.PICTURE, ("png",)),
        MediaType("image/gif", F.PICTURE, ("gif",)),
        MediaType("image/webp", F.PICTURE, ("webp",)),
        MediaType("image/heic", F.PICTURE, ("heic", "heif"), kept_as="image/jpeg"),
        MediaType("application/pdf", F.PDF, ("pdf",)),
        MediaType(f"{OPEN_XML}.wordprocessingml.document", F.OFFICE, ("docx",)),
        MediaType(f"{OPEN_XML}.spreadsheetml.sheet", F.OFFICE, ("xlsx",)),
        MediaType(f"{OPEN_XML}.presentationml.presentation", F.OFFICE, ("pptx",)),
        MediaType(f"{OPEN_DOCUMENT}.text", F.OFFICE, ("odt",)),
        MediaType(f"{OPEN_DOCUMENT}.spreadsheet", F.OFFICE, ("ods",)),
        MediaType(f"{OPEN_DOCUMENT}.presentation", F.OFFICE, ("odp",)),
        MediaType(f"{OPEN_DOCUMENT}.graphics", F.OFFICE, ("odg",)),
        MediaType("audio/mpeg", F.RECORDING, ("mp3",)),
        MediaType("audio/mp4", F.RECORDING, ("m4a",)),
        MediaType("audio/ogg", F.RECORDING, ("ogg", "oga", "opus")),
        MediaType("audio/wav", F.RECORDING, ("wav",)),
        MediaType("video/mp4", F.RECORDING, ("mp4", "m4v")),
        MediaType("video/webm", F.RECORDING, ("webm",)),
        PLAIN,
    )
}
OF_NOTICES = frozenset(
    each.name for each in TYPES.values() if each.family in (F.PICTURE, F.PDF, F.OFFICE)
)


@dataclass(frozen=True, slots=True)
class FileLimits:
    """What one use takes: the most bytes of a file, and the names of its types."""

    bytes: int
    types: frozenset[str] = frozenset(TYPES)

    def __post_init__(self) -> None:
        if self.bytes < 1:
            raise ValueError("A file has at least one byte")
        if unknown := sorted(self.types - TYPES.keys()):
            raise ValueError(f"{', '.join(unknown)} is no type that can be taken")


LIMITS: Mapping[FileUse, FileLimits] = {
    FileUse.ANNOUNCEMENT: FileLimits(25 * MEBIBYTE),
    FileUse.HOMEWORK: FileLimits(25 * MEBIBYTE),
    FileUse.HAND_IN: FileLimits(25 * MEBIBYTE),
    FileUse.MATERIAL: FileLimits(25 * MEBIBYTE),
    FileUse.MESSAGE: FileLimits(25 * MEBIBYTE),
    FileUse.ABSENCE_NOTICE: FileLimits(10 * MEBIBYTE, OF_NOTICES),
}
"""Unless settings say otherwise."""
if without := sorted(use.name for use in FileUse if use not in LIMITS):
    raise TypeError(f"{', '.join(without)}: say in LIMITS what files of this use there may be.")
