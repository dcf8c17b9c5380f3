"""Pages of a school's site: to every member of it; their history to its office."""

from db.tables.site_pages import WITHDRAWAL, SitePage
from db.writing.site_pages import SITE_PAGES
from domain.audience import MEMBER, OFFICE
from resolvers.declarations.noun import Event, History, Noun

SITE_PAGE = Noun(
    SitePage,
    code="Sp",
    visible_to=MEMBER,
    withdrawal=WITHDRAWAL,
    written=SITE_PAGES,
    history=History("Sx", OFFICE),
    event=Event(
        "A page of the school's site that was made, changed or put away.",
        "Pages of schools' sites that are made, changed or put away",
        "Pages of the school's site.",
    ),
)
