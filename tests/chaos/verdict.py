"""Whether everything that was acknowledged has reached everybody who may see it, and nobody else,
once and in order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from resolvers.feed.cursor import Cursors
from tests.chaos.followers import Follower, Told
from tests.chaos.lag import Lag
from tests.chaos.ledger import UNDONE, Ledger, Made
from tests.chaos.overlapping import Grant, Revocation
from tests.chaos.truth import Truth

WITHIN = 1.0
"""Seconds after which whose rights have ended gets nothing more, while nothing dies. What was
committed after the end never comes, whatever dies."""


def of_writers(ledger: Ledger, truth: Truth) -> Iterator[str]:
    """Acknowledged changes are there; others are there whole, or not at all."""
    yield from ledger.complaints
    for operation in ledger.operations:
        states = {truth.is_whole(made) for made in operation.made}
        if len(states) > 1 or None in states:
            yield f"half done: {operation.what}: {operation.made}"
        elif operation.acknowledged_at is not None and states != {True}:
            yield f"acknowledged and lost: {operation.what}: {operation.made}"
    for made, times in truth.often.items():
        if times > 1:
            yield f"{times} rows of the feed tell of {made}"
    made_by_writers = {made for operation in ledger.operations for made in operation.made}
    for made in truth.committed.keys() - made_by_writers:
        yield f"committed, and nobody made it: {made}"
    for made in truth.history ^ truth.committed.keys():
        yield f"the feed and the history disagree: {made}"


@dataclass(frozen=True)
class Entitlement:
    """What one follower has to be told, and what they may be told besides."""

    follower: Follower
    truth: Truth
    revocation: Revocation | None
    grant: Grant | None

    def of(self, made: Made) -> bool:
        """By rights that were there from the beginning, and that nobody has taken away."""
        person, concerned = self.follower.person, self.truth.concerns[made.ref]
        seen = person.students if made.topic == "GRADE" else person.courses
        return made.topic in self.follower.topics and concerned in seen

    def granted(self, made: Made) -> bool:
        """Whether it is of the child whom they got."""
        if self.grant is None or made.topic not in self.follower.topics:
            return False
        guard, concerned = self.grant.guard, self.truth.concerns[made.ref]
        return concerned == (guard.child if made.topic == "GRADE" else guard.course)

    def came_after_grant(self, made: Made) -> bool:
        if self.grant is None or self.grant.position is None:
            return False
        return self.granted(made) and self.truth.committed[made] > self.grant.position

    def ends(self, made: Made) -> bool:
        """Whether it is of the child who is theirs no more."""
        if self.revocation is None:
            return False
        child = self.revocation.guard.child
        left = self.follower.person.students - {child}
        return not left or self.truth.concerns[made.ref] == child

    def has_ended(self, made: Made) -> bool:
        if self.revocation is None or self.revocation.position is None:
            return False
        return self.ends(made) and self.truth.committed[made] > self.revocation.position

    def missing(self) -> set[Made]:
        owed = {
            made
            for made in self.truth.committed
            if (self.of(made) and not self.ends(made)) or self.came_after_grant(made)
        }
        return owed - {told.made for told in self.follower.told}


def entitlements(
    followers: Sequence[Follower],
    truth: Truth,
    revocations: Sequence[Revocation],
    grants: Sequence[Grant],
) -> list[Entitlement]:
    ended = {revocation.guard.person: revocation for revocation in revocations}
    begun = {grant.guard.person: grant for grant in grants}
    return [
        Entitlement(one, truth, ended.get(one.person), begun.get(one.person)) for one in followers
    ]


def of_follower(entitlement: Entitlement, lag: Lag) -> Iterator[str]:
    seen = once(entitlement.follower.told)
    for made in entitlement.missing():
        yield f"never told of {made}"
    yield from _unentitled(entitlement, lag)
    yield from _untrue(entitlement.follower.told, entitlement.truth)
    yield from _disorder(seen)
    yield from _repeats(entitlement.follower.told, entitlement.truth.cursors)


def once(told: Sequence[Told]) -> list[Told]:
    """Each cursor once, where it came first."""
    return list({each.cursor: each for each in reversed(told)}.values())[::-1]


def _unentitled(entitlement: Entitlement, lag: Lag) -> Iterator[str]:
    truth, revocation = entitlement.truth, entitlement.revocation
    for told in entitlement.follower.told:
        if told.made not in truth.committed:
            yield f"told of what was never committed: {told}"
        elif entitlement.grant is not None and entitlement.granted(told.made):
            if told.at < entitlement.grant.tried_at:
                yield f"told of what was not theirs yet: {told}"
        elif not entitlement.of(told.made):
            yield f"told of what is not theirs: {told}"
        elif entitlement.has_ended(told.made):
            yield f"told of what was theirs once: {told}"
        elif revocation is not None and revocation.in_calm and entitlement.ends(told.made):
            late = told.at - revocation.at - lag.within(revocation.at, told.at)
            if late > WITHIN:
                yield f"told {late:.2f} s after the rights to it had ended: {told}"


def latest_after_rights(entitlement: Entitlement) -> float:
    """Seconds; what came then had been committed before."""
    ended = entitlement.revocation
    if ended is None or ended.position is None:
        return 0.0
    told = [each for each in entitlement.follower.told if entitlement.ends(each.made)]
    return max((each.at - ended.at for each in told), default=0.0)


def _untrue(all_told: Sequence[Told], truth: Truth) -> Iterator[str]:
    for told in all_told:
        if told.shown < told.made.version:
            yield f"the record is older than its change: {told}"
        if told.text is not None and told.text.startswith(UNDONE):
            yield f"the record shows what was rolled back: {told}"
        if told.of != truth.concerns.get(told.made.ref):
            yield f"the record comes without whom it is of: {told}"
        if truth.cursors.decode(told.cursor) != truth.committed.get(told.made):
            yield f"the cursor is of another change: {told}"


def _disorder(seen: Sequence[Told]) -> Iterator[str]:
    """After each cursor is taken once, no change comes again, and no version after a later one."""
    latest: dict[UUID, Told] = {}
    for told in seen:
        before = latest.get(told.made.ref)
        if before is not None and before.made.version >= told.made.version:
            how = "again" if before.made == told.made else "backwards"
            yield f"a version ran {how}: {before}, {told}"
        latest[told.made.ref] = told


def _repeats(all_told: Sequence[Told], cursors: Cursors) -> Iterator[str]:
    """Within one connection every change follows the one before."""
    for before, told in pairwise(all_told):
        one, next_ = cursors.decode(before.cursor), cursors.decode(told.cursor)
        if before.connection == told.connection and one >= next_:
            yield f"one connection told out of order: {before}, {told}"


def delays(followers: Sequence[Follower], acknowledged: Mapping[Made, float]) -> list[float]:
    """Seconds from the writer's answer to each follower's first event, in order."""
    found = [
        told.at - acknowledged[told.made]
        for follower in followers
        for told in once(follower.told)
        if told.made in acknowledged
    ]
    return sorted(found)
