"""Writing the pages of a school's site."""

from db.tables.site_pages import SitePage, SitePageRevision
from db.writing.versioned import Versioned

SITE_PAGES = Versioned(SitePage, SitePageRevision, changed_at="changed_at")
