"""What the generator reaches: shares of operations, and the fields that it had answered."""

from collections import Counter
from collections.abc import Iterator
from inspect import isawaitable
from typing import Any, ClassVar

import orjson
from graphql import GraphQLObjectType

from resolvers.execution.reference_executor import ReferenceExecutor
from schema.build import schema
from tests.store.differential.operations import Case


class Watched(ReferenceExecutor):
    """Notes each field of each type that it answers with something."""

    fields: ClassVar[set[str]] = set()

    def execute_field(self, parent_type: Any, source: Any, details: Any, *more: Any) -> Any:
        completed = super().execute_field(parent_type, source, details, *more)
        name = f"{parent_type.name}.{details[0].node.name.value}"
        if isawaitable(completed):
            return self._note_later(name, completed)
        if completed is not None:
            self.fields.add(name)
        return completed

    async def _note_later(self, name: str, coming: Any) -> Any:
        completed = await coming
        if completed is not None:
            self.fields.add(name)
        return completed


NEEDS_MORE = {
    "Query.changes", "DiaryChanges.changes", "DiaryChanges.cursor", "DiaryChanges.hasMore",
    "CreateWebhookPayload.webhook", "CreateWebhookPayload.secret",
    "ChangeWebhookPayload.webhook", "ChangeWebhookPayload.secret",
    "ReplayWebhookPayload.webhook", "RemoveWebhookPayload.id",
    "SetTimeZonePayload.school", "AccessCode.code",
    "ErasurePlan.erasableFrom", "ErasurePlan.fingerprint",
    "RegistrationByCode.givenName", "RegistrationByCode.classGroup",
    "RegisterPayload.viewer", "RegisterPayload.token", "RegisterPayload.login",
    "RegisterPayload.endsAt", "AddByCodePayload.viewer", "Account.emailProblem",
    "CodeChallenge.challenge", "CodeChallenge.expiresAt", "SecondFactor.since",
    "TrustedDevice.id", "TrustedDevice.device", "TrustedDevice.trustedAt", "TrustedDevice.endsAt",
    "ConfirmSecondFactorPayload.viewer", "EndSecondFactorPayload.viewer",
    "SignInPayload.secondFactor", "SignInPayload.deviceToken",
    "Session.id", "Session.beganAt", "Session.lastUsedAt", "Session.endsAt", "Session.device",
    "ToldFigures.average", "ToldFigures.worst", "ToldFigures.best",
    "CategoryShare.kind", "CategoryShare.share", "DroppedMarks.kind", "DroppedMarks.worst",
    "DroppedMarks.best", "PercentThreshold.mark", "PercentThreshold.percent", "MarkPoints.mark",
    "MarkPoints.points", "Session.method", "Session.current",
    "SignInNotice.code", "SignInNotice.message",
    *(
        f"TieStep.{each}"
        for each in ("at", "beginsOn", "by", "change", "endsOn", "kind", "reason", "restriction",
                     "teacher", "classGroup", "course")
    ),
    *(
        f"GradingTerms.{each}"
        for each in ("absenceShare", "examShare", "overdueMark", "periodKind", "rounding")
    ),
    *(f"PingWebhookPayload.{each}" for each in ("webhook", "status", "error", "excerpt")),
    "GradeScale.step", "GradeScale.passingFrom", "GradeScale.extraCredit", "ScaleMark.share",
    "Average.outOf", "Average.share", "PeriodResult.outOf", "Course.toldFigures",
    "Lesson.joinedTo", "Lesson.replaces", "LessonRevision.joinedToBefore",
    "AccessCode.undoneAt", "AccessCode.undoneBy", "Guardianship.restriction",
    "HeldRole.beginsOn", "HeldRole.endsOn",
    "CodeChallenge.app", "CodeChallenge.passkey", "Query.pendingIdentity",
    *(f"PendingIdentity.{each}" for each in ("issuer", "name")),
    *(f"Identity.{each}" for each in ("id", "name", "issuer", "provider", "addedAt", "lastUsedAt")),
    *(f"Passkey.{each}" for each in ("id", "name", "synced", "addedAt", "lastUsedAt")),
    *(f"Profile.{each}" for each in ("id", "name", "language", "school", "student")),
    *(f"Calendar.{each}" for each in ("id", "student", "teacher", "createdAt", "lastReadAt")),
    *(f"TranslatorState.{each}" for each in ("charactersLeft", "languages")),
    *(f"TranslatedText.{each}" for each in ("text", "from", "kept")),
    "Viewer.translator",
    *(f"AccountStep.{each}" for each in ("at", "by", "change", "reason", "school")),
}  # fmt: skip
"""What a period that is over and decided, a rule with more terms, a scale that converts, lessons
that are joined, a registration that was undone, ties that the office has dated or restricted, a
feed that runs, a receiver that can be reached, a zone's name, a code that nobody knows, an app that
knows a secret, an account that keeps views, calendars, passkeys or identities, or a session would
be needed for."""


def every_field() -> set[str]:
    return {
        f"{type_.name}.{name}"
        for type_ in schema._schema.type_map.values()
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__")
        for name in type_.fields
    } - NEEDS_MORE


def count(shares: Counter[str], case: Case, found: bytes) -> None:
    """Add the case and its answer to the shares."""
    shares["drawn"] += 1
    shares[case.kind] += 1
    answer = orjson.loads(found)
    values = list(leaves(answer.get("data")))
    shares["with data"] += any(value is not None for value in values)
    shares["with nulls"] += any(value is None for value in values)
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    shares["with errors"] += bool(codes)
    shares["refused as a request"] += "data" not in answer
    shares.update(codes)


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name != "__typename":
                yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


def shown(shares: Counter[str]) -> str:
    return ", ".join(
        f"{name} {100 * number / shares['drawn']:.1f} %"
        for name, number in shares.most_common()
        if name != "drawn"
    )
