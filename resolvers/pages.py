"""Pages: who they are visible to, and how they are loaded, changed and told of."""

from typing import Any

from db.reading import pages
from db.tables.pages import OWNERS, Page
from db.writing.pages import PAGES
from domain.audience import HEADS, PRESENT, SELF, Audience
from domain.media import FileUse
from domain.pages import READERS
from domain.ties import TieName
from resolvers.declarations.naming import pascal
from resolvers.declarations.noun import Attachments, Event, History, Noun
from resolvers.loaders import Loader
from resolvers.relations import Tie, Ties, family
from resolvers.viewer import Viewer

KEPT = (
    TieName.STUDENT, TieName.CHILD, TieName.TEACHER, TieName.GUARDIAN, TieName.CLASS_LED,
    TieName.CLASS_TAUGHT, TieName.SUBJECT_TAUGHT,
)  # fmt: skip
"""The ties of `whose` that lead to a page, whomever the school opens it to."""


def whose() -> Ties:
    """The ties to a page, or to what stands on one: of those whose it is, and of its readers."""
    return (
        *family("student_id"),
        Tie(SELF, TieName.TEACHER, "teacher_id"),
        Tie(SELF, TieName.GUARDIAN, "guardian_id"),
        Tie(Audience.CLASS_TEACHER, TieName.CLASS_LED, "class_group_id"),
        Tie(Audience.COURSE_TEACHER, TieName.CLASS_TAUGHT, "class_group_id"),
        Tie(Audience.COURSE_TEACHER, TieName.SUBJECT_TAUGHT, "subject_id"),
        Tie(Audience.ADDRESSEE, TieName.ADDRESS, "readers", many=True),
    )


def asked_by(viewer: Viewer | None, school_id: int) -> dict[str, Any]:
    """The parameters of `db.reading.pages.may_read`, for lists of what the viewer may know of."""
    if viewer is None or (rights := viewer.schools.get(school_id)) is None:
        return {}
    reader = {"reader": viewer.account.id}
    if rights.everywhere & HEADS:
        return {"all": True, **reader}
    own = frozenset[Any]().union(*(rights[name] for name in KEPT))
    return {
        "addresses": tuple(sorted(rights[TieName.ADDRESS])),
        "own": tuple(sorted(own)),
        **reader,
    }


PAGE = Noun(
    Page,
    code="Pa",
    visible_to=READERS,
    ties=whose(),
    read=pages.pages_by_id,
    written=PAGES,
    history=History("Px", HEADS),
    attached=Attachments(FileUse.AVATAR, by=PRESENT, read_by=READERS, most=1),
    event=Event(
        "A page that was begun or changed.",
        "Pages of people, class groups and subjects that are begun or changed",
        "Pages of people, class groups and subjects: `page.created` etc.",
    ),
)
PageById = PAGE.by_id
_of_owners = {
    owner: Loader(f"PageBy{pascal(owner)}", getattr(pages, f"pages_of_{owner}s"), f"{owner}_id")
    for owner in OWNERS
}
PageByStudent = _of_owners["student"]
PageByTeacher = _of_owners["teacher"]
PageByGuardian = _of_owners["guardian"]
PageByClassGroup = _of_owners["class_group"]
PageBySubject = _of_owners["subject"]
FollowByPage = Loader("FollowByPage", pages.follows_of_account, "page_id")
