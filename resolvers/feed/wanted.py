"""What a subscription follows, and what of it its viewer may see."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from domain.audience import Audience
from domain.errors import Code, Problem
from resolvers.feed.kinds import DIARY, Change, Key, Keys, Kind
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
    kinds: tuple[Kind, ...] = DIARY

    def named(self) -> Iterable[tuple[str, Key]]:
        for noun, keys in (
            ("Student", self.students),
            ("Course", self.courses),
            ("ClassGroup", self.class_groups),
        ):
            yield from ((noun, key) for key in keys or ())

    def keys(self, viewer: Viewer) -> Keys:
        """What of it the viewer may follow now."""
        if self.students is self.courses is self.class_groups is None:
            return frozenset(_concerning(viewer))
        return frozenset(key for noun, key in self.named() if self._may_follow(viewer, noun, key))

    def allowed(self, viewer: Viewer) -> Keys:
        """As `keys`; FORBIDDEN where something is named of which the viewer may see nothing."""
        keys = self.keys(viewer)
        if not keys and any(self.named()):
            raise nothing_to_see()
        return keys

    def _may_follow(self, viewer: Viewer, noun: str, key: Key) -> bool:
        """Whether the viewer may know of it, and see some change of what concerns it."""
        named = Named(*key)
        if not may_know(viewer, noun, named):
            return False
        own = relation(viewer, noun, named) | _of_staff(viewer, noun, key[0])
        return any(own & RELATIONS[kind.noun].known_to for kind in self.kinds)


def may_see(viewer: Viewer, keys: Keys, change: Change) -> bool:
    """Whether the change concerns what is followed, and the viewer may know of its record."""
    return not keys.isdisjoint(change.keys) and may_know(viewer, change.kind.noun, change.record)


def nothing_to_see() -> Problem:
    return Problem(Code.FORBIDDEN, "There is nothing here that you may follow.")


def present(viewer: Viewer | None) -> Viewer:
    if viewer is None:
        raise Problem(Code.UNAUTHENTICATED, "The session has ended.")
    return viewer


def _concerning(viewer: Viewer) -> Iterable[Key]:
    for school, rights in viewer.schools.items():
        if rights.head:
            yield school, NIL
        else:
            near = (
                rights["STUDENT"] | rights["CHILD"] | rights["COURSE_TAUGHT"] | rights["CLASS_LED"]
            )
            yield from ((school, id_) for id_ in near)


def _of_staff(viewer: Viewer, noun: str, school: int) -> Audience:
    """Who teaches may do so in any class group, and those one leads may learn in any course."""
    rights = viewer.schools[school]
    if noun == "ClassGroup" and rights["COURSE_TAUGHT"]:
        return Audience.COURSE_TEACHER
    if noun == "Course" and rights["STUDENT_LED"]:
        return Audience.CLASS_TEACHER
    return Audience.NOBODY
