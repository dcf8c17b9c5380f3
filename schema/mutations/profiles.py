"""The views that an account keeps."""

from dataclasses import dataclass, field
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.refusals import Refused, UserError, UserErrorCode
from resolvers import profiles
from resolvers.context import Context
from schema.declare import column, mutation
from schema.mutations.payloads import Payload, errors_of
from schema.viewer import Viewer

Code = UserErrorCode


@strawberry.type(description="The outcome of `saveProfile` or `removeProfile`.")
class ProfilePayload(Payload):
    viewer: Viewer | None = column(ANYONE, "Whose views they are, as they are now.")


@strawberry.input(description="A view to save, as it is to be.")
class SaveProfileInput:
    id: strawberry.ID | None = strawberry.field(
        default=None, description="Of the view that is changed; a new one is made unless told."
    )
    name: str = strawberry.field(description="Its name; no two of an account are alike.")
    student: strawberry.ID | None = strawberry.field(
        default=None, description="A child of the viewer's, or the viewer as a student, by id."
    )
    school: strawberry.ID | None = strawberry.field(
        default=None, description="A school of the viewer's, by id; unless told, the student's."
    )
    language: str | None = strawberry.field(default=None, description="The language, by BCP 47.")
    place: int | None = strawberry.field(
        default=None,
        description="Its place in the order, from 0; unless told, its own, or after the last.",
    )


@strawberry.input(description="A view to remove.")
class RemoveProfileInput:
    id: strawberry.ID = strawberry.field(description="Its id, as `Viewer.profiles` tells it.")


@dataclass(frozen=True, slots=True)
class Outcome:
    viewer: Any = None
    errors: list[UserError] = field(default_factory=list)


@strawberry.type
class ProfileMutations:
    @mutation(
        "Save a view of the account: a new one, or one with another name, child, school, "
        "language or place.",
        ProfilePayload,
        errors_of(Code.BAD_INPUT, Code.NOT_FOUND, Code.TOO_MANY, Code.ALREADY_THERE),
    )
    async def save_profile(
        record: Any,
        context: Context,
        input: Annotated[SaveProfileInput, strawberry.argument(description="The view.")],  # noqa: A002
    ) -> Outcome:
        viewer = context.signed_in()
        view = profiles.View(
            input.id, input.name, input.student, input.language, input.place, input.school
        )
        try:
            await profiles.save(context.store, viewer, view)
        except Refused as refusal:
            return Outcome(errors=list(refusal.errors))
        return Outcome(viewer)

    @mutation(
        "Remove a view of the account; the rest keep their order.",
        ProfilePayload,
        errors_of(Code.NOT_FOUND),
    )
    async def remove_profile(
        record: Any,
        context: Context,
        input: Annotated[RemoveProfileInput, strawberry.argument(description="The view.")],  # noqa: A002
    ) -> Outcome:
        viewer = context.signed_in()
        try:
            await profiles.remove(context.store, viewer, input.id)
        except Refused as refusal:
            return Outcome(errors=list(refusal.errors))
        return Outcome(viewer)
