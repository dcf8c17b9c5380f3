"""Dictionaries, what they say of a word, the words that an account learns, and translations."""

from typing import Any, Protocol

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    Date,
    Integer,
    LargeBinary,
    Select,
    Uuid,
    any_,
    bindparam,
    func,
    or_,
    select,
)

from db.reading.accounts import ACCOUNT
from db.reading.listing import NONE, counted_by, has_words, paged, where_asked
from db.reading.parts import table
from db.statement import statement
from db.tables.columns import Instant
from db.tables.dictionaries import (
    BYTEWISE,
    Dictionary,
    DictionaryEntry,
    StudiedWord,
    Translation,
    TranslationUse,
)

IN_ORDER = ("due_on", "id")
TODAY = bindparam("today", type_=Date)
DIGEST = bindparam("digest", type_=LargeBinary)


@statement(Dictionary)
def dictionaries_by_title() -> ClauseElement:
    own = table(Dictionary)
    return select(own).order_by(own.c.title, own.c.id)


@statement(DictionaryEntry)
def entries_of_word() -> ClauseElement:
    """The entries of a `key`, and then those whose keys begin with it, up to a bound that is beyond
    all of them; of all dictionaries unless `of` names some."""
    own = table(DictionaryEntry)
    key, beyond = bindparam("key", type_=BYTEWISE), bindparam("beyond", type_=BYTEWISE)
    of = bindparam("of", (), type_=ARRAY(Uuid()))
    exact = own.c.key == key
    return (
        select(own, exact.label("exact"))
        .where(
            own.c.key >= key,
            own.c.key < beyond,
            where_asked(func.cardinality(of) > NONE, own.c.dictionary_id == any_(of)),
        )
        .order_by(own.c.key, own.c.dictionary_id, own.c.number)
        .limit(bindparam("limit", type_=Integer))
    )


def _words(*conditions: Any) -> Select[Any]:
    """The words of an account, with all the `words` that are asked for; those that are `due` on a
    day if one is given."""
    own, due = table(StudiedWord), bindparam("due", None, type_=Date)
    text = func.lower(own.c.word + " " + own.c.meaning)
    return select(own).where(
        own.c.account_id == ACCOUNT,
        has_words(text),
        or_(due.is_(None), own.c.due_on <= due),
        *conditions,
    )


@statement(StudiedWord)
def words_of_account() -> ClauseElement:
    return paged(_words(), IN_ORDER)


@statement(StudiedWord)
def words_counted_of_account() -> ClauseElement:
    return counted_by(_words())


class Used(Protocol):
    characters: int


@statement(TranslationUse)
def characters_used() -> ClauseElement:
    own = table(TranslationUse)
    return select(own.c.characters).where(own.c.account_id == ACCOUNT, own.c.day == TODAY)


@statement(Translation)
def translation_kept() -> ClauseElement:
    """What was answered to a question since an instant."""
    own = table(Translation)
    since = bindparam("since", type_=Instant)
    return select(own).where(own.c.digest == DIGEST, own.c.at >= since)
