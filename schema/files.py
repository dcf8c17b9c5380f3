"""Files that hang on records; their bytes come and go beside GraphQL."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import strawberry

from domain.audience import ANYONE
from domain.public_path import PUBLIC_PATH
from resolvers import global_id
from resolvers.declarations.attachments import FILE
from resolvers.declarations.noun import Noun
from resolvers.readings import Items
from schema.declare import column, computed, loaded

PATH = "/files"


def url(school_id: int, id_: UUID) -> str:
    return f"{PUBLIC_PATH.prefix}{PATH}/{global_id.make(FILE, school_id, id_)}"


def thumbnail_url(school_id: int, id_: UUID, thumbnail: bool) -> str | None:
    return f"{url(school_id, id_)}/thumbnail" if thumbnail else None


@strawberry.type(
    description="A file that hangs on a record. It is uploaded by `POST /files`, whose answer has "
    "its id for the mutation that attaches it, and downloaded by its `url`, by whoever is shown "
    "the record. One that hangs on nothing is its uploader's alone, and is removed after a day."
)
class File:
    id: strawberry.ID = computed(
        ANYONE, "Its id, for mutations that attach it.", partial(global_id.make, FILE),
        "school_id", "id",
    )  # fmt: skip
    name: str = column(ANYONE, "As it was uploaded, with an extension that fits its type.")
    size: int = column(ANYONE, "How many bytes it has.")
    media_type: str = column(ANYONE, "What it is, by its content: `image/jpeg`.")
    url: str = computed(
        ANYONE, "Where it is downloaded, at the gateway's own address.", url, "school_id", "id"
    )
    thumbnail_url: str | None = computed(
        ANYONE,
        "Where it is to be had as a picture of at most 320 by 320 pixels, a WebP; null where it is "
        "no picture.",
        thumbnail_url,
        "school_id",
        "id",
        "thumbnail",
    )
    uploaded_at: datetime = column(ANYONE, "When it was uploaded.")


def files_of(noun: Noun[Any], description: str) -> Any:  # stands as the default of a field
    """The files that hang on a record, as its noun declares."""
    assert noun.attached is not None
    return loaded(noun.attached.read_by, description, noun.files, "id", items=Items(1))
