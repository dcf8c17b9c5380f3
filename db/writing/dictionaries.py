"""Writing dictionaries, the words that an account learns, and what was translated."""

from collections.abc import Iterable
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ClauseElement,
    Date,
    Integer,
    String,
    bindparam,
    delete,
    exists,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from db.reading.dictionaries import DIGEST, TODAY
from db.reading.parts import NOW, table
from db.statement import statement
from db.tables.columns import Code, Instant
from db.tables.dictionaries import (
    Dictionary,
    DictionaryEntry,
    StudiedWord,
    Translation,
    TranslationUse,
)
from db.writing.parts import ACCOUNT, EXPECTED, ID, new

COLUMNS = ("dictionary_id", "number", "key", "headword", "text")
AT_ONCE = 10_000
NAME = bindparam("name", type_=String)
OF_DICTIONARY = (
    "title", "source_language", "target_language", "notice", "url", "entries",
)  # fmt: skip
OF_WORD = (
    "word", "meaning", "note", "language", "repetitions", "interval", "easiness", "due_on",
    "reviewed_at",
)  # fmt: skip
Texts = tuple[str, str, str]


@statement(Dictionary)
def dictionary_by_name() -> ClauseElement:
    """Held until the transaction ends."""
    own = table(Dictionary)
    return select(own).where(own.c.name == NAME).with_for_update()


@statement(Dictionary)
def put_dictionary() -> ClauseElement:
    """Add a dictionary, or renew the one of the name; returns its id."""
    values = {name: new(Dictionary, name) for name in OF_DICTIONARY}
    own = table(Dictionary)
    return (
        insert(own)
        .values(id=ID, name=NAME, imported_at=NOW, **values)
        .on_conflict_do_update(index_elements=["name"], set_={**values, "imported_at": NOW})
        .returning(own.c.id)
    )


@statement(DictionaryEntry)
def drop_entries() -> ClauseElement:
    own = table(DictionaryEntry)
    return delete(own).where(own.c.dictionary_id == ID)


@statement(Dictionary)
def drop_dictionary() -> ClauseElement:
    own = table(Dictionary)
    return delete(own).where(own.c.id == ID)


async def copy_entries(connection: Any, dictionary: UUID, entries: Iterable[Texts]) -> None:
    """Write entries, each a key, a headword and a text, in a transaction of the caller's."""
    rows = ((dictionary, number, *texts) for number, texts in enumerate(entries))
    while some := list(islice(rows, AT_ONCE)):
        await connection.copy_records_to_table("dictionary_entry", records=some, columns=COLUMNS)


@statement(StudiedWord)
def word_to_change() -> ClauseElement:
    """A word of the account, held until the transaction ends."""
    own = table(StudiedWord)
    mine = own.c.id == ID, own.c.account_id == ACCOUNT
    return select(own).where(*mine).with_for_update()


@statement(StudiedWord)
def add_word() -> ClauseElement:
    """Returns no row if the account has such a word."""
    own = table(StudiedWord)
    values = {name: new(StudiedWord, name) for name in OF_WORD}
    return (
        insert(own)
        .values(id=ID, account_id=ACCOUNT, added_at=NOW, version=1, **values)
        .on_conflict_do_nothing()
        .returning(*own.c)
    )


@statement(StudiedWord)
def change_word() -> ClauseElement:
    """Returns no row if the word has another version than expected, or if the account has another
    such word."""
    own, other = table(StudiedWord), table(StudiedWord).alias("other")
    values: dict[str, Any] = {name: new(StudiedWord, name) for name in OF_WORD}
    mine = own.c.id == ID, own.c.account_id == ACCOUNT, own.c.version == EXPECTED
    same = (
        exists()
        .where(other.c.account_id == ACCOUNT, other.c.id != ID)
        .where(other.c.word == values["word"], other.c.meaning == values["meaning"])
    )
    changed = update(own).where(*mine, ~same).values(version=EXPECTED + 1, **values)
    return changed.returning(*own.c)


@statement(StudiedWord)
def remove_word() -> ClauseElement:
    """Returns no row if the account has no such word."""
    own = table(StudiedWord)
    return delete(own).where(own.c.id == ID, own.c.account_id == ACCOUNT).returning(own.c.id)


@statement(TranslationUse)
def use_characters() -> ClauseElement:
    """Count characters for an account on a day; returns no row, and counts nothing, if there would
    be more than `most`."""
    own = table(TranslationUse)
    many, most = bindparam("many", type_=Integer), bindparam("most", type_=Integer)
    rows = select(ACCOUNT, TODAY, many).where(many <= most)
    return (
        insert(own)
        .from_select(["account_id", "day", "characters"], rows)
        .on_conflict_do_update(
            index_elements=["account_id", "day"],
            set_={"characters": own.c.characters + many},
            where=own.c.characters + many <= most,
        )
        .returning(own.c.characters)
    )


@statement(TranslationUse)
def give_characters_back() -> ClauseElement:
    own = table(TranslationUse)
    many = bindparam("many", type_=Integer)
    mine = own.c.account_id == ACCOUNT, own.c.day == TODAY
    return update(own).where(*mine).values(characters=own.c.characters - many)


@statement(Translation)
def keep_translation() -> ClauseElement:
    values: dict[str, Any] = {
        "text": bindparam("text", type_=String),
        "source": bindparam("source", type_=Code),
        "at": NOW,
    }
    kept = insert(table(Translation)).values(digest=DIGEST, **values)
    return kept.on_conflict_do_update(index_elements=["digest"], set_=values)


@statement(Translation)
def drop_old_translations() -> ClauseElement:
    own = table(Translation)
    return delete(own).where(own.c.at < bindparam("before", type_=Instant))


@statement(TranslationUse)
def drop_old_uses() -> ClauseElement:
    own = table(TranslationUse)
    return delete(own).where(own.c.day < bindparam("before", type_=Date))
