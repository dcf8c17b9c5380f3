"""Small files of the types that a school takes."""

import base64
import io
import zipfile
from typing import Any

from PIL import Image

from domain.media import TYPES

PARTS: dict[str, dict[str, bytes | None]] = {
    "docx": {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"},
    "odt": {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"},
}


def jpeg(width: int = 8, height: int = 8, **options: Any) -> bytes:
    """A picture that differs from place to place."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    written = io.BytesIO()
    image.save(written, "JPEG", **options)
    return written.getvalue()


HEIC = (
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAchtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAA"
    "AAAAAAAAAAADRpbG9jAAAAAERAAAIAAQAAAAAB7AABAAAAAAAAAFEAAgAAAAACPQABAAAAAAAAAHwAAAA4aWluZgAA"
    "AAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAABB2lwcn"
    "AAAADmaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroC"
    "QGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm"
    "5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AA"
    "AAACAAAAEHBpeGkAAAAAAwgICAAAAAlpcm90AwAAABlpcG1hAAAAAAAAAAEAAQaBAgMFhIYAAAAaaXJlZgAAAAAAAA"
    "AOY2RzYwACAAEAAQAAANVtZGF0AAAATSgBrxOA5TH3/90SRB2OyPnyZk6gxCi8Tn/rRcuaVLEG5JxXUJ+4Kv/ytU7+"
    "SoqF07Uv/mtKAOLKSKu1NDJaivwmnrwz5qRW3YEUUGeyAAAABkV4aWYAAE1NACoAAAAIAAMBEAACAAAACgAAADIBEg"
    "ADAAAAAQAGAACIJQAEAAAAAQAAADwAAAAAVGVsZXBob25lAAACAAEAAgAAAAJOAAAAAAIABQAAAAMAAABaAAAAAAAA"
    "ADQAAAABAAAAHwAAAAEAAAAMAAAAAQ=="
)
"""64 by 48 pixels, to be turned by a quarter, with a blue corner and what a telephone notes."""


def heic() -> bytes:
    return base64.b64decode(HEIC)


def pdf() -> bytes:
    return b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n"


def document(kind: str, more: dict[str, bytes | None] | None = None) -> bytes:
    """An office document with these parts besides, or without those that are None."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**PARTS[kind], **(more or {})}.items():
            if content is not None:
                archive.writestr(name, content)
    return written.getvalue()


def name_of_type(extension: str) -> str:
    return next(name for name, each in TYPES.items() if extension in each.extensions)
