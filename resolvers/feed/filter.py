"""The filter of a subscription: what it names, and which changes its viewer may see."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from domain.audience import Audience
from domain.errors import Code, Problem
from domain.ties import TieName
from resolvers.feed.change import Change
from resolvers.feed.keys import EVERYBODY, OFFICE, STAFF, RecipientKey, RecipientKeys
from resolvers.feed.topics import FOLLOWED, Topic, day_of, diary, ids_of
from resolvers.relations import RELATIONS, Named, may_know, relation
from resolvers.viewer import Rights, Viewer, holds_on

ViewerSource = Callable[[], Awaitable[Viewer | None]]
"""Reads the viewer of a session; None once the session has ended."""


OF_SOME_COURSES = (TieName.STUDENT_TAUGHT, TieName.STUDENT_WAS_LED)
"""Ties to a student by which a viewer is not told all that they learn."""


@dataclass(frozen=True, slots=True)
class SubscriptionFilter:
    """What a subscription names; if it names nothing, it gets all that concerns its viewer."""

    students: RecipientKeys | None = None
    courses: RecipientKeys | None = None
    class_groups: RecipientKeys | None = None
    topics: tuple[Topic, ...] = field(default_factory=diary)

    def keys(self, viewer: Viewer) -> RecipientKeys:
        """The keys that the viewer may follow now; none, perhaps, if the filter names nothing.

        Raises a Problem if everything named is out of reach, whether it always was or has just
        become so: NOT_FOUND if the viewer may know of none of it, else FORBIDDEN.
        """
        if self.students is self.courses is self.class_groups is None:
            return frozenset(self._keys_of(viewer))
        named = list(self._named())
        keys = frozenset(key for noun, key in named if self._may_follow(viewer, noun, key))
        if not keys and named:
            raise _out_of_reach(viewer, named)
        return keys

    def _named(self) -> Iterable[tuple[str, RecipientKey]]:
        for noun, keys in (
            ("Student", self.students),
            ("Course", self.courses),
            ("ClassGroup", self.class_groups),
        ):
            yield from ((noun, key) for key in keys or ())

    def _keys_of(self, viewer: Viewer) -> Iterable[RecipientKey]:
        """Everything that concerns the viewer."""
        ties = FOLLOWED.union(*(topic.direct_ties for topic in self.topics))
        groups = frozenset[object]().union(*(topic.groups for topic in self.topics))
        for school, rights in viewer.schools.items():
            if rights.office:  # which hears of what it may know of: `may_see`
                yield school, OFFICE
                continue
            yield from ((school, id_) for tie in ties for id_ in rights[tie])
            if EVERYBODY in groups:
                yield school, EVERYBODY
            if STAFF in groups and rights.staff:
                yield school, STAFF

    def _may_follow(self, viewer: Viewer, noun: str, key: RecipientKey) -> bool:
        """Whether the viewer may know of what is named, and see some change that concerns it."""
        named = Named(*key)
        if not may_know(viewer, noun, named):
            return False
        audience = relation(viewer, noun, named) | _as_staff(viewer.schools[key[0]], noun)
        return any(audience & RELATIONS[topic.noun].visible_to for topic in self.topics)


def _as_staff(rights: Rights, noun: str) -> Audience:
    """What the viewer may be to records around the named one, though not to itself: a teacher of
    any course may teach students of the class group, and a class teacher may lead students who
    learn in the course."""
    if noun == "ClassGroup" and rights[TieName.COURSE_TAUGHT]:
        return Audience.COURSE_TEACHER
    if noun == "Course" and rights[TieName.STUDENT_LED]:
        return Audience.CLASS_TEACHER
    return Audience.NOBODY


def may_see(viewer: Viewer, keys: RecipientKeys, change: Change) -> bool:
    """Whether the change is published to one of the keys, and the viewer may know of its record
    and that it is published there."""
    published = keys & change.keys
    return any(_may_know_of_recipient(viewer, key, change) for key in published) and may_know(
        viewer, change.topic.noun, change.record
    )


def _may_know_of_recipient(viewer: Viewer, key: RecipientKey, change: Change) -> bool:
    """Whether the viewer may know that the key is a recipient of the change.

    Of a student whom the viewer only teaches, they may know so in their own courses alone: that
    somebody is a recipient of another course's homework says that they learn there. So it is of one
    whom they led before, but for the days on which they did.
    """
    school, id_ = key
    rights, topic = viewer.schools.get(school), change.topic
    if rights is None:
        return False
    if rights.leads or not topic.courses or not any(id_ in rights[tie] for tie in OF_SOME_COURSES):
        return True
    if id_ in ids_of(change.record, topic.direct):
        return True
    nearer = RELATIONS["Student"].leading_to(~Audience.COURSE_TEACHER)
    if any(id_ in rights[tie.name] for tie in nearer):
        return True
    was_led = rights.days.get(TieName.STUDENT_WAS_LED)
    if holds_on(was_led, id_, day_of(change.record, topic)):
        return True
    taught = not rights[TieName.COURSE_TAUGHT].isdisjoint(ids_of(change.record, topic.courses))
    return taught and id_ in rights[TieName.STUDENT_TAUGHT]


def _out_of_reach(viewer: Viewer, named: Iterable[tuple[str, RecipientKey]]) -> Problem:
    if any(may_know(viewer, noun, Named(*key)) for noun, key in named):
        return Problem(Code.FORBIDDEN, "There is nothing here that you may follow.")
    return Problem(Code.NOT_FOUND, "There is nothing of what is named.")


def signed_in(viewer: Viewer | None) -> Viewer:
    """The viewer; raises UNAUTHENTICATED if the session has ended."""
    if viewer is None:
        raise Problem(Code.UNAUTHENTICATED, "The session has ended.")
    return viewer
