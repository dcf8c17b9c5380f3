"""What an upload is and what becomes of it, by its bytes alone."""

import io
import struct
import zipfile
import zlib
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from domain import file_names
from domain.errors import Problem
from domain.media import LIMITS, PLAIN, TYPES, Family, FileUse
from resolvers.files import heic as heic_of_us
from resolvers.files import pictures
from resolvers.files.archives import MOST_UNPACKED
from resolvers.files.checking import checked
from resolvers.files.sniffing import sniffed
from tests.gateway.uploads import document, heic, jpeg, pdf

DOCX = next(name for name, each in TYPES.items() if "docx" in each.extensions)
ODT = next(name for name, each in TYPES.items() if "odt" in each.extensions)


def type_of(content: bytes) -> str:
    """Its type, or the code with which it is refused."""
    try:
        return sniffed(io.BytesIO(content), len(content)).name
    except Problem as problem:
        return str(problem.code)


def iso(brand: bytes) -> bytes:
    return struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + b"isommp42" + bytes(40)


def picture(form: str, **options: Any) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(written, form, **options)
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (jpeg(), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("GIF"), "image/gif"),
        (picture("WEBP"), "image/webp"),
        (picture("TIFF"), "FILE_TYPE_REFUSED"),
        (pdf(), "application/pdf"),
        (pdf()[:-20], "FILE_DAMAGED"),
        (document("docx"), DOCX),
        (document("odt"), ODT),
        (iso(b"M4A "), "audio/mp4"),
        (iso(b"isom"), "video/mp4"),
        (iso(b"qt  "), "FILE_TYPE_REFUSED"),
        (iso(b"heic"), "image/heic"),
        (iso(b"avif"), "FILE_TYPE_REFUSED"),
        (b"ID3\x03\0\0\0\0\0\0" + bytes(100), "audio/mpeg"),
        (b"OggS" + bytes(24) + b"OpusHead", "audio/ogg"),
        (b"RIFF\x24\0\0\0WAVEfmt " + bytes(20), "audio/wav"),
        ("Сочинение".encode(), "text/plain"),
        ("Сочинение".encode()[:-1], "FILE_TYPE_REFUSED"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "text/plain"),
        (b"MZ\x90\0" + bytes(100), "FILE_TYPE_REFUSED"),
        (b"\x7fELF" + bytes(100), "FILE_TYPE_REFUSED"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "FILE_TYPE_REFUSED"),
        (b"text with\0a null", "FILE_TYPE_REFUSED"),
    ],
)
def test_the_type_of_an_upload_is_found_by_its_bytes(content: bytes, found: str) -> None:
    assert type_of(content) == found


def bomb(size: int) -> bytes:
    """A document that is small, and unpacks to so many bytes."""
    written = io.BytesIO(document("docx"))
    with (
        zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/media/a.xml", "w", force_zip64=True) as entry,
    ):
        for _ in range(size >> 20):
            entry.write(bytes(1 << 20))
    return written.getvalue()


def lying(content: bytes) -> bytes:
    """The same, whose longest entry says that it is short."""
    whole = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = max(each.file_size for each in archive.infolist())
    start = 0
    while (place := whole.find(struct.pack("<I", size), start)) >= 0:
        whole[place : place + 4] = struct.pack("<I", 100)
        start = place + 4
    return bytes(whole)


def test_a_document_that_unpacks_to_too_much_is_refused_whatever_it_says_of_itself() -> None:
    content = bomb(MOST_UNPACKED + (2 << 20))
    assert len(content) < 1 << 20
    assert type_of(content) == "FILE_UNSAFE"
    assert type_of(lying(content)) == "FILE_DAMAGED"
    many = io.BytesIO(document("docx"))
    with zipfile.ZipFile(many, "a") as archive:
        for number in range(5_001):
            archive.writestr(f"word/{number}", b"")
    assert type_of(many.getvalue()) == "FILE_UNSAFE"


def test_a_document_that_is_cut_off_locked_or_holds_programs_is_refused() -> None:
    whole = document("docx")
    assert type_of(whole[:-30]) == "FILE_DAMAGED"
    damaged = bytearray(document("docx", {"word/media/a": bytes(range(256)) * 40}))
    damaged[len(damaged) // 2] ^= 1
    assert type_of(bytes(damaged)) == "FILE_DAMAGED"
    assert type_of(document("docx", {"word/vbaProject.bin": b"x"})) == "FILE_UNSAFE"
    assert type_of(document("odt", {"Basic/Standard/Module1.xml": b"x"})) == "FILE_UNSAFE"
    assert type_of(document("odt", {"content.xml": None})) == "FILE_TYPE_REFUSED"
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("run.exe", b"MZ")
    assert type_of(plain.getvalue()) == "FILE_TYPE_REFUSED"
    locked = bytearray(whole)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (found := locked.find(mark, start)) >= 0:
            locked[found + place] |= 1
            start = found + 4
    assert type_of(bytes(locked)) == "FILE_TYPE_REFUSED"


def test_a_picture_loses_what_the_camera_noted_and_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Camera of Ada", 6  # turned by a quarter
    exif[0x8825] = {1: "N", 2: (52.0, 30.0, 0.0)}
    raw = jpeg(40, 20, exif=exif, comment=b"at home", icc_profile=b"a profile" * 20)
    assert all(each in raw for each in (b"Camera of Ada", b"at home"))
    made = pictures.cleaned(io.BytesIO(raw), TYPES["image/jpeg"])
    for content in (made.content, made.thumbnail):
        assert not any(each in content for each in (b"Exif", b"Camera", b"at home"))
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            assert (image.size, dict(image.getexif())) == ((20, 40), {})
    assert b"a profile" in made.content
    note = PngImagePlugin.PngInfo()
    note.add_text("Author", "Ada")
    made = pictures.cleaned(io.BytesIO(picture("PNG", pnginfo=note)), TYPES["image/png"])
    assert b"Author" not in made.content
    frames = [Image.new("RGB", (500, 400), colour) for colour in ("red", "blue", "green")]
    raw = picture("GIF", save_all=True, append_images=frames, duration=250, loop=3, comment=b"Ada")
    for form, type_ in (("GIF", "image/gif"), ("WEBP", "image/webp")):
        written = io.BytesIO()
        frames[0].save(written, form, save_all=True, append_images=frames[1:], duration=250, loop=3)
        made = pictures.cleaned(written, TYPES[type_])
        with Image.open(io.BytesIO(made.content)) as moving:
            moving.load()
            assert (moving.n_frames, moving.info["loop"]) == (3, 3)  # type: ignore[attr-defined]
            assert moving.info["duration"] == 250
        with Image.open(io.BytesIO(made.thumbnail)) as small:
            assert (small.size, small.format) == ((320, 256), "WEBP")
    assert b"Ada" in raw
    assert b"Ada" not in pictures.cleaned(io.BytesIO(raw), TYPES["image/gif"]).content


def test_a_telephones_heic_becomes_an_upright_jpeg_whatever_becomes_of_its_reader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = heic()
    assert b"Telephone" in raw
    limits = LIMITS[FileUse.ABSENCE_NOTICE]
    made = checked(io.BytesIO(raw), len(raw), "IMG_1.HEIC", limits)
    assert (made.name, made.media_type) == ("IMG_1.HEIC.jpg", "image/jpeg")
    assert isinstance(made.content, bytes)
    for content in (made.content, made.thumbnail or b""):
        with Image.open(io.BytesIO(content)) as image:
            assert (image.size, dict(image.getexif())) == ((48, 64), {})
    red, green, blue = Image.open(io.BytesIO(made.content)).convert("RGB").getpixel((40, 8))  # type: ignore[misc]
    assert blue > 150 > max(red, green)  # the corner that was at the left
    for wrong in (raw[:300], raw[:-40]):
        with pytest.raises(Problem) as caught:
            pictures.cleaned(io.BytesIO(wrong), TYPES["image/heic"])
        assert caught.value.code == "FILE_DAMAGED"
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1_000)
    with pytest.raises(Problem) as caught:
        pictures.cleaned(io.BytesIO(raw), TYPES["image/heic"])
    assert caught.value.code == "FILE_UNSAFE"
    # A reader that dies of a picture, as of one that has it read beyond its memory, takes nothing
    # else along.
    monkeypatch.setattr(heic_of_us, "READER", "/dev/stdin")
    dying = b"import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    with pytest.raises(Problem) as caught:
        pictures.cleaned(io.BytesIO(dying), TYPES["image/heic"])
    assert caught.value.code == "FILE_DAMAGED"


def test_a_picture_that_is_cut_off_or_too_large_is_refused_before_it_is_unpacked() -> None:
    def refused(content: bytes, type_: str = "image/jpeg") -> str:
        with pytest.raises(Problem) as caught:
            pictures.cleaned(io.BytesIO(content), TYPES[type_])
        return str(caught.value.code)

    whole = jpeg(200, 200)
    assert refused(whole[: len(whole) // 2]) == "FILE_DAMAGED"
    assert refused(whole[:10]) == "FILE_DAMAGED"
    side = struct.pack(">II", 20_000, 20_000)
    header = b"IHDR" + side + bytes([8, 2, 0, 0, 0])
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header
    png += struct.pack(">I", zlib.crc32(header)) + picture("PNG")[33:]
    assert refused(png, "image/png") == "FILE_UNSAFE"
    frames = [Image.new("L", (2_000, 2_000), place) for place in range(8)]
    moving = io.BytesIO()
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:])
    assert refused(moving.getvalue(), "image/gif") == "FILE_UNSAFE"


@pytest.mark.parametrize(
    ("given", "type_", "kept"),
    [
        ("Сочинение о лете.txt", "text/plain", "Сочинение о лете.txt"),
        ("C:\\Users\\ada\\essay.PDF", "application/pdf", "essay.PDF"),
        ("../../etc/passwd", "text/plain", "passwd.txt"),
        ("photo.png", "image/jpeg", "photo.png.jpg"),
        ("letter.pdf.exe", "application/pdf", "letter.pdf.exe.pdf"),
        ("run.hta", "text/plain", "run.hta.txt"),
        ("anngpj.\u202etxt", "text/plain", "anngpj.txt"),
        ("a\r\nSet-Cookie: b.txt", "text/plain", "aSet-Cookie_ b.txt"),
        ('say "hi" <now>?.txt', "text/plain", "say _hi_ _now__.txt"),
        ("e\u0301te\u0301.txt", "text/plain", "été.txt"),
        ("👩\u200d🏫.txt", "text/plain", "👩\u200d🏫.txt"),
        ("...", "image/png", "file.png"),
        (".txt", "text/plain", "file.txt"),
        ("con. .txt", "text/plain", "con.txt"),
        ("x" * 400 + ".txt", "text/plain", "x" * 134 + ".txt"),
    ],
)
def test_a_name_is_kept_as_it_was_written_and_is_safe_to_save(
    given: str, type_: str, kept: str
) -> None:
    assert file_names.cleaned(given, TYPES[type_]) == kept


def test_names_come_and_go_by_the_rules_of_content_disposition() -> None:
    read = file_names.name_in
    assert read("attachment; filename*=UTF-8''%D0%A1%D0%BE%20a.txt") == "Со a.txt"
    assert read('attachment; filename="plain name.txt"') == "plain name.txt"
    assert read("attachment; filename=\"x.txt\"; filename*=UTF-8''y.txt") in ("x.txt", "y.txt")
    for wrong in ("", "attachment", "attachment; filename="):
        with pytest.raises(file_names.NoName):
            read(wrong)
    written = file_names.disposition("Été; «naïve» %41.pdf", shown=True)
    plain, _, whole = written.removeprefix("inline; ").partition("; ")
    assert plain == 'filename="Ete_ naive _41.pdf"'
    assert whole == "filename*=UTF-8''%C3%89t%C3%A9%3B%20%C2%ABna%C3%AFve%C2%BB%20%2541.pdf"
    assert file_names.disposition("Лето.txt", shown=False).startswith(
        'attachment; filename="file.txt"; '
    )


def test_what_a_browser_shows_is_no_page() -> None:
    shown = {name for name, each in TYPES.items() if each.shown}
    assert not {name for name in shown if "xml" in name or "html" in name or "text" in name}
    assert PLAIN.header == "text/plain; charset=utf-8"
    taken = LIMITS[FileUse.ABSENCE_NOTICE].types
    assert {TYPES[name].family for name in taken} == {Family.PICTURE, Family.PDF, Family.OFFICE}
