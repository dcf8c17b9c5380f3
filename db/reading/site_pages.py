"""Pages of a school's site: all that are in use, or those that are for whoever asks."""

from sqlalchemy import ClauseElement, Select, select

from db.reading.parts import SCHOOL, columns, table
from db.statement import statement
from db.tables.schools import School
from db.tables.site_pages import SitePage


def _of_school() -> Select[SitePage]:
    found: Select[SitePage] = select(*columns(SitePage))
    return found.where(table(SitePage).c.school_id == SCHOOL)


def _in_order() -> Select[SitePage]:
    page = table(SitePage)
    return _of_school().where(page.c.active).order_by(page.c.rank, page.c.id)


@statement(SitePage)
def site_pages_of_school() -> ClauseElement:
    return _in_order()


@statement(SitePage)
def site_pages_put_away() -> ClauseElement:
    """Those that are no longer in use, the last one that was put away first."""
    page = table(SitePage)
    return _of_school().where(~page.c.active).order_by(page.c.changed_at.desc(), page.c.id)


@statement(SitePage)
def public_pages_of_school() -> ClauseElement:
    """Those that are public, with the name of the school."""
    page, school = table(SitePage), table(School)
    return (
        _in_order()
        .add_columns(school.c.name.label("school_name"))
        .join(school, school.c.school_id == page.c.school_id)
        .where(page.c.public, school.c.active)
    )


@statement(SitePage)
def site_page_slugs() -> ClauseElement:
    """The slugs of all pages, those that were put away too."""
    page = table(SitePage)
    return select(page.c.id, page.c.slug, page.c.rank).where(page.c.school_id == SCHOOL)
