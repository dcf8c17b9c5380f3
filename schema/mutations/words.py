"""The words that an account learns, and texts translated for it."""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.refusals import Refused, UserError, UserErrorCode
from domain.repetition import Recall
from resolvers import words
from resolvers.context import Context
from schema.declare import column, mutation
from schema.mutations.passkeys import own_id_of
from schema.mutations.payloads import Given, Payload, errors_of
from schema.viewer import Viewer
from schema.words import StudiedWord

Code = UserErrorCode


@strawberry.type(description="The outcome of `addWord`, `changeWord` or `reviewWord`.")
class WordPayload(Payload):
    word: StudiedWord | None = column(ANYONE, "The word as it is now; on a CONFLICT, as it stands.")
    viewer: Viewer | None = column(ANYONE, "Whose list it is in.")


@strawberry.type(description="The outcome of `removeWord`.")
class RemoveWordPayload(Payload):
    viewer: Viewer | None = column(ANYONE, "Whose list it was in.")


@strawberry.input(description="A word to learn.")
class AddWordInput:
    word: str = strawberry.field(description="The word.")
    meaning: str = strawberry.field(description="What it means.")
    note: str | None = strawberry.field(default=None, description="What helps to remember it.")
    language: str | None = strawberry.field(default=None, description="Its language, by BCP 47.")
    id: strawberry.ID | None = strawberry.field(
        default=None,
        description="A UUID version 7 of the client's, so that adding it is safe to retry.",
    )


@strawberry.input(description="A word of the list, as it is to be.")
class ChangeWordInput:
    id: strawberry.ID = strawberry.field(description="The word, as `Viewer.words` tells it.")
    expected_version: int = strawberry.field(
        description="The version that the change is meant for; any other is a CONFLICT."
    )
    word: str = strawberry.field(description="The word.")
    meaning: str = strawberry.field(description="What it means.")
    note: str | None = strawberry.field(default=None, description="What helps to remember it.")
    language: str | None = strawberry.field(default=None, description="Its language, by BCP 47.")


@strawberry.input(description="How well a word was recalled.")
class ReviewWordInput:
    id: strawberry.ID = strawberry.field(description="The word, as `Viewer.words` tells it.")
    expected_version: int = strawberry.field(
        description="The version that was asked for, so that no answer counts twice."
    )
    recall: Recall = strawberry.field(description="How well.")


@strawberry.input(description="A word to remove from the list.")
class RemoveWordInput:
    id: strawberry.ID = strawberry.field(description="The word, as `Viewer.words` tells it.")


@strawberry.type(description="A text that was translated.")
class TranslatedText:
    text: str = column(ANYONE, "The translation: plain text of another system's.")
    source: str | None = column(
        ANYONE,
        "The language that the text was taken to be of, by BCP 47; null where nobody says.",
        called="from",
    )
    kept: bool = column(
        ANYONE, "Whether the viewer has had it translated before, so that it counted nothing."
    )


@strawberry.type(description="The outcome of `translate`.")
class TranslatePayload(Payload):
    translation: TranslatedText | None = column(ANYONE, "The translation.")
    viewer: Viewer | None = column(ANYONE, "For whom it was translated.")


@strawberry.input(description="A text to translate.")
class TranslateInput:
    text: str = strawberry.field(description="The text: 5000 characters at most.")
    source: str | None = strawberry.field(
        default=None,
        name="from",
        description="Its language, by BCP 47; unless told, the one it is taken to be of.",
    )
    target: str = strawberry.field(name="to", description="Into which language, by BCP 47.")


@dataclass(frozen=True, slots=True)
class Outcome:
    viewer: Any = None
    word: Any = None
    translation: Any = None
    errors: list[UserError] = field(default_factory=list)


async def outcome_of(context: Context, doing: Awaitable[Any]) -> Outcome:
    try:
        return Outcome(context.viewer, await doing)
    except Refused as refusal:
        return Outcome(word=refusal.current, errors=list(refusal.errors))


def word_of(given: AddWordInput | ChangeWordInput) -> words.Word:
    return words.Word(given.word, given.meaning, given.note, given.language)


@strawberry.type
class WordMutations:
    @mutation(
        "Add a word to those that the viewer learns; it is due at once.",
        WordPayload,
        errors_of(Code.BAD_INPUT, Code.CONFLICT, Code.TOO_MANY, Code.ALREADY_THERE),
    )
    async def add_word(
        record: Any,
        context: Context,
        input: Annotated[AddWordInput, Given],  # noqa: A002
    ) -> Outcome:
        viewer = context.signed_in()
        made = words.add(context.store, viewer, word_of(input), input.id)
        return await outcome_of(context, made)

    @mutation(
        "Change a word of the list; how well it is known stays as it is.",
        WordPayload,
        errors_of(Code.BAD_INPUT, Code.NOT_FOUND, Code.CONFLICT, Code.ALREADY_THERE),
    )
    async def change_word(
        record: Any,
        context: Context,
        input: Annotated[ChangeWordInput, Given],  # noqa: A002
    ) -> Outcome:
        viewer = context.signed_in()

        async def change() -> Any:
            id_, version = own_id_of(input.id), input.expected_version
            return await words.change(context.store, viewer, id_, version, word_of(input))

        return await outcome_of(context, change())

    @mutation(
        "Say how well a word was recalled; from that follows the day on which it is due again.",
        WordPayload,
        errors_of(Code.NOT_FOUND, Code.CONFLICT),
    )
    async def review_word(
        record: Any,
        context: Context,
        input: Annotated[ReviewWordInput, Given],  # noqa: A002
    ) -> Outcome:
        viewer = context.signed_in()

        async def review() -> Any:
            id_, version = own_id_of(input.id), input.expected_version
            recall = Recall(input.recall)
            return await words.review(context.store, viewer, id_, version, recall)

        return await outcome_of(context, review())

    @mutation(
        "Remove a word from the list.",
        RemoveWordPayload,
        errors_of(Code.NOT_FOUND),
    )
    async def remove_word(
        record: Any,
        context: Context,
        input: Annotated[RemoveWordInput, Given],  # noqa: A002
    ) -> Outcome:
        viewer = context.signed_in()

        async def remove() -> None:
            await words.remove(context.store, viewer, own_id_of(input.id))

        return await outcome_of(context, remove())

    @mutation(
        "Have a text translated by the engine that whoever runs the gateway has set up. It gets "
        "the text, and nothing of who asks. Each account has so many characters a day.",
        TranslatePayload,
        errors_of(Code.BAD_INPUT, Code.NOT_CONFIGURED, Code.RATE_LIMITED, Code.UNAVAILABLE),
    )
    async def translate(
        record: Any,
        context: Context,
        input: Annotated[TranslateInput, Given],  # noqa: A002
    ) -> Outcome:
        viewer = context.signed_in()
        try:
            source = None if input.source is None else words.language_of(input.source, "from")
            target = words.language_of(input.target, "to")
            found = await context.translator.translate(
                context.store, viewer.account.id, input.text, source, target
            )
        except Refused as refusal:
            return Outcome(errors=list(refusal.errors))
        return Outcome(viewer, translation=found)
