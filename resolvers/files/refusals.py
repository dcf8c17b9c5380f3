"""Why an upload is not taken."""

from domain.errors import Code, Problem

TAKEN = (
    "a picture (JPEG, PNG, GIF, WebP), a PDF, an office document (DOCX, XLSX, PPTX, ODT, ODS, ODP,"
    " ODG), a recording (MP3, M4A, OGG, WAV, MP4, WebM) or plain text in UTF-8"
)


def cut_off() -> Problem:
    return Problem(Code.FILE_DAMAGED, "The file is damaged, or its end is missing.")


def too_large(most: int) -> Problem:
    return Problem(Code.FILE_TOO_LARGE, f"A file for this use has at most {most} bytes.")


def type_refused(what: str = "This type of file") -> Problem:
    return Problem(Code.FILE_TYPE_REFUSED, f"{what} is not taken: send {TAKEN}.")


def type_of_other_use() -> Problem:
    return Problem(Code.FILE_TYPE_REFUSED, "This type of file is not taken for this use.")


def unpacks_to_too_much() -> Problem:
    message = "The document unpacks to far more than a document holds."
    return Problem(Code.FILE_UNSAFE, message)


def with_macros() -> Problem:
    message = "The document has macros, which are programs: save it without them."
    return Problem(Code.FILE_UNSAFE, message)


def with_password() -> Problem:
    message = "The document has a password: save it without."
    return Problem(Code.FILE_TYPE_REFUSED, message)


def too_many_pixels(most: int) -> Problem:
    message = f"A picture has at most {most // 1_000_000} million pixels."
    return Problem(Code.FILE_UNSAFE, message)


def moves_too_long() -> Problem:
    message = "This moving picture is too long or too large: send it as a film."
    return Problem(Code.FILE_UNSAFE, message)
