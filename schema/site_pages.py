"""Pages of a school's site; those that are public without a sign-in."""

import asyncio
from datetime import datetime
from typing import Annotated, Any

import strawberry

from db.reading.site_pages import (
    public_pages_of_school,
    site_pages_of_school,
    site_pages_put_away,
)
from domain.audience import ANYONE, MEMBER, OFFICE
from domain.errors import Code, Problem, bad_input
from domain.markdown import html_of
from domain.site_pages import LONGEST_PAGE
from resolvers import global_id
from resolvers.context import Context
from resolvers.readings import Items, Told
from resolvers.site_pages import SITE_PAGE
from schema.declare import column, computed, loaded, resolver
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import SchoolRef, SitePageRef, SitePageRevisionRef
from schema.permissions import viewer_may

SAFE = (
    "as HTML that is safe to show: nothing of it runs, and links lead away by https, http or mail"
)


def rendered(text: str | None) -> str | None:
    return None if text is None else html_of(text)


@strawberry.type(
    description="A page of the school's site. Once it is put away, its title and text are null."
)
class SitePage(Node):
    id: strawberry.ID = id_of("SitePage", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    slug: str = column(MEMBER, "Its name in addresses.")
    title: str | None = column(MEMBER, "What it is called; null once put away.")
    text: str | None = column(MEMBER, "What it says, in Markdown; null once put away.")
    html: str | None = computed(
        MEMBER, f"What it says, {SAFE}; null once put away.", rendered, "text"
    )
    public: bool = column(MEMBER, "Whether whoever asks may read it, without signing in.")
    rank: int = column(MEMBER, "Its place among the pages.")
    active: bool = column(MEMBER, "Whether it is in use.")
    changed_at: datetime = column(MEMBER, "When it was written last.")
    version: int = column(MEMBER, "Grows by one with every change.")
    history: list[SitePageRevisionRef] | None = loaded(
        OFFICE, "What was done to it, in order.", SITE_PAGE.revisions, "id", items=Items(2)
    )


SitePageRevision = revision_of(SitePage, SITE_PAGE, "One step of the history of a page.")


@strawberry.type(description="A page of a school's site that is for whoever asks.")
class PublicPage:
    school: str = column(ANYONE, "The name of the school.", name="school_name")
    slug: str = column(ANYONE, "Its name in addresses.")
    title: str = column(ANYONE, "What it is called.")
    html: str = computed(ANYONE, f"What it says, {SAFE}.", html_of, "text")
    changed_at: datetime = column(ANYONE, "When it was written last.")


async def _pages(record: Any, context: Context) -> list[Any]:
    return await context.store.fetch(site_pages_of_school, school=record.school_id)


site_pages = resolver(
    MEMBER,
    "The pages of its site that are in use, in their order.",
    list[SitePageRef],
    items=Items(10),
    told=Told.DAY,
)(_pages)


@resolver(
    OFFICE,
    "The pages of its site that are put away, the last one first; `changeSitePage` takes one back.",
    list[SitePageRef] | None,
    items=Items(5),
)
async def away_site_pages(record: Any, context: Context) -> list[Any]:
    return await context.store.fetch(site_pages_put_away, school=record.school_id)


OfSchool = Annotated[strawberry.ID, strawberry.argument(description="A school, by global id.")]
OfSlug = Annotated[
    str | None, strawberry.argument(description="The name in addresses of the one that is meant.")
]


@resolver(
    ANYONE,
    "The pages of a school's site that are public, in their order, without signing in; none where "
    "there is no such school.",
    list[PublicPage],
    items=Items(10),
)
async def public_pages(
    record: Any, context: Context, school: OfSchool, slug: OfSlug = None
) -> list[Any]:
    school_id, _ = global_id.parse(school, "School")
    pages = await context.public_rows(public_pages_of_school, school_id)
    return [page for page in pages if slug is None or page.slug == slug]


MOST_PREVIEWS = 4
Written = Annotated[str, strawberry.argument(description="What is written so far, in Markdown.")]


@resolver(ANYONE, f"Markdown that is being written, {SAFE}; for whoever is signed in.", str)
async def preview_markdown(record: Any, context: Context, text: Written) -> str:
    context.signed_in()
    if len(text) > LONGEST_PAGE:
        raise bad_input(f"A text has at most {LONGEST_PAGE} characters.")
    context.previews += 1
    if context.previews > MOST_PREVIEWS:
        message = f"An operation previews at most {MOST_PREVIEWS} texts."
        raise Problem(Code.LIMIT_EXCEEDED, message)
    # Not cached: a draft is hardly asked for twice. A long one takes long, for which others do not
    # wait.
    return await asyncio.to_thread(html_of.__wrapped__, text)
