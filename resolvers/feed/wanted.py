"""What a subscription follows, and what of it its viewer may see."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from domain.audience import Audience
from domain.errors import Code, Problem
from domain.ties import TieName
from resolvers.feed.kinds import EVERYBODY, Change, Key, Keys, Kind, diary
from resolvers.global_id import NIL
from resolvers.relations import RELATIONS, Named, may_know, relation
from resolvers.viewer import Viewer

ViewerSource = Callable[[], Awaitable[Viewer | None]]
"""Whose session it is; None once it has ended."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a subscription names; where it names nothing, all that concerns the viewer."""

    students: Keys | None = None
    courses: Keys | None = None
    class_groups: Keys | None = None
    kinds: tuple[Kind, ...] = field(default_factory=diary)

    def named(self) -> Iterable[tuple[str, Key]]:
        for noun, keys in (
            ("Student", self.students),
            ("Course", self.courses),
            ("ClassGroup", self.class_groups),
        ):
            yield from ((noun, key) for key in keys or ())

    def allowed(self, viewer: Viewer) -> Keys:
        """What of it the viewer may follow now: where nothing is named, perhaps nothing as yet.

        Where all that is named is out of reach, the answer is the same whether it has just become
        so or has always been: NOT_FOUND where the viewer may know of none of it, else FORBIDDEN.
        """
        if self.students is self.courses is self.class_groups is None:
            return frozenset(_concerning(viewer))
        named = list(self.named())
        keys = frozenset(key for noun, key in named if self._may_follow(viewer, noun, key))
        if not keys and named:
            raise _nothing_to_see(viewer, named)
        return keys

    def _may_follow(self, viewer: Viewer, noun: str, key: Key) -> bool:
        """Whether the viewer may know of it, and see some change of what concerns it."""
        named = Named(*key)
        if not may_know(viewer, noun, named):
            return False
        own = relation(viewer, noun, named) | _of_staff(viewer, noun, key[0])
        return any(own & RELATIONS[kind.noun].visible_to for kind in self.kinds)


def may_see(viewer: Viewer, keys: Keys, change: Change) -> bool:
    """Whether the change concerns what is followed, and the viewer may know of its record."""
    concerned = keys & change.keys
    return any(_may_know_why(viewer, key, change) for key in concerned) and may_know(
        viewer, change.kind.noun, change.record
    )


def _may_know_why(viewer: Viewer, key: Key, change: Change) -> bool:
    """Whether the viewer may know that it concerns them: of a student whom one only teaches, that
    is so in one's own courses."""
    school, id_ = key
    rights, course = viewer.schools.get(school), change.kind.course
    if rights is None or rights.head or course is None or id_ not in rights[TieName.STUDENT_TAUGHT]:
        return rights is not None
    nearer = RELATIONS["Student"].leading_to(~Audience.COURSE_TEACHER)
    if any(id_ in rights[tie.name] for tie in nearer):
        return True
    return getattr(change.record, course) in rights[TieName.COURSE_TAUGHT]


def _nothing_to_see(viewer: Viewer, named: Iterable[tuple[str, Key]]) -> Problem:
    if any(may_know(viewer, noun, Named(*key)) for noun, key in named):
        return Problem(Code.FORBIDDEN, "There is nothing here that you may follow.")
    return Problem(Code.NOT_FOUND, "There is nothing of what is named.")


def present(viewer: Viewer | None) -> Viewer:
    if viewer is None:
        raise Problem(Code.UNAUTHENTICATED, "The session has ended.")
    return viewer


def _concerning(viewer: Viewer) -> Iterable[Key]:
    by_account = any(kind.accounts for kind in diary())
    by_role = frozenset[UUID]().union(*(kind.groups for kind in diary()))
    for school, rights in viewer.schools.items():
        if by_account:
            yield school, viewer.account.id
        yield from ((school, key) for key in by_role if key is EVERYBODY or rights.staff)
        if rights.head:
            yield school, NIL
        else:
            near = (
                rights[TieName.STUDENT]
                | rights[TieName.CHILD]
                | rights[TieName.COURSE_TAUGHT]
                | rights[TieName.CLASS_LED]
            )
            yield from ((school, id_) for id_ in near)


def _of_staff(viewer: Viewer, noun: str, school: int) -> Audience:
    """Who teaches may do so in any class group, and those one leads may learn in any course."""
    rights = viewer.schools[school]
    if noun == "ClassGroup" and rights[TieName.COURSE_TAUGHT]:
        return Audience.COURSE_TEACHER
    if noun == "Course" and rights[TieName.STUDENT_LED]:
        return Audience.CLASS_TEACHER
    return Audience.NOBODY
