"""Dictionaries, what they say of a word, the words that an account learns, and the translator."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry

from db.reading.dictionaries import (
    dictionaries_by_title,
    entries_of_word,
    words_counted_of_account,
    words_of_account,
)
from domain.audience import ANYONE
from domain.dictionaries import LONGEST_HEADWORD, look_up_key
from domain.errors import bad_input
from domain.repetition import Recall
from resolvers.context import Context
from resolvers.readings import Items
from resolvers.words import today_of
from schema.connections import (
    After,
    Before,
    ConnectionRecord,
    FirstUnlessLast,
    Last,
    PageWindow,
    connection_of,
)
from schema.declare import column, computed, resolver, tell
from schema.ordered_lists import OrderedList

tell(Recall)
MOST_FOUND = 100
BEYOND = "\U0010ffff"
"""Sorts after every letter."""


@strawberry.type(description="A dictionary that whoever runs the gateway has imported.")
class Dictionary:
    id: strawberry.ID = computed(ANYONE, "Names it for `Viewer.lookUp`.", str, "id")
    title: str = column(ANYONE, "What it calls itself.")
    source_language: str = column(ANYONE, "The language of its words, by BCP 47.", called="from")
    target_language: str = column(ANYONE, "The language of what it tells, by BCP 47.", called="to")
    notice: str | None = column(
        ANYONE, "Its authors and its licence, in its own words; null where it does not say."
    )
    url: str | None = column(ANYONE, "Where it comes from; null where it does not say.")
    entries: int = column(ANYONE, "How many words it has.")


@strawberry.type(description="What a dictionary says of a word.")
class DictionaryEntry:
    headword: str = column(ANYONE, "The word, as the dictionary writes it.")
    text: str = column(ANYONE, "What it says: plain text, whose lines are the dictionary's own.")
    exact: bool = column(ANYONE, "Whether it is the word itself, and not one that begins so.")
    dictionary: strawberry.ID = computed(
        ANYONE, "Which dictionary says it, by its id.", str, "dictionary_id"
    )


@strawberry.type(
    description="A word in the list of the viewer. It is asked for again by the rule SM-2."
)
class StudiedWord:
    id: strawberry.ID = computed(ANYONE, "Names it for `reviewWord`.", str, "id")
    word: str = column(ANYONE, "The word.")
    meaning: str = column(ANYONE, "What it means.")
    note: str | None = column(ANYONE, "What helps to remember it; null where nothing is noted.")
    language: str | None = column(ANYONE, "Its language, by BCP 47; null where none is told.")
    due_on: date = column(ANYONE, "The day from which on it is to be asked for.")
    repetitions: int = column(ANYONE, "How often in a row it was recalled.")
    interval: int = column(ANYONE, "After how many days it was to be asked for again.")
    easiness: Decimal = column(ANYONE, "By how much the interval grows, from 1.3 up.")
    reviewed_at: datetime | None = column(
        ANYONE, "When it was asked for last; null where it never was."
    )
    added_at: datetime = column(ANYONE, "Since when it is in the list.")
    version: int = column(ANYONE, "Grows by one with every change.")


StudiedWordConnection = connection_of(StudiedWord, "word", counted=True)
IN_ORDER = OrderedList("studied words", {"due_on": date})


@strawberry.type(description="What translates texts, by `translate`.")
class TranslatorState:
    @resolver(ANYONE, "How many characters more of the viewer's it translates today.", int)
    async def characters_left(record: Any, context: Context) -> int:
        return await context.translator.left(context.store, context.signed_in().account.id)

    @resolver(
        ANYONE,
        "The languages into which it translates, by BCP 47; null where it does not answer.",
        list[str] | None,
    )
    async def languages(record: Any, context: Context) -> list[str] | None:
        return await context.translator.languages()


@strawberry.type
class Words:
    """What the viewer has of these; the type Viewer is one of it."""

    @resolver(
        ANYONE, "The dictionaries that there are, by title.", list[Dictionary], items=Items(5)
    )
    async def dictionaries(record: Any, context: Context) -> list[Any]:
        context.signed_in()
        return list(await context.store.fetch(dictionaries_by_title))

    @resolver(
        ANYONE,
        "What dictionaries say of a word, and then of words that begin with it; neither capitals "
        "nor accents count.",
        list[DictionaryEntry],
        items=Items(20),
    )
    async def look_up(
        record: Any,
        context: Context,
        word: Annotated[str, strawberry.argument(description="The word.")],
        dictionaries: Annotated[
            list[strawberry.ID] | None,
            strawberry.argument(description="In which, by their ids; in all, unless told."),
        ] = None,
        first: Annotated[
            int, strawberry.argument(description=f"How many at most, from 1 to {MOST_FOUND}.")
        ] = 20,
    ) -> list[Any]:
        context.signed_in()
        if not 1 <= first <= MOST_FOUND:
            raise bad_input(f"Ask for 1 to {MOST_FOUND} entries.")
        if not word.strip() or len(word) > LONGEST_HEADWORD or "\0" in word:
            raise bad_input(f"A word has from 1 to {LONGEST_HEADWORD} characters.")
        key = look_up_key(word)
        of = tuple(_id(each) for each in dictionaries or ())
        return list(
            await context.store.fetch(
                entries_of_word, key=key, beyond=key + BEYOND, of=of, limit=first
            )
        )

    @resolver(
        ANYONE,
        "The words that the viewer learns, those first that are due first, a page at a time.",
        StudiedWordConnection,
    )
    async def words(
        record: Any,
        context: Context,
        due: Annotated[
            bool, strawberry.argument(description="Only those that are due today.")
        ] = False,
        search: Annotated[
            str | None,
            strawberry.argument(description="Only those in which all of these stand."),
        ] = None,
        first: FirstUnlessLast = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ConnectionRecord:
        viewer = context.signed_in()
        asked: dict[str, object] = {"account": viewer.account.id}
        if due:
            asked["due"] = today_of(viewer)
        if search is not None:
            asked["words"] = tuple(map(_pattern, search.lower().split()[:12]))
        window = PageWindow.of(first, after, last, before)
        statements = words_of_account, words_counted_of_account
        return await IN_ORDER.read(context, 0, window, statements, asked)

    @resolver(
        ANYONE,
        "What translates texts; null where nothing is configured.",
        TranslatorState | None,
    )
    def translator(record: Any, context: Context) -> Any:
        context.signed_in()
        return context.translator if context.translator.configured else None


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise bad_input("This is no id of a dictionary.") from None


def _pattern(part: str) -> str:
    for sign in ("\\", "%", "_"):
        part = part.replace(sign, f"\\{sign}")
    return f"%{part}%"
