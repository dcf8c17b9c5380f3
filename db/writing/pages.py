"""Writing pages, and who follows them."""

from typing import Any

from sqlalchemy import ClauseElement, delete

from db.reading.parts import NOW, SCHOOL, among, table
from db.statement import statement
from db.tables.pages import Page, PageFollow, PageRevision
from db.writing.parts import ACCOUNT, insert_each
from db.writing.versioned import Versioned

PAGES = Versioned(Page, PageRevision, inserted_at="begun_at")
FOLLOWED_BY = ("school_id", "account_id", "page_id")


@statement(PageFollow)
def follow_page() -> ClauseElement:
    """Follow a page from now on; of one that is followed already nothing changes."""
    noted = insert_each(PageFollow, ("id", "page_id"), {"account_id": ACCOUNT, "at": NOW})
    return noted.on_conflict_do_nothing(index_elements=FOLLOWED_BY)


@statement(PageFollow)
def unfollow_page() -> ClauseElement:
    follow: Any = table(PageFollow)
    return delete(follow).where(
        follow.c.school_id == SCHOOL, among(follow.c.page_id), follow.c.account_id == ACCOUNT
    )
