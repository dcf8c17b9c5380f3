"""What a notice says, and which screen of the diary it leads to."""

from typing import Any

from resolvers import global_id
from resolvers.declarations.noticing import said
from resolvers.notices.screens import SCREENS


def text_of(notice: Any, language: str) -> str:  # a notice as it is read
    """Names and no content: the record itself shows that, to whoever may read it."""
    found = said(notice.topic, notice.kind, notice.change)
    if found is None:
        return ""
    return found[0].text(
        language,
        student=notice.student_name,
        subject=notice.subject_name,
        author=notice.author_name,
    )


def path_of(notice: Any) -> str:
    """The address of the screen, from the root of the gateway."""
    found = said(notice.topic, notice.kind, notice.change)
    path = None if found is None else found[1]
    if path is None and notice.shown in SCREENS:
        given = global_id.make(notice.shown, notice.school_id, notice.shown_id)
        return SCREENS[notice.shown].format(given)
    path = path or "/diary/notices"
    for name in ("student", "course"):
        id_ = getattr(notice, f"{name}_id")
        if id_ is not None:
            given = global_id.make(name.capitalize(), notice.school_id, id_)
            path = path.replace(f"{{{name}}}", given)
    school = global_id.make("School", notice.school_id, global_id.NIL)
    path = path.replace("{school}", school)
    if notice.day is not None:
        path = path.replace("{day}", notice.day.isoformat())
    # What it is of no student or course leads to the screen of all.
    return path.partition("?")[0] if "{" in path.partition("?")[2] else path
