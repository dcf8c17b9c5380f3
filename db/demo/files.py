"""Worksheets, photos of exercise books and notes to the school, in the demo school."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from io import BytesIO
from random import Random
from typing import Any
from uuid import UUID

from db.demo.plan import Ids
from db.demo.rows import Row, SchoolWriter
from db.storage import Storage, key_of, thumbnail_key
from domain.media import FileUse

DAYS = timedelta(days=7)
"""Of homework that is due so many days before or after today, some has files."""
OF_HOMEWORK = 0.06
OF_HAND_INS = 0.2
OF_NOTICES = 0.5
WORKSHEETS = ("Worksheet.pdf", "Exercises.pdf", "Reading list.pdf", "Задания.pdf")
PHOTOS = ("IMG_2041.jpg", "IMG_2042.jpg", "Exercise book, p. 14.jpg", "Тетрадь.jpg")
PICTURES = 30
"""So many posts have a picture, and so many pages."""


@dataclass(frozen=True, slots=True)
class DemoFile:
    key: str
    content: bytes
    thumbnail: bytes | None


async def keep_files(storage: Storage, files: Iterable[DemoFile]) -> None:
    """Keep the bytes, a few of them at once."""
    gate = asyncio.Semaphore(8)

    async def keep(file: DemoFile) -> None:
        async with gate:
            await storage.put(file.key, file.content)
            if file.thumbnail is not None:
                await storage.put(thumbnail_key(file.key), file.thumbnail)

    await asyncio.gather(*map(keep, files))


class Attachments:
    """Made from chances and ids of its own, so that the rest of the school is what it was."""

    def __init__(self, school: SchoolWriter, accounts: Mapping[UUID, UUID]) -> None:
        self._school = school
        self._accounts = accounts
        self._random = Random(f"files of {school.school_id}")
        self._ids = Ids(self._random, at=1_698_000_000_000)
        self._made: list[DemoFile] = []
        self._authors = {
            row["page_id"]: row["account_id"] for row in school.rows.get("page_revision", [])
        }

    def write(self) -> list[DemoFile]:
        today = self._school.today
        for row in self._school.rows["homework"]:
            if abs(row["due_on"] - today) <= DAYS and self._random.random() < OF_HOMEWORK:
                author = self._accounts[row["teacher_id"]]
                self._hang(FileUse.HOMEWORK, row, author, row["set_at"], worksheet())
        for row in self._school.rows.get("homework_status", []):
            if row["state"] == "HANDED_IN" and self._random.random() < OF_HAND_INS:
                author = self._accounts[row["student_id"]]
                self._hang(FileUse.HAND_IN, row, author, row["changed_at"], photo())
        for row in self._school.rows.get("absence_notice", []):
            if self._random.random() < OF_NOTICES:
                at = row["announced_at"]
                self._hang(FileUse.ABSENCE_NOTICE, row, row["author_id"], at, worksheet())
        for row in self._school.rows["material"]:
            if row["kind"] == "FILES":
                author = self._accounts[row["teacher_id"]]
                self._hang(FileUse.MATERIAL, row, author, row["added_at"], worksheet())
        self._pictures()
        return self._made

    def _pictures(self) -> None:
        """Of pages, and of what is written on them."""
        for row in self._school.rows.get("post", [])[:PICTURES]:
            self._hang(FileUse.POST, row, row["author_id"], row["posted_at"], photo())
        for row in self._school.rows.get("page", [])[:PICTURES]:
            author = self._authors[row["id"]]
            self._hang(FileUse.AVATAR, row, author, row["begun_at"], photo())

    def _hang(self, use: FileUse, record: Row, author: UUID, at: datetime, content: bytes) -> None:
        is_photo = use in (FileUse.HAND_IN, FileUse.POST, FileUse.AVATAR)
        names = PHOTOS if is_photo else WORKSHEETS
        name = "Note.pdf" if use is FileUse.ABSENCE_NOTICE else self._random.choice(names)
        id_ = self._ids.new()
        small = thumbnail() if is_photo else None
        self._school.add(
            "file",
            id=id_,
            author_id=author,
            use=str(use),
            name=name,
            media_type="image/jpeg" if is_photo else "application/pdf",
            size=len(content),
            digest=sha256(content).digest(),
            thumbnail=is_photo,
            record_id=record["id"],
            place=1,
            uploaded_at=at - timedelta(minutes=2),
        )
        self._made.append(DemoFile(key_of(self._school.school_id, id_), content, small))


@cache
def worksheet() -> bytes:
    """A page with lines to be filled in."""
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
    pdf.add_page()
    pdf.set_font("helvetica", size=18)
    pdf.cell(text="Gradebook demo")
    pdf.set_font("helvetica", size=12)
    for number in range(1, 11):
        pdf.text(12, 30 + 20 * number, f"{number}. " + "_" * 60)
    return bytes(pdf.output())


@cache
def photo() -> bytes:
    """A squared page with a few strokes of a pen."""
    written = BytesIO()
    _page(600, 800).save(written, "JPEG", quality=75)
    return written.getvalue()


@cache
def thumbnail() -> bytes:
    small = _page(600, 800)
    small.thumbnail((320, 320))
    written = BytesIO()
    small.save(written, "WEBP", quality=75)
    return written.getvalue()


def _page(width: int, height: int) -> Any:  # a picture of Pillow
    from PIL import Image, ImageDraw

    page = Image.new("RGB", (width, height), "#f7f5ec")
    draw, random = ImageDraw.Draw(page), Random("a page")
    for place in range(0, max(width, height), 30):
        draw.line((place, 0, place, height), fill="#c9d6e2")
        draw.line((0, place, width, place), fill="#c9d6e2")
    for line in range(4, height // 60):
        points = [(x, line * 60 + random.randint(-9, 9)) for x in range(60, width - 60, 12)]
        draw.line(points[: random.randint(20, len(points))], fill="#22407a", width=3)
    return page
