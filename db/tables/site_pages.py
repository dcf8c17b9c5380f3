"""Pages of a school's site, with their history."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from db.tables.columns import Instant, OfSchool
from db.tables.history import Withdrawal, history_of
from domain.clock import now


class SitePage(OfSchool, table=True):
    """What the school writes of itself, in Markdown. `slug` is its name in addresses, and `rank`
    orders the pages. One that is `public` is for whoever asks, all others for the school's
    members."""

    __tablename__ = "site_page"
    __table_args__ = (UniqueConstraint("school_id", "slug", name="uq_site_page_slug"),)
    slug: str
    title: str
    text: str
    public: bool
    rank: int
    active: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    changed_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


WITHDRAWAL = Withdrawal(lambda page: ~page.c.active, hidden=("title", "text"))
SitePageRevision = history_of(SitePage, "slug", "title", "text", "public", "rank", "active")
