"""The site of the demo school: pages for whoever asks, and one for its members."""

from random import Random
from uuid import UUID

from db.demo.plan import Ids
from db.demo.rows import SchoolWriter

PAGES = (
    (
        "welcome",
        "Welcome",
        True,
        (
            "Our school stands **by the park**, and everybody is welcome to look around.\n\n"
            "- lessons from 8:00\n- lunch at 13:15\n- clubs until 17:00\n"
        ),
    ),
    (
        "open-day",
        "Open day",
        True,
        (
            "Come on the last Saturday of November.\n\n| When | Where |\n|---|---|\n"
            "| 10:00 | hall |\n| 11:00 | [laboratories](https://tour.example) |\n"
        ),
    ),
    (
        "lunch",
        "Обеды",
        False,
        "Меню на неделю висит у столовой. **Аллергии** сообщайте классному руководителю.\n",
    ),
)


def write_site_pages(school: SchoolWriter, head: UUID) -> None:
    """Made with ids of their own, so that the rest of the school is what it was."""
    ids = Ids(Random(f"site of {school.school_id}"), at=1_700_100_000_000)
    at = school.begun
    for rank, (slug, title, public, text) in enumerate(PAGES, start=1):
        id_ = school.add(
            "site_page",
            id=ids.new(),
            slug=slug,
            title=title,
            text=text,
            public=public,
            rank=rank,
            active=True,
            changed_at=at,
            version=1,
        )
        school.add_first_step("site_page", id_, "CREATED", head, at=at)
